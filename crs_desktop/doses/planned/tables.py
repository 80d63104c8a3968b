"""Rows of planned prophylactic doses. Append-only; one that will not be given is ended by a later row."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class PlannedUseTable(Row):
    """A prophylactic dose on the schedule of a patient."""

    __tablename__ = "planned_uses"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    day: Mapped[date]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class PlannedUseEndTable(Row):
    """Why a planned dose will not be given."""

    __tablename__ = "planned_use_ends"
    __table_args__ = STRICT
    planned_use_id: Mapped[int] = mapped_column(ForeignKey("planned_uses.id"), primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
