"""T43 on paper: none of the forms that the practice reference forbids, found by reading the printed text."""

# ruff: noqa: E501
from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.bootstrap.services import DEMO, open_house
from crs_desktop.demo.story import tell_story
from crs_desktop.documents.gather.infusion_day import infusion_day_facts
from crs_desktop.documents.model import Sheet
from crs_desktop.documents.sheets.dosing_sheet import build_dosing_sheet
from crs_desktop.documents.sheets.infusion_day import build_infusion_day
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock, parse_instant
from crs_desktop.kernel.wording import sentences
from tests.documents.reading import printed, whole
from tests.documents.sample_papers import CART, DOSING, SHORT, STEP_UP, ZONE
from tests.store.made_up_keys import ANYBODY, KEYS

_UNITS = r"(?:mg|mcg|g|kg|mL|L|mmHg|cm)"
NEVER = {
    "unit letters": r"\b(?:U|IU|i\.u\.)(?![A-Za-z])",
    "daily": r"\b(?:QD|qd|q\.d\.?|QOD|qod|q\.o\.d\.?)(?![A-Za-z])",
    "trailing zero": r"\d\.\d*0(?!\d)",
    "naked point": r"(?<![\d.])\.\d",
    "morphine or magnesium": r"\b(?:MS|MSO4|MgSO4)\b",
    "micro sign": r"[µμ]g",
    "cc": r"\bcc\b",
    "subcutaneous": r"\b(?:SC|SQ|sub q|subq)\b",
    "discharge": r"\bD/C\b",
    "spell out": r"\b(?:HS|BT|OD|IJ|ss|TIW)\b",
    "symbols": r"[<>@&+≤≥]",
    "degree": "°",
    "dose into unit": rf"\d{_UNITS}\b",
    "drug into dose": r"\b(?!UTC|CD)[A-Za-z]{4,}\d+ ?(?:mg|mL)\b",
    "stop after unit": rf"\d {_UNITS}\.(?= [a-z0-9])",
    "no comma": rf"\d{{4,}} ?{_UNITS}\b",
    "nicknames": r"\b(?:toci|Toci|dex|Dex|solumedrol|Solumedrol|tec|Tec|axi-cel)\b",
}


def faults(text: str) -> list[str]:
    """The name of each forbidden form in the text, with what was found."""
    return [f"{name}: {found[0]}" for name, form in NEVER.items() for found in re.finditer(form, text)]


SHEETS = {
    "cart": build_infusion_day(CART),
    "short": build_infusion_day(SHORT),
    "step-up": build_infusion_day(STEP_UP),
    "dose": build_dosing_sheet(DOSING),
}


@pytest.mark.parametrize("name", SHEETS)
def test_that_no_forbidden_form_is_on_paper(name: str) -> None:
    sheet = SHEETS[name]
    # The code is letters by chance; it is a code wherever it stands.
    assert faults(whole(printed(sheet)).replace(sheet.footer.code, "")) == []


def _shipped(path: Path) -> Iterator[tuple[str, Sheet]]:
    """One checklist of each regimen and dose of the made-up patients; every product: test_products_on_paper.py."""
    now = parse_instant("2026-11-22T09:00:00Z")
    house = open_house(path, StatedClock(now), ChangeFeed(), KEYS, ANYBODY, ZONE, DEMO)
    tell_story(house)
    board = house.readiness.board()
    seen: set[tuple[str, str, str]] = set()
    for row in board.rows:
        key = (row.course.protocol.name, row.course.regimen_id, row.infusion.dose.label)
        if key not in seen:
            seen.add(key)
            yield key[0], build_infusion_day(infusion_day_facts(board, row, None, house.zone, ("A. Weber", now)))
    house.close()


def test_that_no_forbidden_form_or_inner_path_is_on_the_checklists_of_the_made_up_patients(tmp_path: Path) -> None:
    therapies = set()
    for therapy, sheet in _shipped(tmp_path / "s.crs"):
        therapies.add(therapy)
        text = whole(printed(sheet)).replace(sheet.footer.code, "")
        assert (therapy, faults(text)) == (therapy, [])
        assert re.findall(r"[a-z]\w*\.\w+\.\w+", text) == []
    assert len(therapies) >= 3


def test_that_no_fixed_sentence_of_paper_holds_a_forbidden_form() -> None:
    ours = {code: text for code, text in sentences().items() if code.startswith(("sheet_", "paper_", "why_"))}
    assert ours
    assert {code: faults(text) for code, text in ours.items() if faults(text)} == {}


@pytest.mark.parametrize(
    "bad",
    ["10 U", "10 IU", "QD", "qod", "1.0 mg", "2.50 mL", "give .5 mg", "MSO4", "5 µg", "5 cc", "SC", "D/C", "HS", "a < b",
     "38 °C", "580mg", "toci", "1600 mg", "tocilizumab580 mg", "580 mg. then", "dose & weight"],
)  # fmt: skip
def test_that_the_scanner_sees_each_forbidden_form(bad: str) -> None:
    assert faults(bad)


@pytest.mark.parametrize(
    "good", ["10 units", "0.5 mg", "1,600 mg", "580 mg", "20 mg/mL", "subcutaneously", "2026", "5 mcg"]
)
def test_that_the_scanner_lets_good_forms_pass(good: str) -> None:
    assert faults(good) == []
