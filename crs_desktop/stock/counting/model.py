"""Nouns of a count: the count itself, what each round found, what a counter may see, what is compared at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from crs_desktop.kernel.refusal import Finding
from crs_desktop.stock.model import Lot, Place


class CountOutcome(Enum):
    """How a count ended."""

    POSTED = "posted"
    GIVEN_UP = "given up"


class Standing(Enum):
    """Where one lot stands in a count.

    MOVED: vials of it came or went between the freeze and the counting, so that no number can be held against it.
    """

    TO_COUNT = "to_count"
    TO_RECOUNT = "to_recount"
    AGREED = "agreed"
    MOVED = "moved"

    @property
    def open(self) -> bool:
        """True while somebody still has to count it."""
        return self in (Standing.TO_COUNT, Standing.TO_RECOUNT)


@dataclass(frozen=True, slots=True)
class CountEnd:
    """How, why, when and by whom a count ended."""

    outcome: CountOutcome
    reason: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Count:
    """A count of one place, held against the ledger as it was after the line `frozen`."""

    id: int
    place: Place
    frozen: int
    note: str
    at: datetime
    actor: str
    end: CountEnd | None = None


@dataclass(frozen=True, slots=True)
class CountEntry:
    """What somebody found of a lot in one round; `ledger` is the newest line of the ledger at that moment."""

    lot_id: int
    round: int
    vials: int
    ledger: int
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class BlindLot:
    """A lot as a counter sees it: what it is, and whether it waits for somebody. No number of vials stands in it."""

    lot: Lot
    standing: Standing
    rounds: int
    last_by: str


@dataclass(frozen=True, slots=True)
class BlindCount:
    """A count as a counter sees it."""

    count: Count
    lots: tuple[BlindLot, ...]

    @property
    def to_count(self) -> tuple[BlindLot, ...]:
        """Lots that nobody has counted."""
        return tuple(item for item in self.lots if item.standing is Standing.TO_COUNT)

    @property
    def to_recount(self) -> tuple[BlindLot, ...]:
        """Lots that another person counts again."""
        return tuple(item for item in self.lots if item.standing is Standing.TO_RECOUNT)

    @property
    def finished(self) -> bool:
        """True when nobody has to count anything any more."""
        return not any(item.standing.open for item in self.lots)


@dataclass(frozen=True, slots=True)
class ComparedLot:
    """One lot with every number: the ledger at the freeze, each round, what two agree on, and the ledger now."""

    lot: Lot
    standing: Standing
    expected: int
    rounds: tuple[CountEntry, ...]
    settled: int | None
    now: int

    @property
    def difference(self) -> int:
        """What closing posts: found less expected; nothing while two do not agree."""
        return 0 if self.settled is None else self.settled - self.expected


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything about a count that is finished or has ended. `against` are the reasons why it cannot be posted."""

    count: Count
    lots: tuple[ComparedLot, ...]
    against: tuple[Finding, ...] = ()

    @property
    def differing(self) -> tuple[ComparedLot, ...]:
        """Lots that closing changes."""
        return tuple(item for item in self.lots if item.difference)

    @property
    def left_out(self) -> tuple[ComparedLot, ...]:
        """Lots that this count says nothing about, because their vials moved while they were counted."""
        return tuple(item for item in self.lots if item.standing is Standing.MOVED)


@dataclass(frozen=True, slots=True)
class CountsPicture:
    """What a page of counts shows: places, the counts that run, blind, and those that have ended, newest first."""

    places: tuple[Place, ...]
    lots: tuple[Lot, ...]
    running: tuple[BlindCount, ...]
    ended: tuple[Count, ...]
