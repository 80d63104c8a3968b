"""Tells when the session of the operating system is locked, switched or about to sleep, as far as the system says so.

Linux says it on D-Bus, Windows by window messages. On macOS Qt passes nothing of the kind on: there the screen locks
after idle minutes and after a sleep only, and `watched` says so, so that nobody counts on more.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.watch.cause import Cause
from crs_desktop.desktop.words import phrase


class Source(Protocol):
    """One system's way of telling."""

    def start(self, window: QWidget) -> None:
        """Begin."""

    def codes(self) -> tuple[str, ...]:
        """The codes of the sentences that say what can be heard now; none when there is nothing to hear."""

    def stop(self) -> None:
        """Let go of what was taken."""

    def locked(self) -> None:
        """The screen is locked now: a sleep that was held up for it may begin."""


class SessionWatch(QObject):
    """`due` carries one Cause, as often as the system says so; it is emitted on the window's thread."""

    due = Signal(object)

    def __init__(self, source: Source | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source or source_of(sys.platform, self._heard)
        self._running = False

    def start(self, window: QWidget) -> None:
        """Listen. A system that says nothing is no error: see `watched`."""
        if self._running:
            return
        self._running = True
        if self._source is not None:
            self._source.start(window)

    def stop(self) -> None:
        """Listen no longer."""
        if self._running and self._source is not None:
            self._source.stop()
        self._running = False

    def locked(self) -> None:
        """Say that the screen is locked, so that a sleep held up for a moment goes on."""
        if self._source is not None:
            self._source.locked()

    @property
    def watching(self) -> bool:
        """True when the system can tell us anything."""
        return bool(self._codes())

    def watched(self) -> str:
        """What is watched, in a sentence for the status line; also when it is nothing."""
        codes = self._codes()
        if not codes:
            return phrase("desktop_watch_nothing")
        return phrase("desktop_watch", what=", ".join(phrase(code) for code in codes))

    def _codes(self) -> tuple[str, ...]:
        return self._source.codes() if self._running and self._source is not None else ()

    def _heard(self, cause: Cause) -> None:
        if self._running:
            self.due.emit(cause)


def source_of(platform: str, heard: Callable[[Cause], None]) -> Source | None:
    """The source of this system; None when there is none."""
    if platform.startswith("linux"):
        from crs_desktop.desktop.watch.linux_session import LinuxSession

        return LinuxSession(heard)
    if platform == "win32":
        from crs_desktop.desktop.watch.windows_session import WindowsSession

        return WindowsSession(heard)
    return None
