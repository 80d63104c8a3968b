"""What a verb is handed: its options, a clock, and ways to open a store, the demo or the window."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.answers import Answer
from crs_desktop.kernel.clock import Clock

if TYPE_CHECKING:
    from crs_desktop.house import House


class OpenHouse(Protocol):
    """Opens the services of a store for the length of a block."""

    def __call__(self, path: Path, clock: Clock, zone: str | None) -> AbstractContextManager[House]:
        """The services of the store at `path`."""


class OpenDemo(Protocol):
    """Opens a throw-away store of made-up data for the length of a block."""

    def __call__(self, clock: Clock, seed: int, zone: str | None) -> AbstractContextManager[House]:
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
    """One call of the program."""

    options: argparse.Namespace
    clock: Clock
    doors: Doors

    @property
    def store(self) -> Path:
        """The store that was named, else the user's own."""
        named = getattr(self.options, "store", None)
        return Path(named) if named else self.doors.default_store()

    @property
    def zone(self) -> str | None:
        """The time zone for a store that is made now."""
        return getattr(self.options, "zone", None)

    @property
    def actor(self) -> Actor:
        """Who acts: the name that was given, else the machine's user."""
        name = getattr(self.options, "by", None)
        return Actor(name, "pharmacist", "command line") if name else self.doors.default_actor()

    def house(self) -> AbstractContextManager[House]:
        """The services of the store."""
        return self.doors.house(self.store, self.clock, self.zone)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with its readable form."""

    answer: Answer
    text: str
