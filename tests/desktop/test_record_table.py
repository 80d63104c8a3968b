"""A re-read changes only what changed: selection, scroll and filter stay, and a name is never markup."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.record_model import STATE_ROLE, Column, RecordModel
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import State


@dataclass(frozen=True, slots=True)
class Lot:
    number: str
    vials: int
    place: str = "fridge"


def columns() -> list[Column[Lot]]:
    return [
        Column("Lot", lambda lot: lot.number, strong=True, below=lambda lot: lot.place),
        Column("Vials", lambda lot: str(lot.vials), align="right", sort_key=lambda lot: lot.vials),
        Column(
            "State",
            lambda lot: "short" if not lot.vials else "ready",
            state=lambda lot: State.READY if lot.vials else State.SHORT,
            hint=lambda lot: f"<b>{lot.number}</b>",
            stretch=True,
        ),
    ]


def table(qtbot: QtBot, lots: list[Lot]) -> RecordTable[Lot]:
    made: RecordTable[Lot] = RecordTable(
        "Lots", columns(), lambda lot: lot.number, empty="No lots yet.", filter_hint="Filter lots"
    )
    qtbot.addWidget(made)
    made.show_records(lots)
    made.resize(500, 300)
    made.show()
    return made


LOTS = [Lot(f"B{number:03}", number % 7) for number in range(100)]


def test_that_selection_and_scroll_survive_a_re_read(qtbot: QtBot) -> None:
    made = table(qtbot, LOTS)
    made.choose("B050")
    scroll = made.view.verticalScrollBar().value()
    assert scroll > 0
    changed = [Lot("A000", 1), *LOTS[:50], Lot("B050", 99), *LOTS[52:]]
    made.show_records(changed)
    assert made.current() == Lot("B050", 99)
    assert made.view.selectionModel().selectedRows()[0].row() == made.model.row_of("B050") == 51
    assert made.view.verticalScrollBar().value() == scroll


def test_that_only_the_changed_row_is_announced(qtbot: QtBot) -> None:
    made = table(qtbot, LOTS)
    rows: list[tuple[int, int]] = []
    made.model.dataChanged.connect(lambda first, last: rows.append((first.row(), last.row())))
    with qtbot.assertNotEmitted(made.model.modelReset), qtbot.assertNotEmitted(made.model.rowsInserted):
        made.show_records([*LOTS[:10], Lot("B010", 99), *LOTS[11:]])
    assert rows == [(10, 10)]


def test_that_a_changed_current_row_is_told_again(qtbot: QtBot) -> None:
    made = table(qtbot, LOTS)
    made.choose("B010")
    with qtbot.waitSignal(made.chosen, timeout=500):
        made.show_records([*LOTS[:10], Lot("B010", 99), *LOTS[11:]])


def test_that_a_very_different_list_keeps_the_selection_too(qtbot: QtBot) -> None:
    many = [Lot(f"B{number:05}", 1) for number in range(2000)]
    made = table(qtbot, many)
    made.choose("B01000")
    made.show_records(many[::2])
    assert made.current() == Lot("B01000", 1)


def test_that_sorting_uses_numbers_and_stays_after_a_re_read(qtbot: QtBot) -> None:
    made = table(qtbot, [Lot("a", 10), Lot("b", 9), Lot("c", 100)])
    made.view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert [lot.vials for lot in made.model.records()] == [100, 10, 9]
    made.show_records([Lot("a", 10), Lot("b", 900), Lot("c", 100)])
    assert [lot.number for lot in made.model.records()] == ["b", "c", "a"]
    made.model.sort(-1)
    assert [lot.number for lot in made.model.records()] == ["a", "b", "c"]


def test_that_every_typed_word_must_occur_and_esc_clears_the_box(qtbot: QtBot) -> None:
    made = table(qtbot, [Lot("Bé01", 1, "ward 3"), Lot("B02", 1, "fridge"), Lot("C03", 1, "ward 4")])
    qtbot.keyClicks(made.filter_box, "WARD b")
    assert [lot.number for lot in made.model.records()] == ["Bé01"]
    qtbot.keyClick(made.filter_box, Qt.Key.Key_Escape)
    assert made.model.rowCount() == 3
    made.model.set_wanted(lambda lot: lot.place == "fridge")
    assert made.model.rowCount() == 1


def test_that_an_empty_table_says_why(qtbot: QtBot) -> None:
    made = table(qtbot, [])
    assert made.view.accessibleDescription() == "No lots yet."
    made.show_records([Lot("a", 1)])
    assert made.view.accessibleDescription() == ""
    made.filter_box.setText("<i>zz</i>")
    assert "“<i>zz</i>”" in made.view.accessibleDescription()


def test_that_the_keyboard_opens_and_copies_a_row(qtbot: QtBot) -> None:
    made = table(qtbot, [Lot("<b>a</b>", 1), Lot("b", 0)])
    made.view.setFocus()
    made.view.selectRow(0)
    with qtbot.waitSignal(made.opened, timeout=500):
        qtbot.keyClick(made.view, Qt.Key.Key_Return)
    qtbot.keyClick(made.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Lot\tVials\tState\n<b>a</b> fridge\t1\tready"


def test_that_hints_are_escaped_and_states_have_a_word_beside_their_shape(qtbot: QtBot) -> None:
    made = table(qtbot, [Lot("<x>", 0)])
    index = made.model.index(0, 2)
    assert "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert (index.data(STATE_ROLE), index.data()) == (State.SHORT, "short")
    assert made.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "<x> fridge"


def test_that_two_records_with_one_key_are_a_defect(qtbot: QtBot) -> None:
    with pytest.raises(ValueError, match="one key"):
        table(qtbot, [Lot("a", 1), Lot("a", 2)])


def test_that_rows_have_one_height_and_only_the_stretching_column_is_cut(qtbot: QtBot) -> None:
    made = table(qtbot, [Lot("a very long lot number that needs room", 1)])
    made.resize(260, 200)
    metrics = made.fontMetrics()
    assert made.view.columnWidth(0) >= metrics.horizontalAdvance("a very long lot number that needs room")
    assert made.view.rowHeight(0) == made.view.verticalHeader().defaultSectionSize()


def test_that_soft_columns_give_before_a_scroll_bar_comes_and_no_further_than_they_may(qtbot: QtBot) -> None:
    name = "a very long lot number that needs room"
    soft = [replace(one, soft=one.header == "Lot") for one in columns()]
    made: RecordTable[Lot] = RecordTable("Lots", soft, lambda lot: lot.number, empty="")
    qtbot.addWidget(made)
    made.show_records([Lot(name, 1)])
    made.resize(360, 200)
    made.show()
    assert made.view.columnWidth(0) < made.fontMetrics().horizontalAdvance(name)
    assert sum(made.view.columnWidth(at) for at in range(3)) <= made.view.viewport().width()
    made.resize(160, 200)
    assert made.view.columnWidth(0) >= 88
    made.resize(900, 200)
    assert made.view.columnWidth(0) >= made.fontMetrics().horizontalAdvance(name)


LISTS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), unique_by=lambda pair: pair[0], max_size=12)


@settings(max_examples=60)
@given(before=LISTS, after=LISTS, chosen=st.integers(0, 12), column=st.integers(-1, 1))
def test_that_any_list_follows_any_other_by_keyed_steps(
    qapp: QApplication,
    before: list[tuple[int, int]],
    after: list[tuple[int, int]],
    chosen: int,
    column: int,
) -> None:
    model: RecordModel[Lot] = RecordModel(columns(), lambda lot: lot.number)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.sort(column)
    model.set_records([Lot(str(key), vials) for key, vials in before])
    held = _persistent(model, str(chosen))
    lots = [Lot(str(key), vials) for key, vials in after]
    model.set_records(lots)
    keys = {0: lambda lot: lot.number, 1: lambda lot: lot.vials}
    assert model.records() == (sorted(lots, key=keys[column]) if column in keys else lots)
    if held is not None:
        assert (held.row() if held.isValid() else -1) == model.row_of(str(chosen))
    del tester


def _persistent(model: RecordModel[Lot], key: str) -> QPersistentModelIndex | None:
    row = model.row_of(key)
    return QPersistentModelIndex(model.index(row, 0)) if row >= 0 else None
