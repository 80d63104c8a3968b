"""What a verb is handed: its options, a clock, and ways to open a store, the demo or the window."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from crs_desktop.command_line.entry import Entry, slots_lie_there
from crs_desktop.command_line.zones import machine_zone, named_zone, store_zone
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.answers import Answer
from crs_desktop.kernel.clock import Clock
from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import no

if TYPE_CHECKING:
    from crs_desktop.house import House
    from crs_desktop.staff.door.signed_in import SignedIn
    from crs_desktop.store.keys.slots import Unlocked


class OpenHouse(Protocol):
    """Opens the services of a store for the length of a block, as whoever has signed in."""

    def __call__(
        self, path: Path, clock: Clock, zone: ZoneInfo, signed: SignedIn
    ) -> AbstractContextManager[House]:
        """The services of the store at `path`; one that was never worked in is furnished in `zone`."""


class OpenDemo(Protocol):
    """Opens a throw-away store of made-up data for the length of a block."""

    def __call__(self, clock: Clock, seed: int, zone: ZoneInfo) -> AbstractContextManager[House]:
        """The services of the demo."""


@dataclass(frozen=True, slots=True)
class Window:
    """How to open the window: `path` None is the demo. Who sits there is asked by the window."""

    path: Path | None
    clock: Clock
    zone: str | None
    seed: int
    theme: str
    text_percent: int


@dataclass(frozen=True, slots=True)
class Doors:
    """Handed over by `__main__`, so that nothing slow is imported before it is needed."""

    house: OpenHouse
    demo: OpenDemo
    window: Callable[[Window], int]
    has_display: Callable[[], bool]
    default_store: Callable[[], Path]
    default_actor: Callable[[], Actor]


@dataclass(frozen=True, slots=True)
class World:
    """One call of the program. `offset` is the one typed behind `--now`, `entry` lets somebody in when it is needed."""

    options: argparse.Namespace
    clock: Clock
    offset: tzinfo | None
    doors: Doors
    entry: Entry

    @property
    def store(self) -> Path:
        """The store that was named, else the user's own. Raises NotUnderstood for what is no file."""
        named = self.options.store
        if named is None:
            return self.doors.default_store()
        if not named.strip():
            raise NotUnderstood(no("cl_store_not_named", "store", named))
        if "://" in named:
            raise NotUnderstood(no("cl_store_is_an_address", "store", named))
        return Path(named)

    @property
    def zone(self) -> str | None:
        """The time zone that was named."""
        name: str | None = self.options.zone
        return name

    def signed(self) -> SignedIn:
        """Who has signed in to the store, once for all that a verb does. Raises EnvironmentFailure with the reason."""
        return self.entry.signed(self.store_to_look_at())

    def unlocked(self, operation: str) -> Unlocked:
        """The keys of the store, for a verb that only looks: nothing in it is changed. Raises NotPermitted."""
        return self.entry.unlocked(self.store_to_look_at(), operation)

    @property
    def actor(self) -> Actor:
        """Who acts: whoever has signed in."""
        return self.signed().actor

    @property
    def store_is_there(self) -> bool:
        """True when the store's file exists and holds something."""
        try:
            return self.store.exists() and (self.store.is_dir() or self.store.stat().st_size > 0)
        except (OSError, ValueError) as error:
            detail = (isinstance(error, OSError) and error.strerror) or type(error).__name__
            raise EnvironmentFailure(no("store_unreadable", "store", self.options.store, detail=detail)) from error

    def local_zone(self) -> tzinfo:
        """Where days are counted for a verb that needs no store.

        The zone of the store, when one is named; else the zone that is named, the offset behind `--now`, the machine's.
        """
        if self.options.store is not None:
            path = self.store_to_look_at()
            site = store_zone(path, self.entry.key(path))
            if site is not None:
                return site
        if self.zone is not None:
            return named_zone(self.zone)
        return self.offset or machine_zone()

    def now(self) -> datetime:
        """The present, in the zone in which days are counted."""
        return self.clock.now().astimezone(self.local_zone())

    def today(self) -> date:
        """The calendar day for a verb that needs no store."""
        return self.now().date()

    def house(self) -> AbstractContextManager[House]:
        """The services of the store, as whoever has signed in. A missing store is never made."""
        signed = self.signed()
        return self.doors.house(self.store, self.clock, self.new_zone(), signed)

    def store_to_look_at(self) -> Path:
        """The store, which must be there."""
        if not self.store_is_there:
            code = "cl_store_gone" if slots_lie_there(self.store) else "cl_store_not_there"
            raise EnvironmentFailure(no(code, "store", self.store))
        return self.store

    def new_zone(self) -> ZoneInfo:
        """The zone of the demo, and of a store that was never worked in."""
        return machine_zone() if self.zone is None else named_zone(self.zone)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with its readable form."""

    answer: Answer
    text: str
