"""Rows of planned prophylactic doses in, nouns out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.doses.entry import DoseEntry
from crs_desktop.doses.model import Purpose
from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.doses.planned.rules import Given, settled
from crs_desktop.doses.planned.tables import PlannedUseEndTable, PlannedUseTable
from crs_desktop.kernel.clock import local_day
from crs_desktop.store.moment import known


def planned(
    session: Session, entries: Iterable[DoseEntry], zone: ZoneInfo, as_of: datetime | None = None
) -> tuple[PlannedNeed, ...]:
    """Every planned dose with what became of it, by day; `entries` are the recorded doses that stand.

    With `as_of` only what had been written by then.
    """
    plans, ends = select(PlannedUseTable), select(PlannedUseEndTable)
    if as_of is not None:
        plans, ends = plans.where(PlannedUseTable.at <= as_of), ends.where(PlannedUseEndTable.at <= as_of)
    withdrawn = {row.planned_use_id: row.reason for row in session.scalars(ends)}
    found = [
        PlannedNeed(row.id, row.patient_id, row.day, row.reason, row.at, row.actor, withdrawn.get(row.id))
        for row in session.scalars(plans)
    ]
    given = (
        Given(entry.id, entry.patient_id, entry.started_at, local_day(entry.started_at, zone), entry.at)
        for entry in entries
        if entry.purpose is Purpose.PROPHYLACTIC
    )
    return settled(found, given)


def planned_patients(session: Session, as_of: datetime | None = None) -> set[int]:
    """Patients with a planned dose that nobody has withdrawn, given or not."""
    ended = known(select(PlannedUseEndTable.planned_use_id), PlannedUseEndTable.at, as_of)
    query = select(PlannedUseTable.patient_id).where(PlannedUseTable.id.not_in(ended)).distinct()
    return set(session.scalars(known(query, PlannedUseTable.at, as_of)))


def add(session: Session, patient_id: int, day: date, reason: str, at: datetime, actor: str) -> int:
    """Append a planned dose; answers its id."""
    row = PlannedUseTable(patient_id=patient_id, day=day, reason=reason, at=at, actor=actor)
    session.add(row)
    session.flush()
    return row.id


def end(session: Session, planned_id: int, reason: str, at: datetime, actor: str) -> None:
    """Append why a planned dose will not be given."""
    session.add(PlannedUseEndTable(planned_use_id=planned_id, reason=reason, at=at, actor=actor))
    session.flush()
