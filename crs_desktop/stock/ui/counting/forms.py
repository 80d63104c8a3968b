"""The forms of a count: begin one, enter what was found by typing or by scanning, close, give up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.fields import Field
from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.words import PlainLabel, keep_hidden, message, phrase, tr
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.counting.model import BlindCount, BlindLot, Comparison
from crs_desktop.stock.counting.rules import field_of
from crs_desktop.stock.counting.scanned import counted_pack
from crs_desktop.stock.model import Lot, Place
from crs_desktop.stock.scanning.telling import ToldScan
from crs_desktop.stock.ui.counting import words

_OTHER, _OTHER_VIALS = "other", "other_vials"


class CountForm(FormDialog):
    """A field for each lot. A scan adds the vials of one pack to its lot; nothing that is expected is shown."""

    def __init__(
        self, seen: BlindCount, lots: Sequence[BlindLot], others: Sequence[Lot], parent: QWidget | None = None
    ) -> None:  # fmt: skip
        form = Form(columns=2)
        super().__init__(tr("Enter what was found"), tr("&Save"), form, parent)
        self._serials: set[str] = set()
        self._packs = 0
        form.add_widget(message(phrase("count_ui_form", place=seen.count.place.name)))
        self._said = PlainLabel("", "strong", wrap=True)
        form.add_widget(self._said)
        keep_hidden(self._said, True)
        self._lots: dict[str, int] = {}
        for item in lots:
            self._add(item.lot)
        if others:
            choices = [("", "–"), *((str(lot.id), f"{words.named(lot)}, {words.expiry(lot)}") for lot in others)]
            form.choice(_OTHER, tr("&Another lot that is here"), choices)
            form.number(_OTHER_VIALS, tr("&Vials of it"), tr("vials"))
        self.panel.set_identifiers(seen.count.place.name, tr("count {count}").format(count=seen.count.id))

    def found(self, typed: dict[str, str]) -> tuple[tuple[int, str], ...]:
        """Lots with what was typed for each."""
        listed = [(lot_id, typed[name]) for name, lot_id in self._lots.items()]
        if typed.get(_OTHER):
            listed.append((int(typed[_OTHER]), typed[_OTHER_VIALS]))
        return tuple(listed)

    def take_told(self, told: ToldScan) -> None:
        """One more pack, or why it cannot be counted."""
        if self.panel.running:
            return
        self.form.clear_findings()
        pack = counted_pack(told, self._serials)
        if isinstance(pack, Refused):
            self.show_findings(pack.findings)
            return
        if pack.serial:
            self._serials.add(pack.serial)
        name = field_of(pack.lot.id)
        field = self.form.fields.get(name) or self._add(pack.lot)
        so_far = field.value().strip()
        if so_far and not (so_far.isascii() and so_far.isdigit()):
            field.editor.setFocus()  # what a person typed there is theirs to put right
            return
        field.set_value(str(int(so_far or "0") + pack.vials))
        self._packs += 1
        packs = tr("1 pack") if self._packs == 1 else tr("{count} packs").format(count=self._packs)
        vials = words.vials_text(pack.vials)
        self._said.setText(phrase("count_ui_scanned", packs=packs, lot=pack.lot.number, vials=vials))
        self._said.show()

    def _add(self, lot: Lot) -> Field:
        name = field_of(lot.id)
        self._lots[name] = lot.id
        return self.form.number(name, words.named(lot), tr("vials"), hint=words.expiry(lot))


def begin_dialog(places: Sequence[Place], parent: QWidget) -> FormDialog:
    """A count of one place."""
    form = Form()
    choices = [(str(place.id), place.name) for place in places]
    form.choice("place", tr("&Place"), choices, ask=len(choices) != 1)
    form.text("note", tr("&Note"), hint=tr("Such as: monthly count"))
    return FormDialog(tr("Begin a count"), tr("&Begin"), form, parent)


def again_dialog(seen: BlindCount, parent: QWidget) -> FormDialog:
    """Before the second person takes the keyboard: who cannot be the one."""
    form = Form()
    who = ", ".join(sorted({item.last_by for item in seen.to_recount}))
    lots = words.lots_text(len(seen.to_recount))
    form.add_widget(message(phrase("count_ui_again", who=who, lots=lots, place=seen.count.place.name)))
    dialog = FormDialog(tr("Count again"), tr("&Second person"), form, parent)
    dialog.panel.set_identifiers(seen.count.place.name, tr("count {count}").format(count=seen.count.id))
    dialog.panel.accept_button.setFocus()  # nothing is written by it: Enter goes on
    return dialog


def close_dialog(found: Comparison, parent: QWidget) -> FormDialog:
    """What posting will change, before it does."""
    form = Form()
    form.add_widget(message(words.closing_text(found)))
    dialog = FormDialog(tr("Close the count"), tr("&Post and close"), form, parent)
    dialog.panel.set_identifiers(found.count.place.name, tr("count {count}").format(count=found.count.id))
    return dialog
