"""Our own line drawings, tinted with the ink of the theme in force."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from crs_desktop.desktop.theme import tokens
from crs_desktop.kernel.resources import resource


def icon(name: str, side: int = 20) -> QIcon:
    """The drawing resources/icons/<name>.svg, `side` pixels high: in soft ink, in the accent where it is chosen."""
    return _tinted(name, side, tokens().ink_soft, tokens().accent)


@cache
def _tinted(name: str, side: int, ink: str, chosen: str) -> QIcon:
    source = resource("icons", f"{name}.svg").read_text("utf-8")
    made = QIcon()
    for colour, state in ((ink, QIcon.State.Off), (chosen, QIcon.State.On)):
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
        made.addPixmap(_drawn(renderer, side), QIcon.Mode.Normal, state)
    return made


def _drawn(renderer: QSvgRenderer, size: int) -> QPixmap:
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture
