"""One character lost, exchanged, replaced or put in: what is noticed, and what cannot be; the page shows how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crs_desktop.stock.scanning.model import Scan
from crs_desktop.stock.scanning.rules import read_scan
from tests.architecture.source import ROOT
from tests.stock.scanning.packs import ACTEMRA_80_BY_4, GS, KNOWN, PACK, TODAY, codes, told, values

USUAL = (
    f"{PACK}21482915530671{GS}17280331" + "10B1234B05",
    f"{PACK}1727123110H0218{GS}2100ZK7M9QA",
    f"]d201{ACTEMRA_80_BY_4}1727093010KX4471",
)
SIGNS = f"07AZ{GS}"
KINDS = ("left out", "exchanged with the next", "replaced", "put in")
OUTCOMES = (
    *("refused", "several readings told", "told with a warning", "silent: all the same"),
    *("silent: other serial number only", "silent: other lot", "silent: other expiry"),
)


def damaged(raw: str) -> Iterator[tuple[str, str]]:
    """Each text that differs by one act, with the act."""
    for at in range(len(raw)):
        yield KINDS[0], raw[:at] + raw[at + 1 :]
        if at + 1 < len(raw) and raw[at] != raw[at + 1]:
            yield KINDS[1], raw[:at] + raw[at + 1] + raw[at] + raw[at + 2 :]
        for sign in SIGNS:
            if sign != raw[at]:
                yield KINDS[2], raw[:at] + sign + raw[at + 1 :]
    for at in range(len(raw) + 1):
        for sign in SIGNS:
            yield KINDS[3], raw[:at] + sign + raw[at:]


def outcome(raw: str, text: str) -> tuple[str, bool]:
    """What became of it, and whether the product number of a silent answer is another."""
    before = told(raw).readings[0]
    scan = read_scan(text, TODAY, KNOWN)
    if not isinstance(scan, Scan):
        return OUTCOMES[0], False
    reading = scan.certain
    if reading is None:
        return OUTCOMES[1], False
    if reading.known is None or scan.findings or not codes(reading) <= codes(before):
        return OUTCOMES[2], False
    same = [one == other for one, other in zip(values(reading), values(before), strict=True)]
    silent = OUTCOMES[6] if not same[2] else OUTCOMES[5] if not same[1] else OUTCOMES[4] if not same[3] else OUTCOMES[3]
    return silent, not same[0]


def figures() -> tuple[Counter[tuple[str, str]], int]:
    """How often each outcome followed each act, and how many silent answers named another product."""
    counted: Counter[tuple[str, str]] = Counter()
    others = 0
    for raw in USUAL:
        for kind, text in damaged(raw):
            found, other = outcome(raw, text)
            counted[kind, found] += 1
            others += other
    return counted, others


def table(counted: Counter[tuple[str, str]]) -> str:
    """The figures as the page shows them."""
    rows = [f"| one character | {' | '.join(OUTCOMES)} |", "| --- |" + " ---: |" * len(OUTCOMES)]
    rows += [f"| {kind} | {' | '.join(str(counted[kind, one]) for one in OUTCOMES)} |" for kind in KINDS]
    return "\n".join(rows)


def test_that_no_damage_names_another_product_and_the_page_says_what_stays_silent() -> None:
    counted, others = figures()
    assert others == 0
    assert table(counted) in (ROOT / "docs" / "BARCODES.md").read_text("utf-8"), table(counted)


def test_that_no_two_numbers_of_the_table_lie_one_slip_apart() -> None:
    numbers = sorted(KNOWN)
    near = [
        (one, other)
        for place, one in enumerate(numbers)
        for other in numbers[place + 1 :]
        if sum(a != b for a, b in zip(one, other, strict=True)) < 2
        or any(one[:at] + one[at + 1] + one[at] + one[at + 2 :] == other for at in range(13))
    ]
    assert near == []
