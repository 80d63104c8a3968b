"""Reads what a dose amounts to: one amount or range, or branches by body weight without hole or overlap."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from crs_desktop.therapies.model.doses import Amount, AmountBranch
from crs_desktop.therapies.schema import values
from crs_desktop.therapies.schema.table import Table

DOSE_UNITS = (
    "mcg",
    "mg",
    "mcg/kg",
    "mg/kg",
    "mg/m2",
    "mcg/day",
    "mcg/m2/day",
    "mL",
    "CAR-positive T cells",
    "CAR-positive viable T cells",
    "CAR-positive viable T cells/kg",
    "TCR-positive T cells",
)
Limit = tuple[Decimal, bool] | None  # kilograms, and whether they belong to this branch


def read_amounts(table: Table) -> tuple[AmountBranch, ...]:
    """The amounts on a step, a phase or a restart dose. A branch of unknown dose is left out: its amount is unknown."""
    if "amounts" not in table.content:
        branch = _branch(table)
        return (branch,) if branch else ()
    table.exclude("amounts", ("dose", "unit", "cap", "cap_unit"))
    found: list[AmountBranch] = []
    ranges = []
    for below in table.tables("amounts"):
        below.identity()
        low, high = _limits(below)
        branch = _branch(below, low, high)
        below.close()
        ranges.append((low, high, below.path))
        if branch:
            found.append(branch)
    for (low, _, _), (_, high, path) in pairwise(ranges):
        meet = low is not None and high is not None and low[0] == high[0] and low[1] is not high[1]
        if not meet:
            table.mistake("therapy_weights_overlap", "amounts", path.rpartition(".")[2])
    return tuple(found)


def _limits(table: Table) -> tuple[Limit, Limit]:
    low = _limit(table, "from_kg", "above_kg")
    high = _limit(table, "to_kg", "below_kg")
    if low and high and (low[0] > high[0] or (low[0] == high[0] and not (low[1] and high[1]))):
        table.mistake("therapy_weights_empty", "from_kg" if low[1] else "above_kg", low[0], most=high[0])
    return low, high


def _limit(table: Table, included: str, excluded: str) -> Limit:
    inside = table.number(included, "kg")
    table.needs(included, "45")
    if included in table.content:
        table.exclude(included, (excluded,))
        return None if inside is None else (inside, True)
    outside = table.number(excluded, "kg")
    table.needs(excluded, "45")
    return None if outside is None else (outside, False)


def _branch(table: Table, low: Limit = None, high: Limit = None) -> AmountBranch | None:
    unit = table.word("unit", required=True, allowed=DOSE_UNITS)
    dose = table.fact("dose", unit, True, "a number of at least 0, or a range [least, most]", values.amount)
    # a cap is compared with the dose as it is worked out: in its unit, without per kilogram or square metre
    comes_to = unit.replace("/kg", "").replace("/m2", "")
    cap_unit = table.word("cap_unit", required="cap" in table.content, allowed=(comes_to,) if unit else DOSE_UNITS)
    cap = table.number("cap", cap_unit)
    if dose is None or not unit:
        return None
    least, most = dose if isinstance(dose, tuple) else (dose, None)
    return AmountBranch(
        Amount(least, unit),
        low[0] if low and low[1] else None,
        high[0] if high and not high[1] else None,
        Amount(cap, cap_unit) if cap is not None else None,
        table.path,
        Amount(most, unit) if most is not None else None,
        low[0] if low and not low[1] else None,
        high[0] if high and high[1] else None,
    )
