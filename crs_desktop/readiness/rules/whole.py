"""What is known of one program in whole numbers alone: its rows and bounds as they stand, the best answer so far.

Nothing here is binary: an answer offered by the solver counts only when every row and bound holds exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from crs_desktop.readiness.rules.program import Program, Row


class Whole:
    """Rows and bounds that only ever become tighter or move with the levels, and the best answer that satisfies them.

    `follow` names columns that say whether any of some others is above 0; what is offered need not have them right.
    """

    def __init__(self, program: Program) -> None:
        self._cover = sorted(program.cover.values())
        self._rows = [Row(list(row.entries), row.low, row.high) for row in program.rows]
        self._lower = [0] * len(program.upper)
        self._upper = list(program.upper)
        self.values: list[int] | None = None
        self.follow: dict[int, list[int]] = {}

    def add(self, row: Row) -> None:
        """One more row; an answer that does not satisfy it is dropped."""
        self._rows.append(row)
        self._drop_unless(row)

    def bound_row(self, place: int, low: int, high: int) -> None:
        """Change what a row asks for."""
        row = self._rows[place]
        row.low, row.high = low, high
        self._drop_unless(row)

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

    def _smallest(self, cost: Mapping[int, int]) -> tuple[dict[int, int], int, int]:
        """The same objective in the largest unit: cost = unit x small + constant, for every answer.

        An item whose number of sets is settled pays at least its cheapest combination as often as that: taken out,
        what remains has few different values (a vial more or less), and a bound can be rounded up much further.
        """
        small = dict(cost)
        constant = 0
        for place in self._cover:
            row = self._rows[place]
            if row.low is None or row.low != row.high:
                continue
            base = min((small.get(column, 0) for column, _ in row.entries), default=0)
            if base:
                constant += base * row.low
                for column, _ in row.entries:
                    small[column] = small.get(column, 0) - base
        small = {column: value for column, value in small.items() if value}
        unit = math.gcd(*small.values()) if small else 1
        return {column: value // unit for column, value in small.items()}, unit, constant

    def _offer(self, values: list[int], cost: Mapping[int, int]) -> None:
        """Keep an answer that is better than the one at hand and that every row and bound allows."""
        for column, sources in self.follow.items():
            values[column] = min(1, sum(values[source] for source in sources))
        old = self.values
        better = old is None or sum(c * (values[j] - old[j]) for j, c in cost.items()) < 0
        if better and self._inside(values) and self._satisfied(values, self._rows):
            self.values = values

    def _drop_unless(self, row: Row) -> None:
        if self.values is not None and not self._satisfied(self.values, [row]):
            self.values = None

    def _inside(self, values: list[int]) -> bool:
        return all(low <= v <= high for v, low, high in zip(values, self._lower, self._upper, strict=True))

    @staticmethod
    def _satisfied(values: list[int], rows: list[Row]) -> bool:
        for row in rows:
            total = sum(count * values[column] for column, count in row.entries)
            if (row.low is not None and total < row.low) or (row.high is not None and total > row.high):
                return False
        return True
