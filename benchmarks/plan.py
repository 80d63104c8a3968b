"""How long the plan takes on the shipped hospital instances: median wall and processor time, proved or not.

    .venv/bin/python -m benchmarks.plan [runs]

The first line is the cold import of the solver, which the figures below do not hold. Beside each plan stands what
one plain search of HiGHS needs for one level of the same board in the same run: the least waste where every set can be
had, else the most sets.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from crs_desktop.kernel.resources import resource
from crs_desktop.readiness.model import PlanQuestion
from crs_desktop.readiness.plan_document import read_document
from crs_desktop.readiness.rules.items import shape
from crs_desktop.readiness.rules.plan import solve
from crs_desktop.readiness.rules.program import blueprint, write
from crs_desktop.readiness.rules.solver import Solver


def plain(question: PlanQuestion) -> None:
    """One level, one search, no view from afar and nothing known beforehand."""
    drawing = blueprint(shape(question))
    program = write(drawing, range(len(drawing.shape.items)))
    deadline = time.monotonic() + question.time_limit_s
    search = Solver(program, deadline)._load(whole=True, cost=program.waste)
    search.setOptionValue("time_limit", question.time_limit_s)
    search.run()
    if search.modelStatusToString(search.getModelStatus()) != "Infeasible":
        return
    for place in program.cover.values():
        program.rows[place].low = 0
    most = {column: -1 for place in program.cover.values() for column, _ in program.rows[place].entries}
    search = Solver(program, deadline)._load(whole=True, cost=most)
    search.setOptionValue("time_limit", question.time_limit_s)
    search.run()


def main() -> None:
    """Print one line an instance and one line a size."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    started = time.perf_counter()
    import highspy  # noqa: F401

    print(f"cold import of the solver: {time.perf_counter() - started:.2f} s")
    sizes: dict[int, list[float]] = {}
    for path in sorted(Path(resource("instances")).glob("hospital-*.json")):
        question = read_document(path.read_text("utf-8")).question
        walls, works = [], []
        for _ in range(runs):
            wall, work = time.perf_counter(), time.process_time()
            plan = solve(question)
            walls.append(time.perf_counter() - wall)
            works.append(time.process_time() - work)
        alone = time.process_time()
        plain(question)
        alone = time.process_time() - alone
        wall = statistics.median(walls)
        sizes.setdefault(len(question.demands), []).append(wall)
        print(
            f"{path.stem}: {wall:.2f} s (processor {statistics.median(works):.2f} s, plain one level {alone:.2f} s), "
            f"{'ready' if plan.ready else 'short'}, {len(plan.sets)} sets, {len(question.supply)} lots, "
            f"{'proved best' if plan.proved_best else 'NOT proved'}, {'settled' if plan.settled else 'not settled'}"
        )
    for size, walls in sorted(sizes.items()):
        print(f"{size} patients: median {statistics.median(walls):.2f} s, longest {max(walls):.2f} s")


if __name__ == "__main__":
    main()
