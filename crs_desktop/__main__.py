"""The program's door: no verb opens the window, a verb answers in the terminal. Slow imports wait."""

from __future__ import annotations

import getpass
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crs_desktop.command_line.start import run
from crs_desktop.command_line.world import Doors, Window
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.answers import ExitStatus
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import Clock
from crs_desktop.kernel.dumps import no_core_dumps
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crs_desktop.house import House
    from crs_desktop.staff.door.signed_in import SignedIn


# Set to anything, a defect shows its traceback; never by default, because that could print what was typed.
TRACEBACK = "CRS_DESKTOP_TRACEBACK"


def main(arguments: list[str] | None = None) -> int:
    """Run the program with these arguments (default: those of the process); the exit status."""
    no_core_dumps()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without the letters must not end the answer
    doors = Doors(_house, _demo, _window, _has_display, _default_store, default_actor)
    try:
        return run(sys.argv[1:] if arguments is None else arguments, doors)
    except Exception as error:
        return _defect(error)


def _defect(error: Exception) -> int:
    """One line that says where, without any value; the whole traceback when it is asked for."""
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}:{where.lineno}"
    kind = type(error).__name__
    try:
        said = say(no("cl_defect", "", kind, place=place, variable=TRACEBACK))
    except (OSError, KeyError, ValueError):  # the shipped sentences themselves cannot be read
        said = f"{kind} {place}"
    print(said, file=sys.stderr)
    return int(ExitStatus.ENVIRONMENT)


@contextmanager
def _house(path: Path, clock: Clock, zone: ZoneInfo, signed: SignedIn) -> Iterator[House]:
    from crs_desktop.bootstrap.services import open_house

    house = open_house(path, clock, ChangeFeed(), signed.keys, signed.guard, zone)
    try:
        yield house
    finally:
        house.close()


def _demo(clock: Clock, seed: int, zone: ZoneInfo) -> AbstractContextManager[House]:
    from crs_desktop.bootstrap.services import demo_house

    return demo_house(clock, ChangeFeed(), seed, zone)


def _window(window: Window) -> int:
    from crs_desktop.bootstrap.opening import DEMO_ACTOR, Start
    from crs_desktop.bootstrap.window import run_window

    if window.path is not None:
        _make_own_folder(window.path)
    actor = DEMO_ACTOR if window.path is None else default_actor()
    return run_window(
        Start(window.path, window.clock, window.zone, window.seed, actor, window.theme, window.text_percent)
    )


def _has_display() -> bool:
    from crs_desktop.desktop.display import has_display

    return has_display()


def _default_store() -> Path:
    from platformdirs import user_data_path

    return user_data_path("crs-desktop", appauthor=False) / "pharmacy.crs"


def _make_own_folder(path: Path) -> None:
    """The user's own data folder is made on first use; any other folder must be there."""
    if not path.parent.exists() and path == _default_store():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def default_actor() -> Actor:
    """How the machine calls its user, and itself. Whoever works in a store has signed in to it."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = "unnamed"
    desk = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return Actor(name, "pharmacist", desk)


if __name__ == "__main__":
    sys.exit(main())
