"""From bytes to a TOML table, or to every line that cannot be read and what is allowed there; TOML stops at one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import tomli

from crs_desktop.kernel.refusal import Finding, no

_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_ENTRY = re.compile(r'[ \t]*[A-Za-z0-9_."-]+[ \t]*=[ \t]*(?P<value>.*)')
_SHOWN = 80
_SLIPS = (  # what people type where TOML wants something else, each with the sentence that says so
    ("therapy_line_quotes", re.compile(r"[“”„‟«»]")),
    ("therapy_line_space", re.compile("^[ \t]*[\u00a0\u2007\u202f\u200b]")),
    ("therapy_line_date", re.compile(r"=[ \t]*\d{1,4}[./]\d{1,2}[./]\d{1,4}\b")),
    ("therapy_line_date", re.compile(r"=[ \t]*\d{4}-\d{1,2}-\d{1,2}[ \t]*(#.*)?$")),
    ("therapy_line_number", re.compile(r"=[ \t]*\[?[ \t]*\d+[.,]\d+([.,]\d+)*\b")),
    ("therapy_line_number", re.compile(r"=[ \t]*\d+[ \t]*[A-Za-z%µ]")),
    ("therapy_line_comma", re.compile(r",[ \t]*(#.*)?$")),
    ("therapy_line_switch", re.compile(r"=[ \t]*(yes|no|y|n|ja|nein|true|false|on|off)\b", re.IGNORECASE)),
    ("therapy_line_empty", re.compile(r"=[ \t]*(#.*)?$")),
    ("therapy_line_text", re.compile(r'=[ \t]*([^\W\d_]|"[^"]*$)')),
)


def read_toml(content: bytes, name: str) -> dict[str, Any] | tuple[Finding, ...]:
    """The table in these bytes, numbers exact. A mark at the beginning and the line ends of Windows do no harm."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        return (no("therapy_line_bytes", "", before.count(b"\n") + 1, file=name),)
    try:
        return tomli.loads(text, parse_float=Decimal)
    except tomli.TOMLDecodeError as error:
        return tuple(_mistakes(text, str(error), name))


def _mistakes(text: str, reason: str, name: str) -> Iterator[Finding]:
    """The place where reading stopped, and every other line that is wrong by itself in a way people slip."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    place = _PLACE.search(reason)
    stopped = int(place["line"]) if place and place["line"] else len(lines)
    stopped = min(stopped, len(lines))
    slips = {number: code for number, line in enumerate(lines, start=1) if (code := _slip(line))}
    if not slips.keys() & {stopped, stopped - 1}:
        slips[stopped] = "therapy_file_broken"
    for number, code in sorted(slips.items()):
        shown = lines[number - 1].strip()[:_SHOWN]
        yield no(code, "", number, file=name, reason=_PLACE.sub("", reason), text=shown)


def _slip(line: str) -> str:
    """The code of what is wrong with one line; '' when it can be read, or only goes on in the next."""
    entry = _ENTRY.match(line.lstrip("\u00a0\u2007\u202f\u200b"))
    if entry is None or entry["value"].startswith(('"""', "'''")) or _stands(line):
        return ""
    if entry["value"].startswith("[") and "]" not in entry["value"]:
        return ""
    return next((code for code, pattern in _SLIPS if pattern.search(line)), "")


def _stands(line: str) -> bool:
    try:
        tomli.loads(line)
    except tomli.TOMLDecodeError:
        return False
    return True
