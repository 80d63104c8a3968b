"""Nouns of history: one entry of the log, what is asked of it, and one page of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the change log, as it was written."""

    id: int
    at: datetime
    actor: str
    role: str
    desk: str
    intent: str
    subject: str
    subject_id: str
    action: str
    reason: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    proved: bool

    @property
    def item(self) -> tuple[str, str]:
        """What it is about: the kind of thing, and which one."""
        return self.subject, self.subject_id


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: everything that is named must hold."""

    text: str = ""
    day: date | None = None
    actor: str = ""
    subject: str = ""
    item: str = ""

    @property
    def narrow(self) -> bool:
        """True when something is asked for."""
        return self != Wanted()


@dataclass(frozen=True, slots=True)
class Shown:
    """One page, newest first. `before` is where the next one begins, None when there is nothing older.

    `searched` counts the entries that were looked through: a rare word is not searched in the whole log at once.
    """

    entries: tuple[Entry, ...]
    before: int | None
    searched: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What can be chosen: everybody who wrote, and every kind of thing."""

    actors: tuple[str, ...]
    subjects: tuple[str, ...]
