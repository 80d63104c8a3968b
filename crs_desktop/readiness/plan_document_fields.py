"""Strict reading of a plain document: every fault found is kept with field, value and reason, and told at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.entry import read_clock_time, read_count, read_day, read_name
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding, no

T = TypeVar("T")
Entry = dict[str, object]

CHARACTERS, DEPTH = 5_000_000, 8
_MG = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")
_SHOWN = 60


class Pointed(str):
    """A JSON number with a point or an exponent, kept as it was written."""


class Constant(str):
    """NaN or Infinity, which JSON does not know."""


def strict_json(text: str) -> object:
    """The JSON value. Raises NotUnderstood for broken JSON, a repeated key, NaN, or too deep or too long a document."""
    if len(text) > CHARACTERS:
        raise NotUnderstood(no("plan_file_document_too_long", "document", len(text), most=CHARACTERS))
    if _depth(text) > DEPTH:
        raise NotUnderstood(no("plan_file_document_too_deep", "document", _depth(text), most=DEPTH))
    repeated: list[Finding] = []

    def once(pairs: list[tuple[str, object]]) -> Entry:
        entry: Entry = {}
        for key, value in pairs:
            if key in entry:
                repeated.append(no("plan_file_key_repeated", key, _short(value)))
            entry[key] = value
        return entry

    try:
        value: object = json.loads(text, object_pairs_hook=once, parse_float=Pointed, parse_constant=Constant)
    except ValueError as fault:
        at = f"{fault.lineno}:{fault.colno}" if isinstance(fault, json.JSONDecodeError) else ""
        raise NotUnderstood(no("plan_file_document_not_json", "document", at)) from None
    if repeated:
        raise NotUnderstood(*repeated)
    return value


def _depth(text: str) -> int:
    deepest = depth = 0
    inside = escaped = False
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _short(value: object) -> str:
    if isinstance(value, str):
        shown = str(value)
    elif value is None or isinstance(value, bool):
        shown = {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, list | dict):
        shown = "[...]" if isinstance(value, list) else "{...}"
    else:
        shown = str(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


class Reader:
    """Reads fields of entries; what cannot be read becomes a finding and an absent value."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def note(self, code: str, field: str, value: object = "", **values: object) -> None:
        """Keep a fault."""
        self.findings.append(no(code, field, _short(value), **values))

    def entry(self, value: object, field: str, known: tuple[str, ...], needed: tuple[str, ...]) -> Entry | None:
        """An object with known keys only and all needed ones."""
        if not isinstance(value, dict):
            self.note("plan_file_not_an_object", field, value)
            return None
        for key in value:
            if key not in known:
                self.note("plan_file_key_unknown", _join(field, key), value[key], known=", ".join(known))
        for key in needed:
            if value.get(key) is None:
                self.note("plan_file_key_missing", _join(field, key))
        return value

    def entries(self, value: object, field: str) -> list[object]:
        """A list; absent is empty."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.note("plan_file_not_a_list", field, value)
            return []
        return value

    def text(self, entry: Entry, key: str, field: str) -> str | None:
        """A name or number of a thing, as text."""
        return self._read(entry, key, field, lambda text, name: read_name(text, name))

    def day(self, entry: Entry, key: str, field: str) -> date | None:
        """A calendar day."""
        return self._read(entry, key, field, read_day, numbers=False)

    def minute(self, entry: Entry, key: str, field: str) -> int | None:
        """A time of the day as HH:MM, in minutes since it began."""
        clock = self._read(entry, key, field, read_clock_time, numbers=False)
        return int(clock[:2]) * 60 + int(clock[3:]) if clock else None

    def count(self, entry: Entry, key: str, field: str, least: int, most: int) -> int | None:
        """A whole number of things."""
        return self._read(entry, key, field, lambda text, name: read_count(text, name, least, most))

    def mg(self, entry: Entry, key: str, field: str, most: int) -> Mass | None:
        """An amount in mg: more than 0, up to three decimals, at most `most`."""

        def read(text: str, name: str) -> Mass | Finding:
            if not _MG.fullmatch(text.strip()):
                return no("plan_file_mg_not_understood", name, _short(text))
            if not 0 < Decimal(text.strip()) <= most:
                return no("plan_file_mg_out_of_range", name, _short(text), most=most)
            return Mass.of_mg(text.strip())

        return self._read(entry, key, field, read)

    def flag(self, entry: Entry, key: str, field: str) -> bool:
        """True or false; absent is false."""
        value = entry.get(key)
        if value is not None and not isinstance(value, bool):
            self.note("plan_file_not_true_or_false", _join(field, key), value)
        return value is True

    def typed(self, entry: Entry, key: str, field: str, read: Callable[[str, str], T | Finding]) -> T | None:
        """A value by one of the house's own grammars."""
        return self._read(entry, key, field, read)

    def _read(
        self, entry: Entry, key: str, field: str, read: Callable[[str, str], T | Finding], numbers: bool = True
    ) -> T | None:
        value, name = entry.get(key), _join(field, key)
        if value is None:
            return None
        if isinstance(value, Pointed | Constant):
            self.note("plan_file_number_not_exact", name, value)
            return None
        whole = isinstance(value, int) and not isinstance(value, bool) and numbers
        if not isinstance(value, str) and not whole:
            self.note("plan_file_wrong_kind_of_value", name, value)
            return None
        result = read(str(value), name)
        if isinstance(result, Finding):
            self.findings.append(result)
            return None
        return result


def _join(field: str, key: str) -> str:
    return key if field in ("", "document") else f"{field}.{key}"
