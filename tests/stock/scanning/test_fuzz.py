"""Made-up and mangled codes by the thousand: always an answer, never an impossible value, nothing silently received.

Short: 3,000. CRS_LONG=1: 100,000, with the time of each (99 in 100 under 50 ms, none over 2 s). What is possible is
worked out here a second time, from the standard and not from the reader.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import date, timedelta

from crs_desktop.kernel.wording import say
from crs_desktop.stock.commands import BRANDS
from crs_desktop.stock.scanning.model import Reading, ReceiptFields, Scan, Use
from crs_desktop.stock.scanning.rules import read_scan, receipt_fields
from tests.stock.scanning.packs import ACTEMRA_80_BY_4, ACTEMRA_200, ACTEMRA_400, GS, KNOWN, TODAY, TYENNE_SYRINGE

LONG = bool(os.environ.get("CRS_LONG"))
ROUNDS = 100_000 if LONG else 3_000
SIGNS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
NUMBERS = (ACTEMRA_400, ACTEMRA_200, ACTEMRA_80_BY_4, TYENNE_SYRINGE, "07032069804988", "00000000000000")
ODD = (
    GS,
    "\x00",
    "\x1e",
    "\r",
    "\n",
    "\t",
    " ",
    "<GS>",
    "\u0660",
    "\uff11",
    "\ud800",
    "\U0001f600",
    "]",
    "(",
    "\x7f",
    "é",
)


def six(chance: random.Random) -> str:
    """Six digits that are a day, or nearly."""
    if chance.random() < 0.8:
        return f"{chance.randrange(20, 40):02}{chance.randrange(1, 13):02}{chance.randrange(29):02}"
    return f"{chance.randrange(100):02}{chance.randrange(14):02}{chance.randrange(33):02}"


def elements(chance: random.Random) -> Iterator[str]:
    """Pieces of a code, most of them as they should be."""
    pieces = {
        "17": six(chance),
        "10": "".join(chance.choices(SIGNS, k=chance.choice((0, 1, 5, 8, 20, 21)))),
        "21": "".join(chance.choices("0127ABZ", k=chance.choice((1, 8, 12, 20, 22)))),
        "11": six(chance),
        "30": str(chance.randrange(10**9)),
        "240": "X1",
        "7003": "2806301200",
        "37": "4",
        "710": "1234",
    }
    usual = ["10", "17", "21"] if chance.random() < 0.6 else sorted(pieces)
    for ai in chance.sample(usual, chance.randrange(1, len(usual) + 1) if len(usual) == 3 else chance.randrange(1, 5)):
        yield ai + pieces[ai] + chance.choice((GS, GS, "", GS * 2))


def code(chance: random.Random) -> str:
    """By the grammar, then mangled; or bytes that nobody meant."""
    if chance.random() < 0.15:
        return bytes(chance.randrange(256) for _ in range(chance.randrange(0, 600))).decode("latin-1")
    lead = chance.choice(("", "", "", "]d2", "]d2", "]C1", GS, chance.choice(("]D2", "]E0", "+d2", "]d1"))))
    text = lead + ("01" + chance.choice(NUMBERS) if chance.random() < 0.9 else "") + "".join(elements(chance))
    for _ in range(chance.choice((0, 0, 0, 0, 0, 1, 1, 2, 5))):
        at = chance.randrange(len(text) + 1)
        cut = chance.randrange(3)
        text = text[:at] + chance.choice((*ODD, chance.choice(SIGNS), "")) + text[at + cut :]
    return text * chance.choice((1,) * 9 + (2,))


def possible_day(six: str, found: date) -> bool:
    """The six digits and this day say the same, within 50 years of today."""
    year, month, day = int(six[:2]), int(six[2:4]), int(six[4:])
    last = (found.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    same_day = found.day == day or (day == 0 and found == last)
    return (found.year % 100, found.month) == (year, month) and same_day and abs(found.year - TODAY.year) <= 50


def check(reading: Reading, raw: str) -> None:
    """Nothing in it is impossible, and all of it stood in the code."""
    digits = [int(sign) for sign in reading.gtin]
    assert len(digits) == 14 and any(digits) and digits[0] != 9
    assert sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits)) % 10 == 0
    values = {element.ai: element.value for element in reading.elements}
    assert len(values) == len(reading.elements)
    assert reading.lot == values.get("10", "") and reading.serial == values.get("21", "")
    assert all(len(text) <= 20 and set(text) <= set(SIGNS) for text in (reading.lot, reading.serial))
    if reading.expires is not None:
        assert possible_day(values["17"], reading.expires)
    if len(raw) > 40:
        assert all(element.value in raw for element in reading.elements)


def check_receipt(reading: Reading) -> None:
    """What would be received is a vial for infusion that a person confirmed, and no expired one."""
    fields = receipt_fields(reading)
    if isinstance(fields, ReceiptFields):
        known = reading.known
        assert known is not None and known.confirmed and known.use is Use.INFUSION and fields.brand in BRANDS
        assert fields.expires == "" or date.fromisoformat(fields.expires) >= TODAY
        assert int(fields.vials) == known.vials


def test_that_no_code_breaks_the_reader_or_makes_it_believe_what_cannot_be() -> None:
    chance = random.Random(20261122)
    times, read, refused = [], 0, 0
    for _ in range(ROUNDS):
        raw = code(chance)
        began = time.perf_counter()
        scan = read_scan(raw, TODAY, KNOWN)
        times.append(time.perf_counter() - began)
        assert scan.raw == raw
        if isinstance(scan, Scan):
            read += 1
            for reading in scan.readings:
                check(reading, raw)
                check_receipt(reading)
        else:
            refused += 1
            assert all(say(finding) for finding in scan.findings)
    assert read > ROUNDS // 20 and refused > ROUNDS // 4, "both kinds are there, so both are tried"
    if LONG:
        times.sort()
        assert times[len(times) * 99 // 100] < 0.05 and times[-1] < 2
        print(f"{read} read, {refused} refused; 99 in 100 under {times[len(times) * 99 // 100] * 1000:.1f} ms, "
              f"longest {times[-1] * 1000:.0f} ms")  # fmt: skip
