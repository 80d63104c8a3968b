"""Pure rules of prices: which one was in force on a day, and what vials cost by it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.stock.brands.model import CURRENCIES, Cost, Price

_MONEY = re.compile(r"(?P<whole>[0-9]{1,9})(\.(?P<rest>[0-9]{1,2}))?")


def price_on(prices: Iterable[Price], brand: str, strength: Mass, day: date) -> Price | None:
    """The price in force on a day: the latest that began by then; of two of one day, the one stated last."""
    valid = [one for one in prices if (one.brand, one.strength) == (brand, strength) and one.valid_from <= day]
    return max(valid, key=lambda one: (one.valid_from, one.id), default=None)


def cost_of(prices: Iterable[Price], brand: str, strength: Mass, vials: int, day: date) -> Cost | None:
    """What so many vials cost by the price of that day. None: nobody has stated one, the cost is unknown."""
    price = price_on(prices, brand, strength, day)
    return None if price is None else Cost(price.minor * vials, price.currency)


def read_money(text: str, currency: str, field: str = "price") -> int | Finding:
    """An amount like 1234.50 in minor units; a point is the decimal sign, and no more digits than the currency has."""
    match = _MONEY.fullmatch(text.strip())
    if not text.strip():
        return no("text_missing", field, text)
    digits = CURRENCIES.get(currency, 2)
    if match is None or len(match["rest"] or "") not in (0, digits):
        return no("price_not_understood", field, text, example="1234.50" if digits else "1234")
    return int(match["whole"] + (match["rest"] or "0" * digits))
