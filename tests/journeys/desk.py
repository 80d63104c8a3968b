"""The real window with real workers over a real store, and the keys a person would press."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QPushButton, QWidget

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.bootstrap.opening import Start
from crs_desktop.bootstrap.services import DEMO, open_house
from crs_desktop.demo.story import tell_story
from crs_desktop.desktop.shell import Shell, open_shell
from crs_desktop.desktop.words import PlainLabel, StateBadge
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock, parse_instant
from crs_desktop.staff.door.signed_in import SignedIn
from tests.store.made_up_keys import ANYBODY, KEYS

D = TypeVar("D", bound=QDialog)
PATIENCE = 20.0
ACTOR = Actor("Journey Pharmacist (made up)", "pharmacist", "test desk")
# A Sunday morning: the big infusion of the story is on Friday, and three windows are open today.
NOW = parse_instant("2026-11-22T09:00:00Z")


def filled_store(path: Path) -> Path:
    """A store with the story of the demo."""
    house = open_house(path, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY, kind=DEMO)
    try:
        tell_story(house)
    finally:
        house.close()
    return path


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Let the window work until this is so. Fails after half a minute."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited in vain for: {what}"
        pause(10)


def pause(milliseconds: int) -> None:
    """Let the window work."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Person:
    """Somebody at the keyboard. No mouse, no call into a page: keys only."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def shell(self) -> Shell:
        """The window itself."""
        return self.desk.shell

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.window(), key, modifier)
        pause(1)

    def window(self) -> QWidget:
        """The window that has the keyboard."""
        return QApplication.activeModalWidget() or self.shell

    def alt(self, letter: str) -> None:
        """A mnemonic of the window that has the keyboard."""
        window = self.window()
        self.activate(window)
        QTest.keyClick(window, Qt.Key(ord(letter.upper())), Qt.KeyboardModifier.AltModifier)
        pause(1)

    def ctrl(self, letter: str) -> None:
        """A shortcut of the main window."""
        self.activate(self.shell)
        QTest.keyClick(self.shell, Qt.Key(ord(letter.upper())), Qt.KeyboardModifier.ControlModifier)
        pause(1)

    def activate(self, window: QWidget) -> None:
        """Give a window the keyboard, as a window manager would."""
        if window.isActiveWindow():
            return
        window.activateWindow()
        wait_until(window.isActiveWindow, "the window to be active")

    def go(self, name: str) -> None:
        """Open a page by its number, one beyond the ninth by its word."""
        entries = self.desk.rooms.entries()
        number = [entry.name for entry in entries].index(name) + 1
        if number < 10:
            self.ctrl(str(number))
        else:
            self.ctrl("K")
            wait_until(lambda: QApplication.activeModalWidget() is not None, "the palette")
            self.type(entries[number - 1].words)
            self.key(Qt.Key.Key_Return)
        wait_until(lambda: self.desk.window.current_page() == name, f"the page {name}")

    def type(self, text: str) -> None:
        """Type what a keyboard has, paste the rest."""
        focus = QApplication.focusWidget()
        assert focus is not None
        if text.isascii():
            QTest.keyClicks(focus, text)
        else:
            QGuiApplication.clipboard().setText(text)
            QTest.keyClick(focus, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def tab_to(self, wanted: QWidget) -> None:
        """Press Tab until this has the focus."""
        self.activate(wanted.window())
        inner = wanted.focusProxy() or wanted
        for _ in range(80):
            if QApplication.focusWidget() in (wanted, inner):
                return
            self.key(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never reaches {wanted.accessibleName() or wanted}")

    def write(self, field: QWidget, text: str) -> None:
        """Tab to a field and replace what stands there; in a list choose the entry that begins so."""
        self.tab_to(field)
        focus = QApplication.focusWidget()
        if isinstance(focus, QComboBox) and not focus.isEditable():
            for _ in range(focus.count() + 1):
                if focus.currentText().startswith(text):
                    return
                self.key(Qt.Key.Key_Down)
            raise AssertionError(f"the list has nothing that begins with {text}")
        self.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.type(text)

    def press_button(self, wanted: QPushButton) -> None:
        """Tab to a button and press the space bar."""
        self.tab_to(wanted)
        self.key(Qt.Key.Key_Space)

    def dialog(self, kind: type[D]) -> D:
        """Wait for a dialog of this kind."""
        found: list[D] = []

        def there() -> bool:
            found[:] = [one for one in self.shell.findChildren(kind) if one.isVisible()]
            return bool(found)

        wait_until(there, kind.__name__)
        self.activate(found[0])
        return found[0]

    def choose_row(self, name: str) -> None:
        """On the board: walk down to the first infusion of this patient."""
        board = self.desk.board
        self.tab_to(board.table.view)
        self.key(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        for _ in range(60):
            row = board.table.current()
            if row is not None and row.name == name:
                return
            self.key(Qt.Key.Key_Down)
        raise AssertionError(f"{name} is not on the board")


def words_of(widget: QWidget) -> str:
    """Everything a widget says."""
    labels = [label.text() for label in widget.findChildren(PlainLabel) if label.isVisible()]
    return "\n".join(labels + [badge.text() for badge in widget.findChildren(StateBadge) if badge.isVisible()])


@contextmanager
def desk_over(path: Path | None, now: datetime = NOW, theme: str = "light", percent: int = 100) -> Iterator[Desk]:
    """Open the window; wait for the live board; close it at the end as a person would."""
    _app, shell = open_shell(["crs_desktop"], "crs_desktop")
    shell.resize(1440, 900)
    desk = Desk(Start(path, StatedClock(now), None, 0, ACTOR, theme, percent), shell, SignedIn(KEYS, ANYBODY, ACTOR))
    try:
        wait_until(lambda: desk.board.live, "the live board")
        yield desk
    finally:
        shell.close()
        desk.close()
        shell.deleteLater()
        pause(1)


def take_picture(desk: Desk, name: str, widget: QWidget | None = None) -> None:
    """Save the window, or one dialog of it, into the folder named by CRS_PICTURES, if there is one."""
    folder = os.environ.get("CRS_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        pause(50)
        (widget or desk.shell).grab().save(str(Path(folder) / f"{name}.png"))
