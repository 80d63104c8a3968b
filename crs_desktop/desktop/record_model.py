"""A list of records as a Qt model: filtered and sorted in its own list, changed by the smallest keyed step."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import tooltip

R = TypeVar("R")
Align = Literal["left", "right", "centre"]
Index = QModelIndex | QPersistentModelIndex
_MANY_STEPS = 200

STATE_ROLE = Qt.ItemDataRole.UserRole + 1
NEW_GROUP_ROLE = Qt.ItemDataRole.UserRole + 2
BELOW_ROLE = Qt.ItemDataRole.UserRole + 4
RECORD_ROLE = Qt.ItemDataRole.UserRole + 3

_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "centre": Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter,
}


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column. Numbers: `align="right"`, unit in the header, a `sort_key` that is a number.

    `state` puts a shape and the state's colour before the text; the text must hold the word. `groups` draws a line
    where the text changes and writes it once a group (days on a board). `below` is a second, smaller line (a record
    number under a name) and makes all rows taller. Only the `stretch` column is ever cut to fit, and after it those
    that are `soft`; their hints show it all.
    """

    header: str
    text: Callable[[R], str]
    align: Align = "left"
    sort_key: Callable[[R], Any] | None = None
    state: Callable[[R], State | None] | None = None
    hint: Callable[[R], str] | None = None
    groups: bool = False
    stretch: bool = False
    below: Callable[[R], str] | None = None
    strong: bool = False
    soft: bool = False

    def whole(self, record: R) -> str:
        """Both lines as one text, for search, copying and screen readers."""
        return " ".join(filter(None, (self.text(record), self.below(record) if self.below else "")))


class RecordModel(QAbstractTableModel, Generic[R]):
    """Shows records through columns; `key` names a record for life, so that selection and scroll survive a re-read."""

    def __init__(self, columns: Sequence[Column[R]], key: Callable[[R], Hashable]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._key = key
        self._all: list[R] = []
        self._shown: list[R] = []
        self._keys: list[Hashable] = []
        self._row_by_key: dict[Hashable, int] = {}
        self._words: tuple[str, ...] = ()
        self._wanted: Callable[[R], bool] | None = None
        self._sort: tuple[int, Qt.SortOrder] | None = None
        self._search: dict[Hashable, tuple[R, str]] = {}

    # --- what a page uses ---

    def set_records(self, records: Iterable[R]) -> None:
        """Show these. Only rows that came, went, moved or changed are touched. Raises ValueError for a double key."""
        listed = list(records)
        if len({self._key(record) for record in listed}) != len(listed):
            raise ValueError("two records have one key")
        self._all = listed
        self._search.clear()
        self._apply()

    def set_filter_text(self, text: str) -> None:
        """Show only records in which every typed word occurs, in any column, whatever the case."""
        self._words = tuple(text.casefold().split())
        self._apply()

    def set_wanted(self, wanted: Callable[[R], bool] | None) -> None:
        """Show only records for which this holds (beside the typed filter)."""
        self._wanted = wanted
        self._apply()

    def records(self) -> list[R]:
        """The records now shown, in the order shown."""
        return list(self._shown)

    def total(self) -> int:
        """How many records there are without filters."""
        return len(self._all)

    def record_at(self, row: int) -> R | None:
        """The record of a shown row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def row_of(self, key: Hashable) -> int:
        """The row that shows this key, or -1."""
        return self._row_by_key.get(key, -1)

    def key_at(self, row: int) -> Hashable | None:
        """The key of a shown row."""
        return self._keys[row] if 0 <= row < len(self._keys) else None

    # --- what Qt asks ---

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(self.columns):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].header
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _ALIGN[self.columns[section].align]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        column, record = self.columns[index.column()], self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(record)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return column.whole(record)
        if role == BELOW_ROLE:
            return column.below(record) if column.below else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGN[column.align]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(column.hint(record) if column.hint else column.whole(record) if column.stretch else "")
        if role == STATE_ROLE:
            return column.state(record) if column.state else None
        if role == NEW_GROUP_ROLE:
            return self._begins_group(index.row())
        return record if role == RECORD_ROLE else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; column -1 gives back the order in which the records came."""
        self._sort = (column, order) if 0 <= column < len(self.columns) else None
        self._apply()

    # --- how it is done ---

    def _begins_group(self, row: int) -> bool:
        groups = [column for column in self.columns if column.groups]
        if not groups or row == 0:
            return bool(groups)
        return any(column.text(self._shown[row]) != column.text(self._shown[row - 1]) for column in groups)

    def _apply(self) -> None:
        wanted = [record for record in self._all if self._is_wanted(record)]
        if self._sort is not None:
            column = self.columns[self._sort[0]]
            wanted.sort(key=column.sort_key or _text_key(column), reverse=self._sort[1] == Qt.SortOrder.DescendingOrder)
        keys = [self._key(record) for record in wanted]
        if keys != self._keys:
            self._change_rows(wanted, keys)
        self._refresh_changed(wanted)

    def _is_wanted(self, record: R) -> bool:
        if self._wanted is not None and not self._wanted(record):
            return False
        if not self._words:
            return True
        key = self._key(record)
        if key not in self._search:
            self._search[key] = (record, "\n".join(column.whole(record) for column in self.columns).casefold())
        return all(word in self._search[key][1] for word in self._words)

    def _change_rows(self, records: list[R], keys: list[Hashable]) -> None:
        new = set(keys)
        old = set(self._keys)
        gone = _ranges([row for row, key in enumerate(self._keys) if key not in new])
        came = _ranges([row for row, key in enumerate(keys) if key not in old])
        if len(gone) + len(came) > _MANY_STEPS:
            self.beginResetModel()
            self._take(records, keys)
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._shown[first : last + 1], self._keys[first : last + 1]
            self._renumber()
            self.endRemoveRows()
        self._reorder([key for key in keys if key in old])
        for first, last in came:
            self.beginInsertRows(QModelIndex(), first, last)
            self._shown[first:first] = records[first : last + 1]
            self._keys[first:first] = keys[first : last + 1]
            self._renumber()
            self.endInsertRows()

    def _reorder(self, keys: list[Hashable]) -> None:
        if keys == self._keys:
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        names = [self._keys[index.row()] for index in held]
        by_key = dict(zip(self._keys, self._shown, strict=True))
        self._take([by_key[key] for key in keys], keys)
        moved = [self.index(self._row_by_key[name], index.column()) for name, index in zip(names, held, strict=True)]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def _take(self, records: list[R], keys: list[Hashable]) -> None:
        self._shown, self._keys = list(records), list(keys)
        self._renumber()

    def _renumber(self) -> None:
        self._row_by_key = {key: row for row, key in enumerate(self._keys)}

    def _refresh_changed(self, records: list[R]) -> None:
        changed = [row for row, record in enumerate(records) if self._shown[row] != record]
        self._shown = records
        for first, last in _ranges(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))


def _text_key(column: Column[R]) -> Callable[[R], str]:
    return lambda record: column.text(record).casefold()


def _ranges(rows: list[int]) -> list[tuple[int, int]]:
    """Rows in ascending order as runs: [1, 2, 5] gives [(1, 2), (5, 5)]."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
