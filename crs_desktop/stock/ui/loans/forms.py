"""The forms of loans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.words import message, tr
from crs_desktop.kernel.amounts import plain
from crs_desktop.stock.commands import BRANDS, STRENGTHS
from crs_desktop.stock.model import Place, ShelfLine
from crs_desktop.stock.moving.model import Partner
from crs_desktop.stock.ui import words


def partner_dialog(parent: QWidget) -> FormDialog:
    """Another pharmacy."""
    form = Form()
    form.text("partner", tr("&Name"))
    form.text("contact", tr("&Contact"), hint=tr("How to reach it at night; may stay empty"), wide=True)
    return FormDialog(tr("Add a partner"), tr("&Add"), form, parent)


def lend_dialog(partners: Sequence[Partner], shelf: Sequence[ShelfLine], parent: QWidget) -> FormDialog:
    """Vials that go to a partner: of lots that may be used and are free."""
    form = Form(columns=2)
    _partner(form, partners)
    _lot(form, shelf)
    form.number("vials", tr("&Quantity"), tr("vials"))
    form.day("due", tr("&Due back"), hint=tr("May stay empty"))
    form.text("reason", tr("&Reason"), hint=tr("May stay empty"), wide=True)
    return FormDialog(tr("Lend vials"), tr("L&end"), form, parent)


def borrow_dialog(partners: Sequence[Partner], places: Sequence[Place], parent: QWidget) -> FormDialog:
    """Vials that come from a partner."""
    form = Form(columns=2)
    _partner(form, partners)
    _receipt(form, places)
    form.day("due", tr("&Due back"), hint=tr("May stay empty"))
    form.text("reason", tr("&Reason"), hint=tr("May stay empty"), wide=True)
    return FormDialog(tr("Borrow vials"), tr("B&orrow"), form, parent)


def give_back_dialog(about: Sequence[str], shelf: Sequence[ShelfLine], parent: QWidget) -> FormDialog:
    """Borrowed vials that go back, of whatever lot of that strength."""
    form = Form(columns=2)
    _lot(form, shelf)
    form.number("vials", tr("&Quantity"), tr("vials"))
    form.text("reason", tr("&Reason"), hint=tr("May stay empty"), wide=True)
    return _about(FormDialog(tr("Give vials back"), tr("&Give back"), form, parent), about)


def take_back_dialog(about: Sequence[str], places: Sequence[Place], parent: QWidget) -> FormDialog:
    """Lent vials that come back, of whatever lot of that strength."""
    form = Form(columns=2)
    _receipt(form, places)
    return _about(FormDialog(tr("Vials come back"), tr("&Take them in"), form, parent), about)


def give_up_dialog(about: Sequence[str], text: str, parent: QWidget) -> FormDialog:
    """What is outstanding is not expected any more."""
    form = Form()
    form.add_widget(message(text))
    form.text("reason", tr("&Reason"), wide=True)
    return _about(FormDialog(tr("Give a loan up"), tr("&Give it up"), form, parent), about)


def _partner(form: Form, partners: Sequence[Partner]) -> None:
    form.choice("partner", tr("&Partner"), [(str(one.id), one.name) for one in partners], ask=len(partners) != 1)


def _lot(form: Form, shelf: Sequence[ShelfLine]) -> None:
    lots = [
        (f"{line.key[0]}/{line.key[1]}", tr("{lot}, {place}: {free} free").format(
            lot=words.lot_text(line.on_hand.lot), place=line.on_hand.place.name, free=line.free))
        for line in shelf if line.free
    ]  # fmt: skip
    form.choice("lot", tr("&Lot"), lots, ask=True)


def _receipt(form: Form, places: Sequence[Place]) -> None:
    form.choice("brand", tr("&Brand"), [(brand, brand) for brand in BRANDS], ask=True)
    form.choice("strength_mg", tr("&Strength of a vial"), [(plain(one.mg), str(one)) for one in STRENGTHS], ask=True)
    form.text("lot", tr("Lot &number"), hint=tr("As printed on the vial"))
    form.day("expires", tr("&Last day of use"), hint=tr("The expiry on the vial: year-month-day"))
    form.number("vials", tr("&Quantity"), tr("vials"))
    lie = [(str(one.id), f"{one.name} ({one.reach // timedelta(minutes=1)} min)") for one in places]
    form.choice("place", tr("Pl&ace"), lie, ask=len(lie) != 1)


def _about(dialog: FormDialog, about: Sequence[str]) -> FormDialog:
    dialog.panel.set_identifiers(*about)
    return dialog
