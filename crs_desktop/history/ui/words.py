"""Entries of the log in plain words: what it was about, and what changed, name by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from crs_desktop.desktop.words import phrase, tr
from crs_desktop.history.model import Entry, Shown
from crs_desktop.history.verify import Verified
from crs_desktop.kernel.amounts import BodyWeight, Mass, grouped
from crs_desktop.kernel.clock import from_milliseconds, local_text
from crs_desktop.kernel.wording import say

Names = Mapping[int, str]
_FINGERPRINT = 12
_TOLD = 3


def when_text(entry: Entry, zone: ZoneInfo) -> str:
    """'Fri 4 Dec 2026 03:10 (UTC-05:00)'."""
    return local_text(entry.at, zone)


def who_text(entry: Entry) -> str:
    """The name; a row that nothing proves says so."""
    return entry.actor if entry.proved else phrase("history_unproved", name=entry.actor)


def where_text(entry: Entry) -> str:
    """Role and desk."""
    return ", ".join(part for part in (entry.role, entry.desk) if part)


def time_text(entry: Entry, zone: ZoneInfo) -> str:
    """'Fri 4 Dec 2026 03:10'; the offset stands beneath."""
    return when_text(entry, zone).partition(" (")[0]


def row_text(entry: Entry, zone: ZoneInfo) -> str:
    """'UTC-05:00, row 17'."""
    offset = when_text(entry, zone).partition(" (")[2].rstrip(")")
    return phrase("history_row", offset=offset, row=entry.id)


def what_text(entry: Entry) -> str:
    """'give dose 17'."""
    return f"{entry.action} {entry.subject} {entry.subject_id}"


def why_text(entry: Entry) -> str:
    """The act that it was part of, and the reason that was given."""
    return ": ".join(part for part in (entry.intent, entry.reason) if part)


def patient_text(entry: Entry, names: Names) -> str:
    """Whom it is about, when it is about a patient."""
    number = entry.subject_id if entry.subject == "patient" else str((entry.after or {}).get("patient", ""))
    if not number:
        return ""
    return names.get(int(number), phrase("history_patient", number=number)) if number.isdecimal() else ""


def detail_lines(entry: Entry, names: Names, zone: ZoneInfo) -> list[str]:
    """Everything that the entry holds."""
    patient = patient_text(entry, names)
    lines = [
        phrase("history_by", who=entry.actor, where=where_text(entry), when=when_text(entry, zone)),
        phrase("history_about", patient=patient) if patient else "",
        phrase("history_why", reason=entry.reason) if entry.reason else "",
        "" if entry.proved else phrase("history_not_proved"),
    ]
    return [line for line in [*lines, *change_lines(entry, zone)] if line]


def change_lines(entry: Entry, zone: ZoneInfo) -> list[str]:
    """'vials: 3 → 4'; what was only before or only after stands alone."""
    before, after = entry.before or {}, entry.after or {}
    lines = []
    for name in [*after, *(name for name in before if name not in after)]:
        old, new = (value_text(name, side.get(name), zone) for side in (before, after))
        if name in before and name in after:
            lines.append(phrase("history_changed", name=_name(name), old=old or "–", new=new or "–"))
        elif name in before:
            lines.append(phrase("history_was", name=_name(name), old=old or "–"))
        elif new:
            lines.append(f"{_name(name)}: {new}")
    return lines


def value_text(name: str, value: Any, zone: ZoneInfo) -> str:
    """A value as people read it: an instant with its offset, an amount with its unit."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, int):
        return _number_text(name, value, zone)
    if isinstance(value, Mapping):
        return "; ".join(f"{_name(key)} {value_text(key, inner, zone)}" for key, inner in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        if name == "vials" and all(isinstance(line, list) and len(line) == 3 for line in value):
            return "; ".join(phrase("history_vials", lot=lot, place=place, vials=count) for lot, place, count in value)
        return ", ".join(value_text(name, inner, zone) for inner in value)
    return f"{value[:_FINGERPRINT]}…" if name == "fingerprint" else str(value)


def _number_text(name: str, value: int, zone: ZoneInfo) -> str:
    if name == "at" or name.endswith("_at"):
        return local_text(from_milliseconds(value), zone)
    if name == "mcg":
        return str(Mass(value))
    return str(BodyWeight(value)) if name == "grams" else grouped(value)


def _name(name: str) -> str:
    return {"mcg": tr("amount"), "grams": tr("weight")}.get(name, name.replace("_", " "))


def shown_text(count: int, shown: Shown) -> str:
    """How much is shown, and whether there is more."""
    code = "history_shown_all" if shown.before is None else "history_shown"
    return phrase(code, count=grouped(count))


def verified_text(found: Verified) -> str:
    """The answer of 'Verify now' in a sentence; the first few things that do not fit."""
    if found.good:
        return phrase(
            "history_verified", rows=grouped(found.rows), records=grouped(found.records), heads=grouped(found.heads)
        )
    told = [say(finding) for finding in found.findings[:_TOLD]]
    more = len(found.findings) - _TOLD
    return "\n".join([*told, *([phrase("history_more_findings", count=more)] if more > 0 else [])])
