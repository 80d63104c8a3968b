"""The colour tokens of the three themes, and which ink may stand on which ground (each pair at least 4.5:1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme. `ground` is the page, `surface` what is written into or lists, `rail` the frame around."""

    ground: str
    surface: str
    rail: str
    chosen: str  # ground of the chosen row
    ink: str
    ink_soft: str
    hairline: str
    edge: str  # the border of a control, at least 3:1 on its ground
    accent: str
    on_accent: str
    ready: str
    ready_but: str
    short: str
    cannot_say: str
    alarm: str  # the ground of CRS now; nothing else is large and red
    on_alarm: str


LIGHT = Tokens(
    ground="#f7f7f4",
    surface="#ffffff",
    rail="#eceeec",
    chosen="#dfebf2",
    ink="#1a2025",
    ink_soft="#4f5a63",
    hairline="#d6dadb",
    edge="#7f8a92",
    accent="#0b5a86",
    on_accent="#ffffff",
    ready="#1b6637",
    ready_but="#7f4b00",
    short="#ae1f1a",
    cannot_say="#574a8c",
    alarm="#b3140e",
    on_alarm="#ffffff",
)

DARK = Tokens(
    ground="#15191c",
    surface="#1b2024",
    rail="#101416",
    chosen="#213746",
    ink="#e6e9eb",
    ink_soft="#a9b3ba",
    hairline="#343c42",
    edge="#7c8891",
    accent="#74bce6",
    on_accent="#0c1418",
    ready="#77cf94",
    ready_but="#eab550",
    short="#ff938a",
    cannot_say="#bfb1f2",
    alarm="#c4241c",
    on_alarm="#ffffff",
)

HIGH_CONTRAST = Tokens(
    ground="#000000",
    surface="#000000",
    rail="#000000",
    chosen="#003355",
    ink="#ffffff",
    ink_soft="#e6e6e6",
    hairline="#9a9a9a",
    edge="#ffffff",
    accent="#7fd4ff",
    on_accent="#000000",
    ready="#7dff9b",
    ready_but="#ffd75e",
    short="#ffb0a8",
    cannot_say="#d8ccff",
    alarm="#a5100b",
    on_alarm="#ffffff",
)

THEMES: dict[str, Tokens] = {"light": LIGHT, "dark": DARK, "high_contrast": HIGH_CONTRAST}

_GROUNDS = ("ground", "surface", "rail", "chosen")
_INKS = ("ink", "ink_soft", "accent", "ready", "ready_but", "short", "cannot_say")

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((ink, ground) for ink in _INKS for ground in _GROUNDS),
    ("on_accent", "accent"),
    ("on_alarm", "alarm"),
)
"""Every (ink, ground) pair that carries words somewhere in the window."""

EDGE_PAIRS: tuple[tuple[str, str], ...] = tuple(("edge", ground) for ground in ("ground", "surface", "rail"))
"""Borders without words: 3:1 is asked of them."""


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 defines it, from 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
