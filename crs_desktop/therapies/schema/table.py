"""Walks one parsed TOML table: typed values out, a fact of each, and every mistake collected instead of the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from crs_desktop.therapies.model.facts import CONFIDENCES, Fact, SiteRule, Value
from crs_desktop.therapies.schema import values
from crs_desktop.therapies.schema.provenance import NOWHERE, PROVENANCE, VALUE_KEYS, Origin, origin_of
from crs_desktop.therapies.schema.reading import SITE, FileReading, RawSiteRule

T = TypeVar("T")
_MOST = 1_000_000
_IN_QUOTES = re.compile(r"\d[\d.,_]*|true|false|\[.*\]")  # a number, a switch or a list that somebody put in quotes
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Table:
    """One table of the file. Keys taken are remembered, so that `close` can name the ones nobody knows."""

    def __init__(
        self,
        reading: FileReading,
        path: str,
        content: Mapping[str, Any],
        order: tuple[int, ...],
        above: Origin = NOWHERE,
    ) -> None:
        self.reading, self.path, self.content, self.order = reading, path, content, order
        self._at = {key: at for at, key in enumerate(content)}
        above = replace(above, note="") if above.note else above
        said = content if path else {key: content[key] for key in content if key != "jurisdiction"}  # the file's own
        self.origin = origin_of(said, above, path, reading.sources, reading.mistake)
        self._unknown: set[str] = set()
        self._taken = {key for key in PROVENANCE if key in content}

    # -- words that name things: no facts -----------------------------------------------------------------------------
    def word(self, key: str, required: bool = False, allowed: tuple[str, ...] = ()) -> str:
        """A text that is structure, not a fact; '' when absent."""
        raw = self._raw(key, required, f"one of: {', '.join(filter(None, allowed))}" if allowed else "text")
        if raw is None:
            return ""
        if not isinstance(raw, str):
            self._wrong(key, raw, "text")
            return ""
        self._keep_structure(key, raw)
        if allowed and raw not in allowed:
            self.mistake("therapy_value_not_allowed", key, raw, allowed=", ".join(filter(None, allowed)))
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
            self._wrong(key, raw, "a list of texts in brackets, each in quotes")
            return ()
        self._keep_structure(key, ", ".join(raw))
        return tuple(raw)

    def count(self, key: str, required: bool = False, least: int | None = None) -> int | None:
        """A whole number that is structure."""
        expects = "a whole number" if least is None else f"a whole number from {least}"
        raw = self._raw(key, required, expects)
        found = values.whole(raw)
        if raw is not None and (found is None or (least is not None and found < least)):
            self._wrong(key, raw, expects)
            return None
        if found is not None:
            self._keep_structure(key, str(found))
        return found

    def counts(self, key: str, convert: Callable[[Any], tuple[int, ...] | None], expects: str) -> tuple[int, ...]:
        """A list of whole numbers that is structure; empty when absent."""
        raw = self._raw(key, False)
        if raw is None:
            return ()
        found = convert(raw)
        if found is None:
            self._wrong(key, raw, expects)
            return ()
        self._keep_structure(key, ", ".join(map(str, found)))
        return found

    def switch(self, key: str) -> bool:
        """True or false that is structure; false when absent."""
        raw = self._raw(key, False)
        if raw is None:
            return False
        if not isinstance(raw, bool):
            self._wrong(key, raw, "true or false")
            return False
        self._keep_structure(key, "yes" if raw else "no")
        return raw

    # -- facts --------------------------------------------------------------------------------------------------------
    def text(self, key: str, required: bool = False) -> str:
        """A sentence or word that is a fact; '' when absent or unknown."""
        return self.fact(key, "text", required, "text", _text) or ""

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of some words that is a fact; '' when absent or unknown."""
        expects = f"one of: {', '.join(allowed)}"
        return self.fact(key, "text", False, expects, lambda raw: raw if raw in allowed else None) or ""

    def flag(self, key: str, required: bool = False) -> bool | None:
        """A yes or no that is a fact."""
        return self.fact(key, "yes or no", required, "true or false", _flag)

    def whole(self, key: str, unit: str, required: bool = False, least: int = 0) -> int | None:
        """A whole number with its unit, from `least` to a million."""

        def within(raw: Any) -> int | None:
            number = values.whole(raw)
            return number if number is not None and least <= number <= _MOST else None

        return self.fact(key, unit, required, f"a whole number from {least} to {_MOST:,}", within)

    def number(self, key: str, unit: str, required: bool = False) -> Decimal | None:
        """An exact decimal number of at least 0 with its unit."""
        return self.fact(key, unit, required, "a number of at least 0", values.decimal)

    def wholes(self, key: str, unit: str, required: bool = False) -> tuple[int, ...]:
        """A list of whole numbers with one unit."""
        return self.fact(key, unit, required, "a list of whole numbers", values.wholes) or ()

    def grades(self, key: str) -> tuple[int, ...]:
        """A list of grades of CRS, 0 for none; empty when absent or unknown."""
        found = self.fact(key, "CRS grade", False, "a list of grades from 0 to 4, each once", values.grades)
        self.needs(key, "[2, 3]")
        return found or ()

    def pair(self, key: str, unit: str, required: bool = False, least: int | None = None) -> tuple[int, int] | None:
        """A range [least, most] of whole numbers."""
        if least is None:
            return self.fact(key, unit, required, "two whole numbers, the smaller first", values.pair)
        expects = f"two whole numbers from {least}, the smaller first"
        return self.fact(key, unit, required, expects, lambda raw: values.pair_from(raw, least))

    def numbers(self, key: str, unit: str, required: bool = False) -> tuple[Decimal, ...]:
        """One number or a list of numbers with one unit."""
        return self.fact(key, unit, required, "a number or a list of numbers", values.decimals) or ()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts that is a fact."""
        return self.fact(key, "text", False, "a list of texts in brackets, each in quotes", values.strings) or ()

    def fact(self, key: str, unit: str, required: bool, expects: str, convert: Callable[[Any], T | None]) -> T | None:
        """The value at a key as `convert` makes it, kept as a fact; None when absent, unknown or wrong."""
        raw = self._raw(key, required, f'{expects}, or {{ unknown = "why" }}')
        if raw is None:
            return None
        path, origin, unknown = self._below(key), self.origin, None
        if isinstance(raw, dict):
            for inner in raw:
                if inner not in VALUE_KEYS:
                    self.mistake("therapy_key_unknown", f"{key}.{inner}", inner, allowed=", ".join(VALUE_KEYS))
            origin = origin_of(raw, origin, path, self.reading.sources, self.reading.mistake)
            unknown, inner_value = raw.get("unknown"), raw.get("value")
            if unknown is not None and inner_value is not None:
                self.mistake("therapy_keys_exclude", f"{key}.value", "value", other="unknown")
            raw = inner_value
        value: Any = None
        if unknown is not None:
            if not isinstance(unknown, str) or not unknown:
                self._wrong(f"{key}.unknown", unknown, "a text that says what is missing")
                return None
            origin = replace(origin, note=unknown, sources=(), confidence="")
            self._unknown.add(key)
        else:
            value = convert(raw)
            if value is None:
                self._wrong(key, raw, expects)
                return None
        rule = self.reading.site.get(path)
        if rule:
            value, origin = self._by_site(rule, value, origin, expects, convert)
            self._unknown.discard(key)
        self._keep(path, key, unit, value, origin, rule is not None)
        kept: T | None = value
        return kept

    def needs(self, key: str, example: str) -> None:
        """A value that may be left out, but not be unknown: left unknown it would read as if it were not there."""
        if key in self._unknown:
            self.mistake("therapy_must_be_known", key, allowed=example)

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
            label = values.named(item, name, index)
            if label in seen:
                self.mistake("therapy_key_twice", key, label)
            seen.add(label)
            order = (*self.order, self._at[key], index)
            below.append(Table(self.reading, f"{self._below(key)}.{label}", item, order, self.origin))
        return below

    def allow(self, *keys: str) -> None:
        """Keys that may stand here and are read elsewhere."""
        self._taken.update(keys)

    def exclude(self, key: str, others: Iterable[str]) -> None:
        """Keys that may not stand beside `key`: two ways of saying one thing."""
        for other in others:
            if other in self.content:
                self.mistake("therapy_keys_exclude", other, other, other=key)
                self.allow(other)

    def close(self) -> None:
        """Name every key nobody asked for. Call when all keys have been taken."""
        for key in self.content:
            if key not in self._taken:
                allowed = ", ".join(sorted(self._taken.union(PROVENANCE)))
                self.mistake("therapy_key_unknown", key, key, allowed=allowed)

    def mistake(self, code: str, key: str, value: object = "", **named: object) -> None:
        """Note a mistake at a key of this table."""
        self.reading.mistake(code, self._below(key), value, **named)

    def missing(self, key: str, expects: str) -> None:
        """Note a key that must stand in this table, with what belongs there."""
        self.mistake("therapy_key_missing", key, key, expects=expects)

    # -- inside -------------------------------------------------------------------------------------------------------
    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _wrong(self, key: str, raw: object, expects: str) -> None:
        quoted = isinstance(raw, str) and _IN_QUOTES.fullmatch(raw)
        self.mistake(
            "therapy_value_in_quotes" if quoted else "therapy_value_kind", key, values.said(raw), expects=expects
        )

    def _raw(self, key: str, required: bool, expects: str = "") -> Any:
        self._taken.add(key)
        raw = self.content.get(key)
        if raw is None and required:
            self.missing(key, expects)
        return raw

    def _keep_structure(self, key: str, text: str) -> None:
        self.reading.structure.append(((*self.order, self._at[key]), (self._below(key), text)))

    def _by_site(
        self, rule: RawSiteRule, shipped: Any, origin: Origin, expects: str, convert: Callable[[Any], object]
    ) -> tuple[Any, Origin]:
        """The value this site sets instead of the shipped one, and where it comes from."""
        rule.used = True
        value = convert(rule.value)
        if value is None:
            where = f"site.rules.{rule.path}.value"
            self.reading.mistake("therapy_value_kind", where, values.said(rule.value), expects=expects)
            return shipped, origin
        assert isinstance(value, str | int | Decimal | bool | tuple)
        self.reading.site_rules.append(SiteRule(rule.path, value, rule.reason, shipped))
        return value, Origin((SITE,), "high", note=rule.reason, read=self.origin.read)

    def _keep(self, path: str, key: str, unit: str, value: Value, origin: Origin, by_site: bool) -> None:
        memory = False
        if value is not None:
            memory = self._check_origin(path, origin)
        own = origin.jurisdiction in ("", self.reading.jurisdiction)
        fact = Fact(
            path,
            value,
            unit,
            origin.sources,
            origin.read or date.min,
            origin.confidence,
            origin.valid_from,
            origin.valid_to,
            origin.note,
            memory,
            "" if own else origin.jurisdiction,
            by_site,
        )
        self.reading.facts.append(((*self.order, self._at[key]), fact))

    def _check_origin(self, path: str, origin: Origin) -> bool:
        """Whether a known value rests on memory; a value without source or certainty is a mistake."""
        if not origin.sources:
            self.reading.mistake("therapy_source_missing", path)
        if not origin.confidence:
            self.reading.mistake("therapy_confidence_missing", path, allowed=", ".join(CONFIDENCES))
        memory = self.reading.from_memory(origin.sources)
        if memory and origin.confidence in ("high", "medium"):
            self.reading.mistake("therapy_memory_not_low", path, origin.confidence)
        return memory


def _text(raw: Any) -> str | None:
    return raw if isinstance(raw, str) and raw else None


def _flag(raw: Any) -> bool | None:
    return raw if isinstance(raw, bool) else None
