"""What the chance on the board looks at: the plan's own supply as batches, and who may need how much from which day.

Vials of one brand and one strength are counted as vials. Anything else is counted in whole sets, each of one brand, of
vials of its own, and large enough for the largest dose of all: fewer sets than could be made only raise the chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import beware
from crs_desktop.readiness.chance.demand import patient_facts
from crs_desktop.readiness.chance.model import Assumption, Basis, Batch, BoardFacts, PatientFacts, Standing
from crs_desktop.readiness.model import PlanQuestion, SupplyLine
from crs_desktop.readiness.rules.sets import MOST_MCG, Band, combinations
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.demand import DemandFacts, demand_facts

HOUSE = Basis(Standing.HOUSE)
_Stay = tuple[int, int | None]
"""The first day on which vials count, and the last (None: beyond the horizon)."""
_Made = tuple[int, Counter[int]]
"""Sets, and the vials left, by strength in micrograms."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One course in a window of the board. `dose` None: no weight is known. `had`: rescue doses in the open episode."""

    name: str
    protocol: Protocol
    regimen: str
    first: date
    dose: Mass | None
    had: int = 0


def board_facts(question: PlanQuestion, risks: Sequence[Risk], horizon: int) -> BoardFacts:
    """The question of the chance for days 0 (today) to the horizon."""
    there = [line for line in question.supply if line.usable and not line.far and _stay(line, question.today, horizon)]
    doses = [_dose(risk) for risk in risks] + [use.dose.mcg for use in question.planned_use]
    kinds = {(line.brand, line.strength.mcg) for line in there}
    in_sets = len(kinds) > 1 and bool(doses)
    if in_sets:
        units = dict.fromkeys(doses, 1)
        batches = whole_sets(there, Band.of(max(doses), question.rounding), question.today, horizon)
    else:
        strength = there[0].strength.mcg if there else MOST_MCG
        units = {dose: vials_for(dose, strength, question.rounding) for dose in doses}
        batches = [Batch(line.vials, *stay) for line in there if (stay := _stay(line, question.today, horizon))]
    spent = sum(units[use.dose.mcg] for use in question.planned_use)
    notes = (Assumption(beware("chance_planned_absent", "", len(question.planned_use)), HOUSE, True),) if spent else ()
    known = {(risk.protocol.fingerprint, risk.regimen): risk for risk in risks}  # one therapy is looked up once
    figures = {key: demand_facts(risk.protocol, risk.regimen) for key, risk in known.items()}
    patients = tuple(
        _patient(risk, figures[risk.protocol.fingerprint, risk.regimen], units, question.today) for risk in risks
    )
    return BoardFacts(horizon, in_sets, tuple(without(batches, spent)), patients, notes)


def vials_for(dose: int, strength: int, rounding: Decimal) -> int:
    """The fewest vials of one strength that are a set for the dose."""
    return -(-Band.of(dose, rounding).low // strength)


def whole_sets(lines: Sequence[SupplyLine], band: Band, today: date, horizon: int) -> list[Batch]:
    """Whole sets that can be made side by side, first of what outlasts the horizon, then of what does not."""
    found: Counter[_Stay] = Counter()
    for brand in sorted({line.brand for line in lines}):
        mine = [(line, stay) for line in lines if line.brand == brand and (stay := _stay(line, today, horizon))]
        _make(found, [one for one in mine if one[1][1] is None], band)
        _make(found, [one for one in mine if one[1][1] is not None], band)
    return [Batch(count, first, last) for (first, last), count in found.items()]


def without(batches: Sequence[Batch], units: int) -> list[Batch]:
    """The batches without so many units, the earliest and longest lasting first: nothing that could be missed more."""
    left = []
    for one in sorted(batches, key=lambda one: (one.first, one.last is not None, -(one.last or 0))):
        taken = min(units, one.units)
        units -= taken
        left.append(Batch(one.units - taken, one.first, one.last))
    return left


def _make(found: Counter[_Stay], lines: list[tuple[SupplyLine, _Stay]], band: Band) -> None:
    """As the vials come, day by day: what is left of earlier days may be used with what comes later."""
    left: Counter[int] = Counter()
    last = min((stay[1] for _, stay in lines if stay[1] is not None), default=None)
    for first in sorted({stay[0] for _, stay in lines}):
        for line, stay in lines:
            if stay[0] == first:
                left[line.strength.mcg] += line.vials
        sets, left = most_sets(left, band)
        if sets:
            found[first, last] += sets


def most_sets(vials: Counter[int], band: Band) -> _Made:
    """How many sets these vials give, at the least, and what is left: the best of three plain orders."""
    strengths = tuple(sorted((mcg for mcg, count in vials.items() if count), reverse=True))
    patterns, _ = combinations(band, strengths, tuple(vials[mcg] for mcg in strengths))

    def content(pattern: tuple[int, ...]) -> int:
        return sum(mcg * count for mcg, count in zip(strengths, pattern, strict=True))

    orders = (
        sorted(patterns, key=lambda pattern: (content(pattern), sum(pattern))),
        sorted(patterns, key=lambda pattern: (sum(pattern), content(pattern))),
        sorted(patterns, key=lambda pattern: (-sum(pattern), content(pattern))),
    )
    return max((_taken(order, strengths, vials) for order in orders), key=lambda made: made[0])


def _taken(order: Sequence[tuple[int, ...]], strengths: tuple[int, ...], vials: Counter[int]) -> _Made:
    left, sets = Counter(vials), 0
    for pattern in order:
        most = min(left[mcg] // count for mcg, count in zip(strengths, pattern, strict=True) if count)
        for mcg, count in zip(strengths, pattern, strict=True):
            left[mcg] -= most * count
        sets += most
    return sets, left


def _stay(line: SupplyLine, today: date, horizon: int) -> _Stay | None:
    """When vials count, None when on no day from today through the horizon."""
    first = 0 if line.available_from is None else max(0, (line.available_from - today).days)
    last = (line.expires - today).days
    if not line.vials or first > horizon or last < first:
        return None
    return first, None if last >= horizon else last


def _dose(risk: Risk) -> int:
    """The dose, or the largest there is where no weight is known."""
    return MOST_MCG if risk.dose is None else risk.dose.mcg


def _patient(risk: Risk, facts: DemandFacts, units: dict[int, int], today: date) -> PatientFacts:
    found = patient_facts(risk.name, facts, (risk.first - today).days, units[_dose(risk)], risk.had)
    if risk.dose is not None or found.patient is None:
        return found
    most = beware("chance_weight_unknown", risk.name, risk.name, most=Mass(MOST_MCG))
    return replace(found, assumptions=(Assumption(most, HOUSE, True), *found.assumptions))
