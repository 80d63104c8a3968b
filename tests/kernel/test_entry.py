"""What people type: one verdict in every locale, and a refusal instead of a guess."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.entry import (
    read_count,
    read_day,
    read_mrn,
    read_name,
    read_percent,
    read_text,
    read_weight,
    unusual_weight,
)
from crs_desktop.kernel.refusal import Finding, Severity
from crs_desktop.kernel.wording import say

NO_BREAK_SPACE = "\u00a0"
FULL_WIDTH_70 = "\uff17\uff10"
ARABIC_70 = "\u0667\u0660"
DEVANAGARI_70 = "\u096d\u0966"
MINUS_SIGN = "\u2212"


def refused(answer: object, code: str, field: str = "") -> None:
    """The answer is a refusal with this code, and it can be said in a sentence."""
    assert isinstance(answer, Finding), answer
    assert answer.code == code
    assert answer.severity is Severity.NO
    assert not field or answer.field == field
    assert "{" not in say(answer)


@pytest.mark.parametrize(
    ("typed", "grams"),
    [
        ("72.5", 72_500),
        ("70", 70_000),
        ("070", 70_000),
        ("70.0", 70_000),
        ("0.5", 500),
        ("500", 500_000),
        ("500.000", 500_000),
        ("3.125", 3_125),
        (" 72.5 ", 72_500),
        ("72.5\n", 72_500),
    ],
)
def test_that_a_weight_is_read_exactly(typed: str, grams: int) -> None:
    assert read_weight(typed) == BodyWeight(grams)


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "70,5", "1e2", "1E2", ".5", "5.", "70.", "70 lb", "70kg", "70 kg", "lb", "+70", "-70", "7 0"),
        *("NaN", "nan", "inf", "Infinity", "0x46", "1_000", "1_0", "1'000", "70.1234", "1000", "0070", "7..5", "7.5.1"),
        *(FULL_WIDTH_70, ARABIC_70, DEVANAGARI_70, MINUS_SIGN + "70", f"70{NO_BREAK_SPACE}000", f"7{NO_BREAK_SPACE}0"),
        *("\u00bd", "7\u00b2", "\u2460", "70\u200b", "70\x00", "seventy", "70;", "<b>70</b>", "70\n71", "70\u066b5"),
    ],
)
def test_that_anything_else_is_not_a_weight(typed: str) -> None:
    answer = read_weight(typed)
    refused(answer, "weight_not_understood", "weight_kg")
    assert isinstance(answer, Finding)
    assert answer.value == typed, "what was typed stays"


@pytest.mark.parametrize("typed", ["0", "0.0", "000", "0.499", "500.001", "501", "700", "999.999"])
def test_that_a_weight_no_body_has_is_refused(typed: str) -> None:
    refused(read_weight(typed), "weight_impossible", "weight_kg")


def test_that_a_no_break_space_around_a_weight_is_only_space() -> None:
    assert read_weight(f"{NO_BREAK_SPACE}70{NO_BREAK_SPACE}") == BodyWeight(70_000)


@given(st.text(max_size=12))
def test_that_whatever_is_typed_as_a_weight_gets_an_answer(typed: str) -> None:
    answer = read_weight(typed)
    if isinstance(answer, BodyWeight):
        assert answer.kg == Decimal(typed.strip())
        assert typed.strip().isascii()
    else:
        assert say(answer)


@pytest.mark.parametrize(("kg", "asks"), [("1.999", True), ("2", False), ("250", False), ("250.001", True)])
def test_that_a_weight_outside_2_to_250_kg_is_asked_again(kg: str, asks: bool) -> None:
    answer = unusual_weight(BodyWeight.of_kg(kg))
    assert (answer is not None) is asks
    if answer:
        assert (answer.code, answer.severity) == ("weight_unusual", Severity.BEWARE)
        assert say(answer) == f"The weight {kg} kg is outside 2 to 250 kg: read it again."


@pytest.mark.parametrize(("typed", "count"), [("1", 1), ("007", 7), ("10000", 10_000), (" 3 ", 3)])
def test_that_a_count_is_read(typed: str, count: int) -> None:
    assert read_count(typed, "vials") == count


@pytest.mark.parametrize(
    "typed",
    ["", "1.5", "-1", "+1", "1e2", "1_0", "1,000", "three", "NaN", "123456", FULL_WIDTH_70, ARABIC_70, "1 0", "\u00b2"],
)
def test_that_anything_else_is_not_a_count(typed: str) -> None:
    refused(read_count(typed, "vials"), "count_not_understood", "vials")


@pytest.mark.parametrize("typed", ["0", "00", "10001", "99999"])
def test_that_a_count_out_of_range_is_refused_with_its_range(typed: str) -> None:
    answer = read_count(typed, "vials")
    refused(answer, "count_out_of_range", "vials")
    assert isinstance(answer, Finding)
    assert (answer.get("least"), answer.get("most")) == ("1", "10000")


def test_that_a_count_may_begin_at_another_number() -> None:
    assert read_count("0", "sets", least=0, most=4) == 0
    refused(read_count("5", "sets", least=0, most=4), "count_out_of_range")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-04", date(2026, 12, 4)),
        ("2028-02-29", date(2028, 2, 29)),
        ("1900-01-01", date(1900, 1, 1)),
        ("2199-12-31", date(2199, 12, 31)),
        (" 2026-12-04 ", date(2026, 12, 4)),
    ],
)
def test_that_a_day_is_read(typed: str, day: date) -> None:
    assert read_day(typed, "date") == day


@pytest.mark.parametrize(
    "typed",
    [
        *("", "04.12.2026", "12/04/2026", "2026-12-4", "20261204", "2026-W49-5", "2026-12-04T00:00", "tomorrow"),
        *("\uff12\uff10\uff12\uff16-12-04", "2026\u201112\u201104", "-2026-12-04", "2026-12"),
    ],
)
def test_that_anything_else_is_not_a_day(typed: str) -> None:
    refused(read_day(typed, "date"), "day_not_understood", "date")


@pytest.mark.parametrize("typed", ["2026-01-31", "2026-02-31", "2027-02-29", "2026-13-01", "2026-04-31", "0000-01-01"])
def test_that_a_day_that_does_not_exist_is_refused(typed: str) -> None:
    if typed == "2026-01-31":
        assert read_day(typed, "date") == date(2026, 1, 31)
    else:
        refused(read_day(typed, "date"), "day_does_not_exist", "date")


@pytest.mark.parametrize("typed", ["1899-12-31", "2200-01-01", "0001-01-01", "9999-12-31"])
def test_that_a_day_in_another_age_is_refused(typed: str) -> None:
    refused(read_day(typed, "date"), "day_out_of_range", "date")


@pytest.mark.parametrize("typed", ["000123", "0", "A-12/3.b", "x" * 32, "00000000000000000000000000000001"])
def test_that_a_record_number_keeps_its_leading_zeros(typed: str) -> None:
    assert read_mrn(typed) == typed
    assert read_mrn(f"  {typed} ") == typed


@pytest.mark.parametrize(
    "typed", ["", " ", "12 34", "x" * 33, "-12", "/12", "12_3", "MRN#1", FULL_WIDTH_70, ARABIC_70, "<b>", "12\x00"]
)
def test_that_anything_else_is_not_a_record_number(typed: str) -> None:
    refused(read_mrn(typed), "mrn_not_understood", "mrn")


@pytest.mark.parametrize(
    "name",
    [
        *("<b>Ann</b>", "Smith & Sons", "O'Neill", 'Ann "Nan" Lee', "{value}", "%s", "Robert'); DROP TABLE lot;--"),
        *("\u05d3\u05d5\u05d3 \u05db\u05d4\u05df", "\u0645\u062d\u0645\u062f", "\u674e\u5c0f\u9f99"),
        *("\u0939\u093f\u0928\u094d\u0926\u0940", "\u03a3\u03c9\u03ba\u03c1\u03ac\u03c4\u03b7\u03c2"),
        *("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "Zoe\u0308", "n\u0303", "x" * 200, "\U0001f600"),
    ],
)
def test_that_a_name_in_any_script_is_kept_as_text(name: str) -> None:
    assert read_name(name, "name") == unicodedata.normalize("NFC", name)


def test_that_combining_marks_and_composed_letters_are_the_same_name() -> None:
    assert read_name("Zoe\u0308", "name") == read_name("Zo\u00eb", "name") == "Zo\u00eb"


def test_that_a_name_of_300_characters_is_refused_with_both_lengths() -> None:
    answer = read_name("x" * 300, "name")
    refused(answer, "text_too_long", "name")
    assert isinstance(answer, Finding)
    assert (answer.get("limit"), answer.get("length")) == ("200", "300")
    assert len(answer.value) < 30


@pytest.mark.parametrize("name", ["", " ", "\n", NO_BREAK_SPACE, "\u3000"])
def test_that_an_empty_name_is_missing(name: str) -> None:
    refused(read_name(name, "name"), "text_missing", "name")


@pytest.mark.parametrize(
    ("name", "point"),
    [
        ("Ann\x00Lee", "U+0000"),
        ("Ann\nLee", "U+000A"),
        ("Ann\tLee", "U+0009"),
        ("Ann\x1b[31m", "U+001B"),
        ("Ann\u202eeel", "U+202E"),
        ("Ann\ue000", "U+E000"),
        ("Ann\ud800", "U+D800"),
        ("Ann\U000e0fff", "U+E0FFF"),
    ],
)
def test_that_a_character_that_hides_or_breaks_text_is_refused(name: str, point: str) -> None:
    answer = read_name(name, "name")
    refused(answer, "text_unprintable", "name")
    assert isinstance(answer, Finding)
    assert answer.value == point


@given(st.text(max_size=60))
def test_that_whatever_is_typed_as_a_name_gets_an_answer(typed: str) -> None:
    answer = read_name(typed, "name")
    if isinstance(answer, str):
        assert read_name(answer, "name") == answer, "reading twice changes nothing"
        answer.encode("utf-8")
    else:
        assert say(answer)


def test_that_a_reason_may_have_lines_and_may_be_left_out_only_when_said_so() -> None:
    assert read_text("one\r\ntwo\nthree", "reason") == "one\ntwo\nthree"
    assert read_text("  ", "remark", needed=False) == ""
    refused(read_text("  ", "reason"), "text_missing", "reason")
    refused(read_text("x" * 2001, "reason"), "text_too_long", "reason")
    refused(read_text("a\x07b", "reason"), "text_unprintable", "reason")


@pytest.mark.parametrize(("typed", "percent"), [("0", "0"), ("10", "10"), ("2.5", "2.5"), ("05", "5")])
def test_that_a_percentage_is_read(typed: str, percent: str) -> None:
    assert read_percent(typed) == Decimal(percent)


@pytest.mark.parametrize("typed", ["", "10.01", "11", "-1", "2,5", "5%", ".5", "1e1", "NaN", FULL_WIDTH_70, "2.555"])
def test_that_anything_else_is_not_a_percentage(typed: str) -> None:
    refused(read_percent(typed), "percent_not_understood", "rounding_percent")
