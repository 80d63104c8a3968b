"""What would make a short plan ready, the smallest kind first; each fix checked by a plan with it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from crs_desktop.kernel.amounts import Mass
from crs_desktop.readiness.model import (
    BrandFix,
    Fix,
    Movable,
    MoveFix,
    OrderedVials,
    OrderFix,
    Plan,
    PlanQuestion,
    Reserves,
    RoundingFix,
    SupplyLine,
    TransferFix,
)
from crs_desktop.readiness.rules.fewest import fewest, first_short_key, ready
from crs_desktop.readiness.rules.reserves import (
    brand_fix,
    rounding_fix,
    transfer_fix,
    with_brand,
    with_rounding,
    with_transfer,
)

Orderable = Sequence[tuple[str, Mass]]
_MOST_ORDERED = 10_000
_NO_RESERVES = Reserves()


def fixes(
    question: PlanQuestion,
    plan: Plan,
    movable: Sequence[Movable] = (),
    orderable: Orderable | None = None,
    reserves: Reserves = _NO_RESERVES,
) -> tuple[Fix, ...]:
    """Transfer, other brand, rounding, order, move, in that order, each the smallest of its kind; none when ready.

    `orderable` names brands and strengths that can be ordered (None: those of the supply), `movable` the demands that
    may be moved and where to, `reserves` what the site has and does not count. A search that runs out of time offers
    nothing of its kind.
    """
    if plan.ready or not plan.proved_best:
        return ()
    found = (
        transfer_fix(question, plan, reserves),
        brand_fix(question, plan, reserves),
        rounding_fix(question, reserves),
        order_fix(question, plan, orderable),
        move_fix(question, plan, movable),
    )
    return tuple(fix for fix in found if fix is not None)


def followed(question: PlanQuestion, fix: Fix) -> PlanQuestion:
    """The question as it would be when a fix has been followed."""
    if isinstance(fix, TransferFix):
        return with_transfer(question, fix)
    if isinstance(fix, BrandFix):
        return with_brand(question, fix)
    if isinstance(fix, RoundingFix):
        return with_rounding(question, fix)
    return with_order(question, fix) if isinstance(fix, OrderFix) else with_move(question, fix)


# --- order -----------------------------------------------------------------------------------------------------------


def order_fix(
    question: PlanQuestion, plan: Plan, orderable: Orderable | None = None, by: date | None = None
) -> OrderFix | None:
    """The fewest vials, then the least mg, that must count from the first short day on; then by brand and size.

    Planned use that the plan meets stays met. Where planned use would take the new vials before a rescue set of a
    later key, so many are ordered that it may. With `by` all planned use from that day on is met too.
    """
    if orderable is None:
        orderable = [(line.brand, line.strength) for line in question.supply]
    kinds = sorted(set(orderable), key=lambda kind: (kind[0], -kind[1].mcg))
    day = by or first_short_key(question, plan)
    shelf = {order_key(one): one for one in (OrderedVials(brand, size, _MOST_ORDERED) for brand, size in kinds)}
    offers = _arriving(question, OrderFix(tuple(shelf.values()), day))
    for meet_all in (False, True)[by is not None :]:
        counts = fewest(question, plan, offers, day, meet_all)
        if counts is None:
            return None
        fix = OrderFix(tuple(replace(shelf[key], count=count) for key, count in counts.items()), day)
        if ready(with_order(question, fix)):
            return fix
    return None


def with_order(question: PlanQuestion, fix: OrderFix) -> PlanQuestion:
    """The question as it would be with the ordered vials on the shelf; they last through every window."""
    return replace(question, supply=(*question.supply, *_arriving(question, fix)))


def order_key(vials: OrderedVials) -> str:
    """The key of the supply line that stands for ordered vials."""
    return f"order {vials.brand} {vials.strength.mcg}"


def _arriving(question: PlanQuestion, fix: OrderFix) -> tuple[SupplyLine, ...]:
    last = _last_day(question)
    return tuple(
        SupplyLine(order_key(one), "", one.brand, one.strength, one.count, last, "", fix.by) for one in fix.vials
    )


def _last_day(question: PlanQuestion) -> date:
    days = [demand.window.last for demand in question.demands] + [use.day for use in question.planned_use]
    return max([*days, question.today])


# --- move ------------------------------------------------------------------------------------------------------------


def move_fix(question: PlanQuestion, plan: Plan, movable: Sequence[Movable]) -> MoveFix | None:
    """One window moved by the fewest days, then in the order of holders. Only windows that have not started move."""
    deadline = time.monotonic() + question.time_limit_s
    short = first_short_key(question, plan)
    starts = {d.holder: d.window.first for d in question.demands}
    # Whoever starts after the first short day cannot help it by going away.
    near = [one for one in movable if question.today < starts[one.holder] <= short]
    hopeful = []
    for one in sorted(near, key=lambda one: one.holder):
        if time.monotonic() > deadline:
            return None
        if ready(_without(question, one.holder)):
            hopeful.append(one)
    for fix in _by_distance(hopeful, starts):
        if time.monotonic() > deadline:
            return None
        if ready(with_move(question, fix)):
            return fix
    return None


def with_move(question: PlanQuestion, fix: MoveFix) -> PlanQuestion:
    """The question as it would be with the window moved."""
    demands = tuple(replace(d, window=fix.window) if d.holder == fix.holder else d for d in question.demands)
    return replace(question, demands=demands)


def _without(question: PlanQuestion, holder: str) -> PlanQuestion:
    return replace(question, demands=tuple(d for d in question.demands if d.holder != holder))


def _by_distance(movable: Sequence[Movable], starts: dict[str, date]) -> Iterator[MoveFix]:
    """Every move, the shortest first, later before earlier, then by holder."""
    moves = [
        (abs(away), away < 0, one.holder, window)
        for one in movable
        for window in one.windows
        if (away := (window.first - starts[one.holder]).days)
    ]
    for _, _, holder, window in sorted(moves):
        yield MoveFix(holder, window)
