"""Rows of episodes in, models out."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.episodes.model import Episode, Grade
from crs_desktop.episodes.tables import EpisodeCloseTable, EpisodeTable, GradeTable


def episodes(session: Session, patient_id: int | None = None) -> list[Episode]:
    """Episodes in the order they opened; of one patient, or all."""
    grades: dict[int, list[Grade]] = defaultdict(list)
    for row in session.scalars(select(GradeTable).order_by(GradeTable.graded_at, GradeTable.id)):
        grades[row.episode_id].append(
            Grade(row.id, row.episode_id, row.kind, row.grade, row.scale, row.told_by, row.graded_at, row.actor)
        )
    closed = {row.episode_id: row.closed_at for row in session.scalars(select(EpisodeCloseTable))}
    query = select(EpisodeTable).order_by(EpisodeTable.opened_at, EpisodeTable.id)
    if patient_id is not None:
        query = query.where(EpisodeTable.patient_id == patient_id)
    return [
        Episode(row.id, row.patient_id, row.opened_at, closed.get(row.id), tuple(grades[row.id]))
        for row in session.scalars(query)
    ]


def add_episode(session: Session, patient_id: int, opened_at: datetime, at: datetime, actor: str) -> int:
    """Open an episode; answers the id."""
    row = EpisodeTable(patient_id=patient_id, opened_at=opened_at, at=at, actor=actor)
    session.add(row)
    session.flush()
    return row.id


def add_grade(session: Session, grade: Grade, at: datetime) -> int:
    """Add a grade; answers the id."""
    row = GradeTable(
        episode_id=grade.episode_id, kind=grade.kind, grade=grade.grade, scale=grade.scale, told_by=grade.told_by,
        graded_at=grade.graded_at, at=at, actor=grade.actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def close(session: Session, episode_id: int, reason: str, at: datetime, actor: str) -> None:
    """Close an episode."""
    session.add(EpisodeCloseTable(episode_id=episode_id, closed_at=at, reason=reason, at=at, actor=actor))
