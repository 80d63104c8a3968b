"""Rows of episodes in, models out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.episodes.model import Episode, Grade
from crs_desktop.episodes.tables import EpisodeCloseTable, EpisodeTable, GradeTable
from crs_desktop.store.moment import among, known


def episodes(
    session: Session,
    patient_id: int | None = None,
    patient_ids: Collection[int] | None = None,
    as_of: datetime | None = None,
) -> list[Episode]:
    """Episodes in the order they opened; of one patient, some, or all.

    With `as_of` only what had been written by then: an episode closed later is open.
    """
    wanted = patient_ids if patient_id is None else [patient_id]
    query = known(among(select(EpisodeTable), EpisodeTable.patient_id, wanted), EpisodeTable.at, as_of)
    rows = list(session.scalars(query.order_by(EpisodeTable.opened_at, EpisodeTable.id)))
    mine = None if wanted is None else [row.id for row in rows]
    grades: dict[int, list[Grade]] = defaultdict(list)
    told = known(among(select(GradeTable), GradeTable.episode_id, mine), GradeTable.at, as_of)
    for row in session.scalars(told.order_by(GradeTable.graded_at, GradeTable.id)):
        grades[row.episode_id].append(
            Grade(row.id, row.episode_id, row.kind, row.grade, row.scale, row.told_by, row.graded_at, row.actor)
        )
    closes = known(among(select(EpisodeCloseTable), EpisodeCloseTable.episode_id, mine), EpisodeCloseTable.at, as_of)
    closed = {row.episode_id: row.closed_at for row in session.scalars(closes)}
    return [
        Episode(row.id, row.patient_id, row.opened_at, closed.get(row.id), tuple(grades[row.id])) for row in rows
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
