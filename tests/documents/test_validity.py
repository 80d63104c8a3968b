"""The code on the foot: the same facts, the same code; any other fact, another; a slip of the pen is noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.documents.model import Stated
from crs_desktop.documents.sheets.dosing_sheet import build_dosing_sheet
from crs_desktop.documents.sheets.infusion_day import build_infusion_day
from crs_desktop.documents.validity import code_of, facts_fingerprint, read_code
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.refusal import Finding
from tests.documents.sample_papers import CART, DOSING, PATIENT, SETS, STAMP, WEIGHT

fingerprints = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")


def test_that_who_printed_and_when_does_not_change_the_code() -> None:
    later = replace(
        CART, stamp=replace(STAMP, printed_by="Someone else", printed_at=STAMP.printed_at + timedelta(hours=1))
    )
    assert build_infusion_day(later).footer.code == build_infusion_day(CART).footer.code
    assert build_infusion_day(later).footer != build_infusion_day(CART).footer


@pytest.mark.parametrize(
    "changed",
    [
        replace(CART, weight=replace(WEIGHT, weight=BodyWeight.of_kg("72.6"))),
        replace(CART, weight=replace(WEIGHT, measured_on=date(2026, 12, 1))),
        replace(CART, weight=None),
        replace(CART, dose=None),
        replace(CART, sets=(SETS[0], replace(SETS[1], vials=(replace(SETS[1].vials[0], lot="X"),)))),
        replace(CART, sets=(replace(SETS[0], confirmed=False), SETS[1])),
        replace(CART, patient=replace(PATIENT, allergies=())),
        replace(CART, patient=replace(PATIENT, allergies=None)),
        replace(CART, protocol=replace(CART.protocol, fingerprint="00")),
        replace(CART, policy="another policy"),
        replace(CART, adopted=False),
        replace(CART, hold_criteria=(Stated("active infection"),)),
        replace(CART, readiness=replace(CART.readiness, reasons=())),
    ],
)
def test_that_a_changed_fact_changes_the_code(changed: object) -> None:
    assert facts_fingerprint("infusion-day", changed) != facts_fingerprint("infusion-day", CART)


def test_that_a_changed_grade_or_dose_changes_the_dosing_sheet() -> None:
    codes = {
        build_dosing_sheet(facts).footer.code
        for facts in (
            DOSING,
            replace(DOSING, grade="3 (ASTCT 2019)"),
            replace(DOSING, dose=replace(DOSING.dose, drawn=Mass.of_mg(600))),
            replace(DOSING, previous=()),
        )
    }
    assert len(codes) == 4


@given(fingerprints)
def test_that_a_code_is_read_back_however_it_is_written(fingerprint: str) -> None:
    code = code_of(fingerprint)
    assert len(code) == 11 and not set(code) & set("01258ABEILOSUZ") - {"8"}
    for written in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert read_code(written) == code


@given(fingerprints, st.integers(0, 9), st.sampled_from("346789CDFGHJKMNPQRTVWXY"))
def test_that_one_wrong_letter_is_noticed(fingerprint: str, place: int, letter: str) -> None:
    code = code_of(fingerprint).replace("-", "")
    wrong = code[:place] + letter + code[place + 1 :]
    read = read_code(wrong)
    assert (isinstance(read, Finding) and read.code == "paper_code_mistyped") or wrong == code


@given(fingerprints, st.integers(0, 8))
def test_that_two_swapped_letters_are_noticed(fingerprint: str, place: int) -> None:
    code = code_of(fingerprint).replace("-", "")
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert isinstance(read_code(swapped), Finding) or swapped == code


@pytest.mark.parametrize("typed", ["", "HYFD3", "HYFD3-Y7M3TT", "HYFD3-Y7M3O", "HYFD3-Y7M3é", "<b>"])
def test_that_what_is_no_code_is_said(typed: str) -> None:
    read = read_code(typed)
    assert isinstance(read, Finding) and read.code == "paper_code_not_understood"


def test_that_a_float_among_the_facts_is_a_defect() -> None:
    with pytest.raises(TypeError):
        facts_fingerprint("infusion-day", replace(CART, unknowns=(1.5,)))  # type: ignore[arg-type]
