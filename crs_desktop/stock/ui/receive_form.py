"""The form that receives vials: typed, or filled pack by pack with a scanner."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.words import PlainLabel, tr
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.scanning.gathering import Gathered, about_vials, add_scan, filled
from crs_desktop.stock.scanning.telling import ToldScan

_OF_THE_PACK = ("brand", "strength_mg", "lot", "expires")


class ReceiveForm(FormDialog):
    """Takes scans while it is open: each pack is counted once; what a person typed is never changed by one."""

    def __init__(self, title: str, accept: str, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(title, accept, form, parent)
        self._gathered: Gathered | None = None
        # Nobody can notice a lot or an expiry that was misread: they stand where a glance compares them with the vial.
        self._large = PlainLabel("", "title", wrap=True)
        self._large.hide()
        column = self.panel.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(2, self._large)
        form.changed.connect(self._edited)

    @property
    def gathered(self) -> Gathered | None:
        """The packs scanned so far."""
        return self._gathered

    def take_told(self, told: ToldScan) -> None:
        """One more pack, or why it does not belong here."""
        if self.panel.running:
            return
        self.form.clear_findings()
        before, typed = self._gathered, self.form.values()
        answer = add_scan(before, told, typed)
        if isinstance(answer, Refused):
            self.show_findings(answer.findings)
            return
        self._gathered = answer
        self.form.set_values(filled(before, answer, typed))
        self._say(answer)
        beware = about_vials(answer, self.form.values()["vials"])
        if beware is not None:
            self.show_findings(beware.findings)
            return
        empty = next((field for field in self.form.fields.values() if not field.value().strip()), None)
        (self.panel.accept_button if empty is None else empty.editor).setFocus()

    def _say(self, gathered: Gathered) -> None:
        packs = (
            tr("1 pack scanned") if gathered.packs == 1 else tr("{count} packs scanned").format(count=gathered.packs)
        )
        vials = tr("1 vial") if gathered.vials == 1 else tr("{count} vials").format(count=gathered.vials)
        pack = gathered.pack
        lot = tr("Lot {lot}").format(lot=pack.number) if pack.number else tr("Lot: not in the code")
        last = day_text(date.fromisoformat(pack.expires), year=True) if pack.expires else ""
        expires = tr("Expires {day}").format(day=last) if last else tr("Expiry: not in the code")
        self.panel.set_identifiers(f"{pack.brand} {pack.strength_mg} mg", f"{packs}: {vials}")
        self._large.setText(f"{lot}\n{expires}")
        self._large.show()

    def _edited(self, name: str) -> None:
        """Somebody changed what the packs said: from now on it is typed."""
        if name in _OF_THE_PACK and self._gathered is not None:
            same = {"brand": self._gathered.pack.brand, "strength_mg": self._gathered.pack.strength_mg,
                    "lot": self._gathered.pack.number, "expires": self._gathered.pack.expires}  # fmt: skip
            if same[name] and self.form.values()[name].strip() != same[name]:
                self._gathered = None
                self.panel.set_identifiers()
                self._large.hide()
