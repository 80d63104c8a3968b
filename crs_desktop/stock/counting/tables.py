"""Rows of counts. Append-only: what was counted is never edited, a second round is rows of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class CountTable(Row):
    """A count of one place, frozen at a line of the ledger."""

    __tablename__ = "counts"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    frozen_movement: Mapped[int]
    note: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class CountEntryTable(Row):
    """What somebody counted of a lot: round 1, then blind rounds until two agree. `ledger` is the newest line then."""

    __tablename__ = "count_entries"
    __table_args__ = (
        UniqueConstraint("count_id", "round", "lot_id"),
        CheckConstraint("round >= 1", "round"),
        CheckConstraint("vials >= 0", "vials"),
        STRICT,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("counts.id"))
    round: Mapped[int]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"))
    vials: Mapped[int]
    ledger: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]


class CountEndTable(Row):
    """How a count ended: posted or given up."""

    __tablename__ = "count_ends"
    __table_args__ = STRICT
    count_id: Mapped[int] = mapped_column(ForeignKey("counts.id"), primary_key=True)
    outcome: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
