"""Seconds that run down on the screen: until the next try, until the lock."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

_TICK_MS = 250


class Countdown(QObject):
    """Tells the whole seconds left whenever they change, 0 last. Counts by the machine's steady clock."""

    changed = Signal(int)

    def __init__(self, parent: QObject | None = None, steady: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._steady = steady
        self._end = 0.0
        self._left = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def left(self) -> int:
        """Whole seconds left, 0 when it does not run."""
        return self._left

    def begin(self, seconds: int) -> None:
        """Count from here; 0 or less stops."""
        if seconds <= 0:
            self.stop()
            return
        self._end = self._steady() + seconds
        self._left = 0
        self._timer.start()
        self.tick()

    def stop(self) -> None:
        """Count no more, and say so when it was running."""
        running, self._left = self._timer.isActive(), 0
        self._timer.stop()
        if running:
            self.changed.emit(0)

    def tick(self) -> None:
        """Look at the clock."""
        rest = self._end - self._steady()
        left = int(rest) + (rest > int(rest)) if rest > 0 else 0
        if left == 0:
            self.stop()
        elif left != self._left:
            self._left = left
            self.changed.emit(left)
