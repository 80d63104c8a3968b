"""A scan goes to the nearest form that wants it; what stands in front hides what lies behind."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.scans.target import form_in_front, target_in_front


class Taker(QDialog):
    """A form with a field, and what came to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        QVBoxLayout(self).addWidget(self.line)
        self.came: list[str] = []

    def take_scan(self, raw: str) -> None:
        """Keep it."""
        self.came.append(raw)


class Part(QWidget):
    """A part of a page that wants scans."""

    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit()
        QVBoxLayout(self).addWidget(self.line)

    def take_scan(self, raw: str) -> None:
        """Nothing is kept here."""


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def active(qtbot: QtBot, dialog: QWidget) -> None:
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)


def test_that_a_form_takes_the_scan_from_any_field_of_it(window: QWidget, qtbot: QtBot) -> None:
    assert target_in_front() is None and not form_in_front()
    form = Taker(window)
    form.open()
    active(qtbot, form)
    form.line.setFocus()
    assert target_in_front() is form and form_in_front()


def test_that_a_part_of_a_page_takes_it_while_the_keyboard_is_there(window: QWidget, qtbot: QtBot) -> None:
    part, other = Part(), QLineEdit()
    layout = window.layout()
    assert layout is not None
    layout.addWidget(part)
    layout.addWidget(other)
    QApplication.processEvents()
    part.line.setFocus()
    assert target_in_front() is part
    other.setFocus()
    assert target_in_front() is None


def test_that_a_form_in_front_hides_what_lies_behind(window: QWidget, qtbot: QtBot) -> None:
    behind = Taker(window)
    behind.open()
    front = QDialog(behind)
    QVBoxLayout(front).addWidget(QLineEdit())
    front.open()
    active(qtbot, front)
    assert target_in_front() is None and form_in_front()
    front.close()
    active(qtbot, behind)
    QApplication.processEvents()
    assert target_in_front() is behind
