"""The order of a start: an empty window painted, the frame with the last board from one plain read, then the rest."""

from __future__ import annotations

import gc
from collections.abc import Callable

from crs_desktop.bootstrap.opening import Start
from crs_desktop.desktop.qt_import import load_qt


def run_window(start: Start, told: Callable[[str], None] = lambda name: None) -> int:
    """Open the window and stay until it is closed; the exit status. `told` hears of each step of the start."""
    gc.disable()  # what a start makes, stays: looking through it for rubbish again and again costs a tenth of the time
    load_qt()
    from crs_desktop.desktop.first_paint import first_painted
    from crs_desktop.desktop.shell import open_shell
    from crs_desktop.desktop.ticker import window_memory
    from crs_desktop.desktop.tokens import DARK, HIGH_CONTRAST, LIGHT

    colours = {"dark": DARK, "high_contrast": HIGH_CONTRAST}.get(start.theme, LIGHT)
    app, shell = open_shell(["crs_desktop"], "crs_desktop", colours, None if start.path is None else window_memory())
    ends: list[Callable[[], None]] = []

    def build() -> None:
        told("shell")
        from crs_desktop.desktop.stopping import StopSignals

        ends.append(StopSignals(shell.close).close)
        from crs_desktop.bootstrap.main_window import Desk

        ends.append(Desk(start, shell, told).close)

    first_painted(shell, build)
    try:
        return app.exec()
    finally:
        gc.enable()
        for end in reversed(ends):
            end()
