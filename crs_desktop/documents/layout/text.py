"""From a plain text to what can be drawn: checked, composed, joined, wrapped, in drawing order. No markup is read.

This is the one door for words on paper. A text that cannot be printed faithfully is refused before the first page is
begun: no boxes, no dropped letters, no guessed direction, nothing cut.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from crs_desktop.documents.layout.arabic import NON_JOINER, joined, knows
from crs_desktop.documents.layout.fonts import Face, advance, face_for
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.kernel.wording import sentences

_RIGHT = ("R", "AL")
_DIGITS = ("EN", "AN")
_STRONG = ("L", "R", "AL", "EN", "AN")
# Scripts whose letters stand side by side as they come, or that we join ourselves; all others need a shaping engine.
_PLAIN = (
    (0x0020, 0x007E), (0x00A0, 0x00AC), (0x00AE, 0x02FF), (0x0370, 0x0482), (0x048A, 0x052F), (0x0531, 0x058F),
    (0x05BE, 0x05BE), (0x05D0, 0x05EA), (0x05F3, 0x05F4), (0x060C, 0x060C), (0x061B, 0x061B), (0x061F, 0x061F),
    (0x0621, 0x063A), (0x0640, 0x064A), (0x0660, 0x0669), (0x0671, 0x06D3), (0x06D5, 0x06D5), (0x06F0, 0x06F9),
    (0x10A0, 0x10FF), (0x1E00, 0x1FFF), (0x2002, 0x200A), (0x2010, 0x2027), (0x202F, 0x205E), (0x2070, 0x20BF),
    (0x2100, 0x27BF), (0x2E80, 0x3029), (0x3030, 0x318F), (0x31A0, 0x31FF), (0x3220, 0x9FFF), (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF), (0xFF01, 0xFF9F), (0xFFE0, 0xFFE6),
)  # fmt: skip
_STARTS = [first for first, _ in _PLAIN]
_UNIT = re.compile(r"(mg|mcg|g|kg|mL|L|h|cm|mmHg|C|%|x|minutes|days?|hours?)(?![A-Za-z])")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def unprintable(fields: Iterable[tuple[str, str]]) -> list[Finding]:
    """One finding for each field and reason that stops the print; empty when all can be printed faithfully."""
    found: list[Finding] = []
    for field, text in fields:
        for why, characters in _faults(text).items():
            shown = " ".join(f"{character} (U+{ord(character):04X})" for character in characters)
            refusal = no("paper_text_not_printable", field, text, characters=shown, why=sentences()[why])
            if refusal not in found:
                found.append(refusal)
    return found


def _faults(text: str) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    composed = unicodedata.normalize("NFC", text)
    for character in composed:
        why = "" if character in ("\n", NON_JOINER) else _fault(character)
        if why and character not in faults.setdefault(why, []):
            faults[why].append(character)
    if NON_JOINER in composed and not any(knows(character) for character in composed):
        faults["why_hidden"] = [*faults.get("why_hidden", []), NON_JOINER]
    if not faults:
        faults.update(_without_glyph(composed))
        beside = _after_right_to_left(composed)
        if beside:
            faults["why_mixed_direction"] = [beside]
    return faults


def _fault(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Mn", "Mc", "Me"):
        return "why_combining"
    if category[0] == "C":
        return "why_hidden"
    place = bisect_right(_STARTS, ord(character)) - 1
    if place < 0 or ord(character) > _PLAIN[place][1]:
        return "why_script"
    if unicodedata.bidirectional(character) == "AL" and character.isalpha() and not knows(character):
        return "why_script"
    return ""


def _without_glyph(composed: str) -> dict[str, list[str]]:
    missing = sorted({each for each in joined(composed).replace("\n", "") if face_for(each, False) is None})
    return {"why_no_glyph": missing} if missing else {}


def _after_right_to_left(text: str) -> str:
    """The first digit or opening bracket whose place after right-to-left letters depends on more than this line."""
    last = ""
    for character in text:
        kind = unicodedata.bidirectional(character)
        unsure = kind in _DIGITS or unicodedata.category(character) == "Ps"
        if kind == "AN" or (unsure and last in _RIGHT):
            return character
        if kind in _STRONG:
            last = kind
    return ""


def prepared(text: str) -> str:
    """The text composed and with Arabic letters joined, still in reading order."""
    return joined(unicodedata.normalize("NFC", text))


def runs(line: str, bold: bool) -> Iterator[tuple[Face, str]]:
    """The line in drawing order, cut where the font changes. Takes prepared text."""
    face: Face | None = None
    gathered = ""
    for character in _drawing_order(line):
        needed = face_for(character, bold)
        if needed is None:
            raise ValueError(f"U+{ord(character):04X} reached the ink unchecked")
        if face is not None and needed is not face:
            yield face, gathered
            gathered = ""
        face = needed
        gathered += character
    if face is not None and gathered:
        yield face, gathered


def width(line: str, size: float, bold: bool = False) -> float:
    """How wide the prepared line is drawn."""
    return sum(advance(character, bold) for character in line) * size


def wrapped(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Prepared lines no wider than `room`; words are broken only when one alone is too wide. Nothing is cut."""
    lines: list[str] = []
    for paragraph in prepared(text).split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if width((line + piece).rstrip(" "), size, bold) <= room:
                line += piece
                continue
            if line:
                lines.append(line.rstrip(" "))
            *full, line = _broken(piece, room, size, bold)
            lines += full
        lines.append(line.rstrip(" "))
    return lines or [""]


def _pieces(paragraph: str) -> Iterator[str]:
    piece = ""
    for place, character in enumerate(paragraph):
        if ord(character) >= 0x2E80 and not 0xFB00 <= ord(character) <= 0xFEFC:
            if piece:
                yield piece
            yield character
            piece = ""
            continue
        if character != " " and piece and _may_break(piece, paragraph[place:]):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if before[-1] == "-":
        return not after[0].isdigit()
    if before[-1] != " ":
        return False
    # A number and its unit stay on one line.
    return not (before.rstrip(" ")[-1:].isdigit() and _UNIT.match(after))


def _broken(piece: str, room: float, size: float, bold: bool) -> list[str]:
    parts, part = [], ""
    for character in piece:
        if part and width((part + character).rstrip(" "), size, bold) > room:
            parts.append(part)
            part = ""
        part += character
    return [*parts, part]


def _drawing_order(line: str) -> str:
    ordered, place = "", 0
    while place < len(line):
        if unicodedata.bidirectional(line[place]) not in _RIGHT:
            ordered += line[place]
            place += 1
            continue
        end = last = place
        while end < len(line) and unicodedata.bidirectional(line[end]) not in ("L", "EN", "AN"):
            last = end if unicodedata.bidirectional(line[end]) in _RIGHT else last
            end += 1
        ordered += line[place : last + 1][::-1].translate(_MIRRORED)
        place = last + 1
    return ordered
