"""First expiry first, seen from afar: how many vials of a size can come from the lots that expire by each day.

What a choice of combinations pays at *first expiry first* is known from these numbers alone: every vial pays as if it
came from the last lot to expire, less the days between two expiries for each vial from the lots up to the earlier one.
For windows on a line of days such a number is the least over all chains of days: on each day of the chain no more vials
are held than those lots have, and between the days every window holds at most its own. So it needs no column for each
lot and each window, only a row for each chain that matters, found when it does.

A planned use holds for ever, and may hold a lot past its expiry: a chain has a last day (or none) that counts all lots
there and every planned use begun, and days after or before it that count lots not expired and windows only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from crs_desktop.readiness.rules.assigning import Size
from crs_desktop.readiness.rules.items import Line, arrival
from crs_desktop.readiness.rules.program import Blueprint, Program, Row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Numbers = NDArray[np.int64]

VIOLATED = 100_000
"""A row is added where the relaxation takes more vials than a chain allows by more than one part in so many."""

Taken = tuple[int, int, bool, dict[int, int]]
"""An item, a column, whether its lots are named, and vials by line (by any line of the size where they are not)."""


@dataclass(slots=True)
class Stretch:
    """The lots of one brand and size up to one expiry: the column for their vials, the days to the next expiry."""

    lines: list[int]
    column: int
    days: int
    strength: int


@dataclass(slots=True)
class Packing:
    """Stretches of lots with what each column takes from each, on the days that matter.

    A column whose lots are `named` is no part of the number but leaves so much less of them while it holds them.
    `vials`: by stretch and column. `lasting`, `there`: by stretch and day, the vials not expired, and all of them.
    """

    stretches: list[Stretch] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    columns: Numbers = field(init=False)
    first: Numbers = field(init=False)
    last: Numbers = field(init=False)
    planned: NDArray[np.bool_] = field(init=False)
    named: NDArray[np.bool_] = field(init=False)
    vials: Numbers = field(init=False)
    lasting: Numbers = field(init=False)
    there: Numbers = field(init=False)

    def derive(self, values: list[int]) -> None:
        """What the combinations of an answer allow, set in its place."""
        import numpy as np

        if self.stretches:
            most = Chains(self, np.array(values, dtype=np.float64)).most
            for place, stretch in enumerate(self.stretches):
                values[stretch.column] = int(np.rint(most[place]))
            self._together(values, [size for size in self.sizes if size.known])

    def apart(self, values: list[int]) -> list[Row]:
        """The rows that an answer breaks because its stretches do not go together; they are corrected in it."""
        return self._together(values, self.sizes)

    def _together(self, values: list[int], sizes: list[Size]) -> list[Row]:
        import numpy as np

        rows = []
        whole = np.array(values, dtype=np.int64)
        for size in sizes:
            assigned = size.assign(whole)
            if assigned is None:
                continue
            lots, row = assigned
            saved = size.saved(lots)
            if sum(days * (values[column] - vials) for column, vials, days in saved) > 0:
                size.known = True
                rows.append(row)
                for column, vials, _ in saved:
                    values[column] = vials
        return rows

    def broken(self, found: Reals) -> list[Row]:
        """The rows that an answer breaks, one for each stretch at most."""
        if not self.stretches:
            return []
        chains = Chains(self, found)
        rows = []
        for place, stretch in enumerate(self.stretches):
            most = chains.most[place]
            if (found[stretch.column] - most) * VIOLATED > max(1, most):
                rows.append(self._row(place, chains.trace(place)))
        return rows

    def _row(self, place: int, chain: list[tuple[int, bool]]) -> Row:
        """What a chain of days allows, in whole numbers; True marks its day that counts everything."""
        import numpy as np

        hit = np.zeros(len(self.columns), dtype=np.int64)
        most = 0
        for day, everything in chain:
            most += int(self.there[place, day] if everything else self.lasting[place, day])
            open_then = (self.first <= day) & (day <= self.last)
            hit += np.where(self.planned, (self.first == day) | ((self.first < day) & everything), open_then)
        counts = self.vials[place] * np.where(self.named, hit, np.where(hit > 0, 0, -1))
        own = np.nonzero(counts)[0]
        entries = [(int(self.columns[n]), int(counts[n])) for n in own]
        return Row([(self.stretches[place].column, 1), *entries], None, most)


class Chains:
    """For given amounts of each column the least that any chain of days allows, by stretch.

    Three sums for chains up to a day: windows only; ending on the day that counts everything; after it or without it.
    """

    def __init__(self, pack: Packing, values: Reals) -> None:
        import numpy as np

        number, days = len(pack.stretches), pack.lasting.shape[1]
        amount = pack.vials * values[pack.columns]
        self._between = np.zeros((number, days + 1, days + 1))
        begun = np.zeros((number, days + 1))
        for k in range(number):
            own = np.nonzero(amount[k] * ~pack.named)[0]
            windows, uses = own[~pack.planned[own]], own[pack.planned[own]]
            cells = np.bincount(pack.first[windows] * days + pack.last[windows], amount[k, windows], days * days)
            sums = cells.reshape(days, days)[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)
            self._between[k, :days, 1:] = sums
            begun[k, 1:] = np.bincount(pack.first[uses], amount[k, uses], days).cumsum()
        held = np.zeros((number, days + 1))
        for n in np.nonzero(pack.named)[0]:
            held[:, pack.first[n]] += amount[:, n]
            held[:, pack.last[n] + 1] -= amount[:, n]
        held = held.cumsum(axis=1)[:, :days]
        self._begun = begun
        self._days = days
        self._windows = np.zeros((number, days))
        self._everything = np.zeros((number, days))
        self._after = np.zeros((number, days))
        for day in range(days):
            before = self._candidates(slice(None), day, False).min(axis=1)
            after = self._candidates(slice(None), day, True).min(axis=1)
            self._windows[:, day] = pack.lasting[:, day] - held[:, day] + before
            self._everything[:, day] = pack.there[:, day] - held[:, day] + before
            self._after[:, day] = pack.lasting[:, day] - held[:, day] + after
        self.most = self._candidates(slice(None), days, True).min(axis=1)

    def _candidates(self, which: slice, day: int, after: bool) -> Reals:
        """The sums by where the chain comes from: from nowhere, then each earlier day (of two sorts if `after`)."""
        import numpy as np

        between = self._between[which, : day + 1, day]
        if not after:
            earlier = np.zeros_like(between)
            earlier[:, 1:] = self._windows[which, :day]
            return earlier + between
        # Planned uses begun between two days, those of the two days left out.
        uses = self._begun[which, day, None] - self._begun[which, : day + 1]
        outside = between + uses
        some = outside.copy()
        some[:, 1:] += self._everything[which, :day]
        return np.concatenate([some, outside[:, 1:] + self._after[which, :day]], axis=1)

    def trace(self, place: int) -> list[tuple[int, bool]]:
        """The chain that allows least, its last day first."""
        chain: list[tuple[int, bool]] = []
        which, day, after = slice(place, place + 1), self._days, True
        while True:
            best = int(self._candidates(which, day, after)[0].argmin())
            if best == 0:
                return chain
            everything = after and best <= day
            after = after and best > day
            day = best - 1 if best <= day else best - day - 1
            chain.append((day, everything))


def packing(plan: Blueprint, program: Program, wide: Program, columns: dict[int, int]) -> Packing:
    """The stretches of a group, written into its program from afar with what the level costs."""
    taking = _taking(plan, program, columns)
    pack = Packing()
    lines = plan.shape.lines
    sizes: dict[tuple[str, int], list[int]] = {}
    for j, line in enumerate(lines):
        sizes.setdefault((line.brand, line.strength), []).append(j)
    for same in sizes.values():
        _write_size(lines, wide, pack, taking, same)
    if pack.stretches:
        _lay_out(plan, pack, taking)
    for stretch in pack.stretches:
        wide.expiry[stretch.column] = -stretch.strength * stretch.days
    for same in sizes.values():
        own = [stretch for stretch in pack.stretches if stretch.lines[0] in same]
        if own:
            pack.sizes.append(_size(plan, pack, taking, same, own))
    return pack


def _taking(plan: Blueprint, program: Program, columns: dict[int, int]) -> list[Taken]:
    found: list[Taken] = []
    for i in program.items:
        cells = iter(program.rows[program.cover[i]].entries)
        for option in plan.options[i]:
            for counts in option.patterns:
                some = {plan.runs[runs[0]].lines[0]: n for runs, n in zip(option.runs, counts, strict=True) if n}
                found.append((i, columns[next(cells)[0]], False, some))
        for column, number, _ in program.kept.get(i, []):
            found.append((i, columns[column], True, dict(plan.shape.items[i].promises[number].vials)))
    return found


def _write_size(lines: Sequence[Line], wide: Program, pack: Packing, taking: list[Taken], same: list[int]) -> None:
    expiries = sorted({lines[j].days_left for j in same})
    strength, most = lines[same[0]].strength, 0
    for _, column, named, count in taking:
        days = {j: lines[j].days_left if named else expiries[-1] for j in count if j in same}
        pays = {j: count[j] * strength * left for j, left in days.items()}
        most += 0 if named else sum(count[j] for j in pays) * wide.upper[column]
        if pays:
            wide.expiry[column] = wide.expiry.get(column, 0) + sum(pays.values())
    for early, late in pairwise(expiries):
        if most:
            own = [j for j in same if lines[j].days_left <= early]
            pack.stretches.append(Stretch(own, wide.column(most), late - early, strength))


def _lay_out(plan: Blueprint, pack: Packing, taking: list[Taken]) -> None:
    import numpy as np

    items, lines = plan.shape.items, plan.shape.lines
    marks: set[date] = {items[i].start for i, *_ in taking}
    marks |= {items[i].last for i, *_ in taking if not items[i].planned}
    gone = {lines[j].source.expires + timedelta(days=1) for stretch in pack.stretches for j in stretch.lines}
    days = sorted(marks | {day for day in gone if day <= max(marks)})
    place = {day: n for n, day in enumerate(days)}
    pack.columns = np.array([column for _, column, _, _ in taking], dtype=np.int64)
    pack.planned = np.array([items[i].planned for i, *_ in taking], dtype=bool)
    pack.named = np.array([named for _, _, named, _ in taking], dtype=bool)
    pack.first = np.array([place[items[i].start] for i, *_ in taking], dtype=np.int64)
    pack.last = np.array([0 if items[i].planned else place[items[i].last] for i, *_ in taking], dtype=np.int64)
    pack.vials = np.zeros((len(pack.stretches), len(taking)), dtype=np.int64)
    pack.lasting = np.zeros((len(pack.stretches), len(days)), dtype=np.int64)
    pack.there = np.zeros((len(pack.stretches), len(days)), dtype=np.int64)
    for k, stretch in enumerate(pack.stretches):
        inside = set(stretch.lines)
        kind = (lines[stretch.lines[0]].brand, stretch.strength)
        for n, (i, _, named, count) in enumerate(taking):
            if named:
                pack.vials[k, n] = sum(some for j, some in count.items() if j in inside)
            elif inside.intersection(items[i].lines):
                pack.vials[k, n] = sum(s for j, s in count.items() if (lines[j].brand, lines[j].strength) == kind)
        for n, day in enumerate(days):
            here = [lines[j] for j in stretch.lines if arrival(lines[j].source)[0] <= day]
            pack.there[k, n] = sum(line.vials for line in here)
            pack.lasting[k, n] = sum(line.vials for line in here if line.source.expires >= day)


def _size(plan: Blueprint, pack: Packing, taking: list[Taken], same: list[int], own: list[Stretch]) -> Size:
    import numpy as np

    items, lines = plan.shape.items, plan.shape.lines
    days = np.arange(pack.lasting.shape[1])
    users = [n for n, (_, _, _, count) in enumerate(taking) if any(j in count for j in same)]
    until = np.where(pack.planned, len(days), pack.last)[users]
    held = (pack.first[users][:, None] <= days) & (days <= until[:, None])
    free = [not taking[n][2] for n in users]
    counts = [taking[n][3] for n in users]
    may = [[j in items[taking[n][0]].lines for j in same] for n in users]
    fixed = [[0 if is_free else count.get(j, 0) for j in same] for is_free, count in zip(free, counts, strict=True)]
    taken = [sum(c.get(j, 0) for j in same) if is_free else 0 for is_free, c in zip(free, counts, strict=True)]
    return Size(
        pack.columns[users],
        held,
        np.array(may, dtype=bool),
        np.array(taken, dtype=np.int64),
        np.array(fixed, dtype=np.int64),
        np.array([lines[j].days_left for j in same], dtype=np.int64),
        np.array([[lines[j].vials] * len(days) for j in same], dtype=np.int64),
        [(lines[stretch.lines[-1]].days_left, stretch.column, stretch.days) for stretch in own],
    )
