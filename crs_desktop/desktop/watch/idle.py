"""Tells when nobody has touched the program for some minutes, and when the machine has slept meanwhile.

What counts is what a person does: keys, buttons, wheel, touch, a mouse that really moved, text from an input method.
Events the program makes itself never count. Time is counted by the steady clock, which nobody can set; a wall clock
that ran ahead of it by more than a moment, or a tick that came much too late, means sleep.
"""

from __future__ import annotations

import time
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from crs_desktop.desktop.watch.cause import Cause
from crs_desktop.kernel.clock import SystemClock, to_milliseconds

LEAST_MINUTES, MOST_MINUTES, USUAL_MINUTES = 1, 15, 5
WARNING_S = 20
_TICK_MS = 1_000
_SLEPT_MS = 15_000

_Type = QEvent.Type
_TOUCHED = frozenset(
    {
        _Type.KeyPress, _Type.KeyRelease, _Type.ShortcutOverride, _Type.MouseButtonPress, _Type.MouseButtonRelease,
        _Type.MouseButtonDblClick, _Type.Wheel, _Type.TouchBegin, _Type.TouchUpdate, _Type.TouchEnd,
        _Type.TabletPress, _Type.TabletMove, _Type.TabletRelease, _Type.NativeGesture,
    }
)  # fmt: skip
_LOOKED_AT = _TOUCHED | {_Type.MouseMove, _Type.NonClientAreaMouseMove, _Type.InputMethod, _Type.Paint}


class Ticks(Protocol):
    """Two clocks: one that only goes on, one that people and time servers may set."""

    def steady_ms(self) -> int:
        """Milliseconds of the clock that is never set."""

    def wall_ms(self) -> int:
        """Milliseconds of the machine's time of day."""


class MachineTicks:
    """The clocks of this machine."""

    def __init__(self) -> None:
        self._wall = SystemClock()

    def steady_ms(self) -> int:
        """Milliseconds of the clock that is never set."""
        return time.monotonic_ns() // 1_000_000

    def wall_ms(self) -> int:
        """Milliseconds of the machine's time of day."""
        return to_milliseconds(self._wall.now())


class IdleWatch(QObject):
    """Between `start` and `stop`, `due` carries one Cause and the watch rests until it is started again.

    `warned` comes 20 s before the time is up and carries the seconds left, `back` when somebody is there after all.
    `due` is never emitted from within the delivery of another event, so a window may be taken apart in its slot.
    """

    due = Signal(object)
    warned = Signal(int)
    back = Signal()

    def __init__(self, minutes: int = USUAL_MINUTES, ticks: Ticks | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ticks = ticks or MachineTicks()
        self._limit_ms = 0
        self._touched_at = self._seen_steady = self._seen_wall = 0
        self._place: QPointF | None = None
        self._running = self._warned = self._slept = False
        self.set_minutes(minutes)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.look)

    # --- what the window uses ---

    def set_minutes(self, minutes: int) -> None:
        """Tell after so many minutes. Raises ValueError outside 1 to 15: a site may choose no other."""
        if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
            raise ValueError("a screen locks after 1 to 15 minutes")
        if minutes * 60_000 != self._limit_ms:
            self._limit_ms = minutes * 60_000
            self._unwarn()  # should the time still be nearly up, the next look says so again

    def start(self) -> None:
        """Watch from now on; starting counts as a touch."""
        self._touched_at = self._seen_steady = self._ticks.steady_ms()
        self._seen_wall = self._ticks.wall_ms()
        self._warned = self._slept = False
        if not self._running:
            self._running = True
            self._application().installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        """Watch no longer."""
        if self._running:
            self._running = False
            self._application().removeEventFilter(self)
        self._timer.stop()

    @property
    def running(self) -> bool:
        """True while it watches."""
        return self._running

    def look(self) -> None:
        """Compare the clocks; the timer does it every second."""
        if not self._running or self._has_slept():
            return
        left = self._limit_ms - (self._ticks.steady_ms() - self._touched_at)
        if left <= 0:
            self._tell(Cause.IDLE)
        elif left <= WARNING_S * 1_000 and not self._warned:
            self._warned = True
            self.warned.emit(-(-left // 1_000))

    # --- how it is done ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every event of the program comes by here, so what does not matter leaves at the first line."""
        kind = event.type()
        if kind not in _LOOKED_AT:
            return False
        if self._has_slept():
            return True  # neither painted nor typed into what is to be locked
        if kind is not _Type.Paint and self._is_a_person(event):
            self._touch()
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == _Type.User and self._slept:
            if self._running:
                self._tell(Cause.SLEPT)
                for window in QApplication.topLevelWidgets():
                    window.update()  # what was not painted meanwhile, should nobody lock
            return True
        return super().event(event)

    def _has_slept(self) -> bool:
        """True from the moment a gap is seen; it is told before anything else in the queue."""
        if self._slept:
            return True
        steady, wall = self._ticks.steady_ms(), self._ticks.wall_ms()
        gap = max(steady - self._seen_steady, wall - self._seen_wall)
        self._seen_steady, self._seen_wall = steady, wall
        if gap > _SLEPT_MS:
            self._slept = True
            QCoreApplication.postEvent(self, QEvent(_Type.User), Qt.EventPriority.HighEventPriority.value)
        return self._slept

    def _is_a_person(self, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent):  # input methods swallow the keys and send only this, themselves
            return bool(event.commitString() or event.preeditString())
        if not event.spontaneous():
            return False
        if isinstance(event, QMouseEvent) and event.type() in (_Type.MouseMove, _Type.NonClientAreaMouseMove):
            place, self._place = self._place, event.globalPosition()
            return place is not None and place != self._place
        return True

    def _touch(self) -> None:
        self._touched_at = self._ticks.steady_ms()
        self._unwarn()

    def _unwarn(self) -> None:
        if self._warned:
            self._warned = False
            self.back.emit()

    def _tell(self, cause: Cause) -> None:
        self.stop()
        self.due.emit(cause)

    @staticmethod
    def _application() -> QCoreApplication:
        app = QCoreApplication.instance()
        if app is None:
            raise RuntimeError("the application comes first")
        return app
