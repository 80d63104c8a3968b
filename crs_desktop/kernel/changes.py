"""Announcing after commit: a topic says what to ask again, never what changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import Enum

_log = logging.getLogger(__name__)


class Topic(Enum):
    """What a view can listen to."""

    POLICY = "policy"
    THERAPIES = "therapies"
    STOCK = "stock"
    PATIENTS = "patients"
    EPISODES = "episodes"
    DOSES = "doses"
    READINESS = "readiness"
    PAPER = "paper"
    BACKUPS = "backups"
    PEOPLE = "people"


ALL_TOPICS = frozenset(Topic)
Listener = Callable[[frozenset[Topic]], None]


class ChangeFeed:
    """Tells listeners which topics changed. Safe from any thread; listeners run on the publishing thread."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; the returned call takes it out again."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def publish(self, topics: frozenset[Topic]) -> None:
        """Tell every listener. Call only after the commit has returned.

        A listener that fails is logged and does not keep the others from hearing: what is committed must not look
        undone to the one who asked for it.
        """
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(topics)
            except Exception:
                _log.exception("a listener failed after a commit")
