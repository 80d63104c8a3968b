"""The first picture: an empty window in the colours of the house, painted before anything slow is imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from crs_desktop.desktop.display import choose_platform
from crs_desktop.desktop.tokens import LIGHT, Tokens

if TYPE_CHECKING:  # each Qt class costs its enums when first named; the first picture names as few as it can
    from PySide6.QtCore import QSettings
    from PySide6.QtGui import QCloseEvent

_RAIL = 130


class Shell(QMainWindow):
    """Shows rail and page as empty areas; `adopt` puts the real window into it. Remembers its place."""

    closing = Signal()

    def __init__(self, name: str, colours: Tokens = LIGHT, settings: QSettings | None = None) -> None:
        super().__init__()
        self.setWindowTitle(name)
        self._settings = settings
        # Asked when somebody closes the window: True keeps it open for now, whoever answers so closes it later.
        self.holds: Callable[[], bool] | None = None
        self.resize(1240, 800)
        kept = settings.value("window/geometry") if settings is not None else None
        if kept is not None:
            self.restoreGeometry(kept)
        self._rail = QWidget(self)
        self._rail.setStyleSheet(f"background: {colours.rail}")
        self._rail.setGeometry(0, 0, _RAIL, 4000)
        self.setStyleSheet(f"QMainWindow {{ background: {colours.ground} }}")

    def adopt(self, window: QWidget) -> None:
        """Show this in place of what was shown, which is destroyed. Its shortcuts and dialogs go on working."""
        self._rail.hide()
        self.setStyleSheet("")
        self.setCentralWidget(window)
        window.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.holds is not None and self.holds():
            event.ignore()
            return
        if self._settings is not None:
            self._settings.setValue("window/geometry", self.saveGeometry())
        self.closing.emit()
        super().closeEvent(event)


def open_shell(
    argv: Sequence[str], name: str, colours: Tokens = LIGHT, settings: QSettings | None = None
) -> tuple[QApplication, Shell]:
    """Start Qt and show the empty window. Then `first_painted(shell, build)`, and dress and fill it in `build`."""
    choose_platform()
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    shell = Shell(name, colours, settings)
    shell.show()
    return app, shell
