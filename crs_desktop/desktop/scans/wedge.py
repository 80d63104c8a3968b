"""Hears a keyboard wedge before any field or shortcut does: signs are held back until it is clear who typed them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from shiboken6 import isValid

from crs_desktop.desktop.scans.burst import SEPARATOR, Burst, Kind, Timing, Verdict

_Type, _Key, _Modifier = QEvent.Type, Qt.Key, Qt.KeyboardModifier
_KEYS = frozenset((_Type.KeyPress, _Type.KeyRelease, _Type.ShortcutOverride))
_TURNS = frozenset((_Type.MouseButtonPress, _Type.InputMethod))
_LOOKED_AT = _KEYS | _TURNS
_ENDS = frozenset((_Key.Key_Return, _Key.Key_Enter, _Key.Key_Tab))
_SILENT = frozenset(
    (_Key.Key_Shift, _Key.Key_Control, _Key.Key_Alt, _Key.Key_AltGr, _Key.Key_Meta, _Key.Key_CapsLock,
     _Key.Key_NumLock, _Key.Key_Mode_switch)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Held:
    """One event that waits, and for whom."""

    receiver: QObject
    event: QKeyEvent


class Wedge(QObject):
    """Between `start` and `stop`, `scanned` carries each scan as it came, without its end. Never from within the
    delivery of a key, so its slot may open a dialog. `stamp` says when a key was pressed, 0 when that is not known:
    then it is a person's.
    """

    scanned = Signal(str)
    _heard = Signal(str)

    def __init__(
        self,
        timing: Timing | None = None,
        stamp: Callable[[QKeyEvent], int] = lambda event: event.timestamp(),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._burst = Burst(timing or Timing())
        self._stamp = stamp
        self._held: list[_Held] = []
        self._swallowed: list[_Held] = []
        self._replaying = self._running = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        # One more turn of the loop: after a stall the next keys lie in the queue behind the timer.
        self._timer.timeout.connect(lambda: QTimer.singleShot(0, self, self._waited))
        self._heard.connect(self.scanned, Qt.ConnectionType.QueuedConnection)

    # --- what the window uses ---

    def start(self) -> None:
        """Listen from now on."""
        app = QApplication.instance()
        if not self._running and app is not None:
            self._running = True
            app.installEventFilter(self)

    def stop(self) -> None:
        """Listen no longer; what is held is let go, what was scanned is forgotten."""
        app = QApplication.instance()
        if self._running and app is not None:
            app.removeEventFilter(self)
        self._running = False
        self._let_go()
        self._swallowed = []

    def put_back(self) -> None:
        """It was no scan after all: type it where it was typed, without its end."""
        keys, self._swallowed = self._swallowed, []
        self._send(keys)

    def forget(self) -> None:
        """What was scanned last is not put back any more."""
        self._swallowed = []

    def pause(self) -> None:
        """Nothing came for as long as the next key is waited for; the timer does it."""
        if not self._burst.holding:
            return
        if self._burst.pause():
            self._tell()
        else:
            self._let_go()

    # --- how it is done ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every event of the program comes by here, so what does not matter leaves at the first line."""
        kind = event.type()
        if kind not in _LOOKED_AT or self._replaying:
            return False
        if not isinstance(event, QKeyEvent):
            self._let_go()  # a click or a word of an input method must not overtake what was typed before
            return False
        if _hides_what_is_typed():
            self._let_go()
            return False
        if kind is _Type.ShortcutOverride:
            return self._takes_shortcut(event)
        if kind is _Type.KeyRelease:
            return self._holds_release(watched, event)
        return self._pressed(watched, event)

    def _takes_shortcut(self, event: QKeyEvent) -> bool:
        """While a scan comes in a key is nobody's shortcut: it goes on as a key, and is held as one."""
        at = self._stamp(event)
        if not at or event.isAutoRepeat():
            return False
        kind, sign = _read(event)
        if self._burst.goes_on(at) and (kind is not Kind.END or self._burst.certain):
            event.accept()
            return True
        if self._burst.trails(kind, sign, at):
            event.accept()
            return True
        if kind in (Kind.END, Kind.COMMAND):
            self._let_go()  # a person's shortcut does not overtake the letters before it
        return False

    def _holds_release(self, watched: QObject, event: QKeyEvent) -> bool:
        if not self._held or event.isAutoRepeat():
            return False
        self._hold(watched, event)
        return True

    def _hold(self, watched: QObject, event: QKeyEvent) -> None:
        focus = QApplication.focusWidget() if QApplication.activePopupWidget() is None else None
        self._held.append(_Held(watched if focus is None or watched is not focus.window().windowHandle() else focus,
                                _copy(event)))  # fmt: skip

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        at = self._stamp(event)
        if not at or event.isAutoRepeat():
            self._let_go()
            return False
        verdict = self._burst.key(*_read(event), at)
        if verdict in (Verdict.RELEASE_AND_PASS, Verdict.RELEASE_AND_HOLD):
            self._release()
        if verdict in (Verdict.HOLD, Verdict.RELEASE_AND_HOLD):
            self._hold(watched, event)
            self._timer.start(self._burst.patience_ms)
            return True
        if verdict is Verdict.SCANNED:
            self._tell()
        return verdict in (Verdict.SCANNED, Verdict.SWALLOW)

    def _waited(self) -> None:
        if not self._timer.isActive():
            self.pause()

    def _tell(self) -> None:
        self._timer.stop()
        self._swallowed, self._held = self._held, []
        text = self._burst.text
        self._burst.close()
        self._heard.emit(text)

    def _let_go(self) -> None:
        self._burst.forget()
        self._release()

    def _release(self) -> None:
        self._timer.stop()
        keys, self._held = self._held, []
        self._send(keys)

    def _send(self, keys: list[_Held]) -> None:
        self._replaying = True
        try:
            for held in keys:
                receiver = held.receiver if isValid(held.receiver) else QApplication.focusWidget()
                if receiver is not None:
                    QApplication.sendEvent(receiver, held.event)
        finally:
            self._replaying = False


def _read(event: QKeyEvent) -> tuple[Kind, str]:
    key, modifiers, sign = event.key(), event.modifiers(), event.text()
    ctrl, alt = bool(modifiers & _Modifier.ControlModifier), bool(modifiers & _Modifier.AltModifier)
    if key in _SILENT:
        return Kind.SILENT, ""
    if ctrl and not alt and ord("@") <= key <= ord("_"):
        sign = chr(key - ord("@"))  # Ctrl and a letter is how a wedge sends what is no letter
    if sign == SEPARATOR:
        return Kind.SIGN, sign
    if (key in _ENDS or sign in ("\r", "\n")) and not ctrl and not alt:
        return Kind.END, ""
    # Ctrl and Alt together are the third level of many keyboards (AltGr): a sign like any other.
    if (ctrl != alt) or modifiers & _Modifier.MetaModifier:
        return Kind.COMMAND, sign
    return (Kind.SIGN, sign) if sign and sign.isprintable() else (Kind.OTHER, sign)


def _copy(event: QKeyEvent) -> QKeyEvent:
    made = QKeyEvent(
        event.type(), event.key(), event.modifiers(), event.nativeScanCode(), event.nativeVirtualKey(),
        event.nativeModifiers(), event.text(), event.isAutoRepeat(), event.count(),
    )  # fmt: skip
    made.setTimestamp(event.timestamp())
    return made


def _hides_what_is_typed() -> bool:
    """A password is nobody's scan, and is never held or told."""
    focus = QApplication.focusWidget()
    return isinstance(focus, QLineEdit) and focus.echoMode() is not QLineEdit.EchoMode.Normal
