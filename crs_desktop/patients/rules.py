"""Pure rules of patients: what became of each infusion, and the windows that follow from it (READINESS, words)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import beware
from crs_desktop.patients.model import (
    Course,
    EndKind,
    EventKind,
    Infusion,
    InfusionEvent,
    Outcome,
    Window,
)
from crs_desktop.policy.model import Policy
from crs_desktop.therapies.model import ScheduledDose
from crs_desktop.therapies.rules.schedule import schedule

_OUTCOMES = {
    EventKind.RESCHEDULED: Outcome.PLANNED,
    EventKind.GIVEN: Outcome.GIVEN,
    EventKind.HELD: Outcome.HELD,
    EventKind.NOT_GIVEN: Outcome.NOT_GIVEN,
}
# A bispecific window runs from the first of these through the first full dose; a step of the pump's rate to the full
# dose counts as that full dose, a repeated full dose does not open a window.
_STEPPING = ("step_up", "first_full", "rate_step")


def latest_events(events: Iterable[InfusionEvent]) -> dict[str, InfusionEvent]:
    """The event that decides each infusion: the one recorded last."""
    latest: dict[str, InfusionEvent] = {}
    for event in sorted(events, key=lambda item: item.id):
        latest[event.dose_key] = event
    return latest


def infusions(
    course: Course, events: Sequence[InfusionEvent], weight: BodyWeight | None, today: date, until: date
) -> tuple[Infusion, ...]:
    """The dated infusions of a course. Later doses follow what happened to earlier ones.

    A given dose stands on its actual day. A held dose waits: it stands on its day, but never before today, so its
    window cannot close behind the patient's back.
    """
    latest = latest_events(events)
    placed = {key: event.day for key, event in latest.items() if event.kind in (EventKind.RESCHEDULED, EventKind.GIVEN)}
    held = {key for key, event in latest.items() if event.kind is EventKind.HELD}
    doses = _scheduled(course, weight, placed, until)
    for _ in held:  # placing one held dose can move the next one, so settle them one after the other
        late = next((dose for dose in doses if dose.key in held and dose.key not in placed), None)
        if late is None:
            break
        placed[late.key] = max(late.planned, today)
        doses = _scheduled(course, weight, placed, until)
    return tuple(_infusion(course, dose, latest.get(dose.key), today) for dose in doses)


def _scheduled(
    course: Course, weight: BodyWeight | None, placed: Mapping[str, date], until: date
) -> tuple[ScheduledDose, ...]:
    return schedule(course.protocol, course.regimen_id, course.start, weight, placed, until)


def _infusion(course: Course, dose: ScheduledDose, event: InfusionEvent | None, today: date) -> Infusion:
    outcome = Outcome.PLANNED if event is None else _OUTCOMES[event.kind]
    clock_time = "" if event is None else event.clock_time
    given_at = None if event is None else event.given_at
    findings = dose.findings
    ended = course.end is not None and course.end.day <= dose.planned
    if outcome is Outcome.PLANNED and ended:
        outcome = Outcome.NOT_GIVEN
    if outcome is Outcome.PLANNED and dose.planned < today:
        findings = (*findings, beware("infusion_not_recorded", "infusion", dose.label, day=dose.planned.isoformat()))
    return Infusion(course.id, dose, dose.planned, clock_time, outcome, given_at, findings)


def course_window(course: Course, infused: Sequence[Infusion], policy: Policy) -> Window | None:
    """The window of one course, or None when no dose that opens one is planned or given.

    CAR-T: from the first part through the last part plus the policy's days. Bispecific: from the first step-up day
    through the first full dose plus the policy's days; when the full dose is not to come, through the last step given
    or planned plus the same days. A course ended early keeps the window of what was given; death closes it.
    """
    if course.end is not None and course.end.kind is EndKind.DIED:
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
    days = DayRange(min(opening), max(opening) + timedelta(days=after))
    return Window(course.patient_id, (course.id,), days, policy.sets_for(kind))


def _step_up(live: Sequence[Infusion]) -> list[Infusion]:
    stepping = [item for item in live if item.dose.role in _STEPPING]
    first_full = next((number for number, item in enumerate(stepping) if item.dose.role == "first_full"), None)
    return stepping if first_full is None else stepping[: first_full + 1]


def merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Windows of one patient that overlap or lie on adjacent days become one, with the larger count of sets."""
    result: list[Window] = []
    for window in sorted(windows, key=lambda item: (item.patient_id, item.days, item.course_ids)):
        last = result[-1] if result else None
        if last is not None and last.patient_id == window.patient_id and last.days.touches(window.days):
            result[-1] = Window(
                last.patient_id, last.course_ids + window.course_ids, last.days.joined(window.days),
                max(last.sets, window.sets),
            )  # fmt: skip
        else:
            result.append(window)
    return tuple(result)
