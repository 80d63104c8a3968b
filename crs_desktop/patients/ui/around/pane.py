"""The lines around the chosen infusion: what, what it says, and how sure; nothing is cut, it scrolls by keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import PlainLabel, heading, phrase, tr
from crs_desktop.patients.ui.around.words import AroundRow
from crs_desktop.patients.ui.mark_line import MarkLine


class _Line:
    """The three widgets of one line, kept and filled anew."""

    def __init__(self, grid: QGridLayout, at: int) -> None:
        self.what, self.text, self.mark = PlainLabel("", "strong", wrap=True), PlainLabel("", wrap=True), MarkLine()
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for column, widget in enumerate((self.what, self.text, self.mark)):
            grid.addWidget(widget, at, column, Qt.AlignmentFlag.AlignTop)

    def tell(self, row: AroundRow | None) -> None:
        """Show this line; None takes it away."""
        if row is not None:
            self.what.setText(row.what)
            self.text.setText(row.text)
            self.mark.tell(row.sure)
        for widget in (self.what, self.text, self.mark):
            widget.setVisible(row is not None)


class AroundPane(QWidget):
    """Heading and lines. It takes the focus by Tab or by its key and then scrolls by arrows and page keys."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[AroundRow, ...] = ()
        self._lines: list[_Line] = []
        self._head = heading("")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._scroll.setMinimumHeight(scaled(132))
        self._scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        inside = QWidget()
        around = QVBoxLayout(inside)
        around.setContentsMargins(10, 6, 10, 8)
        self._grid = QGridLayout()
        around.addLayout(self._grid)
        around.addStretch(1)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        for at, share in enumerate((3, 9, 5)):
            self._grid.setColumnStretch(at, share)
        self._scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addWidget(self._scroll, 1)
        self.show_rows("", ())

    def rows(self) -> tuple[AroundRow, ...]:
        """What is shown."""
        return self._rows

    def text(self) -> str:
        """Everything it says."""
        return "\n".join(row.spoken for row in self._rows)

    def take_focus(self) -> None:
        """Go here by a key."""
        self._scroll.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_rows(self, dose: str, rows: Sequence[AroundRow]) -> None:
        """Show these lines; the same ones again leave the scroll alone."""
        if self._lines and (tuple(rows), self._head.text()) == (self._rows, self._title(dose)):
            return
        self._rows = tuple(rows)
        self._head.setText(self._title(dose))
        while len(self._lines) < max(len(rows), 1):
            self._lines.append(_Line(self._grid, len(self._lines)))
        for at, line in enumerate(self._lines):
            line.tell(rows[at] if at < len(rows) else None)
        self._scroll.verticalScrollBar().setValue(0)
        self._scroll.setAccessibleName(self._head.text())
        self._scroll.setAccessibleDescription(self.text() or phrase("patients_around_choose"))

    def _title(self, dose: str) -> str:
        return tr("Around this dose: {dose}").format(dose=dose) if dose else tr("Around this dose")
