"""The calculator by keys: right, empty when the input is not, and free of patients and stores."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.words import PlainLabel
from crs_desktop.doses.ui.calculator import Calculator
from crs_desktop.kernel.clock import StatedClock

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 2, 8, 10, tzinfo=UTC)


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Calculator]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = Calculator(parent, StatedClock(NOW), ZONE)
    made.show()
    qtbot.waitExposed(made)
    yield made
    parent.close()


def test_that_it_opens_on_the_weight_and_promises_nothing(shown: Calculator) -> None:
    assert shown.focusWidget() is shown.weight.editor
    said = shown.text()
    assert "Type the weight in kilograms" in said and "No earlier dose is typed" in said and "may start now" not in said


def test_that_a_weight_says_everything_with_its_sources(shown: Calculator, qtbot: QtBot) -> None:
    qtbot.keyClicks(shown.weight.editor, "72.5")
    said = shown.text().split("\n")
    for part in (
        "580 mg", "8 mg/kg × 72.5 kg = 580 mg [1]", "1 × 400 mg + 1 × 200 mg", "600 mg opened, 20 mg left over",
        "580 mg = 29 mL", "100 mL", "60 min at 100 mL/h", "20 mg/mL; take the drug's volume out of the bag first. [3]",
    ):  # fmt: skip
        assert part in said, part
    assert shown.pounds_text() == "= 159.8 lb (to compare only)"
    labels = "\n".join(one.text() for one in shown.findChildren(PlainLabel))
    for mark in ("[1] Drugs.com", "[2] Actemra US", "[3] Actemra US", "[4] Drugs.com"):
        assert mark in labels, mark
    assert "Knows no patient and no stock, and records nothing." in labels


def test_that_every_keystroke_leaves_only_what_belongs_to_the_input(shown: Calculator, qtbot: QtBot) -> None:
    expected = ["84 mg", "576 mg", None, "580 mg", "580.4 mg", None]
    for key, dose in zip("72.55,", expected, strict=True):
        qtbot.keyClicks(shown.weight.editor, key)
        lines = shown.dose_answer.text().split("\n")
        if dose is None:
            assert "no dose" in lines and not any(" mg" in line or "×" in line for line in lines)
            assert shown.pounds_text() == ""
        else:
            assert lines.count(dose) == 1
    shown.weight.editor.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClick(shown.weight.editor, Qt.Key.Key_Delete)
    assert shown.dose_answer.text() == "Type the weight in kilograms: dose and vials stand here."


def test_that_the_cap_is_said(shown: Calculator, qtbot: QtBot) -> None:
    qtbot.keyClicks(shown.weight.editor, "104.2")
    assert "capped: 800 mg is the most for one dose" in shown.text()
    assert "8 mg/kg × 104.2 kg = 833.6 mg, lowered to the cap of 800 mg [1]" in shown.text()


@pytest.mark.parametrize(("kg", "warned"), [("29", False), ("29.1", True), ("30", True), ("30.9", True), ("31", False)])
def test_that_near_30_kg_it_says_loudly_to_weigh_again(shown: Calculator, qtbot: QtBot, kg: str, warned: bool) -> None:
    qtbot.keyClicks(shown.weight.editor, kg)
    assert ("weigh again before you give this" in shown.text()) is warned
    assert ("just under 360 mg" in shown.text()) is warned


def test_that_earlier_starts_tell_the_next_time_by_both_clocks(shown: Calculator, qtbot: QtBot) -> None:
    qtbot.keyClick(shown.weight.editor, Qt.Key.Key_Tab)
    assert shown.focusWidget() is shown.starts.editor
    qtbot.keyClicks(shown.starts.editor, "2026-12-01 22:05")
    qtbot.keyClick(shown.starts.editor, Qt.Key.Key_Return)
    qtbot.keyClicks(shown.starts.editor, "2026-12-02 01:15")
    said = shown.text()
    for part in (
        "not before Wed 2 Dec 2026 09:15 (UTC-05:00), in 6 h 5 min", "Left: 1 of 3 in 24 h, 2 of 4 in the episode. [4]",
        "counts from the END of the last dose (60 min after its start taken): not before Wed 2 Dec 2026 10:15",
        "Counted: Tue 1 Dec 2026 22:05 (UTC-05:00), 5 h 5 min ago", "START of the last dose to the START of the next",
    ):  # fmt: skip
        assert part in said, part
    qtbot.keyClicks(shown.starts.editor, "x")
    assert "no next time" in shown.text() and "not before" not in shown.text()


def test_that_a_full_episode_has_no_next_time(shown: Calculator, qtbot: QtBot) -> None:
    lines = ("2026-11-30 03:00", "2026-11-30 12:00", "2026-12-01 03:00", "2026-12-01 12:00")
    shown.starts.put_back("\n".join(lines))
    assert "no more in this episode" in shown.text() and "0 of 4 in the episode" in shown.text()


def test_that_the_next_time_follows_the_clock(shown: Calculator) -> None:
    shown.starts.put_back("2026-12-02 01:15")
    assert "not before" in shown.text()
    shown._clock = StatedClock(datetime(2026, 12, 2, 14, 15, tzinfo=UTC))
    shown._say_next()
    assert "may start now" in shown.text()
    # From the start it may; a site that counts from the end has to wait, and reads so.
    assert "counts from the END" in shown.text()


def test_that_clear_empties_and_esc_goes_back(shown: Calculator, qtbot: QtBot) -> None:
    qtbot.keyClicks(shown.weight.editor, "72.5")
    shown.starts.put_back("2026-12-02 01:15")
    qtbot.keyClick(shown.clear_button, Qt.Key.Key_Space)
    assert shown.weight.value() == shown.starts.value() == "" and "580 mg" not in shown.text()
    with qtbot.waitSignal(shown.rejected):
        qtbot.keyClick(shown.weight.editor, Qt.Key.Key_Escape)


def test_that_it_needs_no_store() -> None:
    code = """
import sys
from zoneinfo import ZoneInfo
from crs_desktop.desktop.application import make_application
from crs_desktop.kernel.clock import SystemClock
from crs_desktop.desktop.words import PlainLabel
from crs_desktop.doses.ui.calculator import Calculator
app = make_application([])
shown = Calculator(None, SystemClock(), ZoneInfo("UTC"))
shown.weight.put_back("72.5")
assert "580 mg" in shown.text()
loaded = {"sqlalchemy", "alembic", "sqlcipher3", "sqlite3", "reportlab", "crs_desktop.store.store"} & set(sys.modules)
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
