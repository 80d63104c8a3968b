"""A plan that is not proved in time is still a real one, never called the best, and no worse than dose by dose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crs_desktop.readiness.rules.items import counts_for, counts_for_demand, shape
from crs_desktop.readiness.rules.plan import solve
from crs_desktop.readiness.rules.sets import Band
from tests.readiness.cases import full_case, question
from tests.readiness.test_shipped_boards import shipped


def assert_real(asked, plan):
    """Every set is whole, of one brand, from vials that count for it; none is held twice on a day."""
    lines = {line.key: line for line in asked.supply}
    demands = {one.holder: one for one in asked.demands}
    held = []
    for one in plan.sets:
        demand = demands[one.holder]
        far = [key for key, _ in one.vials if lines[key].far]
        assert all(counts_for_demand(lines[key], demand, asked.today) for key, _ in one.vials)
        assert not far or one.set_no > demand.sets - demand.further
        assert Band.of(one.dose.mcg, asked.rounding).covers(sum(lines[k].strength.mcg * n for k, n in one.vials))
        assert len({lines[key].brand for key, _ in one.vials}) == 1
        held.append((max(demand.window.first, asked.today), demand.window.last, one.vials))
    for met in plan.planned:
        assert all(counts_for(lines[key], met.use.day, met.use.day) for key, _ in met.vials)
        held.append((met.use.day, date(2200, 1, 1), met.vials))
    for on in {first for first, _, _ in held}:
        for key, line in lines.items():
            assert sum(dict(vials).get(key, 0) for first, last, vials in held if first <= on <= last) <= line.vials


def test_that_without_time_the_plan_is_real_and_not_called_proved():
    unproved = 0
    for seed in range(60):
        lots, patients, planned, earmarks, percent = full_case(seed)
        asked = question(lots, patients, planned, earmarks, percent, time_limit_s=0.0)
        plan = solve(asked)
        assert_real(asked, plan)
        best = solve(replace(asked, time_limit_s=60.0))
        assert [(-k.patients, -k.sets, -k.planned) for k in best.levels.coverage] <= [
            (-k.patients, -k.sets, -k.planned) for k in plan.levels.coverage
        ]
        unproved += not plan.proved_best
    assert unproved > 10


def test_that_a_large_board_without_time_has_its_patients_covered_all_the_same():
    asked = replace(shipped("hospital-100-4"), time_limit_s=0.0)
    plan = solve(asked)
    assert_real(asked, plan)
    assert not plan.proved_best and len(plan.sets) > 0.9 * sum(item.sets for item in shape(asked).items)
