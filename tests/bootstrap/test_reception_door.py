"""In front of a locked or an unmade store: the calculator, the end, the demo; and many locks one after the other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crs_desktop.bootstrap.opening import Start
from crs_desktop.bootstrap.reception import Reception
from crs_desktop.demo.story import people
from crs_desktop.desktop.shell import open_shell
from crs_desktop.doses.ui.calculator import Calculator
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.staff.ui.first_start import FirstStart
from tests.bootstrap.at_reception import (
    DESK,
    AtReception,
    connections,
    reception_over,
    resident_mb,
    said_on_screen,
    with_people,
)
from tests.journeys.desk import NOW, pause, wait_until
from tests.store.keys.cheap import cheap

__all__ = ["cheap"]
ROUNDS = 30 if os.environ.get("CRS_LONG") else 3
# Measured over 30 rounds: 0.2 MB a round once the first rounds have filled Qt's and SQLAlchemy's caches.
MOST_MB_A_ROUND = 1.0


@pytest.fixture
def store(story: Path, cheap: None) -> Path:
    """The story's store with two people; a guess costs next to nothing."""
    return with_people(story)


def patient_words() -> set[str]:
    """What nobody may read on a locked screen."""
    return {word for one in people(5) for word in (one.mrn, one.family, one.given, one.born)}


def shown_of_patients() -> list[str]:
    said = said_on_screen()
    return sorted(word for word in patient_words() if word in said)


# --- around the door ---


def test_that_the_calculator_opens_over_the_lock_page_and_escape_returns(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in()
        at.lock()
        at.rest()
        shell = at.reception.shell
        for _ in range(2):
            shell.activateWindow()
            wait_until(shell.isActiveWindow, "the window to be active")
            QTest.keyClick(at.page, Qt.Key.Key_F12)
            wait_until(lambda: bool(_shown_calculators(at)), "the calculator")
            assert shown_of_patients() == []
            QTest.keyClick(_shown_calculators(at)[0], Qt.Key.Key_Escape)
            wait_until(lambda: not shell.findChildren(Calculator), "the calculator to be gone")
        assert at.page.isVisible()
        at.sign_in()


def _shown_calculators(at: AtReception) -> list[Calculator]:
    return [one for one in at.reception.shell.findChildren(Calculator) if one.isVisible()]


def test_that_a_window_closed_while_locked_ends(store: Path) -> None:
    with reception_over(store) as at:
        at.sign_in()
        at.lock()
        assert at.reception.shell.close(), "nothing holds a locked window"
        assert not at.reception.shell.isVisible()
    assert connections(store) == []


def test_that_somebody_may_look_around_before_there_is_a_store(tmp_path: Path, cheap: None) -> None:
    _app, shell = open_shell(["crs_desktop"], "crs_desktop")
    start = Start(tmp_path / "pharmacy.crs", StatedClock(NOW), None, 0, Actor("x", "pharmacist", DESK))
    reception = Reception(start, shell)
    try:
        assert isinstance(reception.page, FirstStart)
        reception.page.demo_button.click()
        wait_until(lambda: reception.desk is not None and reception.desk.board.live, "the demo")
        reception.lock()
        assert reception.desk is not None, "nobody can lock what anybody may open"
    finally:
        shell.close()
        reception.close()
        shell.deleteLater()
        pause(1)
    assert list(tmp_path.iterdir()) == []


def test_that_many_locks_leave_the_memory_as_it_was(store: Path) -> None:
    with reception_over(store) as at:
        marks = []
        for _ in range(ROUNDS):
            at.sign_in()
            at.lock()
            at.rest()
            marks.append(resident_mb())
        half = len(marks) // 2
        grown = (marks[-1] - marks[half]) / (len(marks) - 1 - half)
        print(f"{grown:.2f} MB a round, from {marks[0]:.0f} to {marks[-1]:.0f} MB in {ROUNDS} rounds")
        assert grown < MOST_MB_A_ROUND
