"""The pages are tried in the light theme at 100 % text, with every answer at once, on a steady clock a test turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import apply_theme

W = TypeVar("W", bound=QWidget)


@dataclass
class Steady:
    """Seconds that stand until they are turned."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> None:
    make_application([])
    apply_theme(qapp, "light", 100)


@pytest.fixture
def tasks() -> Tasks:
    return Tasks(inline=True)


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[W], W]:
    """Shown, exposed, active, 1240 x 800."""

    def shown(widget: W) -> W:
        widget.resize(1240, 800)
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitExposed(widget)
        widget.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is widget)
        return widget

    return shown


def held(widget: QWidget) -> str:
    """Everything that any field under this widget holds now or would give back by Ctrl+Z."""
    found = []
    for line in widget.findChildren(QLineEdit):
        found.append(line.text())
        line.undo()
        found.append(line.text())
    found += [text.toPlainText() for text in widget.findChildren(QPlainTextEdit)]
    return " ".join(found)
