"""The field for vials of a dose: rows of lot and shelf with a number; any lot ever held can be named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import ChoiceField, Field, LineField
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import button, tr
from crs_desktop.doses.entry import VialsTyped
from crs_desktop.doses.ui.words import shelf_text
from crs_desktop.stock.model import ShelfLine, VialLine


class _Row(QWidget):
    """One lot with its number and a button that takes the row out."""

    def __init__(self, number: int, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.lot = ChoiceField("lot", tr("Lot and shelf, line {number}").format(number=number), choices, ask=True)
        self.count = LineField("vials", tr("Vials, line {number}").format(number=number), right=True)
        self.count.setFixedWidth(scaled(110))
        spoken = tr("Take line {number} out").format(number=number)
        self.remove: QPushButton = button(tr("Take out"), "quiet", name=spoken)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.lot, 1)
        line.addWidget(self.count)
        line.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignBottom)

    def typed(self) -> VialsTyped | None:
        """What stands in the row; None for an empty one."""
        lot, count = self.lot.value(), self.count.value()
        if not lot and not count.strip():
            return None
        lot_id, _, place_id = (lot or "0@0").partition("@")
        return VialsTyped(int(lot_id), int(place_id), count)


class _Holder(QWidget):
    """Passes the focus on to its first number. A focus proxy would cut the fields after it out of the Tab order."""

    target: QWidget | None = None

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self.target is not None:
            self.target.setFocus(event.reason())


class VialsField(Field):
    """Rows of vials. Its value is only a summary; `typed` is what the command takes."""

    def __init__(self, name: str, label: str, shelf: Sequence[ShelfLine], *, hint: str = "") -> None:
        self._rows: list[_Row] = []
        self._next = 1
        ordered = sorted(shelf, key=lambda line: (line.usable == 0, line.on_hand.vials == 0))
        self._choices = [(_key(*line.key), shelf_text(line)) for line in ordered]
        holder = self._holder = _Holder()
        super().__init__(name, label, holder, hint=hint)
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.add_button = button(tr("Add a &lot"), "quiet")
        self.add_button.clicked.connect(self._add_by_hand)
        self._column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_row()

    def rows(self) -> list[_Row]:
        """The rows now shown."""
        return list(self._rows)

    def typed(self) -> tuple[VialsTyped, ...]:
        """Every row that is not empty, as typed."""
        return tuple(typed for row in self._rows if (typed := row.typed()) is not None)

    def show_lines(self, lines: Iterable[VialLine]) -> None:
        """Fill from a proposal; does not count as an edit."""
        self._fill((_key(line.lot_id, line.place_id), str(line.vials)) for line in lines)

    def draft(self) -> str:
        """The rows as they stand, also the half typed ones."""
        return json.dumps([[row.lot.value(), row.count.value()] for row in self._rows])

    def _take_draft(self, draft: str) -> None:
        self._fill((lot, count) for lot, count in json.loads(draft))

    def _fill(self, pairs: Iterable[tuple[str, str]]) -> None:
        old = self.rows()
        self._next = 1
        for lot, count in pairs:
            row = self.add_row()
            row.lot.set_value(lot)
            row.count.set_value(count)
        if len(self._rows) == len(old):
            self.add_row()
        for row in old:  # last, so that the new rows could take their place in the Tab order
            self._drop(row)

    def add_row(self) -> _Row:
        """One more row, empty."""
        row = _Row(self._next, self._choices)
        self._next += 1
        row.lot.edited.connect(self._edited)
        row.count.edited.connect(self._edited)
        row.remove.clicked.connect(lambda: self._take_out(row))
        before = self._rows[-1].remove if self._rows else None
        self._rows.append(row)
        self._column.insertWidget(len(self._rows) - 1, row)
        steps = [*([before] if before else []), row.lot.editor, row.count.editor, row.remove]
        for one, following in pairwise(steps):
            QWidget.setTabOrder(one, following)
        if before is None:
            QWidget.setTabOrder(row.remove, self.add_button)
        self._holder.target = self._rows[0].count.editor
        return row

    def value(self) -> str:
        return "; ".join(f"{one.lot_id}@{one.place_id}: {one.vials}" for one in self.typed())

    def set_value(self, value: str) -> None:
        """Rows are filled by `show_lines`."""

    def _add_by_hand(self) -> None:
        self.add_row().lot.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_out(self, row: _Row) -> None:
        self._drop(row)
        if not self._rows:
            self.add_row()
        self._rows[0].lot.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edited()

    def _drop(self, row: _Row) -> None:
        self._rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        if self._rows:
            self._holder.target = self._rows[0].count.editor


def _key(lot_id: int, place_id: int) -> str:
    return f"{lot_id}@{place_id}"
