"""The legend of the chart of days, and its two marks: expiry and delivery differ in shape, not in colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from crs_desktop.desktop.theme import State, colour, font, scaled, state_colour
from crs_desktop.desktop.words import tr

MarkKind = Literal["expiry", "delivery"]
Place = tuple[float, int, str, str]
"""Left edge, line, kind and word of an entry."""


def legend_places(left: float, right: float, today: bool, chance: str) -> list[Place]:
    """Where each entry of the legend stands; it wraps like text. `chance` is its word when there is a chance."""
    entries = [("owed", tr("sets needed")), ("covered", tr("covered")), ("missing", tr("missing"))]
    entries += [("expiry", tr("vials expire")), ("delivery", tr("delivery"))]
    if today:
        entries.append(("today", tr("today")))
    if chance:
        entries.append(("chance", chance))
    metrics = QFontMetricsF(font("caption"))
    places: list[Place] = []
    x, line = left, 0
    for kind, word in entries:
        wide = scaled(9) + 5 + metrics.horizontalAdvance(word)
        if x > left and x + wide > right:
            x, line = left, line + 1
        places.append((x, line, kind, word))
        x += wide + 16
    return places


def paint_legend(painter: QPainter, places: Sequence[Place], top: float) -> None:
    """Draw the entries at their places, the first line at `top`."""
    painter.setFont(font("caption"))
    metrics = QFontMetricsF(font("caption"))
    side = float(scaled(9))
    for x, line, kind, word in places:
        y = top + line * metrics.height() * 1.25
        _paint_key(painter, QRectF(x, y + (metrics.height() - side) / 2, side, side), kind)
        painter.setPen(colour("ink_soft"))
        painter.drawText(QPointF(x + side + 5, y + metrics.ascent()), word)


def paint_mark(painter: QPainter, box: QRectF, kind: MarkKind, ink: QColor) -> None:
    """Expiry: a hollow triangle that points down. Delivery: a filled one that points up."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink, 1.4))
    down = kind == "expiry"
    painter.setBrush(Qt.BrushStyle.NoBrush if down else QBrush(ink))
    tip, base = (box.bottom(), box.top()) if down else (box.top(), box.bottom())
    corners = [QPointF(box.left(), base), QPointF(box.right(), base), QPointF(box.center().x(), tip)]
    painter.drawPolygon(QPolygonF(corners))
    painter.restore()


def paint_chance_row(painter: QPainter, row: QRectF, left: float, sign: str, same: str) -> None:
    """A hairline over the chances, what they are given in at their left, and once what is the same on every day."""
    painter.setFont(font("caption"))
    painter.setPen(QPen(colour("hairline"), 1))
    painter.drawLine(QPointF(left, row.top()), QPointF(row.right() - 8, row.top()))
    painter.setPen(colour("ink_soft"))
    box = QRectF(0, row.top(), left - 6, row.height())
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, sign)
    if same:
        painter.setPen(colour("ink"))
        box = QRectF(left, row.top(), row.width() - left - 8, row.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, same)


def _paint_key(painter: QPainter, box: QRectF, kind: str) -> None:
    if kind == "owed":
        painter.fillRect(QRectF(box.left(), box.center().y() - 1, box.width(), 2), colour("ink"))
    elif kind == "covered":
        painter.fillRect(box, colour("accent"))
    elif kind == "missing":
        ink = state_colour(State.SHORT)
        painter.fillRect(box, QBrush(ink, Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(ink, 1))
        painter.drawRect(box)
    elif kind == "chance":
        painter.setPen(colour("ink_soft"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, "%")
    elif kind == "today":
        painter.setPen(QPen(colour("accent"), 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(box.center().x(), box.top() - 2), QPointF(box.center().x(), box.bottom() + 2))
    else:
        paint_mark(painter, box, "expiry" if kind == "expiry" else "delivery", colour("ink_soft"))
