"""Which doses a schedule runs through: from the first step, from a later one, or what a restart row says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from crs_desktop.therapies.model.care import RestartRow
from crs_desktop.therapies.model.doses import DoseStep, Gap, Regimen
from crs_desktop.therapies.rules.numbering import (
    day_before,
    full_before,
    is_entered,
    is_full,
    most_doses,
    phase_day,
    step_day,
)
from crs_desktop.therapies.rules.slots import Place, Slot, place_of, slot_at, step_slot

CONTINUE, NEW_CYCLE, SAME_CYCLE, NEXT_CYCLE = "continue", "new_cycle", "same_cycle", "next_cycle"


@dataclass(frozen=True, slots=True)
class Route:
    """First the `opening` doses, then the phases from `phase` on, that one from its dose `index`; None: none follow.

    `repeated`: how many of the opening doses repeat or replace others on a restart. `behind` is the running day whose
    place the last opening dose takes, `full` counts the full doses before, `last_key` is the dose before the first.
    """

    opening: tuple[Slot, ...]
    phase: int | None = 0
    index: int = 0
    repeated: int = 0
    behind: int | None = None
    full: int = 0
    last_key: str = ""
    restarts: bool = False


def plain_route(regimen: Regimen, resume_at: str) -> Route:
    """From the first step, or from a later one. Raises LookupError for a step the regimen has not."""
    keys = [step.key for step in regimen.steps]
    if resume_at and resume_at not in keys:
        raise LookupError(resume_at)
    first = keys.index(resume_at) if resume_at else 0
    steps = tuple(step_slot(regimen, step) for step in regimen.steps[first:])
    before = keys[first - 1] if first else ""
    return Route(steps, behind=steps[-1].running_day if steps else None, last_key=before)


def restart_route(regimen: Regimen, row: RestartRow, last_key: str, entered: frozenset[str]) -> Route:
    """What the row says after the last dose. Raises LookupError for a last dose the regimen has not."""
    last = place_of(regimen, last_key)
    if last is None:
        raise LookupError(last_key)
    opening = ladder(row.doses) or _steps_from(regimen, row.resume_at)
    if not opening and row.resume_at not in (CONTINUE, NEW_CYCLE):
        return Route((), None, last_key=last_key, restarts=True)
    places = [place for slot in opening if (place := place_of(regimen, slot.key)) is not None]
    onward = _onward(regimen, row, last, max([last, *places]), entered)
    full = _full_until(regimen, last)
    if onward is None:
        return Route(opening, None, repeated=len(opening), full=full, last_key=last_key, restarts=True)
    position, index = onward
    whole = _to_the_next_cycle(regimen, row.doses) if row.then == NEXT_CYCLE else None
    behind = _behind(regimen, onward, whole)
    rest: tuple[Slot, ...] = ()
    if position < 0:
        rest = tuple(step_slot(regimen, step) for step in regimen.steps[index:])
        if whole is not None:
            rest = (replace(rest[0], gap=replace(rest[0].gap, nominal=whole)), *rest[1:])
        position, index = 0, 0
    return Route((*opening, *rest), position, index, len(opening), behind, full, last_key, restarts=True)


def first_key(regimen: Regimen, route: Route) -> str:
    """The key of the first dose; '' where it is not fixed without dates, as at the end of a phase."""
    if route.opening:
        return route.opening[0].key
    if route.phase is None or route.index >= most_doses(regimen.phases[route.phase]):
        return ""
    return slot_at(regimen, (route.phase, route.index)).key


def ladder(doses: tuple[DoseStep, ...]) -> tuple[Slot, ...]:
    """The doses of a restart row's own ladder, each as many days after the one before as their days say."""
    slots = []
    for before, step in pairwise((None, *doses)):
        assert step is not None
        gap = Gap() if before is None else Gap(nominal=step.day - before.day)
        slots.append(Slot(step.key, step.label, step.role, "", step.cycle, gap, step.route, step.amounts,
                          step.infusion_days, step.restart_class, step.path, step.part_of, step.day))  # fmt: skip
    return tuple(slots)


def _steps_from(regimen: Regimen, resume_at: str) -> tuple[Slot, ...]:
    keys = [step.key for step in regimen.steps]
    if resume_at not in keys:
        return ()
    return tuple(step_slot(regimen, step) for step in regimen.steps[keys.index(resume_at) :])


def _onward(regimen: Regimen, row: RestartRow, last: Place, reached: Place, entered: frozenset[str]) -> Place | None:
    """Where the course goes on; a place past the last of its phase leads into the next one. None: nothing follows."""
    if row.then == NEXT_CYCLE or (not row.doses and row.resume_at == NEW_CYCLE):
        return _next_cycle(regimen, last, entered)
    for position, phase in enumerate(regimen.phases):
        if phase.id == row.then:
            return (reached[0], reached[1] + 1) if reached[0] == position else (position, 0)
    return reached[0], reached[1] + 1


def _next_cycle(regimen: Regimen, last: Place, entered: frozenset[str]) -> Place | None:
    cycle = slot_at(regimen, last).cycle
    if cycle is None:
        return None
    steps = [(-1, number) for number, step in enumerate(regimen.steps) if (step.cycle or 0) > cycle]
    if steps:
        return steps[0]
    for position, phase in enumerate(regimen.phases):
        if position < last[0] or not (is_entered(phase, entered) or position == last[0]):
            continue
        if phase.cycles is not None:
            index = max(0, cycle + 1 - phase.cycles[0]) * len(phase.days)
        elif phase.by_cycle:
            index = max(0, cycle + 1 - phase.first_number)
        else:
            index = 0
        if index < most_doses(phase):
            return position, index
    return None


def _to_the_next_cycle(regimen: Regimen, doses: tuple[DoseStep, ...]) -> int | None:
    """Days from the last dose of a ladder to day 1 of the next cycle: a ladder takes the place of whole cycles."""
    if regimen.cycle_days is None or not doses:
        return None
    return -doses[-1].day % regimen.cycle_days + 1


def _behind(regimen: Regimen, onward: Place, whole: int | None) -> int | None:
    position, index = onward
    if position < 0:
        return step_day(regimen, regimen.steps[index - 1])
    if whole is not None and (day := phase_day(regimen, position, index)) is not None:
        return day - whole
    return phase_day(regimen, position, index - 1) if index else day_before(regimen, position)


def _full_until(regimen: Regimen, last: Place) -> int:
    position, index = last
    if position < 0:
        return sum(is_full(step.role) for step in regimen.steps[: index + 1])
    return full_before(regimen, position, index + 1)
