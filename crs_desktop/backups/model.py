"""Nouns of the backups: one that is kept, what going back to it would lose, and the picture of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from crs_desktop.kernel.refusal import Finding

# What a person must type before a store is exchanged.
WORD = "GO BACK"


class Standing(Enum):
    """How the last backup stands."""

    FRESH = "fresh"
    OLD = "old"
    NONE = "none"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Kept:
    """One backup. `checked`: it was opened in full before it got its name; `held`: it stays until somebody confirms."""

    name: str
    made_at: datetime
    reason: str
    size: int
    schema: str
    counts: Mapping[str, int]
    checked: bool
    held: bool

    def count(self, table: str) -> int:
        """Rows of a table, 0 when the backup does not say."""
        return self.counts.get(table, 0)


@dataclass(frozen=True, slots=True)
class About:
    """What opens a backup. Without `people` and `recovery_of` no key slots travel with it.

    `slots_of` is when the newest of its slots was made, `recovery_of` when the paper was printed whose code opens it.
    """

    name: str
    encrypted: bool
    people: tuple[str, ...] = ()
    slots_of: datetime | None = None
    recovery_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Weight:
    """How much room the store takes, and how much of that its filed papers."""

    store: int
    papers: int
    paper_bytes: int


@dataclass(frozen=True, slots=True)
class BackupPicture:
    """All backups, newest first, and how matters stand. `unreadable` are files that say nothing we understand."""

    now: datetime
    folder: str
    kept: tuple[Kept, ...]
    unreadable: tuple[str, ...]
    standing: Standing
    last: datetime | None
    paused_since: datetime | None
    warning: Finding | None
    weight: Weight | None = None  # None when the store cannot be asked: then its backups are looked at all the more


@dataclass(frozen=True, slots=True)
class LostDose:
    """A dose that would have to be recorded again."""

    started_at: datetime
    amount: str
    patient: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What is in the store and not in a backup: numbers by kind of record, and the doses by name.

    `against` says why whoever asks may not go back themselves; `changes` is what the history says beside the numbers:
    where somebody went back before, a backup may hold as many records as the store, and others.
    """

    counts: tuple[tuple[str, int], ...]
    doses: tuple[LostDose, ...]
    against: Finding | None = None
    changes: int = 0


@dataclass(frozen=True, slots=True)
class GoBack:
    """What the form sends: which backup, and the word typed."""

    request_id: str
    name: str
    word: str


@dataclass(frozen=True, slots=True)
class WentBack:
    """To which backup, and the name under which the former store is kept."""

    name: str
    kept: str
