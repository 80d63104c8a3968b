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

from crs_desktop.command_line.zones import machine_zone, named_zone, store_zone
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.answers import Answer
from crs_desktop.kernel.clock import Clock
from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import no

if TYPE_CHECKING:
    from crs_desktop.house import House


class OpenHouse(Protocol):
    """Opens the services of a store for the length of a block."""

    def __call__(self, path: Path, clock: Clock, zone: ZoneInfo) -> AbstractContextManager[House]:
        """The services of the store at `path`, made in `zone` when there is none."""


class OpenDemo(Protocol):
    """Opens a throw-away store of made-up data for the length of a block."""

    def __call__(self, clock: Clock, seed: int, zone: ZoneInfo) -> AbstractContextManager[House]:
        """The services of the demo."""


@dataclass(frozen=True, slots=True)
class Window:
    """How to open the window: `path` None is the demo."""

    path: Path | None
    clock: Clock
    zone: str | None
    seed: int
    actor: Actor | None
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
    """One call of the program. `offset` is the one typed behind `--now`."""

    options: argparse.Namespace
    clock: Clock
    offset: tzinfo | None
    doors: Doors

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

    @property
    def actor(self) -> Actor:
        """Who acts: the name that was given, else the machine's user."""
        name = self.options.by
        return self.doors.default_actor() if name is None else Actor(name, "pharmacist", "command line")

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
            self._must_be_there()
            site = store_zone(self.store)
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

    def house(self, make: bool = False) -> AbstractContextManager[House]:
        """The services of the store. A missing one is only made when asked to: a question never leaves a new store."""
        if not make:
            self._must_be_there()
        return self.doors.house(self.store, self.clock, self.new_zone())

    def store_to_look_at(self) -> Path:
        """The store for a verb that only looks: it must be there, and is opened as it is."""
        self._must_be_there()
        return self.store

    def new_zone(self) -> ZoneInfo:
        """The zone of a store that is made now."""
        return machine_zone() if self.zone is None else named_zone(self.zone)

    def _must_be_there(self) -> None:
        if not self.store_is_there:
            raise EnvironmentFailure(no("cl_store_not_there", "store", self.store))


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with its readable form."""

    answer: Answer
    text: str
