"""When a course is told to its end, and of whom a board may say anything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crs_desktop.kernel.days import DayRange
from crs_desktop.patients.model import Course, CourseEnd, EndKind, Infusion, Outcome, Patient, PatientRecord, Window
from crs_desktop.patients.over import LONGEST_GAP, on_the_board, over_on
from crs_desktop.patients.rules import infusions
from tests.patients.courses import BODY, HORIZON, course_of

TODAY = date(2026, 12, 10)


def course(end: CourseEnd | None = None) -> Course:
    base = course_of("CAR-T", "12-04", {}, 1)
    return Course(1, 1, base.protocol, base.regimen_id, date(2026, 12, 4), end)


def infusion(outcome: Outcome, day: int = 4) -> Infusion:
    dose = infusions(course(), (), BODY, TODAY, HORIZON)[0].dose
    return Infusion(1, dose, date(2026, 12, day), "", outcome, None)


GIVEN, HELD = infusion(Outcome.GIVEN), infusion(Outcome.HELD)
PLANNED, NOT_GIVEN = infusion(Outcome.PLANNED), infusion(Outcome.NOT_GIVEN)


def over(of: Course, infused: list[Infusion], *ahead: Infusion) -> date | None:
    asked: list[date] = []

    def more(_course: Course, until: date) -> list[Infusion]:
        asked.append(until)
        return [*infused, *ahead]

    found = over_on(of, infused, more, TODAY)
    assert asked in ([], [TODAY + LONGEST_GAP])
    return found


def test_that_a_course_is_over_on_the_last_day_of_what_was_given() -> None:
    assert over(course(), [GIVEN, infusion(Outcome.GIVEN, 7), NOT_GIVEN]) == date(2026, 12, 7)
    assert over(course(), [NOT_GIVEN]) == date(2026, 12, 4)


@pytest.mark.parametrize("waiting", [PLANNED, HELD])
def test_that_a_course_of_which_something_is_untold_is_not_over(waiting: Infusion) -> None:
    assert over(course(), [GIVEN, waiting]) is None
    assert over(course(CourseEnd(EndKind.WITHDRAWN, TODAY, "")), [waiting]) is None


def test_that_a_course_that_comes_to_something_years_later_is_not_over() -> None:
    assert over(course(), [GIVEN], PLANNED) is None


def test_that_an_ended_course_comes_to_nothing_more() -> None:
    assert over(course(CourseEnd(EndKind.WITHDRAWN, date(2026, 12, 6), "")), [GIVEN], PLANNED) == date(2026, 12, 6)


def record(*infused: Infusion) -> PatientRecord:
    return PatientRecord(Patient(1, "1", "A", "B", date(1961, 3, 12), None), (), (course(),), infused)


def window(last: date) -> Window:
    return Window(1, (1,), DayRange(date(2026, 12, 4), last), 1)


def test_that_a_board_speaks_of_windows_that_are_not_over_of_what_is_untold_and_of_planned_doses() -> None:
    assert on_the_board(record(), [window(TODAY)], False, TODAY)
    assert not on_the_board(record(GIVEN, NOT_GIVEN), [window(TODAY - timedelta(days=1))], False, TODAY)
    assert on_the_board(record(PLANNED), [], False, TODAY) and on_the_board(record(HELD), [], False, TODAY)
    assert on_the_board(record(infusion(Outcome.GIVEN, 10)), [], False, TODAY)
    assert not on_the_board(record(infusion(Outcome.NOT_GIVEN, 11)), [], False, TODAY)
    assert on_the_board(record(), [], True, TODAY)
