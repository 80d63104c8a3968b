"""A table of records as a pharmacist uses it: filter box, keyboard, copy as text, selection that survives a re-read."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from crs_desktop.desktop.clipboard import clipboard
from crs_desktop.desktop.record_model import BELOW_ROLE, NEW_GROUP_ROLE, STATE_ROLE, Column, Index, RecordModel
from crs_desktop.desktop.shapes import paint_shape
from crs_desktop.desktop.theme import colour, font, pixels, row_height, scaled, state_colour
from crs_desktop.desktop.words import PlainLabel, keep_hidden, phrase, tr

R = TypeVar("R")
_PAD = 10
_WIDEST = 320
_LEAST = 88


class _RowDelegate(QStyledItemDelegate):
    """Paints a cell: hairline below, a firm line where a group begins, a bar at the chosen row, a state's shape."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RecordModel):
            super().paint(painter, option, index)
            return
        column: Column[object] = model.columns[index.column()]
        box: QRect = option.rect
        flags: QStyle.StateFlag = option.state
        chosen = bool(flags & QStyle.StateFlag.State_Selected)
        begins = index.row() > 0 and bool(index.data(NEW_GROUP_ROLE))
        painter.save()
        painter.fillRect(box, colour("chosen" if chosen else "surface"))
        if chosen and index.column() == 0:
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), colour("accent"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), colour("hairline"))
        if begins:
            painter.fillRect(QRect(box.left(), box.top() - 1, box.width(), 1), colour("edge"))
        if not (column.groups and not index.data(NEW_GROUP_ROLE) and not chosen):
            self._write(painter, box.adjusted(_PAD, 0, -_PAD, 0), column, index)
        painter.restore()

    def _write(self, painter: QPainter, box: QRect, column: Column[object], index: Index) -> None:
        state = index.data(STATE_ROLE)
        ink: QColor = colour("ink")
        painter.setFont(font("strong" if column.strong or state is not None or column.groups else "body"))
        if state is not None:
            side = pixels() + 1
            ink = state_colour(state)
            middle = box.center().y() if not index.data(BELOW_ROLE) else box.top() + box.height() / 4 + 2
            spot = QRectF(box.left(), middle - side / 2 + 1.5, side, side)
            paint_shape(painter, spot, state, ink, colour("surface"))
            box = box.adjusted(side + 7, 0, 0, 0)
        below = str(index.data(BELOW_ROLE) or "")
        lines = [(box, str(index.data() or ""), ink)]
        if below:
            half = box.height() // 2
            lines[0] = (box.adjusted(0, 4, 0, -half + 1), lines[0][1], ink)
            lines.append((box.adjusted(0, half, 0, -4), below, colour("ink_soft" if state is None else "ink")))
        align = int(index.data(Qt.ItemDataRole.TextAlignmentRole))
        for place, text, pen in lines:
            painter.setPen(pen)
            shown = painter.fontMetrics().elidedText(
                text.replace("\n", " "), Qt.TextElideMode.ElideRight, place.width()
            )
            painter.drawText(place, align, shown)
            painter.setFont(font("caption"))


class RecordView(QTableView):
    """The bare view: rows of one height, whole rows chosen, Enter opens, Ctrl+C copies as text with tabs."""

    opened = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(_RowDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        self.apply_row_height()

    def apply_row_height(self) -> None:
        """Follow the text size."""
        model = self.model()
        tall = isinstance(model, RecordModel) and any(column.below for column in model.columns)
        height = round(row_height() * 1.4) if tall else row_height()
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            clipboard().copy(self.chosen_text())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Arriving by keyboard lands on a row, not on nothing."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model() is not None and self.model().rowCount() > 0:
            self.selectRow(0)

    def chosen_text(self) -> str:
        """The chosen rows with headers, tabs between cells."""
        model = self.model()
        columns = range(model.columnCount())
        header = "\t".join(str(model.headerData(at, Qt.Orientation.Horizontal)) for at in columns)
        rows = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        role = Qt.ItemDataRole.AccessibleTextRole
        cells = ("\t".join(str(model.index(row, at).data(role) or "") for at in columns) for row in rows)
        return "\n".join((header, *cells))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.apply_row_height()


class RecordTable(QWidget, Generic[R]):
    """A view with its model, an optional filter box above and a sentence in place of rows when there are none.

    Signals: `chosen` when the current row changes (also to none), `opened` on Enter or double click. Both carry no
    value: ask `current()`.
    """

    chosen = Signal()
    opened = Signal()

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[R]],
        key: Callable[[R], Hashable],
        *,
        empty: str = "",
        filter_hint: str = "",
        sortable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._empty_text = empty
        self.model: RecordModel[R] = RecordModel(columns, key)
        self.view = RecordView(name)
        self.view.setModel(self.model)
        self.view.apply_row_height()
        self.filter_box = QLineEdit()
        self.filter_box.setPlaceholderText(filter_hint)
        self.filter_box.setAccessibleName(filter_hint or tr("Filter") + f": {name}")
        self.filter_box.setClearButtonEnabled(True)
        keep_hidden(self.filter_box, not filter_hint)
        self.filter_box.textChanged.connect(self._filter)
        self.filter_box.installEventFilter(self)
        self._nothing = PlainLabel("", "soft", wrap=True, parent=self.view.viewport())
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.hide()
        self.view.viewport().installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.filter_box)
        column.addWidget(self.view, 1)
        self._held: Hashable | None = None
        self._sized = False
        self._natural: list[int] = []
        self._sharing = False
        self._by_hand = False
        self._set_header(sortable)
        self._connect()
        self.fit_columns()

    # --- what a page uses ---

    def show_records(self, records: Iterable[R]) -> None:
        """Show these; selection, scroll and filter stay as they are."""
        self.model.set_records(records)
        if not self._sized and self.model.rowCount():
            self._sized = True
            self.fit_columns()
        self._say_nothing()

    def current(self) -> R | None:
        """The chosen record."""
        index = self.view.currentIndex()
        return self.model.record_at(index.row()) if index.isValid() else None

    def choose(self, key: Hashable) -> bool:
        """Choose the row of this key; False when it is not shown."""
        row = self.model.row_of(key)
        if row < 0:
            return False
        self.view.selectRow(row)
        self.view.scrollTo(self.model.index(row, 0))
        return True

    def say_when_empty(self, text: str) -> None:
        """The sentence that stands in place of rows when there are none."""
        self._empty_text = text
        self._say_nothing()

    def fit_columns(self) -> None:
        """Make each column as wide as its header and its first rows need."""
        metrics, strong = self.fontMetrics(), self.view.horizontalHeader().fontMetrics()
        self._natural = []
        for column in self.model.columns:
            texts = [column.text(record) for record in self.model.records()[:200]]
            widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
            bold = 1.12 if column.strong or column.state or column.groups else 1.0
            small = [column.below(record) for record in self.model.records()[:200]] if column.below else []
            under = max((metrics.horizontalAdvance(text) * 11 // 13 for text in small), default=0)
            wanted = max(int(widest * bold), under) + 2 * _PAD + (pixels() + 8 if column.state else 0) + 4
            wanted = max(wanted, strong.horizontalAdvance(column.header) + 2 * _PAD + 18)
            self._natural.append(min(wanted, scaled(_WIDEST)))
        self._share_width()

    # --- how it is done ---

    def _set_header(self, sortable: bool) -> None:
        header = self.view.horizontalHeader()
        header.sectionResized.connect(self._resized_by_hand)
        if sortable:
            header.setSortIndicatorClearable(True)
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.view.setSortingEnabled(True)

    def _share_width(self) -> None:
        """Room left over goes to the stretching column (else the last); when there is too little, only the stretching
        column gives, down to half, and then the soft ones, before a scroll bar comes: nothing else is ever cut."""
        if not self._natural or self._by_hand:
            return
        room = self.view.viewport().width() - sum(self._natural)
        widths = list(self._natural)
        at = next((at for at, one in enumerate(self.model.columns) if one.stretch), -1)
        if room >= 0 or at >= 0:
            widths[at] = max(widths[at] // 2, widths[at] + room)
        for number, one in enumerate(self.model.columns):
            missing = sum(widths) - self.view.viewport().width()
            if one.soft and missing > 0:
                widths[number] -= min(missing, max(0, widths[number] - scaled(_LEAST)))
        self._sharing = True
        for at, width in enumerate(widths):
            self.view.setColumnWidth(at, width)
        self._sharing = False

    def _resized_by_hand(self, _at: int, _old: int, _new: int) -> None:
        self._by_hand = self._by_hand or not self._sharing

    def _connect(self) -> None:
        self.view.opened.connect(self._open)
        self.view.selectionModel().currentRowChanged.connect(self._current_changed)
        self.model.modelAboutToBeReset.connect(self._hold)
        self.model.modelReset.connect(self._restore)
        self.model.dataChanged.connect(self._data_changed)

    def _open(self) -> None:
        if self.current() is not None:
            self.opened.emit()

    def _current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit()

    def _data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        if first.row() <= self.view.currentIndex().row() <= last.row():
            self.chosen.emit()

    def _hold(self) -> None:
        self._held = self.model.key_at(self.view.currentIndex().row())

    def _restore(self) -> None:
        if self._held is not None:
            self.choose(self._held)

    def _filter(self, text: str) -> None:
        self.model.set_filter_text(text)
        self._say_nothing()

    def _say_nothing(self) -> None:
        text = ""
        if not self.model.rowCount():
            typed = self.filter_box.text().strip()
            text = phrase("desktop_no_match", text=typed) if typed and self.model.total() else self._empty_text
        self._nothing.setText(text)
        self._nothing.setVisible(bool(text))
        self._nothing.setGeometry(self.view.viewport().rect().adjusted(24, 0, -24, 0))
        self.view.setAccessibleDescription(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.view.viewport():
            self._nothing.setGeometry(self.view.viewport().rect().adjusted(24, 0, -24, 0))
            self._share_width()
        elif event.type() == QEvent.Type.KeyPress and watched is self.filter_box and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.filter_box.text():
                self.filter_box.clear()
                return True
            if event.key() == Qt.Key.Key_Down:
                self.view.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False
