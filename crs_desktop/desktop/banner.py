"""Says trouble inside the window without taking the focus or stopping the work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import StateBadge, button, message, tr

_MOST = 3


class Banner(QWidget):
    """One strip: shape, sentence, an optional Retry, and Close."""

    def __init__(self, state: State, word: str, text: str, retry: Callable[[], None] | None) -> None:
        super().__init__()
        self.setObjectName("Banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = text
        self.setAccessibleName(f"{word}: {text}")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        badge = StateBadge(state)
        badge.set_state(state, text=word)
        badge.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addWidget(badge)
        row.addWidget(message(text), 1)
        self.retry_button = button(tr("&Retry"), "main") if retry is not None else None
        if self.retry_button is not None and retry is not None:
            again = retry
            self.retry_button.clicked.connect(lambda: self._again(again))
            row.addWidget(self.retry_button)
        self.close_button = button(tr("Close"), "quiet", name=tr("Close this message"))
        self.close_button.clicked.connect(self.dismiss)
        row.addWidget(self.close_button)

    def dismiss(self) -> None:
        """Take the strip away."""
        self.hide()
        parent = self.parent()
        self.setParent(None)
        self.deleteLater()
        if isinstance(parent, BannerArea):
            parent.tidy()

    def _again(self, retry: Callable[[], None]) -> None:
        self.dismiss()
        retry()


class BannerArea(QWidget):
    """Holds the newest few strips; takes no room while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 16, 0)
        self._column.setSpacing(4)
        self._kept: list[QWidget] = []
        self.hide()

    def banners(self) -> list[Banner]:
        """The strips now shown, newest first."""
        items = (self._column.itemAt(at) for at in range(self._column.count()))
        return [one for item in items if item is not None and isinstance(one := item.widget(), Banner)]

    def show_message(self, state: State, word: str, text: str, retry: Callable[[], None] | None = None) -> Banner:
        """Show a strip; the same sentence twice is shown once, with the newer Retry."""
        for old in self.banners():
            if old.text == text:
                old.dismiss()
        strip = Banner(state, word, text, retry)
        self._column.insertWidget(len(self._kept), strip)
        for extra in self.banners()[_MOST:]:
            extra.dismiss()
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(strip, QAccessible.Event.Alert))
        return strip

    def above(self, widget: QWidget) -> None:
        """A strip that stays above the messages and shows itself when it has something to say."""
        self._column.insertWidget(0, widget)
        self._kept.append(widget)
        self.show()

    def tidy(self) -> None:
        """Give the room back when empty."""
        self.setVisible(bool(self.banners() or self._kept))
