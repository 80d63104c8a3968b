"""What was copied here leaves the clipboard again; what others copied stays."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.clipboard import SECONDS, Clipboard, clipboard
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from tests.architecture.source import house


class Held:
    """The clipboard with the system's word on who holds it; a screen that is not there (offscreen) says nothing."""

    def __init__(self, ours: bool) -> None:
        self._ours = ours

    def __getattr__(self, name: str) -> object:
        return getattr(QGuiApplication.clipboard(), name)

    def ownsClipboard(self) -> bool:
        return self._ours

    def ownsSelection(self) -> bool:
        return False


def held(monkeypatch: pytest.MonkeyPatch, ours: bool) -> None:
    monkeypatch.setattr(clipboard(), "_board", lambda: Held(ours))


@pytest.fixture
def board(qapp: QApplication) -> Iterator[QClipboard]:
    found = QGuiApplication.clipboard()
    found.clear()
    yield found
    clipboard().clear_ours()
    found.clear()


def test_that_a_copy_is_cleared_at_a_lock(board: QClipboard) -> None:
    clipboard().copy("Adler, Ruth\t0041827")
    assert board.text() == "Adler, Ruth\t0041827"
    assert clipboard().clear_ours() is True
    assert board.text() == "" and clipboard().clear_ours() is False


def test_that_a_copy_is_cleared_after_a_minute(board: QClipboard, qtbot: QtBot) -> None:
    assert SECONDS == 60
    made = Clipboard(QApplication.instance() or board)
    for timer in made._timers.values():
        assert timer.interval() == 60_000
        timer.setInterval(20)
    made.copy("0041827")
    qtbot.waitUntil(lambda: board.text() == "")
    made.setParent(None)


def test_that_a_rows_copy_goes_this_way(board: QClipboard, qtbot: QtBot) -> None:
    table: RecordTable[str] = RecordTable("names", [Column("Name", lambda one: one)], lambda one: one)
    qtbot.addWidget(table)
    table.show_records(["Adler, Ruth"])
    table.view.selectRow(0)
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert board.text() == "Name\nAdler, Ruth"
    assert board.mimeData().data("x-kde-passwordManagerHint") == b"secret"
    assert clipboard().clear_ours() and board.text() == ""


def test_that_a_text_fields_own_copy_is_cleared_too(
    board: QClipboard, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(monkeypatch, ours=True)
    field = QLineEdit("0041827")
    qtbot.addWidget(field)
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert board.text() == "0041827" and clipboard()._timers[QClipboard.Mode.Clipboard].isActive()
    assert clipboard().clear_ours() and board.text() == ""


def test_that_what_the_system_says_is_ours_is_cleared_though_nobody_noticed_the_copy(
    board: QClipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(monkeypatch, ours=True)
    board.setText("0041827")
    clipboard()._ours.clear()
    assert clipboard().clear_ours() is True and board.text() == ""


def test_that_what_another_program_copied_stays(board: QClipboard, monkeypatch: pytest.MonkeyPatch) -> None:
    clipboard().copy("0041827")
    held(monkeypatch, ours=False)
    others = QMimeData()
    others.setText("a recipe")
    board.setMimeData(others)
    assert clipboard().clear_ours() is False
    assert board.text() == "a recipe"


def test_that_our_own_words_are_cleared_though_a_manager_took_them_over(
    board: QClipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    clipboard().copy("0041827")
    held(monkeypatch, ours=False)
    assert clipboard().clear_ours() is True and board.text() == ""


def test_that_nothing_copied_is_kept_as_text(board: QClipboard) -> None:
    clipboard().copy("0041827")
    kept = repr(clipboard().__dict__)
    assert "0041827" not in kept and b"0041827".hex() not in kept


def test_that_nobody_else_touches_the_clipboard() -> None:
    found = [
        module.where(node)
        for module in house()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "clipboard" and module.short != "desktop/clipboard.py"
    ]
    assert found == []
