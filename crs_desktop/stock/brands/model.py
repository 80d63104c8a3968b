"""Nouns of prices: what a vial costs from a day on, and an amount of money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crs_desktop.kernel.amounts import Mass

# Currencies in which a price may be stated, with the digits behind the point.
CURRENCIES = {"USD": 2, "EUR": 2, "GBP": 2, "CHF": 2, "CAD": 2, "AUD": 2, "JPY": 0}


@dataclass(frozen=True, slots=True)
class Price:
    """What a vial costs from a day on, in minor units of a currency."""

    id: int
    brand: str
    strength: Mass
    minor: int
    currency: str
    valid_from: date
    reason: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of money in minor units."""

    minor: int
    currency: str

    def __str__(self) -> str:
        """'USD 1,234.50'."""
        digits = CURRENCIES[self.currency]
        whole, rest = divmod(self.minor, 10**digits)
        return f"{self.currency} {whole:,}" + (f".{rest:0{digits}d}" if digits else "")
