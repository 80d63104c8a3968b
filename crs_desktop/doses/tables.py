"""Rows of doses given. Append-only: a mistaken record is taken back by a row of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.store.columns import STRICT, Row


class DoseTable(Row):
    """One dose of tocilizumab that was given, with the facts and rules of that moment."""

    __tablename__ = "doses"
    __table_args__ = (CheckConstraint("amount > 0", "amount"), STRICT)
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(unique=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    episode_id: Mapped[int | None] = mapped_column(ForeignKey("episodes.id"))
    grade_id: Mapped[int | None] = mapped_column(ForeignKey("grades.id"))
    purpose: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    amount: Mapped[Mass]
    calculated: Mapped[Mass | None]
    weight: Mapped[BodyWeight | None]
    weighed_at: Mapped[datetime | None]
    supply: Mapped[str]
    prescriber: Mapped[str]
    given_by: Mapped[str]
    note: Mapped[str]
    deviations: Mapped[list[Any]]
    deviation_reason: Mapped[str]
    deviation_name: Mapped[str]
    policy_fingerprint: Mapped[str]
    protocol_fingerprint: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class DoseVialTable(Row):
    """Vials that went into a dose; `missing` of them were not on the ledger."""

    __tablename__ = "dose_vials"
    __table_args__ = (CheckConstraint("vials > 0 AND missing >= 0 AND missing <= vials", "vials"), STRICT)
    dose_id: Mapped[int] = mapped_column(ForeignKey("doses.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), primary_key=True)
    vials: Mapped[int]
    missing: Mapped[int]


class DoseReversalTable(Row):
    """A dose record taken back, with the reason."""

    __tablename__ = "dose_reversals"
    __table_args__ = STRICT
    dose_id: Mapped[int] = mapped_column(ForeignKey("doses.id"), primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
