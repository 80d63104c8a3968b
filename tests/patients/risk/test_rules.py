"""What is asked, missing, on a limit, of another population or of the wrong time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.model import Course, Infusion
from crs_desktop.patients.risk.model import Begins, Measured, Score
from crs_desktop.patients.risk.rules import (
    converted,
    doubts,
    lymphodepletion_begins,
    population_findings,
    read_values,
    timing_findings,
    worked_out,
)
from crs_desktop.patients.risk.scores_file import score_of
from crs_desktop.patients.rules import infusions
from crs_desktop.therapies.model.care import LeadIn
from tests.patients.courses import BODY, CATALOGUE

START = date(2026, 12, 14)
ADULT, CHILD = date(1961, 3, 12), date(2015, 3, 12)
GOOD = {
    "easix": {"ldh": ("250", "U/L"), "creatinine": ("0.8", "mg/dL"), "platelets": ("150", "10^9/L")},
    "car_hematotox": {
        "platelets": ("200", "10^9/L"), "anc": ("3000", "/µL"), "hemoglobin": ("12", "g/dL"), "crp": ("0.5", "mg/dL"),
        "ferritin": ("100", "ng/mL"),
    },
}  # fmt: skip


def score(name: str) -> Score:
    found = score_of(name)
    assert found is not None
    return found


def measured(name: str, **other: tuple[str, str]) -> tuple[Measured, ...]:
    read = read_values(score(name), GOOD[name] | other)
    assert not isinstance(read, Refused), read
    return read


def refusals(name: str, **other: tuple[str, str]) -> list[tuple[str, str]]:
    read = read_values(score(name), GOOD[name] | other)
    assert isinstance(read, Refused)
    return [(finding.code, finding.field) for finding in read.findings]


def course(therapy: str = "axicabtagene_ciloleucel", regimen: str = "single") -> Course:
    return Course(1, 1, CATALOGUE.protocol(therapy), regimen, START, None)


def dated(one: Course) -> tuple[Infusion, ...]:
    return infusions(one, (), BODY, START - timedelta(days=12), START + timedelta(days=40))


# --- what was typed ---


def test_that_each_missing_value_is_named_and_no_score_comes_of_it() -> None:
    read = read_values(score("car_hematotox"), {})
    assert isinstance(read, Refused)
    assert [finding.get("name") for finding in read.findings] == [
        "Platelets", "Neutrophils (ANC)", "Hemoglobin", "CRP", "Ferritin",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["1,2", "-3", "1e3", "١٢", "0x1", "NaN", "1.23456", "12345678", ".5"])
def test_that_only_a_plain_number_is_a_value(typed: str) -> None:
    assert refusals("easix", ldh=(typed, "U/L")) == [("risk_number_not_understood", "ldh")]


def test_that_a_unit_is_never_guessed() -> None:
    assert refusals("easix", creatinine=("80", "")) == [("risk_unit_missing", "creatinine_unit")]
    assert refusals("easix", creatinine=("80", "mg/L")) == [("risk_unit_missing", "creatinine_unit")]


def test_that_nothing_is_divided_by_nothing() -> None:
    assert refusals("easix", platelets=("0", "10^9/L")) == [("risk_division_by_nothing", "platelets")]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [(("0.19", "mg/dL"), True), (("0.2", "mg/dL"), False), (("20", "mg/dL"), False), (("20.01", "mg/dL"), True),
     (("80", "mg/dL"), True), (("80", "µmol/L"), False), (("0.8", "µmol/L"), True)],
)  # fmt: skip
def test_that_a_value_far_from_what_laboratories_report_is_asked_again(typed: tuple[str, str], asked: bool) -> None:
    found = doubts(score("easix"), measured("easix", creatinine=typed))
    assert [finding.field for finding in found] == (["creatinine"] if asked else [])


def test_that_the_conversion_is_shown() -> None:
    creatinine = measured("easix", creatinine=("80", "µmol/L"))[1]
    assert creatinine.value == Fraction(800, 884)
    assert converted(score("easix"), creatinine) == "0.905 mg/dL"


def test_that_an_input_which_a_score_does_not_need_is_a_defect() -> None:
    with pytest.raises(KeyError):
        score("easix").input("ferritin")


# --- the result ---


def test_that_a_value_shown_like_the_cut_off_says_that_the_exact_one_decides() -> None:
    found = worked_out(score("easix"), measured("easix", ldh=("467.4", "U/L"), creatinine=("1", "mg/dL"),
                                                platelets=("100", "10^9/L")))  # fmt: skip
    assert str(found.shown) == "4.67" and found.band is not None and found.band.id == "above"
    assert [finding.code for finding in found.findings] == ["risk_near_cutoff"]


def test_that_unverified_limits_are_said_with_every_result() -> None:
    found = worked_out(score("car_hematotox"), measured("car_hematotox"))
    assert found.unverified and found.confidence == "low"
    assert [finding.code for finding in found.findings] == ["risk_points_unverified"]


@pytest.mark.parametrize(("crp", "said"), [("2.9", False), ("3", True), ("3.1", False)])
def test_that_a_value_on_an_unread_limit_says_so(crp: str, said: bool) -> None:
    found = worked_out(score("car_hematotox"), measured("car_hematotox", crp=(crp, "mg/dL")))
    assert ("risk_on_the_limit" in [finding.code for finding in found.findings]) is said


# --- for whom ---


@pytest.mark.parametrize(
    ("therapy", "regimen", "fits"),
    [("axicabtagene_ciloleucel", "single", True), ("tisagenlecleucel", "lbcl", True), ("tisagenlecleucel", "fl", False),
     ("tisagenlecleucel", "all_paed_ya", False), ("ciltacabtagene_autoleucel", "single", False),
     ("teclistamab", "mono", False)],
)  # fmt: skip
@pytest.mark.parametrize("name", ["easix", "m_easix", "car_hematotox"])
def test_that_another_population_than_that_of_the_score_is_said(
    name: str, therapy: str, regimen: str, fits: bool
) -> None:
    found = population_findings(score(name), course(therapy, regimen), ADULT, START)
    assert [finding.code for finding in found] == ([] if fits else ["risk_other_population"])


def test_that_a_score_without_a_course_says_so() -> None:
    assert [f.code for f in population_findings(score("easix"), None, ADULT, START)] == ["risk_no_course"]


def test_that_a_score_made_with_adults_says_so_until_the_18th_birthday() -> None:
    found = [
        [f.code for f in population_findings(score(name), course(), CHILD, day)]
        for name in ("easix", "m_easix", "car_hematotox")
        for day in (date(2033, 3, 11), date(2033, 3, 12))
    ]
    assert found == [["risk_adults_only"], [], ["risk_adults_only"], [], [], []]


# --- when ---


@pytest.mark.parametrize(
    ("day", "code"),
    [("2026-12-08", ""), ("2026-12-09", "risk_maybe_after_lymphodepletion"),
     ("2026-12-10", "risk_after_lymphodepletion"), ("2026-12-14", "risk_after_lymphodepletion"),
     ("2026-12-15", "risk_after_cells")],
)  # fmt: skip
def test_that_values_after_lymphodepletion_on_fixed_days_are_said_to_be_late(day: str, code: str) -> None:
    one = course()  # fludarabine and cyclophosphamide on days -5, -4 and -3
    found = timing_findings(score("easix"), one, dated(one), date.fromisoformat(day))
    assert [finding.code for finding in found] == ([code] if code else [])


def test_that_a_window_of_lymphodepletion_has_a_first_and_a_last_beginning() -> None:
    one = course("tisagenlecleucel", "lbcl")
    begins = lymphodepletion_begins(one, dated(one))
    assert begins is not None and begins.first < begins.last < START
    codes = [
        [finding.code for finding in timing_findings(score("easix"), one, dated(one), day)]
        for day in (begins.first - timedelta(days=1), begins.first, begins.last, begins.last + timedelta(days=1))
    ]
    maybe = ["risk_maybe_after_lymphodepletion"]
    assert codes == [[], maybe, maybe, ["risk_after_lymphodepletion"]]


def lead_in(name: str, **words: object) -> LeadIn:
    blank = LeadIn(name, name, "lymphodepletion", None, "IV", (), ("single",), f"lead_in.{name}")
    return replace(blank, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "begins"),
    [
        ((lead_in("a", days=(-5, -4)), lead_in("b", days=(-3,))), (-5, -5)),
        ((lead_in("a", days=(-5,), alternative=True), lead_in("b", days=(-3,), alternative=True)), (-5, -3)),
        ((lead_in("a", days=(-5,)), lead_in("b", days=(-7,), alternative=True)), (-7, -5)),
        ((lead_in("a", lasting_days=3, ends_before=(2, 14)),), (-16, -4)),
        ((lead_in("a", ends_before=(2, 14)),), None),
        ((lead_in("a"),), None),
        ((), None),
    ],
)
def test_that_the_beginning_follows_from_all_rows_together(
    rows: tuple[LeadIn, ...], begins: tuple[int, int] | None
) -> None:
    one = course()
    one = replace(one, protocol=replace(one.protocol, lead_in=rows))
    expected = None if begins is None else Begins(*(START + timedelta(days=days) for days in begins))
    assert lymphodepletion_begins(one, dated(one)) == expected
    said = timing_findings(score("easix"), one, dated(one), START - timedelta(days=30))
    assert [finding.code for finding in said] == ([] if begins else ["risk_lymphodepletion_unknown"])


def test_that_without_a_course_nothing_is_said_of_the_time() -> None:
    assert timing_findings(score("easix"), None, (), START) == ()
