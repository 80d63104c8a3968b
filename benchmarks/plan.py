"""How long the plan takes on the shipped hospital instances: wall and processor time, proved or not, medians by size.

    .venv/bin/python -m benchmarks.plan [runs] [limit in seconds] [names ...]

The first line is the cold import of the solver, which the figures below do not hold. Beside each plan stands what
one plain search of HiGHS needs for one level of the same board in the same run: the least waste where every set can be
had, else the most sets. *Again*: the board is planned once more after a dose, the last answer as proposed earmarks
and one set fewer owed. On a busy machine only processor time and the ratio say anything; a longer limit keeps the
wall's clock from ending a search that had little of the processor.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from crs_desktop.kernel.resources import resource
from crs_desktop.readiness.model import Earmark, Plan, PlanQuestion
from crs_desktop.readiness.plan_document import read_document
from crs_desktop.readiness.rules.items import shape
from crs_desktop.readiness.rules.plan import solve
from crs_desktop.readiness.rules.program import blueprint, write
from crs_desktop.readiness.rules.rows import Rows
from crs_desktop.readiness.rules.solver import load


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of one board: wall, processor, the plain search of one level, and planned again after a dose."""

    wall: float
    work: float
    plain: float
    again: float
    proved: bool


def plain(question: PlanQuestion) -> None:
    """One level, one search, no view from afar and nothing known beforehand."""
    drawing = blueprint(shape(question))
    program = write(drawing, range(len(drawing.shape.items)))
    most = {column: -1 for place in program.cover.values() for column, _ in program.rows[place].entries}
    for cost, least in ((program.waste, None), (most, 0)):
        for place in program.cover.values():
            program.rows[place].low = program.rows[place].low if least is None else least
        search = load(Rows(program.rows), [0] * len(program.upper), program.upper, cost, whole=True)
        search.setOptionValue("time_limit", question.time_limit_s)
        search.run()
        if search.modelStatusToString(search.getModelStatus()) != "Infeasible":
            return


def after_a_dose(question: PlanQuestion, plan: Plan) -> PlanQuestion:
    """One set fewer for the first patient who has one; everything else as it was shown."""
    given = plan.sets[0]
    fewer = tuple(
        replace(d, sets=d.sets - 1, further=min(d.further, d.sets - 1)) if d.holder == given.holder else d
        for d in question.demands
    )
    used = dict(given.vials)
    supply = tuple(replace(line, vials=line.vials - used.get(line.key, 0)) for line in question.supply)
    sure = [mark for mark in question.earmarks if mark.confirmed]
    kept = [(mark.holder, mark.set_no) for mark in sure]
    shown = [Earmark(one.holder, one.set_no, one.vials, False) for one in plan.sets[1:]]
    marks = (*sure, *(mark for mark in shown if (mark.holder, mark.set_no) not in kept))
    return replace(question, supply=supply, demands=fewer, earmarks=marks)


def timed(question: PlanQuestion) -> tuple[Plan, float, float]:
    """The plan with its wall and processor seconds."""
    wall, work = time.perf_counter(), time.process_time()
    plan = solve(question)
    return plan, time.perf_counter() - wall, time.process_time() - work


def measured(name: str, question: PlanQuestion, runs: int) -> Run:
    """One board, the median of some runs; prints its line."""
    several = [timed(question) for _ in range(runs)]
    plan = several[0][0]
    wall, work = (statistics.median(one[place] for one in several) for place in (1, 2))
    alone = time.process_time()
    plain(question)
    alone = time.process_time() - alone
    again = timed(after_a_dose(question, plan))[2] if plan.sets else 0.0
    print(
        f"{name}: {wall:.2f} s, processor {work:.2f}, plain one level {alone:.2f}, ratio {work / alone:.1f}, "
        f"again {again:.2f}; {'ready' if plan.ready else 'short'}, {len(plan.sets)} sets, {len(question.supply)} lots, "
        f"{'proved best' if plan.proved_best else 'NOT proved'}, {'settled' if plan.settled else 'not settled'}",
        flush=True,
    )
    return Run(wall, work, alone, again, plan.proved_best)


def main() -> None:
    """Print one line an instance and one line a size."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    limit = float(sys.argv[2]) if len(sys.argv) > 2 else 5.0
    started = time.perf_counter()
    import highspy  # noqa: F401

    print(f"cold import of the solver: {time.perf_counter() - started:.2f} s")
    sizes: dict[int, list[Run]] = {}
    folder = Path(resource("instances"))
    for path in sorted([*folder.glob("hospital-*.json"), *folder.glob("full-*.json")]):
        if sys.argv[3:] and path.stem not in sys.argv[3:]:
            continue
        question = replace(read_document(path.read_text("utf-8")).question, time_limit_s=limit)
        sizes.setdefault(len(question.demands), []).append(measured(path.stem, question, runs))
    for size, boards in sorted(sizes.items()):
        proved = sum(board.proved for board in boards)
        wall, work, again = (statistics.median(getattr(b, part) for b in boards) for part in ("wall", "work", "again"))
        ratio = statistics.median(board.work / board.plain for board in boards)
        print(
            f"{size} patients: median {wall:.2f} s, processor {work:.3f}, {ratio:.1f} times the plain search, "
            f"again after a dose {again:.3f}; {proved} of {len(boards)} proved best"
        )


if __name__ == "__main__":
    main()
