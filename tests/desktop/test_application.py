"""Starting: the platform, the first paint, Python's own import function, and names for screen readers everywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QTimer
from PySide6.QtGui import QAccessible, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import choose_platform, first_painted, has_display
from crs_desktop.desktop.dialogs import Question
from crs_desktop.desktop.main_window import MainWindow
from crs_desktop.desktop.shell import Shell, open_shell
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import StateBadge
from tests.desktop.gallery import window


@pytest.mark.parametrize(
    ("environment", "platform", "display"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_that_without_a_display_qt_draws_off_screen(environment: dict[str, str], platform: str, display: bool) -> None:
    assert has_display(environment, platform) is display
    before = environment.get("QT_QPA_PLATFORM")
    choose_platform(environment, platform)
    assert environment.get("QT_QPA_PLATFORM") == (before or (None if display else "offscreen"))


def test_that_the_callback_comes_once_and_only_after_a_real_paint(qtbot: QtBot) -> None:
    order: list[str] = []

    class Painted(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            order.append("paint")

    made = Painted()
    qtbot.addWidget(made)
    first_painted(made, lambda: order.append("then"))
    QTimer.singleShot(0, lambda: order.append("zero timer"))
    made.show()
    qtbot.waitUntil(lambda: "then" in order)
    assert order.index("paint") < order.index("then")
    made.update()
    qtbot.wait(20)
    assert order.count("then") == 1


def test_that_pythons_own_import_function_is_put_back() -> None:
    program = (
        "import builtins; own = builtins.__import__\n"
        "from crs_desktop.desktop.qt_import import load_qt\n"
        "load_qt()\n"
        "assert builtins.__import__ is own\n"
        "from PySide6.QtWidgets import QApplication, QLineEdit\n"
        "app = QApplication([]); QLineEdit('works').show()\n"
        "import crs_desktop.desktop.main_window\n"
        "assert builtins.__import__ is own\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_that_every_control_of_the_gallery_has_a_name(qtbot: QtBot) -> None:
    """The gallery shows each widget of the toolkit; a screen reader must have something to say for all of them."""
    made = window(Tasks(inline=True))
    qtbot.addWidget(made)
    made.show()
    for page in ("board", "stock", "patients"):
        made.show_page(page)
    palette, question = made.open_palette(), Question("Sure?", "Text", "Withdraw")
    qtbot.addWidget(question)
    nameless = []
    for root in (made, palette, question):
        for kind in (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit):
            for control in root.findChildren(kind):
                inner = control.objectName().startswith("qt_") or isinstance(control.parent(), QComboBox)
                reader = QAccessible.queryAccessibleInterface(control)
                named = reader is not None and bool(reader.text(QAccessible.Text.Name).strip())
                if not inner and not named and control.focusPolicy() != Qt.FocusPolicy.NoFocus:
                    nameless.append(f"{type(control).__name__} in {type(control.parent()).__name__}")
    palette.close()
    assert nameless == []


def test_that_a_question_keeps_things_as_they_are_on_enter_and_esc(qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        question = Question("Withdraw?", "<b>x</b>", "Withdraw")
        qtbot.addWidget(question)
        question.open()
        qtbot.keyClick(question, key)
        assert not question.isVisible() and question.result() == 0
    question = Question("Withdraw?", "x", "Withdraw")
    qtbot.addWidget(question)
    question.open()
    qtbot.mouseClick(question.yes_button, Qt.MouseButton.LeftButton)
    assert question.result() == 1


def test_that_the_gallery_can_be_saved_as_pictures(qtbot: QtBot, tmp_path: Path) -> None:
    made = window(Tasks(inline=True))
    qtbot.addWidget(made)
    made.show()
    assert made.grab().save(str(tmp_path / "board.png"))


def test_that_a_shell_is_painted_first_and_then_filled_with_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    _app, shell = open_shell([], "crs_desktop", settings=settings)
    qtbot.addWidget(shell)
    built: list[MainWindow] = []

    def build() -> None:
        built.append(window(Tasks(inline=True)))
        shell.adopt(built[0])

    first_painted(shell, build)
    qtbot.waitUntil(lambda: bool(built))
    assert built[0].isVisible() and not built[0].isWindow()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    qtbot.keyClick(shell, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert built[0].current_page() == "patients"
    shell.resize(780, 600)
    with qtbot.waitSignal(shell.closing, timeout=500):
        shell.close()
    again = Shell("crs_desktop", settings=settings)
    qtbot.addWidget(again)
    assert (again.width(), again.height()) == (780, 600)


def test_that_the_first_picture_needs_no_slow_part_of_the_toolkit() -> None:
    program = (
        "import sys\n"
        "from crs_desktop.desktop.qt_import import load_qt\n"
        "load_qt()\n"
        "import crs_desktop.desktop.shell, crs_desktop.desktop.first_paint\n"
        "heavy = {'tomllib', 'logging', 'concurrent.futures', 'PySide6.QtSvg', 'crs_desktop.desktop.words'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() in ("[]", "['logging']"), done.stderr


class Flashes(QObject):
    """Notes every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


def test_that_building_pages_flashes_no_window(qtbot: QtBot, qapp: QApplication) -> None:
    flashes = Flashes()
    qapp.installEventFilter(flashes)
    try:
        made = window(Tasks(inline=True))
        qtbot.addWidget(made)
        for page in ("board", "stock", "patients"):
            made.show_page(page)
        assert flashes.seen == []
        made.show()
        assert flashes.seen == ["MainWindow"]
    finally:
        qapp.removeEventFilter(flashes)
    badge = made.page("stock").findChildren(StateBadge)[-1]
    badge.set_state(None)
    badge.set_state(State.READY)
    assert not badge.isHidden()
