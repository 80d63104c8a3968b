"""The window of planned doses: plan one, take one off, and what is refused stays in the form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import apply_theme
from crs_desktop.doses.planned.service import PlannedDoses
from crs_desktop.doses.planned.ui.window import PlannedDesk, PlannedWindow
from tests.doses.made_up import ACTOR, ZONE, stocked


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[PlannedWindow]:
    apply_theme(qapp, "light", 100)
    shop, patient = stocked(tmp_path)
    tasks, record = Tasks(), shop.patients.record(patient)
    assert record is not None
    desk = PlannedDesk(tasks, PlannedDoses(shop.store, ZONE), lambda: ACTOR, record.patient, date(2026, 12, 2))
    made = PlannedWindow(desk, [])
    qtbot.addWidget(made)
    made.show()
    yield made
    tasks.close()
    shop.store.close()


def states(window: PlannedWindow) -> list[str]:
    model = window.table.model
    return [model.data(model.index(row, 1)) for row in range(model.rowCount())]


def test_that_a_dose_is_planned_and_taken_off_again(window: PlannedWindow, qtbot: QtBot) -> None:
    assert window.withdraw() is None and not window.withdraw_button.isEnabled()
    form = window.plan()
    form.form.set_values({"day": "2026-12-04", "reason": "before step 2"})
    form.panel.submit()
    qtbot.waitUntil(lambda: states(window) == ["to be given"])
    window.table.choose(1)
    assert window.withdraw_button.isEnabled()
    off = window.withdraw()
    assert off is not None
    off.form.set_values({"reason": "therapy held"})
    off.panel.submit()
    qtbot.waitUntil(lambda: states(window) == ["taken off"])
    assert not window.withdraw_button.isEnabled()


def test_that_a_day_of_the_past_stays_in_the_form_with_the_reason(window: PlannedWindow, qtbot: QtBot) -> None:
    form = window.plan()
    form.form.set_values({"day": "2026-12-01", "reason": "late"})
    form.panel.submit()
    qtbot.waitUntil(lambda: form.form.error_of("day") != "")
    assert states(window) == [] and form.isVisible()
    form.reject()
