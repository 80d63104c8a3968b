"""The forms of stock: each asks for a few fields and sends them as typed; the service reads and decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import message, tr
from crs_desktop.kernel.amounts import plain
from crs_desktop.stock.commands import BRANDS, STRENGTHS
from crs_desktop.stock.model import Place
from crs_desktop.stock.ui.receive_form import ReceiveForm

# What is done with the request's id and the typed values; the answer may be a refusal.
Send = Callable[[str, dict[str, str]], object]


def open_dialog(
    dialog: FormDialog, tasks: Tasks, send: Send, done: Callable[[object], None] | None = None
) -> FormDialog:
    """Show the form. One request id for its whole life, so that a second send is answered with the first result."""
    return open_signed(dialog, lambda key, values: dialog.send(tasks, lambda: send(key, values), done))


def open_signed(dialog: FormDialog, send: Callable[[str, dict[str, str]], None]) -> FormDialog:
    """The same for a form that somebody else may have to sign: `send` does everything from the window's thread."""
    request_id = uuid4().hex
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.submitted.connect(lambda values: send(request_id, values))
    many = len(dialog.form.fields) > 2
    room = dialog.screen().availableGeometry().height() - scaled(60)
    height = dialog.form.sizeHint().height() + scaled(280 if many else 180)
    dialog.resize(scaled(640 if many else 480), min(height, room))
    dialog.open()
    dialog.form.focus_first()
    return dialog


def receive_dialog(places: Sequence[Place], parent: QWidget) -> ReceiveForm:
    """Vials that arrived; the only place of a site is chosen already."""
    form = Form(columns=2)
    form.choice("brand", tr("&Brand"), [(brand, brand) for brand in BRANDS], ask=True)
    strengths = [(plain(strength.mg), str(strength)) for strength in STRENGTHS]
    form.choice("strength_mg", tr("&Strength of a vial"), strengths, ask=True)
    form.text("lot", tr("&Lot number"), hint=tr("As printed on the vial"))
    form.day("expires", tr("Last &day of use"), hint=tr("The expiry on the vial: year-month-day"))
    form.number("vials", tr("&Quantity"), tr("vials"))
    lie = [(str(place.id), f"{place.name} ({place.reach // timedelta(minutes=1)} min)") for place in places]
    form.choice("place", tr("&Place"), lie, ask=len(lie) != 1)
    return ReceiveForm(tr("Receive a lot"), tr("&Receive"), form, parent)


def reason_dialog(head: str, accept: str, about: Sequence[str], text: str, parent: QWidget) -> FormDialog:
    """An act that needs nothing but its reason; `text` says what will happen."""
    form = Form()
    form.add_widget(message(text))
    form.text("reason", tr("&Reason"), wide=True)
    return _about(FormDialog(head, accept, form, parent), about)


def explain_dialog(open_ones: Sequence[tuple[str, str]], parent: QWidget) -> FormDialog:
    """An open discrepancy and what was found out about it."""
    form = Form()
    form.choice("discrepancy", tr("&Discrepancy"), open_ones, ask=len(open_ones) != 1)
    form.long_text("reason", tr("&What was found"))
    return FormDialog(tr("Explain a discrepancy"), tr("&Explain"), form, parent)


def place_dialog(parent: QWidget) -> FormDialog:
    """A new place."""
    form = Form()
    form.text("place", tr("&Name"), example=tr("Ward 7 fridge"))
    form.number(
        "reach", tr("&Reach time"), tr("min"), hint=tr("From the call until the vials are at the bedside; 0 to 1,440")
    )
    return FormDialog(tr("Add a place"), tr("&Add"), form, parent)


def _about(dialog: FormDialog, about: Sequence[str]) -> FormDialog:
    dialog.panel.set_identifiers(*about)
    return dialog
