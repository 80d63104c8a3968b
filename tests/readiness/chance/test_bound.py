"""Where there is no exact law the figure is at most: never below what trying everything gives."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import pytest

from crs_desktop.readiness.chance.model import Batch, Patient
from crs_desktop.readiness.chance.rules import at_most, exactly, in_whole_sets, running_out
from tests.readiness.chance.asking import made_up, understood
from tests.readiness.chance.enumerated import by_trying_everything, dated_shelf, mixed_shelf

Lots = list[tuple[int, int, int]]
LARGE = 99


def lots_of(draw: random.Random, number: int, horizon: int, units: int = 5) -> Lots:
    """(units, there from, last day): some expire within the horizon, some come late."""
    lots = []
    for _ in range(number):
        first = draw.choice([0, 0, draw.randint(1, horizon + 1)])
        lots.append((draw.randint(0, units), first, draw.choice([LARGE, LARGE, draw.randint(0, horizon)])))
    return lots


def batches(lots: Lots) -> list[Batch]:
    """The same for the program."""
    return [Batch(units, first, None if last == LARGE else last) for units, first, last in lots]


@pytest.mark.parametrize("seed", range(40))
def test_that_the_bound_is_never_below_the_truth_with_expiries_and_several_deliveries(seed: int) -> None:
    draw = random.Random(3000 + seed)
    horizon = draw.randint(1, 8)
    document = made_up(draw, draw.randint(1, 3), horizon, rich=seed % 4 == 0)
    lots = lots_of(draw, draw.randint(0, 4), horizon)
    true = by_trying_everything(document["patients"], horizon, dated_shelf(lots))
    patients = understood(document).patients
    bound = at_most(batches(lots), horizon, patients)
    assert all(least <= most for least, most in zip(true, bound.by_day, strict=True))
    assert all(earlier <= later for earlier, later in pairwise(bound.by_day))
    question = exactly(batches(lots), horizon, patients)
    if question is not None:
        assert list(running_out(question).by_day) == true == list(bound.by_day)


@pytest.mark.parametrize("seed", range(15))
def test_that_the_bound_is_never_below_the_truth_when_vials_come_in_dribs(seed: int) -> None:
    draw = random.Random(5000 + seed)
    document = made_up(draw, 3, 8, rich=False)
    for person in document["patients"]:
        person["p"], person["day"] = "0.8", draw.randint(0, 5)
    lots = [(draw.randint(1, 2), day, LARGE) for day in (0, draw.randint(1, 3), draw.randint(4, 5), 6)]
    true = by_trying_everything(document["patients"], 8, dated_shelf(lots))
    bound = at_most(batches(lots), 8, understood(document).patients)
    assert all(least <= most for least, most in zip(true, bound.by_day, strict=True))


def test_that_a_delivery_is_not_counted_before_its_day() -> None:
    # One vial now, one on day 2, one on day 4; two are needed on day 1.
    needy = (Patient(Fraction(1), (Fraction(1),), 2, 1),)
    assert at_most([Batch(1), Batch(1, 2), Batch(1, 4)], 5, needy).by_day == (0, 1, 1, 1, 1, 1)
    later = (Patient(Fraction(1), (Fraction(1),), 3, 3),)
    assert at_most([Batch(1), Batch(1, 2), Batch(1, 4)], 5, later).by_day == (0, 0, 0, 1, 1, 1)
    enough = (Patient(Fraction(1), (Fraction(1),), 2, 2),)
    assert at_most([Batch(1), Batch(1, 2), Batch(1, 4)], 5, enough).by_day == (0,) * 6


def test_that_what_rounding_may_take_is_added_to_the_bound() -> None:
    draw = random.Random(6000)
    for _ in range(10):
        patients = understood(made_up(draw, 8, 8, rich=True)).patients
        supply = [Batch(draw.randint(2, 8)), Batch(draw.randint(1, 4), 3), Batch(2, 5)]
        exact, rounded = at_most(supply, 8, patients).by_day, at_most(supply, 8, patients, exact_work=-1).by_day
        assert all(least <= most <= least + Fraction(1, 10**12) for least, most in zip(exact, rounded, strict=True))


def whole_sets(vials: Lots, least_mg: int) -> list[Batch]:
    """Sets of vials of their own, each with at least so many mg: the largest first, as many as come together."""
    sets, mg, first, last = [], 0, 0, LARGE
    for size, there, until in sorted(vials, reverse=True):
        mg, first, last = mg + size, max(first, there), min(last, until)
        if mg >= least_mg:
            sets.append(Batch(1, first, last))
            mg, first, last = 0, 0, LARGE
    return sets


@pytest.mark.parametrize("seed", range(25))
def test_that_the_bound_is_never_below_the_truth_with_mixed_strengths(seed: int) -> None:
    draw = random.Random(4000 + seed)
    horizon = draw.randint(1, 5)
    document = made_up(draw, draw.randint(1, 3), horizon, rich=False)
    dose_mg = {1: 180, 2: 400, 3: 580}
    dated = lots_of(draw, draw.randint(2, 6), horizon)
    vials = [(draw.choice([80, 200, 400]), first, last) for _, first, last in dated]
    true = by_trying_everything(document["patients"], horizon, mixed_shelf(vials, dose_mg))
    most = max(dose_mg[one["units"]] for one in document["patients"])
    bound = at_most(whole_sets(vials, most), horizon, in_whole_sets(understood(document).patients))
    assert all(least <= more for least, more in zip(true, bound.by_day, strict=True))


def test_that_sets_that_do_not_cover_every_dose_would_be_below_the_truth() -> None:
    # Three 400s: one set for the light patient and one for the heavy one, who may need two of 580 mg.
    light = {"p": "0", "doses": ["1"], "units": 1, "day": 0}
    heavy = {"p": "1", "doses": ["0", "1"], "units": 3, "day": 0, "gap": 1}
    true = by_trying_everything([light, heavy], 3, mixed_shelf([(400, 0, LARGE)] * 3, {1: 180, 3: 580}))
    patients = (
        Patient(Fraction(0), (Fraction(1),), 1, 0),
        Patient(Fraction(1), (Fraction(0), Fraction(1)), 1, 0, gap=1),
    )
    assert true[-1] == 1
    assert at_most([Batch(2)], 3, patients).by_day[-1] == 0
    assert at_most([Batch(1)], 3, patients).by_day[-1] == 1


def test_that_what_matters_to_nobody_does_not_make_it_a_bound() -> None:
    person = (Patient(Fraction(1, 2), (Fraction(1),), 2, 0),)
    idle = [Batch(0, 3, 4), Batch(5, 40), Batch(5, -9, -1), Batch(5, 6, 5)]
    question = exactly([Batch(1), *idle, Batch(1, 2, 30)], 30, person)
    assert question is not None
    assert (question.stock, question.delivery and question.delivery.units) == (1, 1)
    assert exactly([Batch(1), Batch(1, 2, 29)], 30, person) is None
    assert exactly([Batch(1), Batch(1, 2), Batch(1, 3)], 30, person) is None
    assert at_most([], 3, person).by_day == (Fraction(1, 2),) * 4


def test_that_a_batch_below_nothing_is_a_defect() -> None:
    with pytest.raises(ValueError, match="batch"):
        Batch(-1)
