"""Enrolling: everything or nothing, once, with every reason at the field it belongs to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused, Severity
from crs_desktop.kernel.wording import say
from crs_desktop.patients.commands import Enrol, Weigh, WeightTyped, confirmation
from crs_desktop.patients.model import Patient, WeighingMethod
from crs_desktop.patients.service import PatientRegister
from crs_desktop.store.driver import connect
from crs_desktop.store.store import Store
from tests.patients.made_up import ACTOR, WEIGHT, at, enrolment, register_of
from tests.store.made_up_keys import KEYS

BAD_WEIGHTS = ["70,5", "1e2", ".5", "70 lb", "0", "700", "NaN", "７０", "-70", "70.", "70.1234", "inf", "", "٧٠"]


def refused(answer: object) -> dict[str, str]:
    """The code said at each field."""
    assert isinstance(answer, Refused)
    return {finding.field: finding.code for finding in answer.findings}


def test_that_a_patient_is_enrolled_with_weight_allergies_and_course_together(
    store: Store, register: PatientRegister
) -> None:
    heard: list[frozenset[Topic]] = []
    store.feed.subscribe(heard.append)
    enrolled = register.enrol(enrolment(allergies="penicillin (rash)"), ACTOR)
    assert isinstance(enrolled, Patient)
    record = register.record(enrolled.id)
    assert record is not None
    assert (record.patient.mrn, record.patient.allergies) == ("0041827", "penicillin (rash)")
    assert record.weighing is not None
    assert record.weighing.weight == BodyWeight.of_kg("72.5")
    assert record.weighing.measured_at == datetime(2026, 12, 1, 12, 45, tzinfo=UTC)
    assert record.weighing.method is WeighingMethod.STANDING_SCALE
    assert [item.dose.key for item in record.infusions[:3]] == ["SUD1", "SUD2", "FULL1"]
    assert heard == [frozenset({Topic.PATIENTS, Topic.READINESS})]


def test_that_allergies_nobody_asked_for_are_not_none(register: PatientRegister) -> None:
    enrolled = register.enrol(enrolment(weight=None), ACTOR)
    assert isinstance(enrolled, Patient) and enrolled.allergies is None
    record = register.record(enrolled.id)
    assert record is not None and record.weighing is None


def test_that_an_enrolment_that_breaks_off_leaves_nothing(store: Store, register: PatientRegister) -> None:
    connection = connect(store.path, KEYS.data)
    connection.execute("CREATE TRIGGER no_room BEFORE INSERT ON courses BEGIN SELECT RAISE(ABORT, 'no room'); END")
    connection.close()
    with pytest.raises(EnvironmentFailure):
        register.enrol(enrolment(allergies="latex"), ACTOR)
    connection = connect(store.path, KEYS.data)
    counts = [
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("patients", "weighings", "allergies", "courses", "change_log", "requests")
    ]
    connection.close()
    assert counts == [0, 0, 0, 0, 0, 0]


def test_that_the_same_request_twice_is_one_patient_and_other_content_is_refused(register: PatientRegister) -> None:
    first = register.enrol(enrolment(), ACTOR)
    assert register.enrol(enrolment(), ACTOR) == first
    assert refused(register.enrol(enrolment(given_name="Rahel"), ACTOR)) == {"request": "request_with_other_content"}
    assert [record.patient for record in register.records()] == [first]


def test_that_a_record_number_belongs_to_one_patient_and_the_answer_says_to_whom(register: PatientRegister) -> None:
    register.enrol(enrolment(), ACTOR)
    answer = register.enrol(enrolment("r2", given_name="Other", family_name="Person"), ACTOR)
    assert refused(answer) == {"mrn": "mrn_known"}
    assert isinstance(answer, Refused)
    assert say(answer.findings[0]) == "The record number 0041827 already belongs to Adler, Ruth, born 12 Mar 1961."


def test_that_leading_zeros_make_another_record_number(register: PatientRegister) -> None:
    register.enrol(enrolment(), ACTOR)
    register.enrol(enrolment("r2", mrn="41827", given_name="Other"), ACTOR)
    register.enrol(enrolment("r3", mrn="00041827", given_name="Third"), ACTOR)
    assert {record.patient.mrn for record in register.records()} == {"0041827", "41827", "00041827"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<b>Bold</b> & <img src='x'>", "<b>Bold</b> & <img src='x'>"),
        ("כהן", "כהן"),
        ("王小明", "王小明"),
        ("Z\u030celjka", "\u017deljka"),
        ("O’Neill-Ångström", "O’Neill-Ångström"),
        ("  Ruth  ", "Ruth"),
    ],
)
def test_that_a_name_in_any_script_is_kept(register: PatientRegister, typed: str, kept: str) -> None:
    enrolled = register.enrol(enrolment(given_name=typed), ACTOR)
    assert isinstance(enrolled, Patient) and enrolled.given_name == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("x" * 300, "text_too_long"),
        ("", "text_missing"),
        ("Ru\u202eth", "text_unprintable"),
        ("Ru\nth", "text_unprintable"),
    ],
)
def test_that_a_name_that_cannot_be_one_is_refused(register: PatientRegister, typed: str, code: str) -> None:
    assert refused(register.enrol(enrolment(family_name=typed), ACTOR)) == {"family_name": code}
    assert register.records() == []


@pytest.mark.parametrize("typed", BAD_WEIGHTS)
def test_that_a_weight_that_is_not_one_is_refused_with_nothing_saved(register: PatientRegister, typed: str) -> None:
    answer = register.enrol(enrolment(weight=replace(WEIGHT, kg=typed)), ACTOR)
    assert set(refused(answer)) == {"weight_kg"}
    assert register.records() == []
    register.enrol(enrolment("r2"), ACTOR)
    assert set(refused(register.weigh(Weigh("w1", 1, replace(WEIGHT, kg=typed)), ACTOR))) == {"weight_kg"}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"birth_date": "2026-02-31"}, "birth_date", "day_does_not_exist"),
        ({"birth_date": "12.3.1961"}, "birth_date", "day_not_understood"),
        ({"birth_date": "2026-12-03"}, "birth_date", "born_in_the_future"),
        ({"start": "2027-02-31"}, "start", "day_does_not_exist"),
        ({"mrn": ""}, "mrn", "mrn_not_understood"),
        ({"mrn": "１２３"}, "mrn", "mrn_not_understood"),
        ({"therapy_id": "aspirin"}, "therapy", "therapy_unknown"),
        ({"therapy_id": ""}, "therapy", "text_missing"),
        ({"regimen_id": ""}, "regimen", "text_missing"),
        ({"regimen_id": "weekly"}, "regimen", "regimen_unknown"),
        ({"weight": replace(WEIGHT, method="guess")}, "method", "weighing_method"),
        ({"weight": replace(WEIGHT, method="")}, "method", "text_missing"),
        ({"weight": replace(WEIGHT, measured_at="2026-12-02 09:01")}, "measured_at", "time_in_the_future"),
        ({"weight": replace(WEIGHT, measured_at="2026-11-01 01:30")}, "measured_at", "instant_is_twice"),
        ({"weight": replace(WEIGHT, measured_at="2026-03-08 02:30")}, "measured_at", "instant_does_not_exist"),
        ({"weight": replace(WEIGHT, measured_at="yesterday")}, "measured_at", "instant_not_understood"),
    ],
)
def test_that_each_mistake_is_said_at_its_field(
    register: PatientRegister, changed: dict[str, str], field: str, code: str
) -> None:
    assert refused(register.enrol(replace(enrolment(), **changed), ACTOR)) == {field: code}  # type: ignore[arg-type]
    assert register.records() == []


def test_that_all_mistakes_are_said_at_once(register: PatientRegister) -> None:
    answer = register.enrol(Enrol("r1", "", "", "", "", "", WeightTyped("", "", ""), "", "", ""), ACTOR)
    assert set(refused(answer)) == {
        "mrn", "family_name", "given_name", "birth_date", "weight_kg", "measured_at", "method", "therapy", "start",
    }  # fmt: skip


def test_that_a_weight_in_the_repeated_hour_is_taken_with_its_offset(register: PatientRegister) -> None:
    typed = replace(WEIGHT, measured_at="2026-11-01 01:30-05:00")
    enrolled = register.enrol(enrolment(weight=typed), ACTOR)
    assert isinstance(enrolled, Patient)
    record = register.record(enrolled.id)
    assert record is not None and record.weighing is not None
    assert record.weighing.measured_at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def asked(answer: object) -> tuple[str, ...]:
    """What must be confirmed: the answer holds nothing but bewares."""
    assert isinstance(answer, Refused)
    assert {finding.severity for finding in answer.findings} == {Severity.BEWARE}
    return tuple(confirmation(finding) for finding in answer.findings)


@pytest.mark.parametrize("kg", ["1.9", "250.1", "499"])
def test_that_an_unusual_weight_is_asked_again_and_the_yes_holds_for_that_weight_only(
    register: PatientRegister, kg: str
) -> None:
    command = enrolment(weight=replace(WEIGHT, kg=kg))
    yes = asked(register.enrol(command, ACTOR))
    assert register.records() == []
    other = replace(command, weight=replace(WEIGHT, kg="260"), confirmed=yes)
    assert asked(register.enrol(other, ACTOR)) != yes
    assert isinstance(register.enrol(replace(command, confirmed=yes), ACTOR), Patient)
    weigh = Weigh("w1", 1, replace(WEIGHT, kg=kg))
    assert asked(register.weigh(weigh, ACTOR)) == yes
    assert not isinstance(register.weigh(replace(weigh, confirmed=yes), ACTOR), Refused)


@pytest.mark.parametrize(("kg", "asks"), [("154", True), ("77.001", True), ("77", True), ("76.9", False),
                                         ("63", True), ("63.1", False)])  # fmt: skip
def test_that_a_weight_a_tenth_away_from_the_one_before_is_asked_again(
    register: PatientRegister, kg: str, asks: bool
) -> None:
    register.enrol(enrolment(weight=replace(WEIGHT, kg="70")), ACTOR)
    command = Weigh("w1", 1, replace(WEIGHT, kg=kg))
    answer = register.weigh(command, ACTOR)
    assert isinstance(answer, Refused) is asks
    if asks:
        yes = asked(answer)
        assert yes == (f"weight_changed: {kg} kg",)
        assert not isinstance(register.weigh(replace(command, confirmed=yes), ACTOR), Refused)


@pytest.mark.parametrize("kg", ["2", "250"])
def test_that_a_weight_at_the_edge_of_the_usual_is_taken(register: PatientRegister, kg: str) -> None:
    assert isinstance(register.enrol(enrolment(weight=replace(WEIGHT, kg=kg)), ACTOR), Patient)


def test_that_a_namesake_is_asked_about_and_may_be_enrolled(register: PatientRegister) -> None:
    register.enrol(enrolment(), ACTOR)
    twin = enrolment("r2", mrn="0099", family_name="ADLER", given_name="ruth")
    answer = register.enrol(twin, ACTOR)
    yes = asked(answer)
    assert isinstance(answer, Refused)
    sentence = "Adler, Ruth is already here (0041827, born 12 Mar 1961). Is this another person?"
    assert (say(answer.findings[0]), answer.findings[0].field) == (sentence, "family_name")
    assert len(register.records()) == 1
    assert isinstance(register.enrol(replace(twin, confirmed=yes), ACTOR), Patient)


def test_that_a_newer_weight_wins_and_ages_by_local_days(store: Store, register: PatientRegister) -> None:
    register.enrol(enrolment(), ACTOR)
    register.weigh(Weigh("w1", 1, replace(WEIGHT, kg="71", measured_at="2026-11-20 08:00")), ACTOR)
    assert register.overview().lines[0].weight_days == 1
    assert refused(register.weigh(Weigh("w2", 9, WEIGHT), ACTOR)) == {"patient": "patient_unknown"}
    later = at(store, datetime(2026, 12, 10, 4, 59, tzinfo=UTC))  # still 9 December in New York
    line = register_of(later).overview().lines[0]
    assert (line.weight_days, line.weight_limit, line.stale) == (8, 7, True)
    later.close()


def test_that_what_is_enrolled_is_there_when_the_store_is_opened_again(store: Store, tmp_path: Path) -> None:
    register_of(store).enrol(enrolment(), ACTOR)
    again = at(store, datetime(2026, 12, 2, 15, tzinfo=UTC))
    assert [record.patient.mrn for record in register_of(again).records()] == ["0041827"]
    again.close()
