"""The fewest of some vials on offer with which every set owed is covered: the search behind every fix by vials."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from crs_desktop.readiness.model import Plan, PlanQuestion, SupplyLine
from crs_desktop.readiness.rules.items import shape
from crs_desktop.readiness.rules.plan import solve
from crs_desktop.readiness.rules.program import Program, Row, blueprint, crowds, write
from crs_desktop.readiness.rules.solver import Infeasible, OutOfTime, Solver


def ready(question: PlanQuestion) -> bool:
    """True when it is proved that every set owed is covered."""
    if too_much(question, planned_too=False):
        return False
    plan = solve(question, coverage_only=True)
    return plan.ready and plan.proved_best


def too_much(question: PlanQuestion, planned_too: bool) -> bool:
    """True when it is proved that not all can be had together; a plan would then go key by key, to say how much can."""
    deadline = time.monotonic() + question.time_limit_s
    drawing = blueprint(shape(question))
    if not drawing.complete:
        return False
    for group in drawing.groups:
        program = write(drawing, group)
        for i in group:
            if drawing.shape.items[i].planned and not planned_too:
                program.rows[program.cover[i]].low = 0
        try:
            Solver(program, deadline).minimise({})
        except Infeasible:
            return True
        except OutOfTime:
            return False
    return False


def first_short_key(question: PlanQuestion, plan: Plan) -> date:
    """The first key (later of today and window start) at which a set is uncovered."""
    short = {one.holder for one in plan.uncovered}
    return min(max(d.window.first, question.today) for d in question.demands if d.holder in short)


def fewest(
    question: PlanQuestion, plan: Plan, offers: Sequence[SupplyLine], by: date, meet_all: bool
) -> dict[str, int] | None:
    """How many vials of each line on offer: the fewest, then the least mg, then the most of the lines named first.

    None when all of them are not enough, or when the time is over. Planned use that the plan meets stays met; with
    `meet_all` all of it from that day on is met, also where it would take the new vials before a later set.
    """
    deadline = time.monotonic() + question.time_limit_s
    on_offer = {line.key: line for line in offers}
    form = shape(replace(question, supply=(*question.supply, *offers)))
    drawing = blueprint(form, frozenset(on_offer))
    program = write(drawing, range(len(form.items)))
    columns: dict[str, int] = {}
    for place, run in enumerate(drawing.runs):
        line = on_offer.get(form.lines[run.lines[0]].source.key)
        if line is None:
            continue
        column = program.column(line.vials)
        columns[line.key] = column
        for members in crowds(form.items, run.items):
            entries = [entry for i in members for entry in program.amount.get((i, place), [])]
            program.rows.append(Row([*entries, (column, -1)], None, 0))
    for i, item in enumerate(form.items):
        if item.planned and not (meet_all and item.start >= by):
            program.rows[program.cover[i]].low = 0
    _keep_planned(program, plan, [(i, item.start) for i, item in enumerate(form.items) if item.planned])
    return _least(program, {on_offer[key]: column for key, column in columns.items()}, offers, deadline)


def _keep_planned(program: Program, plan: Plan, uses: list[tuple[int, date]]) -> None:
    for key in sorted({day for _, day in uses}):
        entries = [entry for i, day in uses if day == key for entry in program.rows[program.cover[i]].entries]
        met = sum(one.use.day == key for one in plan.planned)
        program.rows.append(Row(entries, met, None))


def _least(
    program: Program, columns: dict[SupplyLine, int], offers: Sequence[SupplyLine], deadline: float
) -> dict[str, int] | None:
    try:
        solver = Solver(program, deadline)
        for cost in (
            dict.fromkeys(columns.values(), 1),
            {column: line.strength.mcg for line, column in columns.items()},
            *({columns[line]: -1} for line in offers if line in columns),
        ):
            solver.hold(cost, solver.minimise(cost))
    except (Infeasible, OutOfTime):
        return None
    assert solver.values is not None
    counts = {line.key: solver.values[columns[line]] for line in offers if line in columns}
    return {key: count for key, count in counts.items() if count}
