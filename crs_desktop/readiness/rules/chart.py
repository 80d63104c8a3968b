"""The board's chart: what is owed, what is covered, what expires and what arrives, day by day."""

from __future__ import annotations

from datetime import timedelta

from crs_desktop.readiness.model import DayFigures, Plan, PlanQuestion

_NEXT = timedelta(days=1)
"""A delivery counts from the day after it."""


def by_day(question: PlanQuestion, plan: Plan, horizon: int = 30) -> tuple[DayFigures, ...]:
    """Figures for today and the days after it, `horizon` days in all."""
    made: dict[str, int] = {}
    for one in plan.sets:
        made[one.holder] = made.get(one.holder, 0) + 1
    figures = []
    for day in (question.today + timedelta(days=n) for n in range(horizon)):
        open_ = [demand for demand in question.demands if day in demand.window]
        figures.append(
            DayFigures(
                day,
                owed=sum(demand.sets for demand in open_),
                covered=sum(made.get(demand.holder, 0) for demand in open_),
                expiring=sum(line.vials for line in question.supply if line.usable and line.expires == day),
                arriving=sum(
                    line.vials for line in question.supply if line.usable and line.available_from == day + _NEXT
                ),
            )
        )
    return tuple(figures)
