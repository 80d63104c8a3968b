"""Shows a monograph: headings, columns, wrapped text, and beside each value its standing as shape and word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from crs_desktop.desktop.clipboard import clipboard
from crs_desktop.desktop.shapes import paint_shape
from crs_desktop.desktop.theme import State, TextRole, colour, font, pixels, scaled, state_colour
from crs_desktop.therapies.ui.lines import GROUP, HEADS, LINE, SECTION, SHARES, Row
from crs_desktop.therapies.ui.standing import Mark

Index = QModelIndex | QPersistentModelIndex
_WRAP = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignTop) | int(Qt.AlignmentFlag.AlignLeft)
_PAD = 12
# Below this width the cells of such a row stand under each other, each with its head, instead of side by side.
_NARROW = {"five": 600, "four": 600, "three": 480, "two": 360, "text": 300}
_SPACES, _MARKS = re.compile("[\\s\u200b]+"), re.compile("([/.?&=_-])")
# So many versions and widths are kept as they were set.
_MOST_KEPT = 60
_ROLES: dict[str, TextRole] = {SECTION: "heading", GROUP: "strong", HEADS: "caption", LINE: "body"}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text, or a standing, in its place within a row."""

    box: QRect
    text: str
    mark: Mark | None = None


_Placed = tuple[int, tuple[_Piece, ...]]


class MonographModel(QAbstractListModel):
    """The rows; headings cannot be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()

    def show(self, rows: tuple[Row, ...]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and self.rows[index.row()].kind == LINE:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.rows[index.row()].spoken
        return None


class _Measure:
    """How wide and high texts are at the size in force; lives as long as the view, never longer than the program."""

    def __init__(self) -> None:
        roles: tuple[TextRole, ...] = ("caption", "body", "strong", "heading")
        self._faces = {role: QFontMetrics(font(role)) for role in roles}
        self.shape = self._faces["caption"].ascent() + 6

    def height(self, text: str, width: int, role: TextRole) -> int:
        """Of a text that wraps at this width."""
        metrics = self._faces[role]
        if "\n" not in text and metrics.horizontalAdvance(text) <= width:
            return metrics.lineSpacing()
        return metrics.boundingRect(QRect(0, 0, max(width, 20), 100_000), _WRAP, text).height()

    def too_long(self, text: str, width: int) -> bool:
        """One word of it is wider than the column: it would be cut."""
        advance = self._faces["body"].horizontalAdvance
        return advance(text) > width and any(advance(word) > width for word in _SPACES.split(_soft(text)))


class _Setter(QStyledItemDelegate):
    """Sets and paints rows. How a row is set is kept until the width or the size of the text changes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._kept: dict[tuple[tuple[Row, ...], int, int], dict[int, _Placed]] = {}
        self._now: dict[int, _Placed] = {}
        self._measure, self._size = _Measure(), pixels()
        self.width = 0

    def begin(self, rows: tuple[Row, ...], width: int) -> None:
        """From now on these rows at this width; what was set for them before is still there."""
        key = (rows, width, pixels())
        if len(self._kept) > _MOST_KEPT and key not in self._kept:
            self._kept.clear()
        if self._size != pixels():
            self._measure, self._size = _Measure(), pixels()
        self._now, self.width = self._kept.setdefault(key, {}), width

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.width, self.set_row(_row_at(index), index.row())[0])

    def set_row(self, row: Row, at: int) -> _Placed:
        """The height of a row and its pieces at the width in force."""
        if at not in self._now:
            self._now[at] = _set(row, self.width, self._measure)
        return self._now[at]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = _row_at(index)
        box: QRect = option.rect
        flags: QStyle.StateFlag = option.state
        chosen = row.kind == LINE and bool(flags & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(box, colour("chosen" if chosen else "surface"))
        if chosen:
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), colour("accent"))
        line = colour("edge" if row.kind == HEADS else "hairline")
        if row.kind in (LINE, HEADS):
            painter.fillRect(QRect(box.left() + _PAD, box.bottom(), box.width() - 2 * _PAD, 1), line)
        for piece in self.set_row(row, index.row())[1]:
            self._piece(painter, piece, box, row)
        painter.restore()

    def _piece(self, painter: QPainter, piece: _Piece, box: QRect, row: Row) -> None:
        place = piece.box.translated(box.topLeft())
        if piece.mark is None:
            painter.setFont(font(_ROLES[row.kind]))
            painter.setPen(colour("ink_soft" if row.kind == HEADS else "ink"))
            painter.drawText(place, _WRAP, piece.text)
            return
        quiet = piece.mark.state is State.READY and piece.mark.weight == 0
        ink = colour("ink_soft") if quiet else state_colour(piece.mark.state)
        face = font("caption")
        painter.setFont(face)
        metrics = QFontMetrics(face)
        side = metrics.ascent() + 1
        ground = colour("surface")
        paint_shape(painter, QRectF(place.left(), place.top() + 1, side, side), piece.mark.state, ink, ground)
        painter.setPen(ink)
        painter.drawText(place.adjusted(side + 5, 0, 0, 0), _WRAP, piece.text)


def _row_at(index: Index) -> Row:
    model = index.model()
    assert isinstance(model, MonographModel)
    return model.rows[index.row()]


def _set(row: Row, width: int, measure: _Measure) -> tuple[int, tuple[_Piece, ...]]:
    above = {SECTION: scaled(22), GROUP: scaled(14), HEADS: 6, LINE: 6}[row.kind]
    narrow = width < scaled(_NARROW[row.shape])
    if row.kind != LINE:
        return (0, ()) if narrow and row.kind == HEADS else _set_heads(row, width, above, measure)
    boxes = _columns(row.shape, width - 2 * _PAD - _mark_width() - 8)
    if narrow or any(measure.too_long(cell.text, wide) for cell, (_, wide) in zip(row.cells, boxes, strict=True)):
        return _stacked(row, width, above, measure)
    return _side_by_side(row, width, above, boxes, measure)


def _soft(text: str) -> str:
    """An address may be broken behind its strokes and dots; nothing is added to what is copied."""
    if "://" not in text:
        return text
    return " ".join(_MARKS.sub("\\1\u200b", word) if "://" in word else word for word in text.split(" "))


def _side_by_side(
    row: Row, width: int, above: int, boxes: Sequence[tuple[int, int]], measure: _Measure
) -> tuple[int, tuple[_Piece, ...]]:
    """In columns; the standing beside the row when it is one for all, else beneath each cell."""
    height, pieces, room = 0, [], _mark_width()
    one = all(cell.mark is None or cell.mark == row.mark for cell in row.cells)
    for cell, (left, wide) in zip(row.cells, boxes, strict=True):
        tall = measure.height(text := _soft(cell.text), wide, "body")
        pieces.append(_Piece(QRect(_PAD + left, above, wide, tall), text))
        if cell.mark is not None and not one:
            low = measure.height(cell.mark.word, wide - measure.shape, "caption")
            pieces.append(_Piece(QRect(_PAD + left, above + tall + 2, wide, low), cell.mark.word, cell.mark))
            tall += low + 2
        height = max(height, tall)
    if row.mark is not None and one:
        low = measure.height(row.mark.word, room - measure.shape, "caption")
        pieces.append(_Piece(QRect(width - _PAD - room, above + 1, room, low), row.mark.word, row.mark))
        height = max(height, low)
    return above + height + 7, tuple(pieces)


def _set_heads(row: Row, width: int, above: int, measure: _Measure) -> tuple[int, tuple[_Piece, ...]]:
    boxes = _columns(row.shape, width - 2 * _PAD - (_mark_width() + 8 if row.kind == HEADS else 0))
    role = _ROLES[row.kind]
    texts = [(cell.text, left, wide) for cell, (left, wide) in zip(row.cells, boxes, strict=True)]
    tall = max(measure.height(text, wide, role) for text, _, wide in texts)
    pieces = tuple(_Piece(QRect(_PAD + left, above, wide, tall), text) for text, left, wide in texts)
    return above + tall + (4 if row.kind == HEADS else 6), pieces


def _stacked(row: Row, width: int, above: int, measure: _Measure) -> tuple[int, tuple[_Piece, ...]]:
    """One cell under the other, each with its standing behind it: for large text and narrow windows."""
    pieces, top, wide = [], above, width - 2 * _PAD
    for at, cell in enumerate(row.cells):
        if not cell.text:
            continue
        tall = measure.height(text := _soft(row.headed(at)), wide, "body")
        pieces.append(_Piece(QRect(_PAD, top, wide, tall), text))
        top += tall + 2
        if cell.mark is not None:
            low = measure.height(cell.mark.word, wide - measure.shape, "caption")
            pieces.append(_Piece(QRect(_PAD, top, wide, low), cell.mark.word, cell.mark))
            top += low + 4
    return top + 6, tuple(pieces)


def _columns(shape: str, room: int) -> list[tuple[int, int]]:
    """Left edge and width of each cell."""
    shares = SHARES[shape]
    gap, left, found = 14, 0, []
    for share in shares:
        wide = (room - gap * (len(shares) - 1)) * share // sum(shares)
        found.append((left, wide))
        left += wide + gap
    return found


def _mark_width() -> int:
    return scaled(108)


class MonographView(QListView):
    """The monograph on the screen. `opened` on Enter or a click: ask `current()` for the row."""

    opened = Signal()
    chosen = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.pages = MonographModel()
        self.setModel(self.pages)
        self._setter = _Setter(self)
        self.setItemDelegate(self._setter)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(pixels() * 2)
        self.selectionModel().currentRowChanged.connect(lambda _now, _before: self.chosen.emit())

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show another version from its beginning."""
        self._setter.begin(rows, self.viewport().width())
        self.pages.show(rows)
        self.scrollToTop()

    def current(self) -> Row | None:
        """The chosen line."""
        index = self.currentIndex()
        return self.pages.rows[index.row()] if index.isValid() else None

    def go_to(self, row: int) -> None:
        """Bring a heading to the top, and choose the first line below it."""
        self.scrollTo(self.pages.index(row), QListView.ScrollHint.PositionAtTop)
        for below in range(row, len(self.pages.rows)):
            if self.pages.rows[below].kind == LINE:
                self.selectionModel().setCurrentIndex(
                    self.pages.index(below), self.selectionModel().SelectionFlag.ClearAndSelect
                )
                self.scrollTo(self.pages.index(row), QListView.ScrollHint.PositionAtTop)
                return

    def choose_path(self, path: str) -> bool:
        """Choose the first line that says this fact."""
        return self._choose(next((at for at, row in enumerate(self.pages.rows) if path in row.paths), -1))

    def _choose(self, at: int) -> bool:
        if at >= 0:
            self.setCurrentIndex(self.pages.index(at))
        return at >= 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._setter.begin(self.pages.rows, self.viewport().width())
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_setter"):
            self._setter.begin(self.pages.rows, self.viewport().width())
            self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            row = self.current()
            clipboard().copy("" if row is None else _copied(row.cells))
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.indexAt(event.position().toPoint()).isValid():
            self.opened.emit()


def _copied(cells: Sequence[Any]) -> str:
    """The chosen line as plain text, with the standing of each value."""
    said = (f"{cell.text} [{cell.mark.text}]" if cell.mark is not None else cell.text for cell in cells if cell.text)
    return "\t".join(said)
