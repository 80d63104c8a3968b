"""Given amounts of one brand and size shared among its lots at least days to expiry, and what the prices of lots prove.

What `packing` knows of each stretch of lots by itself need not go together: vials that earmarks hold, deliveries and
expiries leave room in one lot early and in another one late. Here all lots of a size are looked at at once. The prices
of the lots, rounded to whole numbers, give a row that holds for every answer, whatever they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crs_desktop.readiness.rules.program import Row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Numbers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

WHOLE = 1_000_000
"""Vials that the solver gives may be apart from whole ones by one part in so many."""


@dataclass(slots=True)
class Size:
    """The lots of one brand and size, and the columns that take vials of it.

    `held`: by column and day, whether it holds its vials then. `may`: by column and lot. `taken`: vials by column, and
    by column and lot where the lots are named (`fixed`). `room`: vials by lot and day.
    """

    columns: Numbers
    held: Flags
    may: Flags
    taken: Numbers
    fixed: Numbers
    days_left: Numbers
    room: Numbers
    stretches: list[tuple[int, int, int]]
    """The last day to expiry of a stretch, its column, and the days to the next expiry."""
    known: bool = False
    """True once the stretches were seen not to go together."""

    def saved(self, lots: Numbers) -> list[tuple[int, int, int]]:
        """For vials from each lot: the column of each stretch, its vials, and the days each of them saves."""
        return [(column, int(lots[self.days_left <= last].sum()), days) for last, column, days in self.stretches]

    def assign(self, values: Numbers) -> tuple[Numbers, Row] | None:
        """Vials from each lot, beside the named ones, at the least sum of days; and the row their prices prove."""
        import numpy as np

        amount = self.taken * values[self.columns]
        busy = np.einsum("n,nj,nd->jd", values[self.columns], self.fixed, self.held.astype(np.int64))
        own = np.nonzero(amount)[0]
        pairs = [(int(n), int(j)) for n in own for j in np.nonzero(self.may[n])[0]]
        if not pairs:
            return np.zeros(len(self.days_left), dtype=np.int64), self._row(np.zeros(self.room.shape, dtype=np.int64))
        solver = self._problem(pairs, own, amount, self.room - busy)
        solver.run()
        if solver.modelStatusToString(solver.getModelStatus()) != "Optimal":
            return None
        solution = solver.getSolution()
        found = np.array(solution.col_value)
        given = np.rint(found)
        if np.abs(found - given).max() * WHOLE > 1:
            return None
        lots = np.zeros(len(self.days_left), dtype=np.int64)
        np.add.at(lots, [j for _, j in pairs], given.astype(np.int64))
        prices = np.rint(-np.array(solution.row_dual)[len(own) :]).astype(np.int64)
        return lots, self._row(np.maximum(prices, 0).reshape(self.room.shape))

    def _problem(self, pairs: list[tuple[int, int]], own: Numbers, amount: Numbers, room: Numbers) -> Any:
        import highspy
        import numpy as np

        lots, days = self.room.shape
        place = {int(n): k for k, n in enumerate(own)}
        starts, index = [0], list[int]()
        for n, j in pairs:
            index.append(place[n])
            index.extend((len(own) + j * days + np.nonzero(self.held[n])[0]).tolist())
            starts.append(len(index))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(pairs), len(own) + lots * days
        lp.col_cost_ = self.days_left[[j for _, j in pairs]].astype(np.float64)
        lp.col_lower_ = np.zeros(len(pairs))
        lp.col_upper_ = amount[[n for n, _ in pairs]].astype(np.float64)
        lp.row_lower_ = np.concatenate([amount[own].astype(np.float64), np.full(lots * days, -np.inf)])
        lp.row_upper_ = np.concatenate([amount[own], room.reshape(-1)]).astype(np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(index, dtype=np.int32)
        lp.a_matrix_.value_ = np.ones(len(index))
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.passModel(lp)
        return solver

    def _row(self, prices: Numbers) -> Row:
        """Whatever the prices of a lot's days, no answer has fewer days to expiry than what they leave of them.

        Days of all vials as if from the last lot, less what the stretches save >= for each vial the cheapest lot with
        the prices of its days, less the prices of all room there is; named vials only take of that room.
        """
        import numpy as np

        high = int(self.days_left.max()) + 1 + int(prices.sum())
        with_prices = self.days_left[None, :] + self.held.astype(np.int64) @ prices.T
        cheapest = np.where(self.may, with_prices, high).min(axis=1)
        last = int(self.days_left.max())
        own = self.taken * (last - np.where(self.taken > 0, cheapest, last))
        own -= np.einsum("nj,nd,jd->n", self.fixed, self.held.astype(np.int64), prices)
        entries: dict[int, int] = {}
        for column, count in zip(self.columns.tolist(), own.tolist(), strict=True):
            entries[column] = entries.get(column, 0) + count
        entries.update({column: -days for _, column, days in self.stretches})
        return Row([entry for entry in entries.items() if entry[1]], -int((prices * self.room).sum()), None)
