"""The program's door: no verb opens the window, a verb answers in the terminal. Slow imports wait."""

from __future__ import annotations

import getpass
import platform
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crs_desktop.command_line.start import run
from crs_desktop.command_line.world import Doors, Window
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import Clock

if TYPE_CHECKING:
    from crs_desktop.house import House


DEMO_ACTOR = Actor("Demo Pharmacist (made up)", "pharmacist", "demo desk")


def main(arguments: list[str] | None = None) -> int:
    """Run the program with these arguments (default: those of the process); the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without the letters must not end the answer
    doors = Doors(_house, _demo, _window, _has_display, _default_store, default_actor)
    return run(sys.argv[1:] if arguments is None else arguments, doors)


@contextmanager
def _house(path: Path, clock: Clock, zone: str | None) -> Iterator[House]:
    from crs_desktop.bootstrap.services import open_house, read_zone

    house = open_house(path, clock, ChangeFeed(), read_zone(zone) if zone else None)
    try:
        yield house
    finally:
        house.close()


def _demo(clock: Clock, seed: int, zone: str | None) -> AbstractContextManager[House]:
    from crs_desktop.bootstrap.services import demo_house, read_zone

    return demo_house(clock, ChangeFeed(), seed, read_zone(zone) if zone else None)


def _window(window: Window) -> int:
    from crs_desktop.bootstrap.opening import Start
    from crs_desktop.bootstrap.window import run_window

    actor = window.actor or (DEMO_ACTOR if window.path is None else default_actor())
    return run_window(
        Start(window.path, window.clock, window.zone, window.seed, actor, window.theme, window.text_percent)
    )


def _has_display() -> bool:
    from crs_desktop.desktop.display import has_display

    return has_display()


def _default_store() -> Path:
    from platformdirs import user_data_path

    folder = user_data_path("crs-desktop", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "pharmacy.crs"


def default_actor() -> Actor:
    """The name the machine knows its user by, until somebody states another."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = "unnamed"
    return Actor(name, "pharmacist", platform.node())


if __name__ == "__main__":
    sys.exit(main())
