"""The dose arithmetic once more, written from the definitions alone with fractions. Imports nothing of the program."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from typing import NamedTuple

SIZES = (400, 200, 80)
Counts = tuple[int, ...]


class Expected(NamedTuple):
    drawn: Fraction
    opened: int
    waste: Fraction
    vials: Counts


def dose_mg(weight_kg: str) -> Fraction:
    """12 mg/kg below 30 kg, 8 mg/kg from exactly 30 kg, at most 800 mg."""
    kg = Fraction(weight_kg)
    return min(kg * (12 if kg < 30 else 8), Fraction(800))


def volume_ml(mg: Fraction) -> Fraction:
    """20 mg in each mL."""
    return mg / 20


@cache
def contents(stock: tuple[int | None, ...]) -> tuple[tuple[int, Counts], ...]:
    """Every content that whole vials of this stock can have up to 1,600 mg, each with its best handful of vials:
    fewest, then more of the larger sizes. No dose is above 800 mg, and no set for it needs twice that."""
    ranges = [
        range(1600 // size + 1 if have is None else min(have, 1600 // size) + 1)
        for size, have in zip(SIZES, stock, strict=True)
    ]
    best: dict[int, Counts] = {}
    for counts in product(*ranges):
        content = sum(size * count for size, count in zip(SIZES, counts, strict=True))
        if content and (content not in best or worse(best[content], counts)):
            best[content] = counts
    return tuple(sorted(best.items()))


def worse(old: Counts, new: Counts) -> bool:
    return (sum(new), [-count for count in new]) < (sum(old), [-count for count in old])


@cache
def best_set(dose: Fraction, stock: tuple[int | None, ...], percent: str) -> Expected | None:
    """Least waste, then least |drawn - calculated|, then fewest vials, then size descending; None if not coverable."""
    rounding = Fraction(percent) / 100
    least, most = dose * (1 - rounding), min(dose * (1 + rounding), Fraction(800))
    answers = []
    for content, vials in contents(stock):
        drawn = Fraction(content) if least <= content <= most else dose
        if content >= drawn:
            rank = (content - drawn, abs(drawn - dose), sum(vials), [-count for count in vials])
            answers.append((rank, Expected(drawn, content, content - drawn, vials)))
    return min(answers)[1] if answers else None
