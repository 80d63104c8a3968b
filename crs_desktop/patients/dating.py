"""The doses of a course on the calendar: version, body, age, phases entered and restart row put together. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from crs_desktop.patients.model import Body, Course
from crs_desktop.therapies.model.care import RestartRow
from crs_desktop.therapies.model.dated import Circumstances, ScheduledDose
from crs_desktop.therapies.model.doses import Phase
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.rules.slots import slot_at, slot_of
from crs_desktop.therapies.rules.surface import body_surface

ADULT, PAEDIATRIC = "adult", "paediatric"
# The usual boundary between the age groups of a label, said on screen. Who was born on a 29 February is 18 on 1 March.
ADULT_YEARS = 18


def population_on(born: date | None, day: date) -> str:
    """'paediatric' until the day before the 18th birthday, then 'adult'; '' without a birth date."""
    if born is None:
        return ""
    had_birthday = (day.month, day.day) >= (born.month, born.day)
    years = day.year - born.year - (0 if had_birthday else 1)
    return ADULT if years >= ADULT_YEARS else PAEDIATRIC


def surface_of(body: Body) -> Decimal | None:
    """Body surface area by the latest height and weight; None while one of them is not known."""
    if body.weight is None or body.height is None:
        return None
    return body_surface(body.height.cm, body.weight)


def restart_row_of(course: Course) -> RestartRow | None:
    """The row that a restarted course follows."""
    return next((row for row in course.protocol.restart if course.restart_row and row.id == course.restart_row), None)


def phase_of(course: Course, phase_id: str) -> Phase | None:
    """The phase of the course's regimen with this id."""
    regimen = course.protocol.regimen(course.regimen_id)
    phases = () if regimen is None else regimen.phases
    return next((phase for phase in phases if phase.id == phase_id), None)


def first_of_phase(course: Course, phase_id: str) -> str | None:
    """What the first dose of this phase is called; None when the course has no such phase."""
    regimen = course.protocol.regimen(course.regimen_id)
    phases = () if regimen is None else regimen.phases
    found = next((position for position, phase in enumerate(phases) if phase.id == phase_id), None)
    return None if regimen is None or found is None else slot_at(regimen, (found, 0)).label


def dose_label(course: Course, key: str) -> str | None:
    """What the dose of this key is called; None when the course has no such dose."""
    row = restart_row_of(course)
    own = next((step.label for step in row.doses if step.key == key), None) if row is not None else None
    regimen = course.protocol.regimen(course.regimen_id)
    slot = None if regimen is None else slot_of(regimen, key)
    return own if own is not None or slot is None else slot.label


def dated_doses(course: Course, body: Body, placed: Mapping[str, date], until: date) -> tuple[ScheduledDose, ...]:
    """The doses of a course, each as it is for the age on its own day."""
    first = population_on(body.born, course.start)
    around = Circumstances(
        surface_m2=surface_of(body), entered=frozenset(name for name, _ in course.entered), population=first,
        restart=restart_row_of(course), last_key=course.last_key,
    )  # fmt: skip
    placed = {**_first_of_entered(course), **placed}
    by_group = {first: _scheduled(course, body, placed, until, around)}
    groups = [population_on(body.born, dose.planned) for dose in by_group[first]]
    for group in sorted({*groups} - {first}):
        by_group[group] = _scheduled(course, body, placed, until, replace(around, population=group))
    return tuple(by_group[group][number] for number, group in enumerate(groups))


def without_place(course: Course, placed: Mapping[str, date]) -> tuple[str, ...]:
    """The placed doses that the course does not come to, as those that a restart leaves behind: no list shows them."""
    shown = {dose.key for dose in dated_doses(course, Body(), placed, max(placed.values(), default=course.start))}
    return tuple(key for key in placed if key not in shown)


def _scheduled(
    course: Course, body: Body, placed: Mapping[str, date], until: date, around: Circumstances
) -> tuple[ScheduledDose, ...]:
    protocol, regimen_id = course.protocol, course.regimen_id
    return schedule(protocol, regimen_id, course.start, body.weight, placed, until, circumstances=around)


def _first_of_entered(course: Course) -> dict[str, date]:
    """The first dose of each phase that was entered in this course, on the day that was said for it."""
    regimen = course.protocol.regimen(course.regimen_id)
    days = {name: day for name, day in course.entered if day >= course.start}
    phases = () if regimen is None else regimen.phases
    return {
        slot_at(regimen, (position, 0)).key: days[phase.id]
        for position, phase in enumerate(phases)
        if regimen is not None and phase.id in days
    }
