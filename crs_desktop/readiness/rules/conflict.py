"""Why a board is short: few sets and uses that cannot all be had from the vials that count for them, and no fewer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.readiness.model import Conflict, Demand, Plan, PlannedUse, PlanQuestion, SupplyLine
from crs_desktop.readiness.rules.fewest import first_short_key
from crs_desktop.readiness.rules.items import counts_for, counts_for_demand
from crs_desktop.readiness.rules.plan import solve


@dataclass(frozen=True, slots=True)
class _Wish:
    """One set of a demand, or one planned use; `further`: a set that may be of vials far away."""

    source: Demand | PlannedUse
    further: bool = False


def conflict(question: PlanQuestion, plan: Plan, now_s: Callable[[], float] = time.monotonic) -> Conflict | None:
    """A conflict on the first short key of a plan that is proved; None where there is none or no vials count at all.

    Sought among everything that comes before or on that day in the plan's order, by leaving out as much as possible
    while what remains is still proved to be too much. `minimal` says that each single set or use has been tried so.
    The search ends when `now_s` has moved on by the question's time limit.
    """
    if plan.ready or not plan.proved_best:
        return None
    deadline = now_s() + question.time_limit_s
    day = first_short_key(question, plan)
    wishes = _order(question, plan, day)
    left, minimal = _thinned(question, wishes, lambda: deadline - now_s())
    if left is None:
        return None
    vials = tuple((line.key, line.vials) for line in _counting(question, left))
    return Conflict(day, _holders(left), _uses(left), vials, minimal) if vials else None


def conflict_finding(question: PlanQuestion, found: Conflict) -> Finding:
    """The same as one sentence; holders may be named anew by whoever knows the patients."""
    lines = {line.key: line for line in question.supply}
    who = [holder for holder, _ in found.holders]
    who += [use.holder for use in found.planned if use.holder not in who]
    vials = ", ".join(f"{count} x {lines[key].strength} {lines[key].lot}" for key, count in found.vials)
    sets = sum(count for _, count in found.holders) + len(found.planned)
    code = "plan_conflict" if len(who) > 1 else "plan_conflict_of_one"
    return no(code, "patients", "; ".join(sorted(who)), day=day_text(found.day), sets=sets, vials=vials)


def _order(question: PlanQuestion, plan: Plan, day: date) -> list[_Wish]:
    """Everything that comes first, the likely bystanders in front: met uses, whoever is gone by then, the covered."""
    short = {one.holder for one in plan.uncovered}
    met = sorted((one.use for one in plan.planned if one.use.day < day), key=lambda use: (use.day, use.holder))
    demands = [d for d in question.demands if max(d.window.first, question.today) <= day]
    demands = [d for d in demands if d.window.last >= question.today]
    demands.sort(key=lambda d: (d.window.last >= day, d.holder in short, d.holder))
    return [*map(_Wish, met), *(_Wish(d, number >= d.sets - d.further) for d in demands for number in range(d.sets))]


def _thinned(
    question: PlanQuestion, wishes: list[_Wish], left_s: Callable[[], float]
) -> tuple[list[_Wish] | None, bool]:
    """Leave out halves, then quarters, at last one by one, whatever is not needed for the conflict."""
    if not _too_much(question, wishes, left_s()):
        return None, False
    minimal, step = True, max(1, len(wishes) // 2)
    while True:
        place = 0
        while place < len(wishes):
            fewer = wishes[:place] + wishes[place + step :]
            answer = _too_much(question, fewer, left_s())
            if answer:
                wishes = fewer
            else:
                place += step
                minimal = minimal and (answer is False or step > 1)
        if step == 1:
            return wishes, minimal
        step = (step + 1) // 2 if step > 2 else 1


def _too_much(question: PlanQuestion, wishes: Sequence[_Wish], left_s: float) -> bool | None:
    """Whether it is proved that these cannot all be had; None: not decided in time."""
    if left_s <= 0:
        return None
    plan = solve(_only(question, wishes, left_s), coverage_only=True)
    if plan.ready and not plan.unmet:
        return False
    return True if plan.proved_best else None


def _only(question: PlanQuestion, wishes: Sequence[_Wish], time_limit_s: float) -> PlanQuestion:
    sets, further = dict(_holders(wishes)), dict(_holders([wish for wish in wishes if wish.further]))
    demands = tuple(
        replace(d, sets=sets[d.holder], further=further.get(d.holder, 0)) for d in question.demands if d.holder in sets
    )
    return replace(question, demands=demands, planned_use=_uses(wishes), earmarks=(), time_limit_s=time_limit_s)


def _holders(wishes: Sequence[_Wish]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for wish in wishes:
        if isinstance(wish.source, Demand):
            counts[wish.source.holder] = counts.get(wish.source.holder, 0) + 1
    return tuple(sorted(counts.items()))


def _uses(wishes: Sequence[_Wish]) -> tuple[PlannedUse, ...]:
    return tuple(wish.source for wish in wishes if isinstance(wish.source, PlannedUse))


def _counting(question: PlanQuestion, wishes: Sequence[_Wish]) -> list[SupplyLine]:
    """The vials that count for any of them, in a fixed order."""
    kept = _only(question, wishes, question.time_limit_s)
    lines = [
        line
        for line in question.supply
        if any(counts_for_demand(line, demand, question.today) for demand in kept.demands)
        or any(counts_for(line, use.day, use.day) for use in kept.planned_use)
    ]
    return sorted(
        lines, key=lambda line: (line.brand, line.expires, -line.strength.mcg, line.lot, line.place, line.key)
    )
