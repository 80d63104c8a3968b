"""Pure rules of patients: what became of each infusion, and the windows that follow from it (READINESS, words)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from crs_desktop.kernel.days import DayRange, day_text
from crs_desktop.kernel.refusal import beware
from crs_desktop.patients.dating import dated_doses
from crs_desktop.patients.model import (
    Body,
    Course,
    EndKind,
    EventKind,
    Infusion,
    InfusionEvent,
    Outcome,
    Patient,
    PatientRecord,
    Window,
)
from crs_desktop.policy.model import Policy
from crs_desktop.therapies.model.dated import ScheduledDose

_OUTCOMES = {
    EventKind.RESCHEDULED: Outcome.PLANNED,
    EventKind.GIVEN: Outcome.GIVEN,
    EventKind.HELD: Outcome.HELD,
    EventKind.NOT_GIVEN: Outcome.NOT_GIVEN,
}
# A bispecific window runs from the first of these through the first full dose; a repeated full dose alone opens none.
_STEPPING = ("step_up", "first_full", "rate_step")
_FULL = ("first_full", "full")


def latest_events(events: Iterable[InfusionEvent]) -> dict[str, InfusionEvent]:
    """The event that decides each infusion: the one recorded last."""
    latest: dict[str, InfusionEvent] = {}
    for event in sorted(events, key=lambda item: item.id):
        latest[event.dose_key] = event
    return latest


def settled_days(events: Iterable[InfusionEvent]) -> dict[str, date]:
    """The actual day of each infusion that was given, else the last day it was moved to."""
    listed = sorted(events, key=lambda item: item.id)
    days = {event.dose_key: event.day for event in listed if event.kind is EventKind.RESCHEDULED}
    return days | {key: event.day for key, event in latest_events(listed).items() if event.kind is EventKind.GIVEN}


def infusions(
    course: Course, events: Sequence[InfusionEvent], body: Body, today: date, until: date
) -> tuple[Infusion, ...]:
    """The dated infusions of a course. Later doses follow what happened to earlier ones.

    A given dose stands on its actual day. A held dose waits: it stands on its day, but never before today, so its
    window cannot close behind the patient's back. Of a restarted course nothing is to come: the doses that it was to
    have later are left out, those of the past stay, since one of them may have been given after all.
    """
    latest = latest_events(events)
    placed = settled_days(events)
    waiting = {key for key, event in latest.items() if event.kind is EventKind.HELD}
    doses = dated_doses(course, body, placed, until)
    while late := next((dose for dose in doses if dose.key in waiting), None):
        waiting.discard(late.key)  # placing one held dose can move the next one, so settle them one after the other
        placed[late.key] = max(late.planned, today)
        doses = dated_doses(course, body, placed, until)
    found = (_infusion(course, dose, latest.get(dose.key), today) for dose in doses)
    if course.end is None or course.end.kind is not EndKind.RESTARTED:
        return tuple(found)
    over = course.end.day
    return tuple(item for item in found if item.outcome is Outcome.GIVEN or item.dose.planned <= over)


def _infusion(course: Course, dose: ScheduledDose, event: InfusionEvent | None, today: date) -> Infusion:
    outcome = Outcome.PLANNED if event is None else _OUTCOMES[event.kind]
    clock_time = "" if event is None else event.clock_time
    given_at = None if event is None else event.given_at
    findings = dose.findings
    if outcome in (Outcome.PLANNED, Outcome.HELD) and _is_over(course, dose.planned):
        outcome = Outcome.NOT_GIVEN
    if outcome is Outcome.PLANNED and dose.planned < today:
        findings = (*findings, beware("infusion_not_recorded", "infusion", dose.label, day=day_text(dose.planned)))
    return Infusion(course.id, dose, dose.planned, clock_time, outcome, given_at, findings)


def _is_over(course: Course, planned: date) -> bool:
    """True when a dose of this day will not come any more: the course has ended, or another one took its place."""
    return course.end is not None and (course.end.kind is EndKind.RESTARTED or course.end.day <= planned)


def course_window(course: Course, infused: Sequence[Infusion], policy: Policy) -> Window | None:
    """The window of one course, or None when no dose that opens one is planned or given.

    CAR-T: from the first part through the last part plus the policy's days. Bispecific: from the first step-up day
    through the first full dose plus the policy's days; when the named first full dose is not given, the next full dose
    is the first; when none is to come, through the last step given or planned plus the same days. A course ended early
    keeps the window of what was given; death closes it.
    """
    if course.died or (course.end is not None and course.end.kind is EndKind.DIED):
        return None
    kind = course.protocol.kind
    live = [item for item in infused if item.outcome is not Outcome.NOT_GIVEN]
    if course.end is not None:
        live = [item for item in live if item.outcome is Outcome.GIVEN]
    if kind == "car_t":
        opening = [item.day for item in live if item.dose.role == "cells"]
        after = policy.whole("days_after_cells")
    else:
        opening = [item.day for item in _step_up(live)]
        after = policy.whole("days_after_full_dose")
    if not opening:
        return None
    owed = policy.owed(kind, course.protocol.id)
    days = DayRange(min(opening), max(opening) + timedelta(days=after + owed.extra_days))
    return Window(course.patient_id, (course.id,), days, owed.sets, owed.further)


def _step_up(live: Sequence[Infusion]) -> list[Infusion]:
    """Every step and the first full dose; nothing without a step."""
    stepping = [item for item in live if item.dose.role in _STEPPING]
    full = min((item for item in live if item.dose.role in _FULL), key=lambda item: item.day, default=None)
    return stepping if full is None or not stepping else [*stepping, full]


def windows_of(record: PatientRecord, policy: Policy) -> tuple[Window, ...]:
    """The windows of one patient, merged, in order."""
    single = (
        course_window(course, [item for item in record.infusions if item.course_id == course.id], policy)
        for course in record.courses
    )
    return merged(window for window in single if window is not None)


def next_infusion(infused: Iterable[Infusion]) -> Infusion | None:
    """The first infusion that is still to be given; one of the past that nobody has recorded comes first."""
    waiting = [item for item in infused if item.outcome in (Outcome.PLANNED, Outcome.HELD)]
    return min(waiting, key=lambda item: (item.day, item.course_id), default=None)


def same_name(patient: Patient, family_name: str, given_name: str) -> bool:
    """True when family and given name read the same, whatever the case or the way accents are put together."""
    one, other = (patient.family_name, patient.given_name), (family_name, given_name)
    return [_plain(part) for part in one] == [_plain(part) for part in other]


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Windows of one patient that overlap or lie on adjacent days become one, with the larger count of sets.

    So many sets lie near as the stricter of the two asks.
    """
    result: list[Window] = []
    for window in sorted(windows, key=lambda item: (item.patient_id, item.days, item.course_ids)):
        last = result[-1] if result else None
        if last is not None and last.patient_id == window.patient_id and last.days.touches(window.days):
            sets = max(last.sets, window.sets)
            near = max(last.sets - last.further, window.sets - window.further)
            result[-1] = Window(
                last.patient_id, last.course_ids + window.course_ids, last.days.joined(window.days), sets, sets - near
            )  # fmt: skip
        else:
            result.append(window)
    return tuple(result)
