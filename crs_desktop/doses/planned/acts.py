"""What planning a prophylactic dose, and taking one off the schedule, does in its one write transaction."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.doses import repository as log
from crs_desktop.doses.acts import standing
from crs_desktop.doses.planned import repository
from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.patients import repository as patients
from crs_desktop.store.store import Result, Writing


def plan(writing: Writing, patient_id: int, day: date, reason: str, zone: ZoneInfo) -> Result | Refused:
    """Put a dose on the schedule: of a known patient, not in the past, one a day."""
    if not patients.patients(writing.session, [patient_id]):
        return refuse(no("patient_unknown", "patient", patient_id))
    if day < local_day(writing.at, zone):
        return refuse(no("planned_in_the_past", "day", day_text(day, True)))
    if any(one.open and (one.patient_id, one.day) == (patient_id, day) for one in _all(writing, zone)):
        return refuse(no("planned_already", "day", day_text(day, True)))
    number = repository.add(writing.session, patient_id, day, reason, writing.at, writing.actor.name)
    writing.log("planned dose", number, "plan", after={"patient": patient_id, "day": day.isoformat()}, reason=reason)
    return {"planned": number}


def withdraw(writing: Writing, planned_id: int, reason: str, zone: ZoneInfo) -> Result | Refused:
    """Take a dose off the schedule that is still to be given."""
    found = next((one for one in _all(writing, zone) if one.id == planned_id), None)
    if found is None:
        return refuse(no("planned_unknown", "planned", planned_id))
    if not found.open:
        return refuse(no("planned_over", "planned", day_text(found.day, True)))
    repository.end(writing.session, planned_id, reason, writing.at, writing.actor.name)
    writing.log("planned dose", planned_id, "withdraw", reason=reason)
    return {"planned": planned_id}


def _all(writing: Writing, zone: ZoneInfo) -> tuple[PlannedNeed, ...]:
    return repository.planned(writing.session, standing(log.doses(writing.session)), zone)
