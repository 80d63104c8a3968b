"""What would make a short plan ready: vials to order, or one window moved; each checked by a plan with it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from crs_desktop.kernel.amounts import Mass
from crs_desktop.readiness.model import Fix, Movable, MoveFix, OrderedVials, OrderFix, Plan, PlanQuestion, SupplyLine
from crs_desktop.readiness.rules.items import shape
from crs_desktop.readiness.rules.plan import solve
from crs_desktop.readiness.rules.program import Program, Row, blueprint, crowds, write
from crs_desktop.readiness.rules.solver import Infeasible, OutOfTime, Solver

Orderable = Sequence[tuple[str, Mass]]
_MOST_ORDERED = 10_000


def fixes(
    question: PlanQuestion, plan: Plan, movable: Sequence[Movable] = (), orderable: Orderable | None = None
) -> tuple[Fix, ...]:
    """Fixes of the kinds order and move, in that order, each the smallest of its kind; none for a plan that is ready.

    `orderable` names brands and strengths that can be ordered (None: those of the supply), `movable` the demands that
    may be moved and where to. A search that runs out of time offers nothing of its kind.
    """
    if plan.ready or not plan.proved_best:
        return ()
    found: list[Fix] = []
    order = order_fix(question, plan, orderable)
    if order is not None:
        found.append(order)
    move = move_fix(question, plan, movable)
    if move is not None:
        found.append(move)
    return tuple(found)


def ready(question: PlanQuestion) -> bool:
    """True when it is proved that every set owed is covered."""
    plan = solve(question, coverage_only=True)
    return plan.ready and plan.proved_best


def first_short_key(question: PlanQuestion, plan: Plan) -> date:
    """The first key (later of today and window start) at which a set is uncovered."""
    short = {one.holder for one in plan.uncovered}
    return min(max(d.window.first, question.today) for d in question.demands if d.holder in short)


# --- order -----------------------------------------------------------------------------------------------------------


def order_fix(question: PlanQuestion, plan: Plan, orderable: Orderable | None = None) -> OrderFix | None:
    """The fewest vials, then the least mg, that must count from the first short day on; then by brand and size.

    Planned use that the plan meets stays met. Where planned use would take the new vials before a rescue set of a
    later key, so many are ordered that it may.
    """
    if orderable is None:
        orderable = [(line.brand, line.strength) for line in question.supply]
    kinds = sorted(set(orderable), key=lambda kind: (kind[0], -kind[1].mcg))
    by = first_short_key(question, plan)
    deadline = time.monotonic() + question.time_limit_s
    for meet_all in (False, True):
        vials = _fewest(question, plan, kinds, by, meet_all, deadline)
        if vials is None:
            return None
        fix = OrderFix(vials, by)
        if ready(with_order(question, fix)):
            return fix
    return None


def with_order(question: PlanQuestion, fix: OrderFix) -> PlanQuestion:
    """The question as it would be with the ordered vials on the shelf; they last through every window."""
    last = _last_day(question)
    lines = tuple(
        SupplyLine(order_key(one), "", one.brand, one.strength, one.count, last, "", fix.by) for one in fix.vials
    )
    return replace(question, supply=question.supply + lines)


def order_key(vials: OrderedVials) -> str:
    """The key of the supply line that stands for ordered vials."""
    return f"order {vials.brand} {vials.strength.mcg}"


def _last_day(question: PlanQuestion) -> date:
    days = [demand.window.last for demand in question.demands] + [use.day for use in question.planned_use]
    return max([*days, question.today])


def _fewest(
    question: PlanQuestion,
    plan: Plan,
    kinds: list[tuple[str, Mass]],
    by: date,
    meet_all: bool,
    deadline: float,
) -> tuple[OrderedVials, ...] | None:
    shelf = tuple(OrderedVials(brand, strength, _MOST_ORDERED) for brand, strength in kinds)
    names = {order_key(one): one for one in shelf}
    form = shape(with_order(question, OrderFix(shelf, by)))
    drawing = blueprint(form, frozenset(names))
    program = write(drawing, range(len(form.items)))
    ordered: dict[OrderedVials, int] = {}
    for place, run in enumerate(drawing.runs):
        kind = names.get(form.lines[run.lines[0]].source.key)
        if kind is None:
            continue
        column = program.column(_MOST_ORDERED)
        ordered[kind] = column
        for members in crowds(form.items, run.items):
            entries = [entry for i in members for entry in program.amount.get((i, place), [])]
            program.rows.append(Row([*entries, (column, -1)], None, 0))
    for i, item in enumerate(form.items):
        if item.planned and not (meet_all and item.start >= by):
            program.rows[program.cover[i]].low = 0
    _keep_planned(program, plan, [(i, item.start) for i, item in enumerate(form.items) if item.planned])
    return _least(program, ordered, deadline)


def _keep_planned(program: Program, plan: Plan, uses: list[tuple[int, date]]) -> None:
    for key in sorted({day for _, day in uses}):
        entries = [entry for i, day in uses if day == key for entry in program.rows[program.cover[i]].entries]
        met = sum(one.use.day == key for one in plan.planned)
        program.rows.append(Row(entries, met, None))


def _least(program: Program, ordered: dict[OrderedVials, int], deadline: float) -> tuple[OrderedVials, ...] | None:
    try:
        solver = Solver(program, deadline)
        for cost in (
            dict.fromkeys(ordered.values(), 1),
            {column: kind.strength.mcg for kind, column in ordered.items()},
            *({column: -1} for column in ordered.values()),
        ):
            solver.hold(cost, solver.minimise(cost))
    except (Infeasible, OutOfTime):
        return None
    assert solver.values is not None
    counts = {kind: solver.values[column] for kind, column in ordered.items() if solver.values[column]}
    return tuple(replace(kind, count=count) for kind, count in counts.items())


# --- move ------------------------------------------------------------------------------------------------------------


def move_fix(question: PlanQuestion, plan: Plan, movable: Sequence[Movable]) -> MoveFix | None:
    """One window moved by the fewest days, then in the order of holders. Only windows that have not started move."""
    deadline = time.monotonic() + question.time_limit_s
    short = first_short_key(question, plan)
    starts = {d.holder: d.window.first for d in question.demands}
    # Whoever starts after the first short day cannot help it by going away.
    near = [one for one in movable if question.today < starts[one.holder] <= short]
    hopeful = [one for one in sorted(near, key=lambda one: one.holder) if ready(_without(question, one.holder))]
    for fix in _by_distance(hopeful, starts):
        if time.monotonic() > deadline:
            return None
        if ready(with_move(question, fix)):
            return fix
    return None


def with_move(question: PlanQuestion, fix: MoveFix) -> PlanQuestion:
    """The question as it would be with the window moved."""
    demands = tuple(replace(d, window=fix.window) if d.holder == fix.holder else d for d in question.demands)
    return replace(question, demands=demands)


def _without(question: PlanQuestion, holder: str) -> PlanQuestion:
    return replace(question, demands=tuple(d for d in question.demands if d.holder != holder))


def _by_distance(movable: Sequence[Movable], starts: dict[str, date]) -> Iterator[MoveFix]:
    """Every move, the shortest first, later before earlier, then by holder."""
    moves = [
        (abs(away), away < 0, one.holder, window)
        for one in movable
        for window in one.windows
        if (away := (window.first - starts[one.holder]).days)
    ]
    for _, _, holder, window in sorted(moves):
        yield MoveFix(holder, window)
