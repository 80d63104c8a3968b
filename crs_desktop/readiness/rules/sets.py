"""Which vials make a set: the rounding band, the drawn dose, and every useful combination of vial sizes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

MOST_MCG = 800_000
"""No drawn dose is more than 800 mg."""
PATTERN_LIMIT, SEARCH_LIMIT = 3_000, 30_000
"""More combinations (or steps) than this for one dose and brand are not searched; the answer then says *not proved*."""


@dataclass(frozen=True, slots=True)
class Band:
    """What one dose accepts. Contents from `low` to `high` may be drawn whole; from `dose` on a content covers."""

    dose: int
    low: int
    high: int

    @classmethod
    def of(cls, dose: int, rounding: Decimal) -> Band:
        """The band of a dose in micrograms under a rounding in percent, cut to whole micrograms inwards."""
        share = Fraction(rounding) / 100
        low, high = dose * (1 - share), min(dose * (1 + share), Fraction(MOST_MCG))
        return cls(dose, -((-low.numerator) // low.denominator), high.numerator // high.denominator)

    def whole(self, content: int) -> bool:
        """True when the content may be drawn whole, without waste."""
        return self.low <= content <= self.high

    def covers(self, content: int) -> bool:
        """True when whole vials of this content are a set for the dose."""
        return content >= self.dose or self.whole(content)

    def drawn(self, content: int) -> int:
        """The drawn dose from a set of this content."""
        return content if self.whole(content) else self.dose

    def cost(self, content: int) -> tuple[int, int]:
        """Waste and |drawn - calculated|."""
        drawn = self.drawn(content)
        return content - drawn, abs(drawn - self.dose)


def combinations(band: Band, strengths: tuple[int, ...], most: tuple[int, ...]) -> tuple[list[tuple[int, ...]], bool]:
    """Counts by strength of every set that can be best, and whether the search was complete.

    A set outside the band from which a vial can be taken so that it still covers is never best: without the vial it
    wastes less and holds less. Inside the band each set counts, minimal or not, for it may lie nearer to the dose.
    """
    found: list[tuple[int, ...]] = []
    counts = [0] * len(strengths)
    steps = 0

    def useful(content: int) -> bool:
        if not band.covers(content):
            return False
        taken = (strengths[i] for i, count in enumerate(counts) if count)
        return band.whole(content) or not any(band.covers(content - strength) for strength in taken)

    def search(place: int, content: int) -> bool:
        nonlocal steps
        steps += 1
        if place == len(strengths):
            if useful(content):
                found.append(tuple(counts))
            return len(found) <= PATTERN_LIMIT and steps <= SEARCH_LIMIT
        strength, complete = strengths[place], True
        for count in range(most[place] + 1):
            # One vial beyond what covers and beyond the band never helps.
            if count and content + (count - 1) * strength >= max(band.dose, band.high):
                break
            counts[place] = count
            complete = search(place + 1, content + count * strength)
            if not complete:
                break
        counts[place] = 0
        return complete

    complete = search(0, 0)
    return found[:PATTERN_LIMIT], complete
