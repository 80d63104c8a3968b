"""Nothing of the other windows can be seen, nor read by anything that reads the screen, while somebody works blind."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from crs_desktop.desktop.words import PlainLabel


class _Cover(QWidget):
    """Lies over everything of one window and grows with it."""

    def __init__(self, window: QWidget, head: str, text: str) -> None:
        super().__init__(window)
        self.setObjectName("Page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 48, 48, 48)
        column.setSpacing(12)
        column.addWidget(PlainLabel(head, "heading", wrap=True))
        column.addWidget(PlainLabel(text, "soft", wrap=True))
        column.addStretch(1)
        self._window = window
        self.setGeometry(window.rect())
        window.installEventFilter(self)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        return False


class Curtain:
    """Falls when it is made: windows beneath are covered and what is in them is hidden, other windows are hidden.

    `head` and `text` stand on the covers.
    """

    def __init__(self, kept: QWidget, head: str, text: str) -> None:
        self._said = head, text
        self._hidden: list[QWidget] = []
        self._covers: list[_Cover] = []
        self._focus: list[QWidget] = []
        shown = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not kept]
        for window in shown:
            if window.windowType() is Qt.WindowType.Window:
                self._cover(window)
            else:
                self._hide(window)

    def lift(self) -> None:
        """Everything is as it was; what is gone since is not missed."""
        self.drop()
        for one in self._hidden:
            if isValid(one):
                one.show()
        for one in self._focus:
            if isValid(one):
                one.setFocus(Qt.FocusReason.OtherFocusReason)
        self._hidden, self._focus = [], []

    def drop(self) -> None:
        """Only the covers go: what they covered stays hidden, because something else is shown in its place."""
        for cover in self._covers:
            if isValid(cover):
                cover.hide()
                cover.setParent(None)
                cover.deleteLater()
        self._covers = []

    def _cover(self, window: QWidget) -> None:
        focus = window.focusWidget()
        if focus is not None:
            self._focus.append(focus)
        for child in window.children():
            if isinstance(child, QWidget) and not child.isWindow() and not child.isHidden():
                self._hide(child)
        self._covers.append(_Cover(window, *self._said))

    def _hide(self, widget: QWidget) -> None:
        self._hidden.append(widget)
        widget.hide()
