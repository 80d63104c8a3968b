"""T41: markup typed into any field is printed as the characters it is; nothing is opened, linked or drawn from it."""

# ruff: noqa: E501
from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crs_desktop.documents.model import State, Stated
from crs_desktop.documents.sheets.dosing_sheet import build_dosing_sheet
from crs_desktop.documents.sheets.facts import ContactFacts, PatientFacts, VialFacts
from crs_desktop.documents.sheets.infusion_day import build_infusion_day
from tests.documents.reading import printed, reader, squeezed, whole
from tests.documents.sample_papers import CART, DOSING, SETS

PAYLOADS = [
    "<b>", "</b>", "</para>", "<para>", "&", "&amp;", "&#x41;", "<img src=/etc/passwd>", "<img src='http://a.invalid/x.png'/>",
    "<a href='http://a.invalid'>go</a>", "<link href='file:///etc/passwd'>x</link>", "weight<ten", "<b8 mg/kg", "Smith</b>",
    "<font color=white>hidden</font>", "<font size=0>", "<!-- gone -->", "<![CDATA[x]]>", "<script>alert(1)</script>",
    "%s %d %(name)s", "{value} {0}", "{characters!r}", "\\", "\\n", "(unbalanced", ")", "<<", ">>", "/Annots", "endstream",
    "endobj", "%%EOF", "BT ET Tj", "<unichar code='65'/>", "<seq/>", "<onDraw name='x'/>", "<br/>", "<super>2</super>",
    "<greek>a</greek>", "[[[", "${HOME}", "`id`", "$(id)", "'; DROP TABLE doses; --", '"quoted"', "=1+1", "@SUM(A1)", "http://a.invalid",
    "file:///etc/passwd", "javascript:alert(1)", "a@b.invalid", "&lt;b&gt;", "<B>", "< b >", "<b", "b>", "</", "<>", "&&", "&nbsp;",
]  # fmt: skip


def poisoned(payload: str) -> PatientFacts:
    return PatientFacts(f"Ann {payload} Smith", date(1961, 4, 23), "0048213", (f"rash {payload}",))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_that_markup_in_every_field_is_printed_as_it_was_typed(payload: str) -> None:
    vial = VialFacts(f"Brand {payload}", "tocilizumab", 400, 1, f"Lot {payload}", date(2027, 3, 31), f"Place {payload}")
    dose = replace(
        DOSING,
        patient=poisoned(payload),
        location=f"Bed {payload}",
        vials=replace(SETS[0], vials=(vial,)),
        grade=f"Grade {payload}",
        findings=(f"Finding {payload}",),
        contacts=(ContactFacts(f"Role {payload}", f"Phone {payload}"),),
        override_reason=f"Reason {payload}",
        policy=f"Policy {payload}",
    )
    day = replace(
        CART,
        patient=poisoned(payload),
        readiness=replace(CART.readiness, state=State.SHORT, headline=f"Head {payload}", reasons=(f"Why {payload}",)),
        sets=(replace(SETS[0], vials=(vial,)),),
        hold_criteria=(Stated(f"Hold {payload}"),),
        unknowns=(f"Unknown {payload}",),
        adopted=False,
        adoption=f"Adoption {payload}",
        override_reason=f"Override {payload}",
    )
    for content, before in (
        (
            printed(build_dosing_sheet(dose)),
            ("Ann", "rash", "Lot", "Place", "Bed", "Grade", "Finding", "Phone", "Reason", "Policy"),
        ),
        (
            printed(build_infusion_day(day)),
            ("Ann", "rash", "Head", "Why", "Lot", "Hold", "Unknown", "Adoption", "Override"),
        ),
    ):
        text = squeezed(whole(content))
        for word in before:
            assert squeezed(f"{word} {payload}") in text
        for page in reader(content).pages:
            assert "/Annots" not in page and "/XObject" not in page["/Resources"]


def test_that_paper_never_uses_a_markup_reader() -> None:
    room = Path(__file__).parents[2] / "crs_desktop" / "documents"
    for path in room.rglob("*.py"):
        assert (
            not re.search(r"platypus|Paragraph\(|drawImage\(.*user|beginText", path.read_text("utf-8"))
            or "ui" in path.parts
        ), path
    inks = [path.name for path in room.rglob("*.py") if "drawString" in path.read_text("utf-8")]
    assert inks == ["ink.py"]
