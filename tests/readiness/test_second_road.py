"""The plan's fast road against a second exact one, on boards whose windows are all open at once."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from crs_desktop.readiness.rules.plan import solve
from tests.readiness.cases import question
from tests.readiness.vial_counts import best


def board(seed):
    """Nine doses, three sizes of one brand and one expiry each, about as much as is needed."""
    pick = random.Random(f"second road {seed}")
    doses = [Fraction(pick.randint(450, 1000), 10) * 8 for _ in range(9)]
    doses = [min(dose, Fraction(800)) for dose in doses]
    sizes = [(400, pick.randint(8, 12), pick.randint(30, 400))]
    sizes += [(200, pick.randint(2, 4), pick.randint(30, 400)), (80, pick.randint(2, 4), pick.randint(30, 400))]
    return doses, sizes, pick.choice([0, 10])


def agree(seed):
    doses, sizes, percent = board(seed)
    lots = [
        (str(n), f"L{n}", "Actemra", mg, vials, days, None, True, "") for n, (mg, vials, days) in enumerate(sizes)
    ]
    patients = [(f"P{n:02}", dose, 1, 0, 9) for n, dose in enumerate(doses)]
    plan = solve(question(lots, patients, percent=percent, time_limit_s=60.0))
    assert plan.proved_best
    _, waste, apart, _, expiry, vials = plan.levels.after_coverage()
    covered, *others = best(sizes, doses, percent)
    assert (len(plan.sets), waste, apart, expiry, vials) == (covered, *(1000 * x for x in others[:3]), others[3])
    return len(plan.sets) < 9


def test_that_two_exact_roads_agree():
    assert {agree(seed) for seed in range(10)} == {True, False}


@pytest.mark.long
def test_that_two_exact_roads_agree_on_many_boards():
    for seed in range(100, 160):
        agree(seed)
