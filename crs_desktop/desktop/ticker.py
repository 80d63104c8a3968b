"""Something done again and again while a widget lives, and what the window remembers between two starts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, QTimer


def every(milliseconds: int, owner: QObject, run: Callable[[], None]) -> QTimer:
    """Run now and then every so many milliseconds until the owner is gone."""
    timer = QTimer(owner)
    timer.timeout.connect(run)
    timer.start(milliseconds)
    run()
    return timer


def window_memory() -> QSettings:
    """Where size and place of the window are kept; never anything of a patient."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "crs_desktop", "window")
