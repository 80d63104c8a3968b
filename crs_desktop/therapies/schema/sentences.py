"""Reads the sentences of a protocol by topic, and the gaps it says aloud."""

from __future__ import annotations

from crs_desktop.therapies.model.care import Line, Unknown
from crs_desktop.therapies.model.doses import Regimen
from crs_desktop.therapies.schema.regimens import regimen_ids
from crs_desktop.therapies.schema.table import Table

TOPICS = (
    "identity",
    "indication",
    "presentation",
    "administration",
    "handling",
    "hold",
    "tocilizumab",
    "emergency",
    "prophylaxis",
    "driving",
    "discharge",
    "rems",
    "crs",
    "icans",
    "other_event",
    "stop",
    "disagreement",
    "dosing",
    "gate",
    "contraindication",
    "monitoring",
    "laboratory",
    "symptom_free",
    "product",
    "evidence",
    "swap",
    "between_doses",
)


def read_lines(top: Table, regimens: tuple[Regimen, ...]) -> tuple[Line, ...]:
    """Sentences by topic."""
    rows = []
    for table in top.tables("lines"):
        row_id, topic = table.identity(), table.word("topic", required=True, allowed=TOPICS)
        text, grade = table.text("text", required=True), table.word("grade")
        rows.append(Line(row_id, topic, text, grade, regimen_ids(table, regimens), table.path))
        table.close()
    return tuple(rows)


def read_unknowns(top: Table) -> tuple[Unknown, ...]:
    """Gaps said aloud."""
    rows = []
    for table in top.tables("unknowns"):
        row_id, text = table.identity(), table.word("text", required=True)
        rows.append(Unknown(row_id, text, table.words("about")))
        table.close()
    return tuple(rows)
