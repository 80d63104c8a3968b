"""T55: a half typed dose comes back after a lock, field by field, and what was being saved is saved once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.drafts import drafts
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from tests.doses.made_up import stocked
from tests.doses.ui.desk import Desk, desk

TYPED = {
    "start": "2026-12-02 02:50", "end": "2026-12-02 0", "amount": "5", "supply": "ours", "purpose": "prophylactic",
    "kind": "CRS", "grade": "2", "scale": "ASTCT 2019", "told_by": "N. Ber", "graded_at": "2026-12-0",
    "prescriber": "A. Weiß 王", "given_by": "N", "note": "line one\nline", "deviation_reason": "", "deviation_name": "",
}  # fmt: skip


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    drafts().forget()
    yield desk(qtbot, tmp_path)
    drafts().forget()


def relocked(old: Desk, tasks: Tasks | None = None) -> Desk:
    """A lock and the same person again: a new page over the same store."""
    blob = drafts().collect()
    drafts().forget()
    old.page.close()
    drafts().give_back(blob)
    return desk(old.qtbot, Path(), (old.made, old.patient), tasks)


def half_type(at: Desk) -> None:
    at.open()
    for name in ("start", "end", "amount", "prescriber", "given_by"):
        at.type(name, TYPED[name])
    at.choose("purpose", Qt.Key.Key_Down)
    at.choose("kind", Qt.Key.Key_Down)
    at.choose("grade", Qt.Key.Key_Down, 3)
    at.choose("scale", Qt.Key.Key_Home)
    for name in ("told_by", "graded_at"):
        at.type(name, TYPED[name])
    note = at.dialog.form.fields["note"].editor
    note.setFocus()
    at.qtbot.keyClicks(note, "line one")
    at.qtbot.keyClick(note, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    at.qtbot.keyClicks(note, "line")
    count = at.dialog.form.vials.rows()[1].count.editor
    assert isinstance(count, QLineEdit)
    count.selectAll()
    at.qtbot.keyClicks(count, "1x")
    at.dialog.form.vials.add_row()


def test_that_a_half_typed_dose_comes_back_field_by_field(at: Desk) -> None:
    half_type(at)
    before = at.dialog.form.values()
    rows = at.dialog.form.vials.typed()
    request = at.dialog._request_id
    again = relocked(at)
    dialog = again.open()
    values = dialog.form.values()
    for name in before:
        assert values[name] == before[name], name
    assert values["prescriber"] == TYPED["prescriber"] and values["amount"] == "5" and values["grade"] == "2"
    assert dialog.form.vials.typed() == rows and rows[1].vials == "1x" and len(dialog.form.vials.rows()) == 3
    assert dialog.form.fields["grade"].isVisible()
    assert dialog.form.amount_note().startswith("Typed by hand; 580 mg is proposed from 72.5 kg")
    assert dialog.panel.back_text() == "What you had typed before the lock is back: check it."
    assert dialog._request_id == request


def test_that_another_patients_form_gets_none_of_it(at: Desk) -> None:
    half_type(at)
    other = at.made.enrol("0099999", "Other", "Olga", "80")
    again = relocked(at)
    again.patient = other
    dialog = again.open()
    assert dialog.form.values()["prescriber"] == "" and dialog.panel.back_text() == ""
    assert len(drafts().waiting()) == 1


def test_that_a_finished_and_an_untouched_form_leave_no_draft(at: Desk) -> None:
    at.open()
    assert drafts().collect() == b""
    at.people()
    assert drafts().collect() != b""
    at.enter()
    assert at.dialog.recorded() and drafts().collect() == b""


def test_that_a_dose_that_was_being_saved_is_recorded_once(qtbot: QtBot, tmp_path: Path) -> None:
    drafts().forget()
    tasks = Tasks()
    site = stocked(tmp_path)
    first = desk(qtbot, tmp_path, site, tasks)
    first.page.open_record(first.patient)
    qtbot.waitUntil(lambda: first.page.dialog is not None)
    first.type("start", "2026-12-01 21:00")  # late, so that it asks for a reason
    first.people()
    first.enter()
    form = first.dialog.form
    qtbot.waitUntil(lambda: form.asked and not first.dialog.panel.running)
    first.type("deviation_reason", "seizure")
    first.type("deviation_name", "A. Weiss")
    first.enter()
    assert first.dialog.panel.running
    blob = drafts().collect()
    tasks.close()  # the worker commits; the answer finds nobody
    assert len(first.made.doses.entries()) == 1
    drafts().forget()
    first.page.close()
    drafts().give_back(blob)
    again = desk(qtbot, tmp_path, site)
    dialog = again.open()
    assert dialog.panel.back_text().startswith("This was being saved when the screen locked.")
    assert dialog.form.asked and "Recorded 6 h" in dialog.form.departures_text()
    again.enter()
    assert dialog.recorded() and len(again.made.doses.entries()) == 1
    assert "Stored as departures, with your reason (seizure)" in dialog.done_view.text()


def test_that_a_half_typed_reason_for_taking_a_dose_back_comes_back(at: Desk) -> None:
    at.open()
    at.people()
    at.enter()
    at.dialog.accept()
    at.page.refresh()
    at.page.log.view.selectRow(0)
    at.page.open_reversal()
    shown = next(one for one in at.page.findChildren(FormDialog) if one.isVisible())
    at.qtbot.keyClicks(shown.form.fields["reason"].editor, "wrong pat")
    again = relocked(at)
    again.page.refresh()
    again.page.log.view.selectRow(0)
    again.page.open_reversal()
    back = next(one for one in again.page.findChildren(FormDialog) if one.isVisible())
    assert back.form.values()["reason"] == "wrong pat"
