"""Whatever a name holds, it is shown as it is written and never becomes markup."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import crs_desktop.desktop.words as words_module
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, no_mnemonic, phrase, tooltip

NASTY = ["<b>Anna</b>", "<img src='file:///etc/hostname'>", "A & B", "<patient>", "&lt;b&gt;", "<a href='x'>y</a>"]


@pytest.mark.parametrize("text", NASTY)
def test_that_a_label_shows_markup_as_it_was_typed(qtbot: QtBot, text: str) -> None:
    label = PlainLabel(text)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == text
    # the width is that of the written characters: nothing was swallowed as a tag
    assert label.sizeHint().width() >= label.fontMetrics().horizontalAdvance(text)


@pytest.mark.parametrize("text", NASTY)
def test_that_a_tooltip_shows_markup_as_it_was_typed(qapp: QApplication, text: str) -> None:
    page = QTextDocument()  # what Qt reads a tooltip with
    page.setHtml(tooltip(text))
    assert page.toPlainText() == text


def test_that_an_empty_tooltip_stays_empty() -> None:
    assert tooltip("") == ""


def test_that_an_ampersand_from_data_is_no_mnemonic(qtbot: QtBot) -> None:
    made = button(no_mnemonic("Smith & Jones"))
    qtbot.addWidget(made)
    assert made.text() == "Smith && Jones"
    assert made.accessibleName() == "Smith & Jones"


def test_that_a_badge_says_its_state_in_words(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    badge = StateBadge(State.SHORT, "1 set", parent=holder)
    assert (badge.text(), badge.accessibleName()) == ("short 1 set", "short 1 set")
    badge.set_state(None)
    assert badge.isHidden() and badge.text() == ""


def test_that_a_sentence_is_filled_with_its_values() -> None:
    assert phrase("desktop_fields_wrong", count=3) == "3 entries need a look."


def test_that_only_words_makes_labels() -> None:
    """A QLabel elsewhere guesses whether its text is markup, and would load a picture from a patient's name."""
    package = Path(words_module.__file__).parents[1]
    guilty = []
    for path in package.rglob("*.py"):
        if path == Path(words_module.__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Name) and node.id in ("QLabel", "QMessageBox"):
                guilty.append(f"{path.relative_to(package)}:{node.lineno}")
    assert guilty == []
