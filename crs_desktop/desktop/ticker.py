"""Something done again and again while a widget lives, and what the window remembers between two starts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, QTimer


def every(milliseconds: int, owner: QObject, run: Callable[[], None], now: bool = True) -> QTimer:
    """Run now (unless told not to) and then every so many milliseconds until the owner is gone."""
    timer = QTimer(owner)
    timer.timeout.connect(run)
    timer.start(milliseconds)
    if now:
        run()
    return timer


def once(milliseconds: int, owner: QObject, run: Callable[[], None]) -> None:
    """Run after so many milliseconds, unless the owner is gone by then."""
    QTimer.singleShot(milliseconds, owner, run)


def window_memory() -> QSettings:
    """Where size and place of the window are kept; never anything of a patient."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "crs_desktop", "window")
