"""The sign-in name: typed, or chosen from the known ones when the site shows them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit

from crs_desktop.desktop.fields import Field
from crs_desktop.desktop.theme import colour, scaled


class _NameBox(QComboBox):
    """An editable combo box with its arrow in the ink of the theme; the wheel does not change it by accident."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems(list(names))
        self.setCurrentIndex(-1)
        line = self.lineEdit()
        assert line is not None
        line.setStyleSheet("border: 0; padding: 0; background: transparent")
        completer = self.completer()
        if completer is not None:
            completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("ink_soft"), 1.5))
        right, middle, arm = self.width() - scaled(14), self.height() / 2, scaled(4)
        tips = ((right - arm, middle - arm / 2), (right, middle + arm / 2), (right + arm, middle - arm / 2))
        painter.drawPolyline([QPointF(x, y) for x, y in tips])
        painter.end()


class NameField(Field):
    """With names a list that can be typed into; without (the site hides them, or nobody is known) a plain line."""

    def __init__(self, name: str, label: str, names: Sequence[str], *, hint: str = "") -> None:
        box = _NameBox(names) if names else None
        self.box = box
        line = QLineEdit() if box is None else box.lineEdit()
        assert line is not None
        self.line: QLineEdit = line
        super().__init__(name, label, line if box is None else box, hint=hint)
        line.setAccessibleName(self._spoken)
        self.line.textEdited.connect(lambda _text: self._edited())
        if box is not None:
            box.activated.connect(lambda _at: self._edited())

    def value(self) -> str:
        return self.line.text()

    def set_value(self, value: str) -> None:
        self.line.setText(value)
        if self.box is not None:
            self.box.setCurrentIndex(self.box.findText(value))
            self.line.setText(value)

    def known(self) -> list[str]:
        """The names it offers."""
        return [] if self.box is None else [self.box.itemText(at) for at in range(self.box.count())]
