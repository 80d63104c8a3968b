"""Scores of a patient on a real store: worked out anew when recorded, asked when odd, corrected by appending."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.commands import EndCourse, confirmation
from crs_desktop.patients.model import PatientRecord
from crs_desktop.patients.risk.model import RecordedScore
from crs_desktop.patients.risk.service import RecordScore, RiskBook, RiskPicture, ScoreTyped
from crs_desktop.patients.service import PatientRegister
from crs_desktop.store.store import Store
from tests.patients.made_up import ACTOR, ZONE, enrolment
from tests.store.pharmacy import rows

TAKEN = "2026-12-02 07:45"


def easix(ldh: str = "250", platelets: str = "150", taken: str = TAKEN) -> ScoreTyped:
    values = (("ldh", ldh, "U/L"), ("creatinine", "80", "µmol/L"), ("platelets", platelets, "10^9/L"))
    return ScoreTyped("easix", values, taken)


@pytest.fixture
def book(store: Store, register: PatientRegister) -> RiskBook:
    """Patient 1 is to have CAR-T cells on 14 December; patient 2 has step-up doses."""
    register.enrol(enrolment(therapy_id="axicabtagene_ciloleucel", regimen_id="single", start="2026-12-14"), ACTOR)
    register.enrol(enrolment("r2", "0050000", "Berg", "Ida"), ACTOR)
    return RiskBook(store, ZONE)


def picture(book: RiskBook, patient: int = 1) -> RiskPicture:
    found = book.picture(patient)
    assert found is not None
    return found


def record(book: RiskBook, typed: ScoreTyped, key: str = "k1", **other: object) -> RecordedScore | Refused:
    words: dict[str, object] = {"request_id": key, "patient_id": 1, "course_id": 1, "typed": typed}
    return book.record(RecordScore(**{**words, **other}), ACTOR)  # type: ignore[arg-type]


def kept(book: RiskBook, typed: ScoreTyped, key: str = "k1", **other: object) -> RecordedScore:
    found = record(book, typed, key, **other)
    assert isinstance(found, RecordedScore), found
    return found


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Refused), answer
    return [finding.code for finding in answer.findings]


def test_that_a_picture_holds_the_figures_of_the_course_and_the_scores(book: RiskBook) -> None:
    found = picture(book)
    assert found.course is not None and found.course.protocol.id == "axicabtagene_ciloleucel"
    assert found.demand is not None and found.demand.tocilizumab is not None
    assert [score.id for score in found.scores] == ["car_hematotox", "easix", "m_easix"]
    assert found.recorded == () and book.picture(99) is None


def test_that_the_course_of_a_picture_is_the_wanted_one_then_one_that_goes_on(
    book: RiskBook, register: PatientRegister
) -> None:
    register.end_course(EndCourse("e1", 1, "withdrawn", "2026-12-02", "progress"), ACTOR)
    ended = picture(book)
    assert ended.course is not None and ended.course.id == 1
    assert book.picture(1, 99) == ended


def test_that_a_score_is_recorded_with_its_words_and_who_and_when(book: RiskBook, store: Store) -> None:
    found = kept(book, easix(), note="before bridging")
    assert (found.name, found.version, found.shown, found.confidence, found.unverified) == (
        "EASIX", "1", "1.51", "medium", False,
    )  # fmt: skip
    assert found.values == (("ldh", "250", "U/L"), ("creatinine", "80", "µmol/L"), ("platelets", "150", "10^9/L"))
    assert found.band.startswith("not above the cut-off of 4.67") and found.bewares == ()
    assert (found.actor, found.note, found.corrects) == (ACTOR.name, "before bridging", None)
    assert found.measured_at == datetime(2026, 12, 2, 12, 45, tzinfo=UTC)
    assert picture(book).recorded == (found,)
    logged = rows(store, "SELECT intent, action FROM change_log WHERE intent = 'record risk score'")
    assert logged == [("record risk score", "risk score")]


def test_that_the_same_request_records_once(book: RiskBook) -> None:
    assert kept(book, easix()) == kept(book, easix())
    assert len(picture(book).recorded) == 1


def test_that_what_is_to_beware_of_is_kept_in_words(book: RiskBook) -> None:
    found = kept(book, easix(), patient_id=2, course_id=2)
    assert len(found.bewares) == 1 and "was not made for teclistamab" in found.bewares[0]


def test_that_an_odd_value_is_asked_before_it_is_recorded(book: RiskBook) -> None:
    odd = easix(platelets="150000")
    asked = record(book, odd)
    assert codes(asked) == ["risk_implausible"]
    assert isinstance(asked, Refused) and picture(book).recorded == ()
    yes = tuple(confirmation(finding) for finding in asked.findings)
    assert codes(record(book, easix(platelets="140000"), "k2", confirmed=yes)) == ["risk_implausible"]
    found = kept(book, odd, "k3", confirmed=yes)
    assert found.bewares[0].startswith("Platelets of 150,000 10^9/L is far")


@pytest.mark.parametrize(
    ("typed", "other", "expected"),
    [
        (ScoreTyped("nothing", (), TAKEN), {}, ["risk_score_unknown"]),
        (ScoreTyped("easix", (), TAKEN), {}, ["risk_input_missing"] * 3),
        (easix(taken="2026-12-02 09:01"), {}, ["time_in_the_future"]),
        (easix(taken="yesterday"), {}, ["instant_not_understood"]),
        (easix(), {"patient_id": 99}, ["patient_unknown"]),
        (easix(), {"course_id": 2}, ["risk_course_not_theirs"]),
        (easix(), {"corrects": 1}, ["risk_correction_reason"]),
        (easix(), {"corrects": 1, "note": "misread"}, ["risk_corrects_nothing"]),
        (easix(), {"note": "\u202e"}, ["text_unprintable"]),
    ],
)
def test_that_what_cannot_be_recorded_says_why_and_leaves_nothing(
    book: RiskBook, store: Store, typed: ScoreTyped, other: dict[str, object], expected: list[str]
) -> None:
    assert codes(record(book, typed, **other)) == expected
    assert rows(store, "SELECT count(*) FROM risk_scores") == [(0,)]


def test_that_a_correction_is_a_new_row_and_each_result_is_corrected_once(book: RiskBook, store: Store) -> None:
    first = kept(book, easix())
    second = kept(book, easix("260"), "k2", corrects=first.id, note="LDH misread")
    found = picture(book)
    assert found.recorded == (first, second) and found.open_results() == (second,)
    assert codes(record(book, easix("270"), "k3", corrects=first.id, note="again")) == ["risk_corrected_already"]
    theirs = record(book, easix(), "k4", patient_id=2, course_id=2, corrects=second.id, note="x")
    assert codes(theirs) == ["risk_corrects_nothing"]
    assert rows(store, "SELECT count(*) FROM risk_scores") == [(2,)]


def test_that_a_recorded_score_can_be_neither_edited_nor_removed(book: RiskBook, store: Store) -> None:
    from crs_desktop.store.driver import connect, driver
    from tests.store.made_up_keys import KEYS

    kept(book, easix())
    connection = connect(store.path, KEYS.data)
    for statement in ("UPDATE risk_scores SET note = 'x'", "DELETE FROM risk_scores"):
        with pytest.raises(driver.Error, match="append-only"):
            connection.execute(statement)
    connection.close()


def test_that_a_result_without_a_course_says_so(book: RiskBook) -> None:
    record_of: PatientRecord = picture(book).record
    made = book.work_out(record_of, None, easix())
    assert not isinstance(made, Refused)
    assert [finding.code for finding in made.result.findings] == ["risk_no_course"]
    assert book.zone == ZONE


def test_that_cells_which_are_months_away_are_dated_too(book: RiskBook, register: PatientRegister) -> None:
    later = enrolment("r3", "0060000", "Roth", "Eva", therapy_id="axicabtagene_ciloleucel", regimen_id="single",
                      start="2027-06-14")  # fmt: skip
    register.enrol(later, ACTOR)
    found = kept(book, easix(), patient_id=3, course_id=3)
    assert found.bewares == ()
