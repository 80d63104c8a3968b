"""Sets that may be of vials far away, and deliveries with an hour: who may use what, and how it is told."""

from __future__ import annotations

import pytest

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.days import DayRange
from crs_desktop.readiness.model import Demand, SupplyLine
from crs_desktop.readiness.rules.conflict import conflict
from crs_desktop.readiness.rules.plan import solve
from tests.readiness.cases import day, question


def lot(key, mg, n, far=False, there=None, hour=None, last=60):
    return (key, key, "Actemra", mg, n, last, there, True, "", far, hour)


def patient(sets=1, further=0, minute=None, first=0, who="P1", dose=400):
    return (who, dose, sets, first, first + 9, further, minute)


def told(plan):
    return [(one.set_no, dict(one.vials)) for one in plan.sets]


def test_that_vials_far_away_count_for_further_sets_only():
    lots = [lot("F", 400, 2, far=True)]
    assert told(solve(question(lots, [patient(2)]))) == []
    assert told(solve(question(lots, [patient(2, 1)]))) == [(2, {"F": 1})]
    assert told(solve(question(lots, [patient(2, 2)]))) == [(1, {"F": 1}), (2, {"F": 1})]


def test_that_a_patient_with_a_far_set_alone_has_no_set_at_hand():
    plan = solve(question([lot("F", 400, 1, far=True)], [patient(2, 1)]))
    assert [(key.patients, key.sets) for key in plan.levels.coverage] == [(0, 1)]
    plan = solve(question([lot("F", 400, 1, far=True)], [patient(2, 2)]))
    assert [(key.patients, key.sets) for key in plan.levels.coverage] == [(1, 1)]


def test_that_the_near_set_goes_to_whoever_may_not_have_a_far_one():
    lots = [lot("A", 400, 1), lot("F", 400, 1, far=True)]
    plan = solve(question(lots, [patient(1, 1, who="P1"), patient(1, 0, who="P2")]))
    assert {one.holder: dict(one.vials) for one in plan.sets} == {"P1": {"F": 1}, "P2": {"A": 1}}


def test_that_a_near_set_gives_the_last_number_to_a_far_one_whatever_was_promised():
    lots = [lot("A", 400, 1), lot("F", 400, 1, far=True)]
    asked = question(lots, [patient(2, 1)], earmarks=[("P1", (("F", 1),), True), ("P1", (("A", 1),), True)])
    plan = solve(asked)
    assert told(plan) == [(1, {"A": 1}), (2, {"F": 1})] and plan.levels.confirmed_changes == 0


def test_that_planned_use_takes_no_vials_from_far_away():
    plan = solve(question([lot("F", 400, 1, far=True)], [], [("Q", 3, 400)]))
    assert len(plan.unmet) == 1


def test_that_vials_too_far_away_are_named_among_the_reasons():
    lots = [lot("F", 400, 3, far=True), lot("L", 400, 1, far=True, there=5), lot("E", 400, 1, last=3)]
    (short,) = solve(question(lots, [patient()])).uncovered
    reasons = {finding.code: finding.value for finding in short.findings}
    assert reasons == {
        "plan_no_vials": "P1", "plan_too_far": "3", "plan_arrives_too_late": "1", "plan_expires_before_end": "1"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("minute", "hour", "first", "ready"),
    [
        (541, 540, 4, True),
        (540, 540, 4, False),
        (None, 540, 4, False),
        (1439, None, 4, False),
        (1439, 540, 3, False),
        (None, 540, 5, True),
    ],
)
def test_that_a_delivery_counts_on_its_day_only_when_it_is_known_to_be_earlier(minute, hour, first, ready):
    lots = [lot("A", 400, 1, there=5, hour=hour)]
    assert solve(question(lots, [patient(first=first, minute=minute)])).ready is ready


def test_that_the_hour_of_an_infusion_that_is_over_says_nothing():
    lots = [lot("A", 400, 1, there=1, hour=540)]
    assert not solve(question(lots, [patient(first=-1, minute=700)])).ready
    assert solve(question(lots, [patient(first=0, minute=700)])).ready


def test_that_a_conflict_knows_near_sets_from_further_ones():
    lots = [lot("A", 400, 1), lot("F", 400, 1, far=True)]
    asked = question(lots, [patient(2, 1), patient(1, who="P2")])
    found = conflict(asked, solve(asked))
    assert (found.day, found.holders, found.minimal) == (day(0), (("P1", 1), ("P2", 1)), True)
    assert found.vials == (("A", 1),)


def test_that_impossible_hours_and_further_sets_are_no_question():
    window = DayRange(day(0), day(3))
    with pytest.raises(ValueError, match="further"):
        Demand("P1", Mass(1000), 1, window, 2)
    with pytest.raises(ValueError, match="minute"):
        Demand("P1", Mass(1000), 1, window, 0, 1440)
    with pytest.raises(ValueError, match="hour"):
        SupplyLine("A", "A", "Actemra", Mass(1000), 1, day(9), hour=5)
    with pytest.raises(ValueError, match="hour"):
        SupplyLine("A", "A", "Actemra", Mass(1000), 1, day(9), available_from=day(2), hour=1440)
