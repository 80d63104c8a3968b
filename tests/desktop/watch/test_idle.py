"""Idle minutes and slept machines by stated clocks; nothing here waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.watch.cause import Cause
from crs_desktop.desktop.watch.idle import IdleWatch, MachineTicks
from crs_desktop.kernel.clock import SystemClock, to_milliseconds


@dataclass(slots=True)
class StatedTicks:
    """Both clocks, set by hand."""

    steady: int = 1_000
    wall: int = 1_700_000_000_000

    def steady_ms(self) -> int:
        return self.steady

    def wall_ms(self) -> int:
        return self.wall


class Painted(QWidget):
    """Counts its pictures."""

    pictures = 0

    def paintEvent(self, event: QEvent) -> None:
        self.pictures += 1


class Watched:
    """A watch over a window with one field, and everything it told."""

    def __init__(self, qtbot: QtBot, minutes: int) -> None:
        self.qtbot = qtbot
        self.ticks = StatedTicks()
        self.watch = IdleWatch(minutes, self.ticks)
        self.told: list[object] = []
        self.watch.due.connect(self.told.append)
        self.watch.warned.connect(lambda left: self.told.append(f"{left} s"))
        self.watch.back.connect(lambda: self.told.append("back"))
        self.window = QWidget()
        self.field = QLineEdit()
        column = QVBoxLayout(self.window)
        column.addWidget(self.field)
        qtbot.addWidget(self.window)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.watch.start()
        self.watch._timer.stop()  # the test ticks

    def passes(self, seconds: int, awake: bool = True) -> None:
        """So much time; a machine that is awake ticks every ten seconds of it."""
        for step in [10] * (seconds // 10) + [seconds % 10] if awake else [seconds]:
            self.ticks.steady += step * 1_000
            self.ticks.wall += step * 1_000
            self.watch.look()


@pytest.fixture
def made(qtbot: QtBot) -> Iterator[Watched]:
    watched = Watched(qtbot, 5)
    yield watched
    watched.watch.stop()


def test_that_it_warns_20_seconds_before_and_tells_after_the_minutes(made: Watched) -> None:
    made.passes(279)
    assert made.told == []
    made.passes(1)
    assert made.told == ["20 s"]
    made.passes(19)
    assert made.told == ["20 s"]
    made.passes(1)
    assert made.told == ["20 s", Cause.IDLE] and not made.watch.running


def test_that_it_tells_once_and_watches_again_when_started(made: Watched) -> None:
    made.passes(900)
    assert made.told == ["20 s", Cause.IDLE]
    made.watch.start()
    made.passes(299)
    assert made.told == ["20 s", Cause.IDLE, "20 s"]
    made.passes(1)
    assert made.told[-1] is Cause.IDLE


@pytest.mark.parametrize("act", ["key", "button", "wheel", "move", "written by an input method", "in a dialog"])
def test_that_a_person_puts_the_clock_back(made: Watched, act: str) -> None:
    made.passes(290)
    if act == "key":
        made.qtbot.keyClick(made.field, Qt.Key.Key_A)
    elif act == "button":
        made.qtbot.mouseClick(made.field, Qt.MouseButton.LeftButton)
    elif act == "wheel":
        assert made.watch.eventFilter(made.field, FromTheSystem()) is False
    elif act == "move":
        move(made, 5)
        move(made, 9)
    elif act == "in a dialog":
        dialog = QDialog(made.window)
        dialog.open()
        made.qtbot.keyClick(dialog, Qt.Key.Key_Shift)
    else:
        letter = QInputMethodEvent()
        letter.setCommitString("é")
        QCoreApplication.sendEvent(made.field, letter)
    assert made.told == ["20 s", "back"]
    made.passes(299)
    assert made.told == ["20 s", "back", "20 s"]


class FromTheSystem(QWheelEvent):
    """As the window system sends it; QTest marks only keys, buttons and moves so."""

    def __init__(self) -> None:
        none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        super().__init__(QPointF(), QPointF(), QPoint(), QPoint(0, 120), *none, False)

    def spontaneous(self) -> bool:
        return True


class MovedBySystem(QMouseEvent):
    """A move as the window system sends it, also when a window appears under a mouse that lies still."""

    def __init__(self, at: QPointF) -> None:
        none = Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        super().__init__(QEvent.Type.MouseMove, at, at, *none)

    def spontaneous(self) -> bool:
        return True


def move(made: Watched, at: int) -> None:
    made.qtbot.mouseMove(made.field, made.field.rect().center() + QPointF(at, 0).toPoint())


def test_that_what_the_program_makes_itself_does_not_count(made: Watched) -> None:
    made.passes(290)
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    QCoreApplication.sendEvent(made.field, key)
    QCoreApplication.sendEvent(made.field, QInputMethodEvent())
    here = QPointF(3, 3)
    none, left = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QCoreApplication.sendEvent(made.field, QMouseEvent(QEvent.Type.MouseMove, here, here, none, none, left))
    made.window.resize(300, 200)
    made.window.repaint()
    made.qtbot.wait(20)
    made.passes(10)
    assert made.told == ["20 s", Cause.IDLE]


def test_that_a_mouse_that_lies_still_does_not_count(made: Watched) -> None:
    made.watch.eventFilter(made.field, MovedBySystem(QPointF(5, 5)))
    made.passes(290)
    for _ in range(3):
        made.watch.eventFilter(made.field, MovedBySystem(QPointF(5, 5)))
    assert made.told == ["20 s"]
    made.watch.eventFilter(made.field, MovedBySystem(QPointF(6, 5)))
    assert made.told == ["20 s", "back"]


@pytest.mark.parametrize("both", [True, False])
def test_that_sleep_is_noticed_at_the_first_tick(made: Watched, both: bool) -> None:
    made.passes(60)
    if both:
        made.ticks.steady += 20_000  # systems whose steady clock goes on in sleep
    made.ticks.wall += 20_000
    made.watch.look()
    made.qtbot.wait(1)
    assert made.told == [Cause.SLEPT] and not made.watch.running


def test_that_ordinary_late_ticks_and_a_clock_set_back_are_no_sleep(made: Watched) -> None:
    made.passes(15, awake=False)
    made.ticks.wall -= 3_600_000
    made.watch.look()
    made.passes(15, awake=False)
    made.qtbot.wait(1)
    assert made.told == []


def test_that_after_sleep_no_key_reaches_the_window_and_nothing_is_painted_before_it_is_told(made: Watched) -> None:
    canvas = Painted(made.window)
    canvas.resize(50, 50)
    canvas.show()
    made.window.repaint()
    before = canvas.pictures
    seen: list[int] = []
    made.watch.due.connect(lambda _cause: seen.append(canvas.pictures))
    made.ticks.wall += 3_600_000
    made.qtbot.keyClicks(made.field, "12")
    canvas.repaint()
    assert made.field.text() == "" and canvas.pictures == before and made.told == []
    made.qtbot.wait(1)
    assert made.told == [Cause.SLEPT] and seen == [before]
    made.qtbot.waitUntil(lambda: canvas.pictures > before)  # should nobody lock, the picture comes back
    made.qtbot.keyClicks(made.field, "12")
    assert made.field.text() == "12"


def test_that_stopped_it_is_silent(made: Watched) -> None:
    made.watch.stop()
    made.passes(900)
    made.ticks.wall += 3_600_000
    made.qtbot.keyClick(made.field, Qt.Key.Key_A)
    assert made.told == [] and made.field.text() == "a"


def test_that_only_1_to_15_minutes_are_taken(made: Watched) -> None:
    for wrong in (0, 16, -5):
        with pytest.raises(ValueError, match="1 to 15"):
            made.watch.set_minutes(wrong)
    made.watch.set_minutes(1)
    made.passes(60)
    assert made.told == ["20 s", Cause.IDLE]


def test_that_the_machines_own_clocks_are_asked(qtbot: QtBot) -> None:
    ticks = MachineTicks()
    assert abs(ticks.wall_ms() - to_milliseconds(SystemClock().now())) < 5_000
    first = ticks.steady_ms()
    assert ticks.steady_ms() >= first > 0
    told: list[object] = []
    watch = IdleWatch(5, ticks)
    watch.due.connect(told.append)
    watch._timer.setInterval(5)
    watch.start()
    watch._touched_at -= 300_000
    qtbot.waitUntil(lambda: told == [Cause.IDLE])


def test_that_other_minutes_hold_at_once_and_take_a_warning_back_only_when_they_are_others(made: Watched) -> None:
    made.passes(285)
    made.told.clear()
    made.watch.set_minutes(5)
    assert made.told == [], "asked again every minute, and nothing is new"
    made.watch.set_minutes(6)
    assert made.told == ["back"]
    made.passes(50)
    assert len(made.told) == 1, "25 seconds are left"
    made.watch.set_minutes(2)
    made.watch.look()
    assert made.told[-1] == Cause.IDLE
