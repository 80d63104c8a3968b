"""Prices: the one of the day counts, also when a later one is stated, and none is said to be unknown."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.brands.model import Cost, Price
from crs_desktop.stock.brands.rules import cost_of, price_on, read_money
from crs_desktop.stock.brands.service import BrandBook, StatePrice
from tests.stock.conftest import NOW, WEBER, ZONE, Shelf, codes

MG400, MG80 = Mass.of_mg(400), Mass.of_mg(80)


def price(number: int, minor: int, since: str, brand: str = "Actemra", strength: Mass = MG400) -> Price:
    return Price(number, brand, strength, minor, "USD", date.fromisoformat(since), "", NOW, "x")


def test_that_the_price_of_the_day_counts_and_before_the_first_it_is_unknown() -> None:
    known = [price(1, 100, "2026-01-01"), price(2, 200, "2026-06-01"), price(3, 300, "2026-06-01")]
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1))
    found = [price_on(known, "Actemra", MG400, day) for day in days]
    assert [None if one is None else one.minor for one in found] == [None, 100, 100, 300]


def test_that_a_price_is_that_of_its_brand_and_strength_only() -> None:
    known = [price(1, 100, "2026-01-01")]
    day = date(2026, 2, 1)
    assert cost_of(known, "Actemra", MG400, 3, day) == Cost(300, "USD")
    assert cost_of(known, "Actemra", MG80, 3, day) is None
    assert cost_of(known, "Tyenne", MG400, 3, day) is None


@pytest.mark.parametrize(
    ("text", "currency", "minor"), [("1234.50", "USD", 123450), ("12", "EUR", 1200), ("0", "USD", 0), ("90", "JPY", 90)]
)
def test_that_money_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert read_money(text, currency) == minor


@pytest.mark.parametrize("text", ["1,234.50", "12.5", "-1", "1e3", "12.345", "٣", " "])
def test_that_other_money_is_refused(text: str) -> None:
    assert not isinstance(read_money(text, "USD"), int)


def test_that_yen_have_no_decimals() -> None:
    assert not isinstance(read_money("90.00", "JPY"), int)
    assert [str(Cost(90, "JPY")), str(Cost(123456789, "USD"))] == ["JPY 90", "USD 1,234,567.89"]


def test_that_a_price_is_stated_and_stands_beside_its_brand(shelf: Shelf) -> None:
    book = BrandBook(shelf.store, ZONE)
    made = book.state_price(StatePrice(uuid4().hex, "actemra", "400", "2150.00", "USD", "2026-12-01", ""), WEBER)
    assert isinstance(made, Price) and (made.minor, made.actor) == (215000, "A. Weber")
    first, *others = book.brands()
    assert first.brand.name == "Actemra" and first.prices == (made, None, None)
    assert all(one.prices == (None, None, None) for one in others)


def test_that_every_wrong_field_of_a_price_is_answered_at_once(shelf: Shelf) -> None:
    answer = BrandBook(shelf.store, ZONE).state_price(StatePrice("r", "Ozempic", "55", "1,5", "XYZ", "soon", ""), WEBER)
    assert codes(answer) == ["stock_brand", "stock_strength", "price_not_understood", "day_not_understood",
                             "price_currency"]  # fmt: skip
    assert isinstance(answer, Refused)
    assert [finding.field for finding in answer.findings] == ["brand", "strength_mg", "price", "valid_from", "currency"]
