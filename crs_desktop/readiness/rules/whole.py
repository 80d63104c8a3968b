"""What is known of one program in whole numbers alone: its rows and bounds as they stand, the best answer so far.

An answer offered by the solver counts only when every row and bound holds exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from crs_desktop.readiness.rules.packing import Packing
from crs_desktop.readiness.rules.program import Program, Row
from crs_desktop.readiness.rules.rows import Rows


class Whole:
    """Rows and bounds that only ever become tighter or move with the levels, and the best answer that satisfies them.

    `follow` names columns that say whether any of some others is above 0, `packing` those for vials from the lots that
    expire first; what is offered need not have them right.
    """

    def __init__(self, program: Program) -> None:
        self._items = [[column for column, _ in program.rows[place].entries] for place in program.cover.values()]
        self._cover = list(program.cover.values())
        self._rows = Rows(program.rows)
        self._lower = [0] * len(program.upper)
        self._upper = list(program.upper)
        self.values: list[int] | None = None
        self.follow: dict[int, list[int]] = {}
        self.packing = Packing()

    def add(self, row: Row) -> None:
        """One more row; an answer that does not satisfy it is dropped."""
        self._rows.add(row)
        self._drop_unless(len(self._rows) - 1)

    def bound_row(self, place: int, low: int, high: int) -> None:
        """Change what a row asks for."""
        self._rows.low[place], self._rows.high[place] = low, high
        self._drop_unless(place)

    def fix(self, column: int, value: int) -> None:
        """Give a column its final value."""
        self._lower[column] = self._upper[column] = value

    def fixed(self, column: int) -> bool:
        """True when only one value is left."""
        return self._lower[column] == self._upper[column]

    def bounds(self, column: int) -> tuple[int, int]:
        """The least and the most a column may still be."""
        return self._lower[column], self._upper[column]

    def value(self, cost: Mapping[int, int]) -> int:
        """An objective at the best whole answer so far."""
        assert self.values is not None
        return sum(count * self.values[column] for column, count in cost.items())

    def _lowest(self, cost: Mapping[int, int]) -> int:
        """What the bounds of the columns alone leave of an objective; no answer is below it."""
        return sum(c * (self._lower[j] if c > 0 else self._upper[j]) for j, c in cost.items())

    def smallest(self, cost: Mapping[int, int]) -> tuple[dict[int, int], int, int]:
        """The same objective in the largest unit: cost = unit x small + constant, for every answer.

        An item whose number of sets is settled pays at least its cheapest combination as often as that: taken out,
        what remains has few different values (a vial more or less), and a bound can be rounded up much further.
        """
        small = dict(cost)
        constant = 0
        for place, columns in zip(self._cover, self._items, strict=True):
            sets = self._rows.low[place]
            if sets != self._rows.high[place]:
                continue
            base = min((small.get(column, 0) for column in columns), default=0)
            if base:
                constant += base * sets
                for column in columns:
                    small[column] = small.get(column, 0) - base
        small = {column: value for column, value in small.items() if value}
        unit = math.gcd(*small.values()) if small else 1
        return {column: value // unit for column, value in small.items()}, unit, constant

    def span(self, small: Mapping[int, int]) -> int | None:
        """More than any two answers can be apart in an objective made smallest.

        None where it has columns beside the combinations of items, for which no such limit is known.
        """
        total, left = 1, set(small)
        for place, columns in zip(self._cover, self._items, strict=True):
            costs = [small.get(column, 0) for column in columns if self._upper[column]]
            total += self._rows.high[place] * (max(0, *costs, 0) - min(0, *costs, 0))
            left.difference_update(columns)
        return None if left else total

    def paid(self, small: Mapping[int, int]) -> int:
        """The size of an objective at the answer at hand: what it may have to bear in reals, but no limit."""
        return 1 + abs(self.value(small))

    def _offer(self, values: list[int], cost: Mapping[int, int]) -> None:
        """Keep an answer that is better than the one at hand and that every row and bound allows."""
        for column, sources in self.follow.items():
            values[column] = min(1, sum(values[source] for source in sources))
        self.packing.derive(values)
        old = self.values
        better = old is None or sum(c * (values[j] - old[j]) for j, c in cost.items()) < 0
        if better and self._inside(values) and self._rows.satisfied(values):
            self.values = values

    def _drop_unless(self, place: int) -> None:
        if self.values is not None:
            columns, counts = self._rows.entries(place)
            total = sum(count * self.values[column] for column, count in zip(columns, counts, strict=True))
            if not self._rows.low[place] <= total <= self._rows.high[place]:
                self.values = None

    def _inside(self, values: list[int]) -> bool:
        return all(low <= v <= high for v, low, high in zip(values, self._lower, self._upper, strict=True))
