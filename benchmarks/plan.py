"""How long the plan takes on the shipped hospital instances: median wall and processor time, proved or not.

    .venv/bin/python -m benchmarks.plan [runs]

The first line is the cold import of the solver, which the figures below it do not hold.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from crs_desktop.kernel.resources import resource
from crs_desktop.readiness.plan_document import read_document
from crs_desktop.readiness.rules.plan import solve


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
        wall = statistics.median(walls)
        sizes.setdefault(len(question.demands), []).append(wall)
        print(
            f"{path.stem}: {wall:.2f} s (processor {statistics.median(works):.2f} s), "
            f"{'ready' if plan.ready else 'short'}, {len(plan.sets)} sets, {len(question.supply)} lots, "
            f"{'proved best' if plan.proved_best else 'NOT proved'}, {'settled' if plan.settled else 'not settled'}"
        )
    for size, walls in sorted(sizes.items()):
        print(f"{size} patients: median {statistics.median(walls):.2f} s, longest {max(walls):.2f} s")


if __name__ == "__main__":
    main()
