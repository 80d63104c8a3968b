"""HiGHS behind a small door: one program, many objectives, each answer whole numbers checked again exactly.

For each objective the linear relaxation is asked first, from the last basis. What its prices prove is counted again in
whole numbers. Only when its answer is not whole and that bound does not prove the answer at hand does the search for
whole numbers run, begun from an answer near the relaxation. Everything is loaded on first use.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crs_desktop.readiness.rules.program import Program, Row
from crs_desktop.readiness.rules.rows import Rows
from crs_desktop.readiness.rules.whole import Whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Reals = NDArray[np.float64]
    Numbers = NDArray[np.int64]

LEAP_NODES = 60
NEAR_NODES = 20
NEAR = 1e-6
"""How far from whole a relaxed value may be and still be tried as whole; the trial itself is exact."""
SLACK = 0.02
"""Objectives are whole numbers: a bound of a search is rounded up only when it is this far above a whole number."""


@dataclass(frozen=True, slots=True)
class Step:
    """An objective, and what to do once its best value is reached."""

    cost: Mapping[int, int]
    settle: Callable[[], None]


class OutOfTime(Exception):
    """The time limit came before the proof; carries the best whole answer so far, if there is one."""

    def __init__(self, values: list[int] | None) -> None:
        super().__init__("out of time")
        self.values = values


class Infeasible(Exception):
    """No whole numbers satisfy the rows."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What the last relaxation proved: no whole answer costs less than bound / scale; each column's price in scales."""

    bound: int
    scale: int
    prices: Numbers


class Solver(Whole):
    """Minimises one objective after the other over one program and keeps the best whole answer so far.

    Columns that `follow` others need not be whole in the relaxation.
    `nodes` limits each search by a count of its steps, which is the same on every machine, unlike time.
    """

    def __init__(self, program: Program, deadline: float) -> None:
        super().__init__(program)
        self._deadline = deadline
        self._cost: Mapping[int, int] = {}
        self.nodes: int | None = None
        self.searches = 0
        self.most_searches: int | None = None
        self._edge: Edge | None = None
        self._found: Reals
        self._relaxed = self._load(whole=False)

    def minimise(self, cost: Mapping[int, int]) -> int:
        """The least value of a whole-number objective, proved. Raises Infeasible or OutOfTime."""
        small, unit, constant = self.smallest(cost)
        if not small:
            if self.values is None:
                self._minimise({})
            return constant
        return constant + unit * self._minimise(small)

    def in_turn(self, steps: Sequence[Step]) -> None:
        """One objective after the other, each settled at its best before the next; the same answer as one by one.

        Leaps over several at once: each is held at its relaxed bound, and if one whole answer reaches them all, all
        are proved. Where none does, the leap is taken back and made shorter, down to a single proved step.
        """
        place, stride = 0, 4
        while place < len(steps):
            leap = steps[place : place + stride]
            if len(leap) > 1 and not self._leap([step.cost for step in leap]):
                stride = max(1, stride // 4)
                continue
            for step in leap:
                if len(leap) == 1:
                    self.minimise(step.cost)
                step.settle()
            place += len(leap)
            stride *= 2

    def _leap(self, costs: list[Mapping[int, int]]) -> bool:
        import numpy as np

        before, rows, nodes = self.values, len(self._rows), self.nodes
        self.nodes = LEAP_NODES
        try:
            for cost in costs:
                small, _, _ = self.smallest(cost)
                lowest = self._lowest(small)
                bound = lowest if self.values is not None and self.value(small) == lowest else self._relax(small)
                self.add(Row(list(small.items()), None, bound), half=True)
            if self.values is None:
                self._search({})
            return True
        except (Infeasible, OutOfTime):
            self.values = before
            self._left()
            if self.most_searches is not None and self.searches >= self.most_searches:
                raise OutOfTime(before) from None
            return False
        finally:
            self.nodes = nodes
            count = len(self._rows) - rows
            if count:
                self._rows.drop(rows)
                self._relaxed.deleteRows(count, np.arange(rows, rows + count, dtype=np.int32))

    def hold(self, cost: Mapping[int, int], value: int) -> None:
        """From now on the objective has the value it has reached; being the least, it was never to be less."""
        small, unit, constant = self.smallest(cost)
        if small:
            self.add(Row(list(small.items()), (value - constant) // unit, (value - constant) // unit), half=True)

    def add(self, row: Row, half: bool = False) -> None:
        """One more row. `half` loosens it by half a unit inside the solver, which whole numbers never notice."""
        import numpy as np

        super().add(row)
        entries = [entry for entry in row.entries if entry[1]]
        loose = 0.5 if half else 0.0
        low = -math.inf if row.low is None else row.low - loose
        high = math.inf if row.high is None else row.high + loose
        columns = np.array([column for column, _ in entries], dtype=np.int32)
        self._relaxed.addRow(low, high, len(entries), columns, np.array([float(c) for _, c in entries]))

    def bound_row(self, place: int, low: int, high: int) -> None:
        """Change what a row asks for."""
        super().bound_row(place, low, high)
        self._relaxed.changeRowBounds(place, float(low), float(high))

    def fix(self, column: int, value: int) -> None:
        """Give a column its final value."""
        if self.bounds(column) != (value, value):
            super().fix(column, value)
            self._relaxed.changeColBounds(column, float(value), float(value))

    # --- inside --------------------------------------------------------------------------------------------------

    def _minimise(self, cost: Mapping[int, int]) -> int:
        if not self._upper and not self._rows.satisfied([]):
            raise Infeasible
        if not self._upper:
            self.values = []
            return 0
        lowest = self._lowest(cost)
        if self.values is not None and self.value(cost) == lowest:
            return lowest
        bound = self._reach(cost)
        while self._mend():
            bound = self._reach(cost)
        if self.value(cost) > bound:
            raise OutOfTime(self.values)
        self._strike(cost)
        return self.value(cost)

    def _reach(self, cost: Mapping[int, int]) -> int:
        """An answer as good as the bound it gives, so far as is known of lots; or the best of both that was found."""
        bound = self._relax(cost)
        if self._open(cost, bound) and self.nodes is None:
            self._look_near(cost)
            self._mend()
            self._strike(cost)
        while self._open(cost, bound):
            bound = self._search(cost)
            if self._cut(self._found, whole=True):
                continue
            if self._open(cost, bound):
                bound = self._search(cost, plain=True)
            if not self._open(cost, bound) or not self._cut(self._found, whole=True):
                break
        return bound

    def _mend(self) -> bool:
        """Whether the answer at hand takes vials from lots that cannot be had together; then it does so no more."""
        if self.values is None or not self.packing.sizes:
            return False
        values = list(self.values)
        rows = self.packing.apart(values)
        if rows:
            self.values = values
        for row in rows:
            self.add(row)
        return bool(rows)

    def _open(self, cost: Mapping[int, int], bound: int) -> bool:
        return self.values is None or self.value(cost) > bound

    def _relax(self, cost: Mapping[int, int]) -> int:
        """Solve the relaxation, try its answer as whole numbers, and give the proved lower bound."""
        import numpy as np

        relaxed = self._relaxed
        self._price(cost)
        while True:
            relaxed.setOptionValue("time_limit", relaxed.getRunTime() + self._left())
            relaxed.run()
            status = relaxed.modelStatusToString(relaxed.getModelStatus())
            if status == "Infeasible":
                raise Infeasible
            if status != "Optimal":
                raise OutOfTime(self.values)
            solution = relaxed.getSolution()
            self._found = np.array(solution.col_value)
            self._try(self._found, cost)
            if not self._cut(self._found):
                break
        costs = np.zeros(len(self._upper), dtype=np.int64)
        for column, value in cost.items():
            costs[column] = value
        lower, upper = np.array(self._lower, dtype=np.int64), np.array(self._upper, dtype=np.int64)
        proved = self._rows.proved(np.array(solution.row_dual), costs, lower, upper)
        self._edge = None if proved is None else Edge(*proved)
        return self._lowest(cost) if proved is None else -(-proved[0] // proved[1])

    def _cut(self, found: Reals, whole: bool = False) -> bool:
        """Add the rows about lots that an answer breaks; they hold for every answer, so they stay."""
        rows = self.packing.broken(found)
        if whole and not rows:
            rows = self.packing.apart([round(value) for value in found.tolist()])
        for row in rows:
            self.add(row)
        return bool(rows)

    def _price(self, cost: Mapping[int, int]) -> None:
        import numpy as np

        changed = {**dict.fromkeys(self._cost, 0), **cost}
        if changed:
            columns = np.fromiter(changed, dtype=np.int32, count=len(changed))
            self._relaxed.changeColsCost(len(changed), columns, np.array([float(c) for c in changed.values()]))
        self._cost = cost

    def _try(self, found: Reals, cost: Mapping[int, int]) -> bool:
        """Offer what was found if it is whole; `follow` columns follow."""
        import numpy as np

        whole = np.rint(found)
        apart = np.abs(found - whole)
        apart[[*self.follow, *(stretch.column for stretch in self.packing.stretches)]] = 0.0
        near = bool(apart.max(initial=0.0) < NEAR)
        if near:
            self._offer([int(v) for v in whole.tolist()], cost)
        return near

    def _look_near(self, cost: Mapping[int, int]) -> None:
        """A first answer near the relaxation's. Proves nothing.

        Every item that is whole there is left as it is; where that cannot be, every item that is as in the answer at
        hand.
        """
        import numpy as np

        found, whole = self._found, np.rint(self._found)
        near = np.abs(found - whole) < NEAR
        for ours in (None, self.values):
            if ours is not None:
                near &= whole == np.array(ours)
            kept = [column for columns in self._items if near[columns].all() for column in columns]
            search = self._load(whole=True, cost=cost)
            search.changeColsBounds(len(kept), np.array(kept, dtype=np.int32), whole[kept], whole[kept])
            search.setOptionValue("mip_max_nodes", NEAR_NODES)
            _start(search, ours)
            search.setOptionValue("time_limit", self._left())
            search.run()
            if search.getInfo().primal_solution_status == 2:
                self._try(np.array(search.getSolution().col_value), cost)
                return
            if self.values is None:
                return

    def _search(self, cost: Mapping[int, int], plain: bool = False) -> int:
        """Search whole numbers; the best found is kept even when time runs out. Gives the proved lower bound.

        Every column is told to be whole: told that lots follow from the rest, which is only mostly so, HiGHS's presolve
        lost better answers. The same search, `plain` and without presolve, follows where answer and bound contradict
        each other, where no finite bound came although an answer is known, and where none is said to be.
        """
        import numpy as np

        if self.most_searches is not None and self.searches >= self.most_searches:
            raise OutOfTime(self.values)
        search = self._load(whole=True, cost=cost, plain=plain)
        self.searches += 1
        if self.nodes is not None:
            search.setOptionValue("mip_max_nodes", self.nodes)
        _start(search, self.values)
        search.setOptionValue("time_limit", self._left())
        search.run()
        status = search.modelStatusToString(search.getModelStatus())
        if status == "Infeasible" and plain:
            raise Infeasible
        info = search.getInfo()
        if info.primal_solution_status == 2:
            self._found = np.array(search.getSolution().col_value)
            self._try(self._found, cost)
        if status in ("Solve error", "Infeasible") and not plain:
            return self._search(cost, plain=True)
        if status != "Optimal":
            raise OutOfTime(self.values)
        # A search that ran dry below the answer it began with gives no finite bound: seen only where it was wrong.
        if not plain and not math.isfinite(info.mip_dual_bound):
            return self._search(cost, plain=True)
        found_bound = info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else info.objective_function_value
        bound: int = math.ceil(found_bound - SLACK)
        if self.values is None:
            raise OutOfTime(None)
        return bound

    def _strike(self, cost: Mapping[int, int]) -> None:
        """Fix each column that the relaxation's prices forbid to move in any answer as good as the one at hand."""
        import numpy as np

        edge = self._edge
        if edge is None or self.values is None:
            return
        gap = self.value(cost) * edge.scale - edge.bound
        lower, upper = np.array(self._lower), np.array(self._upper)
        columns = np.nonzero((np.abs(edge.prices) > gap) & (lower < upper))[0].astype(np.int32)
        if len(columns):
            whole = np.where(edge.prices[columns] > 0, lower[columns], upper[columns])
            for column, value in zip(columns.tolist(), whole.tolist(), strict=True):
                super().fix(column, value)
            reals = whole.astype(np.float64)
            self._relaxed.changeColsBounds(len(columns), columns, reals, reals)

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise OutOfTime(self.values)
        return left

    def _load(self, whole: bool, cost: Mapping[int, int] | None = None, plain: bool = False) -> Any:
        return load(self._rows, self._lower, self._upper, cost or {}, whole, presolve=not plain)


def _start(search: Any, values: list[int] | None) -> None:
    if values is not None:
        import highspy

        start = highspy.HighsSolution()
        start.col_value = [float(v) for v in values]
        search.setSolution(start)


def load(
    rows: Rows,
    lower: Sequence[int],
    upper: Sequence[int],
    cost: Mapping[int, int],
    whole: bool = False,
    presolve: bool = True,
) -> Any:
    """HiGHS with these rows and columns; `whole`: all columns are whole numbers."""
    import highspy
    import numpy as np

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(upper), len(rows)
    costs = np.zeros(len(upper))
    for column, value in cost.items():
        costs[column] = value
    lp.col_cost_ = costs
    lp.col_lower_ = np.array(lower, dtype=np.float64)
    lp.col_upper_ = np.array(upper, dtype=np.float64)
    lp.row_lower_, lp.row_upper_ = rows.sides()
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    starts, index, counts = rows.arrays()
    lp.a_matrix_.start_ = starts.astype(np.int32)
    lp.a_matrix_.index_ = index.astype(np.int32)
    lp.a_matrix_.value_ = counts.astype(np.float64)
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(upper)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("parallel", "off")
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.5)
    if not presolve:
        solver.setOptionValue("presolve", "off")
    solver.passModel(lp)
    return solver
