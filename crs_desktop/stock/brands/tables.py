"""Rows of prices: what a vial costs from a day on. Append-only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.kernel.amounts import Mass
from crs_desktop.store.columns import STRICT, Row


class PriceTable(Row):
    """What a vial of a brand and strength costs from a day on, in minor units of a currency."""

    __tablename__ = "prices"
    __table_args__ = (
        CheckConstraint("minor >= 0", "minor"),
        STRICT,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    brand: Mapped[str]
    strength: Mapped[Mass]
    minor: Mapped[int]
    currency: Mapped[str]
    valid_from: Mapped[date]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
