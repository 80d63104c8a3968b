"""The order of a regimen's doses before any date: named steps first, then the phases, each dose with its gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crs_desktop.therapies.model.doses import AmountBranch, DoseStep, Gap, Phase, Regimen

_MOST_NUMBERS = 999


@dataclass(frozen=True, slots=True)
class Slot:
    """One dose in its place in the order, without a date."""

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


def step_slot(step: DoseStep) -> Slot:
    """The slot of a named step."""
    return Slot(step.key, step.label, step.role, "", step.cycle, step.gap, step.route, step.amounts, step.infusion_days,
                step.restart_class, step.path)  # fmt: skip


def phase_slot(phase: Phase, index: int) -> Slot:
    """The slot of the dose at this index (0 = first) of a phase."""
    number = phase.first_number + index
    return Slot(
        key=phase.key.replace("{n}", str(number)),
        label=phase.label.replace("{n}", str(number)),
        role="full",
        phase=phase.id,
        cycle=number if phase.by_cycle else None,
        gap=phase.gap if index else phase.first_gap,
        route=phase.route,
        amounts=phase.amounts,
        infusion_days=phase.infusion_days,
        restart_class=phase.restart_class,
        path=phase.path,
    )


def phase_slots(phase: Phase) -> Iterator[Slot]:
    """The doses of a phase in order; 999 of them when the phase has no end."""
    return (phase_slot(phase, index) for index in range(_size(phase)))


def slot_of(regimen: Regimen, key: str) -> Slot | None:
    """The dose of this key, None when the regimen has no such dose."""
    for step in regimen.steps:
        if step.key == key:
            return step_slot(step)
    for phase in regimen.phases:
        index = _index_in(phase, key)
        if index is not None:
            return phase_slot(phase, index)
    return None


def next_slot(regimen: Regimen, key: str) -> Slot | None:
    """The dose after this one, optional phases left out unless already in them. None after the last."""
    keys = [step.key for step in regimen.steps]
    if key in keys[:-1]:
        return step_slot(regimen.steps[keys.index(key) + 1])
    position = 0
    if key not in keys:
        here = next(((at, phase, index) for at, phase in enumerate(regimen.phases)
                     if (index := _index_in(phase, key)) is not None), None)  # fmt: skip
        if here is None:
            return None
        at, phase, index = here
        if index + 1 < _size(phase):
            return phase_slot(phase, index + 1)
        position = at + 1
    following = next((phase for phase in regimen.phases[position:] if not phase.optional), None)
    return phase_slot(following, 0) if following is not None else None


def _size(phase: Phase) -> int:
    return _MOST_NUMBERS if phase.count is None else phase.count


def _index_in(phase: Phase, key: str) -> int | None:
    head, _, tail = phase.key.partition("{n}")
    if not key.startswith(head) or not key.endswith(tail) or len(key) <= len(head) + len(tail):
        return None
    number = key[len(head) : len(key) - len(tail)]
    if not (number.isascii() and number.isdigit()) or number[0] == "0":
        return None
    index = int(number) - phase.first_number
    return index if 0 <= index < _size(phase) else None
