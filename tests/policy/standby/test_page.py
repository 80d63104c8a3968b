"""The page of standby rules, driven by keys on a real store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.policy.ui.standby.page import StandbyPage
from tests.policy.conftest import NOW, WEBER, Site
from tests.policy.standby.test_book import book
from tests.staff.signing.made_up import AgreesAtOnce


@pytest.fixture
def page(qtbot: QtBot, site: Site) -> Iterator[StandbyPage]:
    make_application([])
    tasks = Tasks(inline=True)
    made = StandbyPage(tasks, book(site), lambda: WEBER, AgreesAtOnce(tasks, NOW))
    made.resize(1100, 700)
    bridge = ChangeBridge(site.feed)
    bridge.watch(made)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    bridge.close()
    tasks.close()


def opened(qtbot: QtBot, page: StandbyPage) -> FormDialog:
    page.activateWindow()
    qtbot.keyClick(page, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in page.findChildren(FormDialog)))
    return next(one for one in page.findChildren(FormDialog) if one.isVisible())


def test_that_an_empty_page_says_what_holds_instead(page: StandbyPage) -> None:
    assert "the numbers among the options hold" in page.rules.view.accessibleDescription()


def test_that_a_rule_is_stated_by_keyboard_and_shown_with_owner_and_source(qtbot: QtBot, page: StandbyPage) -> None:
    dialog = opened(qtbot, page)
    typed = {
        "scope": "car_t", "jurisdiction": "US", "kind": "one_and_access", "owner": "P&T <b>", "reason": "far depot",
        "citation": "Minutes 3",
    }  # fmt: skip
    dialog.form.set_values(typed)
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.rules.model.records()) == 1)
    (rule,) = page.rules.model.records()
    assert [column.text(rule) for column in page.rules.model.columns] == [
        "CAR-T, every product", "2: 1 on site, 1 within 8 h", "in force", "P&T <b>", "far depot",
    ]  # fmt: skip
    page.rules.choose(rule.id)
    assert "EU product information" in page.detail.text() and "confidence medium" in page.detail.text()


def test_that_numbers_are_asked_for_a_local_rule_only(qtbot: QtBot, page: StandbyPage) -> None:
    dialog = opened(qtbot, page)
    sets = dialog.form.fields["sets"]
    assert not sets.isEnabled()
    dialog.form.set_values({"kind": "local"})
    dialog.form.fields["kind"].edited.emit()
    assert sets.isEnabled()


def test_that_a_bad_rule_stays_in_the_form_with_its_reasons(qtbot: QtBot, page: StandbyPage) -> None:
    dialog = opened(qtbot, page)
    dialog.form.set_values({"scope": "car_t", "kind": "two", "owner": "P&T", "valid_to": "2020-01-01"})
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.form.error_of("reason")))
    assert dialog.isVisible() and dialog.form.values()["owner"] == "P&T"
    assert page.rules.model.records() == []
