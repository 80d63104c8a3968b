"""Rows of excursions in, excursions out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.stock import repository
from crs_desktop.stock.holding.model import Excursion
from crs_desktop.stock.holding.tables import ExcursionTable


def told(session: Session) -> list[Excursion]:
    """Everything that was ever told about excursions, oldest first."""
    places = repository.places(session)
    return [
        Excursion(
            row.id, places[row.place_id], row.began_at, row.ended_at, row.lowest_tenths, row.highest_tenths,
            row.reason, row.at, row.actor,
        )
        for row in session.scalars(select(ExcursionTable).order_by(ExcursionTable.id))
    ]  # fmt: skip


def add(
    session: Session, place_id: int, began: datetime, ended: datetime | None, extremes: tuple[int | None, int | None],
    reason: str, at: datetime, actor: str,
) -> int:  # fmt: skip
    """What is told of an excursion now; answers the id of the row."""
    lowest, highest = extremes
    row = ExcursionTable(
        place_id=place_id, began_at=began, ended_at=ended, lowest_tenths=lowest, highest_tenths=highest,
        reason=reason, at=at, actor=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id
