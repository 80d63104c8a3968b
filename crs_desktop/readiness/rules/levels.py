"""The levels of the best plan in their order, for one group of items: coverage first, then what is better.

Two roads. From afar: coverage and the levels up to the proposed earmarks are proved by brand, size and day alone, found
again with real lots, and only the last levels are sought among lots. Straight on: every level among lots, for the rare
question in which the view from afar was too rosy.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from crs_desktop.readiness.rules.packing import Packing, packing
from crs_desktop.readiness.rules.program import Blueprint, Entry, Program, Row, write
from crs_desktop.readiness.rules.relaxed import ROUGH, add_days, relaxed
from crs_desktop.readiness.rules.solver import Infeasible, OutOfTime, Solver, Step

LEVELS = ("confirmed", "waste", "rounding", "proposed", "expiry", "vials")
"""The costs of `Program` in the order in which they decide; less is better."""
TOGETHER = 10**9
"""Levels are sought as one weighted sum while it stays below this; beyond, the solver's reals would be too coarse."""
LAST_SHARE = 10
"""One part in so many of the time is kept for finding lots when the proof from afar does not end."""


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """Per item the vials by run, the earmarks kept (number of the promise, confirmed) and the sets covered."""

    program: Program
    values: list[int] | None
    proved: bool
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Got:
    """Level 1 of one key: its items, the patients with at least one set, and the sets."""

    members: list[int]
    patients: int
    sets: int


@dataclass(frozen=True, slots=True)
class Reached:
    """What has been proved so far: coverage by key (None: everything), and the levels with their values."""

    solver: Solver
    coverage: list[Got] | None
    held: list[tuple[str, int]] = field(default_factory=list)


def answer(plan: Blueprint, group: list[int], deadline: float, coverage_only: bool = False) -> GroupAnswer:
    """The best answer of one group of items that compete for vials."""
    program = write(plan, group)
    levels = () if coverage_only else LEVELS
    try:
        solver = _from_afar(plan, program, deadline, levels)
        if solver is None:
            program = write(plan, group)
            solver = _straight_on(plan, program, deadline, levels).solver
    except OutOfTime as stopped:
        return GroupAnswer(program, stopped.values, False, False)
    try:
        if not coverage_only:
            _one_answer(program, solver)
    except OutOfTime as stopped:
        return GroupAnswer(program, stopped.values, True, False)
    return GroupAnswer(program, solver.values, True)


# --- the two roads ---------------------------------------------------------------------------------------------------


def _from_afar(plan: Blueprint, program: Program, deadline: float, levels: Sequence[str]) -> Solver | None:
    """The real program with everything held that was proved from afar; None where real lots do not reach it."""
    wide, columns = relaxed(plan, program)
    pack = packing(plan, program, wide, columns) if levels else Packing()
    wide.vials.update({columns[column]: cost for column, cost in program.vials.items()})
    add_days(program, wide, columns)
    now = time.monotonic()
    try:
        reached = _straight_on(plan, wide, deadline - max(0, deadline - now) / LAST_SHARE, levels, pack)
    except OutOfTime as stopped:
        if stopped.values is None:
            return None
        _loosen(plan, program)
        found = _with_lots(program, columns, stopped.values, deadline)
        if found is None:
            return None
        raise OutOfTime(found) from None
    first = {} if reached.coverage is None else _loosen(plan, program)
    solver = Solver(program, deadline)
    solver.follow = _follow(program, first)
    assert reached.solver.values is not None
    solver.values = _with_lots(program, columns, reached.solver.values, deadline, first)
    for column, other in columns.items():
        if reached.solver.fixed(other):
            solver.fix(column, reached.solver.bounds(other)[0])
    for got in reached.coverage or []:
        _pin(plan, program, solver, first, got)
    for level, value in reached.held:
        solver.hold(getattr(program, level), value)
    try:
        solver.minimise({})
    except Infeasible:
        return None
    return solver


def _with_lots(
    program: Program, columns: dict[int, int], wanted: list[int], deadline: float, first: dict[int, int] | None = None
) -> list[int] | None:
    """The same combinations and earmarks from real lots, those that expire first if possible; None: not to be had."""
    solver = Solver(program, deadline)
    solver.follow = _follow(program, first or {})
    for column, other in columns.items():
        solver.fix(column, wanted[other])
    try:
        solver.minimise(program.expiry)
    except Infeasible:
        return None
    except OutOfTime as stopped:
        return stopped.values
    return solver.values


def _straight_on(
    plan: Blueprint, program: Program, deadline: float, levels: Sequence[str], pack: Packing | None = None
) -> Reached:
    """Coverage and the levels named, each held at its best while the next is sought."""
    rough = [level for level in levels if level in ROUGH]
    reached = _covered(plan, program, deadline, rough)
    reached.held.extend(_climb(reached.solver, program, rough))
    if pack is not None and levels:
        solver = reached.solver
        solver.minimise({})
        assert solver.values is not None
        values = list(solver.values)
        pack.derive(values)
        solver.packing, solver.values = pack, values
    reached.held.extend(_climb(reached.solver, program, [level for level in levels if level not in ROUGH]))
    return reached


def _climb(solver: Solver, program: Program, levels: Sequence[str]) -> list[tuple[str, int]]:
    """Each level at its best while the next is sought, then held; several as one sum where that is exact."""
    held = []
    left = [level for level in levels if any(getattr(program, level).values())]
    while left:
        pack, total = _together(solver, program, left)
        solver.minimise(total)
        for level in pack:
            cost: dict[int, int] = getattr(program, level)
            value = solver.value(cost)
            solver.hold(cost, value)
            held.append((level, value))
        left = left[len(pack) :]
    return held


def _together(solver: Solver, program: Program, levels: Sequence[str]) -> tuple[list[str], dict[int, int]]:
    """The first levels as one objective: least where the first is, among those where the second is, and so on."""
    total, _, _ = solver.smallest(getattr(program, levels[0]))
    size = solver.span(total) or solver.paid(total)
    pack = [levels[0]]
    for level in levels[1:]:
        small, _, _ = solver.smallest(getattr(program, level))
        span = solver.span(small)
        if span is None or size * span > TOGETHER:
            break
        total = {column: total.get(column, 0) * span + small.get(column, 0) for column in {**total, **small}}
        size *= span
        pack.append(level)
    return pack, total


# --- level 1 ---------------------------------------------------------------------------------------------------------


def _covered(plan: Blueprint, program: Program, deadline: float, levels: Sequence[str]) -> Reached:
    """Level 1. Ask first whether every set and every planned use can be had; only if not, go key by key."""
    solver = Solver(program, deadline)
    try:
        # The first levels after coverage ask the same and give their own answer at once.
        first_levels = [level for level in levels if any(getattr(program, level).values())]
        solver.minimise(_together(solver, program, first_levels)[1] if first_levels else {})
        return Reached(solver, None)
    except Infeasible:
        pass
    first = _loosen(plan, program)
    solver = Solver(program, deadline)
    solver.values = [0] * len(program.upper)
    solver.follow = _follow(program, first)
    coverage: list[Got] = []
    keys = sorted({plan.shape.items[i].group for i in program.items})
    solver.in_turn([_key_step(plan, program, solver, first, key, coverage) for key in keys])
    return Reached(solver, coverage)


def _loosen(plan: Blueprint, program: Program) -> dict[int, int]:
    """Not every set need be had; for each item that owes several, a column that says whether it has at least one."""
    first: dict[int, int] = {}
    for i, place in program.cover.items():
        program.rows[place].low = 0
        program.rows[place].high = plan.shape.items[i].sets
        if plan.shape.items[i].sets > 1:
            first[i] = program.column(1)
            entries = [(column, -1) for column in program.first_sets(i)]
            program.rows.append(Row([(first[i], 1), *entries], None, 0))
    return first


def _follow(program: Program, first: dict[int, int]) -> dict[int, list[int]]:
    return {column: program.first_sets(i) for i, column in first.items()}


def _coverage_costs(
    program: Program, first: dict[int, int], members: list[int]
) -> tuple[dict[int, int], dict[int, int]]:
    """Patients with at least one set, and sets, among some items; less is better."""
    sets: dict[int, int] = {}
    patients: dict[int, int] = {}
    for i in members:
        entries = program.rows[program.cover[i]].entries
        sets.update({column: -count for column, count in entries})
        patients.update({first[i]: -1} if i in first else {column: -1 for column, _ in entries})
    return patients, sets


def _key_step(
    plan: Blueprint,
    program: Program,
    solver: Solver,
    first: dict[int, int],
    key: tuple[date, bool],
    coverage: list[Got],
) -> Step:
    """The most patients with at least one set, then the most sets, among the items of one key."""
    members = [i for i in program.items if plan.shape.items[i].group == key]
    patients, sets = _coverage_costs(program, first, members)
    owed = sum(plan.shape.items[i].sets for i in members)
    both = {column: patients.get(column, 0) * (owed + 1) + sets.get(column, 0) for column in {**patients, **sets}}

    def settle() -> None:
        got = Got(members, -solver.value(patients), -solver.value(sets))
        coverage.append(got)
        _pin(plan, program, solver, first, got)

    return Step(both, settle)


def _pin(plan: Blueprint, program: Program, solver: Solver, first: dict[int, int], got: Got) -> None:
    """From now on the key has no fewer patients and sets than it has got."""
    if got.sets in (0, sum(plan.shape.items[i].sets for i in got.members)):
        for i in got.members:
            wanted = plan.shape.items[i].sets if got.sets else 0
            solver.bound_row(program.cover[i], wanted, wanted)
        return
    patients, sets = _coverage_costs(program, first, got.members)
    solver.hold(patients, -got.patients)
    solver.hold(sets, -got.sets)


# --- one answer among equals -----------------------------------------------------------------------------------------

WEIGHT_LIMIT = 1_000_000_000
TIE_NODES = 40
TIE_SEARCHES, FEWEST_SEARCHES, MOST_SEARCHES = 24_000, 0, 60
"""What the choice among equals may cost, in steps and searches (so many shared by the square of the items) and not in
time, so that every machine chooses alike."""


def _one_answer(program: Program, solver: Solver) -> None:
    """The end of level 6: item after item, line after line, the most vials that an equally good plan allows."""
    solver.minimise({})
    solver.nodes = TIE_NODES
    allowed = min(max(TIE_SEARCHES // len(program.items) ** 2, FEWEST_SEARCHES), MOST_SEARCHES)
    solver.most_searches = solver.searches + allowed
    steps: list[Step] = []
    chunk: list[list[Entry]] = []
    weight = 1
    order = {i: number for number, i in enumerate(program.items)}
    for _, entries in sorted(program.amount.items(), key=lambda one: (order[one[0][0]], one[0][1])):
        if all(solver.fixed(column) for column, _ in entries):
            continue
        size = 1 + _most(solver, entries)
        if chunk and weight * size > WEIGHT_LIMIT:
            steps.append(_vials_step(solver, chunk))
            chunk, weight = [], 1
        chunk.append(entries)
        weight *= size
    if chunk:
        steps.append(_vials_step(solver, chunk))
    for step in steps:
        solver.minimise(step.cost)
        step.settle()


def _most(solver: Solver, entries: list[Entry]) -> int:
    return sum(count * solver.bounds(column)[1] for column, count in entries)


def _vials_step(solver: Solver, chunk: list[list[Entry]]) -> Step:
    """The most vials of the first entry of the chunk, then of the second, and so on, in one weighted sum."""
    cost: dict[int, int] = {}
    weight = 1
    for entries in reversed(chunk):
        for column, count in entries:
            cost[column] = cost.get(column, 0) - count * weight
        weight *= _most(solver, entries) + 1

    def settle() -> None:
        for entries in chunk:
            total = solver.value(dict(entries))
            if len(entries) == 1 and entries[0][1] == 1:
                solver.fix(entries[0][0], total)
            elif not all(solver.fixed(column) for column, _ in entries):
                solver.add(Row(list(entries), total, total))

    return Step(cost, settle)
