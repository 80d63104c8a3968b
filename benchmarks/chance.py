"""How long the chance of running out takes for 100 patients over 30 days, against adding up the demand of one day.

    .venv/bin/python -m benchmarks.chance [runs]

The questions are drawn by fixed seeds. Wall and processor time are medians; the ratio is to the plainest convolution in
numpy of the demand by the last day alone, in the same run. Each answer is held against the exact fractions, once.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from crs_desktop.readiness.chance.doses import weighing
from crs_desktop.readiness.chance.exact import exact_chances
from crs_desktop.readiness.chance.model import Delivery, Patient, Question
from crs_desktop.readiness.chance.rules import running_out

PATIENTS, HORIZON = 100, 30
# name: vials a dose, stock, delivery, its day, first days of the windows (from, to), days of onset
QUESTIONS = {
    "two vials each": ([2], 60, 20, 10, (0, 27), 15),
    "1, 2 or 3 vials": ([1, 2, 3], 90, 30, 10, (0, 27), 15),
    "delivery greater than stock": ([1, 2, 3], 30, 60, 10, (0, 27), 15),
    "all windows open at the delivery": ([1, 2, 3], 70, 30, 10, (0, 9), 15),
    "no delivery": ([1, 2, 3], 120, 0, 99, (0, 27), 15),
}


def main() -> None:
    """One line a question, then small ones in exact fractions."""
    import numpy as np

    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    check = "exact" in sys.argv
    np.zeros(1)
    for name, shape in QUESTIONS.items():
        question = drawn(random.Random(name), PATIENTS, HORIZON, *shape)
        wall, work = timed(lambda question=question: running_out(question), runs)
        bare, _ = timed(lambda question=question: plainest(question), runs)
        found = running_out(question)
        line = f"{name}: {wall * 1e3:.1f} ms (processor {work * 1e3:.1f} ms), ratio {wall / bare:.1f}, "
        line += f"chance {float(found.by_day[-1]):.3g}, stated error {float(found.error):.1e}"
        if check:
            true = exact_chances(weighing(question))
            off = max(abs(one - other) for one, other in zip(found.by_day, true, strict=True))
            line += f", off by {float(off):.1e}"
        print(line, flush=True)
    for patients in (4, 8, 16):
        question = drawn(random.Random(patients), patients, HORIZON, [1, 2, 3], patients, 4, 10, (0, 20), 5)
        wall, _ = timed(lambda question=question: exact_chances(weighing(question)), runs)
        print(f"{patients} patients as exact fractions: {wall * 1e3:.1f} ms")


def drawn(
    draw: random.Random, patients: int, horizon: int, units: list[int], stock: int, brought: int, day: int,
    starts: tuple[int, int], onset: int,
) -> Question:  # fmt: skip
    """A made-up question with percentages as chances."""
    people = tuple(
        Patient(
            Fraction(draw.randint(5, 40), 100), shares(draw, 4), draw.choice(units), draw.randint(*starts),
            shares(draw, onset), draw.randint(0, 2),
        )
        for _ in range(patients)
    )  # fmt: skip
    return Question(stock, horizon, Delivery(day, brought), people)


def shares(draw: random.Random, parts: int) -> tuple[Fraction, ...]:
    """Percentages that add up to 100."""
    cuts = [0, *sorted(draw.randint(0, 100) for _ in range(parts - 1)), 100]
    return tuple(Fraction(right - left, 100) for left, right in pairwise(cuts))


def plainest(question: Question) -> float:
    """The chance that all that is needed, on whatever day, exceeds all that comes: no days, no delivery."""
    import numpy as np

    law = np.ones(1)
    for one in question.patients:
        own = np.zeros(4 * one.units + 1)
        own[0] = 1 - one.need
        own[one.units :: one.units] += [float(one.need * given) for given in one.doses]
        law = np.convolve(law, own)
    brought = 0 if question.delivery is None else question.delivery.units
    return float(law[question.stock + brought + 1 :].sum())


def timed(act: Callable[[], object], runs: int) -> tuple[float, float]:
    """Median wall and processor time in seconds."""
    walls, works = [], []
    for _ in range(runs):
        wall, work = time.perf_counter(), time.process_time()
        act()
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
    return statistics.median(walls), statistics.median(works)


if __name__ == "__main__":
    main()
