"""A receipt is corrected by two, every other line by one: at the service, and at the window by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.signing.commands import StateNightRule, read_night_rule
from crs_desktop.staff.signing.model import Asked, Outcome, SecondCheck, SecondSignature
from crs_desktop.staff.signing.service import SecondCheckBook
from crs_desktop.stock.commands import ReverseMovement
from crs_desktop.stock.model import Movement
from crs_desktop.stock.ui.page import StockPage
from tests.staff.signing.made_up import second
from tests.staff.signing.step import asking, enter, everything_to_be_read, no_step, open_step, sign, who
from tests.stock.conftest import NOW, WEBER, ZONE, Shelf, codes, desk_of

NIGHT = datetime(2026, 12, 3, 4, 30, tzinfo=UTC)  # 23:30 at the site
ALONE = SecondSignature(None, alone_reason="nobody else is here until two")


def corrected(shelf: Shelf, moved: Movement, signature: SecondSignature | None = None, **entered: str) -> object:
    command = ReverseMovement(shelf.request(), moved.id, "Entered twice")
    return shelf.ledger.reverse(command, WEBER, signature or second(shelf.ledger.asked(command), NOW, **entered))


def book(shelf: Shelf) -> SecondCheckBook:
    return SecondCheckBook(shelf.store, ZONE)


def checks(shelf: Shelf, moved: Movement) -> tuple[SecondCheck, ...]:
    return book(shelf).checks("receipt", moved.id)


def with_night_rule(shelf: Shelf) -> None:
    rule = StateNightRule("n", "2026-12-02", "22:00", "02:00", "One pharmacist from ten to two")
    read = read_night_rule(rule)
    assert not isinstance(read, Refused)
    assert not isinstance(book(shelf).state_night_rule(rule, WEBER, second(read.asked(), NOW)), Refused)


def at_night(shelf: Shelf) -> None:
    shelf.store.clock = StatedClock(NIGHT)


@pytest.fixture
def moved(shelf: Shelf) -> Movement:
    """Four vials that arrived."""
    return shelf.receive(shelf.place(), vials=4)


# --- the service ---


def test_that_a_receipt_is_not_corrected_without_a_second_person(shelf: Shelf, moved: Movement) -> None:
    command = ReverseMovement(shelf.request(), moved.id, "Entered twice")
    assert codes(shelf.ledger.reverse(command, WEBER, None)) == ["stock_second_needed"]
    assert [line.vials for line in shelf.ledger.movements()] == [4]


def test_that_every_other_line_is_corrected_by_one(shelf: Shelf, moved: Movement) -> None:
    wasted = shelf.waste(moved, 1)
    assert isinstance(wasted, Movement)
    command = ReverseMovement(shelf.request(), wasted.id, "Counted wrong")
    assert shelf.ledger.asked(command) is None
    assert isinstance(shelf.ledger.reverse(command, WEBER, None), Movement)
    assert book(shelf).counts().checks == 0


def test_that_the_signature_is_written_with_the_correction(shelf: Shelf, moved: Movement) -> None:
    back = corrected(shelf, moved, lot=" b7101 ", vials="04")
    assert isinstance(back, Movement) and back.vials == -4
    (check,) = checks(shelf, moved)
    assert (check.first, check.second, check.outcome) == ("A. Weber", "S. Lindgren", Outcome.AGREED)


@pytest.mark.parametrize(
    ("field", "typed", "first", "second_read"),
    [("lot", "B7110", "B7101", "B7110"), ("strength_mg", "200", "400 mg", "200 mg"), ("vials", "40", "4", "40")],
)
def test_that_each_thing_that_differs_stops_it_and_is_counted(
    shelf: Shelf, moved: Movement, field: str, typed: str, first: str, second_read: str
) -> None:
    answer = corrected(shelf, moved, **{field: typed})
    assert codes(answer) == ["second_check_differs", "second_check_explain"]
    assert isinstance(answer, Refused)
    said = answer.findings[0]
    assert (said.field, said.get("first"), said.value) == (field, first, second_read)
    assert [line.vials for line in shelf.ledger.movements()] == [4]
    assert [one.outcome for one in checks(shelf, moved)] == [Outcome.DIFFERS]


def test_that_a_mistyped_receipt_is_corrected_with_the_difference_explained(shelf: Shelf) -> None:
    mistyped = shelf.receive(shelf.place(), vials=40)
    corrected(shelf, mistyped, vials="4")
    command = ReverseMovement(shelf.request(), mistyped.id, "40 typed for 4")
    signature = replace(second(shelf.ledger.asked(command), NOW, vials="4"), explanation="The delivery note says 4")
    assert isinstance(shelf.ledger.reverse(command, WEBER, signature), Movement)
    assert [one.outcome for one in checks(shelf, mistyped)] == [Outcome.DIFFERS, Outcome.EXPLAINED]


def test_that_one_login_never_signs_twice_and_a_technician_never_second(shelf: Shelf, moved: Movement) -> None:
    command = ReverseMovement(shelf.request(), moved.id, "Entered twice")
    asked = shelf.ledger.asked(command)
    assert codes(corrected(shelf, moved, second(asked, NOW, WEBER.name))) == ["second_check_same"]
    agreed = second(asked, NOW)
    assert agreed.by is not None
    technician = replace(agreed, by=replace(agreed.by, roles=frozenset({"technician"})))
    assert codes(corrected(shelf, moved, technician)) == ["second_check_role"]
    stale = second(asked, NOW - timedelta(minutes=6))
    assert codes(corrected(shelf, moved, stale)) == ["second_check_stale"]
    assert checks(shelf, moved) == () and len(shelf.ledger.movements()) == 1


def test_that_alone_it_is_corrected_only_under_the_night_rule_and_then_listed(shelf: Shelf, moved: Movement) -> None:
    pharmacist, technician = Actor("A. Weber", "pharmacist"), Actor("T. Rossi", "technician")

    def alone(by: Actor) -> object:
        return shelf.ledger.reverse(ReverseMovement(shelf.request(), moved.id, "Entered twice"), by, ALONE)

    assert codes(alone(pharmacist)) == ["second_check_no_night_rule"]
    with_night_rule(shelf)
    assert codes(alone(pharmacist)) == ["second_check_outside_night"]
    at_night(shelf)
    assert codes(alone(technician)) == ["second_check_not_own"]
    assert isinstance(alone(pharmacist), Movement)
    (open_one,) = book(shelf).to_look_over()
    assert (open_one.subject, open_one.subject_id, open_one.first) == ("receipt", str(moved.id), "A. Weber")
    assert open_one.asked is not None and [one.truth for one in open_one.asked.fields] == ["B7101", "400", "4"]


def test_that_what_cannot_be_reversed_is_said_before_a_second_person_is_asked(shelf: Shelf, moved: Movement) -> None:
    assert isinstance(shelf.ledger.asked(ReverseMovement("a", moved.id, "x")), Asked)
    assert codes(shelf.ledger.asked(ReverseMovement("a", moved.id, " "))) == ["text_missing"]
    assert codes(shelf.ledger.asked(ReverseMovement("a", 99, "x"))) == ["stock_movement_unknown"]
    shelf.waste(moved, 1)
    assert codes(shelf.ledger.asked(ReverseMovement("a", moved.id, "x"))) == ["stock_too_few"]


# --- the window ---


@pytest.fixture
def page(qtbot: QtBot, shelf: Shelf, moved: Movement) -> Iterator[StockPage]:
    make_application([])
    tasks = Tasks(inline=True)
    made = StockPage(tasks, desk_of(shelf), lambda: WEBER, second=asking(tasks, shelf.store, book(shelf)))
    made.resize(1180, 760)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made


def first_form(qtbot: QtBot, page: StockPage, line: int) -> FormDialog:
    """The first person chose a line, gave the reason, and pressed Enter."""
    page.shelf.choose(page.shelf.model.records()[0].key)
    page.ledger.choose(line)
    page.open_correct()
    form = next(one for one in page.findChildren(FormDialog) if one.isVisible())
    qtbot.keyClicks(form.form.fields["reason"].editor, "Entered twice")
    qtbot.keyClick(form.panel, Qt.Key.Key_Return)
    return form


def test_that_lot_strength_and_count_are_entered_without_being_seen(
    qtbot: QtBot, page: StockPage, shelf: Shelf, moved: Movement
) -> None:
    first_form(qtbot, page, moved.id)
    step = open_step(qtbot)
    said = everything_to_be_read()
    assert "Line 1 of the ledger" in said
    for known in ("B7101", "+4", "4 vials", "Entered twice", "400 mg, lot"):
        assert known not in said
    who(qtbot, step)
    enter(qtbot, step, lot="B7101", strength_mg="400", vials="4")
    sign(qtbot, step)
    qtbot.waitUntil(no_step)
    assert [line.vials for line in shelf.ledger.movements()] == [-4, 4]
    assert [one.outcome for one in checks(shelf, moved)] == [Outcome.AGREED]


def test_that_another_line_asks_for_nobody(qtbot: QtBot, page: StockPage, shelf: Shelf, moved: Movement) -> None:
    wasted = shelf.waste(moved, 1)
    assert isinstance(wasted, Movement)
    page.refresh()
    form = first_form(qtbot, page, wasted.id)
    qtbot.waitUntil(lambda: not form.isVisible())
    assert no_step() and len(shelf.ledger.movements()) == 3


def test_that_by_day_it_is_said_why_nobody_may_sign_alone(qtbot: QtBot, page: StockPage, moved: Movement) -> None:
    first_form(qtbot, page, moved.id)
    step = open_step(qtbot)
    assert not step.alone_button.isVisible()
    assert "No night rule is in force today" in everything_to_be_read()


def test_that_one_pharmacist_at_night_signs_alone_with_a_reason(
    qtbot: QtBot, page: StockPage, shelf: Shelf, moved: Movement
) -> None:
    with_night_rule(shelf)
    at_night(shelf)
    first_form(qtbot, page, moved.id)
    step = open_step(qtbot)
    qtbot.keyClick(QApplication.focusWidget() or step, Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: step.alone_reason is not None)
    said = everything_to_be_read()
    assert "One pharmacist from ten to two" in said and "Lot number" not in said
    sign(qtbot, step)
    assert step.form.error_of("alone_reason") and len(shelf.ledger.movements()) == 1
    enter(qtbot, step, alone_reason="Nobody else is here")
    sign(qtbot, step)
    qtbot.waitUntil(no_step)
    assert [one.explanation for one in book(shelf).to_look_over()] == ["Nobody else is here"]
    assert len(shelf.ledger.movements()) == 2
