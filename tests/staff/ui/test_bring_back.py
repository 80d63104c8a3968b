"""Bringing a backup back by keyboard: nothing before the last step, and whoever waits may stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import PlainLabel
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.staff.ui.bring_back import BringBackPage
from crs_desktop.staff.ui.first_start import FirstStart
from crs_desktop.staff.ui.handed import BundleOpened, BundleShown, NotLetIn, Why
from crs_desktop.staff.ui.sign_in import SignInPage
from tests.staff.ui.conftest import held
from tests.staff.ui.made_up import RECOVERY, MadeUpGate, MadeUpPrinter, MadeUpSetUp, plain

Show = Callable[[BringBackPage], BringBackPage]
SHOWN = BundleShown((("Made", "Fri 4 Dec 2026 03:10"), ("Holds", "1 patient")), "Paper of Fri 4 Dec 2026.", "ticket")
ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape


@dataclass
class MadeUpBringBack:
    """One backup and one code. `slow` holds the full look up until it is set."""

    near: BundleShown | None = None
    answers: list[NotLetIn | Refused] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    slow: threading.Event | None = None

    def nearby(self) -> BundleShown | None:
        return self.near

    def look(self, file: str) -> BundleShown | Refused:
        if not file.endswith(".crsbackup"):
            raise NotUnderstood(no("bundle_not_one", "bundle", file))
        return SHOWN

    def open(self, ticket: object, code: str) -> object | NotLetIn | Refused:
        if self.answers:
            return self.answers.pop(0)
        return "opened" if plain(code) == plain(RECOVERY) else refuse(no("bring_back_wrong_code", "code"))

    def check(self, ticket: object, opened: object) -> BundleOpened | Refused:
        if self.slow is not None:
            self.slow.wait(10)
        self.done.append(f"checked {ticket} {opened}")
        return BundleOpened("Opened in full", "It becomes the store.", "&Bring it back", "checked")

    def bring(self, ticket: object) -> str | Refused:
        self.done.append(f"brought {ticket}")
        return "Brought back."


def make(tasks: Tasks, show: Show, bringing: MadeUpBringBack) -> BringBackPage:
    page = show(BringBackPage(tasks, bringing, lambda: bringing.done.append("calculator"), "pharmacy.crs"))
    page.take_keyboard()
    return page


def said(page: BringBackPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(PlainLabel) if one.isVisible())


def keys(qtbot: QtBot, *what: str | Qt.Key) -> None:
    for one in what:
        focus = QApplication.focusWidget()
        assert focus is not None
        if isinstance(one, str):
            qtbot.keyClicks(focus, one)
        else:
            qtbot.keyClick(focus, one)


def chosen(qtbot: QtBot, page: BringBackPage, file: str) -> None:
    """Enter opens the dialog of files, and somebody chooses one."""
    keys(qtbot, ENTER)
    (dialog,) = page.findChildren(QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFile
    dialog.fileSelected.emit(file)
    dialog.close()


def test_that_three_steps_by_keyboard_bring_a_backup_back(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    bringing = MadeUpBringBack()
    page = make(tasks, show, bringing)
    chosen(qtbot, page, "/stick/a.crsbackup")
    assert page.step() == 2 and "Fri 4 Dec 2026 03:10" in said(page) and "Paper of Fri" in said(page)
    keys(qtbot, RECOVERY.lower().replace("-", ""), ENTER)
    assert page.step() == 3 and "It becomes the store." in said(page)
    assert bringing.done == ["checked ticket opened"]
    assert plain(RECOVERY) not in plain(held(page))
    with qtbot.waitSignal(page.brought) as what:
        keys(qtbot, ENTER)
    assert what.args == ["Brought back."] and bringing.done[-1] == "brought checked"


def test_that_a_file_that_is_no_backup_is_said_and_another_can_be_chosen(
    qtbot: QtBot, tasks: Tasks, show: Show
) -> None:
    page = make(tasks, show, MadeUpBringBack())
    page.take_file("/etc/passwd")
    assert page.step() == 1 and "is not a backup of this program" in said(page)
    page.take_file("/stick/a.crsbackup")
    assert page.step() == 2
    keys(qtbot, ESCAPE)
    assert page.step() == 1


def test_that_a_wrong_code_is_said_beside_the_field_and_a_wait_is_counted_down(
    qtbot: QtBot, tasks: Tasks, show: Show
) -> None:
    bringing = MadeUpBringBack()
    page = make(tasks, show, bringing)
    page.take_file("/stick/a.crsbackup")
    keys(qtbot, ENTER)
    assert page.code.form.error_of("code") == "This is needed."
    keys(qtbot, "RECVR-no", ENTER)
    assert "does not open this backup" in page.code.form.error_of("code")
    bringing.answers.append(NotLetIn(Why.WAIT, 10))
    keys(qtbot, RECOVERY, ENTER)
    assert "Too many wrong tries" in said(page) and not page.code.accept_button.isEnabled()
    assert page.step() == 2 and bringing.done == []


def test_that_the_full_look_can_be_stopped_and_changes_nothing(qtbot: QtBot, show: Show) -> None:
    bringing = MadeUpBringBack(slow=threading.Event())
    assert bringing.slow is not None
    tasks = Tasks()
    page = make(tasks, show, bringing)
    page.take_file("/stick/a.crsbackup")
    qtbot.waitUntil(lambda: page.step() == 2)
    keys(qtbot, RECOVERY, ENTER)
    qtbot.waitUntil(lambda: page.code.back_button.text() == "&Stop")
    assert page.code.accept_button.text() == "Opening it in full…"
    qtbot.keyClick(page.code, ESCAPE)
    assert "Stopped. Nothing was changed." in said(page)
    bringing.slow.set()
    qtbot.waitUntil(lambda: bool(bringing.done) and tasks.running == 0)
    assert page.step() == 2, "an answer that nobody waits for goes nowhere"
    assert page.code.back_button.text() == "&Another file"
    assert not [one for one in bringing.done if one.startswith("brought")]
    tasks.close()


def test_that_the_last_step_cannot_be_left_while_it_is_done(qtbot: QtBot, show: Show) -> None:
    tasks = Tasks()
    bringing = MadeUpBringBack()
    page = make(tasks, show, bringing)
    page.take_file("/stick/a.crsbackup")
    qtbot.waitUntil(lambda: page.step() == 2)
    keys(qtbot, RECOVERY, ENTER)
    qtbot.waitUntil(lambda: page.step() == 3)
    slow = threading.Event()
    done, bringing.bring = bringing.bring, lambda ticket: (slow.wait(10), done(ticket))[1]  # type: ignore[method-assign]
    keys(qtbot, ENTER)
    qtbot.waitUntil(lambda: page.last.running)
    assert not page.last.back_button.isEnabled()
    qtbot.keyClick(page.last, ESCAPE)
    assert page.last.running and page.step() == 3
    with qtbot.waitSignal(page.brought):
        slow.set()
    tasks.close()


def test_that_the_newest_one_here_is_offered_with_its_day(tasks: Tasks, show: Show) -> None:
    page = make(tasks, show, MadeUpBringBack(near=SHOWN))
    assert page.near_button.isVisible() and "Fri 4 Dec 2026 03:10" in page.near_button.text()
    page.near_button.click()
    assert page.step() == 2
    assert not make(tasks, show, MadeUpBringBack()).near_button.isVisible()


def test_that_a_dose_can_be_calculated_meanwhile(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    bringing = MadeUpBringBack()
    page = make(tasks, show, bringing)
    qtbot.keyClick(page, Qt.Key.Key_F12)
    assert bringing.done == ["calculator"]


def test_that_where_nobody_can_sign_in_the_way_back_is_the_only_one(
    qtbot: QtBot, tasks: Tasks, show: Callable[[SignInPage], SignInPage]
) -> None:
    gone: list[str] = []
    page = show(
        SignInPage(tasks, MadeUpGate(), lambda: None, notice="No slots.", bring_back=lambda: gone.append("back"))
    )
    assert "No slots." in [one.text() for one in page.findChildren(PlainLabel) if one.isVisible()]
    assert not page.password.isVisible() and not page.recovery_button.isVisible()
    keys(qtbot, ENTER)
    assert gone == ["back"]


def test_that_where_the_store_is_missing_bringing_back_comes_first(
    qtbot: QtBot, tasks: Tasks, show: Callable[[FirstStart], FirstStart]
) -> None:
    gone: list[str] = []
    page = show(
        FirstStart(
            tasks, MadeUpSetUp(), MadeUpPrinter(), bring_back=lambda: gone.append("back"), notice="The store is away."
        )
    )
    page.take_keyboard()
    keys(qtbot, ENTER)
    assert gone == ["back"] and page.step() == 1
    page.start_button.click()
    assert page.step() == 2


@pytest.mark.parametrize("notice", ["", "Brought back."])
def test_that_what_happened_before_the_door_is_said_at_it(
    notice: str, tasks: Tasks, show: Callable[[SignInPage], SignInPage]
) -> None:
    page = show(SignInPage(tasks, MadeUpGate(), lambda: None, notice=notice))
    assert page.sign_in_panel.told.text() == notice and page.password.isVisible()
