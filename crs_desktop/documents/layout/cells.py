"""Small blocks as cells of a grid: a label above; beneath it the value, the line to write on, or the boxes to tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crs_desktop.documents.layout.ink import Ink
from crs_desktop.documents.layout.slab import (
    LABEL_STYLE,
    MOST_LINES,
    PAD,
    STRONG_STYLE,
    VALUE,
    VALUE_STYLE,
    Draw,
    Slab,
    Style,
    draw_lines,
    edges,
    lines_of,
    marked,
)
from crs_desktop.documents.layout.text import width
from crs_desktop.documents.model import NOT_KNOWN, Blank, Choice, Fact, Tick, Unknown

Small = Fact | Blank | Unknown | Tick | Choice
_PEN_ROOM = 14.5
_TICK_GAP = 13.0


@dataclass(frozen=True, slots=True)
class _Part:
    """What one cell needs; drawn at its own left top, told how high its row became."""

    height: float
    draw: Draw


def grid(blocks: Sequence[Small], room: float, columns: int) -> list[Slab]:
    """Strips of cells: small blocks side by side, wide ones alone; boxes to tick share no row with labelled cells."""
    slabs: list[Slab] = []
    row: list[Small] = []
    for block in blocks:
        if row and isinstance(row[-1], Tick | Choice) != isinstance(block, Tick | Choice):
            slabs += _row(row, room, columns)
            row = []
        if block.wide:
            slabs += _row(row, room, columns)
            slabs += _row([block], room, 1)
            row = []
        else:
            row.append(block)
            if len(row) == columns:
                slabs += _row(row, room, columns)
                row = []
    return slabs + _row(row, room, columns)


def _row(blocks: Sequence[Small], room: float, columns: int) -> list[Slab]:
    if not blocks:
        return []
    wide = room / max(len(blocks), 1) if len(blocks) < columns else room / columns
    split = [_parts(block, wide - 2 * PAD) for block in blocks]
    slabs: list[Slab] = []
    for level in range(max(len(parts) for parts in split)):
        level_parts = [parts[level] if level < len(parts) else None for parts in split]
        slabs.append(_strip(level_parts, wide, room))
    return slabs


def _strip(parts: Sequence[_Part | None], wide: float, room: float) -> Slab:
    high = max(part.height for part in parts if part is not None)

    def draw(ink: Ink, x: float, top: float) -> None:
        edges(ink, x, top, room, high)
        for place, part in enumerate(parts):
            left = x + place * wide
            if place:
                ink.rule(left, top, left, top + high)
            if part is not None:
                part.draw(ink, left + PAD, top)

    return Slab(high, draw)


def _parts(block: Small, room: float) -> list[_Part]:
    if isinstance(block, Fact):
        style = STRONG_STYLE if block.strong else VALUE_STYLE
        return _labelled(block.label, marked(block.value, block.unverified), room, style)
    if isinstance(block, Unknown):
        return [_to_write(block.label, room, NOT_KNOWN + (f": {block.why}" if block.why else ""), "", 1)]
    if isinstance(block, Blank):
        return [_to_write(block.label, room, "", block.unit, block.lines)]
    if isinstance(block, Tick):
        return _tick(block, room)
    return _choice(block, room)


def _labelled(label: str, value: str, room: float, style: Style) -> list[_Part]:
    heads = lines_of(label, room, LABEL_STYLE)
    lines = lines_of(value, room, style)
    parts = [_text_part(heads, lines[:MOST_LINES], style)]
    for start in range(MOST_LINES, len(lines), MOST_LINES):
        parts.append(_text_part([], lines[start : start + MOST_LINES], style))
    return parts


def _text_part(heads: list[str], lines: list[str], style: Style) -> _Part:
    def draw(ink: Ink, x: float, top: float) -> None:
        top = draw_lines(ink, x, top + 1.6, heads, LABEL_STYLE)
        draw_lines(ink, x, top + 0.4, lines, style)

    return _Part(len(heads) * LABEL_STYLE.leading + len(lines) * style.leading + 3.4, draw)


def _to_write(label: str, room: float, before: str, unit: str, count: int) -> _Part:
    heads = lines_of(label, room, LABEL_STYLE)
    said = lines_of(before, room, VALUE_STYLE) if before else []
    last = width(said[-1], VALUE) + 4 if said else 0.0
    open_room = room - last - (width(unit, VALUE) + 3 if unit else 0)
    top_part = len(heads) * LABEL_STYLE.leading + 1.6 + max(0, len(said) - 1) * VALUE_STYLE.leading
    # A line too short to write on is no line: it goes beneath what is said.
    fresh_line = bool(said) and open_room < 40
    high = top_part + _PEN_ROOM * (count + fresh_line)

    def draw(ink: Ink, x: float, top: float) -> None:
        below = draw_lines(ink, x, top + 1.6, heads, LABEL_STYLE)
        draw_lines(ink, x, below + 1.5, said, VALUE_STYLE)
        left = x if fresh_line else x + last
        right = x + room - (width(unit, VALUE) + 3 if unit else 0)
        for number in range(count):
            base = top + high - 3 - (count - 1 - number) * _PEN_ROOM
            ink.rule(left if number == 0 else x, base, right if number == count - 1 else x + room, base, 0.5, 0.2)
        if unit:
            ink.words_right(x + room, top + high - 4, unit, VALUE)

    return _Part(high, draw)


def _tick(block: Tick, room: float) -> list[_Part]:
    text = marked(block.text, block.unverified)
    lines = lines_of(text, room - _TICK_GAP, VALUE_STYLE)
    asked = f"{block.write}:" if block.write else ""
    parts = []
    for start in range(0, len(lines), MOST_LINES):
        chunk = lines[start : start + MOST_LINES]
        parts.append(_tick_part(chunk, asked if start + MOST_LINES >= len(lines) else "", room, boxed=start == 0))
    return parts


def _tick_part(lines: list[str], asked: str, room: float, boxed: bool) -> _Part:
    last = width(lines[-1], VALUE) + 6
    beside = bool(asked) and room - _TICK_GAP - last - width(asked, VALUE) > 36
    leading = VALUE_STYLE.leading
    high = len(lines) * leading + 4.6 + (_PEN_ROOM if asked and not beside else 0) + (1.5 if asked else 0)

    def draw(ink: Ink, x: float, top: float) -> None:
        first = top + 2.6 + VALUE * 0.95
        if boxed:
            ink.box(x, first)
        draw_lines(ink, x + _TICK_GAP, top + 2.6, lines, VALUE_STYLE)
        if asked:
            base = first + (len(lines) - 1) * leading if beside else top + high - 4
            _asked(ink, x + _TICK_GAP + (last if beside else 0), base, asked, x + room)

    return _Part(high, draw)


def _asked(ink: Ink, x: float, base: float, asked: str, right: float) -> None:
    ink.words(x, base, asked, VALUE)
    ink.rule(x + width(asked, VALUE) + 3, base + 1, right, base + 1, 0.5, 0.2)


def _choice(block: Choice, room: float) -> list[_Part]:
    answers = sum(_TICK_GAP + width(answer, VALUE) + 7 for answer in block.answers) - (0 if block.write else 7)
    asked = f"{block.write}:" if block.write else ""
    wanted = answers + (width(asked, VALUE) + 40 if asked else 0)
    text = marked(block.label, block.unverified)
    beside = wanted + 8 < room / 3 or len(lines_of(text, room - wanted - 8, VALUE_STYLE)) == 1
    lines = lines_of(text, room - wanted - 8 if beside else room, VALUE_STYLE)
    parts = []
    for start in range(0, len(lines), MOST_LINES):
        last = start + MOST_LINES >= len(lines)
        shown = block.answers if (start == 0 and beside) or (last and not beside) else ()
        parts.append(
            _choice_part(lines[start : start + MOST_LINES], shown, asked if shown else "", room, wanted, beside)
        )
    return parts


def _choice_part(
    lines: list[str], answers: tuple[str, ...], asked: str, room: float, wanted: float, beside: bool
) -> _Part:
    leading = VALUE_STYLE.leading
    high = len(lines) * leading + 4.6 + (0 if beside or not answers else leading + 3)

    def draw(ink: Ink, x: float, top: float) -> None:
        draw_lines(ink, x, top + 2.6, lines, VALUE_STYLE)
        first = top + 2.6 + VALUE * 0.95
        base = first if beside else first + len(lines) * leading + 2
        left = x + room - wanted if beside else x
        for answer in answers:
            ink.box(left, base)
            ink.words(left + _TICK_GAP - 2, base, answer, VALUE)
            left += _TICK_GAP + width(answer, VALUE) + 7
        if asked:
            _asked(ink, left, base, asked, x + room)

    return _Part(high, draw)
