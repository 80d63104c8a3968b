"""Rows of stock. The ledger and the lot states are append-only; the balance is kept by a trigger."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.kernel.amounts import Mass
from crs_desktop.store.columns import STRICT, Row


def _later(table: str) -> ForeignKey:
    """A reference to a table of a room that builds on this one: it is looked up only when the schema is compared."""
    return ForeignKey(f"{table}.id", use_alter=True)


class PlaceTable(Row):
    """A place; without `at` it was known before anybody kept since when."""

    __tablename__ = "places"
    __table_args__ = (CheckConstraint("reach_minutes >= 0", "reach"), STRICT)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    reach_minutes: Mapped[int]
    at: Mapped[datetime | None]


class LotTable(Row):
    """A lot; what it is never changes, its state is in lot_states."""

    __tablename__ = "lots"
    __table_args__ = (
        UniqueConstraint("brand", "strength", "number"),
        CheckConstraint("strength > 0", "strength"),
        STRICT,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    brand: Mapped[str]
    strength: Mapped[Mass]
    number: Mapped[str]
    expires: Mapped[date]


class LotStateTable(Row):
    """A change of a lot's state, in one place or (no place) everywhere; the latest of each holds. Append-only."""

    __tablename__ = "lot_states"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    state: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    recall_id: Mapped[int | None] = mapped_column(_later("recalls"))
    excursion_id: Mapped[int | None] = mapped_column(_later("excursions"))


class MovementTable(Row):
    """One line of the ledger. Append-only. `pair` of vials that came in a move is the line by which they went."""

    __tablename__ = "movements"
    __table_args__ = (
        CheckConstraint("vials <> 0", "vials"),
        Index("ix_movements_lot_place", "lot_id", "place_id", "vials"),
        Index("ix_movements_order", "order_id", sqlite_where=text("order_id IS NOT NULL")),
        STRICT,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    vials: Mapped[int]
    kind: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("movements.id"), unique=True)
    dose_id: Mapped[int | None] = mapped_column(index=True)
    pair: Mapped[int | None] = mapped_column(ForeignKey("movements.id"))
    order_id: Mapped[int | None] = mapped_column(_later("orders"))
    count_id: Mapped[int | None] = mapped_column(_later("counts"))
    loan_id: Mapped[int | None] = mapped_column(_later("loans"))
    cause: Mapped[str | None]
    holder: Mapped[str | None]


class BalanceTable(Row):
    """On hand by lot and place, kept by trigger. The check refuses an overdraw whatever the caller believed."""

    __tablename__ = "balances"
    __table_args__ = (CheckConstraint("vials >= 0", "vials"), STRICT)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), primary_key=True)
    vials: Mapped[int] = mapped_column(index=True)


class EarmarkTable(Row):
    """A promise of one set; ended when released_at is set."""

    __tablename__ = "earmarks"
    __table_args__ = (CheckConstraint("set_no >= 1", "set_no"), STRICT)
    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(index=True)
    set_no: Mapped[int]
    held_from: Mapped[date]
    held_until: Mapped[date]
    at: Mapped[datetime]
    actor: Mapped[str]
    released_at: Mapped[datetime | None] = mapped_column(index=True)
    released_because: Mapped[str | None]


class EarmarkVialTable(Row):
    """The vials of a promise."""

    __tablename__ = "earmark_vials"
    __table_args__ = (CheckConstraint("vials > 0", "vials"), STRICT)
    earmark_id: Mapped[int] = mapped_column(ForeignKey("earmarks.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), primary_key=True)
    vials: Mapped[int]


class DiscrepancyTable(Row):
    """Vials used that the ledger did not hold. Append-only; explaining one is a later row of its own."""

    __tablename__ = "discrepancies"
    __table_args__ = (CheckConstraint("vials > 0", "vials"), STRICT)
    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"))
    vials: Mapped[int]
    dose_id: Mapped[int]
    opened_at: Mapped[datetime]


class DiscrepancyCloseTable(Row):
    """How a discrepancy was explained. Append-only."""

    __tablename__ = "discrepancy_closes"
    __table_args__ = STRICT
    discrepancy_id: Mapped[int] = mapped_column(ForeignKey("discrepancies.id"), primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
