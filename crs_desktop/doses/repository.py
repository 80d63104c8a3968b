"""Rows of doses in, log entries out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crs_desktop.doses.entry import DoseEntry, NewDose, VialsSpent
from crs_desktop.doses.model import Purpose
from crs_desktop.doses.tables import DoseReversalTable, DoseTable, DoseVialTable
from crs_desktop.kernel.refusal import Finding, Severity
from crs_desktop.stock.model import VialLine
from crs_desktop.store.moment import among, known


def doses(
    session: Session,
    patient_id: int | None = None,
    patient_ids: Collection[int] | None = None,
    as_of: datetime | None = None,
) -> list[DoseEntry]:
    """The log in order of start; of one patient, some, or all. Reversed entries are there, with their reason.

    With `as_of` only what had been written by then: a dose taken back later stands.
    """
    wanted = patient_ids if patient_id is None else [patient_id]
    query = known(among(select(DoseTable), DoseTable.patient_id, wanted), DoseTable.at, as_of)
    rows = list(session.scalars(query.order_by(DoseTable.started_at, DoseTable.id)))
    mine = [row.id for row in rows]
    vials: dict[int, list[VialsSpent]] = defaultdict(list)
    for row in session.scalars(select(DoseVialTable).where(DoseVialTable.dose_id.in_(mine))):
        vials[row.dose_id].append(VialsSpent(VialLine(row.lot_id, row.place_id, row.vials), row.missing))
    back = known(among(select(DoseReversalTable), DoseReversalTable.dose_id, mine), DoseReversalTable.at, as_of)
    reversed_ = {row.dose_id: row.reason for row in session.scalars(back)}
    return [_entry(row, vials[row.id], reversed_.get(row.id)) for row in rows]


def had_lots(session: Session, lot_ids: Collection[int]) -> frozenset[int]:
    """Patients of whose doses, also those taken back, any names one of these lots."""
    query = select(DoseTable.patient_id).join(DoseVialTable, DoseVialTable.dose_id == DoseTable.id)
    return frozenset(session.scalars(query.where(DoseVialTable.lot_id.in_(list(lot_ids))).distinct()))


def without_vials(session: Session) -> int:
    """Doses that stand and name no vials of ours: what they were made of is not known here."""
    named, back = select(DoseVialTable.dose_id), select(DoseReversalTable.dose_id)
    query = select(func.count()).select_from(DoseTable)
    return session.scalar(query.where(DoseTable.id.not_in(named), DoseTable.id.not_in(back))) or 0


def add_dose(session: Session, new: NewDose) -> int:
    """Append a dose; answers its id."""
    read, weighing = new.read, new.weighing
    row = DoseTable(
        request_id=new.request_id, patient_id=read.patient_id, episode_id=new.episode_id, grade_id=new.grade_id,
        purpose=read.purpose.value, started_at=read.started_at, ended_at=read.ended_at, amount=read.amount,
        calculated=new.calculated, weight=None if weighing is None else weighing.weight,
        weighed_at=None if weighing is None else weighing.measured_at, supply=read.supply,
        prescriber=read.prescriber, given_by=read.given_by, note=read.note,
        deviations=[finding_json(item) for item in new.deviations], deviation_reason=read.deviation_reason,
        deviation_name=read.deviation_name, policy_fingerprint=new.policy_fingerprint,
        protocol_fingerprint=new.protocol_fingerprint, at=new.at, actor=new.actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def add_vials(session: Session, dose_id: int, line: VialLine, missing: int) -> None:
    """Append the vials of a dose."""
    session.add(
        DoseVialTable(dose_id=dose_id, lot_id=line.lot_id, place_id=line.place_id, vials=line.vials, missing=missing)
    )
    session.flush()


def add_reversal(session: Session, dose_id: int, reason: str, at: datetime, actor: str) -> None:
    """Append the taking back of a dose."""
    session.add(DoseReversalTable(dose_id=dose_id, reason=reason, at=at, actor=actor))
    session.flush()


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as it is stored with a dose."""
    return {
        "code": finding.code, "field": finding.field, "value": finding.value, "values": dict(finding.values),
        "severity": finding.severity.value,
    }  # fmt: skip


def _finding(stored: dict[str, Any]) -> Finding:
    values = tuple(sorted(stored["values"].items()))
    return Finding(stored["code"], stored["field"], stored["value"], values, Severity(stored["severity"]))


def _entry(row: DoseTable, vials: list[VialsSpent], reversed_because: str | None) -> DoseEntry:
    return DoseEntry(
        row.id, row.patient_id, row.episode_id, Purpose(row.purpose), row.started_at, row.ended_at, row.amount,
        row.calculated, row.weight, row.supply, tuple(vials), row.prescriber, row.given_by, row.note,
        tuple(_finding(stored) for stored in row.deviations), row.deviation_reason, row.deviation_name, row.at,
        row.actor, reversed_because,
    )  # fmt: skip
