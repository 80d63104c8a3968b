"""What holds for every plan: order of entry, more stock, fixes that truly fix, and no vial held twice."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from crs_desktop.readiness.model import Movable, MoveFix, OrderFix
from crs_desktop.readiness.plan_document import later
from crs_desktop.readiness.rules.chart import by_day
from crs_desktop.readiness.rules.fewest import first_short_key
from crs_desktop.readiness.rules.fixes import fixes, order_fix, with_move, with_order
from crs_desktop.readiness.rules.plan import solve
from tests.readiness.cases import TODAY, question, random_case

SEEDS = range(300, 340)


def asked(seed):
    lots, patients, planned, earmarks, percent = random_case(seed)
    return question(lots, patients, planned, earmarks, percent)


@pytest.mark.parametrize("seed", SEEDS)
def test_that_the_order_of_entry_changes_nothing(seed):
    one = asked(seed)
    shuffle = random.Random(seed).sample
    other = replace(
        one,
        supply=tuple(shuffle(one.supply, len(one.supply))),
        demands=tuple(shuffle(one.demands, len(one.demands))),
        planned_use=tuple(shuffle(one.planned_use, len(one.planned_use))),
        earmarks=tuple(shuffle(one.earmarks, len(one.earmarks))),
    )
    assert solve(other) == solve(one)


@pytest.mark.parametrize("seed", SEEDS)
def test_that_more_stock_never_turns_ready_into_short(seed):
    one = asked(seed)
    pick = random.Random(seed)
    line = pick.choice(one.supply)
    grown = tuple(replace(other, vials=other.vials + 1) if other.key == line.key else other for other in one.supply)
    with_more = solve(replace(one, supply=grown))
    assert with_more.ready or not solve(one).ready
    extra = replace(line, key="extra", lot="X", vials=2)
    assert solve(replace(one, supply=(*one.supply, extra))).ready or not solve(one).ready


@pytest.mark.parametrize("seed", SEEDS)
def test_that_no_more_vials_are_held_than_there_are(seed):
    one = asked(seed)
    plan = solve(one)
    windows = {d.holder: (max(d.window.first, one.today), d.window.last) for d in one.demands}
    held = [(windows[s.holder], s.vials) for s in plan.sets]
    held += [((met.use.day, date(2200, 1, 1)), met.vials) for met in plan.planned]
    lines = {line.key: line for line in one.supply}
    for on in (one.today + timedelta(days=n) for n in range(40)):
        for key, line in lines.items():
            used = sum(dict(vials).get(key, 0) for (first, last), vials in held if first <= on <= last)
            assert used <= line.vials
    for (first, last), vials in held[: len(plan.sets)]:
        assert len({lines[key].brand for key, _ in vials}) == 1
        for key, _ in vials:
            assert lines[key].usable and lines[key].expires >= last
            assert lines[key].available_from is None or lines[key].available_from <= first


@pytest.mark.parametrize("seed", SEEDS)
def test_that_every_fix_makes_the_plan_ready(seed):
    one = asked(seed)
    plan = solve(one)
    movable = [Movable(d.holder, later(d.window, 14)) for d in one.demands if d.window.first > one.today]
    found = fixes(one, plan, movable)
    assert bool(found) is (not plan.ready) or not one.supply
    for fix in found:
        changed = with_order(one, fix) if isinstance(fix, OrderFix) else with_move(one, fix)
        assert solve(changed).ready
        if isinstance(fix, OrderFix):
            assert fix.by == first_short_key(one, plan)
            assert_that_one_vial_less_is_short(one, fix)


def assert_that_one_vial_less_is_short(one, fix):
    for place, vials in enumerate(fix.vials):
        less = replace(vials, count=vials.count - 1)
        smaller = tuple(v for v in (*fix.vials[:place], less, *fix.vials[place + 1 :]) if v.count)
        assert not solve(with_order(one, replace(fix, vials=smaller))).ready


def lot(key, mg, n, last=60, brand="Actemra", there=None, usable=True, place=""):
    return (key, key, brand, mg, n, last, there, usable, place)


def test_that_a_window_that_has_not_started_moves_by_the_fewest_days():
    one = question([lot("A", 400, 1)], [("P1", 400, 1, 0, 3), ("P2", 400, 1, 2, 6)])
    plan = solve(one)
    found = fixes(one, plan, [Movable("P2", later(one.demands[1].window, 14))])
    assert [type(fix) for fix in found] == [OrderFix, MoveFix]
    assert found[1].window.first == TODAY + timedelta(days=4)


def test_that_an_order_counts_vials_before_mg():
    one = question([lot("A", 400, 1), lot("B", 200, 1), lot("C", 80, 1)], [("P1", 400, 1, 0, 3), ("P2", 640, 1, 2, 6)])
    (fix,) = fixes(one, solve(one))
    assert [(str(v.strength), v.count) for v in fix.vials] == [("400 mg", 1)]
    assert fix.by == TODAY + timedelta(days=2)


def test_that_a_plan_that_is_ready_needs_no_fix():
    one = question([lot("A", 400, 1)], [("P1", 400, 1, 0, 3)])
    assert fixes(one, solve(one)) == ()


def test_that_without_anything_to_order_there_is_no_order():
    one = question([], [("P1", 400, 1, 0, 3)])
    assert order_fix(one, solve(one)) is None


def test_that_planned_use_waits_for_rescue_of_its_day_but_not_for_later_days():
    lots = [lot("A", 400, 1)]
    same = solve(question(lots, [("P1", 400, 1, 3, 6)], [("Q", 3, 400)]))
    assert same.ready and len(same.unmet) == 1
    later_rescue = solve(question(lots, [("P1", 400, 1, 4, 6)], [("Q", 3, 400)]))
    assert not later_rescue.ready and not later_rescue.unmet
    before = solve(question(lots, [("P1", 400, 1, 0, 2)], [("Q", 3, 400)]))
    assert before.ready and not before.unmet


def test_that_a_set_is_released_the_day_after_its_window():
    lots = [lot("A", 400, 1)]
    assert solve(question(lots, [("P1", 400, 1, 0, 3), ("P2", 400, 1, 4, 6)])).ready
    assert not solve(question(lots, [("P1", 400, 1, 0, 3), ("P2", 400, 1, 3, 6)])).ready


def test_that_vials_count_to_their_last_day_and_from_their_first():
    patient = [("P1", 400, 1, 2, 6)]
    assert solve(question([lot("A", 400, 1, last=6, there=2)], patient)).ready
    for wrong in (lot("A", 400, 1, last=5), lot("A", 400, 1, there=3), lot("A", 400, 1, usable=False)):
        plan = solve(question([wrong], patient))
        assert [one.holder for one in plan.uncovered] == ["P1"]
        assert len(plan.uncovered[0].findings) == 2


def test_that_brands_are_never_mixed_in_a_set():
    assert not solve(question([lot("A", 200, 1), lot("T", 200, 1, brand="Tyenne")], [("P1", 400, 1, 0, 3)])).ready
    assert solve(question([lot("A", 200, 1), lot("B", 200, 1)], [("P1", 400, 1, 0, 3)])).ready


def test_that_a_window_that_is_over_owes_nothing_and_an_open_one_counts_from_today():
    assert solve(question([], [("P1", 400, 1, -9, -1)])).sets == ()
    assert solve(question([], [("P1", 400, 1, -9, -1)])).ready
    assert not solve(question([lot("A", 400, 1, there=1)], [("P1", 400, 1, -9, 4)])).ready


def test_that_a_kept_earmark_keeps_its_set_number():
    one = question([lot("A", 400, 1), lot("B", 400, 1)], [("P1", 400, 2, 0, 3)], earmarks=[("P1", (("B", 1),), True)])
    assert [(s.set_no, s.vials) for s in solve(one).sets] == [(1, (("B", 1),)), (2, (("A", 1),))]


def test_that_the_chart_counts_owed_covered_and_expiring():
    one = question([lot("A", 400, 1, last=3)], [("P1", 400, 2, 1, 3)])
    figures = by_day(one, solve(one), 5)
    assert [(f.owed, f.covered, f.expiring) for f in figures] == [(0, 0, 0), (2, 1, 0), (2, 1, 0), (2, 1, 1), (0, 0, 0)]


def test_that_out_of_time_is_said_and_never_called_proved():
    lots = [lot(f"L{n}", (400, 200, 80)[n % 3], 6, last=20 + n) for n in range(9)]
    patients = [(f"P{n}", 300 + 7 * n, 2, n % 5, n % 5 + 9) for n in range(12)]
    plan = solve(question(lots, patients, time_limit_s=0.0))
    assert not plan.proved_best and not plan.settled
    assert fixes(question(lots, patients), plan) == ()
