"""What is added to a known patient: allergies told later, and a next course; on a real store, and by keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.theme import apply_theme
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.patients.commands import AddCourse, EndCourse, RecordAllergies
from crs_desktop.patients.model import Course, Patient, PatientRecord
from crs_desktop.patients.service import PatientRegister
from crs_desktop.patients.ui.enrol_dialog import SchedulePreview
from crs_desktop.store.driver import connect
from crs_desktop.store.store import Store
from tests.patients.courses import CATALOGUE
from tests.patients.made_up import ACTOR, enrolment
from tests.patients.test_enrolment import refused
from tests.patients.test_page import CTRL_SHIFT, Screen
from tests.store.made_up_keys import KEYS

NEXT = AddCourse("c1", 1, "teclistamab", "mono", "2026-12-10", "step-up starts again after a long pause")
CELLS = replace(NEXT, therapy_id="axicabtagene_ciloleucel", regimen_id="single", start="2027-01-12")


@pytest.fixture
def register(register: PatientRegister) -> PatientRegister:
    register.enrol(enrolment(allergies="penicillin (rash)"), ACTOR)
    return register


def record_of(register: PatientRegister) -> PatientRecord:
    record = register.record(1)
    assert record is not None
    return record


def logged(store: Store, intent: str) -> list[tuple[Any, ...]]:
    """Each change of this intent: subject, action, before, after, reason."""
    connection = connect(store.path, KEYS.data)
    rows = connection.execute(
        "SELECT subject, action, before, after, reason FROM change_log WHERE intent = ? ORDER BY id", (intent,)
    ).fetchall()
    connection.close()
    return [(row[0], row[1], json.loads(row[2] or "null"), json.loads(row[3]), row[4]) for row in rows]


def counts(store: Store, *tables: str) -> list[int]:
    """How many rows each table holds."""
    connection = connect(store.path, KEYS.data)
    found = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
    connection.close()
    return found


def test_that_allergies_are_added_and_the_change_keeps_what_was_known_before(
    store: Store, register: PatientRegister
) -> None:
    heard: list[frozenset[Topic]] = []
    store.feed.subscribe(heard.append)
    first = register.record_allergies(RecordAllergies("a1", 1, " penicillin (rash), latex "), ACTOR)
    assert isinstance(first, Patient) and first.allergies == "penicillin (rash), latex"
    register.record_allergies(RecordAllergies("a2", 1, "no known allergies"), ACTOR)
    assert record_of(register).patient.allergies == "no known allergies"
    assert logged(store, "record allergies") == [
        ("patient", "allergies", {"allergies": "penicillin (rash)"}, {"allergies": "penicillin (rash), latex"}, ""),
        ("patient", "allergies", {"allergies": "penicillin (rash), latex"}, {"allergies": "no known allergies"}, ""),
    ]
    assert heard == [frozenset({Topic.PATIENTS, Topic.READINESS})] * 2
    assert counts(store, "allergies") == [3]  # nothing was written over


def test_that_allergies_are_recorded_where_nobody_had_asked(store: Store, register: PatientRegister) -> None:
    register.enrol(enrolment("r2", "0099", "Osei", "Kwame"), ACTOR)
    answer = register.record_allergies(RecordAllergies("a1", 2, "no known allergies"), ACTOR)
    assert isinstance(answer, Patient) and answer.allergies == "no known allergies"
    assert record_of(register).patient.allergies == "penicillin (rash)"
    assert logged(store, "record allergies")[0][2] == {"allergies": None}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (RecordAllergies("a", 1, ""), {"allergies": "text_missing"}),
        (RecordAllergies("a", 1, " \n "), {"allergies": "text_missing"}),
        (RecordAllergies("a", 1, "lat\u202eex"), {"allergies": "text_unprintable"}),
        (RecordAllergies("a", 9, "latex"), {"patient": "patient_unknown"}),
    ],
)
def test_that_allergies_that_say_nothing_are_refused_and_nothing_is_saved(
    store: Store, register: PatientRegister, command: RecordAllergies, expected: dict[str, str]
) -> None:
    assert refused(register.record_allergies(command, ACTOR)) == expected
    assert record_of(register).patient.allergies == "penicillin (rash)"
    assert counts(store, "allergies", "requests") == [1, 1]


def test_that_allergies_sent_twice_are_one_entry(store: Store, register: PatientRegister) -> None:
    command = RecordAllergies("a1", 1, "latex")
    assert register.record_allergies(command, ACTOR) == register.record_allergies(command, ACTOR)
    other = register.record_allergies(replace(command, allergies="none"), ACTOR)
    assert refused(other) == {"request": "request_with_other_content"}
    assert counts(store, "allergies") == [2]


def test_that_a_step_up_that_starts_again_joins_the_window_it_touches(store: Store, register: PatientRegister) -> None:
    shipped = CATALOGUE.protocol("teclistamab")
    assert register.add_course(NEXT, ACTOR) == Course(2, 1, shipped, "mono", date(2026, 12, 10), None)
    record = record_of(register)
    assert [course.protocol.fingerprint for course in record.courses] == [shipped.fingerprint] * 2
    steps = [(item.day, item.dose.key) for item in record.infusions if item.course_id == 2][:2]
    assert steps == [(date(2026, 12, 10), "SUD1"), (date(2026, 12, 13), "SUD2")]
    windows = register.overview().lines[0].windows
    assert [(window.course_ids, window.days.first, window.days.last) for window in windows] == [
        ((1, 2), date(2026, 12, 3), date(2026, 12, 18))
    ]
    after = {
        "patient": 1, "therapy": "teclistamab", "fingerprint": shipped.fingerprint, "regimen": "mono",
        "start": "2026-12-10",
    }  # fmt: skip
    assert logged(store, "add course") == [("course", "add", {"courses": [1]}, after, NEXT.reason)]


def test_that_another_therapy_is_kept_with_its_text_and_has_a_window_of_its_own(
    store: Store, register: PatientRegister
) -> None:
    register.end_course(EndCourse("e1", 1, "withdrawn", "2026-12-02", "progress"), ACTOR)
    assert isinstance(register.add_course(CELLS, ACTOR), Course)
    assert counts(store, "protocol_versions") == [2]
    line = register.overview().lines[0]
    assert [course.end is None for course in line.record.courses] == [False, True]
    assert line.course is not None and line.course.protocol.id == "axicabtagene_ciloleucel"
    assert [(window.course_ids, window.days.first) for window in line.windows] == [((2,), date(2027, 1, 12))]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (replace(NEXT, patient_id=9), {"patient": "patient_unknown"}),
        (replace(NEXT, therapy_id="aspirin"), {"therapy": "therapy_unknown"}),
        (replace(NEXT, therapy_id=" "), {"therapy": "text_missing"}),
        (replace(NEXT, regimen_id="weekly"), {"regimen": "regimen_unknown"}),
        (replace(NEXT, regimen_id=""), {"regimen": "text_missing"}),
        (replace(NEXT, start="2027-02-31"), {"start": "day_does_not_exist"}),
        (replace(NEXT, start="10.12.2026"), {"start": "day_not_understood"}),
        (replace(NEXT, reason=" "), {"reason": "text_missing"}),
        (
            replace(NEXT, therapy_id="aspirin", start="", reason=""),
            {"therapy": "therapy_unknown", "start": "day_not_understood", "reason": "text_missing"},
        ),
    ],
)
def test_that_a_course_that_cannot_be_is_refused_with_every_reason_and_nothing_saved(
    store: Store, register: PatientRegister, command: AddCourse, expected: dict[str, str]
) -> None:
    assert refused(register.add_course(command, ACTOR)) == expected
    assert counts(store, "courses", "requests") == [1, 1]


def test_that_a_course_sent_twice_is_one_course(register: PatientRegister) -> None:
    assert register.add_course(NEXT, ACTOR) == register.add_course(NEXT, ACTOR)
    later = register.add_course(replace(NEXT, start="2026-12-11"), ACTOR)
    assert refused(later) == {"request": "request_with_other_content"}
    assert len(record_of(register).courses) == 2


def test_that_what_breaks_off_leaves_nothing(store: Store, register: PatientRegister) -> None:
    connection = connect(store.path, KEYS.data)
    connection.execute("CREATE TRIGGER no_room BEFORE INSERT ON change_log BEGIN SELECT RAISE(ABORT, 'no room'); END")
    connection.close()
    with pytest.raises(EnvironmentFailure):
        register.add_course(CELLS, ACTOR)
    with pytest.raises(EnvironmentFailure):
        register.record_allergies(RecordAllergies("a1", 1, "latex"), ACTOR)
    assert counts(store, "courses", "protocol_versions", "allergies", "requests") == [1, 1, 1, 1]


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication, store: Store, register: PatientRegister) -> Iterator[Screen]:
    apply_theme(qapp, "light", 100)
    shown = Screen(qtbot, store, register)
    shown.settled(lambda: shown.page.current_id() == 1)
    yield shown
    modal = QApplication.activeModalWidget()
    if modal is not None:
        modal.close()
    shown.bridge.close()
    shown.page.close()


def test_that_allergies_are_added_by_keys(screen: Screen) -> None:
    screen.on_page(Qt.Key.Key_A, CTRL_SHIFT)
    dialog = screen.opened(FormDialog)
    assert "Record number 0041827" in dialog.panel.identifiers_text()
    screen.write(", latex")
    assert dialog.form.values()["allergies"] == "penicillin (rash), latex"  # typing adds to what is known
    screen.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    screen.press(Qt.Key.Key_Delete)
    screen.press(Qt.Key.Key_Return)
    assert dialog.form.error_of("allergies") == "Allergies is missing."
    screen.write("no known allergies")
    screen.press(Qt.Key.Key_Return)
    screen.settled(lambda: screen.page.detail.banner.allergies_text() == "Allergies: no known allergies")


def test_that_a_next_course_is_added_by_keys_and_shown_before_it_is_saved(screen: Screen) -> None:
    screen.on_page(Qt.Key.Key_X, CTRL_SHIFT)
    dialog = screen.opened(FormDialog)
    assert "Record number 0041827" in dialog.panel.identifiers_text()
    screen.press(Qt.Key.Key_Return)
    assert all(dialog.form.error_of(name) for name in ("therapy", "start", "reason"))
    screen.fill("tecl", "M", "2026-12-10")
    preview = dialog.findChild(SchedulePreview)
    assert isinstance(preview, SchedulePreview)
    assert "Rescue window Thu 10 to Fri 18 Dec: 1 set" in preview.text() and "not adopted" in preview.text()
    assert preview.table.model.records()[0].dose.amount_text == "4.35 mg (0.06 mg/kg)"
    screen.press(Qt.Key.Key_Tab)
    screen.write("starts again")
    screen.press(Qt.Key.Key_Return)
    screen.settled(lambda: screen.page.detail.banner.window_fact.text() == "Thu 3 to Fri 18 Dec: 1 set")
    assert len(record_of(screen.register).courses) == 2


def test_that_every_button_of_the_page_has_a_mnemonic_and_a_key_of_its_own(screen: Screen) -> None:
    words = ["&Enrol a patient", *screen.page.detail.buttons]
    letters = [text[text.index("&") + 1].lower() for text in words]
    assert len(set(letters)) == len(letters)
    keys = [act.keys for act in screen.page.detail.acts() if act.keys]
    assert len(set(keys)) == len(keys)
    assert {"Ctrl+Shift+A", "Ctrl+Shift+X"} <= set(keys)
