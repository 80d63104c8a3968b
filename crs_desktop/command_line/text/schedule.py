"""`schedule` in words: dated doses, what goes before them, and what the restart table says after a delay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from crs_desktop.command_line.text.around import (
    calendar_rows,
    clock_rows,
    day_said,
    days_said,
    grouped,
    infusion_time,
    marked,
    medicine,
    observation,
    sentence,
    some,
    stock_rows,
)
from crs_desktop.command_line.text.layout import pairs, table, term, width, wrapped
from crs_desktop.kernel.amounts import grouped as grouped_number
from crs_desktop.therapies.words import listed

Entry = Mapping[str, Any]
_AMOUNT_COLUMNS = 20


def schedule_text(document: Entry) -> str:
    """The whole answer."""
    head = term("cl_schedule_head", name=document["name"], brand=document["brand"], title=document["title"])
    lines = [head, *pairs(_heading(document)), *_never_swap(document), "", *_doses(document["doses"])]
    for entry in document["findings"]:
        lines += wrapped(f"! {entry['reason']}")
    lines += _grade_open(document["doses"])
    for title, said in (
        ("cl_schedule_restart", _restart(document["restart"])),
        ("cl_schedule_clock", clock_rows(document["doses"])),
        ("cl_schedule_premedication", grouped(document["doses"], "premedication", medicine)),
        ("cl_schedule_infusion", grouped(document["doses"], "infusion_times", infusion_time)),
        ("cl_schedule_observation", grouped(document["doses"], "observation", observation)),
        ("cl_schedule_tocilizumab", stock_rows(document["tocilizumab"])),
        ("cl_schedule_hold", [("-", sentence(one)) for one in document["hold"]]),
        ("cl_schedule_situations", [(_length(row), marked(row["action"], row)) for row in document["situations"]]),
        ("cl_schedule_calendar", calendar_rows(document["calendar"])),
        ("cl_schedule_bags", [("-", "; ".join(_bag(one) for one in document["bags"]))]),
    ):
        body = pairs(said)
        lines += ["", term(title), *body] if body else []
        if title == "cl_schedule_restart":
            lines += _resumed(document)
    return "\n".join(lines)


def _heading(document: Entry) -> list[tuple[str, str]]:
    weight, height, surface = (document[name] for name in ("weight_kg", "height_cm", "surface_m2"))
    body = term("cl_schedule_surface", surface) if surface is not None else ""
    by_height = term("cl_schedule_surface_by_height", surface, height=height) if surface and height else body
    day, time = day_said(document["start"], year=True), document["start_time"]
    start = f"{term('cl_schedule_start_at', day, time=time) if time else day}; {document['day_origin']}"
    return [
        (term("cl_schedule_label"), term("cl_schedule_label_revision", jurisdiction=document["jurisdiction"],
                                      revision=document["label_revision"] or term("cl_terminal_not_known"))),
        (term("cl_schedule_start"), start),
        (term("cl_schedule_weight"), term("cl_schedule_no_weight") if weight is None
                                  else term("cl_schedule_weight_kg", weight)),
        (term("cl_schedule_body"), by_height),
        (term("cl_schedule_population"), document["population"] or ""),
        (term("cl_schedule_crs"), "; ".join(f"{key}: {grade}" for key, grade in document["crs"].items())),
        (term("cl_schedule_entered"), ", ".join(document["entered"])),
    ]  # fmt: skip


def _never_swap(document: Entry) -> list[str]:
    names = [f"{other['brand']} ({other['name']})" for other in document["never_swap"]]
    lines = wrapped(f"! {term('cl_schedule_never_swap', ', '.join(names))}", hang=2) if names else []
    for one in document["swap"]:
        lines += wrapped(f"! {sentence(one)}", hang=2)
    return ["", *lines] if lines else []


def _doses(doses: Sequence[Entry]) -> list[str]:
    """The table, and below it each kind of finding once, with the doses it is about."""
    names = ("key", "day", "state", "allowed", "amount", "dose")
    lines = table([term(f"cl_schedule_head_{name}") for name in names], [_dose(one) for one in doses])
    kinds: dict[str, list[tuple[str, str]]] = {}
    for one in doses:
        for entry in one["findings"]:
            kinds.setdefault(entry["code"], []).append((one["key"], entry["reason"]))
    for alike in kinds.values():
        also = "" if len(alike) == 1 else f" {term('cl_schedule_also', some([key for key, _ in alike[1:]]))}"
        lines += wrapped(f"! {alike[0][1]}{also}")
    return lines


def _dose(one: Entry) -> list[str]:
    part = f" ({term('cl_schedule_part_of', one['part_of'])})" if one["part_of"] else ""
    ends = f"; {term('cl_schedule_ends', day_said(one['ends']))}" if one["ends"] else ""
    doubt = f", {term('cl_terminal_unverified')}" if one["unverified"] or one["unknown"] else ""
    label = f"{one['label']}{part}{doubt}{ends}"
    day = "" if one["date"] is None else day_said(one["date"])
    allowed = days_said(one["allowed"])
    if not allowed and any(entry["code"] == "therapy_window_unknown" for entry in one["findings"]):
        allowed = term("cl_terminal_not_known")
    amount = one["amount"]
    exact = "" if amount["value"] is None else f"{grouped_number(Decimal(amount['value']))} {amount['unit']}"
    if width(exact) > _AMOUNT_COLUMNS:  # a count of cells is never cut
        exact = ""
    if not exact and amount["text"]:
        label = f"{label}: {amount['text']}"
    return [one["key"], day, one["state"], allowed, exact, label]


def _grade_open(doses: Sequence[Entry]) -> list[str]:
    """Said once: rows below hang on a grade that nobody has named."""
    waiting = [one["key"] for one in doses if any(one["conditional"].values())]
    return wrapped(f"! {term('cl_schedule_grade_open', some(waiting))}") if waiting else []


def _restart(restart: Entry | None) -> list[tuple[str, str]]:
    if restart is None:
        return []
    said = term("cl_schedule_restart_since", elapsed=restart["elapsed_days"], last=restart["last"],
                date=day_said(restart["last_date"]), text=restart["text"])  # fmt: skip
    rows = [("-", marked(said, restart["row"]) if restart["row"] else said)]
    if restart["changes_on"]:
        day = day_said(restart["changes_on"])
        rows.append(("-", term("cl_schedule_restart_changes", date=day, text=restart["then"])))
    return rows


def _resumed(document: Entry) -> list[str]:
    restart = document["restart"]
    if restart is None or not restart["doses_if_resumed"]:
        return []
    lines = ["", term("cl_schedule_resumed", day_said(document["on"])), *_doses(restart["doses_if_resumed"])]
    return [*lines, *pairs(calendar_rows(restart["calendar_if_resumed"]))]


def _length(row: Entry) -> str:
    """'8 to 14 days', 'from 15 days', 'up to 7 days'; the event with its grades, or the situation's own name."""
    least, most, unit = row["least"], row["most"], row["unit"] or ""
    if row["event"]:
        if row["grades"]:
            return term("cl_schedule_event_grades", row["event"], grades=listed(tuple(row["grades"])))
        return term("cl_schedule_event", row["event"])
    if least is None and most is None:
        return str(row["situation"]).replace("_", " ")
    if most is None:
        return term("cl_schedule_from", least, unit=unit)
    if not least:
        return term("cl_schedule_up_to", most, unit=unit)
    return term("cl_schedule_between", least, most=most, unit=unit)


def _bag(one: Entry) -> str:
    if one["ml_per_h"] is None:
        return term("cl_schedule_bag_unknown", hours=one["hours"])
    return term("cl_schedule_bag", hours=one["hours"], rate=one["ml_per_h"])
