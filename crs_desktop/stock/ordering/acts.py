"""What each act of ordering does inside its one write transaction."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.stock import acts as ledger
from crs_desktop.stock.commands import ReadLot
from crs_desktop.stock.ordering import repository
from crs_desktop.stock.ordering.calendar import Arrival, Terms, arrival_of
from crs_desktop.stock.ordering.commands import ReadOrder
from crs_desktop.stock.ordering.model import EventKind, Order, OrderEvent, OrderState, Par, StatedDay, Supplier
from crs_desktop.stock.ordering.rules import cannot_expect, cannot_place, cannot_take_in
from crs_desktop.store.store import Result, Writing


def add_supplier(writing: Writing, name: str, terms: Terms, reason: str) -> Result | Refused:
    """A new supplier; two of one name would be mistaken for each other."""
    session = writing.session
    if any(known.name.casefold() == name.casefold() for known in repository.suppliers(session)):
        return refuse(no("order_supplier_known", "name", name))
    number = repository.add_supplier(session, name, writing.at, writing.actor.name)
    repository.add_terms(session, number, terms, reason, writing.at, writing.actor.name)
    writing.log("supplier", number, "add", after={"name": name, **terms_content(terms)}, reason=reason)
    return {"supplier": number}


def state_terms(writing: Writing, supplier_id: int, terms: Terms, reason: str) -> Result | Refused:
    """Other terms from now on; orders that were placed keep their day."""
    known = _supplier(writing, supplier_id)
    if isinstance(known, Refused):
        return known
    repository.add_terms(writing.session, known.id, terms, reason, writing.at, writing.actor.name)
    writing.log("supplier", known.id, "terms", before=terms_content(known.terms), after=terms_content(terms),
                reason=reason)  # fmt: skip
    return {"supplier": known.id}


def state_day(writing: Writing, supplier_id: int | None, day: date, is_open: bool, reason: str) -> Result | Refused:
    """A day that is otherwise than the calendar says; orders that were placed keep their day."""
    if supplier_id is not None and isinstance(known := _supplier(writing, supplier_id), Refused):
        return known
    stated = StatedDay(supplier_id, day, is_open, reason, writing.at, writing.actor.name)
    repository.add_stated_day(writing.session, stated)
    whose = "pharmacy" if supplier_id is None else supplier_id
    writing.log("closed day", whose, "state", after={"day": day.isoformat(), "open": is_open}, reason=reason)
    return {"day": day.isoformat()}


def state_par(writing: Writing, par: Par) -> Result | Refused:
    """A par level that holds from now on."""
    repository.add_par(writing.session, par)
    writing.log("par", f"{par.brand} {par.strength}", "state", after={"least": par.least, "target": par.target},
                reason=par.reason)  # fmt: skip
    return {"par": f"{par.brand} {par.strength}"}


def place(writing: Writing, supplier_id: int, read: ReadOrder, zone: ZoneInfo) -> Result | Refused:
    """An order that was placed now; without a stated day it is expected on that of the terms."""
    session = writing.session
    known = _supplier(writing, supplier_id)
    if isinstance(known, Refused):
        return known
    by_terms = arrival_of(writing.at, known.terms, known.calendar, zone)
    expected = by_terms if read.expected is None else Arrival(read.expected, read.minute)
    if expected is None:
        return refuse(no("order_no_working_day", "expected", known.name))
    if read.expected is None and read.seen is not None and read.seen != expected.day:
        return refuse(no("order_day_moved", "expected", expected.day, seen=read.seen))
    others = [order for order in repository.orders(session) if order.supplier_id == known.id]
    today = local_day(writing.at, zone)
    findings = cannot_place(read.reference, read.lines, others, expected, by_terms, today, read.reason)
    if findings:
        return refuse(*findings)
    order = Order(
        0, known.id, known.name, read.reference, read.lines, expected.day, expected.minute,
        known.terms.shelf_life_days, read.reason, writing.at, writing.actor.name,
    )  # fmt: skip
    number = repository.add_order(session, order)
    writing.log("order", number, "place", after=order_content(order), reason=read.reason)
    return {"order": number}


def expect(
    writing: Writing, order_id: int, expected: Arrival, reason: str, zone: ZoneInfo
) -> Result | Refused:  # fmt: skip
    """The rest of an order is now expected on this day."""
    order = repository.order(writing.session, order_id)
    if order is None:
        return refuse(no("order_unknown", "order", order_id))
    finding = cannot_expect(order, expected.day, local_day(writing.at, zone))
    if finding is not None:
        return refuse(finding)
    event = OrderEvent(
        EventKind.EXPECTED, expected.day, expected.minute, reason, writing.at, writing.actor.name
    )  # fmt: skip
    repository.add_event(writing.session, order.id, event)
    writing.log("order", order.id, "expect", before=arrival_content(order.arrival), after=arrival_content(expected),
                reason=reason)  # fmt: skip
    return {"order": order.id}


def close(writing: Writing, order_id: int, reason: str) -> Result | Refused:
    """Nothing more will come: cancelled when nothing came, else closed with the rest cancelled."""
    order = repository.order(writing.session, order_id)
    if order is None:
        return refuse(no("order_unknown", "order", order_id))
    if not order.state.open:
        return refuse(no("order_ended", "order", order.id, state=order.state.value))
    kind = EventKind.CANCELLED if order.state is OrderState.AWAITED else EventKind.CLOSED
    event = OrderEvent(kind, None, None, reason, writing.at, writing.actor.name)
    repository.add_event(writing.session, order.id, event)
    missing = {f"{line.brand} {line.strength}": line.outstanding for line in order.lines if line.outstanding}
    writing.log("order", order.id, kind.value, after={"missing": missing}, reason=reason)
    return {"order": order.id}


def take_in(writing: Writing, order_id: int, lot: ReadLot, place_id: int) -> Result | Refused:
    """Vials of an order that arrived: a receipt that names it, so that they are not awaited any more."""
    order = repository.order(writing.session, order_id)
    if order is None:
        return refuse(no("order_unknown", "order", order_id))
    finding = cannot_take_in(order, lot)
    if finding is not None:
        return refuse(finding)
    return ledger.receive(writing, lot, place_id, order_id=order.id)


def terms_content(terms: Terms) -> dict[str, Any]:
    """Terms as they are logged."""
    return {
        "lead_days": terms.lead_days, "cut_off_minute": terms.cut_off_minute, "weekdays": terms.weekdays,
        "country": terms.country, "subdivision": terms.subdivision, "arrival_minute": terms.arrival_minute,
        "shelf_life_days": terms.shelf_life_days,
    }  # fmt: skip


def order_content(order: Order) -> dict[str, Any]:
    """An order as it is logged."""
    return {
        "supplier": order.supplier_id, "reference": order.reference, **arrival_content(order.arrival),
        "lines": [[line.brand, line.strength.mcg, line.vials] for line in order.lines],
    }  # fmt: skip


def arrival_content(arrival: Arrival) -> dict[str, Any]:
    """An expected day as it is logged."""
    return {"expected": arrival.day.isoformat(), "minute": arrival.minute}


def _supplier(writing: Writing, supplier_id: int) -> Supplier | Refused:
    known = next((one for one in repository.suppliers(writing.session) if one.id == supplier_id), None)
    return refuse(no("order_supplier_unknown", "supplier", supplier_id)) if known is None else known
