"""The plan against an oracle that tries everything, level by level, down to the last vial."""

from __future__ import annotations

import pytest

from crs_desktop.readiness.rules.plan import solve
from tests.readiness.cases import full_case, question, random_case
from tests.readiness.oracle import best_plan


def shown(plan):
    """The sets of each holder with vials, rescue and planned, as plain data."""
    sets = {}
    for one in plan.sets:
        sets.setdefault((0, one.holder), []).append(dict(one.vials))
    for met in plan.planned:
        sets.setdefault((1, met.use.holder), []).append(dict(met.vials))
    return {who: sorted(map(sorted, (one.items() for one in many))) for who, many in sets.items()}


def compare(case):
    lots, patients, planned, earmarks, percent = case
    coverage, after, chosen = best_plan(lots, patients, planned, earmarks, percent)
    plan = solve(question(*case[:4], percent=percent))
    assert plan.proved_best and plan.settled
    assert [(k.patients, k.sets, k.planned) for k in plan.levels.coverage] == coverage
    changes, waste, apart, proposed, expiry, vials = plan.levels.after_coverage()
    scaled = (changes, waste, apart, proposed, expiry, vials)
    assert scaled == (after[0], after[1] * 1000, after[2] * 1000, after[3], after[4] * 1000, after[5])
    expected = {(kind, who): sorted(map(sorted, (one.items() for one in many))) for kind, who, many in chosen if many}
    assert shown(plan) == expected
    return plan


@pytest.mark.parametrize("seed", range(200))
def test_that_the_plan_equals_trying_everything(seed):
    compare(random_case(seed))


@pytest.mark.parametrize("seed", range(100))
def test_that_the_plan_of_the_full_question_equals_trying_everything(seed):
    compare(full_case(seed))


@pytest.mark.parametrize("seed", [20819, 20975, 21322, 21754])
def test_that_the_plan_is_exact_where_the_view_without_lots_is_too_rosy(seed):
    compare(random_case(seed))


@pytest.mark.long
def test_that_the_plan_equals_trying_everything_on_a_thousand_boards():
    for seed in range(1000, 2000):
        compare(random_case(seed))


@pytest.mark.long
def test_that_the_plan_of_the_full_question_equals_trying_everything_on_a_thousand_boards():
    for seed in range(1000, 2000):
        compare(full_case(seed))
