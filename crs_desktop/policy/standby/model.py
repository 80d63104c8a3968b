"""Nouns of standby: a kind of rule as shipped, a dated rule of the site, and what it makes a window owe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

CLASSES = ("car_t", "bispecific")
CLASS, PRODUCT = "class", "product"
# Where a rule holds; the site says in its policy under which of them it works.
JURISDICTIONS = ("US", "EU", "UK", "CH", "CA", "AU", "JP", "HK")
LOCAL = "local"
MOST_SETS = 4
MOST_EXTRA_DAYS = 60


@dataclass(frozen=True, slots=True)
class StandbyKind:
    """A kind of rule that can be stated, with where it comes from. The numbers of `local` are the site's own."""

    key: str
    sets: int
    further: int
    sentence: str
    source: str
    url: str
    read: date
    confidence: str


@dataclass(frozen=True, slots=True)
class StandbyRule:
    """One dated rule: so many sets for each window of a class or product, `further` of them within 8 hours.

    An empty jurisdiction holds everywhere; `valid_to` is the last day, None while no end is known.
    """

    id: int
    jurisdiction: str
    scope_kind: str
    scope: str
    kind: str
    sets: int
    further: int
    extra_days: int
    valid_from: date
    valid_to: date | None
    owner: str
    reason: str
    citation: str
    at: datetime | None = None
    actor: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.further <= self.sets <= MOST_SETS or not 0 <= self.extra_days <= MOST_EXTRA_DAYS:
            raise ValueError("a standby rule asks for 0 to 4 sets, of them some farther away, and 0 to 60 days more")

    def content(self) -> dict[str, str | int]:
        """As its request and the log carry it."""
        return {
            "jurisdiction": self.jurisdiction, "scope_kind": self.scope_kind, "scope": self.scope, "kind": self.kind,
            "sets": self.sets, "further": self.further, "extra_days": self.extra_days,
            "from": self.valid_from.isoformat(), "to": "" if self.valid_to is None else self.valid_to.isoformat(),
            "owner": self.owner, "reason": self.reason, "citation": self.citation,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owed:
    """What each window owes: sets, of them so many within 8 hours, days more, and the rule (None: shipped number)."""

    sets: int
    further: int = 0
    extra_days: int = 0
    rule: StandbyRule | None = None
