"""The answer of the what-if as a document."""

from __future__ import annotations

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import finding_entries
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.readiness.around_document import coming_entries, lot_entries
from crs_desktop.readiness.board import WindowAnswer
from crs_desktop.readiness.plan_document_answer import fix_entry
from crs_desktop.readiness.what_if.model import WhatIf


def what_if_document(asked: WhatIf) -> dict[str, Json]:
    """Keys as the JSON schema says; amounts as decimal strings."""
    extra = asked.extra
    return {
        "answer": asked.answer.value,
        "already_short": asked.already,
        "therapy": extra.protocol.id,
        "regimen": extra.regimen_id,
        "weight_kg": plain(extra.weight.kg),
        "on": extra.first_day.isoformat(),
        "reasons": finding_entries(asked.findings),
        "board_fixes": [fix_entry(fix) for fix in asked.own_fixes],
        "fix": None if asked.fix is None else fix_entry(asked.fix),
        "other_fixes": [fix_entry(fix) for fix in asked.others],
        "first_yes": None if asked.first_yes is None else asked.first_yes.isoformat(),
        "days_tried": asked.looked_ahead,
        "window": None if asked.window is None else _window(asked.window),
    }


def _window(one: WindowAnswer) -> Json:
    return {
        "from": one.window.days.first.isoformat(),
        "until": one.window.days.last.isoformat(),
        "dose_mg": None if one.dose is None else plain(one.dose.mg),
        "owed": one.owed,
        "covered": len(one.sets),
        "sets": [{"vials": lot_entries(item.lots), "coming": coming_entries(item.coming)} for item in one.sets],
    }
