"""`schedule` in words: dated doses, what goes before them, and what the restart table says after a delay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crs_desktop.command_line.text.layout import pairs, table, term, wrapped
from crs_desktop.kernel.days import day_text

Entry = Mapping[str, Any]


def schedule_text(document: Entry) -> str:
    """The whole answer."""
    weight = document["weight_kg"]
    rows = [
        (term("cl_schedule_label"), term("cl_schedule_label_revision", jurisdiction=document["jurisdiction"],
                                      revision=document["label_revision"])),
        (term("cl_schedule_start"), f"{_day(document['start'], year=True)}; {document['day_origin']}"),
        (term("cl_schedule_weight"), term("cl_schedule_no_weight") if weight is None
                                  else term("cl_schedule_weight_kg", weight)),
    ]  # fmt: skip
    head = term("cl_schedule_head", name=document["name"], brand=document["brand"], title=document["title"])
    lines = [head, *pairs(rows), "", *_doses(document["doses"])]
    for entry in document["findings"]:
        lines += wrapped(f"! {entry['reason']}")
    resumed = (document["restart"] or {}).get("doses_if_resumed") or []
    for title, said in (
        ("cl_schedule_restart", _restart(document["restart"])),
        ("cl_schedule_premedication", _grouped(document, "premedication", _medicine)),
        ("cl_schedule_observation", _grouped(document, "observation", _observation)),
        ("cl_schedule_hold", [("-", _hold(one)) for one in document["hold"]]),
        ("cl_schedule_situations", [(_length(row), _row(row)) for row in document["situations"]]),
        ("cl_schedule_calendar", [(_note_days(one), _note(one)) for one in document["calendar"]]),
        ("cl_schedule_bags", [("-", "; ".join(_bag(one) for one in document["bags"]))]),
    ):
        body = pairs(said)
        lines += ["", term(title), *body] if body else []
        if title == "cl_schedule_restart" and resumed:
            lines += ["", term("cl_schedule_resumed", _day(document["on"])), *_doses(resumed)]
    return "\n".join(lines)


def _doses(doses: Sequence[Entry]) -> list[str]:
    """The table, and below it each kind of finding once, with the doses it is about."""
    names = ("key", "day", "state", "allowed", "amount", "dose")
    lines = table([term(f"cl_schedule_head_{name}") for name in names], [_dose(one) for one in doses])
    kinds: dict[str, list[tuple[str, str]]] = {}
    for one in doses:
        for entry in one["findings"]:
            kinds.setdefault(entry["code"], []).append((one["key"], entry["reason"]))
    for alike in kinds.values():
        also = "" if len(alike) == 1 else f" {term('cl_schedule_also', _some([key for key, _ in alike[1:]]))}"
        lines += wrapped(f"! {alike[0][1]}{also}")
    return lines


def _dose(one: Entry) -> list[str]:
    ends = f"; {term('cl_schedule_ends', _day(one['ends']))}" if one["ends"] else ""
    doubt = f", {term('cl_terminal_unverified')}" if one["unverified"] or one["unknown"] else ""
    label = f"{one['label']}{doubt}{ends}"
    day = "" if one["date"] is None else _day(one["date"])
    allowed = _days(one["allowed"])
    if not allowed and any(entry["code"] == "therapy_window_unknown" for entry in one["findings"]):
        allowed = term("cl_terminal_not_known")
    amount = one["amount"]
    exact = f"{amount['value']} {amount['unit']}" if amount["value"] is not None else ""
    if not exact and amount["text"]:
        label = f"{label}: {amount['text']}"
    return [one["key"], day, one["state"], allowed, exact, label]


def _grouped(document: Entry, key: str, say_one: Any) -> list[tuple[str, str]]:
    """What several doses share is told once, behind their keys."""
    keys: dict[str, list[str]] = {}
    for dose in document["doses"]:
        for one in dose[key]:
            keys.setdefault(say_one(one), []).append(dose["key"])
    return [(_some(names), said) for said, names in keys.items()]


def _some(names: Sequence[str]) -> str:
    once = list(dict.fromkeys(names))
    return ", ".join(once) if len(once) <= 3 else f"{once[0]} .. {once[-1]}"


def _medicine(one: Entry) -> str:
    dose = one["dose"] or term("cl_terminal_not_known")
    parts = [f"{one['drug']} {dose}", "/".join(one["route"] or ())]
    between = one["minutes_before"]
    if between is not None and between["earliest"] != between["latest"]:
        parts.append(term("cl_schedule_minutes", first=between["earliest"], last=between["latest"]))
    elif between is not None:
        parts.append(term("cl_schedule_minutes_exact", first=between["earliest"]))
    elif one["timing"]:
        parts.append(one["timing"])
    parts += [term("cl_schedule_or_equivalent")] if one["or_equivalent"] else []
    parts += [term("cl_schedule_optional")] if one["optional"] else []
    parts += [one["population"]] if one["population"] != "all" else []
    return ", ".join(part for part in parts if part)


def _observation(one: Entry) -> str:
    parts = [one["setting"]]
    if one["hours"] is not None:
        parts.append(term("cl_schedule_hours", number=one["hours"]))
    if one["days"] is not None:
        parts.append(term("cl_schedule_some_days", number=one["days"]))
    said = ", ".join([*parts, *([one["when"]] if one["when"] else [])])
    return term("cl_schedule_alternative", said) if one["alternative"] else said


def _restart(restart: Entry | None) -> list[tuple[str, str]]:
    if restart is None:
        return []
    said = term("cl_schedule_restart_since", elapsed=restart["elapsed_days"], last=restart["last"],
                date=_day(restart["last_date"]), text=restart["text"])  # fmt: skip
    mark = f" ({term('cl_terminal_unverified')})" if restart["row"] and restart["row"]["unverified"] else ""
    rows = [("-", f"{said}{mark}")]
    if restart["changes_on"]:
        rows.append(("-", term("cl_schedule_restart_changes", date=_day(restart["changes_on"]), text=restart["then"])))
    return rows


def _row(row: Entry) -> str:
    return f"{row['action']} ({term('cl_terminal_unverified')})" if row["unverified"] else row["action"]


def _length(row: Entry) -> str:
    """'8 to 14 days', 'from 15 days', 'up to 7 days'; the situation's own name where it has no length."""
    least, most, unit = row["least"], row["most"], row["unit"] or ""
    if least is None and most is None:
        return str(row["situation"]).replace("_", " ")
    if most is None:
        return term("cl_schedule_from", least, unit=unit)
    if not least:
        return term("cl_schedule_up_to", most, unit=unit)
    return term("cl_schedule_between", least, most=most, unit=unit)


def _hold(one: Entry) -> str:
    if one["text"] is None:
        return f"{term('cl_terminal_not_known')}: {one['unknown']}"
    return f"{one['text']} ({term('cl_terminal_unverified')})" if one["unverified"] else one["text"]


def _note_days(one: Entry) -> str:
    return _days(one["days"]) or "-"


def _note(one: Entry) -> str:
    said = f"{one['kind'].replace('_', ' ')}, {one['label']}"
    days = f" ({term('cl_terminal_not_known')})" if one["days"] is None and not one["detail"] else ""
    return f"{said}: {one['detail']}" if one["detail"] else f"{said}{days}"


def _bag(one: Entry) -> str:
    if one["ml_per_h"] is None:
        return term("cl_schedule_bag_unknown", hours=one["hours"])
    return term("cl_schedule_bag", hours=one["hours"], rate=one["ml_per_h"])


def _days(days: Entry | None) -> str:
    if days is None:
        return ""
    if days["from"] == days["until"]:
        return _day(days["from"])
    return term("cl_terminal_days", first=_day(days["from"]), last=_day(days["until"]))


def _day(text: str, year: bool = False) -> str:
    return day_text(date.fromisoformat(text), year)
