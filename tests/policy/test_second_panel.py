"""What second checks caught, what is looked over, and the night rule: on the page of policy, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.policy.ui.page import PolicyPage
from crs_desktop.policy.ui.second_panel import SecondPanel, SecondPicture
from crs_desktop.staff.signing.model import Catches, Outcome, SecondCheck, SecondSignature
from crs_desktop.staff.signing.service import SecondCheckBook
from crs_desktop.stock.commands import ReceiveLot, ReverseMovement
from crs_desktop.stock.model import Movement, Place
from crs_desktop.stock.service import StockLedger
from tests.policy.conftest import WEBER, ZONE, Site
from tests.staff.signing.step import asking, enter, everything_to_be_read, no_step, open_step, sign, who

NIGHT = datetime(2026, 12, 3, 4, 30, tzinfo=UTC)  # 23:30 at the site


@pytest.fixture
def page(qtbot: QtBot, site: Site) -> Iterator[PolicyPage]:
    make_application([])
    tasks, book = Tasks(inline=True), SecondCheckBook(site.store, ZONE)
    made = PolicyPage(tasks, site.book, ZONE, lambda: WEBER, asking(tasks, site.store, book), book)
    made.resize(1100, 800)
    bridge = ChangeBridge(site.feed)
    bridge.watch(made)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    bridge.close()


def panel(page: PolicyPage) -> SecondPanel:
    assert page.seconds is not None
    return page.seconds


def form_of(page: PolicyPage) -> FormDialog:
    return next(one for one in page.findChildren(FormDialog) if one.isVisible())


def state_night(qtbot: QtBot, page: PolicyPage) -> None:
    panel(page).open_night()
    form = form_of(page)
    for name, typed in {
        "rule": "One", "valid_from": "2026-12-02", "from": "22:00", "until": "02:00", "text": "Ten to two, one only",
    }.items():  # fmt: skip
        qtbot.keyClicks(form.form.fields[name].editor, typed)
    qtbot.keyClick(form.panel, Qt.Key.Key_Return)
    step = open_step(qtbot)
    said = everything_to_be_read()
    assert "22:00" not in said and "02:00" not in said and "Ten to two" not in said
    who(qtbot, step)
    enter(qtbot, step, rule="stands", valid_from="2026-12-02", until="02:00", **{"from": "22:00"})
    sign(qtbot, step)
    qtbot.waitUntil(no_step)


def alone_at_night(site: Site) -> None:
    """One pharmacist corrects a receipt at 23:30."""
    site.store.clock = StatedClock(NIGHT)
    ledger = StockLedger(site.store, ZONE)
    place = ledger.add_place("p", "Main pharmacy", "15", WEBER)
    assert isinstance(place, Place)
    moved = ledger.receive(ReceiveLot("r", "Actemra", "400", "B7101", "2027-02-28", "4", place.id), WEBER)
    assert isinstance(moved, Movement)
    alone = SecondSignature(None, alone_reason="nobody else is here")
    assert not isinstance(ledger.reverse(ReverseMovement("c", moved.id, "twice"), WEBER, alone), Refused)


def test_that_nothing_checked_and_no_rule_are_said_as_such(page: PolicyPage) -> None:
    said = panel(page).said.text()
    assert said.startswith("Second checks: 0.") and "nobody signs alone at any hour" in said
    assert not panel(page).counts_button.isEnabled() and not panel(page).look_over_button.isEnabled()


def test_that_a_night_rule_is_stated_by_two_and_shown(qtbot: QtBot, page: PolicyPage, site: Site) -> None:
    state_night(qtbot, page)
    qtbot.waitUntil(lambda: "Night rule, 22:00–02:00: Ten to two, one only" in panel(page).said.text())
    assert "Second checks: 1. The two results differed in 0" in panel(page).said.text()
    (rule,) = SecondCheckBook(site.store, ZONE).night_rules()
    assert rule.stated_by == ("A. Weber", "S. Lindgren")


def test_that_what_was_signed_alone_is_counted_and_looked_over_blind(
    qtbot: QtBot, page: PolicyPage, site: Site
) -> None:
    state_night(qtbot, page)
    alone_at_night(site)
    page.refresh()
    assert "Signed alone: 1; still to be looked over: 1." in panel(page).said.text()
    panel(page).open_look_over()
    form = form_of(page)
    assert "receipt 1, A. Weber" in form.form.fields["check"].editor.currentText()  # type: ignore[attr-defined]
    qtbot.keyClick(form.panel, Qt.Key.Key_Return)
    step = open_step(qtbot)
    assert "B7101" not in everything_to_be_read()
    who(qtbot, step, "weber")
    enter(qtbot, step, lot="B7101", strength_mg="400", vials="4")
    sign(qtbot, step)
    assert "are the same person" in step.form.error_of("second")
    who(qtbot, step)
    sign(qtbot, step)
    qtbot.waitUntil(no_step)
    qtbot.waitUntil(lambda: "still to be looked over: 0." in panel(page).said.text())
    outcomes = [one.outcome for one in SecondCheckBook(site.store, ZONE).checks("receipt", 1)]
    assert outcomes == [Outcome.ALONE, Outcome.LOOKED_OVER]


def test_that_doses_signed_alone_are_counted_and_looked_over_elsewhere(page: PolicyPage) -> None:
    dose = SecondCheck(1, NIGHT, "dose", "7", "A. Weber", None, Outcome.ALONE, {}, (), "nobody else")
    panel(page).show_picture(SecondPicture(Catches(()), (dose, replace(dose, id=2, subject="receipt")), None))
    assert "looked over: 2. 1 of them are doses, looked over on the page of doses." in panel(page).said.text()
    assert panel(page).look_over_button.text() == "&Look over (1)"


def test_that_the_counts_stand_by_month_and_subject(qtbot: QtBot, page: PolicyPage) -> None:
    state_night(qtbot, page)
    qtbot.waitUntil(panel(page).counts_button.isEnabled)
    panel(page).open_counts()
    dialog = next(one for one in page.findChildren(QDialog) if one.isVisible())
    (table,) = dialog.findChildren(RecordTable)
    (line,) = table.model.records()
    assert [column.text(line) for column in table.model.columns] == ["night rule", "1", "0", "0"]
    dialog.close()


def test_that_where_nobody_can_be_asked_nothing_is_offered(qtbot: QtBot, site: Site) -> None:
    made = PolicyPage(Tasks(inline=True), site.book, ZONE, lambda: WEBER, None, SecondCheckBook(site.store, ZONE))
    qtbot.addWidget(made)
    made.refresh()
    assert not panel(made).night_button.isEnabled() and panel(made).said.text().startswith("Second checks: 0.")
