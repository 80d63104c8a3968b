"""A second exact road, for boards whose windows are all open at once: a dynamic program over counts of vials.

Knows nothing of the program or of the oracle: sizes are (mg, vials, days to expiry), doses Fractions of a milligram.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import ceil


def best(sizes, doses, percent):
    """The best of (sets covered, waste, |drawn - dose|, mg x days, vials), for one set each from vials of one brand."""
    states = {(0,) * len(sizes): (0, Fraction(0), Fraction(0), 0, 0)}
    for dose in doses:
        ways = [((0,) * len(sizes), (1, 0, 0, 0, 0)), *combinations(sizes, dose, percent)]
        fresh = {}
        for used, worth in states.items():
            for counts, cost in ways:
                now = tuple(a + b for a, b in zip(used, counts, strict=True))
                if all(n <= vials for n, (_, vials, _) in zip(now, sizes, strict=True)):
                    total = tuple(a + b for a, b in zip(worth, cost, strict=True))
                    if now not in fresh or total < fresh[now]:
                        fresh[now] = total
        states = fresh
    missing, *rest = min(states.values())
    return len(doses) - missing, *rest


def combinations(sizes, dose, percent):
    low, high = dose * (100 - percent) / 100, min(dose * (100 + percent) / 100, Fraction(800))
    for counts in product(*(range(min(vials, ceil(max(dose, high) / mg)) + 1) for mg, vials, _ in sizes)):
        content = sum(n * mg for n, (mg, _, _) in zip(counts, sizes, strict=True))
        if low <= content <= high:
            drawn = Fraction(content)
        elif content >= dose:
            drawn = dose
        else:
            continue
        days = sum(n * mg * left for n, (mg, _, left) in zip(counts, sizes, strict=True))
        yield counts, (0, content - drawn, abs(drawn - dose), days, sum(counts))
