"""The one way to copy: what this program put on the clipboard is taken off again, at a lock and after a minute.

Only what is ours is ever cleared: what the system says we still hold, or what is to the letter what we put there (a
clipboard manager may have taken it over meanwhile). Also at a lock nothing else is touched: the work that another
program's user keeps there is not ours to destroy, and it holds none of our patients. Text is remembered as a keyed
digest, never as text.
"""

from __future__ import annotations

import os
from hashlib import blake2b

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

SECONDS = 60
# Clipboard managers and histories that respect these keep no copy: KDE, Windows, macOS.
_NOT_TO_KEEP = {
    "x-kde-passwordManagerHint": b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"1",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\x00\x00\x00\x00",
    "application/x-nspasteboard-concealed-type": b"secret",
}
_MODES = (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection)
_NAME = "crs_desktop clipboard"


class Clipboard(QObject):
    """Lives as long as the application. Copies of text fields and of marked text are noticed as they happen."""

    def __init__(self, parent: QObject, seconds: int = SECONDS) -> None:
        super().__init__(parent)
        self.setObjectName(_NAME)
        self._key = os.urandom(32)
        self._ours: dict[QClipboard.Mode, bytes] = {}
        self._timers: dict[QClipboard.Mode, QTimer] = {}
        for mode in _MODES:
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.setInterval(seconds * 1_000)
            self._timers[mode] = timer
        self._timers[_MODES[0]].timeout.connect(self._clear_copy)
        self._timers[_MODES[1]].timeout.connect(self._clear_marked)
        self._board().changed.connect(self._changed)

    def copy(self, text: str) -> None:
        """Put text on the clipboard, to be taken off again."""
        data = QMimeData()
        data.setText(text)
        for kind, value in _NOT_TO_KEEP.items():
            data.setData(kind, value)
        self._board().setMimeData(data)
        self._remember(_MODES[0])

    def clear_ours(self) -> bool:
        """Take off what is ours, everywhere; True when there was something."""
        return any([self._clear(mode) for mode in _MODES])

    # --- how it is done ---

    def _changed(self, mode: QClipboard.Mode) -> None:
        """Ctrl+C in a text field and text marked with the mouse come by here only."""
        if mode in self._timers and self._holds(mode):
            self._remember(mode)

    def _remember(self, mode: QClipboard.Mode) -> None:
        self._ours[mode] = self._digest(self._board().text(mode))
        self._timers[mode].start()

    def _clear_copy(self) -> None:
        self._clear(_MODES[0])

    def _clear_marked(self) -> None:
        self._clear(_MODES[1])

    def _clear(self, mode: QClipboard.Mode) -> bool:
        self._timers[mode].stop()
        known, text = self._ours.pop(mode, None), self._board().text(mode)
        ours = bool(text) and (self._holds(mode) or known == self._digest(text))
        if ours:
            self._board().clear(mode)
        return ours

    def _holds(self, mode: QClipboard.Mode) -> bool:
        board = self._board()
        return board.ownsClipboard() if mode is QClipboard.Mode.Clipboard else board.ownsSelection()

    def _digest(self, text: str) -> bytes:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key).digest()

    @staticmethod
    def _board() -> QClipboard:
        return QGuiApplication.clipboard()


def clipboard() -> Clipboard:
    """The program's one clipboard; the application must be there."""
    app = QGuiApplication.instance()
    if app is None:
        raise RuntimeError("the application comes first")
    found = app.findChild(Clipboard, _NAME)
    if isinstance(found, Clipboard):
        return found
    made = Clipboard(app)
    app.aboutToQuit.connect(made.clear_ours)
    return made
