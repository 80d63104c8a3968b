"""The form of adoption: who signs, that the facts were read, and which were compared with the label."""

from __future__ import annotations

from collections.abc import Sequence, Set

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from crs_desktop.desktop.fields import Field
from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.protocols import Blind
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import row_height, scaled, tokens
from crs_desktop.desktop.words import PlainLabel, message, tr
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.proposals import Proposal
from crs_desktop.therapies.site_rules import PATH, VALUE, SiteEntry, value_text
from crs_desktop.therapies.ui import words
from crs_desktop.therapies.ui.change_form import Check, RulesField, change_dialog, room_below


class TickField(Field):
    """A list of lines to be ticked one by one (arrows and space); its value is the ticked names, one a line."""

    def __init__(
        self, name: str, label: str, lines: Sequence[tuple[str, str]], *, hint: str = "", before: Sequence[str] = ()
    ) -> None:
        self._list, self._before, self._own = QListWidget(), frozenset(before), frozenset[str]()
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

    def set_own(self, paths: Set[str]) -> None:
        """What the site does otherwise is not compared with the label: such lines lose their tick and take none."""
        self._own = frozenset(paths)
        self._list.blockSignals(True)
        for item in self._items():
            own = str(item.data(Qt.ItemDataRole.UserRole)) in self._own
            usual = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
            item.setFlags(usual if own else usual | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked if own else item.checkState())
            self._say(item)
        self._list.blockSignals(False)
        self._list.viewport().update()

    def _ticked(self, item: QListWidgetItem) -> None:
        self._list.blockSignals(True)
        self._say(item)
        self._list.blockSignals(False)
        self._list.viewport().update()
        self._edited()

    def _say(self, item: QListWidgetItem) -> None:
        """A tick is a word as well as a filled box."""
        path = str(item.data(Qt.ItemDataRole.UserRole))
        said = "{fact}"
        if item.checkState() is Qt.CheckState.Checked:
            said = tr("✓ compared: {fact}")
            if path in self._before:
                said = tr("✓ compared before, unchanged in this version: {fact}")
        elif path in self._own:
            said = tr("this site’s own: {fact}")
        item.setText(said.format(fact=self._texts[path]))

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]


def _indicator() -> str:
    """The box before a line as the toolkit draws its check boxes."""
    side, t = scaled(15), tokens()
    box = f"width: {side}px; height: {side}px; border: 1px solid {t.edge}; background: {t.surface};"
    return f"QListWidget::indicator {{{box}}} QListWidget::indicator:checked {{ background: {t.accent}; }}"


class AdoptDialog(FormDialog):
    """A form about the shipped file of one therapy, begun with what an earlier signature left that still holds."""

    def __init__(self, proposal: Proposal, tasks: Tasks, check: Check, parent: QWidget) -> None:
        self.proposal, self._tasks, self._check = proposal, tasks, check
        protocol = proposal.protocol
        form = Form()
        form.add_widget(message(words.adopt_text(protocol)))
        carried = words.carried_text(proposal)
        if carried:
            form.add_widget(_strip(carried))
        form.text("pharmacist", tr("&Pharmacist who signs"), wide=True)
        form.check("has_read", tr("&I have read the listed facts"))
        lines = [(fact.path, words.fact_text(protocol, fact)) for fact in words.to_compare(protocol)]
        self.ticks: TickField | None = None
        if lines:
            hint = tr("Space ticks a line. A fact without a tick stays unverified, on the screen and on paper.")
            label = tr("&Compared with the label in hand")
            self.ticks = form.add(TickField("checked", label, lines, hint=hint, before=proposal.compared), wide=True)
        hint = tr("Each with its reason. The file stays as it was shipped; the site’s values stand behind it.")
        self.rules = form.add(RulesField("site_rules", tr("What this site does &otherwise"), protocol, hint=hint), True)
        form.text("note", tr("&Note"), hint=tr("Which label, which edition; may stay empty"), wide=True)
        form.add_widget(room_below())
        super().__init__(
            tr("Adopt a protocol"), tr("&Adopt"), form, parent, kind="adopt therapy", subject=protocol.fingerprint
        )
        self.panel.set_identifiers(words.product_text(protocol))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(proposal)
        self.rules.add_asked.connect(self.open_change)
        form.changed.connect(self._changed)
        room = self.screen().availableGeometry().height() - scaled(60)
        self.resize(scaled(760), min(form.sizeHint().height() + scaled(220), room))

    def open_change(self, path: str = "") -> None:
        """The form of one value to be used otherwise."""
        dialog = change_dialog(self.proposal.protocol, self.rules, path, self._tasks, self._check, self)
        dialog.open()
        dialog.form.fields[VALUE if path else PATH].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def site_rules(self) -> tuple[SiteEntry, ...]:
        """The values to be used otherwise, as they stand in the form."""
        return self.rules.entries()

    def _fill(self, proposal: Proposal) -> None:
        if self.ticks is not None:
            self.ticks.set_value("\n".join(proposal.compared))
        for entry in proposal.rules:
            self.rules.put(entry)
        self._changed("site_rules")

    def _changed(self, name: str) -> None:
        if name == "site_rules" and self.ticks is not None:
            self.ticks.set_own({entry.path for entry in self.rules.entries()})


def _strip(text: str) -> PlainLabel:
    """What the reader must not miss, on a ground of its own."""
    label = PlainLabel(text, "care", wrap=True)
    label.setObjectName("StaleStrip")
    label.setContentsMargins(10, 6, 10, 6)
    return label


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
        for number, rule in enumerate(protocol.site, 1):
            entry = SiteEntry(rule.path, value_text(rule.value), rule.reason)
            shipped = value_text(rule.shipped) or tr("unknown")
            self.addItem(tr("{number}. changed by this site: {rule}").format(
                number=number, rule=words.rule_text(entry, shipped)
            ))  # fmt: skip
        for number, fact in enumerate(unverified, 1):
            text = words.fact_text(protocol, fact)
            self.addItem(tr("{number}. unverified: {fact}").format(number=number, fact=text))
        for fact in protocol.facts():
            if fact not in unverified and not fact.by_site:
                standing = tr("unknown") if fact.unknown else tr("read in a source")
                self.addItem(f"{standing}: {words.fact_text(protocol, fact)}")
        self.setCurrentRow(0)


def blind_entries() -> dict[str, Blind]:
    """How the date of the label, the number of facts, and having read are asked of a second person."""
    return {
        "label_revision": Blind(
            tr("&Date of the label’s revision"), tr("year-month, or year-month-day; nothing when the file gives none")
        ),
        "unverified": Blind(tr("Num&ber of unverified facts"), tr("The number of the last one you read")),
        "site_rules": Blind(
            tr("Number of values that this &site changes"), tr("The number of the last one you read; 0 when none")
        ),
        "read": Blind(tr("I have &read them")),
    }
