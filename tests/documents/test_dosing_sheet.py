"""The dosing sheet: what a tired pharmacist at three in the morning must find on one page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crs_desktop.documents.layout.page import Paper
from crs_desktop.documents.model import Blank, Stated
from crs_desktop.documents.sheets.dosing_sheet import PreviousDoseFacts, build_dosing_sheet, rate
from crs_desktop.documents.sheets.facts import SetFacts
from crs_desktop.kernel.amounts import BodyWeight, Mass, Volume
from tests.documents.reading import pages, printed, whole
from tests.documents.sample_papers import DOSE, DOSING, PATIENT

TEXT = whole(printed(build_dosing_sheet(DOSING)))

SAID = [
    ("draw", "Draw 580 mg"),
    ("formula", "8 mg/kg x 72.5 kg = 580 mg"),
    ("volume", "Drug volume 29 mL at 20 mg/mL"),
    ("bag", "Bag 100 mL final volume"),
    ("rate", "Rate 100 mL/h over 60 minutes"),
    ("withdraw first", "First withdraw 29 mL of diluent and discard it."),
    ("add", "Add 29 mL of drug (580 mg) slowly. Final volume 100 mL."),
    ("never push", "Over 60 minutes: 100 mL/h. Never push."),
    ("own line", "Own line, no other drug in it."),
    ("weight age", "Age of weight 6 days old (site limit 7 days)"),
    ("weight date and method", "Measured, method Mon 30 Nov 2026, standing scale"),
    ("allergies", "Allergies penicillin (rash); latex"),
    ("grade", "CRS grade 2 (ASTCT 2019): as told, not derived"),
    ("dose number", "Dose number 2 of at most 4"),
    ("left", "Left after this dose 24 h: 1 of 3; episode: 2 of 4"),
    ("not before", "This dose not before Sun 6 Dec 01:10 UTC-05:00"),
    ("before", "1 tocilizumab (Actemra) 580 mg Sat 5 Dec 17:10 UTC-05:00 Sat 5 Dec 18:10 UTC-05:00"),
    ("rule", "At least 8 h, counted from the START of the last dose."),
    ("rule unverified", "from start or from end. ‡ unverified"),
    ("next", "Next dose not before, if given as planned Sun 6 Dec 2026 11:30 (UTC-05:00)"),
    ("next by hand", "Next dose not before (START of this dose and 8 h)"),
    ("vials", "tocilizumab (Actemra) 1 x 400 mg B3084C07 31 Mar 2027 Main pharmacy, fridge 2, shelf A"),
    ("waste", "Waste to record 20 mg"),
    ("label who", "Kowalska-Lindqvist, Zofia Maria, born 23 Apr 1961, MRN 0048213, 7 East, bed 12"),
    ("label what", "tocilizumab (Actemra) 580 mg (29 mL) in 100 mL final volume, diluent: Diluent in this bag"),
    ("label lots", "Lots B2277A11, B3084C07 Intravenous infusion over 60 minutes"),
    ("label how", "Not IV push. Own line. Protect from light. Dose 2 of this episode."),
    ("two signatures", "Prepared by Checked by Given by, nurse"),
    ("own result", "Second checker's dose mg"),
    ("contacts", "Pharmacy on call 555-0142"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "words"), SAID, ids=[row[0] for row in SAID])
def test_that_the_sheet_says_it(what: str, words: str) -> None:
    assert words in TEXT


def test_that_the_label_leaves_the_diluent_to_be_written_and_only_the_making_names_the_choice() -> None:
    choice = "sodium chloride 0.9 percent or 0.45 percent, sterile"
    bands = build_dosing_sheet(replace(DOSING, diluent=Stated(choice))).bands
    sections = {section.title: section for band in bands for section in band}
    assert choice in str(sections["Make it"].blocks)
    assert "0.45" not in str(sections["Bag label"].blocks)
    assert Blank("Diluent in this bag") in sections["Bag label"].blocks


def test_that_a_small_child_gets_the_small_bag_and_its_rate() -> None:
    child = replace(
        DOSE, mg_per_kg=12, uncapped=Mass.of_mg("358.8"), calculated=Mass.of_mg("358.8"), drawn=Mass.of_mg(360),
        volume=Volume(18_000_000), bag_ml=50,
    )  # fmt: skip
    facts = replace(DOSING, dose=child, weight=replace(DOSING.weight, weight=BodyWeight.of_kg("29.9")))
    text = whole(printed(build_dosing_sheet(facts)))
    assert rate(child) == "50 mL/h"
    assert "12 mg/kg x 29.9 kg = 358.8 mg" in text
    assert "Draw 360 mg rounded from 358.8 mg" in text


def test_that_a_rate_that_is_not_whole_keeps_one_place() -> None:
    assert rate(replace(DOSE, infuse_minutes=90)) == "66.7 mL/h"


def test_that_a_fourth_dose_still_fits_one_a4_page_and_names_prophylaxis_apart() -> None:
    start = datetime(2026, 12, 4, 22, 10, tzinfo=UTC)
    earlier = tuple(
        PreviousDoseFacts("tocilizumab (Actemra)", "580 mg", start + timedelta(hours=9 * n), None, prophylactic=n == 0)
        for n in range(4)
    )
    content = printed(build_dosing_sheet(replace(DOSING, previous=earlier)), Paper.A4)
    assert len(pages(content)) == 1
    text = whole(content)
    assert "prophylactic tocilizumab (Actemra) 580 mg Fri 4 Dec 17:10 UTC-05:00 not known" in text
    assert "3 tocilizumab (Actemra) 580 mg" in text and "4 tocilizumab (Actemra)" not in text


def test_that_two_warnings_and_an_override_are_drawn_smaller_rather_than_on_a_second_page() -> None:
    facts = replace(
        DOSING,
        findings=("The weight is 9 days old.", "Only 7 h 10 min since the start of the last dose."),
        override_reason="Life-threatening; agreed with Dr Brandt.",
    )
    content = printed(build_dosing_sheet(facts), Paper.LETTER)
    assert len(pages(content)) == 1
    assert "Override recorded: Life-threatening" in whole(content)
    assert "Given by, nurse" in whole(content)


def test_that_what_is_missing_is_said() -> None:
    bare = replace(
        DOSING,
        vials=SetFacts(1, short="1 vial of 200 mg is all there is."),
        diluent=None,
        grade="",
        location="",
        previous=(),
        interval=replace(DOSING.interval, earliest=None, next_after_this=None, counted_from="END", rule=Stated("")),
        weight=replace(DOSING.weight, method="", age_days=9),
        patient=replace(PATIENT, allergies=None),
        findings=("The weight is 9 days old.",),
        override_reason="Life-threatening; Dr Brandt.",
    )
    text = whole(printed(build_dosing_sheet(bare)))
    for words in (
        "SHORT 1 vial of 200 mg is all there is.",
        "Beware The weight is 9 days old.",
        "Override recorded: Life-threatening; Dr Brandt.",
        "Diluent not known",
        "CRS grade not known",
        "Vials not known",
        "Waste to record not known",
        "Allergies not recorded: ask",
        "no earlier dose is recorded",
        "At least 8 h, counted from the END of the last dose.",
        "Measured, method Mon 30 Nov 2026, not known",
    ):
        assert words in text


def test_that_a_drug_given_on_a_clock_change_night_keeps_its_offset() -> None:
    night = PreviousDoseFacts("tocilizumab (Actemra)", "580 mg", datetime(2026, 11, 1, 5, 30, tzinfo=UTC), None)
    again = replace(night, started=datetime(2026, 11, 1, 6, 30, tzinfo=UTC))
    text = whole(printed(build_dosing_sheet(replace(DOSING, previous=(night, again)))))
    assert "Sun 1 Nov 01:30 UTC-04:00" in text and "Sun 1 Nov 01:30 UTC-05:00" in text
