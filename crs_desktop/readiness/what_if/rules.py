"""Whether everything owed can be covered: the one question behind yes and no, the same whatever the order of entry.

The laws of the what-if rest on this: more stock never turns yes into no, one more patient never turns no into yes. The
plan's own *ready* does not keep the first of them: a planned prophylactic dose that finds no vials leaves them to a
window that begins later; with one vial more it is given, and that window is short. So a planned dose before a later
window must find its vials too. Then the plan, which goes key by key, covers every set; and what can be covered together
stays so with more stock and with one wish less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from crs_desktop.readiness.model import Fix, OrderFix, Plan, PlannedUse, PlanQuestion
from crs_desktop.readiness.rules.fewest import first_short_key, too_much
from crs_desktop.readiness.rules.fixes import Orderable, followed, order_fix
from crs_desktop.readiness.rules.plan import solve


def coverable(question: PlanQuestion) -> bool | None:
    """True when every set owed, and each planned dose before a later window, can be had; None: not proved."""
    asked = _pressed(question)
    if too_much(asked, planned_too=True):
        return False
    plan = solve(asked, coverage_only=True)
    if plan.ready and not plan.unmet:
        return True
    return False if plan.proved_best else None


def pressing(question: PlanQuestion) -> tuple[PlannedUse, ...]:
    """The planned doses that a window begins after: what they take, that window lacks."""
    keys = [
        max(demand.window.first, question.today)
        for demand in question.demands
        if demand.sets and demand.window.last >= question.today
    ]
    last = max(keys, default=date.min)
    return tuple(use for use in question.planned_use if question.today <= use.day < last)


def unmet_pressing(question: PlanQuestion) -> tuple[PlannedUse, ...]:
    """Of those, the ones that the plan leaves without vials."""
    return tuple(one.use for one in solve(_pressed(question)).unmet)


def sufficient(question: PlanQuestion, found: Sequence[Fix]) -> tuple[Fix, ...]:
    """The fixes with which everything can be covered."""
    return tuple(fix for fix in found if coverable(followed(question, fix)) is True)


def order_for_all(question: PlanQuestion, plan: Plan, orderable: Orderable) -> OrderFix | None:
    """The smallest order with which pressing planned doses are met as well."""
    asked = _pressed(question)
    days = [use.day for use in unmet_pressing(question)]
    days += [] if plan.ready else [first_short_key(question, plan)]
    if not days:
        return None
    fix = order_fix(asked, solve(asked), orderable, min(days))
    return fix if fix is not None and coverable(followed(question, fix)) is True else None


def _pressed(question: PlanQuestion) -> PlanQuestion:
    """Promises change nothing about what can be covered; planned doses after every window take from nobody."""
    return replace(question, planned_use=pressing(question), earmarks=())
