"""Amounts: ranges, limits of weight, body surface; what cannot be computed is said and not guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.therapies.model.dated import Circumstances, ScheduledDose
from crs_desktop.therapies.model.doses import Amount, AmountBranch
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.rules.surface import body_surface
from tests.therapies.made_up_regimens import protocol, regimen, step, weighed

CELLS = "CAR-positive viable T cells"


def dose(kg: str | None, *amounts: AmountBranch, surface: str | None = None) -> ScheduledDose:
    made = protocol(regimen(step("D0", 0, amounts=amounts)))
    about = Circumstances(surface_m2=Decimal(surface) if surface else None)
    weight = BodyWeight.of_kg(kg) if kg else None
    return schedule(made, "r", date(2027, 1, 1), weight, circumstances=about)[0]


def said(found: ScheduledDose) -> tuple[str, str | None, list[str]]:
    return found.amount_text, str(found.amount) if found.amount else None, [finding.code for finding in found.findings]


def test_that_a_flat_range_is_written_out_and_is_no_single_number() -> None:
    cells = weighed("60000000", CELLS, most=Amount(Decimal(600000000), CELLS))
    for kg in (None, "70"):
        assert said(dose(kg, cells)) == (f"60,000,000 to 600,000,000 {CELLS}", None, [])


def test_that_a_range_per_kg_is_computed_and_each_end_capped() -> None:
    per = f"{CELLS}/kg"
    cells = weighed("200000", per, most=Amount(Decimal(2000000), per), cap=Amount(Decimal(100000000), CELLS))
    rule = f"200,000 to 2,000,000 {per}, at most 100,000,000 {CELLS}"
    assert said(dose("40", cells))[:2] == (f"8,000,000 to 80,000,000 {CELLS} ({rule})", None)
    assert said(dose("72.5", cells))[:2] == (f"14,500,000 to 100,000,000 {CELLS} ({rule})", None)
    assert said(dose("600", cells))[:2] == (f"100,000,000 {CELLS} ({rule})", f"100,000,000 {CELLS}")
    assert said(dose(None, cells)) == (rule, None, ["therapy_weight_needed"])


@pytest.mark.parametrize(
    ("kg", "expected"),
    [("49.999", "1 mg"), ("50", "1 mg"), ("50.001", "2 mg"), ("59.999", "2 mg"), ("60", "3 mg"), ("79.999", "3 mg"),
     ("80", "4 mg")],
)  # fmt: skip
def test_that_each_limit_of_weight_is_included_or_not_as_it_says(kg: str, expected: str) -> None:
    found = dose(
        kg, weighed("4", "mg", from_kg=Decimal(80)), weighed("3", "mg", from_kg=Decimal(60), below_kg=Decimal(80)),
        weighed("2", "mg", above_kg=Decimal(50), below_kg=Decimal(60)), weighed("1", "mg", to_kg=Decimal(50)),
    )  # fmt: skip
    assert str(found.amount) == expected


def test_that_a_single_branch_with_a_limit_still_needs_the_weight() -> None:
    heavy = weighed("4", "mg", from_kg=Decimal(80))
    assert said(dose(None, heavy)) == ("80 kg or more: 4 mg", None, ["therapy_weight_needed"])
    assert said(dose("79", heavy)) == ("", None, ["therapy_amount_unknown"])


def test_that_an_amount_nobody_read_is_said() -> None:
    for kg in (None, "70"):
        assert said(dose(kg)) == ("", None, ["therapy_amount_not_read"])


def test_that_the_surface_is_multiplied_exactly_and_capped() -> None:
    rate = weighed("15", "mcg/m2/day", cap=Amount(Decimal(28), "mcg/day"))
    text = "15 mcg/m2/day, at most 28 mcg/day"
    assert said(dose("40", rate, surface="1.33")) == (f"19.95 mcg/day ({text})", "19.95 mcg/day", [])
    assert said(dose("40", rate, surface="1.87")) == (f"28 mcg/day ({text})", "28 mcg/day", [])
    assert said(dose("40", rate)) == (text, None, ["therapy_height_needed"])
    assert said(dose(None, rate)) == (text, None, ["therapy_weight_needed"])
    assert said(dose(None, rate, surface="1.2"))[1:] == ("18 mcg/day", [])
    both = (weighed("28", "mcg/day", from_kg=Decimal(45)), weighed("15", "mcg/m2/day", below_kg=Decimal(45)))
    assert said(dose(None, *both, surface="1.2"))[2] == ["therapy_weight_needed"]
    assert [said(dose(kg, *both, surface="1.2"))[1] for kg in ("45", "44.999")] == ["28 mcg/day", "18 mcg/day"]


@pytest.mark.parametrize(
    ("height", "kg", "expected"),
    [("160", "40", "1.33"), ("180", "80", "2.00"), ("100", "20.25", "0.75"), ("90", "1.6", "0.20"),
     ("172.5", "72.5", "1.86"), ("100", "0.9", "0.16"), ("121", "9", "0.55")],
)  # fmt: skip
def test_that_the_surface_is_rounded_half_up_to_a_hundredth(height: str, kg: str, expected: str) -> None:
    """100 cm and 0.9 kg: the root of 90 / 3600 is 0.158...; 90 cm and 1.6 kg give exactly 0.2."""
    found = body_surface(height, BodyWeight.of_kg(kg))
    assert (str(found), found.as_tuple().exponent) == (expected, -2)


@given(tenths=st.integers(300, 2500), grams=st.integers(500, 300_000))
def test_that_the_rounded_surface_is_the_nearest_hundredth(tenths: int, grams: int) -> None:
    found = int(body_surface(Decimal(tenths) / 10, BodyWeight(grams)) * 100)
    # (2n - 1)^2 / 4 <= 10,000 * cm * kg / 3600 < (2n + 1)^2 / 4, in whole numbers
    product = 4 * tenths * grams
    assert (2 * found - 1) ** 2 * 3600 <= product < (2 * found + 1) ** 2 * 3600


def test_that_a_half_is_rounded_up() -> None:
    """9 cm and 0.25 kg: the root is 1.5, five thirds of it 2.5 hundredths; 9 cm and 0.09 kg: 1.5 hundredths."""
    assert str(body_surface("9", BodyWeight.of_kg("0.25"))) == "0.03"
    assert str(body_surface("9", BodyWeight.of_kg("0.09"))) == "0.02"


@pytest.mark.parametrize("height", ["0", "-170", "NaN", "Infinity"])
def test_that_a_height_that_is_none_is_refused(height: str) -> None:
    with pytest.raises(ValueError, match="above zero"):
        body_surface(height, BodyWeight.of_kg("70"))
