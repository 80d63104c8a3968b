"""Policy as it is assumed for one question, and never stored: values of options, and other standby rules. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.policy.model import PolicyOption, PolicyRow
from crs_desktop.policy.rules import read_value
from crs_desktop.policy.standby.model import StandbyRule

# A row that is assumed stands over every row that was stated.
_LAST = 2**62


@dataclass(frozen=True, slots=True)
class Assumed:
    """Values by option, and the standby rules (None: those that were stated)."""

    values: tuple[tuple[str, str], ...] = ()
    standby: tuple[StandbyRule, ...] | None = None
    why: str = ""
    at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.values) or self.standby is not None

    def rows_on(self, day: date) -> list[PolicyRow]:
        """As rows that hold on a day and stand over all others."""
        if self.at is None:
            return []
        return [PolicyRow(_LAST, key, value, day, self.why, self.why, "", self.at, "") for key, value in self.values]


NOTHING_ASSUMED = Assumed()


def read_assumed(
    typed: Mapping[str, str], options: Sequence[PolicyOption], why: str, at: datetime
) -> Assumed | Refused:  # fmt: skip
    """Values as typed by option, or every reason why one is not understood. `why` stands for owner and reason."""
    known = {option.key: option for option in options}
    values: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for key, text in typed.items():
        value = read_value(known[key], text) if key in known else no("policy_key", "key", key)
        if isinstance(value, Finding):
            findings.append(value)
        else:
            values.append((key, value))
    return refuse(*findings) if findings else Assumed(tuple(values), None, why, at)
