"""Scenes of the real window, taken as pictures: each makes a store, opens a desk over it, and shows one widget."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from crs_desktop.bootstrap.main_window import Desk
from tests.journeys.desk import desk_over, pause

Scene = tuple[Callable[[Path], Path], Callable[[Desk], QWidget]]
"""What fills a store in a folder and answers its path; what shows a widget of a desk over it."""


@contextmanager
def shown(scene: Scene, now: datetime, theme: str = "light", percent: int = 100) -> Iterator[QWidget]:
    """The scene on the screen."""
    make, show = scene
    with tempfile.TemporaryDirectory() as folder, desk_over(make(Path(folder)), now, theme, percent) as desk:
        widget = show(desk)
        pause(200)
        yield widget


def take_pictures(scenes: Mapping[str, Scene], now: datetime) -> None:
    """A picture of each scene into the folder that is named on the command line; theme and percent may follow."""
    place, theme, percent, *_ = [*sys.argv[1:], *("light", "100")[max(0, len(sys.argv) - 2) :]]
    folder = Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    tail = "" if (theme, percent) == ("light", "100") else f"-{theme}-{percent}"
    for name, scene in scenes.items():
        with shown(scene, now, theme, int(percent)) as widget:
            widget.grab().save(str(folder / f"{name}{tail}.png"))
            print(f"{name}{tail}.png")
