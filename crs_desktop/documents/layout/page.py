"""Pages: the band with the patient on top, the strips in order, the foot that tells a good sheet from a stale one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from crs_desktop.documents.layout.blocks import section_slabs
from crs_desktop.documents.layout.ink import Ink
from crs_desktop.documents.layout.slab import (
    LABEL_STYLE,
    MARK,
    PAD,
    Slab,
    Style,
    draw_lines,
    lines_of,
)
from crs_desktop.documents.layout.text import prepared, unprintable, width
from crs_desktop.documents.model import Identity, Section, Sheet, texts
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import sentences

_MARGIN = 28.0
_BOTTOM = 20.0
_TOP = 20.0
_GUTTER = 8.0
_GAP = 4.0
_SPLIT_BELOW = 0.30
_SMALLER = (0.97, 0.94)
_LITTLE = 0.45
_TITLE = Style(14, bold=True)
_SUBTITLE = Style(8.8)
_NAME = Style(12.5, bold=True)
_SMALL_NAME = Style(9, bold=True)
_FOOT = Style(6.4)
_FOOT_BOLD = Style(7.2, bold=True)
# reportlab keeps fonts in one place for the whole program; two papers at a time would share their subsets.
_ONE_AT_A_TIME = threading.Lock()


class Paper(Enum):
    """Paper sizes in points."""

    A4 = (595.2756, 841.8898)
    LETTER = (612.0, 792.0)


@dataclass(frozen=True, slots=True)
class _Placed:
    slab: Slab
    x: float
    top: float


def lay_out(sheet: Sheet, paper: Paper = Paper.A4) -> bytes | Refused:
    """The sheet as PDF bytes, the same for the same sheet; or why a text of it cannot be printed faithfully."""
    with _ONE_AT_A_TIME:
        faults = unprintable(texts(sheet))
        if faults:
            return Refused(tuple(faults))
        frame, pages = _best(sheet, paper)
        ink = Ink(paper.value, f"{sheet.title} {sheet.footer.code}", frame.scale)
        for number, page in enumerate(pages, start=1):
            ink.begin_page()
            _draw_head(ink, sheet, frame.room, f"Page {number} of {len(pages)}")
            for placed in page:
                placed.slab.draw(ink, placed.x, placed.top)
            frame.foot.draw(ink, _MARGIN, frame.bottom + 5)
            ink.next_page()
        return ink.done()


@dataclass(frozen=True, slots=True)
class _Frame:
    """The room on a page at one scale."""

    scale: float
    room: float
    top: float
    bottom: float
    foot: Slab


def _frame(sheet: Sheet, paper: Paper, scale: float) -> _Frame:
    wide, high = (side / scale for side in paper.value)
    room = wide - 2 * _MARGIN
    foot = _foot(sheet, room)
    return _Frame(scale, room, _head_height(sheet, room) + _TOP, high - _BOTTOM - foot.height - 5, foot)


def _best(sheet: Sheet, paper: Paper) -> tuple[_Frame, list[list[_Placed]]]:
    """At full size, or a little smaller where that spares a last page with little on it."""
    frame = _frame(sheet, paper, 1.0)
    pages = _paginated(sheet, frame.room, frame.top, frame.bottom)
    for scale in _SMALLER:
        used = max((placed.top + placed.slab.height for placed in pages[-1]), default=frame.top) - frame.top
        if len(pages) == 1 or used > _LITTLE * (frame.bottom - frame.top):
            break
        tighter = _frame(sheet, paper, scale)
        fewer = _paginated(sheet, tighter.room, tighter.top, tighter.bottom)
        if len(fewer) < len(pages):
            return tighter, fewer
    return frame, pages


def _paginated(sheet: Sheet, room: float, top: float, bottom: float) -> list[list[_Placed]]:
    pages: list[list[_Placed]] = [[]]
    at = top
    for band in sheet.bands:
        columns = _columns(band, room)
        needed = max(sum(slab.height for slab in slabs) for _, slabs in columns)
        if needed > bottom - at and needed <= bottom - top and bottom - at < _SPLIT_BELOW * (bottom - top):
            pages.append([])
            at = top
        while True:
            rest, below = _fill(columns, pages[-1], at, bottom)
            if not rest:
                at = below + _GAP
                break
            columns = rest
            pages.append([])
            at = top
    return pages


def _columns(band: Sequence[Section], room: float) -> list[tuple[float, list[Slab]]]:
    free = room - _GUTTER * (len(band) - 1)
    shares = sum(section.share for section in band)
    columns, x = [], _MARGIN
    for section in band:
        wide = free * section.share / shares
        columns.append((x, section_slabs(section, wide)))
        x += wide + _GUTTER
    return columns


def _fill(
    columns: list[tuple[float, list[Slab]]], page: list[_Placed], top: float, bottom: float
) -> tuple[list[tuple[float, list[Slab]]], float]:
    rest: list[tuple[float, list[Slab]]] = []
    lowest, fresh = top, not page
    for x, slabs in columns:
        at, taken = top, 0
        while taken < len(slabs) and (at + _group_height(slabs, taken) <= bottom or (fresh and not taken)):
            page.append(_Placed(slabs[taken], x, at))
            at += slabs[taken].height
            taken += 1
        lowest = max(lowest, at)
        if taken < len(slabs):
            rest.append((x, [*slabs[taken].lead, *slabs[taken:]]))
    return rest, lowest


def _group_height(slabs: Sequence[Slab], start: int) -> float:
    high = slabs[start].height
    while slabs[start].keep and start + 1 < len(slabs):
        start += 1
        high += slabs[start].height
    return high


def _identity_lines(identity: Identity, room: float) -> tuple[list[str], Style, list[str], list[str]]:
    name_room = room * 0.56 - 2 * PAD
    style = _NAME
    name = lines_of(identity.name, name_room, style)
    if len(name) > 2:
        style = _SMALL_NAME
        name = lines_of(identity.name, name_room, style)
    born = lines_of(identity.born, room * 0.2 - 2 * PAD, Style(10.5, bold=True))
    mrn = lines_of(identity.mrn, room * 0.24 - 2 * PAD, Style(10.5, bold=True))
    return name, style, born, mrn


def _head_height(sheet: Sheet, room: float) -> float:
    subtitle = lines_of(sheet.subtitle, room - 170, _SUBTITLE)
    return 19 + len(subtitle) * _SUBTITLE.leading + 3 + _band_height(sheet, room) + 6


def _band_height(sheet: Sheet, room: float) -> float:
    if sheet.identity is None:
        return 0
    name, style, born, mrn = _identity_lines(sheet.identity, room)
    lines = max(len(name) * style.leading, max(len(born), len(mrn)) * 12.8)
    return LABEL_STYLE.leading + lines + 5


def _draw_head(ink: Ink, sheet: Sheet, room: float, page: str) -> None:
    right = _MARGIN + room
    ink.words(_MARGIN, _TOP + 13, prepared(sheet.title), _TITLE.size, True)
    ink.words_right(right, _TOP + 12, page, 10, True)
    top = draw_lines(ink, _MARGIN, _TOP + 19, lines_of(sheet.subtitle, room - 170, _SUBTITLE), _SUBTITLE)
    ink.barcode(right + 7.5, _TOP + 16, sheet.footer.code.replace("-", ""), 13.5)
    ink.words_right(right - width(page, 10, True) - 14, _TOP + 12, f"Code {sheet.footer.code}", 8.5)
    if sheet.identity is not None:
        _draw_band(ink, sheet.identity, room, top + 3, _band_height(sheet, room))


def _draw_band(ink: Ink, identity: Identity, room: float, top: float, high: float) -> None:
    ink.frame(_MARGIN, top, room, high, 1.4, 0)
    name, style, born, mrn = _identity_lines(identity, room)
    parts = ((0.0, "Patient", name, style), (0.56, "Date of birth", born, Style(10.5, bold=True)))
    for share, label, lines, line_style in (*parts, (0.76, "MRN", mrn, Style(10.5, bold=True))):
        left = _MARGIN + room * share
        if share:
            ink.rule(left, top, left, top + high, 0.7, 0.2)
        below = draw_lines(ink, left + PAD + 1, top + 1.8, [label], LABEL_STYLE)
        draw_lines(ink, left + PAD + 1, below + 0.2, lines, line_style)


def _foot(sheet: Sheet, room: float) -> Slab:
    footer, fixed = sheet.footer, sentences()
    printed = f"Printed by {footer.printed_by}, {footer.printed_at}."
    said = [(fixed["sheet_valid"].format(until=footer.valid_until, code=footer.code), _FOOT_BOLD)]
    if footer.protocol:
        said += [
            (f"Protocol: {footer.protocol}.", _FOOT),
            (f"Policy in force: {footer.policy}.", _FOOT),
            (f"{printed} {fixed['sheet_aid']}", _FOOT),
            (f"{MARK.strip()}: {fixed['sheet_unverified']}", _FOOT),
        ]
    else:
        said.append((printed, _FOOT))
    lines = [(line, style) for text, style in said for line in lines_of(text, room, style)]
    high = sum(style.leading for _, style in lines) + 3

    def draw(ink: Ink, x: float, top: float) -> None:
        ink.rule(x, top, x + room, top, 0.8, 0)
        below = top + 2
        for line, style in lines:
            below = draw_lines(ink, x, below, [line], style)

    return Slab(high, draw)
