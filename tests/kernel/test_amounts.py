"""Amounts are exact: whole numbers of the smallest unit inside, plain numbers outside."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel.amounts import BodyWeight, Mass, Volume, grouped, plain

decimals = st.decimals(min_value=0, max_value=10**9, places=3)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("580.00"), "580"),
        (Decimal("0.50"), "0.5"),
        (Decimal(".5"), "0.5"),
        (Decimal("-0"), "0"),
        (Decimal("-0.0"), "0"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-3"), "0.001"),
        (Decimal("-2.50"), "-2.5"),
        (800, "800"),
        (0, "0"),
    ],
)
def test_that_a_number_is_written_without_trailing_zero_or_exponent(number: Decimal | int, text: str) -> None:
    assert plain(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (999, "999"),
        (1000, "1,000"),
        (Decimal("1600.0"), "1,600"),
        (Decimal("980.5"), "980.5"),
        (Decimal("1234567.890"), "1,234,567.89"),
    ],
)
def test_that_a_comma_comes_from_a_thousand_on(number: Decimal | int, text: str) -> None:
    assert grouped(number) == text


@given(decimals)
def test_that_writing_a_number_loses_nothing(number: Decimal) -> None:
    text = plain(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not text.startswith(".")
    assert not (("." in text) and text.endswith(("0", ".")))
    assert Decimal(grouped(number).replace(",", "")) == number


@given(decimals)
def test_that_a_mass_of_milligrams_is_exact(mg: Decimal) -> None:
    mass = Mass.of_mg(mg)
    assert mass.mcg == Fraction(mg) * 1000
    assert mass.mg == mg
    assert Mass.of_mg(str(mg)) == mass


@given(st.integers(1, 500_000))
def test_that_a_weight_in_grams_comes_back_from_kilograms(grams: int) -> None:
    weight = BodyWeight(grams)
    assert BodyWeight.of_kg(weight.kg) == weight
    assert Fraction(weight.kg) == Fraction(grams, 1000)


@given(st.integers(1, 500_000), st.integers(1, 12))
def test_that_a_dose_per_kilogram_is_a_whole_number_of_micrograms(grams: int, mg_per_kg: int) -> None:
    assert Mass(grams * mg_per_kg).mg == BodyWeight(grams).kg * mg_per_kg


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(0, 50))
def test_that_masses_add_subtract_and_multiply_exactly(one: int, other: int, times: int) -> None:
    assert (Mass(one) + Mass(other)) - Mass(other) == Mass(one)
    assert Mass(one) * times == Mass(one * times)
    assert (Mass(one) < Mass(other)) is (one < other)


@pytest.mark.parametrize("number", ["0.0001", "NaN", "Infinity", "-Infinity", "1e-9", Decimal("580.0005")])
def test_that_a_mass_finer_than_a_microgram_or_no_number_is_an_error(number: str | Decimal) -> None:
    with pytest.raises(ValueError, match="not a whole number of micrograms"):
        Mass.of_mg(number)


@pytest.mark.parametrize("number", ["seven", "", "1,5"])
def test_that_a_mass_of_text_that_is_no_number_is_an_error(number: str) -> None:
    with pytest.raises(ArithmeticError):
        Mass.of_mg(number)


@pytest.mark.parametrize("kg", [0, "-70", "0.0001", "NaN", "Infinity"])
def test_that_no_body_weighs_nothing_or_less(kg: int | str) -> None:
    with pytest.raises(ValueError, match=r"more than 0 g|whole number of grams"):
        BodyWeight.of_kg(kg)


@given(st.integers(0, 40_000_000))
def test_that_a_volume_at_20_mg_per_ml_is_exact(mcg: int) -> None:
    assert Fraction(Volume(mcg * 50).ml) * 20 == Fraction(Mass(mcg).mg)


def test_that_amounts_are_written_with_their_unit_after_a_space() -> None:
    assert str(Mass.of_mg("1600.0")) == "1,600 mg"
    assert str(Mass.of_mg("162.5")) == "162.5 mg"
    assert str(BodyWeight.of_kg("72.50")) == "72.5 kg"
    assert str(Volume(29_000_000)) == "29 mL"


def test_that_an_amount_cannot_be_changed_after_it_was_made() -> None:
    mass = Mass(1)
    with pytest.raises(AttributeError):
        mass.mcg = 2  # type: ignore[misc]


def test_that_units_do_not_mix() -> None:
    assert Mass(1) != Volume(1)  # type: ignore[comparison-overlap]
    with pytest.raises(TypeError):
        _ = Mass(1) < Volume(1)  # type: ignore[operator]
