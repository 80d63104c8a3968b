"""From the change feed to the window: many announcements on any thread become one call on the window's thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from crs_desktop.kernel.changes import ChangeFeed, Topic


class Listening(Protocol):
    """Anything that re-reads when a topic it lives from has changed."""

    @property
    def topics(self) -> frozenset[Topic]:
        """What it lives from."""

    def topics_changed(self, topics: frozenset[Topic]) -> None:
        """Called on the window's thread with at least one of its topics."""


class ListeningWidget(QWidget):
    """A widget that asks again when its topics change: at once when it can be seen, else when it is next shown."""

    topics: frozenset[Topic] = frozenset()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stale = True

    def refresh(self) -> None:
        """Read everything this widget shows, again. Overridden by each page."""

    @property
    def stale(self) -> bool:
        """True when the picture may be older than the store."""
        return self._stale

    def topics_changed(self, topics: frozenset[Topic]) -> None:
        """Re-read now or remember to."""
        self._stale = True
        if self.isVisible():
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        """Shown: catch up when stale."""
        super().showEvent(event)
        if self._stale:
            self._read()

    def _read(self) -> None:
        self._stale = False
        self.refresh()


class ChangeBridge(QObject):
    """Listens to one feed and tells those who watch; topics that arrive while a call is on its way ride with it."""

    _rang = Signal()

    def __init__(self, feed: ChangeFeed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._pending: set[Topic] = set()
        self._ringing = False
        self._watchers: list[Listening] = []
        self._rang.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe: Callable[[], None] | None = feed.subscribe(self._heard)

    def watch(self, listener: Listening) -> None:
        """Tell this listener from now on; a widget that is gone is forgotten."""
        if listener not in self._watchers:
            self._watchers.append(listener)

    def close(self) -> None:
        """Hear nothing more."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._watchers.clear()

    def _heard(self, topics: frozenset[Topic]) -> None:
        with self._lock:
            self._pending |= topics
            ring = not self._ringing
            self._ringing = True
        if ring:
            self._rang.emit()

    def _tell(self) -> None:
        with self._lock:
            topics = frozenset(self._pending)
            self._pending.clear()
            self._ringing = False
        self._watchers = [one for one in self._watchers if not isinstance(one, QObject) or isValid(one)]
        for listener in list(self._watchers):
            concerned = listener.topics & topics
            if concerned and (not isinstance(listener, QObject) or isValid(listener)):
                _tell_one(listener, concerned)


def _tell_one(listener: Listening, topics: frozenset[Topic]) -> None:
    """One page's defect must not keep the next page stale: it goes to the hook for defects and the round goes on."""
    try:
        listener.topics_changed(topics)
    except Exception:
        sys.excepthook(*sys.exc_info())
