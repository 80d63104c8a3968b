"""Wide blocks as strips: tables, framed messages, the verdict, large figures, notes and signatures."""

from __future__ import annotations

from collections.abc import Sequence

from crs_desktop.documents.layout.cells import Small, grid
from crs_desktop.documents.layout.ink import Ink
from crs_desktop.documents.layout.slab import (
    LABEL_STYLE,
    MOST_LINES,
    PAD,
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
from crs_desktop.documents.layout.text import prepared, width
from crs_desktop.documents.model import (
    Blank,
    Block,
    Box,
    Cell,
    Choice,
    Column,
    Fact,
    Figure,
    Figures,
    Note,
    Section,
    Signatures,
    State,
    Table,
    Tick,
    Unknown,
    Verdict,
)

_TITLE = Style(8.4, bold=True)
_HEAD = Style(6.8, bold=True)
_CELL = Style(8.2)
_FIGURE = Style(15, bold=True)
_STATE = Style(13, bold=True)
_LOUD = Style(9.2, bold=True)
_WRITE_ROW = 17.0
_SIGN_ROW = 19.0


def section_slabs(section: Section, room: float) -> list[Slab]:
    """The section's title and blocks as strips."""
    again = _title(f"{section.title} (continued)", room)
    slabs = [_title(section.title, room)]
    small: list[Small] = []
    for block in section.blocks:
        if isinstance(block, Fact | Blank | Unknown | Tick | Choice):
            small.append(block)
            continue
        slabs += grid(small, room, section.columns)
        small = []
        slabs += _wide(block, room)
    slabs += grid(small, room, section.columns)
    return [slabs[0], *(Slab(each.height, each.draw, each.keep, (again, *each.lead)) for each in slabs[1:])]


def _wide(block: Block, room: float) -> list[Slab]:
    if isinstance(block, Table):
        return _table(block, room)
    if isinstance(block, Box):
        return _box(block, room)
    if isinstance(block, Verdict):
        return _verdict(block, room)
    if isinstance(block, Figures):
        return [_figures(block.items, room)]
    if isinstance(block, Signatures):
        return _signatures(block, room)
    assert isinstance(block, Note)
    style = Style(VALUE, bold=True) if block.strong else VALUE_STYLE
    return _paragraph(marked(block.text, block.unverified), room, style)


def _title(text: str, room: float) -> Slab:
    lines = lines_of(text, room - 2 * PAD, _TITLE)
    high = len(lines) * _TITLE.leading + 3.4

    def draw(ink: Ink, x: float, top: float) -> None:
        ink.shade(x, top, room, high, 0.87)
        ink.rule(x, top, x + room, top, 0.9, 0)
        edges(ink, x, top, room, high)
        draw_lines(ink, x + PAD, top + 1.9, lines, _TITLE)

    return Slab(high, draw, keep=True)


def _paragraph(text: str, room: float, style: Style) -> list[Slab]:
    lines = lines_of(text, room - 2 * PAD, style)
    return [_lines_slab(lines[at : at + MOST_LINES], room, style) for at in range(0, len(lines), MOST_LINES)]


def _lines_slab(lines: Sequence[str], room: float, style: Style) -> Slab:
    high = len(lines) * style.leading + 4.4

    def draw(ink: Ink, x: float, top: float) -> None:
        edges(ink, x, top, room, high)
        draw_lines(ink, x + PAD, top + 2.4, lines, style)

    return Slab(high, draw)


def _table(table: Table, room: float, least: float = 0.0) -> list[Slab]:
    shares = sum(column.share for column in table.columns)
    widths = [room * column.share / shares for column in table.columns]
    heads = [lines_of(c.title, w - 2 * PAD, _HEAD) for c, w in zip(table.columns, widths, strict=True)]
    high = max(len(lines) for lines in heads) * _HEAD.leading + 4

    def draw(ink: Ink, x: float, top: float) -> None:
        ink.shade(x, top, room, high, 0.945)
        _ruled(ink, x, top, widths, high)
        _row_text(ink, x, top + 2, widths, table.columns, heads, _HEAD)

    head = Slab(high, draw, keep=True)
    slabs: list[Slab] = [head]
    for row in table.rows:
        slabs += [Slab(s.height, s.draw, lead=(head,)) for s in _table_row(row, table.columns, widths, least)]
    slabs += [Slab(_WRITE_ROW, _empty(widths), lead=(head,)) for _ in range(table.to_write)]
    return slabs


def _empty(widths: Sequence[float]) -> Draw:
    def draw(ink: Ink, x: float, top: float) -> None:
        _ruled(ink, x, top, widths, _WRITE_ROW)

    return draw


def _table_row(row: Sequence[Cell], columns: Sequence[Column], widths: Sequence[float], least: float) -> list[Slab]:
    cells = [
        lines_of(marked(cell.text, cell.unverified), wide - 2 * PAD, _CELL)
        for cell, wide in zip(row, widths, strict=True)
    ]
    to_write = any(not cell.text and not cell.box for cell in row)
    slabs = []
    for at in range(0, max(len(lines) for lines in cells), MOST_LINES):
        parts = [lines[at : at + MOST_LINES] for lines in cells]
        boxes = [cell.box and at == 0 for cell in row]
        slabs.append(_row_slab(parts, boxes, columns, widths, max(least, _WRITE_ROW if to_write else 0.0)))
    return slabs


def _row_slab(
    parts: Sequence[list[str]], boxes: Sequence[bool], columns: Sequence[Column], widths: Sequence[float], least: float
) -> Slab:
    high = max(max(len(lines) for lines in parts) * _CELL.leading + 4.4, least)

    def draw(ink: Ink, x: float, top: float) -> None:
        _ruled(ink, x, top, widths, high)
        _row_text(ink, x, top + 2.6, widths, columns, parts, _CELL)
        left = x
        for boxed, wide in zip(boxes, widths, strict=True):
            if boxed:
                ink.box(left + wide / 2 - 4.2, top + high / 2 + 3.2)
            left += wide

    return Slab(high, draw)


def _ruled(ink: Ink, x: float, top: float, widths: Sequence[float], high: float) -> None:
    edges(ink, x, top, sum(widths), high)
    for wide in widths[:-1]:
        x += wide
        ink.rule(x, top, x, top + high, grey=0.65)


def _row_text(
    ink: Ink,
    x: float,
    top: float,
    widths: Sequence[float],
    columns: Sequence[Column],
    parts: Sequence[Sequence[str]],
    style: Style,
) -> None:
    for column, wide, lines in zip(columns, widths, parts, strict=True):
        if column.number:
            for number, line in enumerate(lines):
                base = top + number * style.leading + style.size * 0.95
                ink.words_right(x + wide - PAD, base, line, style.size, style.bold)
        else:
            draw_lines(ink, x + PAD, top, lines, style)
        x += wide


def _box(block: Box, room: float) -> list[Slab]:
    heads = lines_of(block.heading, room - 4 * PAD, _LOUD)
    body = [line for text in block.sentences for line in lines_of(text, room - 4 * PAD, VALUE_STYLE)]
    slabs = [_box_slab(heads, body[:MOST_LINES], room, block.loud)]
    for at in range(MOST_LINES, len(body), MOST_LINES):
        slabs.append(_box_slab([], body[at : at + MOST_LINES], room, block.loud))
    return slabs


def _box_slab(heads: Sequence[str], body: Sequence[str], room: float, loud: bool) -> Slab:
    high = len(heads) * _LOUD.leading + len(body) * VALUE_STYLE.leading + 9

    def draw(ink: Ink, x: float, top: float) -> None:
        edges(ink, x, top, room, high)
        ink.frame(x + 1.8, top + 1.8, room - 3.6, high - 3.6, 2.2 if loud else 0.8, 0)
        below = draw_lines(ink, x + 2 * PAD, top + 4.4, heads, _LOUD)
        draw_lines(ink, x + 2 * PAD, below, body, VALUE_STYLE)

    return Slab(high, draw)


def _verdict(block: Verdict, room: float) -> list[Slab]:
    left = 26.0
    word = prepared(block.state.value)
    beside = width(word, _STATE.size, True) + 10
    headline_style = Style(10, bold=True)
    heads = lines_of(block.headline, room - left - beside - PAD, headline_style)
    high = max(21.0, len(heads) * headline_style.leading + 8)

    def draw(ink: Ink, x: float, top: float) -> None:
        edges(ink, x, top, room, high)
        _sign(ink, block.state, x + 13, top + 10.5)
        ink.words(x + left, top + 15, word, _STATE.size, True)
        draw_lines(ink, x + left + beside, top + 5.4, heads, headline_style)

    slabs = [Slab(high, draw, keep=bool(block.reasons))]
    reasons = [line for reason in block.reasons for line in _hanging(reason, room - left - PAD)]
    for at in range(0, len(reasons), MOST_LINES):
        slabs.append(_reasons(reasons[at : at + MOST_LINES], left, room))
    return slabs


def _hanging(text: str, room: float) -> list[tuple[bool, str]]:
    return [(number == 0, line) for number, line in enumerate(lines_of(text, room - 8, VALUE_STYLE))]


def _reasons(lines: Sequence[tuple[bool, str]], left: float, room: float) -> Slab:
    high = len(lines) * VALUE_STYLE.leading + 4

    def draw(ink: Ink, x: float, top: float) -> None:
        edges(ink, x, top, room, high)
        for number, (first, line) in enumerate(lines):
            at = top + 1.4 + number * VALUE_STYLE.leading
            if first:
                ink.words(x + left, at + VALUE * 0.95, "•", VALUE)
            draw_lines(ink, x + left + 8, at, [line], VALUE_STYLE)

    return Slab(high, draw)


def _sign(ink: Ink, state: State, x: float, y: float) -> None:
    if state is State.READY:
        ink.ring(x, y, 7.5)
        ink.shape(((x - 3.6, y + 0.2), (x - 0.9, y + 3.2), (x + 4, y - 3.2)), 2)
    elif state is State.READY_BUT:
        ink.shape(((x, y - 7.5), (x + 8.2, y + 7), (x - 8.2, y + 7)), 1.6, closed=True)
        ink.shape(((x, y - 2.6), (x, y + 2)), 2)
        ink.shape(((x, y + 4.6), (x, y + 4.7)), 2)
    elif state is State.SHORT:
        ink.frame(x - 7, y - 7, 14, 14, 1.8, 0)
        ink.shape(((x - 3.6, y - 3.6), (x + 3.6, y + 3.6)), 2.2)
        ink.shape(((x - 3.6, y + 3.6), (x + 3.6, y - 3.6)), 2.2)
    else:
        ink.shape(((x, y - 8.5), (x + 8.5, y), (x, y + 8.5), (x - 8.5, y)), 1.6, closed=True)
        ink.words(x - 3, y + 3.8, "?", 10.5, True)


def _figures(items: Sequence[Figure], room: float) -> Slab:
    wide = room / len(items)
    inner = wide - 2 * PAD
    parts = [
        (lines_of(i.label, inner, LABEL_STYLE), lines_of(i.value, inner, _FIGURE), lines_of(i.note, inner, LABEL_STYLE))
        for i in items
    ]
    labels, values, notes = (max(len(part[n]) for part in parts) for n in range(3))
    high = (labels + notes) * LABEL_STYLE.leading + values * _FIGURE.leading + 5

    def draw(ink: Ink, x: float, top: float) -> None:
        edges(ink, x, top, room, high)
        for place, (label, value, note) in enumerate(parts):
            left = x + place * wide
            if place:
                ink.rule(left, top, left, top + high)
            below = draw_lines(ink, left + PAD, top + 1.8, label, LABEL_STYLE)
            below = draw_lines(ink, left + PAD, below + 0.2, value, _FIGURE)
            draw_lines(ink, left + PAD, below + 0.6, note, LABEL_STYLE)

    return Slab(high, draw)


def _signatures(block: Signatures, room: float) -> list[Slab]:
    columns = (Column("Role", 5), Column("Name in print", 6), Column("Signature", 6), Column("Date and time", 4))
    rows = tuple((Cell(role), Cell(name), Cell(), Cell()) for role, name in block.roles)
    return _table(Table(columns, rows), room, _SIGN_ROW)
