"""The unit of layout: a strip of known height that draws itself, and the measures all strips share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crs_desktop.documents.layout.ink import Ink
from crs_desktop.documents.layout.text import wrapped
from crs_desktop.documents.model import UNVERIFIED

LABEL = 6.5
VALUE = 8.5
STRONG = 9.2
PAD = 3.2
# The mark and its word stay on one line.
MARK = f" ‡\N{NO-BREAK SPACE}{UNVERIFIED}"
MOST_LINES = 24

Draw = Callable[[Ink, float, float], None]


@dataclass(frozen=True, slots=True)
class Slab:
    """A strip. `lead` is drawn again above it when it opens a page; `keep` holds it to the strip that follows."""

    height: float
    draw: Draw
    keep: bool = False
    lead: tuple[Slab, ...] = ()


@dataclass(frozen=True, slots=True)
class Style:
    """Size and weight of words; `leading` is the distance of base lines."""

    size: float
    bold: bool = False
    grey: bool = False

    @property
    def leading(self) -> float:
        """Distance from one base line to the next."""
        return self.size * 1.2


LABEL_STYLE = Style(LABEL, grey=True)
VALUE_STYLE = Style(VALUE)
STRONG_STYLE = Style(STRONG, bold=True)


def marked(text: str, unverified: bool) -> str:
    """The text, with the mark and the word when nobody has verified it."""
    return text + MARK if unverified and text else text


def lines_of(text: str, room: float, style: Style) -> list[str]:
    """Wrapped lines in this style."""
    return wrapped(text, room, style.size, style.bold)


def draw_lines(ink: Ink, x: float, top: float, lines: Sequence[str], style: Style) -> float:
    """Draw the lines from `top` down; gives the new top."""
    for line in lines:
        ink.words(x, top + style.size * 0.95, line, style.size, style.bold, style.grey)
        top += style.leading
    return top


def edges(ink: Ink, x: float, top: float, wide: float, high: float) -> None:
    """The hairlines at the left, right and bottom of a strip."""
    ink.rule(x, top, x, top + high)
    ink.rule(x + wide, top, x + wide, top + high)
    ink.rule(x, top + high, x + wide, top + high)
