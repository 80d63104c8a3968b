"""The form of adoption: who signs, that the facts were read, and which were compared with the label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from crs_desktop.desktop.fields import Field
from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.protocols import Blind
from crs_desktop.desktop.theme import row_height, scaled, tokens
from crs_desktop.desktop.words import message, tr
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.ui import words

if TYPE_CHECKING:
    from crs_desktop.therapies.service import LibraryEntry


class TickField(Field):
    """A list of lines to be ticked one by one (arrows and space); its value is the ticked names, one a line."""

    def __init__(self, name: str, label: str, lines: Sequence[tuple[str, str]], *, hint: str = "") -> None:
        self._list = QListWidget()
        super().__init__(name, label, self._list, hint=hint)
        self._list.setWordWrap(True)
        self._list.setSpacing(2)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFixedHeight(row_height() * 8)
        self._list.setStyleSheet(_indicator())
        self._texts = dict(lines)
        for value, text in lines:
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, value)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self._list.addItem(item)
        if lines:
            self._list.setCurrentRow(0)
        self._list.itemChanged.connect(self._ticked)

    def value(self) -> str:
        ticked = [item for item in self._items() if item.checkState() is Qt.CheckState.Checked]
        return "\n".join(str(item.data(Qt.ItemDataRole.UserRole)) for item in ticked)

    def set_value(self, value: str) -> None:
        wanted = set(value.split("\n"))
        self._list.blockSignals(True)
        for item in self._items():
            ticked = str(item.data(Qt.ItemDataRole.UserRole)) in wanted
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self._say(item)
        self._list.blockSignals(False)

    def _ticked(self, item: QListWidgetItem) -> None:
        self._list.blockSignals(True)
        self._say(item)
        self._list.blockSignals(False)
        self._list.viewport().update()
        self._edited()

    def _say(self, item: QListWidgetItem) -> None:
        """A tick is a word as well as a filled box."""
        text = self._texts[str(item.data(Qt.ItemDataRole.UserRole))]
        ticked = item.checkState() is Qt.CheckState.Checked
        item.setText(tr("✓ compared: {fact}").format(fact=text) if ticked else text)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]


def _indicator() -> str:
    """The box before a line as the toolkit draws its check boxes."""
    side, t = scaled(15), tokens()
    box = f"width: {side}px; height: {side}px; border: 1px solid {t.edge}; background: {t.surface};"
    return f"QListWidget::indicator {{{box}}} QListWidget::indicator:checked {{ background: {t.accent}; }}"


def adopt_dialog(entry: LibraryEntry, parent: QWidget) -> FormDialog:
    """A form about one protocol. Nothing is ticked but what an earlier signature under this version compared."""
    protocol = entry.protocol
    form = Form()
    form.add_widget(message(words.adopt_text(protocol)))
    form.text("pharmacist", tr("&Pharmacist who signs"), wide=True)
    form.check("has_read", tr("&I have read the listed facts"))
    lines = [(fact.path, words.fact_text(protocol, fact)) for fact in words.to_compare(protocol)]
    if lines:
        hint = tr("Space ticks a line. A fact without a tick stays unverified, on the screen and on paper.")
        form.add(TickField("checked", tr("&Compared with the label in hand"), lines, hint=hint), wide=True)
    form.text("note", tr("&Note"), hint=tr("Which label, which edition; may stay empty"), wide=True)
    if lines and entry.adoption is not None:
        form.set_values({"checked": "\n".join(entry.adoption.checked)})
    dialog = FormDialog(tr("Adopt a protocol"), tr("&Adopt"), form, parent)
    dialog.panel.set_identifiers(words.product_text(protocol))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    room = dialog.screen().availableGeometry().height() - scaled(60)
    dialog.resize(scaled(720), min(form.sizeHint().height() + scaled(220), room))
    return dialog


class FactList(QListWidget):
    """What a second person reads before they sign: every fact, the unverified ones first and numbered to the last."""

    def __init__(self, protocol: Protocol) -> None:
        super().__init__()
        self.setAccessibleName(tr("Facts of the protocol"))
        self.setWordWrap(True)
        self.setSpacing(2)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(row_height() * 7)
        unverified = words.to_compare(protocol)
        for number, fact in enumerate(unverified, 1):
            text = words.fact_text(protocol, fact)
            self.addItem(tr("{number}. unverified: {fact}").format(number=number, fact=text))
        for fact in protocol.facts():
            if fact not in unverified:
                standing = tr("unknown") if fact.unknown else tr("read in a source")
                self.addItem(f"{standing}: {words.fact_text(protocol, fact)}")
        self.setCurrentRow(0)


def blind_entries() -> dict[str, Blind]:
    """How the date of the label, the number of facts, and having read are asked of a second person."""
    return {
        "label_revision": Blind(tr("&Date of the label’s revision"), tr("year-month, or year-month-day")),
        "unverified": Blind(tr("Num&ber of unverified facts"), tr("The number of the last one you read")),
        "site_rules": Blind(
            tr("Number of values that this &site changes"), tr("The number of the last one you read; 0 when none")
        ),
        "read": Blind(tr("I have &read them")),
    }
