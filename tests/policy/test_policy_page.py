"""The page of policy, driven by keys on a real store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.policy.ui import words
from crs_desktop.policy.ui.page import PolicyPage
from tests.policy.conftest import NOW, WEBER, ZONE, Site
from tests.staff.signing.made_up import AgreesAtOnce


@pytest.fixture
def page(qtbot: QtBot, site: Site) -> Iterator[PolicyPage]:
    make_application([])
    tasks = Tasks(inline=True)
    made = PolicyPage(tasks, site.book, ZONE, lambda: WEBER, AgreesAtOnce(tasks, NOW))
    made.resize(1100, 700)
    bridge = ChangeBridge(site.feed)
    bridge.watch(made)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    yield made
    bridge.close()


def opened(qtbot: QtBot, page: PolicyPage, key: str) -> FormDialog:
    """Choose an option and open its form with the mnemonic."""
    page.options.choose(key)
    page.options.view.setFocus()
    qtbot.keyClick(page.options.view, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: any(found.isVisible() for found in page.findChildren(FormDialog)))
    dialog = next(found for found in page.findChildren(FormDialog) if found.isVisible())
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def fill(qtbot: QtBot, dialog: FormDialog, **typed: str) -> None:
    for name, text in typed.items():
        editor = dialog.form.fields[name].editor
        editor.setFocus()
        qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClicks(editor, text)


def test_that_a_shipped_default_is_marked_with_its_source_and_confidence(page: PolicyPage) -> None:
    page.options.choose("sets_bispecific")
    decided = page.options.current()
    assert decided is not None
    assert (words.standing_text(decided), words.standing_state(decided)) == ("unverified default", State.READY_BUT)
    assert words.origin_text(decided) == "confidence low, read 22 Nov 2026"
    said = page.detail.text()
    assert "In force today: 1 set a window. Nobody at this site has decided it" in said
    assert "Source: No count was found in US bispecific labels" in said
    assert page.summary.text().endswith("(12 of 12 options on unverified defaults)")
    assert len(page.options.model.records()) == 12


def test_that_a_new_value_is_stated_by_keyboard_and_shown_with_its_owner(
    qtbot: QtBot, page: PolicyPage, site: Site
) -> None:
    dialog = opened(qtbot, page, "sets_car_t")
    assert dialog.form.values()["valid_from"] == "2026-12-02"
    fill(qtbot, dialog, value="3", owner="P&T <b>", reason="High burden", citation="Minutes 3")
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.summary.text().startswith("Policy: sets owed CAR-T 3"))
    assert "stated by P&T <b> (entered by A. Weber)" in page.detail.text()
    assert "Shipped default, not verified: 2 sets a window." in page.detail.text()
    (row,) = page.rows.model.records()
    assert [column.text(row) for column in page.rows.model.columns] == [
        "Wed 2 Dec 2026", "3", "in force", "P&T <b>", "High burden",
    ]  # fmt: skip
    assert len(site.book.rows()) == 1


def test_that_a_coming_value_is_announced_and_the_old_one_still_holds(
    page: PolicyPage, site: Site, qtbot: QtBot
) -> None:
    site.state("counted_reach", "60", "2026-12-01")
    site.state("counted_reach", "30", "2026-12-20")
    site.state("counted_reach", "45", "2026-12-20")
    qtbot.waitUntil(lambda: "11 of 12" in page.summary.text())
    page.options.choose("counted_reach")
    qtbot.waitUntil(lambda: len(page.rows.model.records()) == 3)
    shown = [(row.value, page.rows.model.columns[2].text(row)) for row in page.rows.model.records()]
    assert shown == [("45", "to come"), ("30", "replaced"), ("60", "in force")]
    below = page.options.model.columns[1].below
    decided = page.options.current()
    assert below is not None and decided is not None
    assert below(decided) == "from Sun 20 Dec 2026: 45"


@pytest.mark.parametrize(
    ("key", "field", "typed", "said"),
    [
        ("sets_car_t", "value", "5", "Value: 5 is outside 0 to 4."),
        ("sets_car_t", "value", "1.5", "Value: “1.5” is not a whole number."),
        ("rounding", "value", "12", "The percentage “12” is not understood: 0 to 10, up to two decimals."),
        ("sets_car_t", "valid_from", "2026-02-31", "There is no day 2026-02-31."),
        ("sets_car_t", "owner", "", "Owner is missing."),
        ("sets_car_t", "reason", " ", "Reason is missing."),
        ("interval_from", "value", "", "Value: “” is not allowed; start or end."),
    ],
)
def test_that_bad_input_is_said_beside_its_field_and_stays(
    qtbot: QtBot, page: PolicyPage, site: Site, key: str, field: str, typed: str, said: str
) -> None:
    dialog = opened(qtbot, page, key)
    good = {"value": "start" if key == "interval_from" else "3", "owner": "P&T", "reason": "x"}
    dialog.form.set_values({**good, field: typed})
    before = dialog.form.values()
    qtbot.keyClick(dialog.panel, Qt.Key.Key_Return)
    assert dialog.form.error_of(field) == said
    assert dialog.form.values() == before and dialog.isVisible()
    assert site.book.rows() == []


def test_that_a_second_send_of_one_form_is_recorded_once(qtbot: QtBot, page: PolicyPage, site: Site) -> None:
    dialog = opened(qtbot, page, "sets_car_t")
    fill(qtbot, dialog, value="3", owner="P&T", reason="x")
    values = dialog.form.values()
    dialog.panel.submitted.emit(values)
    dialog.panel.submitted.emit(values)
    assert len(site.book.rows()) == 1
