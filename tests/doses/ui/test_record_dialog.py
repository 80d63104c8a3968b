"""The form for a dose given, by keys on real services: nothing typed is lost, one form is one dose."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.kernel.refusal import Refused
from tests.doses.made_up import ACTOR, dose, must, pharmacy
from tests.doses.ui.desk import Desk, desk


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Desk:
    return desk(qtbot, tmp_path)


def test_that_the_form_opens_with_both_identifiers_and_the_proposal(at: Desk) -> None:
    dialog = at.open()
    assert dialog.panel.identifiers_text() == "\u2068Adler, Ruth\u2069   Record number 0041827   born 12 Mar 1961"
    values = dialog.form.values()
    assert (values["start"], values["end"], values["amount"]) == ("2026-12-02 03:10", "", "580")
    assert [(line.lot_id, line.vials) for line in dialog.form.vials.typed()] == [(1, "1"), (2, "1")]
    assert dialog.form.amount_note() == "580 mg is proposed from 72.5 kg (2 days old)."
    assert not dialog.form.fields["grade"].isVisible() and not dialog.form.fields["deviation_reason"].isVisible()
    assert dialog.form.focusWidget() is dialog.form.fields["start"].editor


def test_that_enter_records_and_says_what_it_did_before_it_closes(at: Desk) -> None:
    at.consequence = "Fri 4 Dec is short 1 set for K.L.: order 2 × 400 mg."
    dialog = at.open()
    at.type("start", "2026-12-02 03:00")
    at.people()
    at.enter()
    (entry,) = at.made.doses.entries()
    assert str(entry.amount) == "580 mg" and entry.started_at == datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
    assert dialog.recorded() and dialog.isVisible()
    said = dialog.done_view.text()
    for part in (
        "Recorded: 580 mg for \u2068Adler, Ruth\u2069", "Record number 0041827", "1 × 400 mg B7101, 1 × 200 mg C2201",
        "No promise of this patient ended.", "from Wed 2 Dec 11:00 (left: 2 in 24 h, 3 in episode)",
        "Fri 4 Dec is short 1 set for K.L.",
    ):  # fmt: skip
        assert part in said, part
    assert "discrepancy" not in said and "departures" not in said
    at.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert at.page.dialog is None


def test_that_enter_twice_and_a_double_click_record_once(at: Desk) -> None:
    dialog = at.open()
    at.people()
    at.enter()
    at.enter()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        at.qtbot.keyClick(dialog.focusWidget() or dialog, key)
    at.qtbot.mouseDClick(dialog.panel.accept_button, Qt.MouseButton.LeftButton)
    dialog.panel.submit()
    assert len(at.made.doses.entries()) == 1 and at.made.on_hand() == {"B7101": 2, "C2201": 1}
    assert dialog.recorded() and dialog.isVisible(), "what has to be read does not close by the second Enter"


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("amount", "5,8", "The amount “5,8” is not understood"),
        ("amount", "1e2", "The amount “1e2” is not understood"),
        ("amount", "NaN", "The amount “NaN” is not understood"),
        ("amount", "", "The amount “” is not understood"),
        ("amount", "0", "is not above 0 mg"),
        ("amount", "4001", "read it again"),
        ("start", "2026-12-02 03:11", "lies after now"),
        ("start", "2026-02-31 03:00", "There is no day 2026-02-31"),
        ("start", "3 o'clock", "is not understood"),
        ("end", "2026-12-02 03:12", "leave it empty until the infusion has ended"),
        ("prescriber", "", "Prescriber is missing"),
        ("note", "a\u202eb", "cannot be printed safely"),
    ],
)
def test_that_a_bad_entry_is_said_beneath_its_field_and_stays(at: Desk, name: str, typed: str, said: str) -> None:
    dialog = at.open()
    at.people()
    at.type(name, typed)
    before = dialog.form.values()
    at.enter()
    assert said in dialog.form.error_of(name), dialog.form.error_of(name)
    assert dialog.form.values() == before and at.made.doses.entries() == [] and not dialog.recorded()
    assert dialog.panel.accept_button.isEnabled()


def test_that_a_time_of_the_repeated_hour_is_asked_for_its_offset(qtbot: QtBot, tmp_path: Path) -> None:
    made = pharmacy(tmp_path, datetime(2026, 11, 1, 6, 45, tzinfo=UTC))
    made.receive("B7101", "400", 3)
    patient = made.enrol("0041827", measured="2026-10-31 07:45", start="2026-10-31")
    at = desk(qtbot, tmp_path, (made, patient))
    dialog = at.open()
    assert dialog.form.values()["start"] == "2026-11-01 01:45-05:00", "now is written so that it can be read back"
    at.people()
    at.type("start", "2026-11-01 01:30")
    at.enter()
    assert "comes twice that night" in dialog.form.error_of("start") and "-04:00 or -05:00" in dialog.form.error_of(
        "start"
    )
    assert dialog.form.values()["start"] == "2026-11-01 01:30"
    at.type("start", "2026-11-01 01:30-04:00")
    at.enter()
    (entry,) = made.doses.entries()
    assert entry.started_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_that_departures_are_listed_and_asked_with_everything_still_typed(at: Desk) -> None:
    dialog = at.open()
    at.people()
    at.type("note", "seizure")
    at.type("amount", "600")
    before = dialog.form.values()
    at.enter()
    assert "600 mg were given; 580 mg are calculated" in dialog.form.departures_text()
    assert dialog.form.values() == before and at.made.doses.entries() == []
    assert dialog.form.fields["deviation_reason"].isVisible()
    assert dialog.form.focusWidget() is dialog.form.fields["deviation_reason"].editor
    assert dialog.form.error_of("deviation_reason") == "", "asking is not scolding"
    at.type("deviation_reason", "whole vials, consultant agreed")
    at.enter()
    assert dialog.form.error_of("deviation_name") == "Who decided is missing."
    at.type("deviation_name", "A. Weiss")
    at.enter()
    (entry,) = at.made.doses.entries()
    assert (entry.deviation_reason, entry.deviation_name) == ("whole vials, consultant agreed", "A. Weiss")
    assert "600 mg were given" in dialog.done_view.text() and "A. Weiss" in dialog.done_view.text()


def test_that_a_reason_holds_only_for_the_departures_that_were_shown(at: Desk) -> None:
    dialog = at.open()
    at.people()
    at.type("amount", "600")
    at.enter()
    at.type("deviation_reason", "whole vials")
    at.type("deviation_name", "A. Weiss")
    at.type("start", "2026-12-01 20:00")
    assert dialog.form.departures_text() == ""
    at.enter()
    assert at.made.doses.entries() == [] and "Recorded 7 h 10 min after its start" in dialog.form.departures_text()
    assert dialog.form.values()["deviation_reason"] == "whole vials", "what was typed stays"
    at.enter()
    (entry,) = at.made.doses.entries()
    assert [finding.code for finding in entry.deviations] == ["dose_differs", "dose_recorded_late"]


def test_that_an_edit_while_the_answer_is_awaited_asks_anew(at: Desk) -> None:
    dialog = at.open()
    at.people()
    at.type("amount", "600")
    command = dialog.form.command("other request")
    at.type("amount", "900")
    dialog.panel.settle(at.made.doses.log_dose(command, ACTOR))
    assert dialog.form.departures_text() == "" and not dialog.form.asked
    at.type("deviation_reason", "whole vials")
    at.type("deviation_name", "A. Weiss")
    at.enter()
    assert "900 mg were given" in dialog.form.departures_text() and at.made.doses.entries() == []


def test_that_real_workers_record_one_dose_for_two_enters(qtbot: QtBot, tmp_path: Path) -> None:
    tasks = Tasks()
    at = desk(qtbot, tmp_path, tasks=tasks)
    at.page.open_record(at.patient)
    at.page.open_record(at.patient)
    qtbot.waitUntil(lambda: at.page.dialog is not None, timeout=5000)
    dialog = at.dialog
    at.people()
    at.enter()
    at.enter()
    qtbot.waitUntil(dialog.recorded, timeout=5000)
    qtbot.waitUntil(lambda: "Nobody is short." in dialog.done_view.text(), timeout=5000)
    assert len(at.made.doses.entries()) == 1
    tasks.close()


def test_that_a_proposed_amount_is_marked_when_what_it_rests_on_changes(at: Desk) -> None:
    dialog = at.open()
    at.type("start", "2026-12-02 02:00")
    assert dialog.form.values()["amount"] == "580" and dialog.form.amount_note().startswith("Beware: 580 mg")
    at.type("amount", "570")
    assert dialog.form.amount_note().startswith("Typed by hand; 580 mg is proposed")


def test_that_any_lot_can_be_named_and_a_short_lot_opens_a_discrepancy(at: Desk) -> None:
    dialog = at.open()
    at.people()
    first = dialog.form.vials.rows()[0].count.editor
    first.setFocus()
    first.selectAll()  # type: ignore[attr-defined]
    at.qtbot.keyClicks(first, "4")
    at.enter()
    assert dialog.recorded()
    said = dialog.done_view.text()
    assert "open discrepancy" in said and "Short 1 vial of lot B7101 (Main pharmacy)" in said
    (found,) = at.made.stock.discrepancies()
    assert found.vials == 1 and "B7101" not in at.made.on_hand()


def test_that_a_line_without_lot_or_number_is_asked_for(at: Desk) -> None:
    dialog = at.open()
    at.people()
    at.qtbot.keyClick(dialog.form.vials.add_button, Qt.Key.Key_Space)
    row = dialog.form.vials.rows()[-1]
    at.qtbot.keyClicks(row.count.editor, "2")
    at.enter()
    assert "Say which lot the 2 vials came from" in dialog.form.error_of("vials")
    at.qtbot.keyClick(row.remove, Qt.Key.Key_Space)
    assert dialog.form.error_of("vials") == "" and len(dialog.form.vials.rows()) == 2
    at.enter()
    assert dialog.recorded()


def test_that_a_dose_from_elsewhere_sends_no_vials_and_keeps_the_lines(at: Desk) -> None:
    dialog = at.open()
    at.people()
    at.choose("supply", Qt.Key.Key_Down)
    assert not dialog.form.vials.isVisible()
    at.enter()
    assert "none of our vials" in dialog.form.departures_text()
    at.choose("supply", Qt.Key.Key_Up)
    assert dialog.form.vials.isVisible() and len(dialog.form.vials.typed()) == 2
    at.choose("supply", Qt.Key.Key_Down)
    at.enter()
    at.type("deviation_reason", "came with the patient")
    at.type("deviation_name", "A. Weiss")
    at.enter()
    (entry,) = at.made.doses.entries()
    assert entry.vials == () and at.made.on_hand() == {"B7101": 3, "C2201": 2}
    assert "None of our vials were spent." in dialog.done_view.text()


def test_that_a_grade_as_told_goes_with_the_dose_and_its_mistakes_stand_in_place(at: Desk) -> None:
    dialog = at.open()
    at.people()
    at.choose("kind", Qt.Key.Key_Down)
    assert dialog.form.fields["grade"].isVisible()
    at.enter()
    assert all(dialog.form.error_of(name) for name in ("grade", "told_by", "graded_at"))
    at.choose("grade", Qt.Key.Key_Down, 3)
    at.type("told_by", "N. Berg")
    at.type("graded_at", "2026-12-02 02:50")
    at.enter()
    ((grade,),) = (episode.grades for episode in at.made.episodes.of(at.patient))
    assert (grade.kind, grade.grade, grade.scale, grade.told_by) == ("CRS", 2, "ASTCT 2019", "N. Berg")


def test_that_a_refused_proposal_still_lets_what_happened_be_recorded(at: Desk) -> None:
    vials = (at.made.line("B7101", 1), at.made.line("C2201", 1))
    must(at.made.doses.log_dose(dose(at.patient, vials), ACTOR))
    dialog = at.open()
    assert dialog.form.values()["amount"] == "" and "Type what was given" in dialog.form.amount_note()
    assert isinstance(at.made.doses.propose(at.patient), Refused)
    at.people()
    at.type("amount", "580")
    row = dialog.form.vials.rows()[0]
    row.lot.editor.setFocus()
    at.qtbot.keyClick(row.lot.editor, Qt.Key.Key_Down)
    at.qtbot.keyClicks(row.count.editor, "2")
    at.enter()
    assert "Started 0 h 10 min after the last dose" in dialog.form.departures_text()
    at.type("deviation_reason", "second bag")
    at.type("deviation_name", "A. Weiss")
    at.enter()
    assert dialog.recorded() and len(at.made.doses.entries()) == 2


def test_that_a_board_that_cannot_answer_does_not_hide_the_record(qtbot: QtBot, tmp_path: Path) -> None:
    at = desk(qtbot, tmp_path)
    shown: list[BaseException] = []
    at.page.tasks._present = lambda error, *rest: shown.append(error)

    def broken() -> str:
        raise RuntimeError("no board")

    at.page._consequences = broken
    dialog = at.open()
    at.people()
    at.enter()
    assert dialog.recorded() and "The board could not be asked" in dialog.done_view.text() and len(shown) == 1


def test_that_escape_leaves_nothing_behind(at: Desk) -> None:
    dialog = at.open()
    at.people()
    at.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert at.page.dialog is None and at.made.doses.entries() == []
