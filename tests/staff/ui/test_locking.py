"""When desks lock, on the page of people: read by everybody there, changed by an administrator with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.staff.commands import StateLockMinutes
from crs_desktop.staff.model import LockAfter
from crs_desktop.staff.ui.locking import minutes_text
from crs_desktop.staff.ui.people_page import PeoplePage
from tests.staff.ui.made_up import NOW, ZONE, MadeUpNewCodes, MadeUpPeople, MadeUpPrinter, rights, some_picture

Show = Callable[[PeoplePage], PeoplePage]
HERE = "Locks with the system: when the session is locked."


def made(tasks: Tasks, show: Show, people: MadeUpPeople) -> PeoplePage:
    page = PeoplePage(tasks, people, MadeUpNewCodes(), MadeUpPrinter(), rights(), ZONE, watched=lambda: HERE)
    page = show(page)
    page.open_view(4)
    return page


def send(qtbot: QtBot, dialog: FormDialog, **typed: str) -> None:
    dialog.form.set_values(typed)
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_that_the_minutes_and_what_this_computer_tells_are_said(tasks: Tasks, show: Show) -> None:
    view = made(tasks, show, MadeUpPeople()).locking
    assert view.isVisible()
    assert view.minutes.text().startswith("A desk locks after 5 minutes without a key or the mouse")
    assert view.stated.text() == "Nobody here has chosen other minutes yet."
    assert view.here.text() == HERE


def test_that_who_chose_other_minutes_and_why_is_said(tasks: Tasks, show: Show) -> None:
    shown = some_picture()
    lock = LockAfter(1, "Karin Lind", NOW, "a corridor")
    view = made(tasks, show, MadeUpPeople(replace(shown, picture=replace(shown.picture, lock=lock)))).locking
    assert "after 1 minute without" in view.minutes.text()
    assert view.stated.text() == "Chosen by Karin Lind on Fri 4 Dec 2026 03:10: a corridor"


def test_that_an_administrator_changes_them_by_keyboard(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    people = MadeUpPeople()
    page = made(tasks, show, people)
    page.locking.change_button.click()
    (dialog,) = [one for one in page.findChildren(FormDialog) if one.isVisible()]
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.form.fields["minutes"].editor)
    assert dialog.form.values() == {"minutes": "5", "reason": ""}
    send(qtbot, dialog, minutes="")
    assert [dialog.form.error_of(name) for name in ("minutes", "reason")] == ["This is needed."] * 2
    assert people.heard == []
    send(qtbot, dialog, minutes="20", reason="one shared room")
    assert "1 to 15 whole minutes" in dialog.form.error_of("minutes") and dialog.isVisible()
    send(qtbot, dialog, minutes="10", reason="one shared room")
    asked = [one for one in people.heard if isinstance(one, StateLockMinutes)]
    assert [(one.minutes, one.reason) for one in asked] == [("20", "one shared room"), ("10", "one shared room")]
    assert page.told.text() == "From now on a desk locks after 10 minutes."


def test_that_nobody_else_finds_the_button(tasks: Tasks, show: Show) -> None:
    view = made(tasks, show, MadeUpPeople(some_picture(may_manage=False))).locking
    assert view.minutes.isVisible() and not view.change_button.isVisible()


@pytest.mark.parametrize(("minutes", "said"), [(1, "1 minute"), (2, "2 minutes"), (15, "15 minutes")])
def test_that_one_minute_is_one_minute(minutes: int, said: str) -> None:
    assert minutes_text(minutes) == said
