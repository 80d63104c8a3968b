"""The three laws of the what-if, for every input: more stock, one more patient, another order of entry."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from crs_desktop.kernel.days import DayRange
from crs_desktop.readiness.model import Demand, OrderFix, PlannedUse, PlanQuestion, SupplyLine
from crs_desktop.readiness.rules.fixes import fixes, followed
from crs_desktop.readiness.rules.plan import solve
from crs_desktop.readiness.what_if.rules import coverable, order_for_all, pressing, sufficient, unmet_pressing
from tests.readiness.cases import TODAY, mass, question, random_case

CASES = 5000 if os.environ.get("CRS_LONG") else 150
DOSES = (80, 160, 236, 400, 418, 580, 640, 800)


def case(seed: int) -> tuple[random.Random, PlanQuestion, Demand]:
    """A question with deliveries at an hour, supply that is far, planned doses, and somebody who would be added."""
    lots, patients, planned, earmarks, percent = random_case(seed)
    pick = random.Random(seed + 1_000_000)
    if pick.random() < 0.5:
        planned = [*planned, ("Z", pick.choice([0, 1, 4, 8]), pick.choice(DOSES))]
    asked = question(lots, patients, planned, earmarks, percent)
    supply = tuple(_line(pick, line) for line in asked.supply)
    if pick.random() < 0.6:  # without plenty nearly every answer is no
        supply = tuple(replace(line, vials=line.vials * pick.choice([1, 2, 4])) for line in supply)
    demands = tuple(_demand(pick, one) for one in asked.demands)
    start = pick.choice([0, 1, 3, 6, 12])
    window = DayRange(TODAY + timedelta(days=start), TODAY + timedelta(days=start + pick.choice([2, 9, 14])))
    extra = Demand("extra", mass(pick.choice(DOSES)), pick.choice([1, 2]), window)
    return pick, replace(asked, supply=supply, demands=demands), _demand(pick, extra)


def _line(pick: random.Random, line: SupplyLine) -> SupplyLine:
    hour = pick.choice([None, 480, 900]) if line.available_from is not None else None
    return replace(line, hour=hour, far=pick.random() < 0.25)


def _demand(pick: random.Random, one: Demand) -> Demand:
    return replace(one, further=pick.choice([0, 0, one.sets]), first_minute=pick.choice([None, 600, 1000]))


def can_add(asked: PlanQuestion, extra: Demand) -> bool:
    """Yes or no; small cases are always proved."""
    with_it = coverable(replace(asked, demands=(*asked.demands, extra)))
    assert with_it is not None
    assert not with_it or coverable(asked), "what can be had with one more can be had without"
    return with_it


@pytest.fixture(scope="module")
def answered() -> list[tuple[random.Random, PlanQuestion, Demand, bool]]:
    """Every case with its answer."""
    found = [case(seed) for seed in range(CASES)]
    return [(pick, asked, extra, can_add(asked, extra)) for pick, asked, extra in found]


Answered = list[tuple[random.Random, PlanQuestion, Demand, bool]]


def test_that_both_answers_are_common(answered: Answered) -> None:
    yes = sum(said for *_, said in answered)
    assert CASES // 10 < yes < CASES * 9 // 10


def test_that_more_stock_never_turns_yes_into_no(answered: Answered) -> None:
    for pick, asked, extra, said in answered:
        if said:
            assert can_add(replace(asked, supply=_more(pick, asked)), extra)


def _more(pick: random.Random, asked: PlanQuestion) -> tuple[SupplyLine, ...]:
    line = pick.choice(asked.supply)
    if pick.random() < 0.5:
        grown = replace(line, vials=line.vials + pick.choice([1, 2]))
        return tuple(grown if one.key == line.key else one for one in asked.supply)
    strength = mass(pick.choice([80, 200, 400]))
    return (*asked.supply, replace(line, key="more", lot="X", strength=strength, vials=pick.choice([1, 3])))


def test_that_one_more_patient_never_turns_no_into_yes(answered: Answered) -> None:
    for pick, asked, extra, said in answered:
        if not said:
            start = TODAY + timedelta(days=pick.choice([-2, 0, 4, 9]))
            window = DayRange(start, start + timedelta(days=pick.choice([3, 14])))
            another = Demand("another", mass(pick.choice(DOSES)), 1, window)
            assert not can_add(replace(asked, demands=(*asked.demands, another)), extra)


def test_that_the_order_of_entry_never_changes_the_answer(answered: Answered) -> None:
    for pick, asked, extra, said in answered:
        demands = [*asked.demands, extra]
        pick.shuffle(demands)
        mixed = replace(
            asked,
            supply=tuple(pick.sample(asked.supply, len(asked.supply))),
            demands=tuple(demands),
            planned_use=tuple(pick.sample(asked.planned_use, len(asked.planned_use))),
            earmarks=(),
        )
        assert coverable(mixed) is said


def test_that_yes_means_that_the_plan_covers_every_set(answered: Answered) -> None:
    for _, asked, extra, said in answered:
        plan = solve(replace(asked, demands=(*asked.demands, extra)), coverage_only=True)
        assert plan.ready or not said


def test_that_a_planned_dose_before_a_later_window_must_find_its_vials_too() -> None:
    """The plan alone breaks the first law: with one vial more it gives the planned dose, and P1 is short."""
    one = question([("A", "A", "Actemra", 400, 1, 60, None, True, "")], [("P1", 400, 1, 4, 6)], [("Q", 3, 480)])
    more = question(
        [("A", "A", "Actemra", 400, 1, 60, None, True, ""), ("B", "B", "Actemra", 80, 1, 60, None, True, "")],
        [("P1", 400, 1, 4, 6)], [("Q", 3, 480)],
    )  # fmt: skip
    assert solve(one).ready and not solve(more).ready
    assert coverable(one) is False and coverable(more) is False
    assert [use.holder for use in unmet_pressing(one)] == ["Q"]


def test_that_a_planned_dose_after_every_window_begins_takes_from_nobody() -> None:
    asked = question(
        [("A", "A", "Actemra", 400, 1, 60, None, True, "")], [("P1", 400, 1, 4, 6)], [("Q", 4, 400), ("R", 9, 400)]
    )
    assert pressing(asked) == () and coverable(asked)


def test_that_out_of_time_is_neither_yes_nor_no() -> None:
    """What is not proved in no time at all is not said; what is said then is true."""
    said = []
    for seed in (0, 2, 5):
        pick = random.Random(seed)
        lots = [
            (f"L{n}", f"L{n}", pick.choice(["Actemra", "Tyenne"]), pick.choice([400, 200, 80]), pick.randint(2, 5),
             pick.randint(9, 40), pick.choice([None, None, 3]), True, "")
            for n in range(14)
        ]  # fmt: skip
        starts = [(200 + pick.randint(0, 600), pick.choice([1, 2]), pick.randint(0, 12)) for _ in range(16)]
        patients = [(f"P{n}", mg, sets, a, a + pick.randint(3, 14)) for n, (mg, sets, a) in enumerate(starts)]
        hurried = coverable(question(lots, patients, time_limit_s=0.0))
        said.append(hurried)
        assert hurried in (None, coverable(question(lots, patients)))
    assert None in said


def test_that_a_past_planned_dose_and_a_past_window_press_nobody() -> None:
    use = PlannedUse("Q", TODAY - timedelta(days=1), mass(400))
    asked = replace(question([], [("P1", 400, 0, 4, 6), ("P2", 400, 1, -9, -1)]), planned_use=(use,))
    assert pressing(asked) == ()


def test_that_a_fix_that_leaves_a_planned_dose_without_vials_is_not_enough() -> None:
    """One vial makes the plan ready and leaves Q, whom P1 begins after, without; two are enough for everybody."""
    asked = question(
        [("A", "A", "Actemra", 400, 2, 60, None, True, "")],
        [("P0", 400, 1, 0, 2), ("P1", 400, 1, 5, 6), ("extra", 400, 2, 0, 2)], [("Q", 1, 400)],
    )  # fmt: skip
    plan = solve(asked)
    found = fixes(asked, plan)
    assert [one.count for fix in found if isinstance(fix, OrderFix) for one in fix.vials] == [1]
    assert sufficient(asked, found) == ()
    order = order_for_all(asked, plan, [("Actemra", mass(400))])
    assert order is not None and [one.count for one in order.vials] == [2]
    assert coverable(followed(asked, order))


def test_that_nothing_is_ordered_where_everything_can_be_had() -> None:
    asked = question([("A", "A", "Actemra", 400, 1, 60, None, True, "")], [("P1", 400, 1, 0, 2)])
    assert order_for_all(asked, solve(asked), [("Actemra", mass(400))]) is None
    short = question([], [("P1", 400, 1, 0, 2)])
    assert order_for_all(short, solve(short), []) is None
