"""The nouns of a protocol answer simple questions about themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.care import Duration
from crs_desktop.therapies.model.doses import Amount, AmountBranch, WeightBand
from crs_desktop.therapies.model.facts import Fact, Value

KG45 = Decimal(45)


def fact(value: Value, unit: str = "text", confidence: str = "high", memory: bool = False) -> Fact:
    return Fact("a.b", value, unit, ("LABEL",), date(2026, 11, 22), confidence, "", "", "", memory)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "mg", ""),
        (True, "yes or no", "yes"),
        (False, "yes or no", "no"),
        ("oral", "text", "oral"),
        (Decimal("0.060"), "mg/kg", "0.06 mg/kg"),
        (1600, "mg", "1,600 mg"),
        ((1, 12), "days", "1, 12 days"),
        (("IV", "PO"), "text", "IV, PO"),
    ],
)
def test_that_a_fact_reads_as_people_write_it(value: Value, unit: str, text: str) -> None:
    assert fact(value, unit).text == text


def test_that_low_memory_and_unknown_are_unverified_and_medium_is_not() -> None:
    assert fact(1, confidence="low").unverified
    assert fact(1, memory=True).unverified
    assert fact(None, confidence="").unverified
    assert not fact(1, confidence="medium").unverified
    assert not fact(1).unverified


def test_that_a_branch_holds_from_its_limit_and_below_the_next() -> None:
    heavy = AmountBranch(Amount(Decimal(9), "mcg/day"), KG45, None, None, "heavy")
    light = AmountBranch(Amount(Decimal(5), "mcg/m2/day"), None, KG45, Amount(Decimal(9), "mcg/day"), "light")
    middle = AmountBranch(Amount(Decimal(1), "mg"), Decimal(10), KG45, None, "middle")
    for kg, expected in (
        ("44.999", [False, True, True]),
        ("45", [True, False, False]),
        ("9.999", [False, True, False]),
    ):
        weight = BodyWeight.of_kg(kg)
        assert [branch.holds_for(weight) for branch in (heavy, light, middle)] == expected
    assert [branch.range_text for branch in (heavy, light, middle)] == [
        "45 kg or more", "under 45 kg", "10 kg to under 45 kg",
    ]  # fmt: skip
    assert AmountBranch(Amount(Decimal(1), "mg"), None, None, None, "any").range_text == ""


def test_that_a_band_holds_for_its_own_weights_and_regimens() -> None:
    band = WeightBand(40, 44, (("S1", Amount(Decimal("2.5"), "mg")),), ("mono",), "band")
    assert band.amount_for("mono", "S1", BodyWeight.of_kg("44")) == Amount(Decimal("2.5"), "mg")
    assert band.amount_for("mono", "S1", BodyWeight.of_kg("44.1")) is None
    assert band.amount_for("mono", "S2", BodyWeight.of_kg("42")) is None
    assert band.amount_for("duo", "S1", BodyWeight.of_kg("42")) is None


def test_that_an_old_rule_ends_the_day_before_the_new_one() -> None:
    old = Duration("old", "no_driving", "", 56, "", "2025-06-25", ("D0",), "old")
    new = Duration("new", "no_driving", "", 14, "2025-06-26", "", ("D0",), "new")
    for day, expected in ((date(2025, 6, 25), (True, False)), (date(2025, 6, 26), (False, True))):
        assert (old.in_force(day), new.in_force(day)) == expected
    month = Duration("month", "monitor", "", 1, "2025-06", "2025-07", ("D0",), "month")
    assert [month.in_force(date(2025, n, 30)) for n in (5, 6, 7, 8)] == [False, True, True, False]


def test_that_a_protocol_finds_its_parts() -> None:
    tec = load_catalogue().protocol("teclistamab")
    axi = load_catalogue().protocol("axicabtagene_ciloleucel")
    assert tec.regimen("mono") is tec.regimens[0]
    assert tec.regimen("duo") is None
    assert tec.fact("no.such.path") is None
    assert [line.id for line in axi.hold_criteria] == ["hold_infection", "hold_inflammation", "hold_other"]
    assert [line.grade for line in axi.lines_about("crs", "single")] == ["1", "2", "3", "4"]
    assert axi.lines_about("crs", "duo") == ()
    assert axi.risk[0].figure("crs_any_pct") == 94
    assert axi.risk[0].figure("weather") is None
    assert axi.risk[0].patients == 108
    assert all(fact.path.startswith("risk.zuma_1.") for fact in axi.facts_under("risk.zuma_1"))


def test_that_a_dose_range_and_a_cap_read_as_people_write_them() -> None:
    tec, bli = load_catalogue().protocol("teclistamab"), load_catalogue().protocol("blinatumomab")
    texts = {item.id: item.dose_text for item in (*tec.premedication, *bli.premedication)}
    assert texts["acetaminophen"] == "650 to 1,000 mg"
    assert texts["rr_paediatric"] == "5 mg/m2, at most 20 mg"
    assert texts["dexamethasone"] == "16 mg"
