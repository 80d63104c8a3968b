"""Where a scan goes when a form in front wants it: the form says so by having `take_scan`."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid


@runtime_checkable
class ScanTarget(Protocol):
    """A dialog or page that takes scans while it is in front."""

    def take_scan(self, raw: str) -> None:
        """What the scanner sent, unread, as it came."""


def target_in_front() -> ScanTarget | None:
    """The nearest target around the keyboard: in an open menu or list, around the focus, or the window in front.

    A form that stands in front of everything (modal) hides the targets behind it.
    """
    front = QApplication.activePopupWidget() or QApplication.activeModalWidget() or QApplication.activeWindow()
    focus = QApplication.focusWidget()
    at = focus if focus is not None and front is not None and _inside(focus, front) else front
    while at is not None:
        if isinstance(at, ScanTarget):
            return at
        at = None if at is front else at.parentWidget()
    return None


def form_in_front() -> bool:
    """True when a form stands in front and the pages behind it cannot be used."""
    return QApplication.activeModalWidget() is not None


def on_screen(widget: QWidget | None) -> bool:
    """True for a window that was neither closed nor taken away with the one it belonged to."""
    return widget is not None and isValid(widget) and widget.isVisible()


def _inside(widget: QWidget, front: QWidget) -> bool:
    return widget is front or front.isAncestorOf(widget)
