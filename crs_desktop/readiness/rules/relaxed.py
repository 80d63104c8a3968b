"""A group of items seen from afar: vials by brand, size and day, whatever their lot.

Every real answer is an answer here as well, with the same coverage, changes, waste and rounding; so what is proved best
here and then found with real lots is proved best. The program is small: most questions about lots do not matter yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from crs_desktop.readiness.rules.items import Item, Line, Moment, arrival
from crs_desktop.readiness.rules.program import Blueprint, Entry, Program, Row, crowds, limit_further

Kind = tuple[str, int, bool]
"""Brand and size; True: of all vials, False: of those that are near."""
Users = dict[int, list[Entry]]

ROUGH = ("confirmed", "waste", "rounding", "proposed")
"""The levels that do not ask for lots, earmarks apart."""


def relaxed(plan: Blueprint, program: Program) -> tuple[Program, dict[int, int]]:
    """The program by brand, size and day, and its column for each combination and earmark of the real program."""
    wide = Program(program.items)
    columns: dict[int, int] = {}
    kinds: dict[Kind, Users] = {}
    named: dict[int, Users] = {}
    for i in program.items:
        row = program.rows[program.cover[i]]
        for column, _ in row.entries:
            columns[column] = wide.column(program.upper[column])
        wide.cover[i] = len(wide.rows)
        wide.rows.append(Row([(columns[column], 1) for column, _ in row.entries], row.low, row.high))
        if i in program.near:
            first = set(program.near[i])
            further = [columns[column] for column, _ in row.entries if column not in first]
            limit_further(wide, i, plan.shape.items[i], further)
        _count_vials(plan, program, i, columns, kinds, named)
    for level in ROUGH:
        costs: dict[int, int] = getattr(program, level)
        getattr(wide, level).update({columns[column]: cost for column, cost in costs.items()})
    for (brand, strength, both), users in kinds.items():
        lines = [line for line in plan.shape.lines if (line.brand, line.strength) == (brand, strength)]
        near = [line for line in lines if not line.source.far]
        if both or len(near) < len(lines):
            _write_days(wide, plan.shape.items, lines if both else near, users)
    for j, users in named.items():
        for members in crowds(plan.shape.items, sorted(users)):
            wide.rows.append(Row([entry for i in members for entry in users[i]], None, plan.shape.lines[j].vials))
    return wide, columns


def add_days(program: Program, wide: Program, columns: dict[int, int]) -> None:
    """Say by brand, size and day in the real program as well: it follows there, but the search sees it sooner."""
    back = {other: column for column, other in columns.items()}
    owed = set(wide.cover.values())
    for place, row in enumerate(wide.rows):
        if place not in owed:
            program.rows.append(Row([(back[column], count) for column, count in row.entries], row.low, row.high))


def _count_vials(
    plan: Blueprint,
    program: Program,
    i: int,
    columns: dict[int, int],
    kinds: dict[Kind, Users],
    named: dict[int, Users],
) -> None:
    """Which columns of an item take how many vials of a kind, and of a lot that is named."""
    taking = iter(columns[column] for column, _ in program.rows[program.cover[i]].entries)
    for option in plan.options[i]:
        brand = plan.runs[option.runs[0][0]].brand
        for counts in option.patterns:
            column = next(taking)
            for strength, count in zip(option.strengths, counts, strict=True):
                for both in (True, False) if count and not option.further else (True,) if count else ():
                    kinds.setdefault((brand, strength, both), {}).setdefault(i, []).append((column, count))
    for column, number, _ in program.kept.get(i, []):
        together: Counter[Kind] = Counter()
        for j, count in plan.shape.items[i].promises[number].vials:
            line = plan.shape.lines[j]
            together[line.brand, line.strength, True] += count
            together[line.brand, line.strength, False] += 0 if line.source.far else count
            named.setdefault(j, {}).setdefault(i, []).append((columns[column], count))
        for kind, count in (+together).items():
            # Each column once in a row: the solver does not bear it twice.
            kinds.setdefault(kind, {}).setdefault(i, []).append((columns[column], count))


def _write_days(wide: Program, items: Sequence[Item], lines: list[Line], users: Users) -> None:
    """On no day more vials of a kind are held than last so long; nor more by early starters than are there so early.

    A planned use holds its vials for ever but needs them to last to its own day only: it counts where the limit is
    drawn at its day or earlier. Days on which a window ends say all: on no day before them is more held of less.
    """
    uses = {items[i].start for i in users if items[i].planned}
    days = uses | {items[i].last for i in users if not items[i].planned}
    arrivals = {arrival(line.source) for line in lines if line.source.available_from is not None}
    seen: set[tuple[tuple[int, ...], int]] = set()
    for day in sorted(days):
        for before in [None, *sorted(arrivals)]:
            for lasting in sorted({day} | {use for use in uses if use < day}):
                members = tuple(i for i in users if _counts(items[i], day, before, lasting))
                limit = sum(line.vials for line in lines if _lasts(line, lasting, day, before))
                entries = [entry for i in members for entry in users[i]]
                for column, count in entries:
                    wide.upper[column] = min(wide.upper[column], limit // count)
                if (members, limit) not in seen and sum(n * wide.upper[c] for c, n in entries) > limit:
                    wide.rows.append(Row(entries, None, limit))
                seen.add((members, limit))


def _counts(item: Item, day: date, before: Moment | None, lasting: date) -> bool:
    early = before is None or item.moment <= before
    return early and item.start <= day <= item.last and (not item.planned or item.start >= lasting)


def _lasts(line: Line, lasting: date, day: date, before: Moment | None) -> bool:
    there = arrival(line.source)
    return line.source.expires >= lasting and there[0] <= day and (before is None or there < before)
