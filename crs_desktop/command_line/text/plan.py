"""`plan` in words: the verdict, the sets by lot, what is not covered, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from crs_desktop.command_line.text.layout import table, term, wrapped
from crs_desktop.kernel.days import day_text
from crs_desktop.readiness.words import sentence, sets_text


def plan_text(document: Mapping[str, Any]) -> str:
    """The whole answer."""
    lines = [term(f"cl_plan_{document['verdict']}", covered=document["covered"], owed=document["owed"],
                  waste=document["waste_mg"])]  # fmt: skip
    if not document["proved_best"]:
        lines.append(f"! {term('cl_plan_not_proved')}")
    rows = [_row(one, str(one["set"])) for one in document["sets"]]
    rows += [
        _row(one, term("cl_plan_planned_use", day_text(date.fromisoformat(one["date"]))))
        for one in document.get("planned_use", ())
    ]
    if rows:
        names = ("patient", "set", "dose", "drawn", "opened", "waste", "vials")
        lines += ["", *table([term(f"cl_plan_head_{name}") for name in names], rows, right=(2, 3, 4, 5), most=26)]
    lines += _uncovered(document) + _mend(document["fix"])
    for entry in document.get("findings", ()):
        lines += wrapped(f"! {entry['field']}: {entry['reason']}" if entry["field"] else f"! {entry['reason']}")
    return "\n".join(lines)


def _row(one: Mapping[str, Any], number: str) -> list[str]:
    amounts = [f"{one[name]} mg" for name in ("dose_mg", "drawn_mg", "opened_mg", "waste_mg")]
    return [one["patient"], number, *amounts, " + ".join(_vials(taken) for taken in one["vials"])]


def _vials(taken: Mapping[str, Any]) -> str:
    if "place" in taken:
        return term("cl_plan_vials_of_lot_at", number=taken["vials"], mg=taken["mg"], lot=taken["lot"],
                    place=taken["place"])  # fmt: skip
    return term("cl_plan_vials_of_lot", number=taken["vials"], mg=taken["mg"], lot=taken["lot"])


def _uncovered(document: Mapping[str, Any]) -> list[str]:
    if not document["uncovered"]:
        return []
    lines = ["", term("cl_plan_uncovered")]
    for one in document["uncovered"]:
        lines += [f"  x {one['patient']}, {sets_text(one['sets'])}", *wrapped(one["reason"], 4)]
    return lines


def _mend(fix: Mapping[str, Any] | None) -> list[str]:
    if fix is None:
        return []
    if fix["kind"] == "move":
        said = term("fix_move", patient=fix["patient"], to=day_text(date.fromisoformat(fix["to"])))
    else:
        vials = " + ".join(
            term("cl_plan_fix_order_vials", number=one["n"], mg=one["mg"], brand=one["brand"]) for one in fix["vials"]
        )
        said = term("fix_order", vials=vials, by=day_text(date.fromisoformat(fix["by"])))
    return ["", term("cl_plan_fix_head"), *wrapped(sentence(said), 2)]
