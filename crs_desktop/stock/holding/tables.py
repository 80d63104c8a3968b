"""Rows of temperature excursions. Append-only; what became of each lot is a state of that lot."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class ExcursionTable(Row):
    """A place too warm or too cold: from, until (empty: still), and the extremes in tenths of a degree Celsius."""

    __tablename__ = "excursions"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    lowest_tenths: Mapped[int | None]
    highest_tenths: Mapped[int | None]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
