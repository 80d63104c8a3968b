"""Which row holds on a day, how the others stand to it, and which value an option takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.entry import read_count, read_percent
from crs_desktop.kernel.fingerprint import Json, fingerprint
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.policy.model import Decided, Policy, PolicyOption, PolicyRow, Standing
from crs_desktop.policy.standby.model import StandbyRule
from crs_desktop.policy.standby.rules import holding


def in_force(
    options: Sequence[PolicyOption], rows: Iterable[PolicyRow], day: date, standby: Iterable[StandbyRule] = ()
) -> Policy:
    """The policy of a day: for each option the row with the latest valid-from up to it; the later entered wins."""
    known, rules = list(rows), holding(standby, day)
    decided = tuple(_decide(option, known, day) for option in options)
    values: dict[str, Json] = {item.option.key: item.value for item in decided}
    if rules:
        values["standby rules"] = [dict(rule.content()) for rule in rules]
    return Policy(day, decided, fingerprint(values), rules)


def _decide(option: PolicyOption, rows: Sequence[PolicyRow], day: date) -> Decided:
    holding = [row for row in rows if row.key == option.key and row.valid_from <= day]
    if not holding:
        return Decided(option, option.default, None)
    row = max(holding, key=lambda candidate: (candidate.valid_from, candidate.id))
    return Decided(option, row.value, row)


def standing(row: PolicyRow, rows: Iterable[PolicyRow], day: date) -> Standing:
    """Whether a row holds on a day, will hold, or gave way to another."""
    same = [other for other in rows if other.key == row.key]
    if any(other.valid_from == row.valid_from and other.id > row.id for other in same):
        return "replaced"
    if row.valid_from > day:
        return "to_come"
    return "replaced" if any(row.valid_from < other.valid_from <= day for other in same) else "in_force"


def read_value(option: PolicyOption, text: str) -> str | Finding:
    """The typed value in its one form, or why it is not one."""
    if option.kind == "choice":
        meant = next((choice for choice in option.choices if choice.lower() == text.strip().lower()), None)
        return meant or no("policy_value", option.key, text, allowed=option.allowed)
    if option.kind == "percent":
        percent = read_percent(text, option.key)
        return percent if isinstance(percent, Finding) else plain(percent)
    count = read_count(text, option.key, option.least, option.most)
    return count if isinstance(count, Finding) else str(count)
