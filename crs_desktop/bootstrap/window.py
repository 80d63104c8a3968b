"""The order of a start: an empty window painted, the frame with the last board from one plain read, then the rest."""

from __future__ import annotations

import gc
from collections.abc import Callable

from crs_desktop.bootstrap.opening import Start
from crs_desktop.desktop.qt_import import load_qt


def hold_collector() -> None:
    """No search for unreachable objects during a start: what it makes, stays, and each search costs time."""
    gc.disable()


def release_collector() -> None:
    """The start is over. What is there now is not searched again: a full search through SQLAlchemy and the widgets was
    measured to stop the window for 240 ms."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def run_window(start: Start, told: Callable[[str], None] = lambda name: None) -> int:
    """Open the window and stay until it is closed; the exit status. `told` hears of each step of the start."""
    hold_collector()
    load_qt()
    from crs_desktop.desktop.first_paint import first_painted
    from crs_desktop.desktop.shell import open_shell
    from crs_desktop.desktop.ticker import window_memory
    from crs_desktop.desktop.tokens import DARK, HIGH_CONTRAST, LIGHT

    colours = {"dark": DARK, "high_contrast": HIGH_CONTRAST}.get(start.theme, LIGHT)
    app, shell = open_shell(["crs_desktop"], "crs_desktop", colours, None if start.path is None else window_memory())
    ends: list[Callable[[], None]] = []
    watched: list[str] = []

    def heard(step: str) -> None:
        told(step)
        if step in ("door", "frame") and not watched:
            from crs_desktop.desktop.stopping import StopSignals

            watched.append(step)
            ends.append(StopSignals(shell.close).close)
        if step in ("door", "live", "not opened"):
            release_collector()

    def build() -> None:
        heard("shell")
        from crs_desktop.bootstrap.reception import Reception

        ends.append(Reception(start, shell, heard).close)

    first_painted(shell, build)
    try:
        return app.exec()
    finally:
        release_collector()
        for end in reversed(ends):
            end()
