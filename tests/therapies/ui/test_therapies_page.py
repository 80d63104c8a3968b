"""The page of the therapy library, driven by keys on a real store and the shipped protocols."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.store.opening import open_store
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.service import AdoptTherapy, LibraryEntry, TherapyLibrary
from crs_desktop.therapies.site_rules import SiteEntry
from crs_desktop.therapies.ui import words
from crs_desktop.therapies.ui.form import AdoptDialog
from crs_desktop.therapies.ui.page import FACTS, TherapiesPage
from tests.staff.signing.made_up import AgreesAtOnce, second
from tests.store.made_up_keys import ANYBODY, KEYS

ZONE = ZoneInfo("America/New_York")
WEBER = Actor("A. Weber")
NOW = datetime(2026, 12, 2, 8, 30, tzinfo=UTC)
TEC = "teclistamab"


@dataclass
class Reader:
    """A pharmacist at the page."""

    qtbot: QtBot
    page: TherapiesPage
    library: TherapyLibrary

    def adopt(self) -> FormDialog:
        """Open the form of the chosen protocol with its mnemonic."""
        self.page.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is self.page)
        self.qtbot.keyClick(self.page.protocols.view, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
        self.qtbot.waitUntil(lambda: any(found.isVisible() for found in self.page.findChildren(FormDialog)))
        return next(found for found in self.page.findChildren(FormDialog) if found.isVisible())


@pytest.fixture
def reader(qtbot: QtBot, tmp_path: Path) -> Iterator[Reader]:
    make_application([])
    feed = ChangeFeed()
    store = open_store(tmp_path / "t.crs", StatedClock(NOW), feed, KEYS, ANYBODY)
    library = TherapyLibrary(store, load_catalogue())
    tasks = Tasks(inline=True)
    page = TherapiesPage(tasks, library, ZONE, lambda: WEBER, AgreesAtOnce(tasks, NOW))
    page.resize(1100, 700)
    bridge = ChangeBridge(feed)
    bridge.watch(page)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitExposed(page)
    page.protocols.choose(TEC)
    page.tabs.setCurrentIndex(FACTS)
    yield Reader(qtbot, page, library)
    bridge.close()
    store.close()


def test_that_the_library_says_who_adopted_what_and_how_much_is_open(reader: Reader) -> None:
    rows = {entry.protocol.id: entry for entry in reader.page.protocols.model.records()}
    assert list(rows) == list(reader.library.catalogue.ids())
    (column,) = reader.page.protocols.model.columns
    assert column.state is not None and column.below is not None
    said = column.text(rows[TEC]), column.below(rows[TEC]), column.state(rows[TEC])
    assert said == ("Tecvayli, not adopted", "teclistamab-cqyv", State.READY_BUT)
    assert reader.page.head.text() == "teclistamab-cqyv (Tecvayli)"
    assert "are unverified or unknown" in reader.page.summary.text()


def test_that_the_monograph_shows_every_fact_with_what_is_unverified_first(reader: Reader) -> None:
    protocol = reader.library.catalogue.protocol(TEC)
    lines = reader.page.facts.model.records()
    assert {line.key for line in lines} >= {fact.path for fact in protocol.facts()}
    assert len(lines) == len(protocol.facts()) + len(protocol.unknowns)
    shapes = [line.state for line in lines]
    assert shapes == sorted(shapes, key=[State.READY_BUT, State.CANNOT_SAY, State.READY].index)
    words_of = {State.READY_BUT: "unverified", State.CANNOT_SAY: "unknown", State.READY: "read in a source"}
    assert all(line.standing == words_of[line.state] for line in lines if not line.standing.startswith("from "))


def test_that_a_fact_is_read_in_full_with_unit_source_day_and_confidence(reader: Reader) -> None:
    reader.page.facts.choose("regimens.mono.steps.SUD1.dose")
    said = reader.page.detail.text()
    protocol = reader.library.catalogue.protocol(TEC)
    fact = protocol.fact("regimens.mono.steps.SUD1.dose")
    assert fact is not None
    assert f"regimens.mono.steps.SUD1.dose: {fact.text}" in said and "mg/kg" in said
    assert words.titles(protocol, fact) in said
    assert f"Read 22 Nov 2026; confidence {fact.confidence}." in said


def test_that_only_open_facts_are_shown_when_asked_for(reader: Reader) -> None:
    reader.page.activateWindow()
    reader.qtbot.keyClick(reader.page.facts.view, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    reader.qtbot.waitUntil(reader.page.only_open.isChecked)
    lines = reader.page.facts.model.records()
    assert lines and all(line.open for line in lines)


def test_that_nobody_signs_without_a_name_and_without_having_read(reader: Reader) -> None:
    dialog = reader.adopt()
    reader.qtbot.keyClick(dialog.panel, Qt.Key.Key_Return)
    assert dialog.form.error_of("pharmacist") == "Pharmacist who signs is missing."
    assert "tick the box" in dialog.form.error_of("has_read")
    assert dialog.isVisible() and reader.library.entries()[0].adoption is None


def test_that_only_ticked_facts_become_verified(reader: Reader) -> None:
    before = len(next(entry for entry in reader.library.entries() if entry.protocol.id == TEC).unverified)
    dialog = reader.adopt()
    dialog.activateWindow()
    reader.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    reader.qtbot.keyClicks(dialog.form.fields["pharmacist"].editor, "A. Weber")
    reader.qtbot.keyClick(dialog.form.fields["has_read"].editor, Qt.Key.Key_Space)
    ticks = dialog.form.fields["checked"].editor
    assert isinstance(ticks, QListWidget)
    assert ticks.count() == len(words.to_compare(reader.library.catalogue.protocol(TEC)))
    ticks.setFocus()
    reader.qtbot.keyClick(ticks, Qt.Key.Key_Space)
    reader.qtbot.keyClick(ticks, Qt.Key.Key_Down)
    reader.qtbot.keyClick(ticks, Qt.Key.Key_Space)
    assert ticks.item(0).text().startswith("✓ compared: ") and not ticks.item(2).text().startswith("✓")
    compared = dialog.form.values()["checked"].split("\n")
    reader.qtbot.keyClick(ticks, Qt.Key.Key_Return)
    reader.qtbot.waitUntil(lambda: reader.page.protocols.model.columns[0].text(_shown(reader)) == "Tecvayli, adopted")
    adoption = _shown(reader).adoption
    assert adoption is not None and sorted(compared) == list(adoption.checked)
    assert len(_shown(reader).unverified) == before - 2
    reader.page.facts.choose(compared[0])
    assert "Compared with the label by A. Weber, Wed 2 Dec 2026." in reader.page.detail.text()


def test_that_a_second_send_of_one_form_signs_once_and_earlier_ticks_stay(reader: Reader) -> None:
    protocol = reader.library.catalogue.protocol(TEC)
    first = words.to_compare(protocol)[0].path
    command = AdoptTherapy("r0", TEC, protocol.fingerprint, "M. Okafor", True, (first,))
    reader.library.adopt(command, WEBER, second(reader.library.asked(command), NOW))
    reader.qtbot.waitUntil(lambda: _shown(reader).adoption is not None)
    dialog = reader.adopt()
    assert dialog.form.values()["checked"] == first
    dialog.form.set_values({"pharmacist": "A. <b>Weber</b> & 王", "has_read": "yes"})
    values = dialog.form.values()
    dialog.panel.submitted.emit(values)
    dialog.panel.submitted.emit(values)
    reader.qtbot.waitUntil(lambda: "王" in words.signed_text(_shown(reader), ZONE))
    adoption = _shown(reader).adoption
    assert adoption is not None and adoption.id == 2


def test_that_a_value_of_the_site_takes_its_tick_away(reader: Reader) -> None:
    dialog = reader.adopt()
    assert isinstance(dialog, AdoptDialog)
    first, second_path = (fact.path for fact in words.to_compare(reader.library.catalogue.protocol(TEC))[:2])
    dialog.form.set_values({"checked": f"{first}\n{second_path}"})
    dialog.rules.put(SiteEntry(first, "7", "why"))
    assert dialog.form.values()["checked"] == second_path
    ticks = dialog.form.fields["checked"].editor
    assert isinstance(ticks, QListWidget) and ticks.item(0).text().startswith("this site’s own: ")
    ticks.setCurrentRow(0)
    reader.qtbot.keyClick(ticks, Qt.Key.Key_Space)
    assert dialog.form.values()["checked"] == second_path, "and takes none again"


def test_that_the_chosen_fact_is_changed_in_the_form_of_the_adoption(reader: Reader) -> None:
    reader.page.facts.choose("premedication.dexamethasone.dose")
    reader.page.all_facts.change_button.click()
    (dialog,) = (found for found in reader.page.findChildren(AdoptDialog) if found.isVisible())
    (change,) = (found for found in dialog.findChildren(FormDialog) if found.isVisible())
    assert change.form.values()["site_path"] == "premedication.dexamethasone.dose"
    assert change.form.values()["site_value"] == "16"
    change.form.set_values({"site_value": "12 mcg", "site_reason": "why"})
    change.panel.submit()
    assert "is not a number of mg" in change.form.error_of("site_value") and dialog.site_rules() == ()
    change.form.set_values({"site_value": "12"})
    change.panel.submit()
    assert dialog.site_rules() == (SiteEntry("premedication.dexamethasone.dose", "12", "why"),)
    dialog.rules.remove_button.click()
    assert dialog.site_rules() == ()


def _shown(reader: Reader) -> LibraryEntry:
    return next(entry for entry in reader.page.protocols.model.records() if entry.protocol.id == TEC)
