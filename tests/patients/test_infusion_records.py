"""What may be recorded about an infusion, and what a course that ends leaves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import EndCourse, MarkInfusion, Reschedule
from crs_desktop.patients.model import Infusion, Outcome
from crs_desktop.patients.service import PatientRegister
from tests.patients.made_up import ACTOR, enrolment
from tests.patients.test_enrolment import refused


@pytest.fixture
def register(register: PatientRegister) -> PatientRegister:
    register.enrol(enrolment(start="2026-11-28"), ACTOR)
    return register


def dose(register: PatientRegister, key: str) -> Infusion:
    record = register.record(1)
    assert record is not None
    return next(item for item in record.infusions if item.dose.key == key)


def given(request_id: str, key: str, at: str, reason: str = "") -> MarkInfusion:
    return MarkInfusion(request_id, 1, key, "given", at, reason)


def test_that_an_infusion_given_stands_on_its_actual_local_day_and_time(register: PatientRegister) -> None:
    assert not isinstance(register.mark(given("m1", "SUD1", "2026-11-29 23:30"), ACTOR), Refused)
    first = dose(register, "SUD1")
    assert (first.day, first.clock_time, first.outcome) == (date(2026, 11, 29), "23:30", Outcome.GIVEN)
    assert first.given_at == datetime(2026, 11, 30, 4, 30, tzinfo=UTC)
    assert dose(register, "SUD2").day == date(2026, 12, 2)
    window = register.overview().lines[0].window
    assert window is not None and (window.days.first, window.days.last) == (date(2026, 11, 29), date(2026, 12, 7))


def test_that_a_given_dose_is_corrected_with_a_reason_only_and_never_moved(register: PatientRegister) -> None:
    register.mark(given("m1", "SUD1", "2026-11-28 09:40"), ACTOR)
    assert refused(register.mark(given("m2", "SUD1", "2026-11-28 10:40"), ACTOR)) == {"reason": "infusion_given_again"}
    move = Reschedule("m3", 1, "SUD1", "2026-12-05", "", "fever")
    assert refused(register.reschedule(move, ACTOR)) == {"": "infusion_already_given"}
    assert dose(register, "SUD1").clock_time == "09:40"
    assert not isinstance(register.mark(given("m4", "SUD1", "2026-11-28 10:40", "read wrongly"), ACTOR), Refused)
    assert dose(register, "SUD1").clock_time == "10:40"
    assert not isinstance(register.mark(MarkInfusion("m5", 1, "SUD1", "held", "", "wrong patient"), ACTOR), Refused)
    assert dose(register, "SUD1").outcome is Outcome.HELD
    assert [event.reason for event in register.events(1)] == ["wrong patient", "read wrongly", ""]


def test_that_a_move_changes_the_days_after_it_and_keeps_the_time(register: PatientRegister) -> None:
    move = Reschedule("m1", 1, "FULL1", "2026-12-08", "09:30", "ward full")
    assert not isinstance(register.reschedule(move, ACTOR), Refused)
    assert (dose(register, "FULL1").day, dose(register, "FULL1").clock_time) == (date(2026, 12, 8), "09:30")
    assert dose(register, "W1").day == date(2026, 12, 15)


def test_that_the_same_record_sent_twice_is_one_record(register: PatientRegister) -> None:
    first = register.mark(given("m1", "SUD1", "2026-11-28 09:40"), ACTOR)
    assert register.mark(given("m1", "SUD1", "2026-11-28 09:40"), ACTOR) == first
    assert refused(register.mark(given("m1", "SUD1", "2026-11-28 09:41"), ACTOR)) == {
        "request": "request_with_other_content"
    }
    assert len(register.events(1)) == 1


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (given("m", "SUD1", "2026-12-02 09:01"), {"given_at": "time_in_the_future"}),
        (given("m", "SUD1", "2026-11-01 01:30"), {"given_at": "instant_is_twice"}),
        (given("m", "SUD1", "2026-03-08 02:30"), {"given_at": "instant_does_not_exist"}),
        (given("m", "SUD1", "now", "x" * 3000), {"given_at": "instant_not_understood", "reason": "text_too_long"}),
        (given("m", "SUD9", "2026-12-01 09:00"), {"infusion": "infusion_unknown"}),
        (MarkInfusion("m", 9, "SUD1", "held", "", "fever"), {"course": "course_unknown"}),
        (MarkInfusion("m", 1, "SUD1", "held", "", " "), {"reason": "text_missing"}),
        (MarkInfusion("m", 1, "SUD1", "not given", "", ""), {"reason": "text_missing"}),
        (MarkInfusion("m", 1, "SUD1", "rescheduled", "", "x"), {"outcome": "infusion_outcome"}),
    ],
)
def test_that_a_record_that_cannot_be_is_refused(
    register: PatientRegister, command: MarkInfusion, expected: dict[str, str]
) -> None:
    assert refused(register.mark(command, ACTOR)) == expected
    assert register.events(1) == []


def test_that_a_given_time_in_the_repeated_hour_is_taken_with_its_offset(register: PatientRegister) -> None:
    assert not isinstance(register.mark(given("m1", "SUD1", "2026-11-01 01:30-04:00", "as told"), ACTOR), Refused)
    assert dose(register, "SUD1").given_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_that_a_move_needs_a_day_that_exists_a_time_of_day_and_a_reason(register: PatientRegister) -> None:
    move = Reschedule("m1", 1, "SUD2", "2026-02-31", "9:30", "")
    assert refused(register.reschedule(move, ACTOR)) == {
        "day": "day_does_not_exist", "clock_time": "clock_time_not_understood", "reason": "text_missing",
    }  # fmt: skip


def test_that_a_dose_of_a_later_rhythm_can_be_placed_although_no_gap_to_it_is_known(register: PatientRegister) -> None:
    move = Reschedule("m1", 1, "Q2W1", "2026-12-20", "", "every 2 weeks from now on")
    assert not isinstance(register.reschedule(move, ACTOR), Refused)
    assert dose(register, "Q2W1").day == date(2026, 12, 20)


def end(request_id: str = "x1", kind: str = "withdrawn", day: str = "2026-12-01") -> EndCourse:
    return EndCourse(request_id, 1, kind, day, "moved to another hospital")


def test_that_an_ended_course_gives_no_more_doses_and_moves_none(register: PatientRegister) -> None:
    register.mark(given("m1", "SUD1", "2026-11-28 09:40"), ACTOR)
    assert not isinstance(register.end_course(end(), ACTOR), Refused)
    assert dose(register, "FULL1").outcome is Outcome.NOT_GIVEN
    (line,) = register.overview().lines
    assert line.next is None
    assert [(w.days.first, w.days.last) for w in line.windows] == [(date(2026, 11, 28), date(2026, 11, 30))]
    move = Reschedule("m2", 1, "FULL1", "2026-12-08", "", "why not")
    assert refused(register.reschedule(move, ACTOR)) == {"": "course_ended"}
    # What was given before the end is still recordable.
    assert not isinstance(register.mark(given("m3", "SUD2", "2026-11-30 09:40"), ACTOR), Refused)
    assert refused(register.end_course(end("x2"), ACTOR)) == {"": "course_ended"}


def test_that_death_closes_the_window(register: PatientRegister) -> None:
    register.mark(given("m1", "SUD1", "2026-11-28 09:40"), ACTOR)
    assert not isinstance(register.end_course(end(kind="died"), ACTOR), Refused)
    assert register.overview().lines[0].windows == ()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (end(kind="bored"), {"kind": "course_end_kind"}),
        (end(kind=""), {"kind": "text_missing"}),
        (end(day="2026-12-03"), {"day": "time_in_the_future"}),
        (end(day="2026-02-31"), {"day": "day_does_not_exist"}),
        (EndCourse("x", 1, "died", "2026-12-01", ""), {"reason": "text_missing"}),
        (EndCourse("x", 9, "died", "2026-12-01", "told"), {"course": "course_unknown"}),
    ],
)
def test_that_an_end_that_cannot_be_is_refused(
    register: PatientRegister, command: EndCourse, expected: dict[str, str]
) -> None:
    assert refused(register.end_course(command, ACTOR)) == expected
    assert register.overview().lines[0].next is not None


def test_that_an_infusion_given_far_from_its_planned_day_needs_a_reason(register: PatientRegister) -> None:
    """A slip in the year would move the rescue window away from the patient without a word."""
    answer = register.mark(given("m1", "SUD1", "2025-11-28 09:40"), ACTOR)
    assert refused(answer) == {"reason": "infusion_given_far"}
    assert dose(register, "SUD1").outcome is Outcome.PLANNED
    assert not isinstance(register.mark(given("m1", "SUD1", "2025-11-28 09:40", "found in the chart"), ACTOR), Refused)


def test_that_a_planned_infusion_is_not_moved_into_the_past(register: PatientRegister) -> None:
    for day in ("2025-12-05", (register.today - timedelta(days=1)).isoformat()):
        move = Reschedule("m1", 1, "SUD1", day, "", "ward full")
        assert refused(register.reschedule(move, ACTOR)) == {"day": "moved_into_the_past"}
    move = Reschedule("m1", 1, "SUD1", register.today.isoformat(), "", "ward full")
    assert not isinstance(register.reschedule(move, ACTOR), Refused)
