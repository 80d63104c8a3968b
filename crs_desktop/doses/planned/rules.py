"""Which planned prophylactic dose a recorded one was: each recorded dose is one planned dose at most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from crs_desktop.doses.planned.model import PlannedNeed


@dataclass(frozen=True, slots=True)
class Given:
    """A prophylactic dose that was recorded and stands: the local day it started on, and when it was recorded."""

    dose_id: int
    patient_id: int
    started_at: datetime
    day: date
    recorded_at: datetime


def settled(plans: Iterable[PlannedNeed], given: Iterable[Given]) -> tuple[PlannedNeed, ...]:
    """The plans with what became of each, by day.

    A dose is the earliest planned one of its patient that is still open, for the day of the dose or a day before it.
    What was recorded before something was planned was another dose.
    """
    waiting = sorted(plans, key=lambda plan: (plan.day, plan.id))
    for dose in sorted(given, key=lambda one: (one.started_at, one.dose_id)):
        place = next((n for n, plan in enumerate(waiting) if _is(plan, dose)), None)
        if place is not None:
            waiting[place] = replace(waiting[place], done_by=dose.dose_id)
    return tuple(waiting)


def _is(plan: PlannedNeed, dose: Given) -> bool:
    if not plan.open or plan.patient_id != dose.patient_id:
        return False
    return plan.day <= dose.day and plan.at <= dose.recorded_at
