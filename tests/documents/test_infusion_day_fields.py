"""The composite infusion-day form of the practice reference, field by field: printed, a line or box to fill, or not known."""

# ruff: noqa: E501
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from crs_desktop.documents.model import Blank, Choice, Sheet, Signatures, Table, Tick
from crs_desktop.documents.sheets.infusion_day import build_infusion_day
from crs_desktop.kernel.amounts import BodyWeight, Mass, Volume
from tests.documents.reading import printed, whole
from tests.documents.sample_papers import CART, SHORT, STEP_UP

PRINTED, WRITE, NOT_KNOWN, NOT_APPLICABLE = "printed", "line or box", "not known", "does not apply"


def status(sheet: Sheet, words: str) -> str:
    """How the sheet shows the field whose words these are."""
    if "do not apply" in words:
        return NOT_APPLICABLE
    if "not known" in words or "not recorded" in words:
        return NOT_KNOWN
    return WRITE if any(words in place for place in _places_to_write(sheet)) else PRINTED


def _places_to_write(sheet: Sheet) -> Iterator[str]:
    for block in (block for band in sheet.bands for section in band for block in section.blocks):
        if isinstance(block, Blank):
            yield f"{block.label} {block.unit}".strip()
        elif isinstance(block, Tick):
            yield f"{block.text} {block.write}:" if block.write else block.text
        elif isinstance(block, Choice):
            yield " ".join((block.label, *block.answers, f"{block.write}:" if block.write else ""))
        elif isinstance(block, Signatures):
            yield from ("Role Name in print Signature Date and time", *(role for role, _ in block.roles))
        elif isinstance(block, Table) and block.to_write:
            yield " ".join(column.title for column in block.columns)
            yield from (row[0].text for row in block.rows)


# Field of the form; how a sheet with all facts shows it; the words on that CAR-T sheet; the words on a bare step-up sheet.
FIELDS = [
    # The composite form, in its own order.
    ("name", PRINTED, "Patient Kowalska-Lindqvist, Zofia Maria", "Kowalska-Lindqvist, Zofia Maria"),
    ("date of birth", PRINTED, "Date of birth 23 Apr 1961", "Date of birth 23 Apr 1961"),
    ("MRN", PRINTED, "MRN 0048213", "MRN 0048213"),
    ("allergies", PRINTED, "Allergies penicillin (rash); latex", "Allergies not recorded: ask"),
    ("weight", PRINTED, "Weight 72.5 kg", "Weight not known"),
    ("weight date", PRINTED, "Measured Mon 30 Nov 2026", "Measured, method"),
    ("weight method", PRINTED, "Method standing scale", "Measured, method"),
    ("weight age", PRINTED, "Age of weight on the day 3 days old (site limit 7 days)", "Weight not known"),
    ("product", PRINTED, "Product axicabtagene ciloleucel (Yescarta)", "Product teclistamab (Tecvayli)"),
    ("identifier", WRITE, "Identifier (DIN, apheresis or chain of identity)", "do not apply, not a cell product"),
    ("product lot", WRITE, "Lot", "Lot"),
    ("product expiry", WRITE, "Expiry", "Expiry"),
    ("storage", WRITE, "Storage temperature seen", "do not apply, not a cell product"),
    ("receipt", WRITE, "Received in good condition", "do not apply, not a cell product"),
    ("lymphodepletion", PRINTED, "Drugs cyclophosphamide 500 mg/m2", "do not apply, not a cell product"),
    ("lymphodepletion days", WRITE, "Days since", "do not apply, not a cell product"),
    ("hold criteria", WRITE, "Protocol: active infection", "Hold criteria of the protocol not known"),
    ("ICE or CAPD baseline", WRITE, "ICE or CAPD", "ICE or CAPD"),
    ("baseline", WRITE, "Baseline", "Baseline"),
    ("baseline pressure", WRITE, "Blood pressure", "Blood pressure"),
    ("baseline oxygen", WRITE, "Oxygen L/min", "Oxygen L/min"),
    ("baseline CPAP", WRITE, "CPAP or BiPAP at home no yes", "CPAP or BiPAP at home no yes"),
    ("cultures", WRITE, "Cultures drawn no yes at:", "Cultures drawn no yes at:"),
    ("tocilizumab dose", PRINTED, "Calculated dose 580 mg 8 mg/kg x 72.5 kg = 580 mg", "Dose not known: the dose cannot be"),
    ("tocilizumab drawn", PRINTED, "Draw 580 mg as calculated", "Dose not known"),
    ("vial set 1", PRINTED, "1 tocilizumab (Actemra) 1 x 400 mg", "Dose not known"),
    ("vial set 2", PRINTED, "2 tocilizumab-aazg (Tyenne) 3 x 200 mg", "Dose not known"),
    ("vial lot", PRINTED, "B3084C07", "Dose not known"),
    ("vial expiry", PRINTED, "31 Mar 2027", "Dose not known"),
    ("vial shelf", PRINTED, "Main pharmacy, fridge 2, shelf A", "Dose not known"),
    ("fallback siltuximab", WRITE, "siltuximab (Sylvant): place, vials", "siltuximab (Sylvant): place, vials"),
    ("fallback anakinra", WRITE, "anakinra (Kineret): place, syringes", "anakinra (Kineret): place, syringes"),
    ("premed drug", PRINTED, "acetaminophen 650 mg by mouth", "Premedication of the protocol not known"),
    ("premed dose", PRINTED, "diphenhydrAMINE 12.5 mg", "Premedication of the protocol not known"),
    ("premed time", PRINTED, "about 60 minutes before 09:00", "Premedication of the protocol not known"),
    ("premed given", WRITE, "Given at Initials", "Given at Initials"),
    ("seizure drug", PRINTED, "Seizure drug Consider levETIRAcetam", "Seizure drug not known"),
    ("thaw", WRITE, "Thaw started", "do not apply, not a cell product"),
    ("expiry after thaw", WRITE, "Expires after thaw", "do not apply, not a cell product"),
    ("start", WRITE, "Infusion started", "Infusion started"),
    ("end", WRITE, "Infusion ended", "Infusion ended"),
    ("vitals", WRITE, "Time Temperature C Blood pressure Heart rate Saturation %", "Heart rate Saturation %"),
    ("card given", WRITE, "Wallet card given", "Wallet card given"),
    ("caregiver", WRITE, "Caregiver, name", "Caregiver, name"),
    ("phone", WRITE, "Caregiver, phone", "Caregiver, phone"),
    ("checker 1", WRITE, "Checker 1, pharmacist", "Checker 1, pharmacist"),
    ("checker 2", WRITE, "Checker 2, from source data", "Checker 2, from source data"),
    ("prescriber", WRITE, "Prescriber confirms", "Prescriber confirms"),
    ("nurse", WRITE, "Nurse receives", "Nurse receives"),
    ("times of signatures", WRITE, "Signature Date and time", "Signature Date and time"),
    ("override reason", WRITE, "Override: reason and name", "Override: reason and name"),
    # What the practice reference proposes beyond it.
    ("height", WRITE, "Height cm", "Height cm"),
    ("pregnancy test", WRITE, "Pregnancy test not needed negative on:", "Pregnancy test not needed negative on:"),
    ("infection screen", WRITE, "Infection screen clear pending positive", "Infection screen clear pending positive"),
    ("bag count", WRITE, "Bags, number", "do not apply, not a cell product"),
    ("dose in cells", WRITE, "Cells in this dose", "do not apply, not a cell product"),
    ("label match by two", WRITE, "Label matches patient: two people initials:", "do not apply, not a cell product"),
    ("interval in label range", WRITE, "Interval within the protocol no yes", "do not apply, not a cell product"),
    ("new arrhythmia or oxygen need", WRITE, "New arrhythmia no yes", "New oxygen need no yes"),
    ("organ failure", WRITE, "Organ function worse no yes", "Organ function worse no yes"),
    ("GVHD", WRITE, "GVHD no yes", "GVHD no yes"),
    ("rising tumor burden", WRITE, "Rising tumor burden no yes", "Rising tumor burden no yes"),
    ("live vaccine", WRITE, "Recent live vaccine no yes", "Recent live vaccine no yes"),
    ("steroid on ward", WRITE, "Steroid on ward", "Steroid on ward"),
    ("vasopressor on ward", WRITE, "Vasopressor on ward", "Vasopressor on ward"),
    ("bed and ICU aware", WRITE, "ICU aware: who, bed", "ICU aware: who, bed"),
    ("steroid rule", PRINTED, "Systemic steroid Only if the prescriber decides so", "Systemic steroid not known"),
    ("antimicrobial prophylaxis", WRITE, "Antimicrobial prophylaxis", "Antimicrobial prophylaxis"),
    ("thermometer", WRITE, "Thermometer at home", "Thermometer at home"),
    ("return limits", WRITE, "Knows when to return", "Knows when to return"),
    ("driving limit", WRITE, "Knows driving limit", "Knows driving limit"),
    ("24 h phone", PRINTED, "Pharmacy on call 555-0142", "24 h phone"),
    ("readiness verdict", PRINTED, "READY, BUT 2 of 2 sets", "CANNOT SAY no weight is recorded."),
]  # fmt: skip

CART_SHEET, STEP_UP_SHEET = build_infusion_day(CART), build_infusion_day(STEP_UP)
CART_TEXT, STEP_UP_TEXT = whole(printed(CART_SHEET)), whole(printed(STEP_UP_SHEET))


@pytest.mark.parametrize(("field", "shown", "cart", "step_up"), FIELDS, ids=[row[0] for row in FIELDS])
def test_that_each_field_of_the_form_is_on_the_sheet(field: str, shown: str, cart: str, step_up: str) -> None:
    assert status(CART_SHEET, cart) == shown
    assert status(STEP_UP_SHEET, step_up) in (shown, WRITE, NOT_KNOWN, NOT_APPLICABLE)
    assert cart in CART_TEXT
    assert step_up in STEP_UP_TEXT


def test_that_a_short_sheet_says_so_in_words_and_prints_the_override() -> None:
    text = whole(printed(build_infusion_day(SHORT)))
    assert "SHORT short 1 of 2 sets" in text
    assert "SHORT: set 2 No whole-vial set of one brand for 580 mg is left" in text
    assert "Override recorded Second set arrives by courier" in text
    assert "has not been adopted by the site's pharmacist" in text


def test_that_missing_sets_are_counted_even_when_nobody_says_why() -> None:
    text = whole(printed(build_infusion_day(replace(CART, sets=CART.sets[:1]))))
    assert "SHORT: 1 of 2 sets" in text


def test_that_asked_and_none_differs_from_never_asked() -> None:
    asked = replace(CART, patient=replace(CART.patient, allergies=()))
    assert "Allergies none known (asked)" in whole(printed(build_infusion_day(asked)))
    assert "Allergies not recorded: ask" in STEP_UP_TEXT


def test_that_adoption_stands_on_the_foot_of_the_sheet() -> None:
    assert "Adopted by Dr R. Haddad, PharmD, Mon 9 Nov 2026" in CART_TEXT


def test_that_a_capped_dose_shows_the_cap_in_its_formula() -> None:
    assert CART.weight is not None and CART.dose is not None
    heavy = replace(
        CART,
        weight=replace(CART.weight, weight=BodyWeight.of_kg(110)),
        dose=replace(
            CART.dose,
            uncapped=Mass.of_mg(880),
            calculated=Mass.of_mg(800),
            drawn=Mass.of_mg(800),
            volume=Volume(40_000_000),
        ),
    )
    assert "8 mg/kg x 110 kg = 880 mg, limited to 800 mg" in whole(printed(build_infusion_day(heavy)))
