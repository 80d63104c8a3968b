"""A scanner at a real window: keys go the whole way, through shortcuts and focus; times are stated, never measured."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.scans.burst import SEPARATOR, SUBSTITUTE
from crs_desktop.desktop.scans.wedge import Wedge

GTIN = "0100350242137010"
FULL = f"]d2{GTIN}21S1{SEPARATOR}1728033110B1234"
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


class Room(QWidget):
    """A line, a long text, a default button and a shortcut, with a scanner and a person at one keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.line, self.text, self.secret = QLineEdit(), QPlainTextEdit(), QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.button = QPushButton("Send")
        column = QVBoxLayout(self)
        for one in (self.line, self.text, self.secret, self.button):
            column.addWidget(one)
        self.now, self.fired, self.pressed = 1000, 0, 0
        for key in ("Ctrl+K", "Ctrl+D", "Return", "Ctrl+J"):
            QShortcut(QKeySequence(key), self).activated.connect(self._fire)
        self.button.clicked.connect(self._press)
        self.heard: list[str] = []
        self.wedge = Wedge(stamp=lambda _event: self.now)
        self.wedge.scanned.connect(self.heard.append)
        self.wedge.start()

    def _fire(self) -> None:
        self.fired += 1

    def _press(self) -> None:
        self.pressed += 1

    def key(self, key: Qt.Key, sign: str, after_ms: int, modifier: Qt.KeyboardModifier = NONE) -> None:
        """A key as the platform sends it: to the window, with the shortcuts asked first."""
        self.now += after_ms
        window = self.windowHandle()
        QTest.keyPress(window, key, modifier)
        QTest.keyRelease(window, key, modifier)

    def types(self, text: str, every_ms: int) -> None:
        """Each sign of a text; the separator as Ctrl and a bracket, as wedges send it."""
        for sign in text:
            self.now += every_ms
            if sign == SEPARATOR:
                QTest.keyClick(self.windowHandle(), Qt.Key.Key_BracketRight, CTRL)
            else:
                QTest.keyClick(self.windowHandle(), sign)

    def enter(self, after_ms: int) -> None:
        self.key(Qt.Key.Key_Return, "\r", after_ms)

    def rest(self) -> None:
        """Nothing comes for a while; what is told arrives."""
        self.wedge.pause()
        QApplication.processEvents()


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    made = Room()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.line.setFocus()
    yield made
    made.wedge.stop()


def test_that_a_scan_is_told_whole_and_no_field_sees_a_sign_of_it(room: Room) -> None:
    room.types(FULL, 8)
    room.enter(8)
    room.rest()
    assert room.heard == [FULL]
    assert room.line.text() == "" and room.fired == 0


def test_that_what_a_person_types_arrives_as_typed(room: Room) -> None:
    room.types("Weber 01 x]d2", 60)
    room.rest()
    assert room.line.text() == "Weber 01 x]d2" and room.heard == []
    room.types("fast", 20)
    room.types(" slow", 90)
    room.rest()
    assert room.line.text() == "Weber 01 x]d2fast slow"


def test_that_a_roll_of_fast_fingers_arrives_in_order_before_what_follows(room: Room) -> None:
    room.types("ab", 12)
    room.key(Qt.Key.Key_Backspace, "", 12)
    room.types("c", 12)
    room.rest()
    assert room.line.text() == "ac"
    room.types("de", 12)
    room.enter(12)
    assert room.line.text() == "acde" and room.fired == 1, "Enter comes after the letters, and is Enter"


def test_that_a_scan_without_mark_and_end_is_typed_text_and_not_lost(room: Room) -> None:
    room.types(GTIN, 8)
    assert room.line.text() == ""
    room.rest()
    assert room.line.text() == GTIN and room.heard == []


def test_that_a_marked_scan_needs_no_end(room: Room) -> None:
    room.types(FULL, 8)
    room.rest()
    assert room.heard == [FULL] and room.line.text() == ""


def test_that_no_shortcut_fires_while_a_scan_comes_in_and_its_control_characters_are_told(room: Room) -> None:
    room.types(GTIN, 8)
    room.key(Qt.Key.Key_D, "\x04", 8, CTRL)
    room.key(Qt.Key.Key_K, "\x0b", 8, CTRL)
    room.key(Qt.Key.Key_Escape, "\x1b", 8)
    room.types("10A", 8)
    room.enter(8)
    room.rest()
    assert room.fired == 0
    assert room.heard == [f"{GTIN}\x04\x0b{SUBSTITUTE}10A"], "told as it came: whoever reads it refuses it"


def test_that_a_shortcut_of_a_person_fires_also_after_a_letter(room: Room) -> None:
    room.types("a", 50)
    room.key(Qt.Key.Key_K, "\x0b", 60, CTRL)
    assert room.fired == 1 and room.line.text() == "a"


def test_that_both_keys_of_an_end_belong_to_the_scan(room: Room) -> None:
    room.types(FULL, 8)
    room.enter(8)
    room.key(Qt.Key.Key_J, "\n", 8, CTRL)
    room.enter(8)
    room.rest()
    assert room.heard == [FULL] and room.fired == 0
    room.enter(500)
    assert room.fired == 1


def test_that_no_button_is_pressed_by_a_scan(room: Room) -> None:
    room.button.setFocus()
    room.types(f"{GTIN} {GTIN}", 8)
    room.enter(8)
    room.rest()
    assert room.pressed == 0 and room.heard == [f"{GTIN} {GTIN}"]
    room.key(Qt.Key.Key_Space, " ", 300)
    assert room.pressed == 1, "a person's blank presses at once"


def test_that_a_long_text_is_spared_as_well(room: Room) -> None:
    room.text.setFocus()
    room.types("Fridge alarm, ", 70)
    room.types(FULL, 8)
    room.enter(8)
    room.rest()
    assert room.text.toPlainText() == "Fridge alarm, " and room.heard == [FULL]


def test_that_what_was_no_scan_is_put_back_where_it_was_typed(room: Room) -> None:
    room.types(GTIN, 8)
    room.enter(8)
    room.rest()
    assert room.heard == [GTIN] and room.line.text() == ""
    room.wedge.put_back()
    assert room.line.text() == GTIN
    room.wedge.put_back()
    assert room.line.text() == GTIN, "once"


def test_that_a_password_is_never_held_or_told(room: Room) -> None:
    room.secret.setFocus()
    room.types("correct-horse-7", 5)
    assert room.secret.text() == "correct-horse-7", "each sign at once"
    room.enter(5)
    room.rest()
    assert room.heard == [] and room.fired == 1


def test_that_a_key_held_down_is_a_person(room: Room) -> None:
    room.types("a", 50)
    for _ in range(12):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, NONE, "a", True)
        QApplication.sendEvent(room.line, event)
    room.enter(5)
    room.rest()
    assert room.line.text() == "a" * 13 and room.heard == []


def test_that_keys_without_a_time_are_a_persons(room: Room) -> None:
    room.wedge.stop()
    other = Wedge()
    other.scanned.connect(room.heard.append)
    other.start()
    QTest.keyClicks(room.line, GTIN)
    assert room.line.text() == GTIN, "made by a program, with no time: at once"
    other.pause()
    other.stop()
    assert room.heard == []


def test_that_the_times_of_the_events_themselves_are_used(room: Room) -> None:
    room.wedge.stop()
    other = Wedge()
    other.scanned.connect(room.heard.append)
    other.start()
    for place, sign in enumerate(GTIN):
        event = QKeyEvent(QEvent.Type.KeyPress, ord(sign), NONE, sign)
        event.setTimestamp(5000 + 8 * place)
        QApplication.sendEvent(room.line, event)
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, NONE, "\r")
    event.setTimestamp(5000 + 8 * len(GTIN))
    QApplication.sendEvent(room.line, event)
    QApplication.processEvents()
    other.stop()
    assert room.heard == [GTIN] and room.line.text() == ""


def test_that_a_click_and_an_input_method_never_overtake_what_was_typed(room: Room, qtbot: QtBot) -> None:
    room.types("ab", 10)
    qtbot.mousePress(room.button, Qt.MouseButton.LeftButton)
    assert room.line.text() == "ab"
    room.line.setFocus()
    room.types("cd", 10)
    word = QInputMethodEvent()
    word.setCommitString("批")
    QApplication.sendEvent(room.line, word)
    assert room.line.text() == "abcd批"


def test_that_after_the_end_nothing_is_held_and_nothing_was_lost(room: Room) -> None:
    room.types("ab", 10)
    room.wedge.stop()
    room.wedge.stop()
    assert room.line.text() == "ab"
    room.types(GTIN, 5)
    assert room.line.text() == "ab" + GTIN


def test_that_the_timer_lets_go_by_itself(room: Room, qtbot: QtBot) -> None:
    room.types("x", 50)
    assert room.line.text() == ""
    qtbot.waitUntil(lambda: room.line.text() == "x")
    room.types(FULL, 8)
    qtbot.waitUntil(lambda: room.heard == [FULL])


def test_that_keys_for_a_field_that_is_gone_go_where_the_keyboard_is(room: Room) -> None:
    gone = QLineEdit()
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, NONE, "a")
    event.setTimestamp(room.now)
    QApplication.sendEvent(gone, event)
    gone.deleteLater()
    QApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete.value)
    room.rest()
    assert room.line.text() == "a"
