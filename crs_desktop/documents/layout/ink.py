"""The pen: lines, boxes, shapes and words on pages measured from the top left, in black and grey only.

Words are drawn glyph by glyph from embedded fonts. There is no paragraph reader here, so nothing a user typed is ever
taken for markup, a link or a picture.
"""

from __future__ import annotations

import io
from typing import Any

from crs_desktop.documents.layout.fonts import REGULAR, face_for
from crs_desktop.documents.layout.text import runs, width

HAIR = 0.4
_GREY = 0.32


class Ink:
    """One document being drawn."""

    def __init__(self, size: tuple[float, float], title: str, scale: float = 1.0) -> None:
        from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

        if face_for("a", False) is None or face_for("a", True) is None:
            raise ValueError("the shipped fonts have no letter a")
        self._height = size[1] / scale
        self._scale = scale
        self._buffer = io.BytesIO()
        self._canvas: Any = Canvas(
            self._buffer, pagesize=size, invariant=1, pageCompression=1, lang="en", initialFontName=REGULAR
        )
        self._canvas.setTitle(title)
        self._canvas.setCreator("crs-desktop")
        self._canvas.setAuthor("")

    def begin_page(self) -> None:
        """Start a page; a scale holds for one page."""
        self._canvas.scale(self._scale, self._scale)

    def words(self, x: float, base: float, line: str, size: float, bold: bool = False, grey: bool = False) -> None:
        """One prepared line with its left end at x and its base line at `base`."""
        self._canvas.setFillGray(_GREY if grey else 0)
        for face, text in runs(line, bold):
            self._canvas.setFont(face.name, size)
            self._canvas.drawString(x, self._height - base, text)
            x += width(text, size, bold)
        self._canvas.setFillGray(0)

    def words_right(self, right: float, base: float, line: str, size: float, bold: bool = False) -> None:
        """One prepared line with its right end at `right`."""
        self.words(right - width(line, size, bold), base, line, size, bold)

    def rule(self, x1: float, y1: float, x2: float, y2: float, weight: float = HAIR, grey: float = 0.45) -> None:
        """A straight line."""
        self._canvas.setLineWidth(weight)
        self._canvas.setStrokeGray(grey)
        self._canvas.line(x1, self._height - y1, x2, self._height - y2)

    def frame(self, x: float, top: float, wide: float, high: float, weight: float = HAIR, grey: float = 0.45) -> None:
        """An empty rectangle."""
        self._canvas.setLineWidth(weight)
        self._canvas.setStrokeGray(grey)
        self._canvas.rect(x, self._height - top - high, wide, high, stroke=1, fill=0)

    def shade(self, x: float, top: float, wide: float, high: float, grey: float) -> None:
        """A filled rectangle without border."""
        self._canvas.setFillGray(grey)
        self._canvas.rect(x, self._height - top - high, wide, high, stroke=0, fill=1)
        self._canvas.setFillGray(0)

    def box(self, x: float, base: float, side: float = 8.5) -> None:
        """A box to tick, standing on the base line."""
        self.frame(x, base - side + 1.2, side, side, 0.8, 0)

    def shape(self, points: tuple[tuple[float, float], ...], weight: float = 1.6, closed: bool = False) -> None:
        """A stroked path through the points."""
        path = self._canvas.beginPath()
        path.moveTo(points[0][0], self._height - points[0][1])
        for x, y in points[1:]:
            path.lineTo(x, self._height - y)
        if closed:
            path.close()
        self._canvas.setLineWidth(weight)
        self._canvas.setStrokeGray(0)
        self._canvas.setLineCap(1)
        self._canvas.setLineJoin(1)
        self._canvas.drawPath(path, stroke=1, fill=0)
        self._canvas.setLineCap(0)

    def ring(self, x: float, y: float, radius: float, weight: float = 1.6) -> None:
        """A circle."""
        self._canvas.setLineWidth(weight)
        self._canvas.setStrokeGray(0)
        self._canvas.circle(x, self._height - y, radius, stroke=1, fill=0)

    def barcode(self, right: float, top: float, text: str, high: float) -> None:
        """The text as Code 128 bars with its quiet zones, its right end at `right`."""
        from reportlab.graphics.barcode.code128 import Code128  # type: ignore[import-untyped]

        bars = Code128(text, barWidth=0.75, barHeight=high, quiet=1, lquiet=7.5, rquiet=7.5)
        bars.drawOn(self._canvas, right - bars.width, self._height - top - high)

    def next_page(self) -> None:
        """End the page."""
        self._canvas.showPage()

    def done(self) -> bytes:
        """The whole document."""
        self._canvas.save()
        return self._buffer.getvalue()
