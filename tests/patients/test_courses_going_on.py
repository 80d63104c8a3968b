"""Courses that go on otherwise, on a real store: moved to another version, begun again, a phase entered, a height."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import EndCourse, MarkInfusion, RecordHeight, Reschedule, confirmation
from crs_desktop.patients.courses.commands import EnterPhase, MoveCourse, RestartCourse
from crs_desktop.patients.courses.restarting import advice_on, begins_again, last_given, rows_for
from crs_desktop.patients.model import EndKind, Height, HeightMethod, Outcome, PatientRecord
from crs_desktop.patients.service import PatientRegister
from crs_desktop.stock import repository as stock
from crs_desktop.stock.model import Earmark
from crs_desktop.store.store import Request, Store, Writing
from crs_desktop.store.tables import ChangeRow
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.restart import NO_RULE, ON_SCHEDULE, ROW
from tests.patients.made_up import ACTOR, CATALOGUE, enrolment
from tests.patients.other_versions import TEC, adopt, edited, older
from tests.patients.test_enrolment import refused
from tests.patients.test_known_patient import counts, logged

MOVE = MoveCourse("v1", 1, older().fingerprint, "the label that the site has signed")
RESTART = RestartCourse("s1", 1, "sud1_late", "2026-12-03", "fever, nine days late")
ENTER = EnterPhase("p1", 1, "q2w", "2027-06-07", "CR for six months, Dr. Lindqvist")
HEIGHT = RecordHeight("h1", 1, "171.5", "2026-12-01 08:00", "standing")


@pytest.fixture
def register(register: PatientRegister) -> PatientRegister:
    """A patient whose first step was given 9 days before 2 December."""
    register.enrol(enrolment(start="2026-11-23"), ACTOR)
    register.mark(MarkInfusion("g1", 1, "SUD1", "given", "2026-11-23 09:00", ""), ACTOR)
    return register


def record_of(register: PatientRegister) -> PatientRecord:
    record = register.record(1)
    assert record is not None
    return record


def promised(store: Store, holder: str) -> None:
    """A promise of no vials under a name, as a person would confirm it."""
    days = DayRange(date(2026, 11, 23), date(2026, 12, 6))

    def work(writing: Writing) -> dict[str, Any]:
        earmark = Earmark(0, holder, 1, days, (), writing.at, "A. Weber")
        writing.log("earmark", stock.add_earmark(writing.session, earmark), "confirm")
        return {}

    store.perform(Request(f"promise {holder}", "confirm earmark", {}), ACTOR, [Topic.STOCK], work)


def holders(store: Store) -> list[str]:
    with store.read() as session:
        return [item.holder for item in stock.earmarks(session)]


# --- another version ---


def test_that_a_course_follows_its_version_until_it_is_moved_and_the_move_is_logged(
    store: Store, register: PatientRegister
) -> None:
    adopt(store, older())
    assert record_of(register).courses[0].protocol.fingerprint == TEC.fingerprint
    assert not isinstance(register.courses.move(MOVE, ACTOR), Refused)
    assert record_of(register).courses[0].protocol.fingerprint == older().fingerprint
    ((subject, action, before, after, reason),) = logged(store, "move course")
    assert (subject, action, reason) == ("course", "move", MOVE.reason)
    assert before == {"fingerprint": TEC.fingerprint}
    assert after == {"fingerprint": older().fingerprint, "label": "2020-01"}
    given = [item for item in record_of(register).infusions if item.outcome is Outcome.GIVEN]
    assert [(item.dose.key, item.day) for item in given] == [("SUD1", date(2026, 11, 23))]
    adopt(store, TEC, "a2")
    back = replace(MOVE, request_id="v2", fingerprint=TEC.fingerprint)
    assert not isinstance(register.courses.move(back, ACTOR), Refused)
    assert record_of(register).courses[0].protocol.fingerprint == TEC.fingerprint
    assert counts(store, "course_versions") == [2]


def test_that_two_label_versions_give_their_own_restart_answers_and_the_patient_keeps_the_pinned_one(
    store: Store, register: PatientRegister
) -> None:
    strict = edited(TEC, (r'(id = "sud1_late"\n(?:.*\n)*?least = )8$', r"\g<1>10"))
    adopt(store, strict)
    register.enrol(enrolment("r2", "0099", "Osei", "Kwame", start="2026-11-23"), ACTOR)
    register.mark(MarkInfusion("g2", 2, "SUD1", "given", "2026-11-23 09:00", ""), ACTOR)
    lines = {line.record.patient.mrn: line for line in register.overview().lines}

    def answers(mrn: str) -> list[str]:
        course, events = lines[mrn].record.courses[0], lines[mrn].events
        last = last_given(course, [course], events)
        said = [advice_on(course, last, date(2026, 11, 23) + timedelta(days=elapsed)) for elapsed in (7, 8, 9, 10)]
        return [advice.kind for advice in said if advice is not None]

    assert answers("0041827") == [ON_SCHEDULE, ROW, ROW, ROW]
    assert answers("0099") == [ON_SCHEDULE, NO_RULE, NO_RULE, ROW]  # no guess between the two
    moved = replace(MOVE, fingerprint=strict.fingerprint)
    assert not isinstance(register.courses.move(moved, ACTOR), Refused)
    lines = {line.record.patient.mrn: line for line in register.overview().lines}
    assert answers("0041827") == [ON_SCHEDULE, NO_RULE, NO_RULE, ROW]


def test_that_versions_to_move_to_are_those_that_the_site_has_signed(store: Store, register: PatientRegister) -> None:
    assert register.courses.versions(TEC.id) == ()
    adopt(store, older())
    adopt(store, TEC, "a2")
    adopt(store, older(), "a3")
    assert [offer.protocol.fingerprint for offer in register.courses.versions(TEC.id)] == [
        older().fingerprint, TEC.fingerprint,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (MOVE, {"fingerprint": "course_version_not_adopted"}),
        (replace(MOVE, fingerprint=TEC.fingerprint), {"fingerprint": "course_moved_nowhere"}),
        (replace(MOVE, fingerprint="", reason=" "), {"fingerprint": "text_missing", "reason": "text_missing"}),
        (replace(MOVE, course_id=9), {"course": "course_unknown"}),
        (replace(MOVE, fingerprint=CATALOGUE.protocol("blinatumomab").fingerprint),
         {"fingerprint": "course_version_not_adopted"}),
    ],
)  # fmt: skip
def test_that_a_course_is_moved_to_adopted_versions_of_its_own_therapy_only(
    store: Store, register: PatientRegister, command: MoveCourse, expected: dict[str, str]
) -> None:
    adopt(store, CATALOGUE.protocol("blinatumomab"))
    assert refused(register.courses.move(command, ACTOR)) == expected
    assert counts(store, "course_versions") == [0]


def test_that_a_version_in_which_a_recorded_dose_has_no_place_is_refused_by_its_name(
    store: Store, register: PatientRegister
) -> None:
    other = replace_key(older())
    adopt(store, other)
    answer = register.courses.move(replace(MOVE, fingerprint=other.fingerprint), ACTOR)
    assert refused(answer) == {"fingerprint": "course_version_without_dose"}
    assert isinstance(answer, Refused) and answer.findings[0].value == TEC.regimens[0].steps[0].label
    assert record_of(register).courses[0].protocol.fingerprint == TEC.fingerprint


def replace_key(protocol: Protocol) -> Protocol:
    """The same version with another name for its first step."""
    text = re.sub(r"\bSUD1\b", "STEP1", protocol.text.decode())
    return edited(replace(protocol, text=text.encode()))


def test_that_an_ended_course_is_neither_moved_nor_begun_again_nor_goes_into_a_phase(
    store: Store, register: PatientRegister
) -> None:
    adopt(store, older())
    register.end_course(EndCourse("e1", 1, "withdrawn", "2026-12-01", "progress"), ACTOR)
    for answer in (
        register.courses.move(MOVE, ACTOR), register.courses.restart(RESTART, ACTOR),
        register.courses.enter_phase(ENTER, ACTOR),
    ):  # fmt: skip
        assert refused(answer) == {"": "course_ended"}


# --- begun again ---


def test_that_a_step_up_begins_again_on_the_same_version_and_opens_a_window_of_its_own(
    store: Store, register: PatientRegister
) -> None:
    adopt(store, older())  # adopted meanwhile: the restarted course stays on the version that it had
    heard: list[frozenset[Topic]] = []
    store.feed.subscribe(heard.append)
    answer = register.courses.restart(RESTART, ACTOR)
    assert not isinstance(answer, Refused)
    assert heard == [frozenset({Topic.PATIENTS, Topic.READINESS, Topic.STOCK})]
    record = record_of(register)
    old, new = record.courses
    assert old.end is not None and (old.end.kind, old.end.day) == (EndKind.RESTARTED, date(2026, 12, 2))
    assert (new.protocol.fingerprint, new.restart_row, new.last_key, new.follows) == (
        TEC.fingerprint, "sud1_late", "SUD1", 1,
    )  # fmt: skip
    coming = [(item.day.isoformat(), item.dose.key) for item in record.infusions if item.course_id == 2][:3]
    assert coming == [("2026-12-03", "SUD1"), ("2026-12-06", "SUD2"), ("2026-12-09", "FULL1")]
    assert [item.dose.key for item in record.infusions if item.course_id == 1] == ["SUD1", "SUD2", "FULL1"]
    windows = register.overview().lines[0].windows
    assert [(window.course_ids, window.days) for window in windows] == [
        ((1,), DayRange(date(2026, 11, 23), date(2026, 11, 25))),
        ((2,), DayRange(date(2026, 12, 3), date(2026, 12, 11))),
    ]
    assert logged(store, "restart course")[0][3] == {
        "course": 2, "row": "sud1_late", "last": "SUD1", "start": "2026-12-03",
    }  # fmt: skip


def test_that_what_happened_can_still_be_recorded_of_the_course_that_was_begun_again(
    store: Store, register: PatientRegister
) -> None:
    register.courses.restart(RESTART, ACTOR)
    late = MarkInfusion("g2", 1, "SUD2", "given", "2026-11-26 10:00", "")
    assert not isinstance(register.mark(late, ACTOR), Refused)
    days = {item.dose.key: item.outcome for item in record_of(register).infusions if item.course_id == 1}
    assert days["SUD2"] is Outcome.GIVEN
    moved = Reschedule("m1", 1, "FULL1", "2026-12-09", "", "no")
    assert refused(register.reschedule(moved, ACTOR)) == {"": "course_ended"}


def test_that_a_dose_is_not_recorded_of_a_course_that_has_no_such_dose_and_would_never_show_it(
    store: Store, register: PatientRegister
) -> None:
    register.mark(MarkInfusion("g2", 1, "SUD2", "given", "2026-11-26 10:00", ""), ACTOR)
    register.courses.restart(replace(RESTART, row_id="sud2_8_28"), ACTOR)
    again = MarkInfusion("g3", 2, "SUD1", "given", "2026-12-01 10:00", "as told")
    assert refused(register.mark(again, ACTOR)) == {"infusion": "infusion_unknown"}
    assert not isinstance(register.mark(replace(again, course_id=1, request_id="g4"), ACTOR), Refused)
    late = MarkInfusion("g5", 2, "W9", "given", "2026-12-01 11:00", "as told")
    assert not isinstance(register.mark(late, ACTOR), Refused)
    assert (2, "W9") in {(item.course_id, item.dose.key) for item in record_of(register).infusions}


def test_that_a_held_dose_of_a_course_that_was_begun_again_does_not_wait_any_more(register: PatientRegister) -> None:
    register.mark(MarkInfusion("h1", 1, "SUD2", "held", "", "fever"), ACTOR)
    assert register.overview().lines[0].next is not None
    register.courses.restart(RESTART, ACTOR)
    coming = register.overview().lines[0].next
    assert coming is not None and (coming.course_id, coming.dose.key) == (2, "SUD1")


def test_that_promised_vials_are_let_go_with_a_window_that_is_over(store: Store, register: PatientRegister) -> None:
    promised(store, "course:1")
    promised(store, "course:7")
    register.courses.restart(RESTART, ACTOR)
    assert holders(store) == ["course:7"]


def test_that_promised_vials_stay_while_the_window_under_that_name_goes_on(
    store: Store, register: PatientRegister
) -> None:
    register.mark(MarkInfusion("g2", 1, "SUD2", "given", "2026-11-30 10:00", ""), ACTOR)
    promised(store, "course:1")
    again = replace(RESTART, row_id="sud2_8_28", start="2026-12-03")
    assert not isinstance(register.courses.restart(again, ACTOR), Refused)
    windows = register.overview().lines[0].windows
    assert [window.holder for window in windows] == ["course:1"]  # 30 Nov + 2 days touches 3 Dec
    assert holders(store) == ["course:1"]


def test_that_a_death_told_of_the_new_course_closes_the_window_of_the_old_one_and_lets_all_vials_go(
    store: Store, register: PatientRegister
) -> None:
    register.mark(MarkInfusion("g2", 1, "SUD2", "given", "2026-12-01 10:00", ""), ACTOR)
    register.courses.restart(replace(RESTART, row_id="sud2_8_28"), ACTOR)
    promised(store, "course:1")
    promised(store, "course:2")
    register.end_course(EndCourse("e1", 2, "died", "2026-12-02", "told by the ward"), ACTOR)
    assert register.overview().lines[0].windows == ()
    assert holders(store) == []


def test_that_a_withdrawal_of_the_new_course_leaves_the_promise_of_the_old_window(
    store: Store, register: PatientRegister
) -> None:
    register.mark(MarkInfusion("g2", 1, "SUD2", "given", "2026-12-01 10:00", ""), ACTOR)
    promised(store, "course:1")
    register.courses.restart(replace(RESTART, row_id="sud2_8_28"), ACTOR)
    register.end_course(EndCourse("e1", 2, "withdrawn", "2026-12-02", "wish"), ACTOR)
    assert [window.course_ids for window in register.overview().lines[0].windows] == [(1,)]
    assert holders(store) == ["course:1"]


def test_that_a_step_up_begins_a_third_time_after_the_last_dose_of_the_first(
    store: Store, register: PatientRegister
) -> None:
    register.courses.restart(RESTART, ACTOR)
    third = replace(RESTART, request_id="s2", course_id=2, start="2026-12-20")
    assert not isinstance(register.courses.restart(third, ACTOR), Refused)
    last = record_of(register).courses[-1]
    assert (last.follows, last.last_key, last.start) == (2, "SUD1", date(2026, 12, 20))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (replace(RESTART, course_id=9), {"course": "course_unknown"}),
        (replace(RESTART, row_id="", start="3.12.2026", reason=""),
         {"row": "text_missing", "start": "day_not_understood", "reason": "text_missing"}),
        (replace(RESTART, row_id="nothing"), {"row": "restart_row_unknown"}),
        (replace(RESTART, row_id="weekly_0_28"), {"row": "restart_row_goes_on"}),
        (replace(RESTART, start="2026-11-22"), {"start": "restart_before_last"}),
    ],
)  # fmt: skip
def test_that_a_restart_that_cannot_be_is_refused_and_nothing_saved(
    store: Store, register: PatientRegister, command: RestartCourse, expected: dict[str, str]
) -> None:
    assert refused(register.courses.restart(command, ACTOR)) == expected
    assert counts(store, "courses", "course_ends") == [1, 0]


def test_that_nothing_begins_again_before_anything_was_given(store: Store, register: PatientRegister) -> None:
    register.enrol(enrolment("r2", "0099", "Osei", "Kwame"), ACTOR)
    answer = register.courses.restart(replace(RESTART, course_id=2), ACTOR)
    assert refused(answer) == {"row": "restart_nothing_given"}


def test_that_a_restart_sent_twice_is_one(store: Store, register: PatientRegister) -> None:
    assert register.courses.restart(RESTART, ACTOR) == register.courses.restart(RESTART, ACTOR)
    assert counts(store, "courses") == [2]


# --- a phase entered ---


def test_that_an_entered_phase_is_followed_from_its_day_on(store: Store, register: PatientRegister) -> None:
    assert not isinstance(register.courses.enter_phase(ENTER, ACTOR), Refused)
    record = register.record(1, 260)
    assert record is not None
    phases = [(item.dose.phase, item.day.isoformat()) for item in record.infusions]
    assert ("q2w", "2027-06-07") in phases and ("q2w", "2027-06-21") in phases
    assert max(day for phase, day in phases if phase == "weekly") < "2027-06-07"
    ((subject, action, before, after, reason),) = logged(store, "enter phase")
    assert (subject, action, before, reason) == ("course", "enter", {"phases": []}, ENTER.reason)
    assert after == {"phase": "q2w", "day": "2027-06-07"}
    again = replace(ENTER, request_id="p2")
    assert refused(register.courses.enter_phase(again, ACTOR)) == {"phase": "phase_entered_already"}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (replace(ENTER, phase_id="daily"), {"phase": "phase_unknown"}),
        (replace(ENTER, phase_id="weekly"), {"phase": "phase_follows_by_itself"}),
        (replace(ENTER, day="2026-11-22"), {"day": "phase_before_course"}),
        (replace(ENTER, day="2027-02-30", reason=""), {"day": "day_does_not_exist", "reason": "text_missing"}),
        (replace(ENTER, course_id=9), {"course": "course_unknown"}),
    ],
)
def test_that_a_phase_that_cannot_be_entered_is_refused(
    store: Store, register: PatientRegister, command: EnterPhase, expected: dict[str, str]
) -> None:
    assert refused(register.courses.enter_phase(command, ACTOR)) == expected
    assert counts(store, "phase_entries") == [0]


def test_that_a_version_without_the_entered_phase_is_refused(store: Store, register: PatientRegister) -> None:
    register.courses.enter_phase(ENTER, ACTOR)
    other = edited(older(), (r'^id = "q2w"$', 'id = "biweekly"'))
    adopt(store, other)
    answer = register.courses.move(replace(MOVE, fingerprint=other.fingerprint), ACTOR)
    assert refused(answer) == {"fingerprint": "course_version_without_phase"}


# --- heights ---


def test_that_a_height_is_kept_and_the_latest_measured_holds(store: Store, register: PatientRegister) -> None:
    kept = register.record_height(HEIGHT, ACTOR)
    measured = datetime(2026, 12, 1, 13, tzinfo=UTC)
    assert kept == Height(1, 1, 1715, measured, HeightMethod.STANDING) and str(kept) == "171.5 cm"
    register.record_height(replace(HEIGHT, request_id="h2", cm="168", measured_at="2026-11-01 08:00"), ACTOR)
    assert record_of(register).height == kept and len(record_of(register).heights) == 2
    assert logged_heights(store) == [1715, 1680]
    assert register.record_height(HEIGHT, ACTOR) == kept


def logged_heights(store: Store) -> list[int]:
    with store.read() as session:
        rows = session.query(ChangeRow).filter(ChangeRow.intent == "record height").order_by(ChangeRow.id)
        return [row.after["millimetres"] for row in rows if row.after]


@pytest.mark.parametrize("typed", ["", "1,71", "171,5", "171.55", "1715", "0", "0.0", "-171", "nan", "１７１", "5 ft"])
def test_that_what_is_no_height_is_refused(store: Store, register: PatientRegister, typed: str) -> None:
    answer = register.record_height(replace(HEIGHT, cm=typed), ACTOR)
    assert refused(answer) == {"height_cm": "height_not_understood"}
    assert counts(store, "heights") == [0]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (replace(HEIGHT, method=""), {"method": "text_missing"}),
        (replace(HEIGHT, method="guess"), {"method": "height_method"}),
        (replace(HEIGHT, measured_at="2026-12-02 23:00"), {"measured_at": "time_in_the_future"}),
        (replace(HEIGHT, measured_at="yesterday"), {"measured_at": "instant_not_understood"}),
        (replace(HEIGHT, patient_id=9), {"patient": "patient_unknown"}),
    ],
)
def test_that_a_height_of_nobody_or_of_tomorrow_is_refused(
    store: Store, register: PatientRegister, command: RecordHeight, expected: dict[str, str]
) -> None:
    assert refused(register.record_height(command, ACTOR)) == expected
    assert counts(store, "heights") == [0]


@pytest.mark.parametrize(("typed", "asked"), [("19.9", True), ("20", False), ("260", False), ("260.1", True)])
def test_that_a_height_that_few_people_have_is_asked_again(register: PatientRegister, typed: str, asked: bool) -> None:
    command = replace(HEIGHT, cm=typed)
    answer = register.record_height(command, ACTOR)
    if not asked:
        assert isinstance(answer, Height)
        return
    assert refused(answer) == {"height_cm": "height_unusual"}
    assert isinstance(answer, Refused)
    yes = (confirmation(answer.findings[0]),)
    assert isinstance(register.record_height(replace(command, confirmed=yes), ACTOR), Height)


def test_that_a_second_restart_after_a_dose_of_a_ladder_follows_the_dose_before_the_first_one(
    register: PatientRegister,
) -> None:
    protocol = CATALOGUE.protocol("blinatumomab")
    row = next(row for row in protocol.restart if row.doses and row.event)
    regimen = next(item for item in protocol.regimens if item.id in row.regimens)
    register.enrol(
        enrolment("r2", "0099", "Osei", "Kwame", therapy_id=protocol.id, regimen_id=regimen.id, start="2026-11-20"),
        ACTOR,
    )  # fmt: skip
    first = regimen.steps[0].key
    register.mark(MarkInfusion("g2", 2, first, "given", "2026-11-20 09:00", ""), ACTOR)
    again = RestartCourse("s2", 2, row.id, "2026-11-26", "CRS")
    assert not isinstance(register.courses.restart(again, ACTOR), Refused)
    ladder = row.doses[0].key
    given = MarkInfusion("g3", 3, ladder, "given", "2026-11-26 09:00", "")
    assert not isinstance(register.mark(given, ACTOR), Refused)
    record = register.record(2)
    assert record is not None
    line = next(line for line in register.overview().lines if line.id == 2)
    last = last_given(record.courses[-1], record.courses, line.events)
    assert last is not None and last.dose_key == ladder
    assert advice_on(record.courses[-1], last, date(2026, 12, 2)) is None  # the file has no rule for it
    assert row in rows_for(record.courses[-1], last)
    third = register.courses.restart(replace(again, request_id="s3", course_id=3, start="2026-12-03"), ACTOR)
    assert not isinstance(third, Refused)
    after = register.record(2)
    assert after is not None
    assert (after.courses[-1].last_key, after.courses[-1].follows) == (first, 3)
    assert next(item.dose.key for item in after.infusions if item.course_id == 4) == ladder


def test_that_the_rows_of_a_delay_are_those_of_the_class_of_the_last_dose(register: PatientRegister) -> None:
    line = register.overview().lines[0]
    course, last = line.record.courses[0], last_given(line.record.courses[0], line.record.courses, line.events)
    assert rows_for(course, None) == ()
    assert [row.id for row in rows_for(course, last)] == ["sud1_late"]
    nowhere = replace(course, regimen_id="gone")
    assert rows_for(nowhere, last) == () and advice_on(nowhere, last, date(2026, 12, 2)) is None


def test_that_a_rule_that_leads_to_no_dose_begins_nothing(store: Store, register: PatientRegister) -> None:
    row = next(row for row in TEC.restart if begins_again(row))
    nowhere = edited(TEC, (rf'(id = "{row.id}"\n(?:.*\n)*?resume_at = )"SUD1"', r'\g<1>"new_cycle"'))
    adopt(store, nowhere)
    register.courses.move(replace(MOVE, fingerprint=nowhere.fingerprint), ACTOR)
    assert refused(register.courses.restart(RESTART, ACTOR)) == {"row": "restart_row_without_doses"}
    assert counts(store, "courses", "course_ends") == [1, 0]
