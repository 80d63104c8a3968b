"""From a situation to the chance of running out: which course of which window may need tocilizumab, and from when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crs_desktop.doses.model import Purpose
from crs_desktop.doses.rules.arithmetic import calculated_dose
from crs_desktop.patients.model import Course, Outcome, Window
from crs_desktop.readiness.chance.board import chances_for
from crs_desktop.readiness.chance.model import ChanceAnswer
from crs_desktop.readiness.chance_facts import Risk, board_facts
from crs_desktop.readiness.gather import Situation
from crs_desktop.readiness.model import PlanQuestion


def chances(situation: Situation, question: PlanQuestion, windows: Sequence[Window]) -> ChanceAnswer:
    """By day of the board's chart: has demand exceeded the supply that the plan counts?"""
    risks = [risk for window in windows for risk in _risks(situation, window)]
    return chances_for(board_facts(question, risks, max(0, situation.horizon_days - 1)))


def _risks(situation: Situation, window: Window) -> Iterator[Risk]:
    """Each course of a window for itself; doses already given count for the one that began last."""
    record = situation.record(window.patient_id)
    courses = [course for course in record.courses if course.id in window.course_ids]
    dose = None if record.weighing is None else calculated_dose(record.weighing.weight)
    begun = {
        course.id: min(
            (
                item.day
                for item in record.infusions
                if item.course_id == course.id and item.day in window.days and item.outcome is not Outcome.NOT_GIVEN
            ),
            default=window.days.first,
        )
        for course in courses
    }
    latest = max(
        (course.id for course in courses if begun[course.id] <= situation.today),
        key=lambda number: (begun[number], number),
        default=None,
    )
    for course in courses:
        had = _doses_had(situation, window.patient_id) if course.id == latest else 0
        name = _named(record.patient.name, course, len(courses) > 1)
        yield Risk(name, course.protocol, course.regimen_id, begun[course.id], dose, had)


def _named(patient: str, course: Course, several: bool) -> str:
    return f"{patient}, {course.protocol.name}" if several else patient


def _doses_had(situation: Situation, patient_id: int) -> int:
    return sum(
        entry.patient_id == patient_id
        and entry.purpose is Purpose.RESCUE
        and entry.episode_id in situation.open_episodes
        for entry in situation.doses
    )
