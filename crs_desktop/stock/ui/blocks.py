"""Parts of the page of stock: what needs attention, and two tables that stand beside or beneath each other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import PlainLabel, StateBadge, heading, message


class Attention(QWidget):
    """Each trouble as a badge and a sentence; nothing at all while there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("Banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("attention")
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(12, 8, 12, 8)
        self._rows.setHorizontalSpacing(16)
        self._rows.setVerticalSpacing(4)
        self._rows.setColumnStretch(1, 1)
        self._said: tuple[tuple[State, str, str], ...] = ()
        self.hide()

    def tell(self, troubles: Sequence[tuple[State, str, str]]) -> None:
        """Show these; a repeated list changes nothing."""
        if tuple(troubles) == self._said:
            return
        self._said = tuple(troubles)
        while self._rows.count():
            item = self._rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for at, (state, word, text) in enumerate(troubles):
            badge = StateBadge(parent=self)
            badge.set_state(state, text=word)
            self._rows.addWidget(badge, at, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(message(text), at, 1)
        self.setVisible(bool(troubles))

    def text(self) -> str:
        """Everything it says."""
        return "\n".join(f"{word}: {text}" for _, word, text in self._said)


class Block(QWidget):
    """A heading with its button, and a table beneath."""

    def __init__(self, head: str, table: QWidget, beside: QWidget) -> None:
        super().__init__()
        self._head = heading(head)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._head, 1)
        row.addWidget(beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(table, 1)

    def set_head(self, text: str) -> None:
        """Say what it is about now."""
        self._head.setText(text)

    def head(self) -> str:
        """What it is about."""
        return self._head.text()


class Pair(QWidget):
    """Two blocks side by side while there is room for both, else one beneath the other."""

    def __init__(self, left: QWidget, right: QWidget, wide: int, shares: tuple[int, int] = (3, 2)) -> None:
        super().__init__()
        self._wide = wide
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(16)
        self._box.addWidget(left, shares[0])
        self._box.addWidget(right, shares[1])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= scaled(self._wide)
        way = QBoxLayout.Direction.LeftToRight if roomy else QBoxLayout.Direction.TopToBottom
        if self._box.direction() != way:
            self._box.setDirection(way)


class Totals(QWidget):
    """One short sentence for each brand and strength; wraps between them, never inside one."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("totals")
        self._flow = FlowRow(self, gap=24, line_gap=2)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._said: tuple[str, ...] = ()

    def tell(self, parts: Sequence[str]) -> None:
        """Show these; a repeated list changes nothing."""
        if tuple(parts) == self._said:
            return
        self._said = tuple(parts)
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for part in parts:
            self._flow.addWidget(PlainLabel(part, "strong"))
        self._flow.invalidate()
        self.updateGeometry()

    def text(self) -> str:
        """Everything it says."""
        return "\n".join(self._said)


def low(table: QWidget, height: int) -> None:
    """Let a table take what room there is, but ask for no more than this height."""
    table.setMinimumHeight(height)
    table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)


def side_by_side(*widgets: QWidget) -> QWidget:
    """Some small widgets in a row that wraps when text is large."""
    row = QWidget()
    flow = FlowRow(row, gap=8, line_gap=8)
    flow.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        flow.addWidget(widget)
    return row
