"""`chance` in words: the chance at the end, the days on which it rises, and what it takes for granted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crs_desktop.command_line.text.layout import table, term, wrapped
from crs_desktop.readiness.chance.model import Question
from crs_desktop.readiness.chance.words import one_in, percent


def chance_text(question: Question, document: Mapping[str, Any]) -> str:
    """The whole answer."""
    total = Decimal(document["total"])
    exact = "findings" not in document
    code = "cl_chance_never" if total == 0 and exact else "cl_chance_head"
    lines = wrapped(term(code, percent(total, exact), day=question.horizon, often=one_in(total)), hang=2)
    rows = _rises(document["by_day"])
    if rows:
        lines += ["", *table([term("cl_chance_head_by"), term("cl_chance_head_chance")], rows)]
    lines += ["", term("cl_chance_granted")]
    lines += [line for said in _granted(question) for line in wrapped(said, 2, hang=2)]
    for entry in document.get("findings", ()):
        lines += wrapped(f"! {entry['reason']}", hang=2)
    return "\n".join(lines)


def _rises(days: list[Mapping[str, Any]]) -> list[list[str]]:
    rows: list[list[str]] = []
    before = Decimal(0)
    for entry in days:
        now = Decimal(entry["p"])
        if now > before:
            rows.append([term("cl_chance_day", entry["day"]), percent(now)])
        before = now
    return rows


def _granted(question: Question) -> list[str]:
    delivery = question.delivery
    supply = (
        term("cl_chance_stock", question.stock)
        if delivery is None
        else term("cl_chance_stock_and_delivery", question.stock, more=delivery.units, day=delivery.day)
    )
    return [supply, term("cl_chance_patients", len(question.patients), day=question.horizon)]
