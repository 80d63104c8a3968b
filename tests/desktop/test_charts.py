"""The chart says in words what it shows in bars, and is walked by keyboard."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.charts import ChartDay, ChartMark, DayChart
from crs_desktop.desktop.theme import State, ThemeName, apply_theme, state_colour

FIRST = date(2026, 12, 2)


def days() -> list[ChartDay]:
    return [
        ChartDay(FIRST, 2, 2, State.READY),
        ChartDay(
            FIRST + timedelta(days=1),
            3,
            2,
            State.SHORT,
            "order 2 × 400 mg",
            (ChartMark("expiry", "lot <b>B1</b> expires"),),
        ),
        ChartDay(FIRST + timedelta(days=2), 0, 0, State.READY),
    ]


@pytest.fixture
def chart(qtbot: QtBot) -> DayChart:
    made = DayChart("Sets by day")
    qtbot.addWidget(made)
    made.resize(700, 230)
    made.show_days(days(), FIRST)
    made.show()
    return made


def test_that_the_summary_says_what_the_bars_show(chart: DayChart) -> None:
    said = chart.summary()
    assert "3 days from Wed 2 Dec to Fri 4 Dec." in said
    assert "Thu 3 Dec: sets needed 3, can be covered 2, short." in said
    assert "lot <b>B1</b> expires" in said
    assert chart.accessibleDescription() == said and chart.accessibleName() == "Sets by day"


def test_that_all_days_covered_is_said(chart: DayChart) -> None:
    chart.show_days(days()[:1], FIRST)
    assert chart.summary().endswith("Every day is covered.")
    chart.show_days([], None)
    assert chart.summary() == "No days to show yet."
    chart.grab()


def test_that_arrows_walk_the_days_and_tell_each(qtbot: QtBot, chart: DayChart) -> None:
    told: list[date] = []
    chart.day_chosen.connect(told.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home):
        qtbot.keyClick(chart, key)
    assert [day.day for day in told] == [2, 3, 2, 4, 4, 2]
    assert chart.accessibleDescription().startswith("Wed 2 Dec")


def test_that_a_click_chooses_the_day_under_it_and_a_re_read_keeps_it(qtbot: QtBot, chart: DayChart) -> None:
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.rect().center())
    assert chart.chosen_day() == FIRST + timedelta(days=1)
    chart.show_days(days()[1:], FIRST)
    assert chart.chosen_day() == FIRST + timedelta(days=1)
    chart.choose_day(date(2030, 1, 1))
    assert chart.chosen_day() is None


@pytest.mark.parametrize(("theme", "percent"), [("light", 100), ("dark", 100), ("high_contrast", 200)])
def test_that_a_shortage_is_drawn_in_its_colour_and_carries_its_word(
    qtbot: QtBot, qapp: QApplication, theme: ThemeName, percent: int
) -> None:
    apply_theme(qapp, theme, percent)
    chart = DayChart("Sets by day")
    qtbot.addWidget(chart)
    chart.resize(900, chart.sizeHint().height())
    chart.show_days(days(), FIRST)
    picture = chart.grab().toImage()
    ink = state_colour(State.SHORT)
    found = sum(_near(picture.pixelColor(x, y), ink) for x in range(picture.width()) for y in range(picture.height()))
    assert found > 100
    assert days()[1].word() == "short 1" and days()[0].word() == ""


def _near(one: QColor, other: QColor) -> bool:
    parts = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    return all(abs(a - b) < 12 for a, b in parts)
