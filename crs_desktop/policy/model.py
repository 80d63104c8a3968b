"""Nouns of policy: an option declared once, a dated row of the site, and the policy in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from crs_desktop.policy.standby.model import Owed, StandbyRule
from crs_desktop.policy.standby.rules import owed

Kind = Literal["whole", "percent", "choice"]
Standing = Literal["in_force", "to_come", "replaced"]


@dataclass(frozen=True, slots=True)
class PolicyOption:
    """One thing the site can decide, with its range, shipped default and where that default comes from."""

    key: str
    kind: Kind
    default: str
    unit: str
    sentence: str
    source: str
    url: str
    read: date
    confidence: str
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """What may stand here, in words."""
        if self.kind == "choice":
            return " or ".join(self.choices)
        return f"{self.least} to {self.most} {self.unit}"


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One decision of the site: a value that holds from a day on, with owner, reason and citation."""

    id: int
    key: str
    value: str
    valid_from: date
    owner: str
    reason: str
    citation: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class StatedPolicy:
    """A decision that was understood and is not stored yet."""

    option: PolicyOption
    value: str
    valid_from: date
    owner: str
    reason: str
    citation: str

    def content(self) -> dict[str, str]:
        """As its request carries it."""
        return {
            "key": self.option.key, "value": self.value, "from": self.valid_from.isoformat(), "owner": self.owner,
            "reason": self.reason, "citation": self.citation,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decided:
    """An option with the value in force and the row that decided it; None means the shipped, unverified default."""

    option: PolicyOption
    value: str
    row: PolicyRow | None


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy in force on a day. `fingerprint` names exactly these values and standby rules."""

    day: date
    decided: tuple[Decided, ...]
    fingerprint: str
    standby: tuple[StandbyRule, ...] = ()

    def value(self, key: str) -> str:
        """The value in force for an option. Raises KeyError for an unknown one."""
        for decided in self.decided:
            if decided.option.key == key:
                return decided.value
        raise KeyError(key)

    def whole(self, key: str) -> int:
        """The value of a whole-number option."""
        return int(self.value(key))

    @property
    def rounding(self) -> Decimal:
        """Rounding in percent, 0 to 10."""
        return Decimal(self.value("rounding"))

    @property
    def counted_reach(self) -> timedelta:
        """The longest reach time of a place that counts."""
        return timedelta(minutes=self.whole("counted_reach"))

    def sets_for(self, therapy_kind: str) -> int:
        """Sets owed a window for 'car_t' or 'bispecific' where no standby rule says otherwise."""
        return self.whole(f"sets_{therapy_kind}")

    @property
    def jurisdiction(self) -> str:
        """Under whose rules the site works, like US."""
        return self.value("jurisdiction")

    def owed(self, therapy_kind: str, product: str) -> Owed:
        """What each window of this class and product owes on this day."""
        return owed(self.standby, self.jurisdiction, therapy_kind, product, self.day, self.sets_for(therapy_kind))

    @property
    def unverified(self) -> tuple[str, ...]:
        """The options that still stand on the shipped default."""
        return tuple(decided.option.key for decided in self.decided if decided.row is None)


@dataclass(frozen=True, slots=True)
class PolicyPicture:
    """The policy of today and every row ever stated, read in one moment."""

    policy: Policy
    rows: tuple[PolicyRow, ...]

    def rows_of(self, key: str) -> list[PolicyRow]:
        """The rows of one option, newest first."""
        return [row for row in reversed(self.rows) if row.key == key]
