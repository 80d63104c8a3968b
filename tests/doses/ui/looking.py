"""A second check driven by keys, and everything that can be read on the screen while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from crs_desktop.desktop.words import StateBadge
from crs_desktop.doses.ui.second_dialog import SecondCheckDialog
from crs_desktop.doses.ui.second_panels import StepPanel
from tests.doses.ui.desk import Desk


@dataclass(slots=True)
class Looking:
    """The open window of a second check."""

    at: Desk

    @property
    def dialog(self) -> SecondCheckDialog:
        """The window."""
        found = self.at.page.seconds.dialog
        assert found is not None
        return found

    @property
    def panel(self) -> StepPanel:
        """The form that is shown now."""
        step = self.dialog.step()
        assert isinstance(step, StepPanel), step
        return step

    def type(self, name: str, text: str) -> None:
        """Replace what stands in a field, key by key."""
        editor = self.panel.form.fields[name].editor
        assert isinstance(editor, QLineEdit | QPlainTextEdit)
        editor.setFocus()
        editor.selectAll()
        self.at.qtbot.keyClick(editor, Qt.Key.Key_Delete)
        self.at.qtbot.keyClicks(editor, text)

    def product(self, words: str) -> None:
        """Move the choice by arrow keys until it says this."""
        editor = self.panel.form.fields["product"].editor
        assert isinstance(editor, QComboBox)
        editor.setFocus()
        self.at.qtbot.keyClick(editor, Qt.Key.Key_Home)
        for _ in range(editor.count()):
            if editor.currentText() == words:
                return
            self.at.qtbot.keyClick(editor, Qt.Key.Key_Down)
        raise AssertionError(f"{words} cannot be chosen")

    def enter(self) -> None:
        """Enter, with Ctrl where it would make a new line."""
        focus = self.panel.focusWidget() or self.panel
        self.at.qtbot.keyClick(focus, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def prove(self, sign_in: str = "haddad", secret: str = "a long made up password") -> None:
        """The second person says who they are."""
        self.type("sign_in", sign_in)
        self.type("secret", secret)
        self.enter()

    def find(self, weight: str = "72.5", product: str = "Actemra", amount: str = "580") -> None:
        """What the second person finds."""
        self.type("weight", weight)
        self.product(product)
        self.type("amount", amount)
        self.enter()

    def press(self, words: str) -> None:
        """A button by its words, with the space bar."""
        found = [one for one in self.dialog.findChildren(QAbstractButton) if words in one.text().replace("&", "")]
        (button,) = [one for one in found if one.isVisible()]
        assert button.isEnabled() and button.focusPolicy() & Qt.FocusPolicy.TabFocus
        button.setFocus()
        self.at.qtbot.keyClick(button, Qt.Key.Key_Space)

    def says(self) -> str:
        """Everything that the window says."""
        return "\n".join(readable(self.dialog))


def on_screen() -> str:
    """Everything that can be read in any window of the program, tables row by row, titles and spoken words included."""
    said: list[str] = []
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            said.append(window.windowTitle())
            said += readable(window)
    return "\n".join(said)


def readable(root: QWidget) -> list[str]:
    """What a widget and those inside it show, or say to a screen reader; what is hidden says nothing."""
    said: list[str] = []
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        said += [widget.accessibleName(), widget.accessibleDescription(), widget.toolTip()]
        if isinstance(widget, QLabel | QLineEdit | StateBadge | QAbstractButton):
            said.append(widget.text())
        elif isinstance(widget, QPlainTextEdit):
            said.append(widget.toPlainText())
        elif isinstance(widget, QComboBox):
            said += [widget.currentText()]
        elif isinstance(widget, QTableView) and widget.model() is not None:
            model = widget.model()
            cells = [model.index(row, at) for row in range(model.rowCount()) for at in range(model.columnCount())]
            said += [str(cell.data(Qt.ItemDataRole.AccessibleTextRole)) for cell in cells]
            said += [str(cell.data()) for cell in cells]
    return [text for text in said if text]
