"""The forms of ordering: each asks for a few fields and sends them as typed; the service reads and decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.words import PlainLabel, message, phrase, tr
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock.commands import BRANDS, STRENGTHS
from crs_desktop.stock.ordering.commands import LineTyped, TermsTyped
from crs_desktop.stock.ordering.model import Order, OrderLine, OrderPicture, Proposal, Standing, StatedDay, Supplier
from crs_desktop.stock.ordering.rules import cautions
from crs_desktop.stock.ui.ordering import words

PHARMACY = "pharmacy"
_MOVED = "order_day_moved"
_SIZES = tuple(plain(strength.mg) for strength in STRENGTHS)


def order_dialog(
    standing: Sequence[Standing], proposed: Sequence[Proposal], parent: QWidget
) -> tuple[FormDialog, dict[str, str]]:
    """An order of one brand, filled in with what is proposed; says live when it arrives and what to beware of.

    Also answers the day of the terms by supplier, as it was shown.
    """
    form = Form(columns=2)
    suppliers = [(str(one.supplier.id), one.supplier.name) for one in standing]
    form.choice("supplier", tr("&Supplier"), suppliers, ask=len(suppliers) != 1)
    form.text("reference", tr("&Reference"), hint=tr("The number of the order with the supplier"))
    form.choice("brand", tr("&Brand"), [(brand, brand) for brand in BRANDS], ask=True)
    form.number("vials_400", tr("Vials of &400 mg"), tr("vials"))
    form.number("vials_200", tr("Vials of &200 mg"), tr("vials"))
    form.number("vials_80", tr("Vials of &80 mg"), tr("vials"))
    there, care = PlainLabel("", "strong", wrap=True), PlainLabel("", "care", wrap=True)
    form.add_widget(there)
    form.add_widget(care)
    form.day("expected", tr("Expected on another &day"), hint=tr("Empty: the day of the terms"))
    form.text("expected_time", tr("There by, &hour"), example="08:00", hint=tr("Only if it is promised"))
    form.text("reason", tr("Who promised the other day, or a &note"), wide=True)
    known = {str(one.supplier.id): one for one in standing}

    def tell(_name: str = "") -> None:
        one = known.get(form.fields["supplier"].value())
        there.setText("" if one is None else _arrival_sentence(one))
        there.setVisible(one is not None)
        brand = form.fields["brand"].value()
        life = None if one is None else one.supplier.terms.shelf_life_days
        lines = [OrderLine(brand, STRENGTHS[0], 1)] if brand else []
        said = [say(item) for item in cautions(lines, life)] if one is not None else []
        care.setText("\n".join(said))
        care.setVisible(bool(said))

    if proposed:
        form.set_values({"brand": proposed[0].brand, **{f"vials_{plain(line.strength.mg)}": str(line.vials)
                                                         for line in proposed if line.vials}})  # fmt: skip
    form.changed.connect(tell)
    tell()
    days = {key: "" if one.arrival is None else one.arrival.day.isoformat() for key, one in known.items()}
    dialog = FormDialog(tr("Place an order"), tr("It is &placed"), form, parent, kind="place order")

    def told(answer: Refused) -> None:
        """Another day was said beneath the field: who sends again has seen it."""
        for one in answer.findings:
            if one.code == _MOVED:
                there.hide()
                days[form.fields["supplier"].value()] = one.value

    dialog.panel.refused.connect(told)
    return dialog, days


def _arrival_sentence(one: Standing) -> str:
    if one.arrival is None:
        return phrase("stock_orders_never", supplier=one.supplier.name)
    return phrase(
        "stock_orders_arrives", day=words.arrival_text(one.arrival), terms=words.terms_text(one.supplier.terms)
    )  # fmt: skip


def typed_lines(typed: Mapping[str, str]) -> tuple[LineTyped, ...]:
    """The lines of the form that hold something, as typed."""
    sizes = [(size, typed[f"vials_{size}"]) for size in _SIZES]
    return tuple(LineTyped(typed["brand"], size, vials) for size, vials in sizes if vials.strip())


def expect_dialog(order: Order, parent: QWidget) -> FormDialog:
    """What is still to come of an order is expected on another day."""
    form = Form(columns=2)
    form.day("expected", tr("Expected &day"))
    form.text("expected_time", tr("There by, &hour"), example="08:00", hint=tr("Only if it is promised"))
    form.text("reason", tr("&Who said so"), wide=True)
    dialog = FormDialog(tr("Expected on another day"), tr("&Expect it then"), form, parent)
    dialog.panel.set_identifiers(*words.about(order))
    return dialog


def close_dialog(order: Order, parent: QWidget) -> FormDialog:
    """Nothing more of an order will come."""
    part = any(line.received for line in order.lines)
    form = Form()
    missing = ", ".join(
        f"{line.outstanding} × {line.brand} {line.strength}" for line in order.lines if line.outstanding
    )
    form.add_widget(message(phrase("stock_orders_close_short" if part else "stock_orders_cancel", missing=missing)))
    form.text("reason", tr("&Reason"), wide=True)
    head, accept = (
        (tr("Received short"), tr("&Close it")) if part else (tr("Cancel an order"), tr("It is cance&lled"))
    )  # fmt: skip
    dialog = FormDialog(head, accept, form, parent)
    dialog.panel.set_identifiers(*words.about(order))
    return dialog


def supplier_dialog(known: Supplier | None, parent: QWidget) -> FormDialog:
    """A new supplier, or other terms of one."""
    form = Form(columns=2)
    if known is None:
        form.text("name", tr("&Name"))
    form.number("lead_days", tr("&Lead time"), tr("working days"), hint=tr("After the day of the order; 0 to 30"))
    form.text("cut_off", tr("&Cut-off"), example="14:00", hint=tr("Local time until which it is an order of that day"))
    form.text("weekdays", tr("&Weekdays"), example="12345", hint=tr("1 is Monday, 7 is Sunday"))
    form.text("country", tr("C&ountry"), example="US", hint=tr("Two letters, for its public holidays"))
    form.text("subdivision", tr("&Part of it"), example="NY", hint=tr("Empty: the whole country"))
    form.text("arrival", tr("There &by"), example="08:00", hint=tr("Only if an hour is guaranteed"))
    form.number(
        "shelf_life", tr("&Guaranteed life"), tr("days"),
        hint=tr("On arrival. Empty: unknown, and an order counts for nobody before it is received"),
    )  # fmt: skip
    form.text("reason", tr("&Source or reason"), wide=True)
    if known is not None:
        form.set_values(_filled(known))
    head, accept = (tr("Add a supplier"), tr("&Add")) if known is None else (tr("Other terms"), tr("S&tate terms"))
    dialog = FormDialog(head, accept, form, parent, kind="supplier terms", subject=known.name if known else "")
    if known is not None:
        dialog.panel.set_identifiers(known.name)
    return dialog


def _filled(known: Supplier) -> dict[str, str]:
    terms = known.terms
    return {
        "lead_days": str(terms.lead_days), "cut_off": words.minute_text(terms.cut_off_minute),
        "weekdays": terms.weekdays, "country": terms.country, "subdivision": terms.subdivision,
        "arrival": "" if terms.arrival_minute is None else words.minute_text(terms.arrival_minute),
        "shelf_life": "" if terms.shelf_life_days is None else str(terms.shelf_life_days),
    }  # fmt: skip


def typed_terms(typed: Mapping[str, str]) -> TermsTyped:
    """The terms of a form, as typed."""
    return TermsTyped(
        typed["lead_days"], typed["cut_off"], typed["weekdays"], typed["country"], typed["subdivision"],
        typed["arrival"], typed["shelf_life"], typed["reason"],
    )  # fmt: skip


def day_dialog(picture: OrderPicture, chosen: Supplier | None, parent: QWidget) -> FormDialog:
    """A day on which somebody is closed, or open after all; says what stands already."""
    form = Form(columns=2)
    whose = [(PHARMACY, tr("The pharmacy"))]
    whose += [(str(one.supplier.id), one.supplier.name) for one in picture.standing]
    form.choice("whose", tr("&Who"), whose, ask=True)
    form.day("day", tr("&Day"))
    form.choice("open", tr("&Closed or open"), [("closed", tr("closed")), ("open", tr("open after all"))])
    form.text("reason", tr("&Reason"), wide=True)
    names = dict(whose)
    ahead = [one for one in picture.stated_days if one.day >= picture.today]
    form.add_widget(message("\n".join(_stated(one, names) for one in ahead) or phrase("stock_orders_no_days")))
    if chosen is not None:
        form.set_values({"whose": str(chosen.id)})
    return FormDialog(tr("Closed and open days"), tr("&State the day"), form, parent)


def _stated(one: StatedDay, names: Mapping[str, str]) -> str:
    whose = names[PHARMACY if one.supplier_id is None else str(one.supplier_id)]
    word = tr("open") if one.open else tr("closed")
    return tr("{day}: {whose} {word} ({reason})").format(
        day=day_text(one.day, year=True), whose=whose, word=word, reason=one.reason
    )  # fmt: skip


def par_dialog(chosen: Proposal | None, parent: QWidget) -> FormDialog:
    """The least and the target of a brand and strength."""
    form = Form(columns=2)
    form.choice("brand", tr("&Brand"), [(brand, brand) for brand in BRANDS], ask=True)
    strengths = [(plain(strength.mg), str(strength)) for strength in STRENGTHS]
    form.choice("strength_mg", tr("&Strength of a vial"), strengths, ask=True)
    form.number("least", tr("&Least"), tr("vials"), hint=tr("With fewer than this, more are ordered; 0 and 0 ends it"))
    form.number("target", tr("&Target"), tr("vials"), hint=tr("Up to so many"))
    form.text("reason", tr("&Reason"), wide=True)
    if chosen is not None:
        form.set_values({
            "brand": chosen.brand, "strength_mg": plain(chosen.strength.mg),
            "least": "" if chosen.least is None else str(chosen.least),
            "target": "" if chosen.target is None else str(chosen.target),
        })  # fmt: skip
    return FormDialog(tr("Par level"), tr("State &it"), form, parent)
