"""A hundred patients over thirty days: equal to the exact fractions to 1e-12, and quick."""

from __future__ import annotations

import random
import time
from fractions import Fraction

from benchmarks.chance import HORIZON, PATIENTS, QUESTIONS, drawn
from crs_desktop.readiness.chance.binary import binary_chances
from crs_desktop.readiness.chance.doses import weighing
from crs_desktop.readiness.chance.exact import exact_chances
from crs_desktop.readiness.chance.rules import running_out

TOLERANCE = Fraction(1, 10**12)
# The budget is 50 ms of a quiet machine; a build machine may be three times slower and still see a wrong algorithm.
MOST_SECONDS = 0.150


def test_that_a_hundred_patients_are_equal_to_the_exact_fractions() -> None:
    for shape in (([2], 20, 8, 10, (0, 27), 15), ([2], 6, 16, 12, (0, 9), 5)):
        weighed = weighing(drawn(random.Random(7), PATIENTS, HORIZON, *shape))
        found, error = binary_chances(weighed)
        true = exact_chances(weighed)
        assert 0 < true[-1] < 1
        assert error < TOLERANCE
        assert max(abs(one - other) for one, other in zip(found, true, strict=True)) <= TOLERANCE


def test_that_a_hundred_patients_over_thirty_days_are_quick() -> None:
    name = "1, 2 or 3 vials"
    question = drawn(random.Random(name), PATIENTS, HORIZON, *QUESTIONS[name])
    taken = []
    for _ in range(4):
        began = time.process_time()
        found = running_out(question)
        taken.append(time.process_time() - began)
    assert 0 < found.error < TOLERANCE
    assert min(taken) < MOST_SECONDS
