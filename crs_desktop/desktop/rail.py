"""The left rail: the pages as icon and word, reached by mouse, arrows, Ctrl+1..9 and 0, or Alt."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from crs_desktop.desktop.icons import icon
from crs_desktop.desktop.protocols import PageEntry
from crs_desktop.desktop.theme import pixels
from crs_desktop.desktop.words import no_mnemonic, tooltip


class Rail(QWidget):
    """One button a page; `chosen` carries the page's name."""

    chosen = Signal(str)

    def __init__(self, entries: Sequence[PageEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._entries = tuple(entries)
        self._buttons: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 12)
        column.setSpacing(2)
        for number, entry in enumerate(self._entries, start=1):
            made = self._button(entry, number)
            group.addButton(made)
            column.addWidget(made)
            self._buttons[entry.name] = made
        column.addStretch(1)
        self._dress()

    def mark(self, name: str) -> None:
        """Show which page is open, without opening it."""
        self._buttons[name].setChecked(True)

    def button(self, name: str) -> QToolButton:
        """The button of a page."""
        return self._buttons[name]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        buttons = list(self._buttons.values())
        focus = self.focusWidget()
        if event.key() in steps and isinstance(focus, QToolButton) and focus in buttons:
            at = (buttons.index(focus) + steps[Qt.Key(event.key())]) % len(buttons)
            buttons[at].setFocus(Qt.FocusReason.TabFocusReason)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QToolButton):
            focus.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._dress()

    def _button(self, entry: PageEntry, number: int) -> QToolButton:
        made = QToolButton()
        made.setProperty("rail", True)
        made.setText(" " + no_mnemonic(entry.words))
        made.setAccessibleName(entry.words)
        made.setToolTip(tooltip(f"{entry.words}  Ctrl+{number % 10}"))
        made.setCheckable(True)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda: self.chosen.emit(entry.name))
        return made

    def _dress(self) -> None:
        side = round(pixels() * 1.4)
        for entry in self._entries:
            button = self._buttons.get(entry.name)
            if button is not None:
                button.setIcon(icon(entry.icon, side))
                button.setIconSize(QSize(side, side))
