"""Lines of a terminal: widths that count wide and combining letters rightly, columns, wrapping, nothing that steers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say

WIDTH = 100
_GAP = "  "
_CLIPPED = ".."
# They turn the direction of what follows and could hide or fake text.
_TURNING = "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def term(code: str, value: object = "", **values: object) -> str:
    """A label or short sentence of the command line."""
    return say(no(code, "", value, **values))


def width(text: str) -> int:
    """Columns that a terminal needs for the text."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fit(text: str, columns: int) -> str:
    """Cut to so many columns, two dots where something was cut, filled up with spaces."""
    if width(text) > columns:
        room = columns - len(_CLIPPED)
        kept = ""
        for character in text:
            if width(kept + character) > room:
                break
            kept += character
        text = kept + _CLIPPED
    return text + " " * (columns - width(text))


def wrapped(text: str, indent: int = 0, columns: int = WIDTH, hang: int = 0) -> list[str]:
    """Lines of at most so many columns, broken at spaces, each indented, those after the first by `hang` more."""
    lines: list[str] = []
    line = " " * indent
    for word in text.split():
        longer = f"{line} {word}" if line.strip() else line + word
        if line.strip() and width(longer) > columns:
            lines.append(line)
            line = " " * (indent + hang) + word
        else:
            line = longer
    return [one for one in [*lines, line] if one.strip()]


def pairs(rows: Iterable[tuple[str, str]], indent: int = 2) -> list[str]:
    """A label and its text, the texts in one column; rows without text are left out."""
    shown = [(label, text) for label, text in rows if text]
    start = indent + max((width(label) for label, _ in shown), default=0) + len(_GAP)
    lines = []
    for label, text in shown:
        body = wrapped(text, start)
        lines.append(" " * indent + fit(label, start - indent) + body[0].strip())
        lines += body[1:]
    return lines


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = (), most: int = 34, indent: int = 0
) -> list[str]:
    """Columns under a head; the last one wraps, the others are cut at `most`; columns in `right` end flush."""
    everything = [head, *rows] if any(head) else list(rows)
    if not everything:
        return []
    wide = [min(max(width(row[n]) for row in everything), most) for n in range(len(head) - 1)]
    start = indent + sum(wide) + len(_GAP) * len(wide)
    lines = []
    for row in everything:
        cells = [_cell(row[n], columns, n in right) for n, columns in enumerate(wide)]
        last = wrapped(row[-1], start) or [""]
        lines.append((" " * indent + "".join(f"{cell}{_GAP}" for cell in cells) + last[0].strip()).rstrip())
        lines += last[1:]
    return lines


def _cell(text: str, columns: int, right: bool) -> str:
    return fit(text, columns) if not right or width(text) > columns else " " * (columns - width(text)) + text


def visible(text: str) -> str:
    """The text without anything that could steer a terminal: such characters are written out."""
    return "".join(_written(character) if _steers(character) and character != "\n" else character for character in text)


def one_line(text: str) -> str:
    """The same, line breaks written out as well."""
    return "".join(_written(character) if _steers(character) else character for character in text)


def _steers(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or character in _TURNING


def _written(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
