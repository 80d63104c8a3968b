"""Patients added up in binary numbers of double precision: the chance of running out for large questions, quickly.

The joint chance is that of `exact`; what differs is the arithmetic and the order of the sums. With A the demand
before the delivery, B the demand from it to the end of t, s the stock, v the delivery:

    t < d:   P(D(t) > s)
    t >= d:  P(D(t) > s + v) + P(A > s, A + B <= s + v)      when the delivery is the smaller part: there B < v
             1 - P(A <= s, A + B <= s + v)                    otherwise: there A <= s

The first line and the first summand need one number per outcome. The joint part needs two, A and B, only for patients
who can fall on both sides of the delivery; those who come after it are one number B, joined at the end. Patients are
taken by the last day on which they can need a dose: for every day from then on their part is the same and is added
once.

**Error.** Every step adds or multiplies numbers that are not negative, so relative errors do not grow by cancelling.
A value made by N such roundings lies within the factor (1 + u) ** N of the true one, u = 2 ** -53, N u < 0.01, so
within 1.01 N u of it (no chance is above 1). `_roundings` counts N: for each patient
the sum behind a weight (exact where the common denominator is below 2 ** 53) and its division, then the longer of a
product with 15 sums (the pairs) and a product with 5, 5 and `most` sums (one number, and what leaves its table); at
the end the slots that are added up. A later day is never less than an earlier one, and all lie in 0 to 1: making the
values so takes none further from the truth. Numbers too small for the format are lost, less than 1e-300 in all. For
100 patients with denominators below 2 ** 53 N stays below 9,000 in any ordinary question: less than 1e-12.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from crs_desktop.readiness.chance.doses import Weighing, Weighted
from crs_desktop.readiness.chance.model import MOST_DOSES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

COUNTS = MOST_DOSES + 1
EXACT_WHOLE = 2**53
"""Whole numbers below it, and their sums below it, are exact in double precision."""
FAR = 10_000
"""Days beyond any horizon; small whole numbers are quick."""
ENTRIES = 400_000
"""So many entries of a table are worked on at once."""


def binary_chances(asked: Weighing) -> tuple[tuple[Fraction, ...], Fraction]:
    """By day, the chance that by its end demand has ever exceeded supply; and the most that it can be off."""
    import numpy as np

    if not asked.patients:
        return (Fraction(0),) * (asked.horizon + 1), Fraction(0)
    weights = np.concatenate(list(_weights(asked)))
    over = _one_number(asked, weights)
    d = asked.delivery
    chances = np.concatenate([over[0, :d], over[1, d:]])
    if d <= asked.horizon:
        if asked.most >= sum(one.most for one in asked.patients):
            chances[d:] = over[0, d - 1]
        elif asked.most - asked.least <= asked.least + 1:
            chances[d:] += _both_sides(asked, weights, smaller_delivery=True)
        else:
            chances[d:] = 1 - _both_sides(asked, weights, smaller_delivery=False)
    made = np.maximum.accumulate(np.clip(chances, 0, 1))  # rounding must not let a later day look safer
    return tuple(Fraction(float(one)) for one in made), Fraction(101 * _roundings(asked), 100 * EXACT_WHOLE)


def _roundings(asked: Weighing) -> int:
    """The most roundings behind one chance."""
    each = sum(
        (1 if one.scale < EXACT_WHOLE else len(one.courses) + 4) + 1 + max(16, 12 + one.most)
        for one in asked.patients
    )  # fmt: skip
    side = min(asked.least + 1, asked.most - asked.least)
    return each + (side + 2) * (asked.most + 1) + 4


def _weights(asked: Weighing) -> Iterator[Table]:
    """Patients x days x early x late: the chance of each pair, early being before the delivery; none before it."""
    import numpy as np

    longest = max(len(one.courses) for one in asked.patients)
    days = np.arange(asked.horizon + 1, dtype=np.int16)
    step = max(1, ENTRIES // (longest * len(days)))
    for start in range(0, len(asked.patients), step):
        some = asked.patients[start : start + step]
        first, count = (np.zeros((len(some), longest), np.int16) for _ in range(2))
        chance = np.zeros((len(some), longest))
        for n, one in enumerate(some):
            known = len(one.courses)
            days_of, count[n, :known], whole = zip(*one.courses, strict=True)
            first[n, :known] = np.minimum(days_of, FAR)
            chance[n, :known] = whole if one.scale < EXACT_WHOLE else [weight / one.scale for weight in whole]
        by = np.empty((len(some), longest, len(days)), np.int16)  # patients x courses x days: doses by its end
        for n, one in enumerate(some):
            np.subtract(days, first[n, :, None], out=by[n])
            by[n] = (by[n] >= 0) * COUNTS if one.gap == 0 else by[n] // np.int16(min(one.gap, FAR)) + np.int16(1)
        np.clip(by, 0, count[:, :, None], out=by)
        early = by[:, :, asked.delivery - 1 : asked.delivery] if asked.delivery <= asked.horizon else by[:, :, :1] * 0
        early = np.where(days < asked.delivery, np.int16(0), early)
        who = np.arange(len(some))[:, None, None]
        slot = (who * len(days) + days) * COUNTS**2 + (early * np.int16(COUNTS - 1) + by)
        shape = (len(some), len(days), COUNTS, COUNTS)
        each = np.broadcast_to(chance[:, :, None], slot.shape)
        table = np.bincount(slot.ravel(), each.ravel(), int(np.prod(shape))).reshape(shape)
        exact = [one.scale < EXACT_WHOLE for one in some]
        pairs = list(zip(some, exact, strict=True))
        table[:, :, 0, 0] += np.array([one.none if kept else one.none / one.scale for one, kept in pairs])[:, None]
        yield table / np.array([one.scale if kept else 1 for one, kept in pairs], float)[:, None, None, None]


def _one_number(asked: Weighing, weights: Table) -> Table:
    """P(D(t) > s) in the first row and P(D(t) > s + v) in the second, by day."""
    import numpy as np

    days, slots = asked.horizon + 1, asked.most + 1
    if asked.delivery > asked.horizon:
        slots = asked.least + 1
    reach = max(one.most for one in asked.patients)
    together = np.zeros((len(weights), days, COUNTS))
    for early in range(COUNTS):
        together[:, :, early:] += weights[:, :, early, : COUNTS - early]
    state, moved = np.zeros((days, slots + reach)), np.zeros((days, slots + reach))
    state[:, 0] = 1
    over, high = np.zeros(days), 1
    for one, chance in zip(asked.patients, together, strict=True):
        top = min(high + one.most, slots + reach)
        np.multiply(state[:, :top], chance[:, :1], out=moved[:, :top])
        for doses in range(1, one.most // one.units + 1):
            shift = doses * one.units
            moved[:, shift : shift + high] += state[:, :high] * chance[:, doses, None]
        high = min(top, slots)
        if top > slots:
            over += moved[:, slots:top].sum(axis=1)
            moved[:, slots:] = 0
        state, moved = moved, state
    return np.stack([over + state[:, asked.least + 1 :].sum(axis=1), over])


def _both_sides(asked: Weighing, weights: Table, smaller_delivery: bool) -> Table:
    """By day from the delivery on: P(A > s, A + B <= s + v) when the delivery is the smaller part, else with A <= s."""
    import numpy as np

    s, both, d = asked.least, asked.most, asked.delivery
    most_a, most_b = (both, both - s - 1) if smaller_delivery else (s, both)
    if most_b < 0:
        return np.zeros(asked.horizon + 1 - d)
    joint = _joint(asked, weights[:, d:], most_a, most_b)
    after = _after(asked, weights[:, d:, 0], both)
    a, b = np.arange(most_a + 1)[:, None], np.arange(most_b + 1)[None, :]
    inside = (a + b <= both) & ((a > s) if smaller_delivery else (a <= s))
    left = np.where(inside, both - a - b, 0)
    kept: Table = (joint * np.where(inside, np.cumsum(after, axis=1)[:, left], 0)).sum(axis=(1, 2))
    return kept


def _after(asked: Weighing, weights: Table, most: int) -> Table:
    """Days x B: the demand of those who can need nothing before the delivery."""
    import numpy as np

    state = np.zeros((weights.shape[1], most + 1))
    state[:, 0] = 1
    for one, chance in zip(asked.patients, weights, strict=True):
        if one.first < asked.delivery:
            continue
        moved = state * chance[:, :1]
        for doses in range(1, one.most // one.units + 1):
            shift = doses * one.units
            if shift <= most:
                moved[:, shift:] += state[:, : most + 1 - shift] * chance[:, doses, None]
        state = moved
    return state


def _joint(asked: Weighing, weights: Table, most_a: int, most_b: int) -> Table:
    """Days x A x B of all who can need something before the delivery.

    A row holds the longer of A and B with room behind it for what leaves, so that adding doses is one shift of the
    whole table. `state[live]` stands for all days from the last day of everybody added so far.
    """
    import numpy as np

    days = weights.shape[1]
    some = [n for n, one in enumerate(asked.patients) if one.first < asked.delivery]
    some.sort(key=lambda n: asked.patients[n].last)
    reach = max((asked.patients[n].most for n in some), default=0)
    rows, columns = sorted((most_a + 1, most_b + 1))
    row = columns + reach
    by_early, by_late = (row, 1) if most_a <= most_b else (1, row)
    size = rows * row
    state, moved, part = (np.zeros((days, size)) for _ in range(3))
    state[0, 0] = 1
    live, high = 0, 1
    for n in some:
        one = asked.patients[n]
        now = min(max(one.last - asked.delivery, live), days - 1)
        state[live + 1 : now + 1] = state[live]
        live = now
        top = min(high + one.most * row, size)
        np.multiply(state[: live + 1, :high], weights[n, : live + 1, 0, 0, None], out=moved[: live + 1, :high])
        moved[: live + 1, high:top] = 0
        for early, late in _pairs(one):
            chance = weights[n, : live + 1, early, late, None]
            shift = one.units * (early * by_early + late * by_late)
            length = min(high, size - shift)
            if length > 0 and chance.any():
                np.multiply(state[: live + 1, :length], chance, out=part[: live + 1, :length])
                moved[: live + 1, shift : shift + length] += part[: live + 1, :length]
        moved.reshape(days, rows, row)[: live + 1, :, columns:] = 0
        high = min(top, size)
        state, moved = moved, state
    state[live + 1 :] = state[live]
    table = state.reshape(days, rows, row)[:, :, :columns]
    return table if most_a <= most_b else table.transpose(0, 2, 1)


def _pairs(one: Weighted) -> Iterator[tuple[int, int]]:
    """All pairs but that of no dose."""
    most = one.most // one.units
    return ((early, late) for early in range(most + 1) for late in range(most + 1 - early) if early + late)
