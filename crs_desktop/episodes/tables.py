"""Rows of episodes. Append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class EpisodeTable(Row):
    """An episode."""

    __tablename__ = "episodes"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"), index=True)
    opened_at: Mapped[datetime]
    at: Mapped[datetime]
    actor: Mapped[str]


class EpisodeCloseTable(Row):
    """The named act that closes an episode."""

    __tablename__ = "episode_closes"
    __table_args__ = STRICT
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"), primary_key=True)
    closed_at: Mapped[datetime]
    reason: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]


class GradeTable(Row):
    """A grade as told."""

    __tablename__ = "grades"
    __table_args__ = (CheckConstraint("grade BETWEEN 0 AND 5", "grade"), STRICT)
    id: Mapped[int] = mapped_column(primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"), index=True)
    kind: Mapped[str]
    grade: Mapped[int]
    scale: Mapped[str]
    told_by: Mapped[str]
    graded_at: Mapped[datetime]
    at: Mapped[datetime]
    actor: Mapped[str]
