"""What a site does otherwise than the label, as typed, becomes a protocol text of its own behind the shipped one.

The shipped bytes stay in front, untouched; the reader gives each named fact the site's value with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.entry import read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.therapies.model.facts import Fact, Value
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol

# The fields of the form in which one value is changed.
PATH, VALUE, REASON = "site_path", "site_value", "site_reason"
# Says which label a file is a copy of: the second person compares it, so a site has no say in it.
FIXED = ("label_revision",)
YES_OR_NO = "yes or no"
_TEXT_UNITS = ("", "text", "date")
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.[0-9]{1,9})?")
_BETWEEN = re.compile(r"\s+to\s+|\s*;\s*|,\s+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """One value to be used otherwise, as typed: which fact, what instead, and why."""

    path: str
    value_text: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Read:
    """An entry that was understood. `ways` are the forms in which the file may take the value, the likely one first."""

    entry: SiteEntry
    ways: tuple[str, ...]
    reason: str


def with_site_rules(shipped: Protocol, rules: Sequence[SiteEntry]) -> Protocol | Refused:
    """The shipped protocol with these rules behind it, or every reason why not. `shipped` has no rules of its own."""
    if shipped.based_on:
        raise ValueError("the rules of a site stand on a shipped file, not on another site's")
    if not rules:
        return shipped
    places = {fact.path: number for number, fact in enumerate(shipped.facts())}
    read = [_read(shipped, rule) for rule in sorted(rules, key=lambda rule: places.get(rule.path, len(places)))]
    findings = [finding for one in read if isinstance(one, Refused) for finding in one.findings] + _twice(rules)
    if findings:
        return refuse(*findings)
    understood = [one for one in read if isinstance(one, _Read)]
    parsed = _parsed(shipped, understood)
    if isinstance(parsed, tuple):
        return refuse(*_addressed(parsed, understood))
    same = [rule for rule in parsed.site if rule.value == rule.shipped]
    if same:
        return refuse(*(no("site_rule_same", VALUE, value_text(rule.value), path=rule.path) for rule in same))
    return parsed


def entries_of(protocol: Protocol) -> tuple[SiteEntry, ...]:
    """The rules of a changed protocol as somebody would type them."""
    return tuple(SiteEntry(rule.path, value_text(rule.value), rule.reason) for rule in protocol.site)


def value_text(value: Value) -> str:
    """A value as it is typed, without its unit; '' for an unknown one. Reading it gives the same value."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        parts = [value_text(item) for item in value]
        if not any("," in part for part in parts):
            return ", ".join(parts)
        return "; ".join(parts) if len(parts) > 1 else f"{parts[0]};"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else plain(value)


def site_text(fingerprint: str, rules: Sequence[tuple[str, str, str]]) -> str:
    """The block that stands behind the shipped text: of each rule the path, the value as TOML, and the reason."""
    said = ["", "[site]", f"based_on = {quoted(fingerprint)}"]
    for path, value, reason in rules:
        said += ["", "[[site.rules]]", f"path = {quoted(path)}", f"value = {value}", f"reason = {quoted(reason)}"]
    return "\n".join(said) + "\n"


def quoted(text: str) -> str:
    """A TOML basic string: quotes, backslashes and control characters escaped, everything else as it is."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\u{ord(character):04X}" if ord(character) < 0x20 or character == "\x7f" else character


def _read(shipped: Protocol, rule: SiteEntry) -> _Read | Refused:
    fact = shipped.fact(rule.path)
    if fact is None:
        return refuse(no("site_rule_no_fact", PATH, rule.path))
    if rule.path in FIXED:
        return refuse(no("site_rule_fixed", PATH, rule.path))
    reason = read_text(rule.reason, REASON)
    ways = _ways(fact, rule.value_text)
    findings = [one for one in (ways, reason) if isinstance(one, Finding)]
    if findings:
        return refuse(*findings)
    assert isinstance(reason, str) and isinstance(ways, tuple)
    return _Read(rule, ways, reason)


def _twice(rules: Sequence[SiteEntry]) -> list[Finding]:
    paths = [rule.path for rule in rules]
    return [no("site_rule_twice", PATH, path) for path in dict.fromkeys(paths) if paths.count(path) > 1]


def _ways(fact: Fact, typed: str) -> tuple[str, ...] | Finding:
    """What was typed as TOML, in the forms that a fact of this unit may have."""
    if fact.unit == YES_OR_NO:
        said = {"yes": "true", "no": "false"}.get(typed.strip().casefold())
        return (said,) if said else no("site_rule_not_yes_or_no", VALUE, typed, path=fact.path)
    if fact.unit in _TEXT_UNITS:
        read = read_text(typed, VALUE)
        return read if isinstance(read, Finding) else _text_ways(fact, read)
    return _number_ways(fact, typed)


def _text_ways(fact: Fact, text: str) -> tuple[str, ...]:
    mark = ";" if ";" in text else ","
    listed = f"[{', '.join(quoted(part.strip()) for part in text.split(mark) if part.strip())}]"
    if isinstance(fact.value, tuple):
        return (listed,)
    return (quoted(text),) if fact.value is not None else (quoted(text), listed)


def _number_ways(fact: Fact, typed: str) -> tuple[str, ...] | Finding:
    text = typed.strip().removesuffix(fact.unit).strip()
    parts = _BETWEEN.split(text)
    if not all(_NUMBER.fullmatch(part) for part in parts):
        return no("site_rule_not_a_number", VALUE, typed, path=fact.path, unit=fact.unit)
    numbers = [plain(Decimal(part.replace(",", ""))) for part in parts]
    listed = f"[{', '.join(numbers)}]"
    if len(numbers) > 1:
        return (listed,)
    return (listed, numbers[0]) if isinstance(fact.value, tuple) else (numbers[0], listed)


def _parsed(shipped: Protocol, rules: Sequence[_Read]) -> Protocol | tuple[Finding, ...]:
    """With the likely forms; where the file refuses one of them, with the other."""
    ways = [rule.ways[0] for rule in rules]
    parsed = _with(shipped, rules, ways)
    if isinstance(parsed, Protocol):
        return parsed
    wrong = _refused_values(parsed, rules)
    others = [rule.ways[-1] if rule.entry.path in wrong else rule.ways[0] for rule in rules]
    again = _with(shipped, rules, others) if others != ways else parsed
    return again if isinstance(again, Protocol) else parsed


def _with(shipped: Protocol, rules: Sequence[_Read], ways: Sequence[str]) -> Protocol | tuple[Finding, ...]:
    lines = [(rule.entry.path, way, rule.reason) for rule, way in zip(rules, ways, strict=True)]
    text = shipped.text + site_text(shipped.fingerprint, lines).encode("utf-8")
    return parse_protocol(text, f"{shipped.id}.toml")


def _refused_values(findings: Sequence[Finding], rules: Sequence[_Read]) -> dict[str, Finding]:
    """The reader's word against the value of a rule, by the path of the fact."""
    by_field = {finding.field: finding for finding in findings}
    named = {rule.entry.path: by_field.get(f"site.rules.{rule.entry.path}.value") for rule in rules}
    return {path: finding for path, finding in named.items() if finding is not None}


def _addressed(findings: Sequence[Finding], rules: Sequence[_Read]) -> tuple[Finding, ...]:
    """The reader's mistakes as mistakes of what was typed; what contradicts another value keeps the reader's words."""
    wrong = _refused_values(findings, rules)
    typed = {rule.entry.path: rule.entry.value_text for rule in rules}
    said = [
        no("site_rule_not_fitting", VALUE, typed[path], path=path, expects=finding.get("expects"))
        for path, finding in wrong.items()
    ]
    return tuple(said) or tuple(findings)
