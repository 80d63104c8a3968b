"""Rows of recorded scores in, records out."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.patients.risk.model import RecordedScore
from crs_desktop.patients.risk.tables import RiskScoreTable


def recorded(session: Session, patient_id: int) -> list[RecordedScore]:
    """Every score of a patient, oldest first."""
    query = select(RiskScoreTable).where(RiskScoreTable.patient_id == patient_id).order_by(RiskScoreTable.id)
    return [_read(row) for row in session.scalars(query)]


def add(session: Session, score: RecordedScore) -> int:
    """A new row; answers its id."""
    row = RiskScoreTable(
        patient_id=score.patient_id, course_id=score.course_id, score=score.score, version=score.version,
        inputs=_text({"values": [list(value) for value in score.values], "corrects": score.corrects}),
        result=_text({
            "name": score.name, "shown": score.shown, "band": score.band, "confidence": score.confidence,
            "unverified": score.unverified, "bewares": list(score.bewares),
        }),
        measured_at=score.measured_at, note=score.note, at=score.at, actor=score.actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _read(row: RiskScoreTable) -> RecordedScore:
    inputs, result = json.loads(row.inputs), json.loads(row.result)
    return RecordedScore(
        row.id, row.patient_id, row.course_id, row.score, row.version, result["name"],
        tuple((name, typed, unit) for name, typed, unit in inputs["values"]), result["shown"], result["band"],
        result["confidence"], result["unverified"], tuple(result["bewares"]), row.measured_at, row.note,
        inputs["corrects"], row.at, row.actor,
    )  # fmt: skip


def _text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
