"""What holds for every message: its true reading is told, with separators and without; nothing is lost or breaks."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock.scanning.model import Element, RefusedScan, Scan
from crs_desktop.stock.scanning.numbers import check_digit
from crs_desktop.stock.scanning.rules import read_scan
from tests.stock.scanning.packs import GS, KNOWN, TODAY

SIGNS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
# Refusals that a sound message may meet: too many ways, or a value that looks like a second pack or a spelt separator.
HONEST = {"scan_too_many_readings", "scan_two_products", "scan_repeated", "scan_separator_spelt"}
VARIABLE = ("10", "21", "30", "240", "715")

words = st.one_of(st.text(SIGNS, min_size=1, max_size=20), st.text("0127", min_size=1, max_size=12))
days = st.dates(date(2020, 1, 1), date(2035, 12, 31)).map(lambda day: day.strftime("%y%m%d"))


@st.composite
def packs(draw: st.DrawFn, more: bool = True) -> list[Element]:
    """The elements of a pack: product first, then lot, expiry, serial number and others in any order."""
    payload = "003" + draw(st.text("0123456789", min_size=10, max_size=10))
    others = {"10": words, "17": days, "21": words}
    if more:
        others |= {"30": st.text("0123456789", min_size=1, max_size=8), "240": words, "11": st.just("200229")}
        others |= {"715": st.text("0123456789", min_size=10, max_size=10)}
    chosen = draw(st.lists(st.sampled_from(sorted(others)), unique=True))
    return [Element("01", payload + check_digit(payload)), *(Element(ai, draw(others[ai])) for ai in chosen)]


def message(elements: list[Element], kept: list[bool] | None = None) -> str:
    """As sent: behind each value of changing length a separator, or only where `kept` says so."""
    parts = []
    for place, element in enumerate(elements):
        ends = element.ai in VARIABLE and place + 1 < len(elements)
        sent = ends and (kept is None or (place < len(kept) and kept[place]))
        parts.append(element.ai + element.value + (GS if sent else ""))
    return "".join(parts)


def tells(raw: str, elements: list[Element]) -> bool:
    """True when the true reading is among those told, or the scan was refused for an honest reason."""
    scan = read_scan(raw, TODAY, KNOWN)
    if isinstance(scan, Scan):
        return tuple(elements) in [reading.elements for reading in scan.readings]
    return scan.findings[0].code in HONEST


@settings(max_examples=80)
@given(packs())
def test_that_the_true_reading_is_told_with_every_separator(elements: list[Element]) -> None:
    assert tells(message(elements), elements)


@settings(max_examples=80)
@given(packs())
def test_that_the_true_reading_is_told_without_any_separator(elements: list[Element]) -> None:
    assert tells(message(elements, []), elements)


@settings(max_examples=80)
@given(packs(more=False), st.lists(st.booleans(), min_size=4, max_size=4))
def test_that_the_true_reading_of_a_usual_pack_is_told_whichever_separators_are_lost(
    elements: list[Element], kept: list[bool]
) -> None:
    assert tells(message(elements, kept), elements)


@settings(max_examples=60)
@given(packs(), st.booleans())
def test_that_several_readings_are_never_one(elements: list[Element], separators: bool) -> None:
    scan = read_scan(message(elements, None if separators else []), TODAY, KNOWN)
    if isinstance(scan, Scan):
        assert (scan.certain is None) == (len(scan.readings) > 1)
        assert ("scan_several_readings" in {finding.code for finding in scan.findings}) == (len(scan.readings) > 1)
        joined = {"".join(one.ai + one.value for one in reading.elements) for reading in scan.readings}
        assert joined == {scan.raw.replace(GS, "")}, "nothing of the scan is lost in any reading"


@settings(max_examples=150)
@given(st.one_of(st.text(max_size=60), st.text(SIGNS + GS, max_size=120), st.text("0123456789" + GS, max_size=520)))
def test_that_any_text_is_answered_and_kept(raw: str) -> None:
    scan = read_scan(raw, TODAY, KNOWN)
    assert isinstance(scan, Scan | RefusedScan) and scan.raw == raw
    if isinstance(scan, Refused):
        assert all(say(finding) for finding in scan.findings)
