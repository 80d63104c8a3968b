"""The policy in force as the board says it: what holds, who decided it, and what nobody here has decided yet."""

from __future__ import annotations

from collections.abc import Iterator

from crs_desktop.kernel.days import date_text, day_text
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.policy.model import Decided, Policy
from crs_desktop.policy.standby.model import StandbyRule
from crs_desktop.readiness.picture import RulePicture

_IN_SHORT = ("rounding", "weight_age")


def rules_of(policy: Policy) -> tuple[RulePicture, ...]:
    """Standby rules that hold on the day first, since they stand over the options; then every option."""
    return (*map(_standby, _standing(policy)), *map(_option, policy.decided))


def policy_line(policy: Policy) -> str:
    """What decides most, each with who decided it."""
    parts = []
    for kind in ("car_t", "bispecific"):
        owed = policy.owed(kind, "")
        by = _by(policy, f"sets_{kind}") if owed.rule is None else owed.rule.owner
        parts.append(say(no(f"policy_line_{kind}", sets=_sets(owed.sets), by=by)))
    for key in _IN_SHORT:
        parts.append(say(no(f"policy_line_{key}", number=policy.value(key), by=_by(policy, key))))
    return say(no("policy_line", parts=" · ".join(parts)))


def _by(policy: Policy, key: str) -> str:
    row = next(decided.row for decided in policy.decided if decided.option.key == key)
    return say(no("policy_line_undecided")) if row is None else row.owner


def _standing(policy: Policy) -> Iterator[StandbyRule]:
    for rule in policy.standby:
        here = rule.jurisdiction in ("", policy.jurisdiction)
        if here and rule.valid_from <= policy.day and (rule.valid_to is None or policy.day <= rule.valid_to):
            yield rule


def _standby(rule: StandbyRule) -> RulePicture:
    name = say(no("rule_standby", scope=rule.scope, where=rule.jurisdiction or say(no("rule_everywhere"))))
    parts = [_sets(rule.sets)]
    if rule.further:
        parts.append(say(no("rule_further", further=rule.further)))
    if rule.extra_days:
        parts.append(say(no("rule_extra_days", days=rule.extra_days)))
    by = say(no("rule_decided", owner=rule.owner, since=day_text(rule.valid_from, True), reason=rule.reason))
    return RulePicture(name, ", ".join(parts), by, False)


def _option(decided: Decided) -> RulePicture:
    row, option = decided.row, decided.option
    first, _, rest = option.unit.partition(" ")
    if decided.value == "1" and option.kind == "whole":
        first = first.removesuffix("s")
    value = " ".join(filter(None, (decided.value, first, rest)))
    if row is None:
        by = say(no("rule_undecided", source=option.source, read=date_text(option.read), confidence=option.confidence))
    else:
        by = say(no("rule_decided", owner=row.owner, since=day_text(row.valid_from, True), reason=row.reason))
    return RulePicture(option.sentence, value, by, row is None)


def _sets(count: int) -> str:
    return say(no("sets_one" if count == 1 else "sets_many", sets=count))
