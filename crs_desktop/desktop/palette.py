"""The command palette: every action of the window with its key; type to narrow, Enter to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from crs_desktop.desktop.protocols import Action
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import row_height, scaled
from crs_desktop.desktop.words import phrase, tr

# What can be done with the typed text itself, if anything: a barcode that was pasted can be read.
Finder = Callable[[str], Action | None]


class Palette(QDialog):
    """Opens over the window, keeps the cursor in its box; closes when an action is done or Esc is pressed."""

    def __init__(
        self, actions: Sequence[Action], parent: QWidget | None = None, finders: Sequence[Finder] = ()
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup if parent else Qt.WindowType.Dialog)
        self.setObjectName("Palette")
        self.setWindowTitle(tr("Actions"))
        self.setAccessibleName(tr("Actions"))
        self.box = QLineEdit()
        hint = tr("Type what you want to do, or paste a barcode") if finders else tr("Type what you want to do")
        self.box.setPlaceholderText(hint)
        self.box.setAccessibleName(hint)
        self.list: RecordTable[Action] = RecordTable(
            tr("Actions"),
            [
                Column(tr("Action"), lambda one: one.words, stretch=True),
                Column(tr("Key"), lambda one: one.key, align="right"),
            ],
            lambda one: one.name,
            empty=phrase("desktop_no_action", text=""),
            sortable=False,
        )
        self.list.view.horizontalHeader().hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.box)
        column.addWidget(self.list)
        self._actions = [one for one in actions if one.can()]
        self._finders = finders
        self.list.show_records(self._actions)
        self.box.textChanged.connect(self._narrow)
        self.box.installEventFilter(self)
        self.list.opened.connect(self._do)
        self.list.view.clicked.connect(lambda _index: self._do())
        self.resize(scaled(520), row_height() * 10 + scaled(60))
        self.list.view.selectRow(0)
        self.box.setFocus()

    def _narrow(self, text: str) -> None:
        found = [action for finder in self._finders if (action := finder(text)) is not None]
        self.list.model.set_filter_text("" if found else text)
        self.list.show_records(found or self._actions)
        self.list.say_when_empty(phrase("desktop_no_action", text=text))
        self.list.view.selectRow(0)

    def _do(self) -> None:
        chosen = self.list.current()
        if chosen is not None:
            self.accept()
            chosen.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.box and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            row = self.list.view.currentIndex().row()
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if key == Qt.Key.Key_Down else -1
                self.list.view.selectRow(max(0, min(self.list.model.rowCount() - 1, row + step)))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._do()
                return True
        return super().eventFilter(watched, event)
