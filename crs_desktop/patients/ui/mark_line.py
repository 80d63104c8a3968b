"""How sure a value is, as one line of a window: a shape with words beside it that are never cut."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crs_desktop.desktop.words import PlainLabel, StateBadge
from crs_desktop.patients.ui.sureness import Sure


class MarkLine(QWidget):
    """Shape and words side by side; the words may run over several lines."""

    def __init__(self) -> None:
        super().__init__()
        self._shape = StateBadge(parent=self)
        self._words = PlainLabel("", "body", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._shape, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignTop)

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def tell(self, sure: Sure) -> None:
        """Show this; what asks for no look stands back."""
        self._shape.set_shape(sure.state, sure.words)
        self._words.setText(sure.words)
        self._words.set_role("soft" if sure.state is None else "strong")
