"""The page of people, by keys and buttons: who is there, what is waiting, who may do what, new codes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.staff.commands import ChangeRoles, EndPerson, EnrolPerson, LookOver, RenamePerson, TakeBackPerson
from crs_desktop.staff.ui.people import GivePassword, WithPassword
from crs_desktop.staff.ui.people_page import PeoplePage
from tests.staff.ui.conftest import held
from tests.staff.ui.made_up import (
    EMERGENCY,
    GOOD,
    RECOVERY,
    ZONE,
    MadeUpNewCodes,
    MadeUpPeople,
    MadeUpPrinter,
    rights,
    some_picture,
)

Show = Callable[[PeoplePage], PeoplePage]


@pytest.fixture
def people() -> MadeUpPeople:
    return MadeUpPeople()


@pytest.fixture
def codes() -> MadeUpNewCodes:
    return MadeUpNewCodes()


@pytest.fixture
def page(tasks: Tasks, show: Show, people: MadeUpPeople, codes: MadeUpNewCodes) -> PeoplePage:
    return show(PeoplePage(tasks, people, codes, MadeUpPrinter(), rights(), ZONE))


def rows(page: PeoplePage) -> list[list[str]]:
    return [[column.whole(one) for column in page.table.model.columns] for one in page.table.model.records()]


def send(qtbot: QtBot, dialog: FormDialog, **typed: str) -> None:
    """Ctrl+Enter sends, also from a field of several lines."""
    dialog.form.set_values(typed)
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_that_everybody_is_listed_with_roles_standing_and_last_sign_in(page: PeoplePage) -> None:
    assert rows(page) == [
        ["Karin Lind karin", "pharmacist, administrator since Sat 7 Feb 2026", "active signed in Fri 4 Dec 2026 02:30"],
        ["Anna Weber weber", "pharmacist since Wed 2 Dec 2026", "temporary password never signed in"],
        ["Afua Osei afua", "technician since Sat 5 Sep 2026", "locked out signed in Thu 3 Dec 2026 03:10"],
        ["Chidi Okafor okafor", "pharmacist, technician since Thu 30 Oct 2025", "left signed in Sun 22 Nov 2026 03:10"],
        ["Željka Petrović-Nguyễn & Söhne zeljka", "auditor since Wed 4 Nov 2026",
         "active signed in Fri 4 Dec 2026 03:10"],
    ]  # fmt: skip
    states = [page.table.model.columns[2].state(one) for one in page.table.model.records()]  # type: ignore[misc]
    assert states == [State.READY, State.READY_BUT, State.SHORT, None, State.READY]


def test_that_a_person_is_added_with_a_temporary_password_that_stays_nowhere(
    qtbot: QtBot, page: PeoplePage, people: MadeUpPeople
) -> None:
    dialog = page.forms.add()
    typed = {"name": "Ngozi Eze", "sign_in": "ngozi", "role_technician": "yes", "password": GOOD, "again": GOOD}
    send(qtbot, dialog, **typed | {"role_technician": "", "name": "", "again": "x"})
    assert dialog.form.error_of("role_pharmacist") == "At least one role is needed."
    assert dialog.form.error_of("again") == "This is not the same as above."
    assert people.heard == []
    send(qtbot, dialog, **typed | {"sign_in": "karin"})
    assert dialog.form.error_of("sign_in") == "Sign-in name is missing."
    assert GOOD not in held(dialog)
    send(qtbot, dialog, **typed)
    assert not dialog.isVisible()
    asked = people.heard[-1]
    assert isinstance(asked, WithPassword) and isinstance(asked.command, EnrolPerson)
    assert (asked.command.sign_in, asked.command.roles, asked.password) == ("ngozi", ("technician",), GOOD)
    assert GOOD not in repr(asked)
    assert people.heard[0].command.request_id == asked.command.request_id  # type: ignore[attr-defined]
    assert page.told.text() == "Ngozi Eze can sign in now, with the temporary password."


def test_that_roles_name_and_leaving_carry_a_reason(qtbot: QtBot, page: PeoplePage, people: MadeUpPeople) -> None:
    page.table.choose(2)
    weber = page.table.current()
    assert weber is not None
    dialog = page.forms.roles(weber)
    send(qtbot, dialog, role_auditor="yes")
    assert dialog.form.error_of("reason") == "This is needed."
    send(qtbot, dialog, reason="audits the night")
    send(qtbot, page.forms.rename(weber), name="Anna Weber-Roth", reason="married")
    send(qtbot, page.forms.end(weber), reason="moved away")
    roles, name, end = people.heard
    assert isinstance(roles, ChangeRoles) and roles.roles == ("pharmacist", "auditor")
    assert isinstance(name, RenamePerson) and name.name == "Anna Weber-Roth"
    assert isinstance(end, EndPerson) and end.reason == "moved away"
    page.refresh()
    assert rows(page)[1][0] == "Anna Weber-Roth weber"
    assert rows(page)[1][2].startswith("left")


def test_that_enter_on_a_person_opens_the_roles(qtbot: QtBot, page: PeoplePage) -> None:
    page.table.view.setFocus()
    qtbot.keyClick(page.table.view, Qt.Key.Key_Return)
    assert [one.windowTitle() for one in page.findChildren(FormDialog)] == ["Change roles"]


def test_that_who_left_is_taken_back_with_a_reason_and_a_password(
    qtbot: QtBot, page: PeoplePage, people: MadeUpPeople
) -> None:
    page.table.choose(4)
    assert page.back_button.isVisible()
    assert not page.end_button.isEnabled()
    page.back_button.click()
    (dialog,) = page.findChildren(FormDialog)
    send(qtbot, dialog, password=GOOD, again=GOOD)
    assert dialog.form.error_of("reason") == "This is needed."
    send(qtbot, dialog, reason="is back", password=GOOD, again=GOOD)
    (asked,) = people.heard
    assert isinstance(asked, WithPassword) and isinstance(asked.command, TakeBackPerson)
    assert (asked.command.person_id, asked.command.reason, asked.password) == (4, "is back", GOOD)


def test_that_who_forgot_gets_a_temporary_password_and_who_missed_too_often_is_freed(
    qtbot: QtBot, page: PeoplePage, people: MadeUpPeople
) -> None:
    page.table.choose(1)
    assert not page.free_button.isVisible()
    page.password_button.click()
    (dialog,) = page.findChildren(FormDialog)
    send(qtbot, dialog, password="short", again="short")
    assert "15" in dialog.form.error_of("password")
    send(qtbot, dialog, password=GOOD, again=GOOD)
    assert isinstance(people.heard[-1], GivePassword)
    page.table.choose(3)
    assert page.free_button.isVisible()
    page.free_button.click()
    assert people.heard[-1] == ("free", 3)
    assert not page.free_button.isVisible()
    assert page.told.text() == "Afua Osei may try again."


def test_that_emergency_access_is_listed_with_its_acts_until_it_is_looked_over(
    qtbot: QtBot, page: PeoplePage, people: MadeUpPeople
) -> None:
    assert page.badge.text() == "to be looked over: 2"
    page.open_view(1)
    assert "22:19  Dose recorded: dose 17" in page.session_detail.text()
    assert "both pharmacists away" in page.session_detail.text()
    page.look_over()
    (dialog,) = page.findChildren(FormDialog)
    send(qtbot, dialog)
    assert dialog.form.error_of("note") == "This is needed."
    send(qtbot, dialog, note="right and needed")
    command = people.heard[-1]
    assert isinstance(command, LookOver) and (command.emergency_id, command.note) == (1, "right and needed")
    page.refresh()
    assert [one.name for one in page.sessions.model.records()] == ["Afua Osei"]


def test_that_rights_are_words_and_shapes(page: PeoplePage) -> None:
    columns = page.rights.model.columns
    shown = {
        one.operation: [(column.text(one), column.state(one)) for column in columns[1:] if column.state]
        for one in page.rights.model.records()
    }
    may, never = ("may", State.READY), ("–", None)
    assert shown["log dose"] == [may, never, never, never, may]
    assert shown["receive lot"] == [may, may, never, never, may]
    assert shown["enrol person"] == [never, never, may, never, never]
    assert "state facts of the store" not in shown


def test_that_whoever_may_not_manage_reads_and_has_no_buttons(tasks: Tasks, show: Show) -> None:
    page = show(
        PeoplePage(tasks, MadeUpPeople(some_picture(False)), MadeUpNewCodes(), MadeUpPrinter(), rights(), ZONE)
    )
    page.table.choose(3)
    assert "Only an administrator can change this." in page.summary.text()
    buttons = (page.add_button, page.roles_button, page.end_button, page.password_button, page.free_button)
    assert [one.isVisible() for one in buttons] == [False] * 5
    page.table.opened.emit()
    assert page.findChildren(FormDialog) == []


@pytest.mark.parametrize(("kind", "code"), [("recovery", RECOVERY), ("emergency", EMERGENCY)])
def test_that_a_new_code_counts_only_when_it_was_typed_back(
    qtbot: QtBot, page: PeoplePage, codes: MadeUpNewCodes, kind: str, code: str
) -> None:
    page.open_view(3)
    dialog = page.open_new_code(kind)  # type: ignore[arg-type]
    assert dialog.card.shown() == code.replace("-", " ")
    dialog.show_panel.submit()
    dialog.typed.field.set_value(code[:-1] + "X")
    dialog.try_panel.submit()
    assert "Look at group" in dialog.typed.field.error_text()
    assert codes.kept == []
    dialog.typed.field.set_value(code)
    dialog.try_panel.submit()
    assert codes.kept == [kind]
    assert dialog.card.shown() == ""
    assert "the old one opens nothing" in page.told.text()


def test_that_leaving_a_new_code_keeps_the_old_one(qtbot: QtBot, page: PeoplePage, codes: MadeUpNewCodes) -> None:
    dialog = page.open_new_code("recovery")
    qtbot.keyClick(dialog.show_panel, Qt.Key.Key_Escape)
    QApplication.sendPostedEvents()
    assert codes.kept == []
    assert page.told.text() == ""
