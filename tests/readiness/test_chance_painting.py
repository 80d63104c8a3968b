"""The chance in words: never below the truth where it is at most, never a number where too few, marks where unsure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crs_desktop.kernel.refusal import beware
from crs_desktop.readiness.chance.model import Assumption, Basis, ChanceAnswer, DayChance, Standing
from crs_desktop.readiness.chance_painting import chance_picture, chance_signs, chance_words

TODAY = date(2026, 12, 10)


def day(chance: str | None, at_most: bool = False) -> DayChance:
    return DayChance(0, None if chance is None else Decimal(chance), at_most)


@pytest.mark.parametrize(
    ("chance", "at_most", "words", "signs"),
    [
        (None, False, "too few to say", "too few to say"),
        (None, True, "too few to say", "too few to say"),
        ("0", False, "0 %", "0"),
        ("0", True, "0 %", "0"),
        ("0.000001", True, "less than 0.001 %", "<1"),
        ("0.9995", True, "at most 100 %", ">99"),
        ("0.12341", False, "12.3 %, about 1 in 8", "12"),
        ("0.12341", True, "at most 12.4 %", "13"),
        ("0.0031", True, "at most 0.31 %", "<1"),
        ("0.995", False, "99.5 %", ">99"),
        ("0.995", True, "at most 99.5 %", ">99"),
        ("1", False, "100 %", "100"),
    ],
)
def test_that_at_most_is_never_rounded_down(chance: str | None, at_most: bool, words: str, signs: str) -> None:
    assert (chance_words(day(chance, at_most)), chance_signs(day(chance, at_most))) == (words, signs)


def answer(standing: Standing, people: int | None = 165, at_most: bool = True) -> ChanceAnswer:
    said = beware("chance_need_from", "P1", "33.3", holder="P1", trial="made up", people=people)
    granted = Assumption(said, Basis(standing, people, "risk.made_up"), at_most)
    days = (DayChance(0, Decimal("0.1"), at_most), DayChance(1, Decimal("0.2"), at_most))
    return ChanceAnswer(days, (granted,), standing, (beware("chance_from_memory", "P1", "P1", source="x"),))


def test_that_what_is_from_memory_carries_its_mark_and_its_people() -> None:
    picture = chance_picture(answer(Standing.MEMORY), TODAY)
    (one,) = picture.assumptions
    assert (one.mark, one.basis, one.cautious) == ("unverified", "from memory, 165 people", True)
    assert picture.standing == "from memory" and picture.reasons and picture.at_most
    assert picture.headline == "Chance of running out by the end of Fri 11 Dec: at most 20 %."
    assert [one.day for one in picture.days] == ["2026-12-10", "2026-12-11"]


def test_that_figures_of_too_few_people_carry_their_mark_whoever_read_them() -> None:
    (one,) = chance_picture(answer(Standing.READ, people=4), TODAY).assumptions
    assert one.mark == "too few to say"


def test_that_what_was_read_or_is_a_rule_carries_no_mark() -> None:
    for standing in (Standing.READ, Standing.SITE, Standing.HOUSE):
        picture = chance_picture(answer(standing, at_most=False), TODAY)
        assert picture.assumptions[0].mark == "" and not picture.at_most
        assert picture.headline.endswith("20 %, about 1 in 5.")
