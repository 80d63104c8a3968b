"""What became of each infusion, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Outcome, Patient, PatientRecord, Weighing, WeighingMethod, Window
from crs_desktop.patients.rules import (
    course_window,
    infusions,
    merged,
    next_infusion,
    same_name,
    settled_days,
    windows_of,
)
from crs_desktop.policy.standby.model import StandbyRule
from tests.patients.courses import BODY, course_of, day, events_of, infused, shipped_policy

RUTH = Patient(3, "0041827", "Adler", "Ruth", date(1961, 3, 12), None)


def window(first: str, last: str, sets: int = 1, patient: int = 3, course: int = 7) -> Window:
    return Window(patient, (course,), DayRange(day(first), day(last)), sets)


def test_that_later_doses_follow_a_dose_given_late() -> None:
    dated = {item.dose.key: item.day for item in infused("step-up", "12-05", {"SUD1": "given 12-07"})}
    assert (dated["SUD1"], dated["SUD2"], dated["FULL1"]) == (day("12-07"), day("12-10"), day("12-13"))


def test_that_a_held_dose_stays_on_the_day_it_was_moved_to_and_then_waits_for_today() -> None:
    became = {"SUD1": "given 12-05", "SUD2": "moved 12-12, held"}
    ahead = {item.dose.key: item for item in infused("step-up", "12-05", became, "12-10")}
    assert (ahead["SUD2"].day, ahead["SUD2"].outcome) == (day("12-12"), Outcome.HELD)
    late = {item.dose.key: item for item in infused("step-up", "12-05", became, "12-20")}
    assert (late["SUD2"].day, late["FULL1"].day) == (day("12-20"), day("12-23"))


def test_that_two_held_doses_wait_one_after_the_other() -> None:
    dated = {
        item.dose.key: item.day
        for item in infused("step-up", "12-01", {"SUD1": "given 12-01", "SUD2": "held", "FULL1": "held"})
    }
    assert (dated["SUD2"], dated["FULL1"]) == (day("12-10"), day("12-13"))


def test_that_a_held_dose_beyond_the_horizon_changes_nothing() -> None:
    course = course_of("step-up", "12-14", {})
    near = infusions(course, events_of({"W9": "held"}), BODY, day("12-10"), day("12-20"))
    assert "W9" not in {item.dose.key for item in near}


def test_that_a_dose_not_given_stays_on_the_day_it_was_moved_to() -> None:
    dated = {item.dose.key: item for item in infused("step-up", "12-14", {"SUD2": "moved 12-19, not given"})}
    assert (dated["SUD2"].day, dated["SUD2"].outcome) == (day("12-19"), Outcome.NOT_GIVEN)


def test_that_the_actual_day_wins_over_a_day_it_was_moved_to_and_a_withdrawn_given_does_not_stay() -> None:
    events = events_of({"SUD1": "moved 12-05, given 12-06", "SUD2": "given 12-07, held"})
    assert settled_days(reversed(events)) == {"SUD1": day("12-06")}


def test_that_a_past_dose_that_nobody_recorded_says_so_in_plain_words() -> None:
    first = infused("step-up", "12-08", {})[0]
    assert first.outcome is Outcome.PLANNED
    assert [say(finding) for finding in first.findings] == [
        "Step-up dose 1 was planned for Tue 8 Dec and nothing is recorded about it: mark it given, held or not given."
    ]
    assert infused("step-up", "12-10", {})[0].findings == ()


def test_that_doses_from_the_end_of_a_course_on_are_not_given_and_not_overdue() -> None:
    dated = infused("step-up", "12-05", {"SUD1": "given 12-05", "course": "withdrawn 12-08"})
    assert [item.outcome for item in dated[:3]] == [Outcome.GIVEN, Outcome.NOT_GIVEN, Outcome.NOT_GIVEN]
    assert all(not any(f.code == "infusion_not_recorded" for f in item.findings) for item in dated)


def test_that_a_course_without_any_step_to_come_owes_no_window() -> None:
    became = {"SUD1": "not given", "SUD2": "not given", "FULL1": "not given"}
    course = course_of("step-up", "12-14", became)
    dated = [item for item in infused("step-up", "12-14", became) if item.dose.role != "full"]
    assert course_window(course, dated, shipped_policy(day("12-10"))) is None


def test_that_steps_without_a_full_dose_to_come_end_two_days_after_the_last_step() -> None:
    became = {"FULL1": "not given"}
    course = course_of("step-up", "12-14", became)
    steps = [item for item in infused("step-up", "12-14", became) if item.dose.role != "full"]
    found = course_window(course, steps, shipped_policy(day("12-10")))
    assert found is not None and found.days == DayRange(day("12-14"), day("12-19"))


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (window("12-18", "12-20", 2, course=8), [("12-01", "12-20", 2, (7, 8))]),  # overlaps
        (window("12-19", "12-20", 2, course=8), [("12-01", "12-20", 2, (7, 8))]),  # lies on the next day
        (window("12-20", "12-21", 2, course=8), [("12-01", "12-18", 1, (7,)), ("12-20", "12-21", 2, (8,))]),
        (window("12-18", "12-20", 2, 4, 8), [("12-01", "12-18", 1, (7,)), ("12-18", "12-20", 2, (8,))]),  # another one
    ],
)
def test_that_windows_of_one_patient_that_touch_become_one_with_the_larger_count(
    second: Window, expected: list[tuple[str, str, int, tuple[int, ...]]]
) -> None:
    found = merged([second, window("12-01", "12-18")])
    assert [(f"{w.days.first:%m-%d}", f"{w.days.last:%m-%d}", w.sets, w.course_ids) for w in found] == expected
    assert found[0].holder == "course:7"


def test_that_a_patient_on_two_therapies_has_one_window_and_a_course_without_one_adds_nothing() -> None:
    cells, steps = course_of("CAR-T", "12-14", {}, 7), course_of("step-up", "12-29", {}, 8)
    over = course_of("CAR-T", "12-14", {"course": "died 12-08"}, 9)
    today = day("12-10")
    dated = [item for course in (cells, steps, over) for item in infusions(course, (), BODY, today, day("12-31"))]
    record = PatientRecord(RUTH, (), (cells, steps, over), tuple(dated))
    (only,) = windows_of(record, shipped_policy(today))
    assert (only.days.first, only.days.last, only.sets, only.course_ids) == (day("12-14"), date(2027, 1, 6), 2, (7, 8))


def test_that_the_infusion_to_come_is_the_first_that_is_neither_given_nor_given_up() -> None:
    dated = infused("step-up", "12-05", {"SUD1": "given 12-05", "SUD2": "held"})
    coming = next_infusion(dated)
    assert coming is not None and coming.dose.key == "SUD2"
    assert next_infusion(dated[:1]) is None


@pytest.mark.parametrize(
    ("family", "given", "same"),
    [
        ("ADLER", "ruth", True),
        ("Adler", "Ruth  ", True),
        ("Adler", "Rut", False),
        ("Adlér", "Ruth", False),
    ],
)
def test_that_a_name_is_the_same_whatever_the_case(family: str, given: str, same: bool) -> None:
    assert same_name(RUTH, family, given) is same


def test_that_a_name_is_the_same_however_its_accents_are_put_together() -> None:
    assert same_name(replace(RUTH, family_name="Adl\u00e9r"), "ADLE\u0301R", "Ruth")


def test_that_a_patient_is_named_with_family_name_first_and_the_birth_date_is_said_in_words() -> None:
    assert (RUTH.name, RUTH.initials, RUTH.born_text) == ("Adler, Ruth", "R.A.", "12 Mar 1961")


def test_that_the_latest_weight_is_the_one_measured_last() -> None:
    def weighed(number: int, kg: int, hour: int) -> Weighing:
        at = datetime(2026, 12, 1, hour, tzinfo=UTC)
        return Weighing(number, 3, BodyWeight.of_kg(kg), at, WeighingMethod.BED_SCALE)

    record = PatientRecord(RUTH, (weighed(1, 70, 9), weighed(2, 72, 8), weighed(3, 71, 9)), (), ())
    assert record.weighing is not None and record.weighing.weight == BodyWeight.of_kg(71)
    assert replace(record, weighings=()).weighing is None


def test_that_a_record_knows_its_own_courses_only() -> None:
    course = course_of("CAR-T", "12-14", {}, 8)
    record = PatientRecord(RUTH, (), (course_of("CAR-T", "12-01", {}, 7), course), ())
    assert record.course(8) is course
    with pytest.raises(KeyError):
        record.course(9)


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [((2, 1), (1, 0), (2, 1)), ((2, 1), (2, 0), (2, 0)), ((1, 0), (3, 2), (3, 2)), ((2, 2), (1, 1), (2, 2))],
)
def test_that_joined_windows_owe_near_what_the_stricter_asks(
    first: tuple[int, int], second: tuple[int, int], both: tuple[int, int]
) -> None:
    one = replace(window("12-01", "12-10", first[0]), further=first[1])
    other = replace(window("12-05", "12-18", second[0], course=8), further=second[1])
    (found,) = merged([one, other])
    assert (found.sets, found.further) == both


def test_that_a_standby_rule_says_sets_and_days_of_a_window() -> None:
    course = course_of("step-up", "12-05", {})
    doses = infused("step-up", "12-05", {})
    plain = course_window(course, doses, shipped_policy(day("12-05")))
    rule = StandbyRule(
        1, "US", "product", course.protocol.id, "local", 3, 2, 4, day("12-01"), None, "P&T", "decided", "Minutes"
    )
    ruled = course_window(course, doses, replace(shipped_policy(day("12-05")), standby=(rule,)))
    assert plain is not None and ruled is not None
    assert (ruled.sets, ruled.further) == (3, 2)
    assert (ruled.days.first, (ruled.days.last - plain.days.last).days) == (plain.days.first, 4)
