"""Tells when the first picture is really on the screen. A zero timer after show() fires before it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


class _FirstPaint(QObject):
    """Waits for the first paint of a widget, then calls back once the picture is out."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then: Callable[[], None] | None = then
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._then is not None:
            watched.removeEventFilter(self)
            then, self._then = self._then, None
            QTimer.singleShot(0, self, then)  # the paint in progress is flushed before the loop comes round again
            QTimer.singleShot(0, self, self.deleteLater)
        return False


def first_painted(widget: QWidget, then: Callable[[], None]) -> None:
    """Call `then` once, after the widget's first real paint."""
    _FirstPaint(widget, then)
