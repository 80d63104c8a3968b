"""`dose` and `next-dose` in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crs_desktop.command_line.text.layout import pairs, term, wrapped
from crs_desktop.doses.rules.interval import instant_words


def dose_text(document: Mapping[str, Any]) -> str:
    """Dose, draw, bag, vials, waste; or the reasons why not."""
    if "refused" in document:
        return "\n".join([term("cl_dose_refused_head"), *reasons(document["refused"])])
    code = "cl_dose_dose_capped" if document["capped"] else "cl_dose_dose"
    vials = [term("cl_terminal_vials", number=one["vials"], mg=one["mg"]) for one in document["vials"]]
    rows = [
        (term("cl_dose_label_dose"), term(code, document["dose_mg"], per_kg=document["mg_per_kg"])),
        (
            term("cl_dose_label_draw"),
            term("cl_dose_draw", drawn=document["drawn_mg"], volume=document["volume_ml"]),
        ),
        (term("cl_dose_label_bag"), term("cl_dose_bag", ml=document["bag_ml"], minutes=document["infuse_minutes"])),
        (term("cl_dose_label_vials"), " + ".join(vials)),
        (term("cl_dose_label_waste"), term("cl_dose_waste", waste=document["waste_mg"], opened=document["opened_mg"])),
    ]
    return "\n".join([term("cl_dose_head", document["weight_kg"]), *pairs([*rows, *_beware(document)])])


def next_dose_text(document: Mapping[str, Any], rule: str, from_site: bool) -> str:
    """May another dose start; the clock rule in force and whose it is; what is left."""
    clock = term("cl_next_dose_clock", clock=term(f"cl_next_dose_clock_{document['interval_from']}"), rule=rule)
    whose = term("cl_next_dose_rule_site" if from_site else "cl_next_dose_rule_shipped")
    left = term("cl_next_dose_left", day=document["left_24h"], episode=document["left_episode"])
    rows = [(term("cl_next_dose_label_clock"), f"{clock} {whose}"), (term("cl_next_dose_label_left"), left)]
    return "\n".join([_next_head(document), *pairs([*rows, *_beware(document)])])


def _next_head(document: Mapping[str, Any]) -> str:
    if document["allowed"]:
        return term("cl_next_dose_yes")
    if document["from"] is None:
        return term("cl_next_dose_never")
    start = datetime.fromisoformat(document["from"])
    assert start.tzinfo is not None
    return term("cl_next_dose_no", instant_words(start, start.tzinfo))


def _beware(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(term("cl_terminal_more"), entry["reason"]) for entry in document.get("findings", ())]


def reasons(entries: list[Mapping[str, str]]) -> list[str]:
    """Each reason on lines of its own."""
    return [line for entry in entries for line in wrapped(entry["reason"], 2)]
