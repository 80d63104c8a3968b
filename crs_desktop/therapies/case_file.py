"""Reads the cases beside a protocol and tells what in them nobody asks for, so that no case passes unread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.toml_text import read_toml
from crs_desktop.therapies.schema.values import named, said

ALLOWED = "[[schedule]], [[restart]] and [[situation]] as docs/THERAPIES.md shows them"
DOSE_FIELDS = (
    "key", "label", "role", "day", "cycle", "route", "part_of", "on", "first", "last", "usual_first", "usual_last",
    "ends", "amount", "amount_text", "table_amount", "premedication", "medicines", "conditional",
    "conditional_medicines", "observation", "watched", "conditional_observation", "infusion_times", "runs",
    "conditional_times", "findings", "unverified",
)  # fmt: skip
_KINDS = ("schedule", "restart", "situation")
_ABOUT = ("name", "regimen", "weight_kg", "surface_m2", "population", "grades", "entered")
_EXPECTED = {
    "schedule": ("keys", "around", "notes", "doses"),
    "restart": ("answer", "changes_at", "next", "after"),
    "situation": ("answer", "after"),
}
_KEYS = {
    "schedule": (*_ABOUT, "start", "until", "given", *_EXPECTED["schedule"]),
    "restart": (*_ABOUT, "last", "days", *_EXPECTED["restart"]),
    "situation": (*_ABOUT, "situation", "elapsed", "event", "grade", "row", "last", *_EXPECTED["situation"]),
}
_NEEDED = {
    "schedule": ("regimen", "start"),
    "restart": ("regimen", "last", "days", "answer"),
    "situation": ("regimen", "answer"),
}
_DATES = ("start", "until")
_WHOLE = ("days", "elapsed", "grade")
_NUMBERS = ("weight_kg", "surface_m2")


@dataclass(frozen=True, slots=True)
class CaseText:
    """One case as it stands in the file, with what is wrong with it."""

    kind: str
    name: str
    content: Mapping[str, Any]
    mistakes: tuple[Finding, ...]


def read_cases(protocol: Protocol, content: bytes, file: str) -> tuple[tuple[CaseText, ...], tuple[Finding, ...]]:
    """Every case of the file, and what is wrong with the file itself."""
    parsed = read_toml(content, file)
    if isinstance(parsed, tuple):
        return (), parsed
    cases = tuple(_cases(protocol, parsed, file))
    wrong = tuple(_of_the_file(protocol, parsed, file))
    if not cases and not wrong:
        wrong = (no("therapy_cases_none", "", "", file=file, allowed=ALLOWED),)
    return cases, wrong


def _of_the_file(protocol: Protocol, parsed: Mapping[str, Any], file: str) -> Iterator[Finding]:
    for key, value in parsed.items():
        if key in _KINDS:
            if not _tables(value):
                yield no("therapy_value_kind", key, said(value), file=file, expects=f"tables written [[{key}]]")
        elif key not in ("format", "protocol"):
            yield no("therapy_key_unknown", key, key, file=file, allowed=ALLOWED)
    about = parsed.get("protocol", protocol.id)
    if about != protocol.id:
        yield no("therapy_value_not_allowed", "protocol", said(about), file=file, allowed=protocol.id)


def _tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _cases(protocol: Protocol, parsed: Mapping[str, Any], file: str) -> Iterator[CaseText]:
    for kind in _KINDS:
        rows = parsed.get(kind, [])
        for index, case in enumerate(rows if _tables(rows) else []):
            name = named(case, "name", index)
            mistakes = tuple(_mistakes(protocol, kind, case, f"{kind}.{name}", file))
            yield CaseText(kind, name, case, mistakes)


def _mistakes(protocol: Protocol, kind: str, case: Mapping[str, Any], where: str, file: str) -> Iterator[Finding]:
    yield from _unknown(case, _KEYS[kind], where, file)
    needed = _NEEDED[kind]
    if kind == "situation":
        needed = (*needed, "event") if "event" in case else (*needed, "situation", "elapsed")
    for key in needed:
        if key not in case:
            yield no("therapy_key_missing", f"{where}.{key}", key, file=file, expects=_expects(protocol, key))
    if kind == "schedule" and not any(case.get(key) for key in _EXPECTED[kind]):
        yield no("therapy_case_expects_nothing", where, "", file=file, allowed=", ".join(_EXPECTED[kind]))
    yield from _values(protocol, case, where, file)
    yield from _rows(case, where, file)


def _unknown(content: Mapping[str, Any], allowed: tuple[str, ...], where: str, file: str) -> Iterator[Finding]:
    for key in content:
        if key not in allowed:
            yield no("therapy_key_unknown", f"{where}.{key}", key, file=file, allowed=", ".join(allowed))


def _values(protocol: Protocol, case: Mapping[str, Any], where: str, file: str) -> Iterator[Finding]:
    """Values of a wrong kind, and names that the protocol does not have."""
    for key, value in case.items():
        place = f"{where}.{key}"
        if key in _DATES and type(value) is not date:
            yield no("therapy_date_bad", place, said(value), file=file)
        elif (key in _WHOLE and type(value) is not int) or (key in _NUMBERS and not _number(value)):
            yield no("therapy_value_kind", place, said(value), file=file, expects=_expects(protocol, key))
    ids = [regimen.id for regimen in protocol.regimens]
    name, entered = case.get("regimen", ids[0]), case.get("entered", [])
    if name not in ids:
        yield no("therapy_value_not_allowed", f"{where}.regimen", said(name), file=file, allowed=", ".join(ids))
        return
    phases = [phase.id for regimen in protocol.regimens if regimen.id == name for phase in regimen.phases]
    for phase in entered if isinstance(entered, list) else [entered]:
        if phase not in phases:
            allowed = ", ".join(phases) or "-"
            yield no("therapy_value_not_allowed", f"{where}.entered", said(phase), file=file, allowed=allowed)


def _number(value: object) -> bool:
    """A number, as a number or as a text of digits and a point."""
    if isinstance(value, str):
        return value.replace(".", "", 1).isdecimal()
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _expects(protocol: Protocol, key: str) -> str:
    if key == "regimen":
        return ", ".join(regimen.id for regimen in protocol.regimens)
    if key in _DATES:
        return "a date such as 2026-12-01"
    if key in _WHOLE:
        return "a whole number"
    return "a number such as 49.9" if key in _NUMBERS else "a word that docs/THERAPIES.md shows under Cases"


def _rows(case: Mapping[str, Any], where: str, file: str) -> Iterator[Finding]:
    """The expected doses and notes of a case, and those after a restart."""
    after = case.get("after", {})
    if isinstance(after, dict):
        yield from _unknown(after, ("doses", "until_day"), f"{where}.after", file)
    for key, rows, needed, allowed in (
        ("doses", case.get("doses", []), "key", DOSE_FIELDS),
        ("notes", case.get("notes", []), "path", ("path", "kind", "on", "detail")),
        ("after.doses", after.get("doses", []) if isinstance(after, dict) else after, "key", (*DOSE_FIELDS, "on_day")),
    ):
        if not _tables(rows):
            yield no("therapy_value_kind", f"{where}.{key}", said(rows), file=file, expects=f"tables of {key}")
            continue
        for index, row in enumerate(rows):
            place = f"{where}.{key}.{named(row, needed, index)}"
            yield from _unknown(row, allowed, place, file)
            if needed not in row:
                yield no(
                    "therapy_key_missing", f"{place}.{needed}", needed, file=file, expects=f"the {needed} it is about"
                )
