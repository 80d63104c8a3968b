"""The monograph says everything, each value with its standing; versions and cases beside it, and it stays fast."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.clipboard import clipboard
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, font
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.store.opening import open_store
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol
from crs_desktop.therapies.service import TherapyLibrary
from crs_desktop.therapies.site_rules import SiteEntry, with_site_rules
from crs_desktop.therapies.ui.lines import HEADS, LINE, Row
from crs_desktop.therapies.ui.monograph import Monograph, monograph_of
from crs_desktop.therapies.ui.page import CASES, MONOGRAPH, VERSIONS, TherapiesPage
from crs_desktop.therapies.ui.reader import MonographView
from crs_desktop.therapies.ui.standing import in_full, mark_of
from tests.store.made_up_keys import ANYBODY, KEYS

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 2, 8, 30, tzinfo=UTC)
TEC = "teclistamab"
CATALOGUE = load_catalogue()
# Far above what it takes (2 to 4 ms to write, 10 to 30 ms to show), so that a slow machine does not fail it; of our own
# time, not the clock's, so that a busy one does not either: a guard against another order of magnitude.
MOST_MS = 2000


def small() -> Protocol:
    protocol = parse_protocol((Path(__file__).parents[1] / "good.toml").read_bytes(), "good.toml")
    assert isinstance(protocol, Protocol)
    return protocol


def row_of(monograph: Monograph, path: str) -> Row:
    return next(row for row in monograph.rows if path in row.paths)


# --- what it says ---


@pytest.mark.parametrize("name", CATALOGUE.ids())
def test_that_every_value_of_the_file_can_be_read_with_its_standing(name: str) -> None:
    protocol = CATALOGUE.protocol(name)
    monograph = monograph_of(protocol, None)
    told = {path for row in monograph.rows for path in row.paths}
    assert told == {fact.path for fact in protocol.facts()}
    for fact in protocol.facts():
        row = row_of(monograph, fact.path)
        assert row.mark is not None and row.mark.weight >= mark_of(fact).weight, fact.path
    titles = [title for title, _ in monograph.sections]
    assert titles[0] == "Schedule" and titles[-1] == "Sources"
    assert "What else the file says" not in titles, "each value has its section"


@pytest.mark.parametrize("name", CATALOGUE.ids())
def test_that_what_is_unknown_or_unverified_says_so_in_its_own_cell(name: str) -> None:
    for row in monograph_of(CATALOGUE.protocol(name), None).rows:
        if row.mark is not None:
            assert row.mark in [cell.mark for cell in row.cells]
            if row.mark.weight:
                assert row.mark.word in row.spoken


def test_that_a_compact_timetable_says_day_dose_window_route(qtbot: QtBot) -> None:
    monograph = monograph_of(small(), None)
    heads = next(row for row in monograph.rows if row.kind == HEADS)
    assert [cell.text for cell in heads.cells] == ["Day", "Dose", "After the dose before", "Route", "Runs for"]
    row = row_of(monograph, "regimens.mono.steps.F1.day")
    assert [cell.text for cell in row.cells] == [
        "day 8", "Full dose\nfrom 45 kg: 20 mg\nunder 45 kg: 0.4 mg/kg, at most 18 mg", "5 to 10 days", "SC", "",
    ]  # fmt: skip
    weekly = row_of(monograph, "regimens.mono.phases.weekly.min_gap_days")
    assert [cell.mark.word if cell.mark else "" for cell in weekly.cells] == ["read", "read", "unknown", "read", ""]


def test_that_a_ladder_of_its_own_says_day_and_amount_of_each_dose() -> None:
    protocol = parse_protocol((Path(__file__).parents[1] / "every_key.toml").read_bytes(), "every_key.toml")
    assert isinstance(protocol, Protocol)
    (ladder,) = (row for row in protocol.restart if row.doses)
    cell = row_of(monograph_of(protocol, None), f"{ladder.path}.action").cells[1].text
    assert cell.splitlines()[1:3] == ["day 1: Step again: 1 mg", "day 8: Full dose again: 30 mg"]
    by_weight = row_of(monograph_of(CATALOGUE.protocol("blinatumomab"), None), "restart.grade_3_crs.action")
    assert "day 1: Restart at the low step: from 45 kg: 9 mcg/day\nunder 45 kg" in by_weight.cells[1].text


def test_that_each_standing_has_its_shape_and_word() -> None:
    fact = small().facts()[0]
    cases: list[tuple[Fact, bool, State, str]] = [
        (fact, False, State.READY, "read"),
        (replace(fact, confidence="low"), False, State.READY_BUT, "unverified"),
        (replace(fact, from_memory=True), False, State.READY_BUT, "unverified"),
        (replace(fact, confidence="low"), True, State.READY, "compared"),
        (replace(fact, jurisdiction="EU"), False, State.READY_BUT, "from EU rules"),
        (replace(fact, value=None), True, State.CANNOT_SAY, "unknown"),
        (replace(fact, by_site=True), False, State.READY, "this site’s own"),
    ]
    for one, compared, state, word in cases:
        mark = mark_of(one, compared)
        assert (mark.state, mark.word) == (state, word)


def test_that_a_value_is_opened_with_source_day_confidence_note_and_address() -> None:
    protocol = small()
    fact = protocol.fact("observation.hospital.hours")
    assert fact is not None
    said = in_full(protocol, fact, None, ZONE)
    for part in ("24 hours", "A label that was read", "22 Nov 2026", "confidence high", "https://example.org/label"):
        assert part in said
    own = with_site_rules(protocol, [SiteEntry(fact.path, "48", "far away")])
    assert isinstance(own, Protocol)
    changed = own.fact(fact.path)
    assert changed is not None
    said = in_full(own, changed, None, ZONE)
    assert "instead of 24 hours" in said and "far away" in said
    titles = [title for title, _ in monograph_of(own, None).sections]
    assert titles[0] == "What this site does otherwise"


def test_that_what_a_signature_compared_is_called_compared() -> None:
    protocol = small()
    path = "weight_bands.30-39.S1"
    adoption = Adoption(1, "good", protocol.fingerprint, "A. Weber", (path,), "", NOW)
    cells = row_of(monograph_of(protocol, adoption), path).cells
    assert [cell.mark.word for cell in cells if cell.mark] == ["unverified", "compared"]


# --- the page ---


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[TherapiesPage]:
    make_application([])
    store = open_store(tmp_path / "t.crs", StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY)
    shown = TherapiesPage(Tasks(inline=True), TherapyLibrary(store, CATALOGUE), ZONE, lambda: Actor("A. Weber"))
    shown.resize(1100, 700)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    shown.protocols.choose(TEC)
    yield shown
    store.close()


def test_that_a_therapy_is_found_by_class_and_by_typing(qtbot: QtBot, page: TherapiesPage) -> None:
    page.list.kinds.setCurrentIndex(1)
    kinds = {entry.protocol.kind for entry in page.protocols.model.records()}
    assert kinds == {"car_t"}
    page.list.kinds.setCurrentIndex(0)
    qtbot.keyClicks(page.protocols.filter_box, "tecv")
    assert [entry.protocol.id for entry in page.protocols.model.records()] == [TEC]


def test_that_enter_opens_a_value_and_escape_closes_it(qtbot: QtBot, page: TherapiesPage) -> None:
    view = page.monograph.view
    assert view.choose_path("regimens.mono.steps.SUD1.dose")
    assert page.monograph.detail_text() == ""
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert "regimens.mono.steps.SUD1.dose: " in page.monograph.detail_text()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert "SUD2" in page.monograph.detail_text(), "the arrows go on reading"
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "0.3 mg/kg [✓ read]" in QGuiApplication.clipboard().text()
    clipboard().clear_ours()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert page.monograph.detail_text() == ""


def test_that_a_click_opens_a_value_and_a_section_is_gone_to(qtbot: QtBot, page: TherapiesPage) -> None:
    view = page.monograph.view
    assert view.choose_path("regimens.mono.steps.SUD1.dose")
    box = view.visualRect(view.currentIndex())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert "SUD1" in page.monograph.detail_text()
    page.monograph.contents.setCurrentIndex(at := page.monograph.contents.findText("After a delay"))
    page.monograph.contents.activated.emit(at)
    row = view.current()
    assert row is not None and any(path.startswith("restart.") for path in row.paths)


def test_that_headings_are_passed_over_by_the_arrows(qtbot: QtBot, page: TherapiesPage) -> None:
    view = page.monograph.view
    page.monograph.contents.activated.emit(0)
    for _ in range(30):
        qtbot.keyClick(view, Qt.Key.Key_Down)
        row = view.current()
        assert row is not None and row.kind == LINE


@pytest.mark.parametrize("width", [420, 610, 900])
def test_that_no_text_is_cut_in_a_narrow_or_a_wide_view(qtbot: QtBot, width: int) -> None:
    make_application([])
    view = MonographView("Monograph")
    qtbot.addWidget(view)
    view.resize(width, 500)
    view.show_rows(monograph_of(CATALOGUE.protocol(TEC), None).rows)
    view.show()
    room, metrics = view.viewport().width(), QFontMetrics(font("body"))
    for at, row in enumerate(view.pages.rows):
        height, pieces = view.itemDelegate().set_row(row, at)  # type: ignore[attr-defined]
        texts = [piece.text for piece in pieces if piece.mark is None]
        if pieces:
            assert [text for text in texts if text] or not any(cell.text for cell in row.cells)
            assert all(piece.box.left() >= 0 and piece.box.right() <= room for piece in pieces)
            assert all(piece.box.bottom() <= height for piece in pieces), row.spoken
            words = [
                (piece, word) for piece in pieces if row.kind == LINE for word in re.split("[\\s\u200b]+", piece.text)
            ]
            assert all(metrics.horizontalAdvance(word) <= piece.box.width() for piece, word in words), row.spoken


def test_that_two_versions_are_compared_and_one_and_the_same_says_so(page: TherapiesPage) -> None:
    page.tabs.setCurrentIndex(VERSIONS)
    own = with_site_rules(CATALOGUE.protocol(TEC), [SiteEntry("premedication.dexamethasone.dose", "12", "why")])
    assert isinstance(own, Protocol)
    (shipped,) = (one for one in page.library.versions(TEC) if one.shipped)
    page.versions.show_versions([shipped, replace(shipped, protocol=own, shipped=False, in_use=False)])
    page.versions.compare(own.fingerprint, own.fingerprint)
    assert page.versions.count.text() == "" and page.versions.table.model.total() == 0
    page.versions.compare(shipped.protocol.fingerprint, own.fingerprint)
    (line,) = page.versions.table.model.records()
    texts = [column.text(line) for column in page.versions.table.model.columns]
    assert texts == ["changed", "premedication › dexamethasone › dose", "16 mg", "12 mg"]
    assert page.versions.count.text() == "1 differences, 1 of them in a value."


def test_that_cases_run_green_and_a_changed_value_turns_one_red(page: TherapiesPage) -> None:
    page.tabs.setCurrentIndex(CASES)
    page.cases.run_button.click()
    assert page.cases.result.state() is State.READY, page.cases.result.text()
    lines = page.cases.table.model.records()
    assert lines and all(line.good for line in lines)
    rule = SiteEntry("restart.sud2_8_28.most", "27", "why")
    own = with_site_rules(CATALOGUE.protocol(TEC), [rule])
    assert isinstance(own, Protocol)
    page.cases.about(own.fingerprint, lambda: page.library.cases(own))
    assert page.cases.result.state() is None, "another version has not been run"
    page.cases.run()
    assert page.cases.result.state() is State.SHORT
    first = page.cases.table.model.records()[0]
    assert not first.good and first.expects != first.answered


def test_that_products_that_must_not_be_swapped_are_named_in_a_bar(page: TherapiesPage) -> None:
    named = [entry for entry in page.protocols.model.records() if entry.protocol.never_swap]
    for entry in named:
        page.protocols.choose(entry.protocol.id)
        others = [CATALOGUE.protocol(name).brand for name in entry.protocol.never_swap]
        assert all(brand in page.block.swap_text() for brand in others) and not page.block.swap.isHidden()
    page.protocols.choose(TEC)
    assert page.block.swap_text() == "" and page.block.swap.isHidden()
    page.block.show_swap(["Lunsumio VELO"])
    assert "Never give this for Lunsumio VELO" in page.block.swap_text()


def test_that_going_from_product_to_product_is_quick(page: TherapiesPage) -> None:
    page.tabs.setCurrentIndex(MONOGRAPH)
    gc.collect()
    gc.disable()  # the heap of the tests before this one is not what is measured
    try:
        for name in CATALOGUE.ids():
            began = time.thread_time()
            page.protocols.choose(name)
            QApplication.processEvents()
            page.repaint()
            assert (time.thread_time() - began) * 1000 < MOST_MS, name
    finally:
        gc.enable()
