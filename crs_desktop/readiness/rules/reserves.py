"""Fixes from what a site has already: vials brought here, vials whose lot is checked, doses rounded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from crs_desktop.readiness.model import (
    BrandFix,
    Plan,
    PlanQuestion,
    ReservedVials,
    Reserves,
    RoundingFix,
    SupplyLine,
    TransferFix,
)
from crs_desktop.readiness.rules.fewest import fewest, first_short_key, ready
from crs_desktop.readiness.rules.plan import solve

_STEP = Decimal("0.1")
_BROUGHT = "here:"


def transfer_fix(question: PlanQuestion, plan: Plan, reserves: Reserves) -> TransferFix | None:
    """The fewest vials to be brought here, then the least mg, then from the places named first."""
    if not reserves.to:
        return None
    by = first_short_key(question, plan)
    far = {line.key for line in question.supply if line.far}
    # What is counted as far already may be held as such by others; without these vials the search is never wrong.
    apart = [line for line in reserves.elsewhere if line.key not in far]
    for lines in dict.fromkeys((reserves.elsewhere, tuple(apart))):
        vials = _taken(question, plan, lines, by)
        fix = TransferFix(vials, reserves.to, by)
        if vials and ready(with_transfer(question, fix)):
            return fix
    return None


def brand_fix(question: PlanQuestion, plan: Plan, reserves: Reserves) -> BrandFix | None:
    """The fewest vials, then the least mg, whose lot must pass its check."""
    by = first_short_key(question, plan)
    vials = _taken(question, plan, reserves.waiting, by)
    fix = BrandFix(vials, by)
    return fix if vials and ready(with_brand(question, fix)) else None


def rounding_fix(question: PlanQuestion, reserves: Reserves) -> RoundingFix | None:
    """The least rounding in steps of a tenth of a percent. More rounding only adds sets, so that halving finds it."""
    if reserves.rounding is None or reserves.rounding <= question.rounding:
        return None
    deadline = time.monotonic() + question.time_limit_s
    low, high = int(question.rounding / _STEP), int(reserves.rounding / _STEP)
    if not ready(replace(question, rounding=high * _STEP)):
        return None
    while high - low > 1 and time.monotonic() < deadline:
        middle = (low + high) // 2
        low, high = (low, middle) if ready(replace(question, rounding=middle * _STEP)) else (middle, high)
    percent = high * _STEP
    plan = solve(replace(question, rounding=percent))
    return RoundingFix(percent, tuple(sorted({one.holder for one in plan.sets if one.rounded})))


def with_transfer(question: PlanQuestion, fix: TransferFix) -> PlanQuestion:
    """The question as it would be with the vials brought here."""
    brought = tuple(replace(_line(one, question, fix.by), place=fix.to) for one in fix.vials)
    return replace(question, supply=(*_without(question, fix.vials), *brought))


def with_brand(question: PlanQuestion, fix: BrandFix) -> PlanQuestion:
    """The question as it would be with the vials released."""
    released = tuple(_line(one, question, fix.by) for one in fix.vials)
    return replace(question, supply=(*_without(question, fix.vials), *released))


def with_rounding(question: PlanQuestion, fix: RoundingFix) -> PlanQuestion:
    """The question as it would be with so much rounding."""
    return replace(question, rounding=fix.percent)


def _taken(question: PlanQuestion, plan: Plan, lines: Sequence[SupplyLine], by: date) -> tuple[ReservedVials, ...]:
    known = {line.key for line in question.supply}
    there = [line for line in lines if line.key in known and line.vials]
    offers = [replace(line, key=_BROUGHT + line.key, far=False, available_from=by) for line in there]
    counts = fewest(question, plan, offers, by, meet_all=False) if offers else None
    return tuple(
        ReservedVials(line.key, line.lot, line.brand, line.strength, counts[_BROUGHT + line.key], line.place)
        for line in there
        if counts is not None and _BROUGHT + line.key in counts
    )


def _line(vials: ReservedVials, question: PlanQuestion, by: date) -> SupplyLine:
    source = next(line for line in question.supply if line.key == vials.key)
    return replace(
        source, key=_BROUGHT + source.key, vials=vials.count, usable=True, far=False, available_from=by, hour=None
    )


def _without(question: PlanQuestion, taken: Sequence[ReservedVials]) -> tuple[SupplyLine, ...]:
    gone = {one.key: one.count for one in taken}
    return tuple(
        replace(line, vials=line.vials - gone[line.key]) if line.key in gone else line for line in question.supply
    )
