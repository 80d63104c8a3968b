"""Three verdicts on each code: of the GS1 Barcode Syntax Dictionary, of the library biip, and of our own reader.

The rules of the dictionary stand here as its lines state them (github.com/gs1/gs1-syntax-dictionary, July 2026),
read by our own few lines of arithmetic; the values are our own but for the vectors named as cited. Where the three
differ, a case carries the number of the row of docs/BARCODES.md that says who is right and why.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date

import biip
import pytest
from biip.gs1_messages import GS1Message

from crs_desktop.kernel.amounts import Mass
from crs_desktop.stock.scanning.dates import read_six
from crs_desktop.stock.scanning.model import KnownPack, Scan, Use
from crs_desktop.stock.scanning.rules import read_scan
from tests.architecture.source import ROOT

TODAY = date(2026, 11, 22)
GTIN = "00350242137010"
PACK = "01" + GTIN
KNOWN = {GTIN: KnownPack(GTIN, Use.INFUSION, "Actemra", Mass.of_mg(400), 1, "50242-137-01", confirmed=True)}
GS = "\x1d"

# Identifier, form with its checks, what it needs beside it (/ between alternatives), what it cannot stand beside.
DICTIONARY = {
    line.split()[0]: line.split()[1:]
    for line in """
    00   N18,csum          -               -
    01   N14,csum          -               255/37
    02   N14,csum          37              01/03
    10   X..20             01/02           -
    11   N6,yymmd0         01/02           -
    12   N6,yymmd0         8020            -
    13   N6,yymmd0         01/02           -
    15   N6,yymmd0         01/02           -
    16   N6,yymmd0         01/02           -
    17   N6,yymmd0         01/02/255       -
    20   N2                01/02           -
    21   X..20             01              235
    22   X..20             01              -
    235  X..28             01              -
    240  X..30             01/02           -
    241  X..30             01/02           -
    250  X..30             21              -
    30   N..8              01/02           -
    37   N..8              00+02           -
    400  X..30             -               -
    710  X..20             01              -
    711  X..20             01              -
    712  X..20             01              -
    713  X..20             01              -
    714  X..20             01              -
    715  X..20             01              -
    716  X..20             01              -
    717  X..20             01              -
    7003 N10,yymmdd,hhmi   01/02           -
    91   X..90             -               -
    """.strip().splitlines()
}
CSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def day_exists(six: str, zero_day: bool) -> bool:
    """yymmd0 and yymmdd: the century changes the day only on 29 February of a full century; 2000 was a leap year."""
    month, day = int(six[2:4]), int(six[4:])
    if not 1 <= month <= 12:
        return False
    return day <= calendar.monthrange(2000 + int(six[:2]), month)[1] and (day > 0 or zero_day)


def sum_holds(number: str) -> bool:
    """csum: every second digit from the right counts three times, beginning beside the last; the sum ends in 0."""
    return (sum(map(int, number[::-2])) + 3 * sum(map(int, number[-2::-2]))) % 10 == 0


def well_formed(ai: str, value: str) -> bool:
    """The form of one element and its checks."""
    form, *checks = DICTIONARY[ai][0].split(",")
    signs = "0123456789" if form[0] == "N" else CSET_82
    least, most = (1, int(form[3:])) if ".." in form else (int(form[1:]), int(form[1:]))
    if not least <= len(value) <= most or set(value) - set(signs):
        return False
    if "csum" in checks and not sum_holds(value):
        return False
    dated = {"yymmd0", "yymmdd"} & set(checks)
    if dated and not day_exists(value[:6], "yymmd0" in dated):
        return False
    return "hhmi" not in checks or (value[6:8] <= "23" and value[8:] <= "59")


def dictionary_says(written: str) -> bool:
    """Elements as `01 value | 10 value`: each well formed, each with what it needs, none beside what excludes it."""
    elements = [[*part.strip().split(" ", 1), ""][:2] for part in written.split(" | ")]
    there = {ai for ai, _ in elements}
    for ai, value in elements:
        if ai not in DICTIONARY or not well_formed(ai, value):
            return False
        needs, excludes = DICTIONARY[ai][1:]
        if needs != "-" and not any(set(one.split("+")) <= there for one in needs.split("/")):
            return False
        if excludes != "-" and there & (set(excludes.split("/")) - {ai}):
            return False
    return True


def sent(written: str) -> str:
    """The elements as a scanner sends them, a separator behind every value of changing length."""
    parts = [part.strip().partition(" ") for part in written.split(" | ")]
    return GS.join(
        "".join(group)
        for group in _grouped([(ai + value, ".." in form_of(ai) or ai == "7003") for ai, _, value in parts])
    )


def form_of(ai: str) -> str:
    return DICTIONARY[ai][0] if ai in DICTIONARY else "N"


def _grouped(parts: list[tuple[str, bool]]) -> Iterator[list[str]]:
    group: list[str] = []
    for text, ends in parts:
        group.append(text)
        if ends:
            yield group
            group = []
    if group:
        yield group


def library_says(message: str) -> bool:
    """biip's own verdict, with its own settings: no error, no wrong check digit in an element."""
    try:
        found = GS1Message.parse(message).element_strings
    except biip.ParseError:
        return False
    return not any(item.gtin_error or item.sscc_error for item in found)


def we_say(message: str) -> bool:
    """True when our reader tells at least one reading."""
    return isinstance(read_scan(message, TODAY, KNOWN), Scan)


# Elements, verdicts of dictionary, library and ours (+ accepts, - refuses), row of docs/BARCODES.md where they differ.
# "P" is the product number above. Cited: csum, yymmd0 vectors of the dictionary; 07032069804988 of biip's tests.
ELEMENTS = """
P                                        + + +  =
01 00350242137011                        - - -  =
01 0035024213701                         - - -  =
01 00350242I37010                        - - -  =
01 12345678901231                        + + +  =
01 12345678901232                        - - -  =
01 07032069804988                        + + +  =
01 07032069804987                        - - -  =
01 00000000000000                        + + -  D7
01 90350242137013                        + + -  D7
P | 10 A                                 + + +  =
P | 10 ABCDEFGHIJ1234567890              + + +  =
P | 10 ABCDEFGHIJ1234567890X             - - -  =
P | 10                                   - - -  =
P | 10 b12                               + + +  =
P | 10 10D9T                             + + +  =
P | 10 A#1                               - - -  =
P | 10 A{1                               - - -  =
P | 17 271231                            + + +  =
P | 17 271232                            - - -  =
P | 17 271200                            + + +  =
P | 17 270229                            - - -  =
P | 17 280229                            + + +  =
P | 17 280200                            + + +  =
P | 17 280230                            - - -  =
P | 17 270431                            - - -  =
P | 17 270001                            - - -  =
P | 17 271301                            - - -  =
P | 17 27123                             - - -  =
P | 17 27123X                            - - -  =
P | 17 000606                            + + +  =
P | 17 500606                            + + +  =
P | 17 750606                            + + +  =
P | 17 990606                            + + +  =
P | 17 000229                            + + +  =
P | 17 000230                            - - -  =
P | 17 960229                            + + +  =
P | 17 210229                            - - -  =
P | 17 200600                            + + +  =
P | 17 209910                            - - -  =
P | 11 260101 | 17 280101                + + +  =
P | 11 261301                            - - -  =
P | 15 280600                            + + +  =
P | 15 281306                            - - -  =
P | 12 280601                            - + +  D3
P | 20 01                                + + +  =
P | 21 S1                                + + +  =
P | 21 12345678901234567890              + + +  =
P | 21 123456789012345678901             - - -  =
P | 21 S1 | 235 X                        - + -  D2
P | 22 V1                                + + +  =
P | 240 AB-1                             + + +  =
P | 240 ABCDEFGHIJ1234567890ABCDEFGHIJ   + + +  =
P | 240 ABCDEFGHIJ1234567890ABCDEFGHIJX  - - -  =
P | 250 X                                - + +  D3
P | 21 S1 | 250 X                        + + +  =
P | 30 12                                + + +  =
P | 30 123456789                         - - -  =
P | 30                                   - + -  D4
P | 37 4                                 - + -  D2
P | 02 00350242137010                    - + -  D2
02 00350242137010 | 37 4                 - + -  D2
00 003502420000000017                    + + -  D1
00 003502420000000018                    - - -  =
00 003502420000000017 | 02 00350242137010 | 37 4  + + -  D1
10 D9T                                   - + -  D2
17 271231                                - + -  D2
21 S1                                    - + -  D2
400 PO7                                  + + -  D1
91 X                                     + + -  D1
P | 91 X                                 + + +  =
P | 400 PO7                              + + +  =
P | 710 12345678                         + + +  =
P | 711 3400900000001                    + + +  =
P | 712 654321                           + + +  =
P | 713 1                                + + +  =
P | 714 5440987                          + + +  =
P | 715 5024213701                       + + +  =
P | 715 123456789012345678901            - - -  =
P | 716 A012345678                       + + +  =
P | 717 X                                + + +  =
P | 7003 2712311430                      + + +  =
P | 7003 2712310000                      + + +  =
P | 7003 2712001430                      - + -  D5
P | 7003 2712312430                      - - -  =
P | 7003 2712311460                      - - -  =
P | 7003 2712319999                      - + -  D5
P | 7003 27123114                        - - -  =
P | 05 1                                 - - -  =
P | 10 A | 10 A                          + + -  D6
P | 10 A | 10 B                          + + -  D6
"""


def cases() -> list[tuple[str, str, str]]:
    """Elements, the three verdicts, the row."""
    found = []
    for line in ELEMENTS.strip().splitlines():
        match = re.fullmatch(r"(.*?)\s+([+-]) ([+-]) ([+-])\s+(\S+)", line)
        assert match is not None, line
        found.append((re.sub(r"^P\b", f"01 {GTIN}", match[1]), "".join(match.group(2, 3, 4)), match[5]))
    return found


@pytest.mark.parametrize(("written", "verdicts", "row"), cases(), ids=lambda value: str(value))
def test_that_each_case_has_the_three_verdicts_of_its_line(written: str, verdicts: str, row: str) -> None:
    message = sent(written)
    found = (dictionary_says(written), library_says(message), we_say(message))
    assert "".join("+" if one else "-" for one in found) == verdicts
    assert (row == "=") == (len(set(verdicts)) == 1)


# What arrives, not what was meant: how elements follow each other is said by the General Specifications, not by the
# dictionary. Verdicts of library and ours, row, and how many readings we tell. ~ is the separator.
ARRIVING = """
0100350242137010172712311010D9T            + + =   1
~0100350242137010                          + + =   1
0100350242137010~                          + + =   1
0100350242137010~17271231                  + + =   1
010035024213701010A~~17271231              + + =   1
010035024213701010A~17271231~21S           + + =   1
0100350242137010102712311727123121S1       + + D8  8
010035024213701010LOT21SERIAL              + + D8  2
010035024213701010ABCDEFGHIJ123456789017271231  + + D9  1
010703206980498815210526100329             + + =   1
010703206980498810032915210526             + + D8  3
0107032069804988100329~15210526            + + =   1
]d20100350242137010                        + + =   1
]C10100350242137010                        + + =   1
]D20100350242137010                        + - D10 0
]c10100350242137010                        + - D10 0
]d10100350242137010                        + + =   1
^0100350242137010                          - - =   0
"""


@pytest.mark.parametrize("line", ARRIVING.strip().splitlines())
def test_that_each_arriving_code_has_the_verdicts_of_its_line(line: str) -> None:
    shown, library, ours, row, count = line.split()
    message = shown.replace("~", GS)
    result = biip.parse(message)
    assert (result.gs1_message is not None) == (library == "+")
    scan = read_scan(message, TODAY, KNOWN)
    assert isinstance(scan, Scan) == (ours == "+")
    assert (len(scan.readings) if isinstance(scan, Scan) else 0) == int(count)
    guessed = isinstance(scan, Scan) and "scan_separator_missing" in {f.code for r in scan.readings for f in r.findings}
    assert (row == "=") == (library == ours and not guessed)


@pytest.mark.parametrize(
    ("message", "row"),
    [
        ("", "D11"),
        ("\x1e" + PACK, "D11"),
        (PACK + "\x1f", "D11"),
        ("01" + "".join(chr(0xFEE0 + ord(digit)) for digit in GTIN), "D12"),
    ],
)
def test_that_what_the_library_lets_pass_in_silence_is_refused(message: str, row: str) -> None:
    assert library_says(message) and not we_say(message)
    assert row in rows_of_the_page()


def test_that_a_blank_at_the_end_is_taken_as_the_scanners() -> None:
    assert not well_formed("10", "ABC ") and library_says(PACK + "10ABC ") and we_say(PACK + "10ABC ")
    assert "D13" in rows_of_the_page()


@pytest.mark.parametrize("number", ["00350242137010", "0350242137010", "350242137010", "12345670"])
def test_that_bare_numbers_are_read_by_both(number: str) -> None:
    gtin = biip.parse(number).gtin
    scan = read_scan(number, TODAY, KNOWN)
    assert gtin is not None and isinstance(scan, Scan)
    assert scan.readings[0].gtin == gtin.as_gtin_14()
    damaged = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert biip.parse(damaged).gtin is None and not isinstance(read_scan(damaged, TODAY, KNOWN), Scan)


def test_that_every_day_of_eight_years_has_one_verdict() -> None:
    differing = []
    for year in range(24, 32):
        for month in range(14):
            for day in range(33):
                six = f"{year:02}{month:02}{day:02}"
                verdicts = {day_exists(six, True), library_says("17" + six), read_six(six, TODAY) is not None}
                differing += [six] if len(verdicts) > 1 else []
    assert differing == []


def test_that_every_time_of_day_has_one_verdict_but_for_row_d5() -> None:
    times = {f"{hour:02}{minute:02}" for hour in range(100) for minute in (0, 59, 60, 99)}
    times |= {f"12{minute:02}" for minute in range(100)}
    found = {}
    for time in times:
        message = f"{PACK}7003271231{time}"
        found[time] = (well_formed("7003", "271231" + time), library_says(message), we_say(message))
    assert [time for time, verdicts in found.items() if len(set(verdicts)) > 1] == ["9999"]


def test_that_every_character_has_one_verdict_inside_a_lot() -> None:
    differing = []
    for code in [*range(29), *range(30, 384), 0x2013, 0xFF11, 0x1F489]:
        message = f"{PACK}10A{chr(code)}B"
        verdicts = {chr(code) in CSET_82, library_says(message), we_say(message)}
        differing += [hex(code)] if len(verdicts) > 1 else []
    assert differing == []


def test_that_every_length_has_one_verdict() -> None:
    differing = []
    for ai, (form, *_) in DICTIONARY.items():
        if "csum" in form or "yymm" in form or ai in ("12", "37", "250"):
            continue
        for length in range(1, 92):
            message = f"{PACK}{ai}{'8' * length}"
            verdicts = {well_formed(ai, "8" * length), library_says(message), we_say(message)}
            differing += [f"{ai} {length}"] if len(verdicts) > 1 else []
    assert differing == []


def test_that_every_wrong_digit_of_a_product_number_has_one_verdict() -> None:
    differing = []
    for place in range(14):
        for digit in "0123456789":
            gtin = GTIN[:place] + digit + GTIN[place + 1 :]
            if gtin[0] == "9":
                continue  # row D7
            verdicts = {well_formed("01", gtin), library_says("01" + gtin), we_say("01" + gtin)}
            differing += [gtin] if len(verdicts) > 1 or verdicts == {gtin != GTIN} else []
    assert differing == []


def rows_of_the_page() -> set[str]:
    """The disagreements that docs/BARCODES.md argues."""
    return set(re.findall(r"^\| (D\d+) \|", (ROOT / "docs" / "BARCODES.md").read_text("utf-8"), re.MULTILINE))


def test_that_the_page_argues_exactly_the_disagreements_found() -> None:
    used = {row for *_, row in cases()} | {line.split()[3] for line in ARRIVING.strip().splitlines()}
    assert rows_of_the_page() == (used - {"="}) | {"D11", "D12", "D13"}
