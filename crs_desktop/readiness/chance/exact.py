"""Patients added up in whole numbers: the chance of running out as the exact fraction, for questions of modest size.

**What is asked.** D(t) is the demand by the end of day t, s the stock, v the delivery, there from the start of day d.
Supply is s before d and s + v from d on. "By the end of day t demand has ever exceeded supply" means D(u) > S(u) for
some u <= t. D never falls and S is constant before d and from d on, so the last day of each stretch decides:

    t < d:   D(t) > s
    t >= d:  D(d - 1) > s  or  D(t) > s + v

With A = D(d - 1), the chance of not having run out is P(A <= s and D(t) <= s + v): a joint chance of two dependent
numbers. For one patient the pair (demand before d, demand by the end of t) follows from onset day and number of
doses; patients are independent, so the pair of all is the convolution of the pairs. Nobody's demand is negative: a
partial sum that has left the region A <= s, D <= s + v never returns, and can be dropped at once without changing the
answer.

**How.** The weights of all pairs stand side by side in one long whole number, `width` bits each: adding a patient is
a few shifts, products and sums, and dropping is a mask. All weights together never exceed the product of the scales,
which is below 2 to the power of `width`, so no slot runs over; a row leaves `reach` slots free, so no row runs into
the next.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from crs_desktop.readiness.chance.doses import Cells, Weighing, Weighted

NOBODY = -1
"""The day before every day: nothing has been given by its end."""
PAIRS = 15
"""Pairs (early, late) with early + late at most 4."""


def exact_chances(asked: Weighing) -> tuple[Fraction, ...]:
    """By day, the chance that by its end demand has ever exceeded supply."""
    whole = prod(one.scale for one in asked.patients)
    chances: list[Fraction] = []
    known: tuple[tuple[Cells, ...], int] | None = None
    for day in range(asked.horizon + 1):
        before, least, most = (
            (NOBODY, 0, asked.least) if day < asked.delivery else (asked.delivery - 1, asked.least, asked.most)
        )
        cells = tuple(one.cells(before, day) for one in asked.patients)
        if known is None or day == asked.delivery or cells != known[0]:
            known = cells, _covered(asked.patients, cells, least, most, whole.bit_length() + 1)
        chances.append(Fraction(whole - known[1], whole))
    return tuple(chances)


def work_of(asked: Weighing) -> int:
    """About how many bits are moved: days x pairs of all patients x slots x bits of a slot."""
    bits = sum(one.scale.bit_length() for one in asked.patients)
    pairs = sum(min(PAIRS, len(one.courses) + 1) for one in asked.patients)
    slots = asked.most + 1 if asked.delivery > asked.horizon else (asked.least + 1) * (asked.most + 1)
    return (asked.horizon + 1) * pairs * slots * bits


def _covered(patients: tuple[Weighted, ...], cells: tuple[Cells, ...], least: int, most: int, width: int) -> int:
    """The weight of all outcomes in which A stays within `least` and D within `most`."""
    reach = max((one.most for one in patients), default=0)
    row = most + 1 + reach
    columns = (1 << width * (most + 1)) - 1
    inside = sum(columns << width * row * early for early in range(least + 1))
    state = 1
    for one, weights in zip(patients, cells, strict=True):
        moved = 0
        for (early, late), weight in weights.items():
            moved += (state << width * one.units * (early * row + early + late)) * weight
        state = moved & inside
    return state % ((1 << width) - 1)  # the sum of the slots: each power of 2 ** width leaves 1


