"""The levels of the best plan in their order, for one group of items: coverage first, then what is better."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crs_desktop.readiness.rules.program import Blueprint, Program, Row, write
from crs_desktop.readiness.rules.solver import Infeasible, OutOfTime, Solver, Step


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """Per item the vials by run, the earmarks kept (number of the promise, confirmed) and the sets covered."""

    program: Program
    values: list[int] | None
    proved: bool
    settled: bool = True


def answer(plan: Blueprint, group: list[int], deadline: float, coverage_only: bool = False) -> GroupAnswer:
    """The best answer of one group of items that compete for vials."""
    program = write(plan, group)
    try:
        solver = _covered(plan, program, deadline, coverage_only)
        if not coverage_only:
            _levels(solver, program)
    except OutOfTime as stopped:
        return GroupAnswer(program, stopped.values, False, False)
    try:
        if not coverage_only:
            _one_answer(program, solver)
    except OutOfTime as stopped:
        return GroupAnswer(program, stopped.values, True, False)
    return GroupAnswer(program, solver.values, True)


def _covered(plan: Blueprint, program: Program, deadline: float, coverage_only: bool) -> Solver:
    """Level 1. Ask first whether every set and every planned use can be had; only if not, go key by key."""
    solver = Solver(program, deadline)
    try:
        # The first level after coverage asks the same and gives its own answer at once.
        costs: list[dict[int, int]] = [getattr(program, level) for level in LEVELS]
        solver.minimise({} if coverage_only else next((cost for cost in costs if any(cost.values())), {}))
        return solver
    except Infeasible:
        pass
    for i, place in program.cover.items():
        program.rows[place].low = 0
        program.rows[place].high = plan.shape.items[i].sets
    first = _first_sets(plan, program)
    solver = Solver(program, deadline)
    solver.values = [0] * len(program.upper)
    solver.follow = {
        column: [taken for taken, _ in program.rows[program.cover[i]].entries] for i, column in first.items()
    }
    solver.in_turn([_key_step(plan, program, solver, first, members) for _, members in _by_key(plan, program)])
    return solver


def _first_sets(plan: Blueprint, program: Program) -> dict[int, int]:
    """For each item that owes several sets a column that says whether it has at least one."""
    first: dict[int, int] = {}
    for i, place in list(program.cover.items()):
        if plan.shape.items[i].sets > 1:
            first[i] = program.column(1)
            entries = [(column, -count) for column, count in program.rows[place].entries]
            program.rows.append(Row([(first[i], 1), *entries], None, 0))
    return first


def _by_key(plan: Blueprint, program: Program) -> list[tuple[tuple[date, bool], list[int]]]:
    keys: dict[tuple[date, bool], list[int]] = {}
    for i in program.items:
        keys.setdefault(plan.shape.items[i].group, []).append(i)
    return sorted(keys.items())


def _key_step(plan: Blueprint, program: Program, solver: Solver, first: dict[int, int], members: list[int]) -> Step:
    """The most patients with at least one set, then the most sets, among the items of one key."""
    sets: dict[int, int] = {}
    patients: dict[int, int] = {}
    for i in members:
        entries = program.rows[program.cover[i]].entries
        sets.update({column: -count for column, count in entries})
        patients.update({first[i]: -1} if i in first else {column: -1 for column, _ in entries})
    owed = sum(plan.shape.items[i].sets for i in members)
    both = {column: patients.get(column, 0) * (owed + 1) + sets.get(column, 0) for column in {**patients, **sets}}

    def settle() -> None:
        got = -solver.value(sets)
        if got in (0, owed):
            for i in members:
                wanted = plan.shape.items[i].sets if got else 0
                solver.bound_row(program.cover[i], wanted, wanted)
        else:
            solver.hold(patients, solver.value(patients))
            solver.hold(sets, -got)

    return Step(both, settle)


LEVELS = ("confirmed", "waste", "rounding", "proposed", "expiry", "vials")
"""The costs of `Program` in the order in which they decide; less is better."""


def _levels(solver: Solver, program: Program) -> None:
    """Levels 2 to 6 up to the number of vials; each is held at its best while the next is sought."""
    for level in LEVELS:
        cost: dict[int, int] = getattr(program, level)
        if any(cost.values()):
            solver.hold(cost, solver.minimise(cost))


WEIGHT_LIMIT = 1_000_000
TIE_NODES = 40
TIE_SEARCHES, FEWEST_SEARCHES, MOST_SEARCHES = 1200, 12, 60
"""What the choice among equals may cost, in steps and searches (so many shared by the items) and not in time, so that
every machine chooses alike."""


def _one_answer(program: Program, solver: Solver) -> None:
    """The end of level 6: item after item, line after line, the most vials that an equally good plan allows."""
    solver.minimise({})
    solver.nodes = TIE_NODES
    allowed = min(max(TIE_SEARCHES // len(program.items), FEWEST_SEARCHES), MOST_SEARCHES)
    solver.most_searches = solver.searches + allowed
    used: dict[int, list[int]] = {}
    for i, place in sorted(program.amount):
        used.setdefault(i, []).append(place)
    steps: list[Step] = []
    for i in program.items:
        chunk: list[int] = []
        weight = 1
        for place in used.get(i, []):
            entries = program.amount[i, place]
            if all(solver.fixed(column) for column, _ in entries):
                continue
            size = 1 + sum(count * solver.bounds(column)[1] for column, count in entries)
            if chunk and weight * size > WEIGHT_LIMIT:
                steps.append(_vials_step(program, solver, i, chunk))
                chunk, weight = [], 1
            chunk.append(place)
            weight *= size
        if chunk:
            steps.append(_vials_step(program, solver, i, chunk))
    solver.in_turn(steps)


def _vials_step(program: Program, solver: Solver, i: int, places: list[int]) -> Step:
    cost: dict[int, int] = {}
    weight = 1
    for place in reversed(places):
        most = 0
        for column, count in program.amount[i, place]:
            cost[column] = cost.get(column, 0) - count * weight
            most += count * solver.bounds(column)[1]
        weight *= most + 1

    def settle() -> None:
        for place in places:
            entries = program.amount[i, place]
            total = solver.value(dict(entries))
            if len(entries) == 1 and entries[0][1] == 1:
                solver.fix(entries[0][0], total)
            elif not all(solver.fixed(column) for column, _ in entries):
                solver.add(Row(list(entries), total, total))

    return Step(cost, settle)
