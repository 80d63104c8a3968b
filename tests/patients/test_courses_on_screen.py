"""Late doses, restarts, versions, phases and heights on the patients page, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.theme import State, apply_theme
from crs_desktop.desktop.words import PlainLabel, StateBadge
from crs_desktop.patients.commands import MarkInfusion, WeightTyped
from crs_desktop.patients.courses.commands import MoveCourse
from crs_desktop.patients.model import Outcome, PatientRecord
from crs_desktop.patients.service import PatientRegister
from crs_desktop.patients.ui.changes import ChangesTable
from crs_desktop.patients.ui.height_form import HeightDialog
from crs_desktop.patients.ui.infusion_forms import MovePreview
from crs_desktop.patients.ui.restart_dialog import LadderPreview
from crs_desktop.store.store import Store
from crs_desktop.therapies.rules.differences import Difference
from tests.patients.made_up import ACTOR, enrolment
from tests.patients.other_versions import TEC, adopt, edited, older
from tests.patients.test_courses_going_on import replace_key
from tests.patients.test_page import CTRL_SHIFT, Screen

ROW = "Restart at step-up dose 1 (0.06 mg/kg). Premedicate as before a step-up dose. Observe as after a step-up dose."


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication, store: Store, register: PatientRegister) -> Iterator[Screen]:
    """A patient whose second step is late: 9 days after the first one."""
    apply_theme(qapp, "light", 100)
    register.enrol(enrolment(start="2026-11-23"), ACTOR)
    register.mark(MarkInfusion("g1", 1, "SUD1", "given", "2026-11-23 09:00", ""), ACTOR)
    shown = Screen(qtbot, store, register)
    shown.settled(lambda: shown.page.current_id() == 1)
    yield shown
    modal = QApplication.activeModalWidget()
    if modal is not None:
        modal.close()
    shown.bridge.close()
    shown.page.close()


def record_of(screen: Screen) -> PatientRecord:
    record = screen.register.record(1)
    assert record is not None
    return record


def badge(of: object) -> tuple[State | None, str]:
    assert isinstance(of, LadderPreview | MovePreview)
    found = of.findChild(StateBadge)
    assert isinstance(found, StateBadge)
    return found.state(), found.text()


def enabled(screen: Screen, words: str) -> bool:
    return screen.page.detail.buttons[words].isEnabled()


def shown_as_given(screen: Screen, key: str) -> None:
    """Wait until the page has read again."""
    screen.settled(
        lambda: any(
            item.dose.key == key and item.outcome is Outcome.GIVEN
            for item in screen.page.detail.schedule.model.records()
        )
    )


def shown_version(screen: Screen, fingerprint: str) -> None:
    """Wait until the page shows the course on this version."""
    screen.settled(lambda: fingerprint[:8] in screen.page.detail.banner.protocol.text())


# --- what the label says ---


def test_that_a_late_dose_is_shown_with_the_rule_of_today(screen: Screen) -> None:
    said = screen.page.detail.said()
    assert f"Today, Wed 2 Dec: 9 days after Step-up dose 1. {ROW} Use “Restart the step-up” for that." in said
    screen.page.detail.schedule.choose((1, "FULL1"))
    assert "Today" not in screen.page.detail.said()  # the rule speaks of the dose that comes next


def test_that_a_late_dose_is_shown_with_the_day_on_which_the_rule_changes(screen: Screen) -> None:
    screen.register.mark(MarkInfusion("g2", 1, "SUD2", "given", "2026-11-26 09:00", ""), ACTOR)
    shown_as_given(screen, "SUD2")
    screen.page.detail.schedule.choose((1, "FULL1"))
    said = screen.page.detail.said()
    assert "Today, Wed 2 Dec: 6 days after Step-up dose 2. Not late: go on as planned." in said
    assert "From Fri 4 Dec on: 8 days after Step-up dose 2. Repeat step-up dose 2 (0.3 mg/kg)" in said


def test_that_a_typed_day_is_answered_with_the_rule_for_that_day_before_it_is_saved(screen: Screen) -> None:
    screen.on_page(Qt.Key.Key_R, CTRL_SHIFT)
    dialog = screen.opened(FormDialog)
    preview = dialog.findChild(MovePreview)
    assert isinstance(preview, MovePreview)
    screen.write("2026-12-05")
    assert f"12 days after Step-up dose 1. {ROW}" in preview.text()
    assert badge(preview) == (State.READY_BUT, "beware")
    assert "Rescue window" in preview.text()


def test_that_a_day_for_which_the_label_has_no_rule_says_so(screen: Screen) -> None:
    strict = edited(TEC, (r'(id = "sud1_late"\n(?:.*\n)*?least = )8$', r"\g<1>20"))
    adopt(screen.store, strict)
    screen.register.courses.move(move(strict.fingerprint), ACTOR)
    shown_version(screen, strict.fingerprint)
    said = screen.page.detail.said()
    assert "Today, Wed 2 Dec: 9 days after Step-up dose 1. No rule recorded: see the label." in said
    assert f"From Sun 13 Dec on: 20 days after Step-up dose 1. {ROW}" in said
    screen.on_page(Qt.Key.Key_R, CTRL_SHIFT)
    preview = screen.opened(FormDialog).findChild(MovePreview)
    assert isinstance(preview, MovePreview)
    screen.write("2026-12-04")
    assert "11 days after Step-up dose 1. No rule recorded: see the label." in preview.text()
    assert badge(preview)[0] is State.READY_BUT


def move(fingerprint: str) -> MoveCourse:
    return MoveCourse("v9", 1, fingerprint, "signed")


# --- begun again ---


def test_that_a_step_up_is_begun_again_by_keys_with_its_dated_ladder_before(screen: Screen) -> None:
    assert enabled(screen, "Restart the step-&up")
    screen.on_page(Qt.Key.Key_U, CTRL_SHIFT)
    dialog = screen.opened(FormDialog)
    assert "Record number 0041827" in dialog.panel.identifiers_text()
    assert dialog.form.values()["row"] == "sud1_late"  # the rule of today is chosen
    screen.press(Qt.Key.Key_Return)
    assert dialog.form.error_of("start") and dialog.form.error_of("reason") == "Reason is missing."
    preview = dialog.findChild(LadderPreview)
    assert isinstance(preview, LadderPreview)
    assert preview.table.model.records() == []
    screen.write("2026-12-03")
    assert [f"{item.day:%d} {item.dose.key}" for item in preview.table.model.records()[:3]] == [
        "03 SUD1", "06 SUD2", "09 FULL1",
    ]  # fmt: skip
    unsure = "What is on file names this rule for that day; nobody here has verified it."
    assert badge(preview) == (State.READY_BUT, unsure)  # nobody has adopted it
    assert "This protocol is not adopted at this site" in preview.text()
    assert "Rescue window Thu 3 to Fri 11 Dec: 1 set" in preview.text()
    screen.press(Qt.Key.Key_Tab)
    screen.write("fever")
    screen.press(Qt.Key.Key_Return)
    screen.settled(lambda: len(record_of(screen).courses) == 2)
    assert record_of(screen).courses[1].follows == 1
    screen.settled(lambda: screen.page.detail.banner.window_fact.text() == "Thu 3 to Fri 11 Dec: 1 set")
    assert screen.page.table.model.records()[0].next is not None


def test_that_another_rule_than_that_of_the_day_is_marked(screen: Screen) -> None:
    adopt(screen.store, TEC)
    shown_version(screen, TEC.fingerprint)
    screen.settled(lambda: "Berg" in screen.page.detail.banner.adoption.text())
    screen.register.mark(MarkInfusion("g2", 1, "SUD2", "given", "2026-11-24 10:00", ""), ACTOR)
    shown_as_given(screen, "SUD2")
    screen.page.open_restart()
    dialog = screen.opened(FormDialog)
    preview = dialog.findChild(LadderPreview)
    assert isinstance(preview, LadderPreview)
    dialog.form.set_values({"row": "sud2_over_28", "start": "2026-12-03"})
    dialog.form.changed.emit("row")
    assert badge(preview) == (State.READY_BUT, "The label says otherwise for that day.")
    assert "9 days after Step-up dose 2. Repeat step-up dose 2" in preview.text()
    assert "Weigh benefit and risk first." in preview.text()
    dialog.form.set_values({"row": "sud2_8_28", "start": "2026-11-20"})
    dialog.form.changed.emit("start")
    assert preview.table.model.records() == []
    dialog.form.set_values({"row": "sud2_8_28", "start": "2026-12-03"})
    dialog.form.changed.emit("start")
    assert [item.dose.key for item in preview.table.model.records()[:2]] == ["SUD2", "FULL1"]
    assert badge(preview) == (State.READY, "The label names this rule for that day.")  # adopted, and read


def test_that_nothing_is_begun_again_before_a_dose_was_given(screen: Screen) -> None:
    screen.register.enrol(enrolment("r2", "0099", "Osei", "Kwame"), ACTOR)
    screen.page.choose(2)
    screen.settled(lambda: screen.page.current_id() == 2)
    assert not enabled(screen, "Restart the step-&up")


# --- another version ---


def test_that_a_course_is_moved_by_keys_and_the_differences_stand_there_before(screen: Screen) -> None:
    later = edited(older(), (r"^(first_gap_days = )7$", r"\g<1>10"))
    adopt(screen.store, later)
    screen.on_page(Qt.Key.Key_V, CTRL_SHIFT)
    dialog = screen.opened(FormDialog)
    assert dialog.form.values()["fingerprint"] == later.fingerprint
    texts = [item for table in dialog.findChildren(type(screen.page.detail.schedule)) for item in table.model.records()]
    paths = {item.path: (item.before_text, item.after_text) for item in texts if isinstance(item, Difference)}
    assert paths["label_revision"] == (TEC.label_revision, "2020-01")
    changes = dialog.findChild(ChangesTable)
    assert isinstance(changes, ChangesTable)
    first = changes.table.model.records()[0]
    assert (first.label, first.before, first.after) == ("Weekly treatment dose 1", date(2026, 12, 6), date(2026, 12, 9))
    screen.press(Qt.Key.Key_Return)
    assert dialog.form.error_of("reason") == "Reason is missing."
    screen.write("the site follows its adopted text")
    screen.press(Qt.Key.Key_Return)
    screen.settled(lambda: record_of(screen).courses[0].protocol.fingerprint == later.fingerprint)
    screen.settled(lambda: "2020-01" in screen.page.detail.banner.protocol.text())


def test_that_a_version_that_has_no_place_for_a_recorded_dose_says_so_before_it_is_sent(screen: Screen) -> None:
    other = replace_key(older())
    adopt(screen.store, other)
    screen.page.open_versions()
    dialog = screen.opened(FormDialog)
    said = [label.text() for label in dialog.form.findChildren(PlainLabel)]
    assert "“Step-up dose 1” is recorded, and that version has no such dose." in said
    dialog.form.set_values({"reason": "try"})
    dialog.panel.submit()
    assert "has no such dose" in dialog.form.error_of("fingerprint")


def test_that_a_site_without_another_adopted_version_is_told_so(screen: Screen) -> None:
    screen.page.open_versions()
    dialog = screen.opened(FormDialog)
    said = " ".join(label.text() for label in dialog.form.findChildren(PlainLabel))
    assert "The site has adopted no other version of this therapy." in said
    dialog.panel.submit()
    assert dialog.form.error_of("fingerprint") == "Version to follow is missing."


# --- heights ---


def test_that_a_height_is_recorded_by_keys_and_shown_with_the_surface(screen: Screen) -> None:
    light = WeightTyped("40", "2026-12-02 08:00", "standing scale")
    child = enrolment("r2", "0099", "Kim", "Lea", "2012-05-01", "", light, "blinatumomab", "rr", "2026-12-04")
    screen.register.enrol(child, ACTOR)
    screen.page.choose(2)
    screen.settled(lambda: screen.page.current_id() == 2)
    banner = screen.page.detail.banner
    assert banner.height_fact.text() == "nobody has measured yet: doses per m2 cannot be computed"
    assert "by age under 18 on Fri 4 Dec 2026" in screen.page.detail.said()
    screen.on_page(Qt.Key.Key_M, CTRL_SHIFT)
    dialog = screen.opened(HeightDialog)
    screen.fill("14", "standing", "2026-12-02 08:00")
    screen.press(Qt.Key.Key_Return)
    box = dialog.form.fields["confirm_height"]
    assert "14 cm is outside 20 to 260 cm" in dialog.form.error_of("height_cm") and not box.isHidden()
    dialog.form.fields["height_cm"].editor.setFocus()
    screen.write("0")
    assert box.isHidden()
    screen.press(Qt.Key.Key_Return)
    screen.settled(lambda: banner.height_fact.text() == "140 cm, measured today, standing; 1.25 m2")
    assert screen.page.detail.schedule.model.records()[0].dose.amount_text.startswith("6.25 mcg/day")


# --- a phase entered ---


def test_that_a_phase_is_entered_by_keys_where_a_dose_asks_for_the_decision(screen: Screen) -> None:
    due = edited(TEC, (r"^entry_response = .*$", r'entry_response = "CR or better"\nentry_full_doses = 1'))
    adopt(screen.store, due)
    screen.register.courses.move(move(due.fingerprint), ACTOR)
    shown_version(screen, due.fingerprint)
    assert not enabled(screen, "Enter the next &phase")
    screen.page.detail.schedule.choose((1, "W2"))
    assert "is for a prescriber to decide" in screen.page.detail.said()
    assert enabled(screen, "Enter the next &phase")
    screen.on_page(Qt.Key.Key_P, CTRL_SHIFT)
    dialog = screen.opened(FormDialog)
    changes = dialog.findChild(ChangesTable)
    assert isinstance(changes, ChangesTable) and changes.table.model.records()
    assert dialog.form.values()["day"] == "2026-12-13"
    dialog.form.fields["reason"].editor.setFocus()
    screen.press(Qt.Key.Key_Return)
    assert dialog.form.error_of("reason")
    screen.write("CR, Dr. Lindqvist")
    screen.press(Qt.Key.Key_Return)
    screen.settled(lambda: record_of(screen).courses[0].entered == (("q2w", date(2026, 12, 13)),))
    assert {item.dose.phase for item in record_of(screen).infusions if item.day >= date(2026, 12, 13)} == {"q2w"}


def test_that_no_fact_of_the_patient_is_cut_at_large_text(
    qtbot: QtBot, qapp: QApplication, store: Store, register: PatientRegister
) -> None:
    apply_theme(qapp, "light", 200)
    weight = WeightTyped("40", "2026-12-02 08:00", "standing scale")
    register.enrol(
        enrolment("r1", "0099", "Kim-Lindqvist", "Lea", "2012-05-01", "none known", weight, "blinatumomab", "rr"), ACTOR
    )
    shown = Screen(qtbot, store, register)
    shown.settled(lambda: shown.page.current_id() == 1)
    banner = shown.page.detail.banner
    layout = banner.layout()
    assert layout is not None
    qtbot.waitUntil(lambda: banner.height() >= layout.minimumHeightForWidth(banner.width()))
    shown.bridge.close()
    shown.page.close()
    apply_theme(qapp, "light", 100)
