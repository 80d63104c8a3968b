"""Walks one parsed TOML table: typed values out, a fact of each, and every mistake collected instead of the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.therapies.model.facts import CONFIDENCES, Fact, Source, Value

T = TypeVar("T")
PROVENANCE = ("source", "confidence", "valid_from", "valid_to", "read", "note")
_MOST = 1_000_000
_VALUE_KEYS = ("value", "unknown", *PROVENANCE)
_PART_OF_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the values of a table were read, unless a value says otherwise itself."""

    sources: tuple[str, ...] = ()
    confidence: str = ""
    valid_from: str = ""
    valid_to: str = ""
    read: date | None = None
    note: str = ""


@dataclass(slots=True)
class FileReading:
    """What one file gave: facts with their place in the file, and findings."""

    name: str
    findings: list[Finding] = field(default_factory=list)
    facts: list[tuple[tuple[int, ...], Fact]] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)

    def mistake(self, code: str, path: str, value: object = "", **values: object) -> None:
        """Note a mistake of this file."""
        self.findings.append(no(code, path, value, file=self.name, **values))

    def facts_in_order(self) -> tuple[Fact, ...]:
        """Facts as they stand in the file."""
        return tuple(fact for _, fact in sorted(self.facts, key=lambda pair: pair[0]))


class Table:
    """One table of the file. Keys taken are remembered, so that `close` can name the ones nobody knows."""

    def __init__(
        self,
        reading: FileReading,
        path: str,
        content: Mapping[str, Any],
        order: tuple[int, ...],
        above: Origin | None = None,
    ) -> None:
        self.reading, self.path, self.content, self.order = reading, path, content, order
        self._taken: set[str] = set()
        self.origin = self._origin_of(content, replace(above or Origin(), note=""), path)
        self._taken.update(key for key in PROVENANCE if key in content)

    # -- words that name things: no facts -----------------------------------------------------------------------------
    def word(self, key: str, required: bool = False, allowed: tuple[str, ...] = ()) -> str:
        """A text that is structure, not a fact; '' when absent."""
        raw = self._raw(key, required)
        if raw is None:
            return ""
        if not isinstance(raw, str):
            self._wrong(key, raw, "text")
            return ""
        if allowed and raw not in allowed:
            self.mistake("therapy_value_not_allowed", key, raw, allowed=", ".join(allowed))
            return ""
        return raw

    def identity(self, key: str = "id") -> str:
        """A required id: letters, digits, - and _."""
        raw = self.word(key, required=True)
        if raw and not _ID.fullmatch(raw):
            self.mistake("therapy_value_kind", key, raw, expects="an id of letters, digits, - and _")
        return raw

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts that is structure; empty when absent."""
        raw = self._raw(key, False)
        if raw is None:
            return ()
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            self._wrong(key, raw, "a list of texts")
            return ()
        return tuple(raw)

    def count(self, key: str, required: bool = False) -> int | None:
        """A whole number that is structure."""
        raw = self._raw(key, required)
        if raw is None or (isinstance(raw, int) and not isinstance(raw, bool)):
            return raw
        self._wrong(key, raw, "a whole number")
        return None

    def switch(self, key: str) -> bool:
        """True or false that is structure; false when absent."""
        raw = self._raw(key, False)
        if raw is not None and not isinstance(raw, bool):
            self._wrong(key, raw, "true or false")
        return raw is True

    # -- facts --------------------------------------------------------------------------------------------------------
    def text(self, key: str, required: bool = False) -> str:
        """A sentence or word that is a fact; '' when absent or unknown."""
        found = self._fact(key, "text", required, "text", lambda raw: raw if isinstance(raw, str) and raw else None)
        return found or ""

    def flag(self, key: str, required: bool = False) -> bool | None:
        """A yes or no that is a fact."""
        return self._fact(
            key, "yes or no", required, "true or false", lambda raw: raw if isinstance(raw, bool) else None
        )

    def whole(self, key: str, unit: str, required: bool = False, least: int = 0) -> int | None:
        """A whole number with its unit, from `least` to a million."""

        def within(raw: Any) -> int | None:
            number = _whole(raw)
            return number if number is not None and least <= number <= _MOST else None

        return self._fact(key, unit, required, f"a whole number from {least} to {_MOST:,}", within)

    def number(self, key: str, unit: str, required: bool = False) -> Decimal | None:
        """An exact decimal number of at least 0 with its unit."""
        return self._fact(key, unit, required, "a number of at least 0", _decimal)

    def wholes(self, key: str, unit: str, required: bool = False) -> tuple[int, ...]:
        """A list of whole numbers with one unit."""
        return self._fact(key, unit, required, "a list of whole numbers", _wholes) or ()

    def pair(self, key: str, unit: str, required: bool = False) -> tuple[int, int] | None:
        """A range [least, most] of whole numbers."""
        return self._fact(key, unit, required, "two whole numbers, the smaller first", _pair)

    def numbers(self, key: str, unit: str, required: bool = False) -> tuple[Decimal, ...]:
        """One number or a list of numbers with one unit."""
        return self._fact(key, unit, required, "a number or a list of numbers", _decimals) or ()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts that is a fact."""
        return self._fact(key, "text", False, "a list of texts", _strings) or ()

    # -- tables below -------------------------------------------------------------------------------------------------
    def tables(self, key: str, name: str = "id") -> list[Table]:
        """The list of tables under a key, each named by its id; two of one name are a mistake."""
        raw = self._raw(key, False)
        if raw is None:
            return []
        if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
            self._wrong(key, raw, f"tables written [[{key}]]")
            return []
        seen: set[str] = set()
        below = []
        for index, item in enumerate(raw):
            label = item.get(name)
            label = str(label) if isinstance(label, str | int) and not isinstance(label, bool) else str(index + 1)
            if label in seen:
                self.mistake("therapy_key_twice", key, label)
            seen.add(label)
            order = (*self.order, list(self.content).index(key), index)
            below.append(Table(self.reading, f"{self._below(key)}.{label}", item, order, self.origin))
        return below

    def allow(self, key: str) -> None:
        """A key that may stand here and is read elsewhere."""
        self._taken.add(key)

    def close(self) -> None:
        """Name every key nobody asked for. Call when all keys have been taken."""
        allowed = sorted(self._taken | set(PROVENANCE))
        for key in self.content:
            if key not in self._taken:
                self.mistake("therapy_key_unknown", key, key, allowed=", ".join(allowed))

    def mistake(self, code: str, key: str, value: object = "", **values: object) -> None:
        """Note a mistake at a key of this table."""
        self.reading.mistake(code, self._below(key), value, **values)

    # -- inside -------------------------------------------------------------------------------------------------------
    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _wrong(self, key: str, raw: object, expects: str) -> None:
        self.mistake("therapy_value_kind", key, raw, expects=expects)

    def _raw(self, key: str, required: bool) -> Any:
        self._taken.add(key)
        raw = self.content.get(key)
        if raw is None and required:
            self.mistake("therapy_key_missing", key, key)
        return raw

    def _fact(self, key: str, unit: str, required: bool, expects: str, convert: Callable[[Any], T | None]) -> T | None:
        raw = self._raw(key, required)
        if raw is None:
            return None
        origin = self.origin
        if isinstance(raw, dict):
            for inner in raw:
                if inner not in _VALUE_KEYS:
                    self.mistake("therapy_key_unknown", f"{key}.{inner}", inner, allowed=", ".join(_VALUE_KEYS))
            origin = self._origin_of(raw, origin, self._below(key))
            if "unknown" in raw:
                self._keep_unknown(key, unit, raw["unknown"], origin)
                return None
            raw = raw.get("value")
        value = convert(raw)
        if value is None:
            self._wrong(key, "" if raw is None else raw, expects)
            return None
        self._keep(key, unit, value, origin)
        return value

    def _keep(self, key: str, unit: str, value: object, origin: Origin) -> None:
        path = self._below(key)
        if not origin.sources:
            self.reading.mistake("therapy_source_missing", path)
        if not origin.confidence:
            self.reading.mistake("therapy_confidence_missing", path, allowed=", ".join(CONFIDENCES))
        known = [self.reading.sources[name] for name in origin.sources if name in self.reading.sources]
        memory = any(source.memory for source in known)
        if memory and origin.confidence in ("high", "medium"):
            self.reading.mistake("therapy_memory_not_low", path, origin.confidence)
        assert value is None or isinstance(value, str | int | Decimal | bool | tuple)
        self._add(path, key, unit, value, origin, memory)

    def _keep_unknown(self, key: str, unit: str, reason: object, origin: Origin) -> None:
        if not isinstance(reason, str) or not reason:
            self._wrong(f"{key}.unknown", reason, "a text that says what is missing")
            return
        self._add(self._below(key), key, unit, None, replace(origin, note=reason, sources=(), confidence=""), False)

    def _add(self, path: str, key: str, unit: str, value: Value, origin: Origin, memory: bool) -> None:
        order = (*self.order, list(self.content).index(key))
        read = origin.read or date.min
        fact = Fact(
            path,
            value,
            unit,
            origin.sources,
            read,
            origin.confidence,
            origin.valid_from,
            origin.valid_to,
            origin.note,
            memory,
        )
        self.reading.facts.append((order, fact))

    def _origin_of(self, content: Mapping[str, Any], above: Origin, path: str) -> Origin:
        taken: dict[str, Any] = {}
        confidence = content.get("confidence")
        if confidence is not None:
            taken["confidence"] = str(confidence)
            if confidence not in CONFIDENCES:
                self.reading.mistake(
                    "therapy_value_not_allowed",
                    f"{path}.confidence".lstrip("."),
                    confidence,
                    allowed=", ".join(CONFIDENCES),
                )
        if "source" in content:
            taken["sources"] = self._sources_of(content["source"], path)
        for name in ("valid_from", "valid_to"):
            if name in content:
                taken[name] = self._date_text(content[name], f"{path}.{name}".lstrip("."))
        if "read" in content:
            if type(content["read"]) is date:
                taken["read"] = content["read"]
            else:
                self.reading.mistake("therapy_date_bad", f"{path}.read".lstrip("."), content["read"])
        if "note" in content:
            taken["note"] = str(content["note"])
            if not isinstance(content["note"], str):
                self.reading.mistake(
                    "therapy_value_kind", f"{path}.note".lstrip("."), content["note"], expects="a text"
                )
        return replace(above, **taken)

    def _sources_of(self, raw: object, path: str) -> tuple[str, ...]:
        key = f"{path}.source".lstrip(".")
        if not isinstance(raw, list) or not raw or not all(isinstance(item, str) for item in raw):
            self.reading.mistake("therapy_value_kind", key, raw, expects="a list of source ids")
            return ("",)
        for name in raw:
            if name not in self.reading.sources:
                allowed = ", ".join(self.reading.sources)
                self.reading.mistake("therapy_source_unknown", key, name, allowed=allowed)
        return tuple(raw)

    def _date_text(self, raw: object, path: str) -> str:
        if type(raw) is date:
            return raw.isoformat()
        if isinstance(raw, str) and _PART_OF_DATE.fullmatch(raw):
            return raw
        self.reading.mistake("therapy_date_bad", path, raw)
        return ""


def _whole(raw: Any) -> int | None:
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _decimal(raw: Any) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        return None
    number = Decimal(raw)
    return number if number.is_finite() and number >= 0 else None


def _wholes(raw: Any) -> tuple[int, ...] | None:
    if not isinstance(raw, list) or not raw or any(_whole(item) is None for item in raw):
        return None
    return tuple(raw)


def _pair(raw: Any) -> tuple[int, int] | None:
    both = _wholes(raw)
    return (both[0], both[1]) if both and len(both) == 2 and both[0] <= both[1] else None


def _decimals(raw: Any) -> tuple[Decimal, ...] | None:
    found = [_decimal(item) for item in (raw if isinstance(raw, list) else [raw])]
    kept = tuple(number for number in found if number is not None)
    return kept if kept and len(kept) == len(found) else None


def _strings(raw: Any) -> tuple[str, ...] | None:
    return tuple(raw) if isinstance(raw, list) and raw and all(isinstance(item, str) for item in raw) else None
