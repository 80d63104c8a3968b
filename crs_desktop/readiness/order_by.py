"""The last safe moment to order: the latest at which an order still makes the board ready, proved by plans with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.readiness.model import OrderFix, Plan, PlanQuestion, SupplyLine
from crs_desktop.readiness.rules.fewest import first_short_key, ready
from crs_desktop.readiness.rules.fixes import order_key
from crs_desktop.readiness.rules.plan import solve
from crs_desktop.stock.ordering.calendar import Arrival, arrival_of, last_moment_for
from crs_desktop.stock.ordering.model import Supplier

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LastMoment:
    """An order placed by `moment` makes the board ready; an hour later `holder` is short on `day`."""

    moment: datetime
    supplier: str
    holder: str
    day: date


def last_moment(
    question: PlanQuestion, plan: Plan, fix: OrderFix, suppliers: Sequence[Supplier], now: datetime, zone: ZoneInfo
) -> tuple[LastMoment | None, tuple[Finding, ...]]:
    """The latest moment over all suppliers, from now on; without one, why each supplier is of no help.

    `plan` is that of the question as it is, which is short; `fix` is what has to be ordered.
    """
    found: list[LastMoment] = []
    reasons: list[Finding] = []
    minute = _minute(question, plan, fix.by)
    for supplier in sorted(suppliers, key=lambda one: one.name):
        answer = _of(question, fix, supplier, minute, now, zone)
        if isinstance(answer, Finding):
            reasons.append(answer)
        else:
            found.append(answer)
    best = max(found, key=lambda one: one.moment, default=None)  # of equals the first by name
    return best, () if best is not None else tuple(reasons)


def with_arrival(question: PlanQuestion, fix: OrderFix, supplier: Supplier, arrival: Arrival) -> PlanQuestion:
    """The question as it would be with the order arriving so, to the shelf life that the supplier guarantees."""
    lines = tuple(
        SupplyLine(
            order_key(one), "", one.brand, one.strength, one.count, arrival.good_until(supplier.terms), "",
            arrival.day + _DAY, hour=arrival.minute,
        )
        for one in fix.vials
    )  # fmt: skip
    return replace(question, supply=(*question.supply, *lines))


def _of(
    question: PlanQuestion, fix: OrderFix, supplier: Supplier, minute: int | None, now: datetime, zone: ZoneInfo
) -> LastMoment | Finding:
    moment = last_moment_for(fix.by, minute, supplier.terms, supplier.calendar, zone)
    if moment is None or moment < now:
        first = arrival_of(now, supplier.terms, supplier.calendar, zone)
        there = "" if first is None else day_text(first.day)
        code = "order_too_late" if first is not None else "order_never"
        return no(code, "supplier", supplier.name, there=there, needed=day_text(fix.by))
    in_time = arrival_of(moment, supplier.terms, supplier.calendar, zone)
    if in_time is None or not ready(with_arrival(question, fix, supplier, in_time)):
        return no("order_expires_first", "supplier", supplier.name, days=supplier.terms.shelf_life_days or 0)
    later = arrival_of(moment + _HOUR, supplier.terms, supplier.calendar, zone)
    after = solve(question if later is None else with_arrival(question, fix, supplier, later), coverage_only=True)
    if after.ready or not after.proved_best:
        return no("order_not_proved", "supplier", supplier.name)
    short = first_short_key(question, after)
    keys = {one.holder: max(one.window.first, question.today) for one in question.demands}
    holder = min(one.holder for one in after.uncovered if keys[one.holder] == short)
    return LastMoment(moment, supplier.name, holder, short)


def _minute(question: PlanQuestion, plan: Plan, day: date) -> int | None:
    """The earliest minute at which somebody who is short begins on the day; None unless it is known of all of them."""
    short = {one.holder for one in plan.uncovered}
    begin = [
        one.first_minute if one.window.first >= question.today else None
        for one in question.demands
        if one.holder in short and max(one.window.first, question.today) == day
    ]
    known = [minute for minute in begin if minute is not None]
    return min(known) if known and len(known) == len(begin) else None
