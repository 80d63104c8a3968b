"""The one way to ask yes or no: plain text, buttons that say what they do, the careful answer as default."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import button, heading, message, tr


class Question(QDialog):
    """A heading, a paragraph, and two buttons named by verbs; Enter and Esc both keep things as they are."""

    def __init__(self, head: str, text: str, yes: str, no: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(head)
        self.setAccessibleName(head)
        self.setMinimumWidth(scaled(380))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(heading(head))
        column.addWidget(message(text))
        row = QHBoxLayout()
        row.addStretch(1)
        self.yes_button = button(yes)
        self.no_button = button(no or tr("Leave as it is"), "main")
        self.yes_button.clicked.connect(self.accept)
        self.no_button.clicked.connect(self.reject)
        self.no_button.setDefault(True)
        row.addWidget(self.yes_button)
        row.addWidget(self.no_button)
        column.addLayout(row)
        self.no_button.setFocus()


def sure(head: str, text: str, yes: str, parent: QWidget | None = None) -> bool:
    """Ask and wait; True only for the named yes."""
    return Question(head, text, yes, parent=parent).exec() == QDialog.DialogCode.Accepted


def close_all_but(window: QWidget) -> None:
    """Every other window, menu and dialog of the program is gone: nothing half done stays in sight at a lock."""
    popup = QApplication.activePopupWidget()
    while popup is not None:
        popup.close()
        popup = QApplication.activePopupWidget()
    for other in QApplication.topLevelWidgets():
        if other is not window and other.isWindow():
            other.hide()
            other.deleteLater()
