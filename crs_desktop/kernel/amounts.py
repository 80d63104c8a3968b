"""Exact amounts with the unit in the type; whole numbers of the smallest unit inside, never a float.

1 g of body weight times a whole number of mg/kg is a whole number of micrograms, so every tocilizumab dose from a
weight with up to three decimals is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext


def plain(number: Decimal | int) -> str:
    """Write a number as ISMP asks: no exponent, no trailing zero, a leading zero before the point.

    >>> plain(Decimal("580.00")), plain(Decimal("0.50")), plain(Decimal("-0"))
    ('580', '0.5', '0')
    """
    text = format(Decimal(number), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def grouped(number: Decimal | int) -> str:
    """The same for people: a comma from 1,000 on.

    >>> grouped(1600), grouped(Decimal("980.5"))
    ('1,600', '980.5')
    """
    text = plain(number)
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}"


def _whole(number: Decimal | int | str, factor: int, unit: str) -> int:
    with localcontext() as context:
        context.prec = 40
        scaled = Decimal(number) * factor
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{number} is not a whole number of {unit}")
    return int(scaled)


@dataclass(frozen=True, slots=True, order=True)
class Mass:
    """A mass of drug in whole micrograms (mcg)."""

    mcg: int

    @classmethod
    def of_mg(cls, mg: Decimal | int | str) -> Mass:
        """From milligrams; raises ValueError when finer than one microgram or not a number."""
        return cls(_whole(mg, 1000, "micrograms"))

    @property
    def mg(self) -> Decimal:
        """Milligrams, exact."""
        return Decimal(self.mcg) / 1000

    def __add__(self, other: Mass) -> Mass:
        return Mass(self.mcg + other.mcg)

    def __sub__(self, other: Mass) -> Mass:
        return Mass(self.mcg - other.mcg)

    def __mul__(self, times: int) -> Mass:
        return Mass(self.mcg * times)

    def __str__(self) -> str:
        return f"{grouped(self.mg)} mg"


@dataclass(frozen=True, slots=True, order=True)
class BodyWeight:
    """A body weight in whole grams."""

    grams: int

    def __post_init__(self) -> None:
        if self.grams <= 0:
            raise ValueError("a body weight is more than 0 g")

    @classmethod
    def of_kg(cls, kg: Decimal | int | str) -> BodyWeight:
        """From kilograms; raises ValueError when finer than one gram, not a number or not above 0."""
        return cls(_whole(kg, 1000, "grams"))

    @property
    def kg(self) -> Decimal:
        """Kilograms, exact."""
        return Decimal(self.grams) / 1000

    def __str__(self) -> str:
        return f"{plain(self.kg)} kg"


@dataclass(frozen=True, slots=True, order=True)
class Volume:
    """A volume in whole nanolitres: 1 mcg at 20 mg/mL is 50 nL."""

    nanolitres: int

    @property
    def ml(self) -> Decimal:
        """Millilitres, exact."""
        return Decimal(self.nanolitres) / 1_000_000

    def __str__(self) -> str:
        return f"{grouped(self.ml)} mL"
