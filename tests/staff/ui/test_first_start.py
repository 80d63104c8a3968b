"""First start by keyboard: five steps, nothing written before the last, no secret left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel
from crs_desktop.kernel.refusal import Finding, no, refuse
from crs_desktop.staff.ui.first_start import FirstStart
from crs_desktop.staff.ui.handed import FirstPerson
from tests.staff.ui.conftest import held
from tests.staff.ui.made_up import EMERGENCY, GOOD, RECOVERY, MadeUpPrinter, MadeUpSetUp

Show = Callable[[FirstStart], FirstStart]


def said(page: FirstStart) -> str:
    return "\n".join(one.text() for one in page.findChildren(PlainLabel) if one.isVisible())


def keys(qtbot: QtBot, *what: str | Qt.Key) -> None:
    """Type words and press keys where the keyboard is."""
    for one in what:
        focus = QApplication.focusWidget()
        assert focus is not None
        if isinstance(one, str):
            qtbot.keyClicks(focus, one)
        else:
            qtbot.keyClick(focus, one)


def make(tasks: Tasks, show: Show, set_up: MadeUpSetUp, printer: MadeUpPrinter | None = None) -> FirstStart:
    page = show(FirstStart(tasks, set_up, printer or MadeUpPrinter()))
    page.take_keyboard()
    return page


def to_codes(page: FirstStart) -> None:
    """As far as step 3."""
    page.current().submit()
    page.administrator.form.set_values({"name": "Karin Lind", "sign_in": "karin", "password": GOOD, "again": GOOD})
    page.current().submit()
    assert page.step() == 3


def test_that_five_steps_by_keyboard_make_a_pharmacy(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    set_up, printer = MadeUpSetUp(), MadeUpPrinter()
    page = make(tasks, show, set_up, printer)
    enter, tab = Qt.Key.Key_Return, Qt.Key.Key_Tab
    keys(qtbot, enter, "Karin Lind", tab, "karin")
    page.password.first.editor.setFocus()
    keys(qtbot, GOOD, tab, tab, GOOD, enter)
    assert page.step() == 3
    assert page.recovery.shown() == RECOVERY.replace("-", " ")
    assert page.emergency.shown() == EMERGENCY.replace("-", " ")
    page.print_button.setFocus()
    keys(qtbot, enter)
    assert [one.recovery for one in printer.sent] == [RECOVERY]
    assert "Sent to the printer" in said(page)
    page.current().accept_button.setFocus()
    keys(qtbot, enter, RECOVERY.lower().replace("-", ""), enter)
    assert page.step() == 5
    assert "Karin Lind signs in as “karin” (pharmacist, administrator)" in said(page)
    assert set_up.made == []
    with qtbot.waitSignal(page.made) as ticket:
        keys(qtbot, enter)
    assert ticket.args == ["first keys"]
    assert set_up.prepared == [FirstPerson("karin", "Karin Lind", ("pharmacist", "administrator"), GOOD)]
    assert len(set_up.made) == 1
    assert GOOD not in held(page)
    assert page.recovery.shown() == page.emergency.shown() == ""


def test_that_closing_before_the_end_leaves_no_store_and_no_secret(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    set_up = MadeUpSetUp()
    page = make(tasks, show, set_up)
    to_codes(page)
    page.close()
    page.wipe()
    assert set_up.made == []
    assert page.recovery.shown() == ""
    assert GOOD not in held(page)


def test_that_the_password_is_gone_once_it_is_sealed(tasks: Tasks, show: Show) -> None:
    page = make(tasks, show, MadeUpSetUp())
    to_codes(page)
    assert GOOD not in held(page)


def test_that_a_password_is_judged_while_it_is_typed_and_again_when_it_is_sent(
    qtbot: QtBot, tasks: Tasks, show: Show
) -> None:
    set_up = MadeUpSetUp()
    page = make(tasks, show, set_up)
    page.current().submit()
    page.administrator.form.set_values({"name": "Karin Lind", "sign_in": "karin"})
    page.password.first.editor.setFocus()
    keys(qtbot, "short")
    judgement = page.password.judgement
    qtbot.waitUntil(lambda: judgement.state() is State.READY_BUT)
    assert "15" in judgement.text.text()
    keys(qtbot, " but then it grows")
    assert judgement.text.text() == "…"
    qtbot.waitUntil(lambda: judgement.state() is State.READY)
    page.password.first.set_value("short")
    page.password.again.set_value("short")
    page.current().submit()
    assert page.step() == 2
    assert "15" in page.administrator.form.error_of("password")
    assert set_up.prepared == []


def test_that_an_older_judgement_is_never_shown_beside_newer_text(qtbot: QtBot, show: Show) -> None:
    go_on, asked = threading.Event(), []

    class Slow(MadeUpSetUp):
        def judge(self, password: str, words: Sequence[str]) -> Sequence[Finding]:
            asked.append(password)
            go_on.wait(10)
            return super().judge(password, words)

    tasks = Tasks()
    page = make(tasks, show, Slow())
    page.current().submit()
    judgement = page.password.judgement
    page.password.first.set_value(GOOD)
    judgement.ask()
    qtbot.waitUntil(lambda: asked == [GOOD])
    page.password.first.set_value("")
    go_on.set()
    qtbot.waitUntil(lambda: not tasks.running)
    assert judgement.state() is None
    assert "At least 15 characters" in judgement.text.text()
    tasks.close()


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"name": " "}, "name", "This is needed."),
        ({"sign_in": ""}, "sign_in", "This is needed."),
        ({"password": ""}, "password", "Type the password."),
        ({"again": ""}, "again", "Type it a second time."),
        ({"again": GOOD + "."}, "again", "This is not the same as above."),
        ({"sign_in": "taken"}, "sign_in", "Sign-in name is missing."),
    ],
)
def test_that_what_is_wrong_with_the_first_person_is_said_in_place(
    tasks: Tasks, show: Show, typed: dict[str, str], field: str, words: str
) -> None:
    page = make(tasks, show, MadeUpSetUp())
    page.current().submit()
    form = page.administrator.form
    form.set_values({"name": "Karin Lind", "sign_in": "karin", "password": GOOD, "again": GOOD} | typed)
    page.current().submit()
    assert page.step() == 2
    assert form.error_of(field) == words


def test_that_going_back_never_makes_a_printed_paper_wrong(tasks: Tasks, show: Show) -> None:
    set_up = MadeUpSetUp()
    page = make(tasks, show, set_up)
    to_codes(page)
    page.current().back.emit()
    assert "the codes stay the same" in said(page)
    page.current().submit()
    assert page.step() == 3
    assert len(set_up.prepared) == 1
    page.current().back.emit()
    page.administrator.form.set_values({"name": "Karin Lindqvist", "password": GOOD, "again": GOOD})
    page.current().submit()
    assert page.step() == 3
    assert set_up.code_pairs == 1
    assert set_up.prepared[-1].name == "Karin Lindqvist"


def test_that_a_wrong_code_names_the_group_and_the_right_one_goes_on(tasks: Tasks, show: Show) -> None:
    page = make(tasks, show, MadeUpSetUp())
    to_codes(page)
    page.current().submit()
    form = page.try_it.form
    form.set_values({"code": RECOVERY.replace("9XFT4", "9XFTA")})
    page.current().submit()
    assert "Look at group 3." in form.error_of("code")
    assert form.values()["code"] == ""
    page.current().submit()
    assert form.error_of("code") == "This is needed."
    form.set_values({"code": RECOVERY[:-1]})
    page.current().submit()
    assert "group by group" in form.error_of("code")
    assert "Look at" not in form.error_of("code")
    form.set_values({"code": "-".join(reversed(RECOVERY.split("-")))})
    page.current().submit()
    assert "Look at" not in form.error_of("code")
    form.set_values({"code": RECOVERY})
    page.current().submit()
    assert page.step() == 5


def test_that_a_store_that_cannot_be_made_is_said_and_can_be_tried_again(
    qtbot: QtBot, tasks: Tasks, show: Show
) -> None:
    set_up = MadeUpSetUp(refuse_make=[refuse(no("desktop_failed"))])
    page = make(tasks, show, set_up)
    to_codes(page)
    page.current().submit()
    page.try_it.form.set_values({"code": RECOVERY})
    page.current().submit()
    page.current().submit()
    assert "This could not be read." in said(page)
    with qtbot.waitSignal(page.made):
        page.current().submit()


def test_that_nothing_sent_to_the_printer_is_not_said_to_be(tasks: Tasks, show: Show) -> None:
    page = make(tasks, show, MadeUpSetUp(), MadeUpPrinter(there=False))
    to_codes(page)
    page.print_button.click()
    assert "Sent to the printer" not in said(page)


def test_that_looking_around_and_bringing_back_are_offered(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    brought: list[int] = []
    page = show(FirstStart(tasks, MadeUpSetUp(), MadeUpPrinter(), bring_back=lambda: brought.append(1)))
    with qtbot.waitSignal(page.look_around):
        page.demo_button.click()
    page.back_button.click()
    assert brought == [1]
    assert not hasattr(make(tasks, show, MadeUpSetUp()), "back_button")


def test_that_an_old_store_gets_the_same_steps_in_its_own_words(tasks: Tasks, show: Show) -> None:
    page = show(FirstStart(tasks, MadeUpSetUp(), MadeUpPrinter(), kind="encrypt", store="pharmacy.crs"))
    assert "“pharmacy.crs” was made by an earlier version" in said(page)
    to_codes(page)
    page.current().submit()
    page.try_it.form.set_values({"code": RECOVERY})
    page.current().submit()
    assert page.current().accept_button.text() == "&Encrypt my store"
    assert "then encrypt “pharmacy.crs”" in said(page)
