"""The board as a document: what `readiness --json` prints, and what an answer that was given is held against."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.kernel.answers import finding_entries, instant_entry
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.readiness import words
from crs_desktop.readiness.around_document import around, coming_entries, lot_entries
from crs_desktop.readiness.board import Board, RowAnswer, SetAnswer, WindowAnswer
from crs_desktop.readiness.plan_document_answer import fix_entry


def printed(document: Mapping[str, Json]) -> str:
    """The document as it is printed, without the last line's end."""
    return json.dumps(document, ensure_ascii=False, indent=2)


def digest_of(document: Mapping[str, Json]) -> str:
    """A name for exactly what is printed: another byte, another name."""
    return hashlib.sha256(printed(document).encode()).hexdigest()


def readiness_document(board: Board, zone: ZoneInfo) -> dict[str, Json]:
    """Keys as the JSON schema says; amounts as decimal strings."""
    first = board.first_not_ready
    start = None if first is None else max(first.window.days.first, board.today).isoformat()
    return {
        "asked_at": instant_entry(board.asked_at, zone),
        "today": board.today.isoformat(),
        "verdict": board.verdict.value,
        "headline": words.headline(board),
        "first_day_not_ready": start,
        "proved_best": board.proved_best,
        "policy": {item.option.key: item.value for item in board.policy.decided},
        "policy_unverified": list(board.policy.unverified),
        "windows": [_window(window) for window in board.windows],
        "infusions": [_row(row) for row in board.rows],
        "days": [
            {"day": one.day.isoformat(), "owed": one.owed, "covered": one.covered, "expiring": one.expiring}
            for one in board.days
        ],
        "fixes": [fix_entry(fix) for fix in board.fixes],
        "discrepancies": board.discrepancies,
        **around(board),
    }


def _window(answer: WindowAnswer) -> dict[str, Json]:
    return {
        "holder": answer.window.holder,
        "patient": {"id": answer.patient.id, "mrn": answer.patient.mrn, "name": answer.patient.name},
        "from": answer.window.days.first.isoformat(),
        "until": answer.window.days.last.isoformat(),
        "weight_kg": None if answer.weighing is None else format(answer.weighing.weight.kg.normalize(), "f"),
        "weight_age_days": answer.weight_age_days,
        "dose_mg": None if answer.dose is None else format(answer.dose.mg.normalize(), "f"),
        "owed": answer.owed,
        "covered": len(answer.sets),
        "verdict": answer.verdict.value,
        "reasons": finding_entries(answer.findings),
        "sets": [_set(one) for one in answer.sets],
    }


def _set(one: SetAnswer) -> dict[str, Json]:
    return {
        "set": one.planned.set_no,
        "drawn_mg": format(one.planned.drawn.mg.normalize(), "f"),
        "opened_mg": format(one.planned.opened.mg.normalize(), "f"),
        "waste_mg": format(one.planned.waste.mg.normalize(), "f"),
        "confirmed": one.earmark_id is not None and one.promise_covers,
        "vials": lot_entries(one.lots),
        "coming": coming_entries(one.coming),
    }  # fmt: skip


def _row(row: RowAnswer) -> dict[str, Json]:
    day: date = row.infusion.day
    return {
        "day": day.isoformat(),
        "time": row.infusion.clock_time or None,
        "patient": row.patient.mrn,
        "therapy": row.course.protocol.id,
        "dose": row.infusion.dose.key,
        "label": row.infusion.dose.label,
        "outcome": row.infusion.outcome.value,
        "window": None if row.window is None else row.window.window.holder,
        "verdict": None if row.window is None else row.window.verdict.value,
    }
