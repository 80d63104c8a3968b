"""Which vials: the best set of whole vials of one brand for one dose, exact and quick to ask thousands of times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from crs_desktop.doses.model import VialSet
from crs_desktop.doses.rules.arithmetic import NO_ROUNDING, rounding_range
from crs_desktop.doses.rules.facts import dosing_facts
from crs_desktop.kernel.amounts import Mass

Stock = Mapping[Mass, int | None]
"""Vials on hand by strength, of one brand; None means as many as wanted."""


def unlimited() -> Stock:
    """As many vials of every shipped strength as wanted."""
    return dict.fromkeys(dosing_facts().strengths, None)


def best_vial_set(dose: Mass, stock: Stock, rounding: Decimal = NO_ROUNDING) -> VialSet | None:
    """The set with the least waste, then the least |drawn - calculated|, the fewest vials, the larger sizes first.

    None when the stock cannot make the dose. Raises ValueError for a dose, strength or count that is no amount.
    """
    strengths = sorted((strength for strength, count in stock.items() if count != 0), reverse=True)
    if dose.mcg <= 0 or any(s.mcg <= 0 for s in strengths) or any((n or 0) < 0 for n in stock.values()):
        raise ValueError("a dose and a strength are above 0, a count is not below 0")
    least, most = (mass.mcg for mass in rounding_range(dose, rounding))
    sizes = [strength.mcg for strength in strengths]
    best: tuple[tuple[int, ...], tuple[int, ...], int] | None = None
    for counts in _candidates(dose.mcg, sizes, [stock[strength] for strength in strengths]):
        content = sum(size * count for size, count in zip(sizes, counts, strict=True))
        drawn = content if least <= content <= most else dose.mcg
        if content < drawn:
            continue
        key = (content - drawn, abs(drawn - dose.mcg), sum(counts), *(-count for count in counts))
        if best is None or key < best[0]:
            best = (key, counts, drawn)
    if best is None:
        return None
    return set_of(dose, dict(zip(strengths, best[1], strict=True)), rounding)


def set_of(dose: Mass, vials: Mapping[Mass, int], rounding: Decimal = NO_ROUNDING) -> VialSet | None:
    """These very vials as a set for the dose, or None when they do not cover it."""
    opened = Mass(sum(strength.mcg * count for strength, count in vials.items()))
    least, most = rounding_range(dose, rounding)
    drawn = opened if least <= opened <= most else dose
    if opened < drawn:
        return None
    chosen = tuple((strength, vials[strength]) for strength in sorted(vials, reverse=True) if vials[strength])
    return VialSet(chosen, opened, drawn, opened - drawn)


def best_of_brands(
    dose: Mass, stocks: Mapping[str, Stock], rounding: Decimal = NO_ROUNDING
) -> tuple[str, VialSet] | None:
    """The best set over brands that are never mixed; of equals the brand first in code-point order."""
    found = [(brand, best_vial_set(dose, stocks[brand], rounding)) for brand in sorted(stocks)]
    sets = [(brand, vials) for brand, vials in found if vials is not None]
    return min(sets, key=lambda pair: _rank(dose, pair[1]), default=None)


def stock_words(stock: Stock) -> str:
    """A stock of one brand for a sentence: '400 mg × 2, 80 mg × 1'; 'nothing' when it is empty."""
    held = [(strength, stock[strength]) for strength in sorted(stock, reverse=True)]
    words = [f"{strength} × {'any number' if count is None else count}" for strength, count in held if count != 0]
    return ", ".join(words) or "nothing"


def _rank(dose: Mass, vials: VialSet) -> tuple[int, int, int, tuple[tuple[int, int], ...]]:
    sizes = tuple((-strength.mcg, -count) for strength, count in vials.vials)
    return vials.waste.mcg, abs((vials.drawn - dose).mcg), vials.count, sizes


def _candidates(dose: int, sizes: Sequence[int], limits: Sequence[int | None]) -> Iterator[tuple[int, ...]]:
    """Every count worth looking at: no vial that could be left out while the rest still holds the dose.

    Such a vial never helps: without it the content is nearer to the dose from above, so waste and distance are no
    larger and one vial fewer is opened. Of the last strength only the counts just below and just above the dose matter.
    """
    if not sizes:
        return
    size, limit = sizes[0], limits[0]
    enough = -(-max(dose, 0) // size)
    highest = enough if limit is None else min(enough, limit)
    if len(sizes) == 1:
        yield from ((count,) for count in range(max(highest - 1, 0), highest + 1))
        return
    for count in range(highest + 1):
        for rest in _candidates(dose - count * size, sizes[1:], limits[1:]):
            yield (count, *rest)
