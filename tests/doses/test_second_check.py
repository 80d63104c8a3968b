"""The second check of a dose over a real store: recorded at once, checked blind, explained, corrected, or alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.doses.entry import CheckedDose, SecondLook, ToCheck
from crs_desktop.doses.rules.second_look import asked_about, products, recalculated, waits
from crs_desktop.doses.service import DoseLog
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.staff.signing.commands import StateNightRule
from crs_desktop.staff.signing.model import Asked, NightRule, Outcome, ProvenPerson, SecondSignature, Standing
from crs_desktop.staff.signing.service import SecondCheckBook
from tests.doses.made_up import ACTOR, NOW, ZONE, Pharmacy, dose, must, stocked

SECOND = ProvenPerson(0, "L. Haddad", frozenset({"pharmacist"}), NOW)
RIGHT = {"weight": "72.5", "product": "Actemra", "amount": "580"}


@pytest.fixture
def given(tmp_path: Path) -> tuple[Pharmacy, int]:
    """A dose of 580 mg, recorded."""
    made, patient = stocked(tmp_path)
    vials = (made.line("B7101", 1), made.line("C2201", 1))
    return made, must(made.doses.log_dose(dose(patient, vials), ACTOR)).id


def look(
    given: tuple[Pharmacy, int], entered: dict[str, str] | None = None, explanation: str = "",
    by: ProvenPerson | None = SECOND, request: str = "look", actor: Actor = ACTOR, alone: str = "",
) -> CheckedDose | Refused:  # fmt: skip
    signature = SecondSignature(by, RIGHT if entered is None else entered, explanation, alone)
    return given[0].doses.second_check(SecondLook(request, given[1], signature), actor)


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Refused), answer
    return [one.code for one in answer.findings]


def standing(given: tuple[Pharmacy, int]) -> Standing | None:
    line = next(one for one in given[0].doses.overview().log if one.entry.id == given[1])
    return None if line.check is None else line.check.standing


def night(made: Pharmacy, start: str = "22:00", end: str = "06:00") -> NightRule:
    typed = {"rule": "stands", "valid_from": "2026-12-02", "from": start, "until": end}
    command = StateNightRule(f"night {start}", "2026-12-02", start, end, "One pharmacist on nights.")
    return must(SecondCheckBook(made.store, ZONE).state_night_rule(command, ACTOR, SecondSignature(SECOND, typed)))


def test_that_a_dose_is_recorded_without_anybody_else_and_then_waits(given: tuple[Pharmacy, int]) -> None:
    assert standing(given) is Standing.WAITING
    assert [line.entry.id for line in given[0].doses.overview().waiting] == [given[1]]


def test_that_what_the_second_person_sees_beforehand_holds_nothing_they_enter(given: tuple[Pharmacy, int]) -> None:
    found = must(given[0].doses.to_check(given[1]))
    assert isinstance(found, ToCheck)
    said = repr(replace(found, products=()))
    assert "580" not in said and "72.5" not in said and "72500" not in said
    names = [name for name, _ in found.products]
    assert names == ["Actemra", "Avtozma", "Tofidence", "Tyenne", "mixed", "elsewhere"], "whatever was given"


def test_that_agreeing_entries_sign_and_the_program_calculates_too(given: tuple[Pharmacy, int]) -> None:
    answer = must(look(given, {"weight": "72.50", "product": "Actemra", "amount": "580.0"}))
    assert (answer.check.outcome, answer.check.first, answer.check.second) == (
        Outcome.AGREED, "M. Okafor", "L. Haddad",
    )  # fmt: skip
    assert answer.calculated is not None and "calculates 580 mg" in say(answer.calculated)
    assert standing(given) is Standing.CHECKED and given[0].doses.overview().waiting == ()
    assert codes(look(given, request="again")) == ["second_dose_done"]
    assert must(look(given, {"weight": "72.50", "product": "Actemra", "amount": "580.0"})).check == answer.check


@pytest.mark.parametrize(
    ("entered", "field", "first", "second"),
    [
        ({"weight": "75.2"}, "weight", "72.5 kg", "75.2 kg"),
        ({"product": "Tyenne"}, "product", "Actemra", "Tyenne"),
        ({"product": "elsewhere"}, "product", "Actemra", "from elsewhere, not our vials"),
        ({"amount": "850"}, "amount", "580 mg", "850 mg"),
    ],
)
def test_that_each_of_the_three_is_compared(
    given: tuple[Pharmacy, int], entered: dict[str, str], field: str, first: str, second: str
) -> None:
    answer = look(given, {**RIGHT, **entered})
    assert isinstance(answer, Refused)
    (found,) = [one for one in answer.findings if one.code == "second_check_differs"]
    assert (found.field, found.get("first"), found.get("second")) == (field, first, second)
    assert answer.findings[-1].code in ("second_dose_as_calculated", "second_dose_not_calculated")
    assert standing(given) is Standing.DIFFERS
    assert len(SecondCheckBook(given[0].store, ZONE).waiting("dose")) == 1


def test_that_a_difference_is_explained_and_signed(given: tuple[Pharmacy, int]) -> None:
    look(given, {**RIGHT, "amount": "850"})
    answer = must(look(given, {**RIGHT, "amount": "850"}, "Dose: read the line above"))
    assert answer.check.outcome is Outcome.EXPLAINED and standing(given) is Standing.CHECKED


def test_that_taking_a_differing_record_back_counts_the_catch_as_a_correction(given: tuple[Pharmacy, int]) -> None:
    made, number = given
    look(given, {**RIGHT, "amount": "850"})
    must(made.doses.reverse("back", number, "850 mg were given", ACTOR))
    counts = SecondCheckBook(made.store, ZONE).counts()
    assert (counts.checks, counts.differed, counts.corrected) == (1, 1, 1)
    assert standing(given) is None and made.doses.overview().waiting == ()
    assert codes(look(given)) == ["dose_already_reversed"] and codes(made.doses.to_check(number)) == [
        "dose_already_reversed"
    ]
    assert SecondCheckBook(made.store, ZONE).waiting() == ()


def test_that_a_record_taken_back_without_a_catch_is_no_correction_of_one(given: tuple[Pharmacy, int]) -> None:
    must(given[0].doses.reverse("back", given[1], "entered twice", ACTOR))
    assert SecondCheckBook(given[0].store, ZONE).counts().lines == ()


def test_that_who_recorded_the_dose_cannot_be_its_second_person_at_anybodys_desk(given: tuple[Pharmacy, int]) -> None:
    own = replace(SECOND, name="m. okafor")
    assert codes(look(given, by=own, actor=Actor("L. Haddad"))) == ["second_check_same"]
    assert not isinstance(look(given, actor=Actor("L. Haddad")), Refused), "signed in here, and not who recorded it"


def test_that_the_dose_of_somebody_unknown_is_said(given: tuple[Pharmacy, int]) -> None:
    assert codes(given[0].doses.to_check(99)) == ["dose_unknown"] and codes(look((given[0], 99))) == ["dose_unknown"]


def test_that_one_pharmacist_signs_alone_at_night_and_somebody_else_looks_it_over(given: tuple[Pharmacy, int]) -> None:
    made, _ = given
    assert codes(look(given, by=None, alone="nobody")) == ["second_check_no_night_rule"]
    assert codes(made.doses.alone_now()) == ["second_check_no_night_rule"]
    rule = night(made)
    assert made.doses.alone_now() == rule
    assert codes(look(given, by=None)) == ["text_missing"]
    assert must(look(given, by=None, alone="nobody else", request="alone")).check.outcome is Outcome.ALONE
    assert standing(given) is Standing.ALONE and len(made.doses.overview().waiting) == 1
    assert must(made.doses.to_check(given[1])).standing is Standing.ALONE
    assert codes(look(given, by=replace(SECOND, name="M. Okafor"), request="own")) == ["second_check_same"]
    assert codes(look(given, {**RIGHT, "weight": "27.5"}, request="over"))[0] == "second_check_differs"
    assert must(look(given, request="over", explanation="slip")).check.outcome is Outcome.LOOKED_OVER
    assert standing(given) is Standing.CHECKED
    assert SecondCheckBook(made.store, ZONE).to_look_over() == ()


def test_that_a_dose_signed_alone_and_taken_back_needs_no_look_and_counts_no_catch(given: tuple[Pharmacy, int]) -> None:
    made, number = given
    night(made)
    must(look(given, by=None, alone="nobody else"))
    must(made.doses.reverse("back", number, "wrong patient", ACTOR))
    book = SecondCheckBook(made.store, ZONE)
    assert book.to_look_over() == () and book.checks("dose", number)[-1].outcome is Outcome.CORRECTED
    assert (book.counts().corrected, book.counts().alone) == (0, 1)
    assert codes(look(given, request="over")) == ["dose_already_reversed"]


def test_that_alone_is_refused_outside_the_rule_with_its_text(given: tuple[Pharmacy, int]) -> None:
    night(given[0], "23:00", "03:00")
    answer = look(given, by=None, alone="nobody else")
    assert codes(answer) == ["second_check_outside_night"]
    assert isinstance(answer, Refused) and "One pharmacist on nights." in say(answer.findings[0])


def test_that_a_record_without_weight_agrees_with_none_and_differs_from_any(tmp_path: Path) -> None:
    made, _ = stocked(tmp_path)
    patient = made.enrol("0099", "Weightless", kg="")
    typed: dict[str, Any] = {"deviation_reason": "no scale", "deviation_name": "A. Weiss"}
    number = must(made.doses.log_dose(dose(patient, (made.line("B7101", 2),), "d2", **typed), ACTOR)).id
    answer = look((made, number))
    assert isinstance(answer, Refused) and answer.findings[0].get("first") == "–"
    second = must(made.doses.log_dose(dose(patient, (made.line("C2201", 2),), "d3", amount_mg="400",
                  started_at="2026-12-01 12:00", **typed), ACTOR)).id  # fmt: skip
    checked = must(look((made, second), {**RIGHT, "weight": "", "amount": "400"}, request="two"))
    assert checked.calculated is None


def test_that_a_proof_of_more_than_five_minutes_ago_signs_nothing(given: tuple[Pharmacy, int]) -> None:
    assert codes(look(given, by=replace(SECOND, at=NOW - timedelta(minutes=6)))) == ["second_check_stale"]


def test_that_the_repeated_hour_of_autumn_is_night_both_times(given: tuple[Pharmacy, int]) -> None:
    made, _ = given
    night(made)
    for hour in (5, 6):
        at = datetime.fromisoformat(f"2027-11-07T0{hour}:30+00:00")
        made.store.clock = StatedClock(at)
        assert isinstance(DoseLog(made.store, ZoneInfo("America/New_York")).alone_now(), NightRule)


# --- the rules ---


@pytest.mark.parametrize(
    ("brands", "product"),
    [
        ((), "elsewhere"), (("Actemra",), "Actemra"), (("Actemra", "Actemra"), "Actemra"),
        (("Actemra", "Tyenne"), "mixed"),
    ],
)  # fmt: skip
def test_that_the_product_of_a_record_is_its_brand_more_than_one_or_elsewhere(
    brands: tuple[str, ...], product: str
) -> None:
    asked = asked_about(7, BodyWeight.of_kg("72.5"), brands, Mass.of_mg("580"))
    assert isinstance(asked, Asked) and (asked.subject, asked.subject_id, asked.alone) == ("dose", "7", True)
    assert [one.truth for one in asked.fields] == ["72.5", product, "580"]


def test_that_a_brand_known_only_from_the_record_can_be_chosen() -> None:
    assert ("Oldname", "Oldname") in products(["Oldname"])


@pytest.mark.parametrize(
    ("kg", "mg", "code"),
    [
        ("72.5", "580", "second_dose_as_calculated"), ("72.5", "600", "second_dose_not_calculated"),
        ("29.9", "358.8", "second_dose_as_calculated"), ("30", "360", "second_dose_not_calculated"),
        ("120", "800", "second_dose_as_calculated"), ("120", "960", "second_dose_not_calculated"),
    ],
)  # fmt: skip
def test_that_the_program_calculates_from_the_weight_entered(kg: str, mg: str, code: str) -> None:
    found = recalculated(BodyWeight.of_kg(kg), Mass.of_mg(mg), rounding=must(Mass.of_mg("0")).mg)
    assert found.code == code


def test_that_rounding_of_policy_counts_as_calculated() -> None:
    five = Mass.of_mg("5").mg
    assert recalculated(BodyWeight.of_kg("72.5"), Mass.of_mg("600"), five).code == "second_dose_as_calculated"


def test_that_a_record_taken_back_waits_for_nobody() -> None:
    assert waits((), True) is None and waits((), False) is Standing.WAITING
