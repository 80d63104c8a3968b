"""The order of a start: an empty window painted, the frame with the last board from one plain read, then the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crs_desktop.bootstrap.opening import Start
from crs_desktop.desktop.qt_import import load_qt

if TYPE_CHECKING:
    from crs_desktop.bootstrap.main_window import Desk


def run_window(start: Start, told: Callable[[str], None] = lambda name: None) -> int:
    """Open the window and stay until it is closed; the exit status. `told` hears of each step of the start."""
    load_qt()
    from crs_desktop.desktop.first_paint import first_painted
    from crs_desktop.desktop.shell import open_shell
    from crs_desktop.desktop.ticker import window_memory
    from crs_desktop.desktop.tokens import DARK, HIGH_CONTRAST, LIGHT

    colours = {"dark": DARK, "high_contrast": HIGH_CONTRAST}.get(start.theme, LIGHT)
    app, shell = open_shell(["crs_desktop"], "crs_desktop", colours, None if start.path is None else window_memory())
    desks: list[Desk] = []

    def build() -> None:
        told("shell")
        from crs_desktop.bootstrap.main_window import Desk

        desks.append(Desk(start, shell, told))

    first_painted(shell, build)
    try:
        return app.exec()
    finally:
        for desk in desks:
            desk.close()
