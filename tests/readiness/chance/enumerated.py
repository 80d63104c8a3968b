"""The chance of running out by trying every outcome of every patient, in fractions; no rule of the program is used.

One outcome of all patients is a list of (day, units) that are needed. What becomes of it is asked of a `Shelf`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

Needs = list[tuple[int, int]]
"""Day and units of every dose, in the order of days."""
Shelf = Callable[[Needs], int | None]
"""The first day on which a dose could not be made; None: never."""


def outcomes_of(patient: dict[str, Any], horizon: int) -> list[tuple[Fraction, Needs]]:
    """All that may become of one patient, a row each, with its chance; rows of the same needs are one."""
    p = Fraction(patient["p"])
    rows: list[tuple[Fraction, Needs]] = [(1 - p, [])]
    for number, chance in enumerate(patient["doses"], start=1):
        for shift, share in enumerate(patient.get("onset", ["1"])):
            begun = patient["day"] + shift
            days = [begun + n * patient.get("gap", 0) for n in range(number)]
            needs = [(day, patient["units"]) for day in days if day <= horizon]
            rows.append((p * Fraction(chance) * Fraction(share), needs))
    merged: dict[tuple[tuple[int, int], ...], Fraction] = {}
    for chance_of_row, needs in rows:
        merged[tuple(needs)] = merged.get(tuple(needs), Fraction(0)) + chance_of_row
    return [(chance_of_row, list(key)) for key, chance_of_row in merged.items() if chance_of_row]


def everything(patients: list[dict[str, Any]], horizon: int) -> Iterator[tuple[Fraction, Needs]]:
    """Every joint outcome with its chance."""
    for row in itertools.product(*(outcomes_of(one, horizon) for one in patients)):
        chance = Fraction(1)
        for share, _ in row:
            chance *= share
        yield chance, sorted(need for _, needs in row for need in needs)


def by_trying_everything(patients: list[dict[str, Any]], horizon: int, shelf: Shelf) -> list[Fraction]:
    """By day 0 to the horizon, the chance that by its end the shelf has failed."""
    fails_on = [Fraction(0)] * (horizon + 1)
    total = Fraction(0)
    for chance, needs in everything(patients, horizon):
        total += chance
        day = shelf(needs)
        if day is not None:
            fails_on[day] += chance
    assert total == 1
    return list(itertools.accumulate(fails_on))


def plain_shelf(stock: int, delivery: dict[str, int] | None) -> Shelf:
    """Equal units that never expire, counted down; a delivery is put there before the first dose of its day."""

    def first_failure(needs: Needs) -> int | None:
        left, waiting = stock, delivery
        for day, units in needs:
            if waiting is not None and waiting["day"] <= day:
                left, waiting = left + waiting["vials"], None
            left -= units
            if left < 0:
                return day
        return None

    return first_failure


def dated_shelf(lots: list[tuple[int, int, int]]) -> Shelf:
    """Vials of one strength: (number, there from, last day). Doses take what expires first, which loses least."""

    def first_failure(needs: Needs) -> int | None:
        left = [list(lot) for lot in sorted(lots, key=lambda lot: lot[2])]
        for day, units in needs:
            for lot in left:
                if lot[1] <= day <= lot[2]:
                    taken = min(lot[0], units)
                    lot[0] -= taken
                    units -= taken
            if units:
                return day
        return None

    return first_failure


def mixed_shelf(vials: list[tuple[int, int, int]], dose_mg: dict[int, int]) -> Shelf:
    """Vials of mixed strengths: (mg, there from, last day). A dose of key k takes vials of at least dose_mg[k] mg.

    The vials are chosen as well as they can be, knowing all that will be needed: every way is tried.
    """

    def served(needs: Needs, left: frozenset[int]) -> int:
        """How many of the needs, in their order, can be met."""
        if not needs:
            return 0
        (day, key), *rest = needs
        best = 0
        there = [n for n in left if vials[n][1] <= day <= vials[n][2]]
        for size in range(1, len(there) + 1):
            for some in itertools.combinations(there, size):
                if sum(vials[n][0] for n in some) >= dose_mg[key]:
                    best = max(best, 1 + served(rest, left - set(some)))
                    if best == len(needs):
                        return best
        return best

    known: dict[tuple[tuple[int, int], ...], int | None] = {}

    def first_failure(needs: Needs) -> int | None:
        # The first day by whose end not all can be met: every prefix that ends a day is asked for itself.
        key = tuple(needs)
        if key not in known:
            known[key] = next(
                (
                    day
                    for day in sorted({day for day, _ in needs})
                    if served([need for need in needs if need[0] <= day], frozenset(range(len(vials))))
                    < len([need for need in needs if need[0] <= day])
                ),
                None,
            )
        return known[key]

    return first_failure
