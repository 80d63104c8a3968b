"""What a start opens, and the services that come after the first paint."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import Clock
from crs_desktop.staff.door.signed_in import SignedIn

if TYPE_CHECKING:
    from crs_desktop.house import House
    from crs_desktop.staff.door.entering import Door


DEMO_ACTOR = Actor("Demo Pharmacist (made up)", "pharmacist", "demo desk")


@dataclass(frozen=True, slots=True)
class Start:
    """What to open: a store file, or the demo when `path` is None."""

    path: Path | None
    clock: Clock
    zone: str | None
    seed: int
    actor: Actor
    theme: str = "light"
    text_percent: int = 100


class DoorLater:
    """The door of a store, made where it is first asked for: on a worker, because it brings the whole store along."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._door: Door | None = None
        self._lock = Lock()

    @property
    def door(self) -> Door:
        """One for the life of the program: it counts the misses."""
        from crs_desktop.staff.door.entering import Door

        assert self._start.path is not None, "the demo has no door"
        with self._lock:
            if self._door is None:
                self._door = Door(self._start.path, self._start.clock, self._start.actor.desk)
            return self._door


class HouseLater:
    """The services, opened on a worker after the first paint. Until then `house` is a defect of the caller."""

    def __init__(self, start: Start, feed: ChangeFeed, signed: SignedIn | None) -> None:
        self._start = start
        self._signed = signed
        self._feed = feed
        self._stack = ExitStack()
        self._house: House | None = None

    def open(self) -> House:
        """Open the store and set up the services. Slow: SQLAlchemy is imported here. May be tried again."""
        from crs_desktop.bootstrap.services import demo_house, open_house, read_zone

        start = self._start
        zone = read_zone(start.zone) if start.zone else None
        if start.path is None:
            context: AbstractContextManager[House] = demo_house(start.clock, self._feed, start.seed, zone)
            self._house = self._stack.enter_context(context)
        else:
            assert self._signed is not None, "only the demo needs no sign-in"
            signed = self._signed
            self._house = open_house(start.path, start.clock, self._feed, signed.keys, signed.guard, zone)
            self._stack.callback(self._house.close)
        return self._house

    @property
    def house(self) -> House:
        """The services. Raises RuntimeError while the store is not open."""
        if self._house is None:
            raise RuntimeError("the store is not open")
        return self._house

    @property
    def ready(self) -> bool:
        """True once the services are there."""
        return self._house is not None

    def close(self) -> None:
        """Close the store; the demo's is removed."""
        self._stack.close()
