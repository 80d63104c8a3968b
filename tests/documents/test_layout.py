"""The page: whole, repeatable, with the patient and its own number on every page, and nothing in it but ink."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from crs_desktop.documents.layout.page import Paper
from crs_desktop.documents.model import Box, Note, Section, Sheet, State
from crs_desktop.documents.sheets.dosing_sheet import build_dosing_sheet
from crs_desktop.documents.sheets.infusion_day import build_infusion_day
from tests.documents.reading import pages, printed, reader, squeezed, whole
from tests.documents.sample_papers import CART, DOSING, PATIENT, SHORT, STEP_UP

SHEETS = {
    "cart": build_infusion_day(CART),
    "short": build_infusion_day(SHORT),
    "step-up": build_infusion_day(STEP_UP),
    "dose": build_dosing_sheet(DOSING),
}
ROOT = Path(__file__).parents[2]


@pytest.fixture(params=SHEETS.values(), ids=SHEETS.keys())
def sheet(request: pytest.FixtureRequest) -> Sheet:
    found: Sheet = request.param
    return found


def with_name(name: str) -> Sheet:
    return build_infusion_day(replace(CART, patient=replace(PATIENT, name=name)))


def test_that_the_same_facts_give_the_same_bytes(sheet: Sheet) -> None:
    assert printed(sheet) == printed(sheet)


def test_that_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys; from tests.documents.test_layout import SHEETS, printed;"
        "sys.stdout.buffer.write(printed(SHEETS['cart']))"
    )
    made = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={"PYTHONHASHSEED": "7"}, capture_output=True, check=True
    )
    # Other sheets were laid out before this one here and not there.
    printed(SHEETS["dose"])
    assert made.stdout == printed(SHEETS["cart"])


@pytest.mark.parametrize("paper", list(Paper), ids=lambda paper: paper.name)
def test_that_every_page_names_the_patient_twice_over_and_counts_itself(sheet: Sheet, paper: Paper) -> None:
    found = pages(printed(sheet, paper))
    for number, text in enumerate(found, start=1):
        assert PATIENT.name in text
        assert PATIENT.mrn in text
        assert "23 Apr 1961" in text
        assert f"Page {number} of {len(found)}" in text
        assert f"Valid until {sheet.footer.valid_until}" in text
        assert sheet.footer.code in text


@pytest.mark.parametrize("paper", list(Paper), ids=lambda paper: paper.name)
def test_that_a_checklist_is_two_pages_and_a_dosing_sheet_one(sheet: Sheet, paper: Paper) -> None:
    assert len(pages(printed(sheet, paper))) == (1 if sheet is SHEETS["dose"] else 2)


def test_that_the_page_has_the_size_that_was_asked() -> None:
    for paper in Paper:
        box = reader(printed(SHEETS["dose"], paper)).pages[0].mediabox
        assert (round(float(box.width)), round(float(box.height))) == tuple(round(side) for side in paper.value)


def test_that_only_embedded_fonts_are_named(sheet: Sheet) -> None:
    for page in reader(printed(sheet)).pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font["/FontDescriptor"]


def test_that_a_paper_holds_no_link_picture_script_or_file(sheet: Sheet) -> None:
    found = reader(printed(sheet))
    assert "/Names" not in found.root_object and "/OpenAction" not in found.root_object
    for page in found.pages:
        assert "/Annots" not in page
        assert "/XObject" not in page["/Resources"]


def test_that_the_title_of_the_file_does_not_name_the_patient(sheet: Sheet) -> None:
    assert PATIENT.name not in str(reader(printed(sheet)).metadata)


def test_that_a_name_of_300_characters_is_printed_whole_on_every_page() -> None:
    spaced = " ".join(f"Name{number:02}long" for number in range(27))[:300]
    for name in ("W" * 300, spaced, "Ångström-" * 33):
        for text in pages(printed(with_name(name))):
            assert squeezed(name) in squeezed(text)


def test_that_no_drawn_line_leaves_the_page() -> None:
    long = replace(
        CART,
        patient=replace(PATIENT, name="W" * 300, mrn="M" * 32, allergies=("Q" * 300,)),
        override_reason="reason " * 280,
        unknowns=("u" * 400,),
    )
    for paper in Paper:
        for page in reader(printed(build_infusion_day(long), paper)).pages:
            right, top = float(page.mediabox.width), float(page.mediabox.height)
            seen: list[tuple[float, float]] = []

            def note(text: str, _m: object, place: list[float], _f: object, _s: object, seen=seen) -> None:  # type: ignore[no-untyped-def]
                if text.strip():
                    seen.append((place[4], place[5]))

            page.extract_text(visitor_text=note)
            assert seen
            assert all(0 <= x < right and 0 <= y < top for x, y in seen)


def test_that_a_reason_of_2000_characters_is_printed_whole() -> None:
    words = [f"word{number:03}" for number in range(240)]
    long = build_infusion_day(replace(SHORT, override_reason=" ".join(words)))
    found = whole(printed(long))
    assert all(word in found for word in words)


def test_that_a_long_text_in_a_narrow_cell_is_printed_whole() -> None:
    words = [f"word{number:03}" for number in range(240)]
    found = squeezed(whole(printed(build_infusion_day(replace(CART, unknowns=(" ".join(words), "short"))))))
    assert all(word in found for word in words)


def test_that_a_section_longer_than_any_page_is_not_cut() -> None:
    sheet = SHEETS["dose"]
    boxes = (Box("Heading", tuple(f"sentence number {number}." for number in range(400)), loud=True),)
    notes = tuple(Note(f"note number {number};") for number in range(200))
    found = pages(printed(replace(sheet, bands=((Section("Left", boxes), Section("Right", notes)),))))
    joined = " ".join(found)
    assert all(f"sentence number {number}." in joined for number in range(400))
    assert all("Left (continued)" in text for text in found[1:-1])
    assert all(f"note number {number};" in joined for number in range(200))
    assert all(f"Page {number} of {len(found)}" in text for number, text in enumerate(found, start=1))


def test_that_each_verdict_is_said_in_words() -> None:
    for state in State:
        facts = replace(CART, readiness=replace(CART.readiness, state=state))
        assert state.value in whole(printed(build_infusion_day(facts)))


def test_that_an_unverified_fact_carries_the_mark_and_the_word() -> None:
    assert "levETIRAcetam or another drug that does not sedate. ‡ unverified" in whole(printed(SHEETS["cart"]))
    assert "0.3 mg/kg ‡ unverified" in whole(printed(SHEETS["step-up"]))
