"""The integer program of one group of items that compete for vials: columns, rows and the cost of each level.

Columns: how often an item uses a combination of vial sizes of a brand, how many vials of a run of lines it takes, and
how often it keeps an earmark. A run is a stretch of lines alike in everything the levels 1 to 5 can see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crs_desktop.readiness.rules.items import Item, Shape
from crs_desktop.readiness.rules.sets import combinations

Entry = tuple[int, int]


@dataclass(slots=True)
class Run:
    """Neighbouring lines alike in brand, strength, expiry and in who may use them; an earmarked line stands alone."""

    brand: str
    strength: int
    days_left: int
    vials: int
    lines: tuple[int, ...]
    items: list[int] = field(default_factory=list)
    far: bool = False


@dataclass(slots=True)
class Option:
    """The combinations of one brand that one item can use: strengths, counts, and the runs of each strength.

    `further`: for sets that may hold vials that are far; the near ones are among the runs as well.
    """

    strengths: tuple[int, ...]
    patterns: list[tuple[int, ...]]
    runs: tuple[tuple[int, ...], ...]
    further: bool = False


@dataclass(slots=True)
class Row:
    """low <= sum of coefficient x column <= high, in whole numbers; None is open."""

    entries: list[Entry]
    low: int | None
    high: int | None


@dataclass(slots=True)
class Program:
    """Columns with their upper bounds (the lower is 0), rows, and the whole-number cost of each level by column.

    `near` names, where not all count so, the columns of an item that make it a patient with at least one set.
    """

    items: list[int]
    upper: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    cover: dict[int, int] = field(default_factory=dict)
    near: dict[int, list[int]] = field(default_factory=dict)
    amount: dict[tuple[int, int], list[Entry]] = field(default_factory=dict)
    kept: dict[int, list[tuple[int, int, bool]]] = field(default_factory=dict)
    confirmed: dict[int, int] = field(default_factory=dict)
    waste: dict[int, int] = field(default_factory=dict)
    rounding: dict[int, int] = field(default_factory=dict)
    proposed: dict[int, int] = field(default_factory=dict)
    expiry: dict[int, int] = field(default_factory=dict)
    vials: dict[int, int] = field(default_factory=dict)

    def column(self, upper: int) -> int:
        """A new column from 0 to `upper`."""
        self.upper.append(upper)
        return len(self.upper) - 1

    def first_sets(self, item: int) -> list[int]:
        """The columns that make the item a patient with at least one set."""
        return self.near.get(item, [column for column, _ in self.rows[self.cover[item]].entries])


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Runs, options and the groups of items that can be solved apart, before any program is written."""

    shape: Shape
    runs: list[Run]
    options: list[list[Option]]
    cliques: list[tuple[int, list[int]]]
    groups: list[list[int]]
    complete: bool


def blueprint(shape: Shape, apart: frozenset[str] = frozenset()) -> Blueprint:
    """Runs and combinations of the whole question, and the items that share no scarce vial split into groups.

    Supply lines whose keys are in `apart` stand alone.
    """
    runs = _runs(shape, apart)
    options, complete = _options(shape, runs)
    most = [_most(item, options[i], runs) for i, item in enumerate(shape.items)]
    cliques = []
    for place, run in enumerate(runs):
        for members in crowds(shape.items, run.items):
            if sum(most[i].get(place, 0) for i in members) > run.vials:
                cliques.append((place, [i for i in members if most[i].get(place, 0)]))
    return Blueprint(shape, runs, options, cliques, _joined(len(shape.items), [m for _, m in cliques]), complete)


def write(plan: Blueprint, group: Sequence[int]) -> Program:
    """The program of one group; each item's cover row asks for all its sets."""
    program = Program(list(group))
    for i in group:
        _write_item(program, plan, i)
    inside = set(group)
    for place, members in plan.cliques:
        if members[0] in inside:
            entries = [entry for i in members for entry in program.amount.get((i, place), [])]
            program.rows.append(Row(entries, None, plan.runs[place].vials))
    return program


def _write_item(program: Program, plan: Blueprint, i: int) -> None:
    item, taking = plan.shape.items[i], list[int]()
    further: list[int] = []
    for option in plan.options[i]:
        columns = []
        for counts in option.patterns:
            column = program.column(item.sets)
            content = sum(n * s for n, s in zip(counts, option.strengths, strict=True))
            program.waste[column], program.rounding[column] = item.band.cost(content)
            program.vials[column] = sum(counts)
            columns.append(column)
        taking += columns
        further += columns if option.further else []
        for place, runs in enumerate(option.runs):
            used = [(c, counts[place]) for c, counts in zip(columns, option.patterns, strict=True) if counts[place]]
            if used:
                _write_vials(program, plan, i, used, runs)
    taking += _write_promises(program, plan, i)
    further += [column for column, number, _ in program.kept.get(i, []) if item.promises[number].far]
    program.cover[i] = len(program.rows)
    program.rows.append(Row([(column, 1) for column in taking], item.sets, item.sets))
    if further and not item.all_further:
        limit_further(program, i, item, further)


def limit_further(program: Program, i: int, item: Item, further: list[int]) -> None:
    """Of the sets of an item only so many may be of vials far away, and a near one makes the patient count."""
    apart = set(further)
    program.near[i] = [column for column in program.first_sets(i) if column not in apart]
    program.rows.append(Row([(column, 1) for column in further], None, item.further))


def _write_vials(program: Program, plan: Blueprint, i: int, used: list[Entry], runs: tuple[int, ...]) -> None:
    most = max(count for _, count in used) * plan.shape.items[i].sets
    if len(runs) == 1:
        program.amount.setdefault((i, runs[0]), []).extend(used)
        run = plan.runs[runs[0]]
        for column, count in used:
            program.expiry[column] = program.expiry.get(column, 0) + count * run.strength * run.days_left
        return
    link = list(used)
    for place in runs:
        run = plan.runs[place]
        column = program.column(min(most, run.vials))
        program.expiry[column] = run.strength * run.days_left
        program.amount.setdefault((i, place), []).append((column, 1))
        link.append((column, -1))
    program.rows.append(Row(link, 0, 0))


def _write_promises(program: Program, plan: Blueprint, i: int) -> list[int]:
    item, lines, columns = plan.shape.items[i], plan.shape.lines, []
    alone = {plan.runs[place].lines[0]: place for place in range(len(plan.runs)) if len(plan.runs[place].lines) == 1}
    for number, promise in enumerate(item.promises):
        for times, costs, confirmed in (
            (promise.confirmed, program.confirmed, True),
            (promise.proposed, program.proposed, False),
        ):
            if not times:
                continue
            column = program.column(min(times, item.sets))
            columns.append(column)
            costs[column] = -1
            program.kept.setdefault(i, []).append((column, number, confirmed))
            program.waste[column], program.rounding[column] = item.band.cost(promise.content)
            program.vials[column] = sum(count for _, count in promise.vials)
            program.expiry[column] = sum(count * lines[j].strength * lines[j].days_left for j, count in promise.vials)
            for j, count in promise.vials:
                program.amount.setdefault((i, alone[j]), []).append((column, count))
    return columns


def _runs(shape: Shape, apart: frozenset[str]) -> list[Run]:
    users: list[list[int]] = [[] for _ in shape.lines]
    for i, item in enumerate(shape.items):
        for j in item.lines:
            users[j].append(i)
    named = {j for item in shape.items for promise in item.promises for j, _ in promise.vials}
    named |= {j for j, line in enumerate(shape.lines) if line.source.key in apart}
    runs: list[Run] = []
    for j, line in enumerate(shape.lines):
        if not users[j]:
            continue
        last = runs[-1] if runs else None
        if (
            last is not None
            and (last.brand, last.strength, last.days_left) == (line.brand, line.strength, line.days_left)
            and last.items == users[j]
            and last.far == line.source.far
            and j not in named
            and last.lines[-1] not in named
        ):
            last.vials += line.vials
            last.lines += (j,)
        else:
            runs.append(Run(line.brand, line.strength, line.days_left, line.vials, (j,), users[j], line.source.far))
    return runs


def _options(shape: Shape, runs: list[Run]) -> tuple[list[list[Option]], bool]:
    by_item: list[dict[tuple[str, bool], dict[int, list[int]]]] = [{} for _ in shape.items]
    for place, run in enumerate(runs):
        for i in run.items:
            item = shape.items[i]
            # Where every set may be of vials far away there is but one kind of set.
            sorts = {True} if item.all_further else {run.far, True} if item.further else {False}
            for further in sorts:
                by_item[i].setdefault((run.brand, further), {}).setdefault(run.strength, []).append(place)
    known: dict[object, tuple[list[tuple[int, ...]], bool]] = {}
    options: list[list[Option]] = []
    complete = True
    for item, sorts_of in zip(shape.items, by_item, strict=True):
        mine = []
        for (_, further), sizes in sorts_of.items():
            if further and not item.all_further and not any(runs[p].far for places in sizes.values() for p in places):
                continue
            strengths = tuple(sorted(sizes, reverse=True))
            # Beyond this count a size is never short, so that equal doses share one search.
            top = max(item.band.dose, item.band.high)
            most = tuple(min(sum(runs[p].vials for p in sizes[s]), -(-top // s)) for s in strengths)
            ask = (item.band, strengths, most)
            if ask not in known:
                known[ask] = combinations(item.band, strengths, most)
            patterns, searched = known[ask]
            complete = complete and searched
            if patterns:
                mine.append(Option(strengths, patterns, tuple(tuple(sizes[s]) for s in strengths), further))
        options.append(mine)
    return options, complete


def _most(item: Item, options: list[Option], runs: list[Run]) -> dict[int, int]:
    """The most vials of each run that the item can ever take."""
    most: dict[int, int] = {}
    for option in options:
        for place, places in enumerate(option.runs):
            count = max(counts[place] for counts in option.patterns) * item.sets
            for one in places if count else ():
                most[one] = max(most.get(one, 0), count)
    named: dict[int, int] = {}
    for promise in item.promises:
        for j, count in promise.vials:
            named[j] = named.get(j, 0) + count * (promise.confirmed + promise.proposed)
    for place, run in enumerate(runs):
        if run.lines[0] in named:
            most[place] = most.get(place, 0) + named[run.lines[0]]
    return most


def crowds(items: Sequence[Item], users: list[int]) -> list[list[int]]:
    """The largest sets of users that hold vials on one day; users come in order of their start."""
    crowds: list[list[int]] = []
    present: list[int] = []
    for place, i in enumerate(users):
        start = items[i].start
        present = [j for j in present if items[j].last >= start] + [i]
        following = items[users[place + 1]].start if place + 1 < len(users) else None
        if following is None or (following > start and any(items[j].last < following for j in present)):
            crowds.append(list(present))
    return crowds


def _joined(count: int, crowds: list[list[int]]) -> list[list[int]]:
    parent = list(range(count))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for crowd in crowds:
        for i in crowd[1:]:
            parent[root(i)] = root(crowd[0])
    groups: dict[int, list[int]] = {}
    for i in range(count):
        groups.setdefault(root(i), []).append(i)
    return list(groups.values())
