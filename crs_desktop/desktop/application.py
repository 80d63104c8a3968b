"""Makes the one QApplication: names, platform, fonts, theme; and tells when the first picture is on the screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, MutableMapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from crs_desktop.desktop.theme import ThemeName, apply_theme


def has_display(environment: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """True when a window could be seen: always outside Linux, there only with a display server."""
    env = os.environ if environment is None else environment
    if env.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    return not platform.startswith("linux") or bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def choose_platform(environment: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> None:
    """Without a display Qt aborts the process, so draw off screen unless somebody chose otherwise."""
    env = os.environ if environment is None else environment
    if not has_display(env, platform):
        env.setdefault("QT_QPA_PLATFORM", "offscreen")


def make_application(argv: Sequence[str], theme: ThemeName = "light", text_percent: int = 100) -> QApplication:
    """The application, dressed. Call once, before any widget."""
    choose_platform()
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        app = existing
    else:
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        app = QApplication(list(argv))
    app.setApplicationName("crs_desktop")
    app.setApplicationDisplayName("crs_desktop")
    app.setOrganizationName("crs_desktop")
    apply_theme(app, theme, text_percent)
    return app


class _FirstPaint(QObject):
    """Waits for the first expose of the window, then calls back once the picture is out."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._then: Callable[[], None] | None = then
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._then is not None:
            self._widget.removeEventFilter(self)
            then, self._then = self._then, None
            QTimer.singleShot(0, self, then)  # the paint in progress is flushed before the loop comes round again
            self.destroyed_later()
        return False

    def destroyed_later(self) -> None:
        """Go after the callback has run."""
        QTimer.singleShot(0, self, self.deleteLater)


def first_painted(widget: QWidget, then: Callable[[], None]) -> None:
    """Call `then` once, after the widget's first real paint. A zero timer after show() would fire before it."""
    _FirstPaint(widget, then)
