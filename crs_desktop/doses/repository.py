"""Rows of doses in, log entries out."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.doses.entry import DoseEntry, VialsSpent
from crs_desktop.doses.model import Purpose
from crs_desktop.doses.tables import DoseReversalTable, DoseTable, DoseVialTable
from crs_desktop.kernel.refusal import Finding, Severity
from crs_desktop.stock.model import VialLine


def doses(session: Session, patient_id: int | None = None) -> list[DoseEntry]:
    """The log in order of start; of one patient, or all. Reversed entries are there, with their reason."""
    query = select(DoseTable).order_by(DoseTable.started_at, DoseTable.id)
    if patient_id is not None:
        query = query.where(DoseTable.patient_id == patient_id)
    rows = list(session.scalars(query))
    vials: dict[int, list[VialsSpent]] = defaultdict(list)
    for row in session.scalars(select(DoseVialTable).where(DoseVialTable.dose_id.in_([row.id for row in rows]))):
        vials[row.dose_id].append(VialsSpent(VialLine(row.lot_id, row.place_id, row.vials), row.missing))
    reversed_ = {row.dose_id: row.reason for row in session.scalars(select(DoseReversalTable))}
    return [_entry(row, vials[row.id], reversed_.get(row.id)) for row in rows]


def add_dose(session: Session, row: DoseTable) -> int:
    """Append a dose; answers its id."""
    session.add(row)
    session.flush()
    return row.id


def add_vials(session: Session, dose_id: int, line: VialLine, missing: int) -> None:
    """Append the vials of a dose."""
    session.add(
        DoseVialTable(dose_id=dose_id, lot_id=line.lot_id, place_id=line.place_id, vials=line.vials, missing=missing)
    )
    session.flush()


def add_reversal(session: Session, row: DoseReversalTable) -> None:
    """Append the taking back of a dose."""
    session.add(row)
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
