"""The first look at a product number: a person types what stands on the pack, nothing is filled in for them."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.words import message, phrase, tr
from crs_desktop.kernel.amounts import plain
from crs_desktop.stock.commands import BRANDS, STRENGTHS
from crs_desktop.stock.scanning.model import ConfirmPack, Use

_OF_VIALS = ("brand", "strength_mg", "vials")


def confirm_dialog(gtin: str, again: bool, parent: QWidget) -> FormDialog:
    """Use, brand, strength and vials, all to be chosen; what the table expects is not shown here.

    `again`: somebody confirmed the number before, and is corrected.
    """
    form = Form(columns=2)
    form.add_widget(message(phrase("scan_ui_correct" if again else "scan_ui_confirm", gtin=gtin)))
    uses = [
        (Use.INFUSION.value, tr("vials for infusion")),
        (Use.SUBCUTANEOUS.value, tr("syringe or pen, under the skin")),
        (Use.OTHER.value, tr("something else")),
    ]
    use = form.choice("use", tr("&What is in the pack?"), uses, ask=True)
    form.choice("brand", tr("&Brand"), [(brand, brand) for brand in BRANDS], ask=True)
    form.choice("strength_mg", tr("&Strength of a vial"), [(plain(one.mg), str(one)) for one in STRENGTHS], ask=True)
    form.number("vials", tr("&Vials in one pack"), tr("vials"), hint=tr("A carton of four with this number holds 4"))
    form.text("reason", tr("&Reason or name"), wide=True,
              hint=tr("What it is, if it is something else; why the table is wrong, if it is"))  # fmt: skip

    def of_vials() -> None:
        for name in _OF_VIALS:
            form.fields[name].setEnabled(use.value() in ("", Use.INFUSION.value))

    use.edited.connect(of_vials)
    dialog = FormDialog(tr("Compare with the pack"), tr("&Keep this"), form, parent)
    dialog.panel.set_identifiers(tr("Product number {gtin}").format(gtin=gtin))
    return dialog


def command_of(gtin: str, typed: dict[str, str]) -> ConfirmPack:
    """What was typed, for the service; of a pack that holds no vials for infusion only what it is."""
    if typed["use"] in (Use.SUBCUTANEOUS.value, Use.OTHER.value):
        return ConfirmPack(gtin, typed["use"], reason=typed["reason"])
    return ConfirmPack(gtin, typed["use"], typed["brand"], typed["strength_mg"], typed["vials"], typed["reason"])
