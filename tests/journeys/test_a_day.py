"""A day at the desk, by keys, on real workers and a real store: each act shows on the board by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tabbed_page import TabbedPage
from crs_desktop.documents.ui.page import PaperPage
from crs_desktop.patients.ui.enrol_dialog import EnrolDialog
from crs_desktop.policy.ui.page import PolicyPage
from crs_desktop.readiness.picture import BoardPicture
from crs_desktop.staff.ui.second_person import SecondPersonDialog
from tests.journeys.conftest import NEW
from tests.journeys.desk import Person, desk_over, take_picture, wait_until, words_of

SHORT = "Ferreira, João"


@pytest.fixture
def desk(story: Path) -> Iterator[Desk]:
    with desk_over(story) as opened:
        yield opened


@pytest.fixture
def person(desk: Desk) -> Person:
    return Person(desk)


def board_of(desk: Desk) -> BoardPicture:
    picture = desk.board.picture
    assert picture is not None
    return picture


def back_to_board(person: Person, before: BoardPicture) -> BoardPicture:
    person.go("board")
    wait_until(lambda: person.desk.board.picture is not before, "the board to answer again")
    return board_of(person.desk)


def gone(dialog: FormDialog | EnrolDialog, what: str) -> None:
    """Wait until a form has closed itself; a form that stays says why."""
    hidden: list[bool] = []
    dialog.finished.connect(lambda _code: hidden.append(True))
    try:
        wait_until(lambda: bool(hidden), what)
    except AssertionError as error:
        raise AssertionError(words_of(dialog)) from error


def test_that_an_enrolled_patient_appears_on_the_board(desk: Desk, person: Person) -> None:
    before = board_of(desk)
    person.go("patients")
    wait_until(lambda: desk.window.page("patients").notice_text() == "", "the patients")
    person.ctrl("N")  # works at once: going to a page by key puts the keyboard into it
    dialog = person.dialog(EnrolDialog)
    fields = dialog.form.fields
    values = {
        **NEW, "weight_kg": "70", "measured_at": "2026-11-22 08:00", "method": "standing scale", "therapy": "tecl",
        "start": "2026-11-30",
    }  # fmt: skip
    for name in ("family_name", "given_name", "mrn", "birth_date", "weight_kg", "measured_at", "method", "therapy"):
        person.write(fields[name].editor, values[name])
    person.write(fields["regimen"].editor, "Monotherapy")
    person.write(fields["start"].editor, values["start"])
    person.key(Qt.Key.Key_Return)
    gone(dialog, "the enrolment")
    after = back_to_board(person, before)
    assert [row.day for row in after.rows if row.mrn == NEW["mrn"]][:1] == ["2026-11-30"]
    assert any(window.mrn == NEW["mrn"] for window in after.windows)


def test_that_vials_received_end_the_shortage(desk: Desk, person: Person) -> None:
    before = board_of(desk)
    assert before.state == "short"
    assert "order 1 x 400 mg Actemra" in before.headline
    person.go("stock")
    wait_until(lambda: bool(desk.house.stock.lots()), "the lots")
    person.alt("R")
    dialog = person.dialog(FormDialog)
    fields = dialog.form.fields
    typed = {"brand": "Actemra", "strength_mg": "400", "lot": "J0001", "expires": "2027-11-30", "vials": "1"}
    for name, value in {**typed, "place": "Main"}.items():
        person.write(fields[name].editor, value)
    person.key(Qt.Key.Key_Return)
    gone(dialog, "the receipt")
    after = back_to_board(person, before)
    assert [window.name for window in after.windows if window.state == "short"] == []
    assert SHORT not in after.headline
    take_picture(desk, "board-after-receipt")


def test_that_a_stated_policy_changes_the_board_and_the_status_line(desk: Desk, person: Person) -> None:
    before = board_of(desk)
    wait_until(lambda: "CAR-T 2" in desk.window.status.text("policy"), "the policy in the status line")
    person.go("policy")
    room = desk.window.page("policy")
    assert isinstance(room, TabbedPage)
    page = room.page("options")
    assert isinstance(page, PolicyPage)
    wait_until(lambda: page.options.current() is not None, "the options")
    person.tab_to(page.options.view)
    person.key(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    while (chosen := page.options.current()) is not None and chosen.option.key != "sets_car_t":
        person.key(Qt.Key.Key_Down)
    person.alt("S")
    dialog = person.dialog(FormDialog)
    for name, value in {"value": "1", "owner": "Made-up committee", "reason": "one set while vials are short"}.items():
        person.write(dialog.form.fields[name].editor, value)
    person.key(Qt.Key.Key_Return)
    step = person.dialog(SecondPersonDialog)
    assert not desk.window.isVisible() and not dialog.isVisible(), "what the first person sees is covered"
    for name, value in {"value": "1", "valid_from": "2026-11-22"}.items():
        person.write(step.form.fields[name].editor, value)
    person.key(Qt.Key.Key_Return)
    gone(dialog, "the policy")
    assert desk.window.isVisible()
    wait_until(lambda: "CAR-T 1" in desk.window.status.text("policy"), "the new policy in the status line")
    after = back_to_board(person, before)
    assert {window.owed for window in after.windows} == {1}


def test_that_a_printed_checklist_is_shown_and_marked_on_the_board(desk: Desk, person: Person) -> None:
    before = board_of(desk)
    person.choose_row(SHORT)
    person.ctrl("P")
    wait_until(lambda: desk.window.current_page() == "paper", "the page of paper")
    page = desk.window.page("paper")
    assert isinstance(page, PaperPage)
    wait_until(lambda: page.preview.content().startswith(b"%PDF"), "the filed bytes in the preview")
    take_picture(desk, "checklist")
    line = page.table.current()
    assert line is not None and line.patient == SHORT
    back_to_board(person, before)
    row = next(one for one in board_of(desk).rows if one.name == SHORT)
    assert desk.board.paper_state(row) == "printed"


def test_that_all_sets_of_a_window_are_confirmed_at_once_and_it_is_said(desk: Desk, person: Person) -> None:
    before = board_of(desk)
    held = len(desk.house.stock.earmarks())
    person.choose_row("Kowalska, Zofia")
    window = next(one for one in before.windows if one.name == "Kowalska, Zofia")
    proposed = [one for one in window.sets if not one.confirmed]
    assert proposed
    button = next(one for one in desk.board.panel.buttons if one.text().replace("&", "").startswith("Confirm"))
    person.press_button(button)
    wait_until(lambda: board_of(desk) is not before, "the board to answer again")
    wait_until(lambda: "promised to Kowalska, Zofia" in desk.board.panel.text(), "what was done")
    assert len(desk.house.stock.earmarks()) == held + 1
    after = next(one for one in board_of(desk).windows if one.name == "Kowalska, Zofia")
    assert all(one.confirmed for one in after.sets)
    take_picture(desk, "board-confirmed")
