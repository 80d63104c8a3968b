"""The patients page and its forms, by keyboard, on real services and a real store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, apply_theme
from crs_desktop.desktop.words import StateBadge
from crs_desktop.episodes.service import EpisodeBook
from crs_desktop.episodes.ui.forms import EpisodeForms
from crs_desktop.kernel.days import DayRange
from crs_desktop.patients.model import Outcome, Window
from crs_desktop.patients.service import PatientRegister
from crs_desktop.patients.ui.enrol_dialog import EnrolDialog
from crs_desktop.patients.ui.infusion_forms import WeighDialog
from crs_desktop.patients.ui.page import PatientsPage
from crs_desktop.store.store import Store
from crs_desktop.therapies.service import AdoptTherapy, TherapyLibrary
from tests.patients.made_up import ACTOR, CATALOGUE, NOW, WEIGHT, ZONE, enrolment
from tests.patients.test_enrolment import BAD_WEIGHTS
from tests.staff.signing.made_up import second

D = TypeVar("D", bound=QWidget)
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
GOOD = {
    "family_name": "Adler", "given_name": "Ruth", "mrn": "0041827", "birth_date": "1961-03-12", "allergies": "",
    "weight_kg": "72.5", "measured_at": "2026-12-01 07:45", "method": "standing scale",
}  # fmt: skip


class Screen:
    """A shown page with what a user can do to it."""

    def __init__(self, qtbot: QtBot, store: Store, register: PatientRegister) -> None:
        self.bot, self.store, self.register = qtbot, store, register
        self.book, self.library = EpisodeBook(store, ZONE), TherapyLibrary(store, CATALOGUE)
        self.tasks, self.extra = Tasks(inline=True), list[int]()
        forms = EpisodeForms(self.tasks, self.book, lambda: ACTOR)
        extra = (("Record a &dose", self.extra.append),)
        self.page = PatientsPage(self.tasks, register, forms, lambda: ACTOR, extra)
        self.bridge = ChangeBridge(store.feed)
        self.bridge.watch(self.page)
        self.page.resize(1200, 800)
        qtbot.addWidget(self.page)
        self.page.show()
        qtbot.waitExposed(self.page)
        self.activate(self.page)

    def activate(self, window: QWidget) -> None:
        window.activateWindow()
        self.bot.waitUntil(window.isActiveWindow)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key, modifier)

    def on_page(self, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
        self.activate(self.page)
        QTest.keyClick(self.page, key, modifier)

    def write(self, text: str) -> None:
        """Type what a keyboard has, paste the rest."""
        focus = QApplication.focusWidget()
        assert focus is not None
        if text.isascii():
            QTest.keyClicks(focus, text)
        else:
            QGuiApplication.clipboard().setText(text)
            QTest.keyClick(focus, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def fill(self, *texts: str) -> None:
        """One field after the other; the cursor stays in the last."""
        for number, text in enumerate(texts):
            if number:
                self.press(Qt.Key.Key_Tab)
            self.write(text)

    def opened(self, kind: type[D]) -> D:
        self.bot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, kind)
        self.activate(dialog)
        return dialog

    def settled(self, done: Callable[[], bool]) -> None:
        self.bot.waitUntil(done)

    def enrol_form(self, typed: dict[str, str] | None = None) -> EnrolDialog:
        self.page.open_enrol()
        dialog = self.opened(EnrolDialog)
        dialog.form.set_values({**GOOD, **(typed or {}), "therapy": "teclistamab"})
        dialog.form.changed.emit("therapy")
        dialog.form.set_values({"regimen": "mono", "start": "2026-12-03"})
        return dialog

    def only(self) -> str:
        return self.page.detail.banner.who.text().replace("\u00a0", " ")


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication, store: Store, register: PatientRegister) -> Iterator[Screen]:
    apply_theme(qapp, "light", 100)
    shown = Screen(qtbot, store, register)
    yield shown
    modal = QApplication.activeModalWidget()
    if modal is not None:
        modal.close()
    shown.bridge.close()
    shown.page.close()


@pytest.fixture
def filled(screen: Screen) -> Screen:
    screen.register.enrol(enrolment(allergies="latex", start="2026-12-01"), ACTOR)
    old = WEIGHT.__class__("80", "2026-11-20 09:00", "bed scale")
    screen.register.enrol(enrolment("r2", "0050113", "Osei", "Kwame", "1972-10-30", "", old), ACTOR)
    screen.settled(lambda: screen.page.table.model.total() == 2)
    screen.page.choose(1)
    return screen


def test_that_a_patient_is_enrolled_by_keyboard_alone(screen: Screen) -> None:
    assert screen.page.notice_text().startswith("No patients yet")
    screen.on_page(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = screen.opened(EnrolDialog)
    screen.fill("Adler", "Ruth", "0041827", "1961-03-12", "latex", "72.5", "s", "2026-12-01 07:45", "tecv", "", "", "M")
    screen.press(Qt.Key.Key_Tab)
    assert dialog.preview.table.model.records() == []
    screen.write("2026-12-03")
    days = [f"{item.day:%d}" for item in dialog.preview.table.model.records()[:3]]
    assert days == ["03", "06", "09"]
    assert "Rescue window Thu 3 to Fri 11 Dec: 1 set" in dialog.preview.text()
    assert "not adopted" in dialog.preview.text()
    screen.press(Qt.Key.Key_Return)
    screen.settled(lambda: screen.page.current_id() == 1)
    record = screen.register.record(1)
    assert record is not None and record.weighing is not None
    assert (record.patient.mrn, str(record.weighing.weight)) == ("0041827", "72.5 kg")
    assert [item.dose.key for item in screen.page.detail.schedule.model.records()[:3]] == ["SUD1", "SUD2", "FULL1"]


@pytest.mark.parametrize("typed", [weight for weight in BAD_WEIGHTS if weight])
def test_that_a_bad_weight_is_said_at_its_field_and_stays_as_typed(screen: Screen, typed: str) -> None:
    dialog = screen.enrol_form({"weight_kg": ""})
    dialog.form.fields["weight_kg"].editor.setFocus()
    screen.write(typed)
    screen.press(Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert typed in dialog.form.error_of("weight_kg")
    assert dialog.form.values()["weight_kg"] == typed
    assert QApplication.focusWidget() is dialog.form.fields["weight_kg"].editor
    assert screen.register.records() == []


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("birth_date", "2026-02-31", "There is no day 2026-02-31."),
        ("start", "2027-02-31", "There is no day 2027-02-31."),
        ("family_name", "x" * 300, "Family name has 300 characters; 200 is the most."),
        ("family_name", "", "Family name is missing."),
        ("given_name", "Ru\u202eth", "Given name holds a character that cannot be printed safely (U+202E)."),
        ("mrn", "００４", "The record number “００４” is not understood"),
        ("measured_at", "2026-11-01 01:30", "comes twice that night: type the offset behind it, -04:00 or -05:00"),
        ("measured_at", "2026-03-08 02:30", "There is no time 2026-03-08 02:30 in America/New_York"),
    ],
)
def test_that_a_bad_entry_is_said_at_its_field_and_stays_as_typed(
    screen: Screen, field: str, typed: str, said: str
) -> None:
    dialog = screen.enrol_form()
    editor = dialog.form.fields[field].editor
    editor.setFocus()
    screen.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    screen.press(Qt.Key.Key_Delete)
    screen.write(typed)
    screen.press(Qt.Key.Key_Return)
    assert said in dialog.form.error_of(field)
    assert dialog.form.values()[field] == typed
    assert screen.register.records() == []


def test_that_an_empty_form_says_every_missing_entry_at_once_and_esc_leaves_it(screen: Screen) -> None:
    screen.page.open_enrol()
    dialog = screen.opened(EnrolDialog)
    screen.press(Qt.Key.Key_Return)
    for field in ("family_name", "given_name", "mrn", "birth_date", "therapy", "start"):
        assert dialog.form.error_of(field), field
    assert dialog.form.error_of("weight_kg") == ""  # nobody has weighed yet
    screen.press(Qt.Key.Key_Escape)
    screen.settled(lambda: QApplication.activeModalWidget() is None)
    assert screen.register.records() == []


@pytest.mark.parametrize("name", ["<b>Bold</b> & Söhne", "כהן", "王小明", "Z\u030celjka"])
def test_that_a_name_in_any_script_is_shown_as_it_is(screen: Screen, name: str) -> None:
    dialog = screen.enrol_form({"family_name": ""})
    dialog.form.fields["family_name"].editor.setFocus()
    screen.write(name)
    screen.press(Qt.Key.Key_Return)
    screen.settled(lambda: screen.page.current_id() == 1)
    record = screen.register.record(1)
    assert record is not None
    assert record.patient.name in screen.only()
    assert screen.page.table.model.records()[0].record.patient.name == record.patient.name


def test_that_a_name_written_from_right_to_left_cannot_turn_the_number_around(screen: Screen) -> None:
    screen.register.enrol(enrolment(family_name="כהן", given_name="נועה"), ACTOR)
    screen.settled(lambda: screen.page.current_id() == 1)
    # The line runs left to right and the name stands in a direction of its own.
    assert screen.only().startswith("\u200e\u2068כהן, נועה\u2069   Record number 0041827")
    screen.page.open_weigh()
    dialog = screen.opened(WeighDialog)
    assert dialog.panel.identifiers_text().startswith("\u200e\u2068כהן, נועה\u2069   Record number")


def test_that_a_record_number_already_here_names_its_patient(filled: Screen) -> None:
    dialog = filled.enrol_form({"family_name": "Other"})
    dialog.panel.submit()
    assert "already belongs to Adler, Ruth, born 12 Mar 1961" in dialog.form.error_of("mrn")
    assert dialog.form.values()["family_name"] == "Other"


def test_that_an_unusual_weight_is_confirmed_by_key_and_a_changed_one_is_asked_anew(screen: Screen) -> None:
    dialog = screen.enrol_form({"weight_kg": "1.5"})
    box = dialog.form.fields["confirm_weight"]
    assert box.isHidden()
    dialog.panel.submit()
    assert "1.5 kg is outside 2 to 250 kg" in dialog.form.error_of("weight_kg")
    assert not box.isHidden() and QApplication.focusWidget() is box.editor
    screen.press(Qt.Key.Key_Space)
    dialog.form.fields["weight_kg"].editor.setFocus()
    screen.write("3")
    assert box.isHidden()
    screen.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    screen.write("251")
    screen.press(Qt.Key.Key_Return)
    assert not box.isHidden() and box.value() == ""
    assert screen.register.records() == []
    screen.press(Qt.Key.Key_Space)
    screen.press(Qt.Key.Key_Return)
    screen.settled(lambda: screen.page.current_id() == 1)


def test_that_an_enrolment_asked_for_before_the_page_has_read_opens_when_it_has(
    qtbot: QtBot, qapp: QApplication, store: Store, register: PatientRegister
) -> None:
    page = PatientsPage(Tasks(inline=True), register, None, lambda: ACTOR)
    qtbot.addWidget(page)
    assert page.open_enrol() is None
    page.show()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), EnrolDialog))
    modal = QApplication.activeModalWidget()
    assert modal is not None
    modal.close()
    assert "&Tell a grade" not in page.detail.buttons


def test_that_windows_handed_in_are_shown_instead_of_our_own(
    qtbot: QtBot, store: Store, register: PatientRegister
) -> None:
    register.enrol(enrolment(), ACTOR)
    owed = {1: (Window(1, (1,), DayRange(date(2026, 12, 3), date(2026, 12, 11)), 0),)}
    page = PatientsPage(Tasks(inline=True), register, None, lambda: ACTOR, (), lambda: owed)
    qtbot.addWidget(page)
    page.show()
    assert page.detail.banner.window_fact.text() == "Thu 3 to Fri 11 Dec: 0 sets"


def test_that_a_namesake_is_asked_about_in_the_form(filled: Screen) -> None:
    dialog = filled.enrol_form({"family_name": "ADLER", "mrn": "0099"})
    dialog.panel.submit()
    assert "Adler, Ruth is already here (0041827, born 12 Mar 1961)" in dialog.form.error_of("family_name")
    assert QApplication.focusWidget() is dialog.form.fields["confirm_name"].editor
    filled.press(Qt.Key.Key_Return)  # without the yes it is asked again
    assert len(filled.register.records()) == 2
    filled.press(Qt.Key.Key_Space)
    filled.press(Qt.Key.Key_Return)
    filled.settled(lambda: len(filled.register.records()) == 3)


def test_that_the_banner_holds_two_identifiers_and_says_when_nobody_asked_for_allergies(filled: Screen) -> None:
    banner = filled.page.detail.banner
    for part in ("Adler, Ruth", "Record number 0041827", "born 12 Mar 1961"):
        assert part in filled.only()
    assert banner.allergies_text() == "Allergies: latex"
    filled.page.choose(2)
    assert "Osei, Kwame" in filled.only()
    assert banner.allergies_text() == "Allergies: nobody has asked"
    badges = {badge.text(): badge.state() for badge in banner.findChildren(StateBadge) if badge.isVisible()}
    assert badges["Allergies: nobody has asked"] is State.CANNOT_SAY
    assert badges["80 kg, 12 days old: stale, policy allows 7 days"] is State.READY_BUT
    assert badges["not adopted at this site"] is State.READY_BUT
    assert banner.weight.text() == "80 kg, 12 days old: stale, policy allows 7 days"
    assert banner.adoption.text() == "not adopted at this site"
    assert banner.window_fact.text() == "Thu 3 to Fri 11 Dec: 1 set"


def test_that_an_adoption_is_shown_as_soon_as_it_is_signed(filled: Screen) -> None:
    tec = CATALOGUE.protocol("teclistamab")
    adopted = AdoptTherapy("a1", tec.id, tec.fingerprint, "N. Berg", True, ())
    filled.library.adopt(adopted, ACTOR, second(filled.library.asked(adopted), NOW))
    filled.settled(lambda: filled.page.detail.banner.adoption.text() == "by N. Berg, Wed 2 Dec 2026")


def test_that_the_filter_finds_patients_by_what_is_shown_of_them(filled: Screen) -> None:
    expected = {"stale": ["Osei"], "0041827": ["Adler"], "overdue": ["Adler"], "teclistamab 1961": ["Adler"]}
    for word, names in expected.items():
        filled.page.table.filter_box.setText(word)
        assert [line.record.patient.family_name for line in filled.page.table.model.records()] == names, word


def test_that_the_schedule_shows_allowed_days_and_what_needs_a_look(filled: Screen) -> None:
    view = filled.page.detail.schedule
    rows = [[str(view.model.index(row, at).data()) for at in range(6)] for row in range(4)]
    assert rows[0] == [
        "Step-up dose 1", "1 unverified", "Tue 1 Dec", "overdue, not recorded", "any: it starts the schedule",
        "4.35 mg (0.06 mg/kg)",
    ]  # fmt: skip
    assert rows[1][4] == "Thu 3 to Tue 8 Dec"
    assert rows[3][4] == "not known: see the label"
    assert filled.page.detail.infusion() == view.model.record_at(0)
    assert "nothing is recorded about it" in filled.page.detail.said()


def test_that_an_infusion_is_marked_given_by_key(filled: Screen) -> None:
    filled.on_page(Qt.Key.Key_G, CTRL_SHIFT)
    dialog = filled.opened(FormDialog)
    assert "Record number 0041827" in dialog.panel.identifiers_text()
    filled.write("2026-12-02 12:00")
    filled.press(Qt.Key.Key_Return)
    assert "lies in the future" in dialog.form.error_of("given_at")
    filled.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    filled.write("2026-12-01 09:40")
    filled.press(Qt.Key.Key_Return)
    filled.settled(lambda: filled.page.detail.schedule.model.records()[0].outcome is Outcome.GIVEN)
    assert filled.page.table.model.records()[0].next != filled.page.detail.schedule.model.records()[0]


@pytest.mark.parametrize(("key", "outcome"), [(Qt.Key.Key_H, Outcome.HELD), (Qt.Key.Key_N, Outcome.NOT_GIVEN)])
def test_that_held_and_not_given_ask_for_the_reason(filled: Screen, key: Qt.Key, outcome: Outcome) -> None:
    filled.on_page(key, CTRL_SHIFT)
    dialog = filled.opened(FormDialog)
    filled.press(Qt.Key.Key_Return)
    assert dialog.form.error_of("reason") == "Why is missing."
    filled.write("fever")
    filled.press(Qt.Key.Key_Return)
    filled.settled(lambda: filled.page.detail.schedule.model.records()[0].outcome is outcome)
    assert "Reason: fever" in filled.page.detail.said()


def test_that_a_move_shows_what_the_label_says_before_it_is_saved(filled: Screen) -> None:
    filled.page.detail.schedule.choose((1, "SUD2"))
    filled.on_page(Qt.Key.Key_R, CTRL_SHIFT)
    dialog = filled.opened(FormDialog)
    preview = next(child for child in dialog.findChildren(QWidget) if type(child).__name__ == "MovePreview")
    text: Callable[[], str] = preview.text  # type: ignore[attr-defined]
    assert "Allowed: Thu 3 to Tue 8 Dec" in text() and "Type a day" in text()
    filled.write("2026-12-05")
    assert "Inside the window as it is on file; nobody here has verified it." in text()
    assert "not adopted at this site" in text() and "First treatment dose to Tue 8 Dec" in text()
    filled.press(Qt.Key.Key_Backspace)
    filled.write("7")
    assert "Inside" not in text() and "past the usual 4" in text()
    for _ in range(2):
        filled.press(Qt.Key.Key_Backspace)
    filled.write("12")
    assert "11 days after the dose before, more than 7: see the restart rule." in text()
    assert "Rescue window: Tue 1 to Thu 17 Dec" in text()
    filled.press(Qt.Key.Key_Tab)
    filled.press(Qt.Key.Key_Tab)
    filled.write("fever")
    filled.press(Qt.Key.Key_Return)
    filled.settled(lambda: "too late: " in str(filled.page.detail.schedule.model.index(1, 4).data()))
    assert filled.page.detail.schedule.model.columns[4].state is not None


def test_that_the_label_without_a_limit_is_not_taken_for_a_yes(filled: Screen) -> None:
    filled.page.detail.schedule.choose((1, "W1"))
    filled.page.open_move()
    dialog = filled.opened(FormDialog)
    preview = next(child for child in dialog.findChildren(QWidget) if type(child).__name__ == "MovePreview")
    filled.write("2026-12-16")
    assert "no limit was read: see the label" in preview.text()  # type: ignore[attr-defined]
    assert "Inside" not in preview.text()  # type: ignore[attr-defined]


def test_that_a_weight_is_added_by_key(filled: Screen) -> None:
    filled.page.choose(2)
    filled.on_page(Qt.Key.Key_W, CTRL_SHIFT)
    dialog = filled.opened(WeighDialog)
    assert "Osei, Kwame" in dialog.panel.identifiers_text()
    filled.fill("81.2", "b", "2026-12-02 08:00")
    filled.press(Qt.Key.Key_Return)
    filled.settled(lambda: filled.page.detail.banner.weight.text() == "81.2 kg, weighed today, bed scale")
    assert filled.page.current_id() == 2


def test_that_a_course_ends_with_a_kind_a_day_and_a_reason(filled: Screen) -> None:
    filled.on_page(Qt.Key.Key_I, CTRL_SHIFT)
    dialog = filled.opened(FormDialog)
    filled.press(Qt.Key.Key_Return)
    assert all(dialog.form.error_of(name) for name in ("kind", "day", "reason"))
    dialog.form.set_values({"kind": "withdrawn", "day": "2026-12-02", "reason": "progress"})
    filled.press(Qt.Key.Key_Return)
    filled.settled(lambda: "withdrawn Wed 2 Dec 2026. progress" in filled.page.detail.banner.ended.text())
    button = filled.page.detail.buttons["W&ithdrawn or died"]
    assert not button.isEnabled()
    filled.on_page(Qt.Key.Key_I, CTRL_SHIFT)
    assert QApplication.activeModalWidget() is None


def test_that_a_grade_is_told_and_the_episode_closed_by_key(filled: Screen) -> None:
    close = filled.page.detail.buttons["&Close the episode"]
    assert not close.isEnabled()
    filled.on_page(Qt.Key.Key_T, CTRL_SHIFT)
    dialog = filled.opened(FormDialog)
    filled.press(Qt.Key.Key_Return)
    assert all(dialog.form.error_of(name) for name in ("kind", "grade", "scale", "told_by", "graded_at"))
    filled.fill("C", "2", "A", "N. Berg", "2026-12-02 03:10")
    filled.press(Qt.Key.Key_Return)
    filled.settled(close.isEnabled)
    assert "CRS grade 2 (ASTCT 2019), told by N. Berg" in filled.page.detail.banner.episode.text()
    assert "not derived" in filled.page.detail.banner.episode.text()
    filled.on_page(Qt.Key.Key_C, CTRL_SHIFT)
    filled.opened(FormDialog)
    filled.write("no fever for 48 h")
    filled.press(Qt.Key.Key_Return)
    filled.settled(lambda: not close.isEnabled())


def test_that_an_action_handed_in_gets_the_chosen_patient(filled: Screen) -> None:
    filled.page.choose(2)
    filled.page.detail.buttons["Record a &dose"].click()
    assert filled.extra == [2]


def test_that_a_commit_elsewhere_leaves_the_chosen_patient_and_dose_as_they_are(filled: Screen) -> None:
    filled.page.choose(2)
    filled.page.detail.schedule.choose((2, "FULL1"))
    filled.register.enrol(enrolment("r3", "0007", "Aaron", "Aaron"), ACTOR)
    filled.settled(lambda: filled.page.table.model.total() == 3)
    infusion = filled.page.detail.infusion()
    assert filled.page.current_id() == 2 and infusion is not None and infusion.dose.key == "FULL1"


def test_that_a_state_never_stands_without_its_word(filled: Screen) -> None:
    columns = filled.page.table.model.columns
    for line in filled.page.table.model.records():
        for column in columns:
            state = column.state(line) if column.state is not None else None
            if state is not None:
                assert any(word in column.whole(line) for word in ("stale", "overdue", "held", "no weight"))
                assert state in (State.READY_BUT, State.CANNOT_SAY)


def test_that_a_weight_saved_by_the_real_worker_comes_back_to_the_page_by_itself(
    qtbot: QtBot, store: Store, register: PatientRegister
) -> None:
    register.enrol(enrolment(), ACTOR)
    tasks, bridge = Tasks(), ChangeBridge(store.feed)
    page = PatientsPage(tasks, register, None, lambda: ACTOR)
    qtbot.addWidget(page)
    bridge.watch(page)
    page.show()
    qtbot.waitUntil(lambda: page.current_id() == 1)
    page.open_weigh()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), WeighDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, WeighDialog)
    dialog.form.set_values({"weight_kg": "70", "measured_at": "2026-12-02 08:00", "method": "bed scale"})
    dialog.panel.submit()
    assert not dialog.panel.accept_button.isEnabled()  # nothing is sent twice
    qtbot.waitUntil(lambda: page.detail.banner.weight.text() == "70 kg, weighed today, bed scale")
    bridge.close()
    tasks.close()
