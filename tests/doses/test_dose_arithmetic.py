"""The amounts: against the oracle for every weight, at the edges, and under every rounding."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.doses.model import VialSet
from crs_desktop.doses.rules import arithmetic
from crs_desktop.doses.rules.vial_set import best_vial_set
from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.kernel.refusal import Severity
from crs_desktop.kernel.wording import say
from tests.doses import oracle

EVERY_WEIGHT = [str(Decimal(tenths) / 10) for tenths in range(10, 3001)]
ROUNDINGS = ("0", "2.5", "5", "10")
STOCKS: tuple[tuple[int | None, ...], ...] = (
    (None, None, None),
    (2, 0, 0),
    (1, 1, 3),
    (0, 0, 7),
    (0, 5, 2),
    (None, 0, 1),
)
doses = st.integers(1, 800_000).map(Mass)
contents = st.integers(0, 1_600_000).map(Mass)
roundings = st.decimals(0, 10, places=2)


@pytest.mark.parametrize("stock", STOCKS, ids=str)
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_that_every_weight_equals_the_oracle(rounding: str, stock: tuple[int | None, ...]) -> None:
    ours = {Mass.of_mg(size): have for size, have in zip(oracle.SIZES, stock, strict=True)}
    percent = Decimal(rounding)
    assert len(EVERY_WEIGHT) == 2991
    sets: dict[Mass, VialSet | None] = {}  # the set depends on the dose alone, and most weights share the capped one
    for kg in EVERY_WEIGHT:
        expected_dose = oracle.dose_mg(kg)
        dose = arithmetic.calculated_dose(BodyWeight.of_kg(kg))
        assert Fraction(dose.mg) == expected_dose, kg
        expected = oracle.best_set(expected_dose, stock, rounding)
        if dose not in sets:
            sets[dose] = best_vial_set(dose, ours, percent)
        found = sets[dose]
        if expected is None or found is None:
            assert found is expected, kg
            continue
        counts = dict(found.vials)
        assert Fraction(found.drawn.mg) == expected.drawn, kg
        assert Fraction(found.opened.mg) == expected.opened, kg
        assert Fraction(found.waste.mg) == expected.waste, kg
        assert Fraction(arithmetic.volume_of(found.drawn).ml) == oracle.volume_ml(expected.drawn), kg
        assert tuple(counts.get(Mass.of_mg(size), 0) for size in oracle.SIZES) == expected.vials, kg


@given(st.integers(500, 500_000))
def test_that_every_weight_to_the_gram_equals_the_oracle(grams: int) -> None:
    kg = str(Decimal(grams) / 1000)
    assert Fraction(arithmetic.calculated_dose(BodyWeight(grams)).mg) == oracle.dose_mg(kg)


@pytest.mark.parametrize(("kg", "capped"), [("99.999", False), ("100", False), ("100.001", True), ("66.6", False)])
def test_that_capped_means_the_cap_lowered_the_dose(kg: str, capped: bool) -> None:
    assert arithmetic.is_capped(BodyWeight.of_kg(kg)) is capped


@pytest.mark.parametrize(
    ("kg", "asked"), [("29", False), ("29.001", True), ("30", True), ("30.999", True), ("31", False)]
)
def test_that_a_weight_near_the_boundary_is_asked_again(kg: str, asked: bool) -> None:
    finding = arithmetic.near_boundary(BodyWeight.of_kg(kg))
    assert (finding is not None) is asked
    if finding is not None:
        assert finding.severity is Severity.BEWARE
        assert "12 mg/kg (just under 360 mg)" in say(finding) and "8 mg/kg (240 mg)" in say(finding)


@given(doses, contents, roundings)
def test_that_the_drawn_dose_is_the_content_only_within_rounding(dose: Mass, content: Mass, percent: Decimal) -> None:
    part = Fraction(percent) / 100
    within = dose.mcg * (1 - part) <= content.mcg <= min(dose.mcg * (1 + part), 800_000)
    drawn = arithmetic.drawn_from(dose, content, percent)
    assert drawn == (content if within else dose)
    assert arithmetic.covers(dose, content, percent) is (content >= drawn)
    assert drawn.mcg <= 800_000


@pytest.mark.parametrize(
    ("dose_mcg", "percent", "least", "most"),
    [
        (580_000, "10", 522_000, 638_000),
        (580_000, "0", 580_000, 580_000),
        (15, "10", 14, 16),
        (800_000, "10", 720_000, 800_000),
        (727_273, "10", 654_546, 800_000),
        (900_000, "10", 810_000, 800_000),
    ],
)
def test_that_both_ends_of_rounding_are_included_and_a_microgram_beyond_is_not(
    dose_mcg: int, percent: str, least: int, most: int
) -> None:
    dose, part = Mass(dose_mcg), Decimal(percent)
    assert arithmetic.rounding_range(dose, part) == (Mass(least), Mass(most))
    if least <= most:
        assert [arithmetic.drawn_from(dose, Mass(edge), part) for edge in (least, most)] == [Mass(least), Mass(most)]
    for beyond in (least - 1, most + 1):
        assert arithmetic.drawn_from(dose, Mass(beyond), part) == dose


@given(doses, contents, contents, roundings)
def test_that_more_content_never_covers_less_above_the_dose(
    dose: Mass, one: Mass, other: Mass, percent: Decimal
) -> None:
    if dose <= one <= other:
        assert arithmetic.covers(dose, one, percent) and arithmetic.covers(dose, other, percent)


@pytest.mark.parametrize("percent", ["-0.01", "10.01", "100"])
def test_that_rounding_outside_policy_is_a_defect(percent: str) -> None:
    with pytest.raises(ValueError, match="rounding"):
        arithmetic.rounding_range(Mass.of_mg(100), Decimal(percent))


def test_that_the_volume_is_withdrawn_first_and_nothing_is_pushed() -> None:
    weight = BodyWeight.of_kg("72.5")
    steps = [say(step) for step in arithmetic.withdraw_first(weight, Mass.of_mg(580))]
    assert len(steps) == 5
    assert steps[0].startswith("Take 29 mL of diluent out of the 100 mL bag")
    assert "Add 29 mL of tocilizumab (580 mg)" in steps[1]
    assert "60 minutes (100 mL/h)" in steps[4] and "Never a push" in steps[4]
