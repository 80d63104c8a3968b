"""In which zone a new store counts its days is read before the store is made, and found by the name of a city."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.staff.ui.first_start import FirstStart
from crs_desktop.staff.ui.handed import Days
from crs_desktop.staff.ui.zone_choice import ZoneChoice, zones_offered
from tests.staff.ui.made_up import GOOD, NOW, RECOVERY, ZONE, MadeUpPrinter, MadeUpSetUp

Show = Callable[[FirstStart], FirstStart]
DAYS = Days(ZONE, lambda: NOW)
ENTER = Qt.Key.Key_Return


def at_the_end(tasks: Tasks, show: Show, set_up: MadeUpSetUp, days: Days | None = DAYS) -> FirstStart:
    """Everything but the last Enter."""
    page = show(FirstStart(tasks, set_up, MadeUpPrinter(), days=days))
    page.take_keyboard()
    page.current().submit()
    page.administrator.form.set_values({"name": "Karin Lind", "sign_in": "karin", "password": GOOD, "again": GOOD})
    page.current().submit()
    page.current().submit()
    page.try_it.form.set_values({"code": RECOVERY})
    page.current().submit()
    assert page.step() == 5
    return page


def choice(page: FirstStart) -> ZoneChoice:
    assert page.zone is not None and page.zone.isVisible()
    return page.zone


def keys(qtbot: QtBot, *what: str | Qt.Key) -> None:
    for one in what:
        focus = QApplication.activePopupWidget() or QApplication.focusWidget()
        assert focus is not None
        if isinstance(one, str):
            qtbot.keyClicks(focus, one)
        else:
            qtbot.keyClick(focus, one)


def test_that_the_zone_of_the_machine_is_said_with_its_time_of_day_and_taken_by_one_enter(
    qtbot: QtBot, tasks: Tasks, show: Show
) -> None:
    set_up = MadeUpSetUp()
    page = at_the_end(tasks, show, set_up)
    said = choice(page).said.text()
    assert "in the time zone America/New_York, where it is now Fri 4 Dec 2026 03:10 (UTC-05:00)." in said
    keys(qtbot, ENTER)
    assert set_up.zones == [ZONE]


def test_that_another_zone_is_found_by_its_city_and_read_before_the_store_is_made(
    qtbot: QtBot, tasks: Tasks, show: Show
) -> None:
    set_up = MadeUpSetUp()
    page = at_the_end(tasks, show, set_up)
    zone = choice(page)
    zone.other_button.setFocus()
    keys(qtbot, ENTER, "los ang")
    completer = zone.line.completer()
    assert completer is not None and completer.currentCompletion() == "America/Los_Angeles"
    keys(qtbot, Qt.Key.Key_Down, ENTER)
    assert "America/Los_Angeles, where it is now Fri 4 Dec 2026 00:10 (UTC-08:00)" in zone.said.text()
    assert set_up.made == [] and not zone.field.isVisible()
    assert QApplication.focusWidget() is page.current().accept_button
    keys(qtbot, ENTER)
    assert set_up.zones == [ZoneInfo("America/Los_Angeles")]


def test_that_what_is_typed_in_full_is_taken_whatever_its_case(qtbot: QtBot, tasks: Tasks, show: Show) -> None:
    set_up = MadeUpSetUp()
    zone = choice(at_the_end(tasks, show, set_up))
    zone.ask()
    zone.field.set_value(" asia/ho chi minh ")
    keys(qtbot, ENTER)
    assert zone.zone.key == "Asia/Ho_Chi_Minh" and set_up.made == [], "this Enter makes nothing"
    zone.ask()
    keys(qtbot, ENTER)
    assert set_up.made == [] and not zone.field.isVisible(), "nor does an Enter in the empty line"
    zone.ask()
    assert zone.take() and zone.zone.key == "Asia/Ho_Chi_Minh", "an empty line keeps it"


def test_that_a_zone_typed_but_not_read_yet_is_read_before_anything_is_made(tasks: Tasks, show: Show) -> None:
    set_up = MadeUpSetUp()
    page = at_the_end(tasks, show, set_up)
    zone = choice(page)
    zone.ask()
    zone.field.set_value("Europe/Berlin")
    page.current().accept_button.click()
    assert set_up.made == [] and "Europe/Berlin" in zone.said.text()
    page.current().accept_button.click()
    assert set_up.zones == [ZoneInfo("Europe/Berlin")]


@pytest.mark.parametrize("typed", ["Nowhere/City", "EST", "Etc/GMT+5", "york", "../../etc/passwd"])
def test_that_what_is_no_place_is_refused_in_words_and_nothing_is_made(tasks: Tasks, show: Show, typed: str) -> None:
    set_up = MadeUpSetUp()
    page = at_the_end(tasks, show, set_up)
    zone = choice(page)
    zone.ask()
    zone.field.set_value(typed)
    page.current().accept_button.click()
    assert f"There is no time zone “{typed}”" in zone.field.error_text()
    assert zone.zone == ZONE and set_up.made == []


def test_that_an_old_store_that_is_encrypted_keeps_its_zone(tasks: Tasks, show: Show) -> None:
    set_up = MadeUpSetUp()
    page = at_the_end(tasks, show, set_up, None)
    assert page.zone is None
    page.current().submit()
    assert set_up.zones == [None]


def test_that_every_zone_offered_is_one_of_a_place_and_opens() -> None:
    offered = zones_offered()
    assert len(offered) > 300 and {"America/New_York", "Europe/Berlin", "Asia/Kolkata"} <= set(offered)
    assert [name for name in offered if ZoneInfo(name).key != name or name.startswith("Etc/")] == []
