"""Bounds that the plan rests on: what prices prove is below every answer, and what lots can give is what they can."""

from __future__ import annotations

import random
from itertools import product

import numpy as np

from crs_desktop.readiness.rules.program import Row
from crs_desktop.readiness.rules.rows import Rows


def random_program(pick):
    """A few small rows over four columns, and their answers by trying everything."""
    upper = [pick.randint(1, 3) for _ in range(4)]
    rows = []
    for _ in range(3):
        entries = [(column, pick.randint(-3, 3)) for column in range(4)]
        low, high = sorted((pick.randint(-4, 8), pick.randint(-4, 8)))
        rows.append(Row(entries, pick.choice([None, low]), pick.choice([None, high])))
    answers = [
        values
        for values in product(*(range(n + 1) for n in upper))
        if all(
            (row.low is None or sum(n * values[c] for c, n in row.entries) >= row.low)
            and (row.high is None or sum(n * values[c] for c, n in row.entries) <= row.high)
            for row in rows
        )
    ]
    return rows, upper, answers


def test_that_whatever_the_prices_no_answer_costs_less_than_they_prove_and_columns_stay_as_proved():
    pick = random.Random(5)
    tried = 0
    for _ in range(300):
        rows, upper, answers = random_program(pick)
        cost = np.array([pick.randint(-5, 9) for _ in range(4)])
        prices = np.array([pick.uniform(-4, 4) for _ in range(3)])
        bound, scale, own = Rows(rows).proved(prices, cost, np.zeros(4, dtype=np.int64), np.array(upper))
        for values in answers:
            tried += 1
            paid = int(cost @ np.array(values)) * scale
            assert paid >= bound
            for column, price in enumerate(own.tolist()):
                moved = values[column] if price > 0 else upper[column] - values[column]
                assert paid >= bound + abs(price) * moved
    assert tried > 1000


def test_that_rows_say_of_whole_numbers_what_holds():
    pick = random.Random(6)
    for _ in range(200):
        rows, upper, answers = random_program(pick)
        kept = Rows(rows)
        good = {values for values in product(*(range(n + 1) for n in upper)) if kept.satisfied(values)}
        assert good == set(answers)
        kept.add(Row([(0, 1)], 1, None))
        kept.drop(3)
        assert len(kept) == 3 and {values for values in good if kept.satisfied(values)} == good


def test_that_prices_too_large_for_whole_numbers_prove_nothing():
    rows = Rows([Row([(0, 1)], 0, 1)])
    nothing = rows.proved(np.array([1e19]), np.array([1]), np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64))
    assert nothing is None
