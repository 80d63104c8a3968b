"""The shipped fonts: which one draws a character, loaded on first need and always embedded as a subset."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from crs_desktop.kernel.resources import resource

REGULAR = "Paper"
BOLD = "PaperBold"
_FILES = {REGULAR: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf"}
# East Asian text: the first font that has the character; Korean syllables need a font of their own.
_FAR = {"PaperHan": "DroidSansFallbackFull.ttf", "PaperHangul": "NanumGothic.ttf"}
_FAR_FROM = 0x2E80


@dataclass(frozen=True, slots=True)
class Face:
    """One loaded font: its name in the document, its glyphs and widths (thousandths of the size)."""

    name: str
    glyphs: frozenset[int]
    widths: Any
    usual_width: float

    def width(self, character: str) -> float:
        """Advance width at size 1."""
        return float(self.widths.get(ord(character), self.usual_width)) / 1000


@lru_cache(maxsize=8192)
def face_for(character: str, bold: bool) -> Face | None:
    """The face that has a glyph for the character, or None: then it must not be printed."""
    code = ord(character)
    far = code >= _FAR_FROM and not 0xFB13 <= code <= 0xFEFC
    near = (BOLD, REGULAR) if bold else (REGULAR,)
    names = tuple(_FAR) if far else near
    for name in names:
        face = _face(name)
        if face is not None and code in face.glyphs:
            return face
    return None


@lru_cache(maxsize=8192)
def advance(character: str, bold: bool) -> float:
    """How far the pen moves on after the character at size 1; nothing for one without a glyph."""
    face = face_for(character, bold)
    return face.width(character) if face else 0.0


@cache
def _face(name: str) -> Face | None:
    from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
    from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]

    path = _path(_FILES.get(name) or _FAR[name])
    if path is None:
        if name in _FILES:
            raise FileNotFoundError(f"the font {_FILES[name]} is missing from the shipped fonts")
        return None
    font = TTFont(name, str(path))
    pdfmetrics.registerFont(font)
    return Face(name, frozenset(font.face.charToGlyph), font.face.charWidths, float(font.face.defaultWidth))


def _path(file: str) -> Path | None:
    shipped = resource("fonts", file)
    return shipped if shipped.is_file() else None
