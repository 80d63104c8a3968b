"""Rows of recalls. Append-only; a recall that is over is a later row of its own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class RecallTable(Row):
    """A recall notice of a brand; `every_lot` 1 when the notice names no lots."""

    __tablename__ = "recalls"
    __table_args__ = (
        CheckConstraint("every_lot IN (0, 1)", "every_lot"),
        STRICT,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    recall_class: Mapped[str]
    brand: Mapped[str]
    every_lot: Mapped[int]
    noticed: Mapped[date]
    reason: Mapped[str]
    source: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class RecallLotTable(Row):
    """A lot number that a notice names, also one that never came here."""

    __tablename__ = "recall_lots"
    __table_args__ = STRICT
    recall_id: Mapped[int] = mapped_column(ForeignKey("recalls.id"), primary_key=True)
    lot_number: Mapped[str] = mapped_column(primary_key=True)


class RecallEndTable(Row):
    """Why a recall no longer holds here."""

    __tablename__ = "recall_ends"
    __table_args__ = STRICT
    recall_id: Mapped[int] = mapped_column(ForeignKey("recalls.id"), primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
