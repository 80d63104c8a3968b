"""Rows of suppliers, par levels and orders. Append-only; the latest terms and the latest par hold."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.kernel.amounts import Mass
from crs_desktop.store.columns import STRICT, Row


class SupplierTable(Row):
    """Somebody who delivers vials."""

    __tablename__ = "suppliers"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    actor: Mapped[str]


class SupplierTermsTable(Row):
    """Lead time in working days, cut-off minute of the local day, weekdays worked ("12345"), calendar, shelf life."""

    __tablename__ = "supplier_terms"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"), index=True)
    lead_days: Mapped[int]
    cut_off_minute: Mapped[int]
    arrival_minute: Mapped[int | None]
    weekdays: Mapped[str]
    country: Mapped[str]
    subdivision: Mapped[str]
    shelf_life_days: Mapped[int | None]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class ClosedDayTable(Row):
    """A day on which a supplier (without one: the pharmacy) is closed, or open although the calendar says closed."""

    __tablename__ = "closed_days"
    __table_args__ = (
        CheckConstraint("open IN (0, 1)", "open"),
        STRICT,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("suppliers.id"))
    day: Mapped[date]
    open: Mapped[int]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class ParTable(Row):
    """The least and the wanted number of vials of a brand and strength."""

    __tablename__ = "pars"
    __table_args__ = (
        CheckConstraint("least >= 0 AND target >= least", "least"),
        STRICT,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    brand: Mapped[str]
    strength: Mapped[Mass]
    least: Mapped[int]
    target: Mapped[int]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class OrderTable(Row):
    """An order that was placed, with the day (and, if told, the minute) on which it is expected."""

    __tablename__ = "orders"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    reference: Mapped[str]
    expected: Mapped[date]
    expected_minute: Mapped[int | None]
    shelf_life_days: Mapped[int | None]
    note: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class OrderLineTable(Row):
    """Vials of an order."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("vials > 0", "vials"),
        STRICT,
    )
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    brand: Mapped[str] = mapped_column(primary_key=True)
    strength: Mapped[Mass] = mapped_column(primary_key=True)
    vials: Mapped[int]


class OrderEventTable(Row):
    """What became of an order: expected on another day, closed short, cancelled."""

    __tablename__ = "order_events"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    kind: Mapped[str]
    expected: Mapped[date | None]
    expected_minute: Mapped[int | None]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
