"""The four states as drawn shapes: told apart in grey, at a glance, at any size."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from crs_desktop.desktop.theme import State

_Line = tuple[tuple[float, float], ...]

_TICK: tuple[_Line, ...] = (((0.27, 0.53), (0.43, 0.69), (0.74, 0.33)),)
_BANG: tuple[_Line, ...] = (((0.5, 0.38), (0.5, 0.62)), ((0.5, 0.78), (0.5, 0.785)))
_CROSS: tuple[_Line, ...] = (((0.3, 0.3), (0.7, 0.7)), ((0.7, 0.3), (0.3, 0.7)))


def paint_shape(painter: QPainter, box: QRectF, state: State, ink: QColor, ground: QColor) -> None:
    """Draw the shape of a state into the box: ready a ring with a tick, ready-but a triangle, short a filled square
    with a cross, cannot-say a diamond with a question mark."""
    side = min(box.width(), box.height())
    square = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
    pen = QPen(ink, max(1.4, side / 9))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    inset = square.adjusted(pen.widthF() / 2, pen.widthF() / 2, -pen.widthF() / 2, -pen.widthF() / 2)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if state is State.READY:
        painter.drawEllipse(inset)
        _lines(painter, square, _TICK)
    elif state is State.READY_BUT:
        painter.drawPolygon(_polygon(inset, ((0.5, 0.0), (1.0, 1.0), (0.0, 1.0))))
        _lines(painter, square, _BANG)
    elif state is State.SHORT:
        painter.setBrush(ink)
        painter.drawRect(inset)
        pen.setColor(ground)
        painter.setPen(pen)
        _lines(painter, square, _CROSS)
    else:
        painter.drawPolygon(_polygon(inset, ((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5))))
        _question(painter, square)
    painter.restore()


def _polygon(box: QRectF, corners: _Line) -> QPolygonF:
    return QPolygonF([_at(box, corner) for corner in corners])


def _at(box: QRectF, place: tuple[float, float]) -> QPointF:
    return QPointF(box.left() + place[0] * box.width(), box.top() + place[1] * box.height())


def _lines(painter: QPainter, box: QRectF, lines: tuple[_Line, ...]) -> None:
    for line in lines:
        painter.drawPolyline(_polygon(box, line))


def _question(painter: QPainter, box: QRectF) -> None:
    path = QPainterPath(_at(box, (0.39, 0.41)))
    path.cubicTo(_at(box, (0.39, 0.24)), _at(box, (0.64, 0.24)), _at(box, (0.62, 0.42)))
    path.cubicTo(_at(box, (0.61, 0.5)), _at(box, (0.5, 0.5)), _at(box, (0.5, 0.6)))
    pen = painter.pen()
    pen.setWidthF(max(1.2, box.width() / 12))
    painter.setPen(pen)
    painter.drawPath(path)
    painter.drawPolyline(_polygon(box, ((0.5, 0.74), (0.5, 0.745))))
