"""Which standby rule holds: product before class, the own jurisdiction before everywhere, then the newest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from crs_desktop.policy.standby.model import PRODUCT, Owed, StandbyRule


def holding(rules: Iterable[StandbyRule], day: date) -> tuple[StandbyRule, ...]:
    """The rules whose days hold this one, in their order."""
    return tuple(rule for rule in rules if rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to))


def owed(rules: Iterable[StandbyRule], jurisdiction: str, kind: str, product: str, day: date, shipped: int) -> Owed:
    """What a window of this class and product owes on a day; without a rule so many sets as plain policy says.

    Among rules that fit, one for the product stands over one for its class, one of the site's jurisdiction over one
    for everywhere, then the one that began last, then the one stated last.
    """
    fitting = [
        rule
        for rule in holding(rules, day)
        if rule.jurisdiction in ("", jurisdiction) and rule.scope == (product if rule.scope_kind == PRODUCT else kind)
    ]
    if not fitting:
        return Owed(shipped)
    best = max(
        fitting, key=lambda rule: (rule.scope_kind == PRODUCT, bool(rule.jurisdiction), rule.valid_from, rule.id)
    )
    return Owed(best.sets, best.further, best.extra_days, best)


def standing(rule: StandbyRule, day: date) -> str:
    """'in_force', 'to_come' or 'over' on a day, by its own days alone."""
    if day < rule.valid_from:
        return "to_come"
    return "over" if rule.valid_to is not None and rule.valid_to < day else "in_force"
