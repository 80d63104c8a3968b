"""The red button and F12: the calculator of dose, vials and next time, wherever the keyboard is in the window.

A shortcut of Qt's ends at a dialog, and a prescriber on the telephone does not wait until a form is closed. So the key
is caught before anything else sees it, and the calculator opens over whatever is open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from crs_desktop.desktop.protocols import Action
from crs_desktop.desktop.theme import text_percent
from crs_desktop.desktop.words import button, phrase, tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

KEY = "F12"
Over = QWidget  # what it opens over
_LARGE_PERCENT = 150
_OPEN = "CrsNow"


class CrsNow(QObject):
    """Knows the button, the action and the key of one window. `calculator` makes the dialog over a window."""

    def __init__(self, shell: QWidget, calculator: Callable[[QWidget], QDialog]) -> None:
        super().__init__(shell)
        self._shell = shell
        self._calculator: Callable[[QWidget], QDialog] | None = calculator
        words = tr("CRS now (F12)") if text_percent() < _LARGE_PERCENT else tr("CRS now")  # else the title has no room
        self.button: QPushButton = button(words, "alarm", name=tr("CRS now, F12"), hint=phrase("window_crs_now"))
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the cursor where it is
        self.button.clicked.connect(lambda: self.show())
        self._application().installEventFilter(self)

    def close(self) -> None:
        """The window goes: the key is nobody's here any more."""
        self._application().removeEventFilter(self)
        self._calculator = None  # whoever made this desk holds keys
        self.deleteLater()

    def action(self) -> Action:
        """For the palette."""
        return Action("crs_now", tr("CRS now: dose, vials and next time by hand"), self.show, KEY)

    def show(self) -> None:
        """Open it over whatever is open; where it is open already it stays as it is."""
        there = (one for one in QApplication.topLevelWidgets() if one.objectName() == _OPEN and one.isVisible())
        if self._calculator is None or any(there):
            return
        popup = QApplication.activePopupWidget()
        while popup is not None:  # a list of actions is no window to stand over
            popup.close()
            popup = QApplication.activePopupWidget()
        over = QApplication.activeModalWidget() or self._shell
        made = self._calculator(over)
        made.setObjectName(_OPEN)
        made.finished.connect(over.activateWindow)  # not every system does; then Qt puts the cursor back
        made.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every event of the program comes by here, so what does not matter leaves at the first line."""
        if event.type() is not QEvent.Type.KeyPress:
            return False
        assert isinstance(event, QKeyEvent)
        if event.key() != Qt.Key.Key_F12 or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        if not event.isAutoRepeat():
            self.show()
        return True

    @staticmethod
    def _application() -> QApplication:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        return app
