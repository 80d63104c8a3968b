"""Every way a message can be cut into elements when a separator may be missing: a lost one leaves no trace.

As the standard reads it, a value of changing length runs to the next separator. If a separator was lost there, it ends
earlier, where another element begins. Such an end is looked for before the elements that stand on packs of drugs
(LOST_BEFORE); before any other element a lost separator cannot be told from a longer value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from crs_desktop.stock.scanning.gs1 import SEPARATOR, identifier
from crs_desktop.stock.scanning.model import Element

LOST_BEFORE = frozenset(("01", "02", "10", "11", "15", "17", "21", "30", "37", "240", "7003"))
LOST_BEFORE |= {f"71{national}" for national in range(8)}
# More ways than anybody would compare with a pack, and more steps than a pack's code can need.
MOST_WAYS = 40
MOST_STEPS = 4_000
_LONGEST = 90

Cut = tuple[Element, ...]


@dataclass(slots=True)
class _Search:
    """What is left of the steps, and from which places on nothing can be read."""

    steps: int = MOST_STEPS
    dead: set[tuple[str, int]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Cuts:
    """The ways found; `whole` is False when the search was given up."""

    ways: tuple[Cut, ...]
    whole: bool


def as_it_stands(text: str) -> tuple[Cut, str]:
    """The standard's reading, as far as it goes, and the rest that it cannot read."""
    elements: list[Element] = []
    for segment in _segments(text):
        at = 0
        while at < len(segment):
            longest = next(iter(_elements_at(segment, at, whole_only=True)), None)
            if longest is None:
                return tuple(elements), segment[at:]
            elements.append(longest)
            at += len(longest.ai) + len(longest.value)
    return tuple(elements), ""


def all_cuts(text: str) -> Cuts:
    """Every way, the standard's reading first where it is one; no element stands in it twice."""
    ways: list[Cut] = []
    search = _Search()
    for way in _walk(_segments(text), 0, (), search):
        ways.append(way)
        if len(ways) > MOST_WAYS:
            break
    return Cuts(tuple(ways), len(ways) <= MOST_WAYS and search.steps > 0)


def _segments(text: str) -> list[str]:
    return [segment for segment in text.split(SEPARATOR) if segment]


def _walk(segments: list[str], at: int, so_far: Cut, search: _Search) -> Iterator[Cut]:
    if not segments:
        yield so_far
        return
    segment, *others = segments
    if at == len(segment):
        yield from _walk(others, 0, so_far, search)
        return
    if (segment, at) in search.dead:
        return
    readable = False
    for element in _elements_at(segment, at):
        search.steps -= 1
        if search.steps <= 0:
            return
        readable = True
        if not any(known.ai == element.ai for known in so_far):
            yield from _walk(segments, at + len(element.ai) + len(element.value), (*so_far, element), search)
    if not readable:
        search.dead.add((segment, at))


def _elements_at(segment: str, at: int, whole_only: bool = False) -> Iterator[Element]:
    """What may stand here: a value of changing length as long as it can be first, then up to each possible loss."""
    found = identifier(segment[at : at + 4])
    if found is None:
        return
    ai, variable, form = found
    starts = at + len(ai)
    if not variable:
        fixed = next((n for n in range(starts, len(segment) + 1) if form.fullmatch(segment, at, n)), None)
        if fixed is not None:
            yield Element(ai, segment[starts:fixed])
        return
    for end in range(min(len(segment), starts + _LONGEST), starts, -1):
        if end < len(segment) and (whole_only or not _may_begin(segment, end)):
            continue
        if form.fullmatch(segment, at, end):
            yield Element(ai, segment[starts:end])


def _may_begin(segment: str, at: int) -> bool:
    found = identifier(segment[at : at + 4])
    return found is not None and found[0] in LOST_BEFORE
