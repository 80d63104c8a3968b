"""Rows of recorded scores. Append-only: a correction is a new row that names the one before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class RiskScoreTable(Row):
    """A score of a patient: `inputs` and `result` are JSON, in the words of the day on which it was recorded."""

    __tablename__ = "risk_scores"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    score: Mapped[str]
    version: Mapped[str]
    inputs: Mapped[str]
    result: Mapped[str]
    measured_at: Mapped[datetime]
    note: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
