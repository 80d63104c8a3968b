"""What this site does otherwise, in the form of an adoption: the list of changed values, and the form of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QSizePolicy, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import Field, LongTextField
from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import row_height, scaled
from crs_desktop.desktop.words import button, tr
from crs_desktop.kernel.refusal import Refused
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.site_rules import FIXED, PATH, REASON, VALUE, SiteEntry, value_text
from crs_desktop.therapies.ui import words
from crs_desktop.therapies.ui.lines import plain_words

Check = Callable[[Sequence[SiteEntry]], Protocol | Refused]


class FactField(Field):
    """One fact of the protocol, found by typing parts of its name; its value is the path."""

    def __init__(self, name: str, label: str, facts: Sequence[Fact]) -> None:
        self._list = QListWidget()
        super().__init__(name, label, self._list, hint=tr("Type parts of its name; arrows choose"))
        self.search = QLineEdit()
        self.search.setAccessibleName(tr("Find a fact"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFixedHeight(row_height() * 5)
        for fact in facts:
            item = QListWidgetItem(f"{plain_words(fact.path)} = {fact.text or tr('unknown')}")
            item.setData(Qt.ItemDataRole.UserRole, fact.path)
            self._list.addItem(item)
        self.row.removeWidget(self._list)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.search)
        column.addWidget(self._list)
        self.row.addLayout(column, 1)
        self._list.currentItemChanged.connect(lambda _now, _before: self._edited())

    def value(self) -> str:
        item = self._list.currentItem()
        return "" if item is None or item.isHidden() else str(item.data(Qt.ItemDataRole.UserRole))

    def set_value(self, value: str) -> None:
        for row in range(self._list.count()):
            if self._list.item(row).data(Qt.ItemDataRole.UserRole) == value:
                self._list.setCurrentRow(row)
                self._list.scrollToItem(self._list.item(row))

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        first = None
        for row in range(self._list.count()):
            item = self._list.item(row)
            said = f"{item.text()} {item.data(Qt.ItemDataRole.UserRole)}".casefold()
            item.setHidden(not all(word in said for word in wanted))
            first = item if first is None and not item.isHidden() else first
        current = self._list.currentItem()
        if first is not None and (current is None or current.isHidden()):
            self._list.setCurrentItem(first)
        self._edited()


class RulesField(Field):
    """The changed values of an adoption; its value is a JSON list of path, value and reason."""

    add_asked = Signal(str)

    def __init__(self, name: str, label: str, shipped: Protocol, *, hint: str = "") -> None:
        self._list = QListWidget()
        super().__init__(name, label, self._list, hint=hint)
        self._shipped = shipped
        self._entries: tuple[SiteEntry, ...] = ()
        self._list.setWordWrap(True)
        self._list.setSpacing(2)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.add_button = button(tr("&Use a value otherwise…"))
        self.add_button.clicked.connect(lambda: self.add_asked.emit(""))
        self.edit_button = button(tr("Chan&ge…"), hint=tr("Change the chosen one"))
        self.edit_button.clicked.connect(lambda: self.add_asked.emit(self._chosen()))
        self.remove_button = button(tr("Ta&ke back"), hint=tr("Use the chosen value as the label says"))
        self.remove_button.clicked.connect(self._remove)
        buttons = QVBoxLayout()
        buttons.setSpacing(6)
        for one in (self.add_button, self.edit_button, self.remove_button):
            buttons.addWidget(one)
        buttons.addStretch(1)
        self.row.addLayout(buttons)
        self._show()

    def entries(self) -> tuple[SiteEntry, ...]:
        """The rules as they stand."""
        return self._entries

    def entry(self, path: str) -> SiteEntry | None:
        """The rule for this fact."""
        return next((entry for entry in self._entries if entry.path == path), None)

    def put(self, entry: SiteEntry) -> None:
        """Add a rule, or put it in the place of the one for the same fact."""
        self._take((*(one for one in self._entries if one.path != entry.path), entry))

    def value(self) -> str:
        return json.dumps([[one.path, one.value_text, one.reason] for one in self._entries])

    def set_value(self, value: str) -> None:
        listed = json.loads(value) if value else []
        self._entries = tuple(SiteEntry(str(path), str(text), str(reason)) for path, text, reason in listed)
        self._show()

    def _take(self, entries: tuple[SiteEntry, ...]) -> None:
        self._entries = entries
        self._show()
        self._edited()

    def _remove(self) -> None:
        path = self._chosen()
        self._take(tuple(one for one in self._entries if one.path != path))

    def _chosen(self) -> str:
        item = self._list.currentItem()
        return "" if item is None else str(item.data(Qt.ItemDataRole.UserRole))

    def _show(self) -> None:
        self._list.clear()
        for entry in self._entries:
            fact = self._shipped.fact(entry.path)
            shipped = (fact.text if fact is not None else "") or tr("unknown")
            item = QListWidgetItem(words.rule_text(entry, shipped))
            item.setData(Qt.ItemDataRole.UserRole, entry.path)
            self._list.addItem(item)
        if self._entries:
            self._list.setCurrentRow(len(self._entries) - 1)
        self._list.setFixedHeight(row_height() * (5 if self._entries else 3))
        for one in (self.edit_button, self.remove_button):
            one.setEnabled(bool(self._entries))


def change_dialog(
    shipped: Protocol, rules: RulesField, path: str, tasks: Tasks, check: Check, parent: QWidget
) -> FormDialog:
    """One value to be used otherwise: which, what instead, and why. It is put into the list when the protocol can be
    read with it."""
    form = Form()
    facts = [fact for fact in shipped.facts() if fact.path not in FIXED]
    fact_field = form.add(FactField(PATH, tr("&Fact"), facts), wide=True)
    form.text(VALUE, tr("&Value at this site"), hint=tr("As 12, 0.5, 650 to 1000, or 1, 8, 15; yes or no; or a text"))
    hint = tr("Who decided it, when, on what ground")
    form.add(LongTextField(REASON, tr("&Reason"), hint=hint, lines=2), wide=True)
    form.add_widget(room_below())
    dialog = FormDialog(tr("Use a value otherwise"), tr("&Put it in"), form, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def fill(_name: str = PATH) -> None:
        if _name != PATH:
            return
        known, fact = rules.entry(fact_field.value()), shipped.fact(fact_field.value())
        if known is not None:
            form.set_values({VALUE: known.value_text, REASON: known.reason})
        elif fact is not None:
            form.set_values({VALUE: value_text(fact.value)})

    def send(typed: dict[str, str]) -> None:
        entry = SiteEntry(typed[PATH], typed[VALUE], typed[REASON])
        others = tuple(one for one in rules.entries() if one.path != entry.path)
        dialog.send(tasks, lambda: check((*others, entry)), lambda _protocol: rules.put(entry))

    form.changed.connect(fill)
    fact_field.set_value(path)
    fill()
    dialog.submitted.connect(send)
    room = dialog.screen().availableGeometry().height() - scaled(60)
    dialog.resize(scaled(620), min(form.sizeHint().height() + scaled(190), room))
    return dialog


def room_below() -> QWidget:
    """Takes the room that is left, so that the fields of a form stand close together."""
    empty = QWidget()
    empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
    return empty
