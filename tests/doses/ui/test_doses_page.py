"""The doses page by keys on real services: whom, what, why not, and the log."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.doses.ui.page import DosesPage
from crs_desktop.doses.ui.words import when_text
from tests.doses.made_up import ACTOR, ZONE, dose, must, pharmacy
from tests.doses.ui.desk import Desk, desk

WHY = {"deviation_reason": "told", "deviation_name": "A. Weiss"}


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Desk:
    return desk(qtbot, tmp_path)


def log(at: Desk, **changed: str) -> int:
    vials = (at.made.line("B7101", 1), at.made.line("C2201", 1))
    return must(at.made.doses.log_dose(dose(at.patient, vials, **changed), ACTOR)).id


def test_that_the_proposal_says_everything_about_the_dose(at: Desk) -> None:
    said = at.page.panel.text()
    for part in (
        "Adler, Ruth", "0041827", "580 mg", "8 mg/kg × 72.5 kg = 580 mg", "72.5 kg, standing scale, 2 days old",
        "580 mg = 29 mL", "100 mL", "100 mL/h over 60 min", "3 of 3 in 24 h", "4 of 4 in the episode",
        "Wed 2 Dec 11:10", "1 × 400 mg   lot B7101", "Actemra, Main pharmacy (15 min away), expires Wed 30 Jun 2027",
        "Not promised to this patient", "ready: this dose may start now", "The interval runs from the START",
    ):  # fmt: skip
        assert part in said, part


def test_that_a_warning_takes_the_green_away(at: Desk) -> None:
    patient = at.made.enrol("0050113", "Osei", "Kwame", "29.6")
    at.page.refresh()
    at.page.choose(patient)
    said = at.page.panel.text()
    assert "ready, but" in said and "ready: this dose" not in said and "lies close to 30 kg" in said


def test_that_a_refusal_says_every_reason_and_from_when(at: Desk) -> None:
    log(at)
    at.page.refresh()
    said = at.page.panel.text()
    assert "No dose to propose now" in said and "Not before Wed 2 Dec 2026 11:00 (UTC-05:00)." in said
    assert "At least 8 h from the start" in said and "can be recorded all the same" in said
    assert not at.page.print_button.isEnabled() and at.page.record_button.isEnabled()


def test_that_the_list_shows_episode_last_dose_and_next_time(at: Desk) -> None:
    log(at)
    at.page.refresh()
    model = at.page.patients.model
    text = " | ".join(column.whole(model.records()[0]) for column in model.columns)
    assert text == (
        "Adler, Ruth 0041827 | from Wed 2 Dec 11:00 left: 2 in 24 h, 3 in episode | "
        "open, no grade told since Wed 2 Dec 03:00 | Wed 2 Dec 03:00 580 mg, rescue"
    )


def test_that_the_list_is_filtered_by_typing(at: Desk) -> None:
    at.made.enrol("0038820", "Lindqvist", "Karin")
    at.page.refresh()
    at.qtbot.keyClicks(at.page.patients.filter_box, "8820")
    assert [line.patient.family_name for line in at.page.patients.model.records()] == ["Lindqvist"]


def test_that_enter_on_a_patient_opens_the_form_and_the_button_too(at: Desk) -> None:
    at.qtbot.keyClick(at.page.patients.view, Qt.Key.Key_Return)
    assert "0041827" in at.dialog.panel.identifiers_text()
    at.dialog.reject()
    at.qtbot.keyClick(at.page.record_button, Qt.Key.Key_Space)
    first = at.dialog
    at.page.open_record(at.patient)
    assert at.dialog is first, "one form at a time"
    first.reject()


def test_that_the_form_opens_before_the_page_was_ever_shown(qtbot: QtBot, at: Desk) -> None:
    page = DosesPage(
        at.page.tasks, at.made.doses, at.made.patients, at.made.stock, lambda: ACTOR, lambda _id: (), lambda _id: None,
        lambda: "",
    )  # fmt: skip
    qtbot.addWidget(page)
    page.open_record(at.patient)
    assert page.dialog is not None and "0041827" in page.dialog.panel.identifiers_text()
    page.dialog.reject()
    page.open_record(999)
    assert page.dialog is None


def test_that_print_asks_for_the_chosen_patient(at: Desk) -> None:
    at.qtbot.keyClick(at.page.print_button, Qt.Key.Key_Space)
    assert at.printed == [at.patient]


def test_that_the_log_says_departures_reason_discrepancy_and_who(at: Desk) -> None:
    vials = (at.made.line("B7101", 4), at.made.line("C2201", 1))
    must(at.made.doses.log_dose(dose(at.patient, vials, amount_mg="600", **WHY), ACTOR))
    at.page.refresh()
    at.page.log.view.selectRow(0)
    model = at.page.log.model
    row = " | ".join(column.whole(model.records()[0]) for column in model.columns)
    for part in (
        "Wed 2 Dec 03:00",
        "600 rescue",
        "4 × 400 mg B7101, 1 × 200 mg C2201",
        "short 1 vial",
        "told; A. Weiss",
    ):
        assert part in row, part
    said = at.page.record_text.text()
    assert "600 mg were given; 580 mg are calculated" in said and "Prescribed by A. Weiss, given by N. Berg." in said


def test_that_a_record_is_taken_back_with_a_reason_and_stays_in_the_log(at: Desk) -> None:
    log(at)
    at.page.refresh()
    at.page.log.view.selectRow(0)
    at.qtbot.keyClick(at.page.back_button, Qt.Key.Key_Space)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, FormDialog) and "0041827" in dialog.panel.identifiers_text()
    editor = dialog.form.fields["reason"].editor
    at.qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert "is missing" in dialog.form.error_of("reason")
    at.qtbot.keyClicks(editor, "wrong patient")
    at.qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert at.made.on_hand() == {"B7101": 3, "C2201": 2}
    at.page.refresh()
    (line,) = at.page.log.model.records()
    assert line.entry.reversed_because == "wrong patient" and not at.page.back_button.isEnabled()
    assert "taken back: wrong patient" in at.page.record_text.text()
    assert "ready: this dose may start now" in at.page.panel.text()


def test_that_a_commit_elsewhere_is_seen_without_a_refresh_by_hand(at: Desk) -> None:
    bridge = ChangeBridge(at.made.store.feed)
    bridge.watch(at.page)
    log(at)
    at.qtbot.waitUntil(lambda: "Not before Wed 2 Dec 2026 11:00" in at.page.panel.text(), timeout=2000)
    assert len(at.page.log.model.records()) == 1
    bridge.close()


def test_that_an_empty_store_says_what_to_do_first(qtbot: QtBot, tmp_path: Path) -> None:
    made = pharmacy(tmp_path)
    page = desk(qtbot, tmp_path, (made, 0)).page
    assert "Enrol a patient first" in page.notice_text()


def test_that_times_carry_their_offset_in_the_night_the_clocks_change(at: Desk) -> None:
    assert when_text(datetime(2026, 11, 1, 5, 30, tzinfo=UTC), ZONE) == "Sun 1 Nov 2026 01:30 (UTC-04:00)"
    assert when_text(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), ZONE) == "Sun 1 Nov 2026 01:30 (UTC-05:00)"
    assert when_text(datetime(2026, 12, 2, 8, 0, tzinfo=UTC), ZONE) == "Wed 2 Dec 03:00"
