"""Which vials: ties, foreign sizes, brands, and laws that hold for every stock."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crs_desktop.doses.model import VialSet
from crs_desktop.doses.rules.arithmetic import covers, drawn_from
from crs_desktop.doses.rules.vial_set import best_of_brands, best_vial_set, set_of, stock_words, unlimited
from crs_desktop.kernel.amounts import Mass


def mg(amount: int | str) -> Mass:
    return Mass.of_mg(amount)


def as_table(vials: VialSet | None) -> dict[int, int] | None:
    return None if vials is None else {int(size.mg): count for size, count in vials.vials}


doses = st.integers(1, 800_000).map(Mass)
stocks = st.dictionaries(st.sampled_from([mg(400), mg(200), mg(80), mg(162), mg(50)]), st.integers(0, 4), max_size=4)
percents = st.sampled_from([Decimal(0), Decimal("2.5"), Decimal(5), Decimal(10)])


@settings(max_examples=150, deadline=None)
@given(doses, stocks, percents)
def test_that_no_other_vials_are_better(dose: Mass, stock: dict[Mass, int], percent: Decimal) -> None:
    """Brute force over every handful of the stock, also of sizes that do not exist."""
    sizes = sorted(stock, reverse=True)
    ranks = []
    for counts in product(*(range(stock[size] + 1) for size in sizes)):
        content = Mass(sum(size.mcg * count for size, count in zip(sizes, counts, strict=True)))
        if covers(dose, content, percent):
            drawn = drawn_from(dose, content, percent)
            rank = (content - drawn, abs(drawn.mcg - dose.mcg), sum(counts), [-n for n in counts])
            ranks.append((rank, dict(zip(sizes, counts, strict=True))))
    found = best_vial_set(dose, stock, percent)
    assert (found is None) is (not ranks)
    if found is not None:
        best = min(ranks, key=lambda ranked: ranked[0])[1]
        assert dict(found.vials) == {size: count for size, count in best.items() if count}
        assert found.waste == found.opened - found.drawn
        assert found == set_of(dose, best, percent)


@settings(max_examples=100, deadline=None)
@given(doses, stocks, percents)
def test_that_one_more_vial_never_wastes_more(dose: Mass, stock: dict[Mass, int], percent: Decimal) -> None:
    before = best_vial_set(dose, stock, percent)
    after = best_vial_set(dose, {**stock, mg(80): stock.get(mg(80), 0) + 1}, percent)
    if before is not None:
        assert after is not None and after.waste <= before.waste


@given(doses, stocks, percents)
def test_that_the_order_of_the_stock_changes_nothing(dose: Mass, stock: dict[Mass, int], percent: Decimal) -> None:
    assert best_vial_set(dose, dict(reversed(stock.items())), percent) == best_vial_set(dose, stock, percent)


@pytest.mark.parametrize(
    ("dose", "stock", "percent", "expected", "why"),
    [
        ("580", {400: 2}, "10", {400: 2}, "only 400s: 800 is beyond rounding, so the dose is drawn exactly"),
        ("580", {400: 1, 200: 1, 80: 2}, "5", {400: 1, 200: 1}, "560 and 600 are as near: fewer vials"),
        ("400", {200: 2, 80: 5}, "0", {200: 2}, "no waste either way: fewer vials"),
        ("620", {400: 1, 200: 4, 80: 3}, "0", {400: 1, 80: 3}, "640 wastes less than 800"),
        ("800", {400: 2, 200: 4}, "0", {400: 2}, "the same content: fewer and larger vials"),
        ("801", {400: 3}, "10", {400: 2}, "a stated dose above the cap is never rounded up, only down to the cap"),
    ],
)
def test_that_ties_are_broken_in_the_stated_order(
    dose: str, stock: dict[int, int], percent: str, expected: dict[int, int], why: str
) -> None:
    found = best_vial_set(mg(dose), {mg(size): count for size, count in stock.items()}, Decimal(percent))
    assert as_table(found) == expected, why


@pytest.mark.parametrize("stock", [{}, {400: 0}, {80: 1, 200: 0}])
def test_that_too_little_makes_no_set(stock: dict[int, int]) -> None:
    assert best_vial_set(mg(96), {mg(size): count for size, count in stock.items()}) is None


@pytest.mark.parametrize(
    ("dose", "stock"), [(Mass(0), {mg(80): 1}), (mg(80), {Mass(0): 1}), (mg(80), {mg(80): -1}), (Mass(-1), {})]
)
def test_that_an_amount_that_is_none_is_a_defect(dose: Mass, stock: Mapping[Mass, int]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        best_vial_set(dose, dict(stock))


def test_that_these_very_vials_are_measured_against_the_dose() -> None:
    held = set_of(mg(580), {mg(80): 1, mg(400): 1, mg(200): 0}, Decimal(10))
    assert held is None, "480 is below 522"
    held = set_of(mg(580), {mg(80): 2, mg(400): 1, mg(200): 0}, Decimal(10))
    assert held == VialSet(((mg(400), 1), (mg(80), 2)), mg(560), mg(560), mg(0))
    assert held.count == 3


@pytest.mark.parametrize(
    ("first", "second", "brand"),
    [
        ({400: 2}, {400: 1, 200: 1}, "Tyenne"),
        ({400: 1, 200: 1}, {400: 1, 200: 1}, "Actemra"),
        ({400: 1}, {200: 1}, None),
        ({400: 1}, {400: 2}, "Tyenne"),
    ],
)
def test_that_brands_are_never_pooled(first: dict[int, int], second: dict[int, int], brand: str | None) -> None:
    stocks = {
        "Tyenne": {mg(size): count for size, count in second.items()},
        "Actemra": {mg(size): count for size, count in first.items()},
    }
    found = best_of_brands(mg(580), stocks)
    assert (None if found is None else found[0]) == brand


def test_that_brands_are_compared_by_distance_then_by_number_of_vials() -> None:
    stocks = {"Actemra": {mg(400): 1, mg(80): 2}, "Tyenne": {mg(400): 1, mg(200): 1}}
    found = best_of_brands(mg(580), stocks, Decimal(5))
    assert found is not None and found[0] == "Tyenne", "560 and 600 are as near; two vials are fewer"
    found = best_of_brands(mg(576), stocks, Decimal(5))
    assert found is not None and found[0] == "Actemra", "560 is nearer"


def test_that_a_stock_is_named_in_words() -> None:
    assert stock_words({mg(80): 1, mg(400): 2, mg(200): 0}) == "400 mg × 2, 80 mg × 1"
    assert stock_words({}) == stock_words({mg(80): 0}) == "nothing"
    assert stock_words(unlimited()).startswith("400 mg × any number, 200 mg")
