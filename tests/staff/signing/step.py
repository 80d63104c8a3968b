"""The step of the second person as somebody at the keyboard meets it, and everything that can be read on the screen."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.staff.signing.model import ProvenPerson, Prover
from crs_desktop.staff.signing.service import SecondCheckBook
from crs_desktop.staff.ui.second_person import AskSecondPerson, SecondPersonDialog
from crs_desktop.store.store import Store

PASSWORD = "four loose words here"
PEOPLE = {"sofia": "S. Lindgren", "weber": "A. Weber"}


def by_password(store: Store) -> Prover:
    """Two pharmacists with the same password, so that only the name decides."""

    def prove(sign_in: str, secret: str) -> ProvenPerson | Refused:
        if sign_in not in PEOPLE or secret != PASSWORD:
            return refuse(no("second_check_unknown", "password", sign_in))
        return ProvenPerson(0, PEOPLE[sign_in], frozenset({"pharmacist"}), store.clock.now())

    return Prover(prove)


def asking(tasks: Tasks, store: Store, book: SecondCheckBook) -> AskSecondPerson:
    """The real step over a store, with those two."""
    return AskSecondPerson(tasks, by_password(store), lambda: tuple(PEOPLE), book.alone_now)


def open_step(qtbot: QtBot) -> SecondPersonDialog:
    """The step that is open now, active."""

    def shown() -> list[SecondPersonDialog]:
        found = [one for one in QApplication.topLevelWidgets() if isinstance(one, SecondPersonDialog)]
        return [one for one in found if one.isVisible()]

    qtbot.waitUntil(lambda: len(shown()) == 1)
    (step,) = shown()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is step)
    return step


def no_step() -> bool:
    """True when none is open."""
    return not any(isinstance(one, SecondPersonDialog) and one.isVisible() for one in QApplication.topLevelWidgets())


def enter(qtbot: QtBot, step: SecondPersonDialog, **typed: str) -> None:
    """Type into fields one after the other, replacing what stands there; a list is chosen from by its first letters."""
    for name, text in typed.items():
        editor = step.form.fields[name].editor
        editor.setFocus()
        if not isinstance(editor, QComboBox) or editor.isEditable():
            qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClicks(editor, text)


def who(qtbot: QtBot, step: SecondPersonDialog, name: str = "sofia", password: str = PASSWORD) -> None:
    """Somebody says who they are."""
    enter(qtbot, step, second=name, password=password)


def sign(qtbot: QtBot, step: SecondPersonDialog) -> None:
    """Enter, wherever the keyboard is."""
    qtbot.keyClick(step.form.focusWidget() or step.panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def everything_to_be_read() -> str:
    """All text of all windows that are shown: labels, fields, lists, tables, titles, tooltips, what is read aloud."""
    said: list[str] = []
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            said.append(window.windowTitle())
            for one in (window, *window.findChildren(QWidget)):
                if one.isVisible():
                    said += _said(one)
    return "\n".join(said).replace("\u00a0", " ")


def _said(one: QWidget) -> list[str]:
    said = [one.toolTip(), one.accessibleName(), one.accessibleDescription(), one.statusTip()]
    if isinstance(one, QLabel | QLineEdit | QAbstractButton):
        said.append(one.text())
    if isinstance(one, QPlainTextEdit):
        said.append(one.toPlainText())
    if isinstance(one, QComboBox):
        said += [one.itemText(at) for at in range(one.count())]
    if isinstance(one, QAbstractItemView) and one.model() is not None:
        model = one.model()
        for row in range(model.rowCount()):
            for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
                at = model.index(row, column)
                said += [str(at.data(role)) for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)]
    return [text for text in said if text]
