"""After a delay: which dose was the last one, what the pinned label says for a day, and which course would follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from crs_desktop.patients.dating import restart_row_of
from crs_desktop.patients.model import Course, EventKind, Infusion, InfusionEvent, Outcome
from crs_desktop.patients.rules import latest_events
from crs_desktop.therapies.model.care import RestartRow
from crs_desktop.therapies.model.dated import Circumstances, RestartAdvice
from crs_desktop.therapies.rules.restart import restart_advice
from crs_desktop.therapies.rules.slots import Slot, slot_of

CONTINUE = "continue"
_DELAY = "delay_after:"


def last_given(course: Course, courses: Iterable[Course], events: Iterable[InfusionEvent]) -> InfusionEvent | None:
    """The last dose given in this course, or in the one it follows while none of it was given."""
    known, recorded = {item.id: item for item in courses}, list(events)
    here: Course | None = course
    while here is not None:
        mine = latest_events(event for event in recorded if event.course_id == here.id).values()
        given = [event for event in mine if event.kind is EventKind.GIVEN]
        if given:
            return max(given, key=lambda event: (event.day, event.id))
        here = None if here.follows is None else known.get(here.follows)
    return None


def advice_on(course: Course, last: InfusionEvent | None, day: date) -> RestartAdvice | None:
    """What the version that the course follows says for this day. None: nothing was given, the day lies before that, or
    the last dose was one of a restart's own ladder, for which the file has no rule."""
    if last is None or day < last.day or _in_regimen(course, last.dose_key) is None:
        return None
    about = Circumstances(entered=frozenset(name for name, _ in course.entered))
    return restart_advice(course.protocol, course.regimen_id, last.dose_key, last.day, day, about)


def is_next(infusion: Infusion, infused: Sequence[Infusion]) -> bool:
    """True for the dose of its course that comes next, the one a restart rule speaks of."""
    waiting = (Outcome.PLANNED, Outcome.HELD)
    first = next((item for item in infused if item.course_id == infusion.course_id and item.outcome in waiting), None)
    return first is not None and first.dose.key == infusion.dose.key


def begins_again(row: RestartRow) -> bool:
    """True when the row makes a course of its own: a ladder, an earlier step, another cycle or phase."""
    return bool(row.doses) or bool(row.then) or row.resume_at not in ("", CONTINUE, "same_cycle")


def rows_for(course: Course, last: InfusionEvent | None) -> tuple[RestartRow, ...]:
    """The rows with which this course can begin again: those of the delay after its last dose, and those of events."""
    if last is None:
        return ()
    after = f"{_DELAY}{_class_of(course, last.dose_key)}"
    return tuple(
        row
        for row in course.protocol.restart
        if course.regimen_id in row.regimens
        and begins_again(row)
        and (not row.situation.startswith(_DELAY) or row.situation == after)
    )


def restarted(course: Course, row: RestartRow, last: InfusionEvent, start: date) -> Course:
    """The course that would follow this one, on the same version.

    A dose of a ladder is none of the regimen: what follows a second restart follows the dose before the first one.
    """
    key = last.dose_key if _in_regimen(course, last.dose_key) is not None else course.last_key
    return replace(course, id=0, start=start, end=None, restart_row=row.id, last_key=key, follows=course.id)


def _class_of(course: Course, key: str) -> str:
    """Which restart rules speak of a dose; '' for a dose of which none does."""
    slot = _in_regimen(course, key)
    if slot is not None:
        return slot.restart_class
    row = restart_row_of(course)
    steps = () if row is None else row.doses
    return next((step.restart_class for step in steps if step.key == key), "")


def _in_regimen(course: Course, key: str) -> Slot | None:
    regimen = course.protocol.regimen(course.regimen_id)
    return None if regimen is None else slot_of(regimen, key)
