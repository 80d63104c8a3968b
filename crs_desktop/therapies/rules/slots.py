"""The order of a regimen's doses before any date: named steps first, then the phases, each dose with its gap."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from crs_desktop.therapies.model.doses import AmountBranch, DoseStep, Gap, Phase, Regimen
from crs_desktop.therapies.rules.numbering import (
    cycle_and_day,
    day_before,
    full_before,
    gives_way,
    is_entered,
    most_doses,
    named_day,
    past_its_weeks,
    phase_day,
    running_day,
    step_day,
)

_NUMBER = {"n": r"(?P<n>[1-9][0-9]{0,5})", "c": r"(?P<c>[1-9][0-9]{0,5})", "d": r"(?P<d>[0-9]{1,6})"}
_STEPS = -1

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Slot:
    """One dose in its place in the order, without a date.

    `day` is the day as the label counts it (in its cycle), None where it follows from the dose before; `running_day` is
    counted through all cycles, None where it is unknown or follows from the dose before.
    """

    key: str
    label: str
    role: str
    phase: str
    cycle: int | None
    gap: Gap
    route: str
    amounts: tuple[AmountBranch, ...]
    infusion_days: int | None
    restart_class: str
    path: str
    part_of: str = ""
    day: int | None = None
    running_day: int | None = None


def step_slot(regimen: Regimen, step: DoseStep) -> Slot:
    """The slot of a named step."""
    return Slot(step.key, step.label, step.role, "", step.cycle, step.gap, step.route, step.amounts, step.infusion_days,
                step.restart_class, step.path, step.part_of, step.day, step_day(regimen, step))  # fmt: skip


def phase_slot(regimen: Regimen, phase: Phase, index: int, before: int | None) -> Slot:
    """The slot of the dose at this index (0 = first) of a phase; `before` is the running day of the dose before it."""
    if phase.cycles is not None:
        return _cycle_slot(regimen, phase, index, before)
    number = phase.first_number + index
    said = str(number)
    return Slot(phase.key.replace("{n}", said), phase.label.replace("{n}", said), "full", phase.id,
                number if phase.by_cycle else None, phase.gap if index else phase.first_gap, phase.route,
                phase.amounts, phase.infusion_days, phase.restart_class, phase.path,
                day=1 if phase.by_cycle else None)  # fmt: skip


def _cycle_slot(regimen: Regimen, phase: Phase, index: int, before: int | None) -> Slot:
    cycle, day = cycle_and_day(phase, index)
    running = running_day(regimen, cycle, day)
    gap = phase.gap if index else phase.first_gap
    anchor = named_day(regimen, gap.after) if gap.after else before
    last_cycle, last_day = cycle_and_day(phase, index - 1) if index else (0, 0)
    if cycle == last_cycle:
        nominal: int | None = day - last_day
    else:
        nominal = None if running is None or anchor is None else running - anchor
    names = {"{c}": str(cycle), "{d}": str(day), "{n}": str(phase.first_number + index)}
    key, label = _filled(phase.key, names), _filled(phase.label, names)
    return Slot(key, label, "full", phase.id, cycle, replace(gap, nominal=nominal), phase.route, phase.amounts,
                phase.infusion_days, phase.restart_class, phase.path, day=day, running_day=running)  # fmt: skip


def _filled(template: str, names: dict[str, str]) -> str:
    for name, value in names.items():
        template = template.replace(name, value)
    return template


def place_of(regimen: Regimen, key: str) -> Place | None:
    """Where a dose stands: (-1, number of the step) or (number of the phase, index in it); places are in order."""
    for number, step in enumerate(regimen.steps):
        if step.key == key:
            return _STEPS, number
    for position, phase in enumerate(regimen.phases):
        index = _index_in(phase, key)
        if index is not None:
            return position, index
    return None


def slot_at(regimen: Regimen, place: Place) -> Slot:
    """The dose at a place, the phases before it having run as planned."""
    position, index = place
    if position == _STEPS:
        return step_slot(regimen, regimen.steps[index])
    before = phase_day(regimen, position, index - 1) if index else day_before(regimen, position)
    return phase_slot(regimen, regimen.phases[position], index, before)


def slot_of(regimen: Regimen, key: str) -> Slot | None:
    """The dose of this key, None when the regimen has no such dose."""
    place = place_of(regimen, key)
    return slot_at(regimen, place) if place is not None else None


def next_slot(regimen: Regimen, key: str, entered: frozenset[str] = frozenset()) -> Slot | None:
    """The dose after this one; phases that wait for somebody are left out unless already in them. None: the last."""
    place = place_of(regimen, key)
    if place is None:
        return None
    position, index = place
    if position == _STEPS and index + 1 < len(regimen.steps):
        return step_slot(regimen, regimen.steps[index + 1])
    if position != _STEPS and _goes_on(regimen, position, index + 1, entered):
        return slot_at(regimen, (position, index + 1))
    before = slot_at(regimen, place).running_day if position == _STEPS else phase_day(regimen, position, index)
    following = next((phase for phase in regimen.phases[position + 1 :] if is_entered(phase, entered)), None)
    if following is None:
        return None
    slots = (phase_slot(regimen, following, at, before) for at in range(most_doses(following)))
    return next((slot for slot in slots if not is_past(slot, before)), None)


def is_past(slot: Slot, before: int | None) -> bool:
    """True for a dose whose place in the cycles the doses before have passed already."""
    return slot.running_day is not None and before is not None and slot.running_day <= before


def _goes_on(regimen: Regimen, position: int, index: int, entered: frozenset[str]) -> bool:
    if index >= most_doses(regimen.phases[position]):
        return False
    day = phase_day(regimen, position, index)
    full = full_before(regimen, position, index)
    return not (past_its_weeks(regimen, position, day, entered) or gives_way(regimen, position, day, full, entered))


def _index_in(phase: Phase, key: str) -> int | None:
    found = _pattern(phase.key).fullmatch(key)
    if found is None:
        return None
    if phase.cycles is None:
        index = int(found["n"]) - phase.first_number
    else:
        cycle, day = int(found["c"]), int(found["d"])
        if day not in phase.days or str(day) != found["d"]:
            return None
        index = (cycle - phase.cycles[0]) * len(phase.days) + phase.days.index(day)
    return index if 0 <= index < most_doses(phase) else None


@lru_cache(maxsize=256)
def _pattern(template: str) -> re.Pattern[str]:
    said = re.escape(template)
    for name, number in _NUMBER.items():
        said = said.replace(re.escape("{" + name + "}"), number, 1)
    return re.compile(said, re.ASCII)
