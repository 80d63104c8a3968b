"""The second check in the window, by keyboard alone: blind, compared, explained, corrected, alone, and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.doses.ui.page import DosesPage
from crs_desktop.doses.ui.second_panels import BigShape, CorrectPanel, ExplainPanel, LookPanel, ResultView, WhoPanel
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.staff.signing.commands import StateNightRule
from crs_desktop.staff.signing.model import Outcome, ProvenPerson, Prover, SecondSignature
from crs_desktop.staff.signing.service import SecondCheckBook, made_up_second
from tests.doses.made_up import ACTOR, NOW, ZONE, dose, must, stocked
from tests.doses.ui.desk import Desk, desk
from tests.doses.ui.looking import Looking, on_screen

HADDAD = ProvenPerson(0, "L. Haddad", frozenset({"pharmacist"}), NOW)
SECRET = "a long made up password"
# Weight, product and dose of the record, as they could be read anywhere; the site's other records hold none of them.
TOLD = ("72.5", "580", "Actemra", "B7101", "C2201")


def prove(at: Desk) -> Prover:
    """The only password of this pharmacy is SECRET."""

    def check(sign_in: str, secret: str) -> ProvenPerson | Refused:
        if secret != SECRET:
            return refuse(no("second_check_unknown", "second", sign_in))
        name = {"okafor": "M. Okafor"}.get(sign_in, HADDAD.name)
        return replace(HADDAD, name=name, at=at.made.store.clock.now())

    return Prover(check)


@pytest.fixture(autouse=True)
def empty_screen(qapp: QApplication) -> None:
    """No window of an earlier test is left to be read."""
    for window in qapp.topLevelWidgets():
        window.hide()


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Desk:
    """A page over a pharmacy with one dose of 580 mg recorded."""
    made, patient = stocked(tmp_path, NOW)
    vials = (made.line("B7101", 1), made.line("C2201", 1))
    must(made.doses.log_dose(dose(patient, vials), ACTOR))
    found = desk(qtbot, tmp_path, (made, patient))
    found.page.seconds._prover = prove(found)
    return found


@pytest.fixture
def looking(at: Desk) -> Looking:
    """The window is open, by keyboard from the log."""
    at.page.log.view.setFocus()
    at.page.log.view.selectRow(0)
    button = at.page.seconds.check_button
    assert button.isEnabled()
    button.setFocus()
    at.qtbot.keyClick(button, Qt.Key.Key_Space)
    found = Looking(at)
    at.qtbot.waitExposed(found.dialog)
    return found


def book(at: Desk) -> SecondCheckBook:
    return SecondCheckBook(at.made.store, ZONE)


def outcomes(at: Desk) -> list[Outcome]:
    (entry, *_) = at.made.doses.entries()
    return [one.outcome for one in book(at).checks("dose", entry.id)]


# --- waiting ---


def test_that_a_dose_that_waits_says_so_in_the_log_and_in_the_head_of_the_page(at: Desk) -> None:
    column = [one.header for one in at.page.log.model.columns].index("Second check")
    line = at.page.log.model.record_at(0)
    asked = at.page.log.model.columns[column]
    assert asked.text(line) == "waiting" and asked.state is not None and asked.state(line) is State.READY_BUT
    assert at.page.seconds.badge.text() == "1 dose waits for its second check"
    assert at.page.seconds.badge.state() is State.READY_BUT and at.page.seconds.badge.isVisible()


def test_that_the_log_can_show_only_what_waits(at: Desk) -> None:
    made = at.made
    second = must(made.doses.log_dose(dose(
        at.patient, (), "d2", started_at="2026-12-01 10:00", amount_mg="580", supply="elsewhere",
        deviation_reason="came with her", deviation_name="A. Weiss",
    ), ACTOR))  # fmt: skip
    must(made.doses.reverse("r", second.id, "entered twice", ACTOR))
    at.page.refresh()
    assert at.page.log.model.rowCount() == 2
    at.page.seconds.only_button.setFocus()
    at.qtbot.keyClick(at.page.seconds.only_button, Qt.Key.Key_Space)
    assert [line.entry.id for line in at.page.log.model.records()] == [1]
    at.qtbot.keyClick(at.page.seconds.only_button, Qt.Key.Key_Space)
    assert at.page.log.model.rowCount() == 2


def test_that_a_record_taken_back_waits_for_nobody(at: Desk) -> None:
    must(at.made.doses.reverse("r", 1, "entered twice", ACTOR))
    at.page.refresh()
    at.page.log.view.selectRow(0)
    assert not at.page.seconds.check_button.isEnabled()
    assert at.page.seconds.badge.text() == "No dose waits for its second check."
    assert at.page.seconds.badge.state() is State.READY and not at.page.seconds.only_button.isVisible()


def test_that_the_page_after_recording_says_that_it_waits_and_leads_to_the_check(qtbot: QtBot, tmp_path: Path) -> None:
    at = desk(qtbot, tmp_path)
    at.page.seconds._prover = prove(at)
    dialog = at.open()
    at.people()
    at.enter()
    assert dialog.recorded() and "waits for its second check" in dialog.done_view.text()
    button = dialog.done_view.check_button
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    looking = Looking(at)
    assert isinstance(looking.panel, WhoPanel) and at.page.dialog is None
    qtbot.waitUntil(lambda: "580" not in on_screen(), timeout=1000)
    looking.prove()
    looking.find()
    assert outcomes(at) == [Outcome.AGREED]


# --- blind ---


def test_that_nothing_of_the_record_can_be_read_anywhere_before_it_is_compared(at: Desk, looking: Looking) -> None:
    def told() -> list[str]:
        return [word for word in TOLD if word in on_screen().replace("\u00a0", " ")]

    assert told() == []
    assert "Adler" in on_screen() and "0041827" in on_screen(), "whose dose it is can be read"
    looking.prove()
    assert told() == []
    at.page.refresh()
    at.page._minute_passed()
    assert told() == [], "a page that reads anew stays covered"
    looking.find(weight="99.9", amount="6")
    assert told() == list(TOLD[:2]), "only now, when there is nothing to be led by any more"


def test_that_no_other_window_tells_anything_either(at: Desk) -> None:
    beside = QWidget()
    QLineEdit("580 mg, as on a dosing sheet", beside)
    at.qtbot.addWidget(beside)
    beside.show()
    at.page.log.view.selectRow(0)
    at.qtbot.keyClick(at.page.seconds.check_button, Qt.Key.Key_Space)
    assert "580" not in on_screen()
    at.qtbot.keyClick(Looking(at).dialog, Qt.Key.Key_Escape)
    assert beside.isVisible() and "580" in on_screen()


def test_that_the_search_for_told_values_sees_them_when_there_is_no_cover(at: Desk) -> None:
    assert [word for word in TOLD if word in on_screen()] == ["580", "B7101", "C2201"]


def test_that_the_page_is_shown_again_when_the_window_closes(at: Desk, looking: Looking) -> None:
    assert "A second check is under way" in on_screen()
    at.qtbot.keyClick(looking.dialog, Qt.Key.Key_Escape)
    assert at.page.seconds.dialog is None
    assert "580" in on_screen() and "A second check is under way" not in on_screen()
    assert outcomes(at) == []


def test_that_a_second_window_is_not_opened_over_the_first(at: Desk, looking: Looking) -> None:
    first = looking.dialog
    at.page.seconds.open(1, at.made.doses.overview().patients[0].patient)
    assert looking.dialog is first


# --- who ---


def test_that_a_wrong_password_is_said_and_lets_nobody_on(at: Desk, looking: Looking) -> None:
    looking.prove(secret="wrong")
    assert isinstance(looking.panel, WhoPanel)
    assert "no access to this store" in looking.panel.form.summary_text()


def test_that_the_password_is_never_readable_and_gone_once_it_was_used(at: Desk, looking: Looking) -> None:
    who = looking.dialog.who
    assert who.secret is not None
    line = who.secret.editor
    assert isinstance(line, QLineEdit) and line.echoMode() is QLineEdit.EchoMode.Password
    assert not who.secret.kept, "never in a draft"
    looking.prove()
    assert line.text() == "" and not line.isUndoAvailable()


def test_that_who_recorded_the_dose_cannot_check_it(at: Desk, looking: Looking) -> None:
    looking.prove("okafor")
    looking.find()
    assert "same person" in looking.panel.form.summary_text() and outcomes(at) == []


def test_that_the_demo_needs_no_password(at: Desk) -> None:
    at.page.seconds._prover = made_up_second(at.made.store.clock)
    at.page.log.view.selectRow(0)
    at.page.seconds.check_button.click()
    looking = Looking(at)
    assert "S. Lindgren" in looking.says() and looking.dialog.who.form.fields == {}
    at.qtbot.keyClick(looking.panel.accept_button, Qt.Key.Key_Return)
    looking.find()
    assert outcomes(at) == [Outcome.AGREED]


def test_that_a_page_without_a_prover_lets_nobody_sign(qtbot: QtBot, tmp_path: Path) -> None:
    made, _ = stocked(tmp_path, NOW)
    page = DosesPage(
        Tasks(inline=True), made.doses, made.patients, made.stock, lambda: ACTOR, lambda _id: (), lambda _id: None,
        lambda: "",
    )  # fmt: skip
    qtbot.addWidget(page)
    assert isinstance(page.seconds._prover.prove("haddad", SECRET), Refused)


def test_that_a_proof_grown_old_is_asked_again_and_what_was_entered_goes_on(at: Desk, looking: Looking) -> None:
    looking.prove()
    at.made.store.clock = StatedClock(NOW + timedelta(minutes=6))
    looking.find(amount="850")
    assert isinstance(looking.panel, WhoPanel) and "more than 5 minutes ago" in looking.says()
    looking.prove()
    assert isinstance(looking.dialog.step(), ResultView) and outcomes(at) == [Outcome.DIFFERS]


# --- agreed ---


def test_that_agreement_is_a_large_tick_in_words_too_and_enter_does_not_close_it(at: Desk, looking: Looking) -> None:
    looking.prove()
    looking.find()
    view = looking.dialog.step()
    assert isinstance(view, ResultView)
    (shape,) = view.findChildren(BigShape)
    assert shape.state is State.READY and shape.isVisible() and shape.height() >= 60
    assert "580 mg: both results agree" in looking.says() and "calculates 580 mg" in looking.says()
    assert "Recorded by M. Okafor, checked by L. Haddad." in looking.says()
    at.qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.isVisible()
    looking.press("Close")
    assert at.page.seconds.dialog is None
    at.page.refresh()
    assert at.page.seconds.badge.text() == "No dose waits for its second check."
    at.page.log.view.selectRow(0)
    assert "checked by L. Haddad" in at.page.record_text.text() and not at.page.seconds.check_button.isEnabled()


def test_that_what_is_missing_is_asked_beneath_its_field(at: Desk, looking: Looking) -> None:
    looking.prove()
    looking.type("amount", "581")
    looking.enter()
    assert isinstance(looking.panel, LookPanel)
    assert "580" not in looking.says() and "Recorded:" not in looking.says(), "nothing is compared yet"
    assert looking.panel.form.error_of("weight") == "Weight is missing."
    assert looking.panel.form.error_of("product") == "Product is missing."
    assert outcomes(at) == []


# --- differences ---


@pytest.fixture
def differing(looking: Looking) -> Looking:
    """The second person has found another weight and dose."""
    looking.prove()
    looking.find(weight="75.2", amount="602")
    return looking


def test_that_differences_stand_side_by_side_and_are_counted_before_they_are_shown(
    at: Desk, differing: Looking
) -> None:
    said = differing.says()
    for word in ("72.5 kg", "75.2 kg", "580 mg", "602 mg", "Recorded by M. Okafor", "Entered by L. Haddad"):
        assert word in said, word
    assert "Actemra" not in said, "what agrees is not listed"
    assert "the program calculates 601.6 mg; 602 mg was entered" in said
    assert outcomes(at) == [Outcome.DIFFERS] and book(at).counts().differed == 1
    view = differing.dialog.step()
    at.qtbot.keyClick(view, Qt.Key.Key_Return)
    assert differing.dialog.step() is view, "there is no default answer"


def test_that_leaving_at_a_difference_leaves_it_open_in_the_log(at: Desk, differing: Looking) -> None:
    at.qtbot.keyClick(differing.dialog, Qt.Key.Key_Escape)
    at.page.refresh()
    assert at.page.seconds.badge.state() is State.SHORT and "1 with a difference" in at.page.seconds.badge.text()
    assert at.page.seconds.caught.text().startswith("Checked so far: 1. Differed: 1; explained: 0, corrected: 0.")
    at.page.log.view.selectRow(0)
    assert "nobody has explained yet" in at.page.record_text.text()
    at.qtbot.keyClick(at.page.seconds.check_button, Qt.Key.Key_Space)
    assert "An earlier look at this dose differed" in Looking(at).says()


def test_that_ones_own_mistake_is_explained_for_each_difference_and_signed(at: Desk, differing: Looking) -> None:
    differing.press("My entry was wrong")
    assert isinstance(differing.panel, ExplainPanel)
    differing.type("why_weight", "read the neighbour's scale")
    differing.enter()
    assert differing.panel.form.error_of("why_amount").endswith("is missing.") and len(outcomes(at)) == 1
    differing.type("why_amount", "follows from the weight")
    differing.enter()
    assert outcomes(at) == [Outcome.DIFFERS, Outcome.EXPLAINED]
    check = book(at).checks("dose", 1)[-1]
    assert check.explanation == "Weight: read the neighbour's scale\nDose: follows from the weight"
    assert "signed, the difference is explained" in differing.says()


def test_that_a_wrong_record_is_taken_back_and_the_form_opens_again_filled(at: Desk, differing: Looking) -> None:
    differing.press("The record is wrong")
    assert isinstance(differing.panel, CorrectPanel)
    differing.enter()
    assert differing.panel.form.error_of("reason") == "Why is the record wrong is missing."
    differing.type("reason", "602 mg were drawn up")
    differing.enter()
    assert outcomes(at) == [Outcome.DIFFERS, Outcome.CORRECTED] and book(at).counts().corrected == 1
    assert at.made.doses.entries()[0].reversed_because == "602 mg were drawn up"
    form = at.dialog.form
    values = form.values()
    assert (values["amount"], values["start"], values["prescriber"]) == ("580", "2026-12-02 03:00", "A. Weiss")
    assert len(form.vials.typed()) == 2 and "taken back" in form.amount_note()
    assert at.page.seconds.dialog is None and "A second check is under way" not in on_screen()


def test_that_going_back_from_either_way_shows_the_differences_again(at: Desk, differing: Looking) -> None:
    for words in ("My entry was wrong", "The record is wrong"):
        differing.press(words)
        at.qtbot.keyClick(differing.panel, Qt.Key.Key_Escape)
        assert isinstance(differing.dialog.step(), ResultView) and "602 mg" in differing.says()


# --- alone ---


def night(at: Desk, start: str, end: str) -> None:
    typed = {"rule": "stands", "valid_from": "2026-12-02", "from": start, "until": end}
    command = StateNightRule(f"n {start}", "2026-12-02", start, end, "One pharmacist on nights, call the ward lead.")
    must(book(at).state_night_rule(command, ACTOR, SecondSignature(HADDAD, typed)))


def test_that_alone_without_a_rule_or_outside_its_hours_is_refused_with_its_text(at: Desk, looking: Looking) -> None:
    looking.press("Nobody else is here")
    assert "No night rule is in force" in looking.panel.form.summary_text()
    night(at, "23:00", "03:00")
    looking.press("Nobody else is here")
    said = looking.panel.form.summary_text()
    assert "23:00–03:00" in said and "One pharmacist on nights, call the ward lead." in said
    assert isinstance(looking.panel, WhoPanel) and outcomes(at) == []


def test_that_alone_at_night_shows_the_rule_wants_a_reason_and_is_looked_over_later(at: Desk, looking: Looking) -> None:
    night(at, "22:00", "06:00")
    looking.press("Nobody else is here")
    assert "call the ward lead" in looking.says() and "22:00–06:00" in looking.says()
    looking.enter()
    assert looking.panel.form.error_of("alone_reason").endswith("is missing.") and outcomes(at) == []
    looking.type("alone_reason", "sick call at 23:00")
    looking.enter()
    assert outcomes(at) == [Outcome.ALONE] and "signed alone" in looking.says()
    looking.press("Close")
    at.page.refresh()
    at.page.log.view.selectRow(0)
    assert "Signed alone by M. Okafor, not looked over yet: sick call at 23:00" in at.page.record_text.text()
    at.qtbot.keyClick(at.page.seconds.check_button, Qt.Key.Key_Space)
    again = Looking(at)
    assert "looked over now" in again.says() and not again.dialog.who.alone_button.isVisible()
    again.prove()
    again.find()
    assert outcomes(at) == [Outcome.ALONE, Outcome.LOOKED_OVER]


# --- what changed meanwhile ---


def test_that_a_dose_checked_meanwhile_is_said_on_the_page(at: Desk) -> None:
    at.page.log.view.selectRow(0)
    must(at.made.doses.reverse("r", 1, "entered twice", ACTOR))
    at.page.seconds.open(1, at.made.doses.overview().patients[0].patient)
    assert at.page.seconds.dialog is None and "entered twice" in at.page.seconds.complaint.text()
    assert at.page.seconds.complaint.isVisible()


def test_that_a_record_changed_meanwhile_is_said_in_the_window(at: Desk, looking: Looking) -> None:
    looking.prove()
    must(at.made.doses.reverse("r", 1, "entered twice", ACTOR))
    looking.find()
    assert "entered twice" in looking.panel.form.summary_text()


def test_that_real_workers_sign_once_for_two_enters(qtbot: QtBot, tmp_path: Path) -> None:
    made, patient = stocked(tmp_path, NOW)
    must(made.doses.log_dose(dose(patient, (made.line("B7101", 1), made.line("C2201", 1))), ACTOR))
    tasks = Tasks()
    at = desk(qtbot, tmp_path, (made, patient), tasks)
    at.page.seconds._prover = prove(at)
    qtbot.waitUntil(lambda: at.page.log.model.rowCount() == 1, timeout=5000)
    at.page.log.view.selectRow(0)
    qtbot.keyClick(at.page.seconds.check_button, Qt.Key.Key_Space)
    qtbot.keyClick(at.page.seconds.check_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: at.page.seconds.running, timeout=5000)
    looking = Looking(at)
    looking.prove()
    looking.enter()
    qtbot.waitUntil(lambda: isinstance(looking.dialog.step(), LookPanel), timeout=5000)
    looking.find()
    if isinstance(looking.dialog.step(), LookPanel):
        looking.enter()
    qtbot.waitUntil(lambda: isinstance(looking.dialog.step(), ResultView), timeout=5000)
    assert outcomes(at) == [Outcome.AGREED]
    tasks.close()
