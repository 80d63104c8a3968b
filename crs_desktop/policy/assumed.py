"""Policy as it is assumed for one question, and never stored: values of options, and other standby rules. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.policy.model import PolicyOption, PolicyRow
from crs_desktop.policy.rules import read_value
from crs_desktop.policy.standby.model import CLASS, CLASSES, LOCAL, StandbyKind, StandbyRule

STANDBY = "standby"
"""Named like an option: the kind of standby rule that is assumed for every class instead of those that were stated."""
LEFT_OUT = "left out"
# A row that is assumed stands over every row that was stated.
_LAST = 2**62
_SETS = "sets_"


@dataclass(frozen=True, slots=True)
class Assumed:
    """Values by option, and the standby rules instead of those that were stated (None: those).

    Sets that are assumed by number would say nothing beside a standby rule, so all rules are left out with them.
    """

    values: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    standby: tuple[StandbyRule, ...] | None = None
    why: str = ""
    at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.values) or self.standby is not None

    @property
    def said(self) -> dict[str, str]:
        """What is assumed, by key."""
        return dict(self.values) | ({} if self.standby is None else {STANDBY: self.kind or LEFT_OUT})

    def rows_on(self, day: date) -> list[PolicyRow]:
        """As rows that hold on a day and stand over all others."""
        if self.at is None:
            return []
        return [PolicyRow(_LAST, key, value, day, self.why, self.why, "", self.at, "") for key, value in self.values]


NOTHING_ASSUMED = Assumed()


def read_assumed(
    typed: Mapping[str, str], options: Sequence[PolicyOption], kinds: Sequence[StandbyKind], why: str, at: datetime
) -> Assumed | Refused:
    """Values as typed by option, or every reason why one is not understood. `why` stands for owner and reason."""
    known = {option.key: option for option in options}
    named = {kind.key: kind for kind in kinds if kind.key != LOCAL}
    values: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for key, text in typed.items():
        if key == STANDBY:
            found = text if text in named else no("policy_value", STANDBY, text, allowed=" or ".join(named))
        else:
            found = read_value(known[key], text) if key in known else no("policy_key", "policy", key)
        if isinstance(found, Finding):
            findings.append(found)
        elif key != STANDBY:
            values.append((key, found))
    if findings:
        return refuse(*findings)
    kind = named.get(typed.get(STANDBY, ""))
    by_number = any(key.startswith(_SETS) for key, _ in values)
    rules = _rules(kind, why) if kind is not None else () if by_number else None
    return Assumed(tuple(values), "" if kind is None else kind.key, rules, why, at)


def _rules(kind: StandbyKind, why: str) -> tuple[StandbyRule, ...]:
    """The kind for every class, from ever and for ever."""
    return tuple(
        StandbyRule(0, "", CLASS, scope, kind.key, kind.sets, kind.further, 0, date.min, None, why, why, "")
        for scope in CLASSES
    )
