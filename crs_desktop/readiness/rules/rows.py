"""Rows of a program as arrays of whole numbers: what an answer must satisfy, and what prices prove, both exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crs_desktop.readiness.rules.program import Row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Reals = NDArray[np.float64]

OPEN = 1 << 60
"""Stands for a side of a row that is open; no sum of a row comes near it."""
SCALE = 24
"""Prices are taken as whole multiples of a half to this power."""
MOST = 1 << 61


class Rows:
    """low <= sum of coefficient x column <= high for each row, kept so that all rows are looked at in one go."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._starts = [0]
        self._index: list[int] = []
        self._value: list[int] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self._arrays: tuple[Numbers, Numbers, Numbers] | None = None
        for row in rows:
            self.add(row)

    def __len__(self) -> int:
        return len(self.low)

    def add(self, row: Row) -> None:
        """One more row."""
        for column, count in row.entries:
            self._index.append(column)
            self._value.append(count)
        self._starts.append(len(self._index))
        self.low.append(-OPEN if row.low is None else row.low)
        self.high.append(OPEN if row.high is None else row.high)
        self._arrays = None

    def drop(self, first: int) -> None:
        """Without the rows from `first` on."""
        end = self._starts[first]
        del self._index[end:], self._value[end:], self._starts[first + 1 :], self.low[first:], self.high[first:]
        self._arrays = None

    def entries(self, place: int) -> tuple[list[int], list[int]]:
        """Columns and coefficients of one row."""
        begin, end = self._starts[place], self._starts[place + 1]
        return self._index[begin:end], self._value[begin:end]

    def arrays(self) -> tuple[Numbers, Numbers, Numbers]:
        """Where each row starts, and the columns and coefficients of all."""
        import numpy as np

        if self._arrays is None:
            self._arrays = (
                np.array(self._starts, dtype=np.int64),
                np.array(self._index, dtype=np.int64),
                np.array(self._value, dtype=np.int64),
            )
        return self._arrays

    def sides(self) -> tuple[Reals, Reals]:
        """What the rows ask for, as the solver wants it."""
        import numpy as np

        low, high = np.array(self.low, dtype=np.float64), np.array(self.high, dtype=np.float64)
        low[low == -OPEN], high[high == OPEN] = -np.inf, np.inf
        return low, high

    def satisfied(self, values: Sequence[int]) -> bool:
        """Whether every row holds for whole numbers."""
        import numpy as np

        starts, index, value = self.arrays()
        running = np.zeros(len(index) + 1, dtype=np.int64)
        np.cumsum(value * np.array(values, dtype=np.int64)[index], out=running[1:])
        sums = running[starts[1:]] - running[starts[:-1]]
        low, high = np.array(self.low, dtype=np.int64), np.array(self.high, dtype=np.int64)
        return bool((low <= sums).all() and (sums <= high).all())

    def proved(self, prices: Reals, cost: Numbers, lower: Numbers, upper: Numbers) -> tuple[int, int, Numbers] | None:
        """What prices of the rows prove: no whole answer costs less than bound / scale, and each column's own price.

        Weak duality in whole numbers: whatever the prices, the bound holds. None where numbers would grow too large.
        """
        import numpy as np

        starts, index, value = self.arrays()
        weights = np.abs(cost).astype(np.float64)
        np.add.at(weights, index, np.abs(value) * np.repeat(np.abs(prices), np.diff(starts)))
        heaviest = max(weights.max(initial=1), np.abs(prices).max(initial=1))
        scale = min(SCALE, math.floor(math.log2(MOST / heaviest)))
        if scale < 0:
            return None
        own = np.rint(prices * (1 << scale)).astype(np.int64)
        low, high = np.array(self.low, dtype=np.int64), np.array(self.high, dtype=np.int64)
        side = np.where(own > 0, low, high)
        own[(side == -OPEN) | (side == OPEN)] = 0
        column_prices = cost * (1 << scale)
        np.subtract.at(column_prices, index, value * np.repeat(own, np.diff(starts)))
        limit = np.where(column_prices > 0, lower, upper)
        active = np.nonzero(own)[0]
        bound = sum(int(own[k]) * int(side[k]) for k in active)
        at = np.nonzero(column_prices * (limit != 0))[0]
        bound += sum(int(column_prices[j]) * int(limit[j]) for j in at)
        return bound, 1 << scale, column_prices
