"""Reads the plain TOML that protocol files are written in, fast, because every start waits for all of them.

Whatever is not plain is left to tomllib: one line where only that line is not, the whole text where lines hang together
or anything is wrong. So every mistake is tomllib's own, and no text gets another meaning here than there.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from typing import Any

_TEXT = r'"[^"\\\x00-\x1f\x7f]*"'
_WHOLE = r"-?[1-9][0-9]{0,17}|0"
_NUMBER = rf"(?:{_WHOLE})\.[0-9]+"
_LIST = rf"\[(?:{_TEXT}(?:, {_TEXT})*|(?:{_WHOLE})(?:, (?:{_WHOLE}))*)\]"
_KEY = "[A-Za-z0-9_-]+"
_VALUE = rf"({_TEXT})|({_NUMBER})|({_WHOLE})|(true|false)|({_LIST})"
_LINE = re.compile(rf"({_KEY}) = (?:{_VALUE})")
_PART = re.compile(rf"({_KEY}) = (?:{_VALUE})(?:, | \}})")
_ANY = re.compile(rf"({_KEY}) = \S.*")
_INLINE = re.compile(rf"({_KEY}) = \{{ ")
_HEADER = re.compile(rf"\[\[({_KEY})(?:\.({_KEY}))?(?:\.({_KEY}))?\]\]")
_COMMENT = re.compile(r"#[^\x00-\x08\x0a-\x1f\x7f]*")
_ITEMS = re.compile(rf"{_TEXT}|{_WHOLE}")


class _NotPlain(Exception):
    """The text needs the whole grammar."""


def loads(text: str) -> dict[str, Any]:
    """What tomllib reads, decimals exact. Raises tomllib.TOMLDecodeError as it does."""
    try:
        return _plain(text.replace("\r\n", "\n"))
    except _NotPlain:
        return tomllib.loads(text, parse_float=Decimal)


def _plain(text: str) -> dict[str, Any]:
    top: dict[str, Any] = {}
    here = top
    headed: set[int] = set()  # the lists that [[headers]] made: no other may grow
    for line in text.split("\n"):
        found = _LINE.fullmatch(line)
        if found is not None:
            key, value = found[1], _value(found)
        elif not line or _COMMENT.fullmatch(line):
            continue
        elif line.startswith("["):
            here = _below(top, line, headed)
            continue
        else:
            key, value = _inline(line) or _odd(line)
        if key in here:
            raise _NotPlain
        here[key] = value
    return top


def _value(found: re.Match[str]) -> Any:
    _, text, number, whole, flag, items = found.groups()
    if text is not None:
        return text[1:-1]
    if number is not None:
        return Decimal(number)
    if whole is not None:
        return int(whole)
    if flag is not None:
        return flag == "true"
    return [item[1:-1] if item[0] == '"' else int(item) for item in _ITEMS.findall(items)]


def _inline(line: str) -> tuple[str, dict[str, Any]] | None:
    """A table in one line, `key = { value = 8, note = "own words" }`; None when it is not so plain."""
    head = _INLINE.match(line)
    if head is None:
        return None
    table: dict[str, Any] = {}
    at = head.end()
    while part := _PART.match(line, at):
        if part[1] in table:
            return None
        table[part[1]] = _value(part)
        at = part.end()
        if line[at - 1] == "}":
            return (head[1], table) if at == len(line) else None
    return None


def _odd(line: str) -> tuple[str, Any]:
    """A line by itself, read with the whole grammar; one that hangs together with others is not plain."""
    head = _ANY.fullmatch(line)
    if head is None:
        raise _NotPlain
    try:
        return head[1], tomllib.loads(line, parse_float=Decimal)[head[1]]
    except tomllib.TOMLDecodeError:
        raise _NotPlain from None


def _below(top: dict[str, Any], line: str, headed: set[int]) -> dict[str, Any]:
    """The new table of a [[header]]; the tables above it must be of headers too."""
    found = _HEADER.fullmatch(line)
    if found is None:
        raise _NotPlain
    *above, last = [name for name in found.groups() if name is not None]
    table = top
    for name in above:
        rows: Any = table.get(name)
        if id(rows) not in headed:
            raise _NotPlain
        table = rows[-1]
    if last not in table:
        table[last] = []
        headed.add(id(table[last]))
    elif id(table[last]) not in headed:
        raise _NotPlain
    new: dict[str, Any] = {}
    table[last].append(new)
    return new
