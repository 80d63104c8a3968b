"""What stands around the doses of a schedule, in words: medicines, durations, clock times, rules, calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from crs_desktop.command_line.text.layout import term
from crs_desktop.kernel.days import day_text

Entry = Mapping[str, Any]
Rows = list[tuple[str, str]]

_LEAD_IN = ("lymphodepletion", "pretreatment", "companion")


def mark(one: Entry) -> str:
    """'unverified', 'EU text, unverified', or '' for what was read in the label."""
    foreign = term("cl_terminal_foreign", one["jurisdiction"]) if one["jurisdiction"] else ""
    unverified = term("cl_terminal_unverified") if one["unverified"] or foreign else ""
    return ", ".join(filter(None, (foreign, unverified)))


def marked(text: str, one: Entry) -> str:
    """The text with its mark behind it."""
    said = mark(one)
    return f"{text} ({said})" if said else text


def sentence(one: Entry) -> str:
    """A sentence of the protocol, or why nobody knows it."""
    if one["text"] is None:
        return f"{term('cl_terminal_not_known')}: {one['unknown']}"
    return marked(one["text"], one)


def grouped(doses: Sequence[Entry], key: str, say_one: Callable[[Entry], str]) -> Rows:
    """What several doses share is told once, behind their keys; what hangs on the dose before stands after the rest."""
    keys: dict[str, list[str]] = {}
    rows = [(dose["key"], one) for dose in doses for one in dose[key]]
    rows += [(dose["key"], one) for dose in doses for one in dose["conditional"][key]]
    for name, one in rows:
        keys.setdefault(say_one(one), []).append(name)
    return [(some(names), said) for said, names in keys.items()]


def some(names: Sequence[str]) -> str:
    """'SUD1, SUD2', 'SUD1 .. W7'."""
    once = list(dict.fromkeys(names))
    return ", ".join(once) if len(once) <= 3 else f"{once[0]} .. {once[-1]}"


def medicine(one: Entry) -> str:
    """'dexamethasone 16 mg, PO/IV, 1 to 3 h before, or equivalent (unverified)'."""
    dose = one["dose"] or term("cl_schedule_dose_not_known")
    route = "/".join(one["route"] or ()) or term("cl_schedule_route_not_known")
    when = one["text"] or term("cl_schedule_time_not_known")
    parts = [f"{one['drug']} {dose}", route, when]
    if one["following_days"] and one["dates"]:
        parts.append(term("cl_schedule_dates", ", ".join(day_said(day) for day in one["dates"][1:])))
    parts += [term("cl_schedule_or_equivalent")] if one["or_equivalent"] else []
    parts += [term("cl_schedule_optional")] if one["optional"] else []
    parts += [one["population"]] if one["population"] != "all" else []
    parts += [term("cl_schedule_one_of", one["one_of"])] if one["one_of"] else []
    return marked(", ".join(parts), one)


def infusion_time(one: Entry) -> str:
    """'4 h', or that nobody has read it."""
    return marked(one["text"] or term("cl_terminal_not_known"), one)


def observation(one: Entry) -> str:
    """'in hospital for 48 h'; an alternative begins with 'or'."""
    said = marked(one["text"], one)
    return term("cl_schedule_alternative", said) if one["alternative"] else said


def stock_rows(rules: Sequence[Entry]) -> Rows:
    """Each rule behind the doses before which it holds."""
    return [(some(rule["before"]), _stock(rule)) for rule in rules]


def _stock(rule: Entry) -> str:
    said = [term("cl_schedule_stock_doses", rule["doses"])] if rule["doses"] is not None else []
    if rule["second_within_hours"] is not None:
        said.append(term("cl_schedule_stock_second", rule["second_within_hours"]))
    figures = ", ".join(said)
    said = [figures] if figures else []
    said += [rule["text"]] if rule["text"] else []
    return marked(": ".join(said) or term("cl_terminal_not_known"), rule)


def calendar_rows(notes: Sequence[Entry]) -> Rows:
    """Each rule once, in the order of its first day, with the days on which it holds."""
    rules: dict[tuple[str, str], list[str]] = {}
    for note in notes:
        rules.setdefault((_kind(note), _rule(note)), []).append(_when(note))
    return [(kind, _with_days(said, days)) for (kind, said), days in rules.items()]


def _kind(note: Entry) -> str:
    kind = note["kind"].replace("_", " ")
    return term("cl_schedule_alternative", kind) if note["alternative"] else kind


def _rule(note: Entry) -> str:
    """The drug with its dose, or the sentence of the rule, with what makes it doubtful."""
    own = [note["label"]] if note["kind"].startswith(_LEAD_IN) else []
    said = " ".join(filter(None, (*own, note["detail"] or "")))
    said = f"{said}; {note['when']}" if note["when"] else said
    if not said and note["not_known"]:
        said = term("cl_terminal_not_known")
    return marked(said, note)


def _when(note: Entry) -> str:
    unread = "days" in note["not_known"] and note["detail"] is not None
    days = days_said(note["days"]) or (term("cl_terminal_not_known") if unread else "")
    own = "" if note["kind"].startswith(_LEAD_IN) else note["label"]
    return " ".join(filter(None, (own, days)))


def _with_days(said: str, days: Sequence[str]) -> str:
    listed = "; ".join(dict.fromkeys(filter(None, days)))
    return ": ".join(filter(None, (said, listed)))


def clock_rows(doses: Sequence[Entry]) -> Rows:
    """Start, medicines, end and bags of each dose that has a time."""
    return [(one["key"], _clock(one)) for one in doses if one["starts_at"]]


def _clock(one: Entry) -> str:
    parts = [term("cl_schedule_starts", _moment(one["starts_at"]))]
    for item in one["premedication"]:
        if item["at"]:
            parts.append(f"{item['drug']} {_between(item['at'], one['starts_at'])}")
    if one["ends_at"]:
        parts.append(term("cl_schedule_ends", _between(one["ends_at"], one["starts_at"])))
    for bag in one["bag_starts"]:
        if bag["number"] > 1:
            parts.append(term("cl_schedule_bag_starts", bag["number"], at=_moment(bag["starts"])))
    return "; ".join(parts)


def _between(span: Entry, start: str) -> str:
    first, last = (_near(span[name], start) for name in ("earliest", "latest"))
    return first if first == last else term("cl_terminal_days", first=first, last=last)


def _near(instant: str, start: str) -> str:
    """The time alone on the day of the start, else with its day."""
    return _time(instant) if instant[:10] == start[:10] else _moment(instant)


def _time(instant: str) -> str:
    return f"{datetime.fromisoformat(instant):%H:%M}"


def _moment(instant: str) -> str:
    return f"{day_text(datetime.fromisoformat(instant).date())} {_time(instant)}"


def days_said(days: Entry | None) -> str:
    """'Tue 1 Dec', 'Tue 1 Dec to Tue 8 Dec'."""
    if days is None:
        return ""
    if days["from"] == days["until"]:
        return day_said(days["from"])
    return term("cl_terminal_days", first=day_said(days["from"]), last=day_said(days["until"]))


def day_said(text: str, year: bool = False) -> str:
    """An ISO day for people."""
    return day_text(date.fromisoformat(text), year)
