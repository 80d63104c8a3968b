"""`stock order`: orders placed, awaited, moved to another day, closed, received, and what might be ordered."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from crs_desktop.command_line.stock_ordering import clock_text, supplier_named
from crs_desktop.command_line.stock_shared import key, moved, number_named, place_named, refused
from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.readiness.needs import needs_of
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.ordering.commands import CloseOrder, ExpectOrder, LineTyped, PlaceOrder
from crs_desktop.stock.ordering.deliveries import coming
from crs_desktop.stock.ordering.model import Order, Proposal

if TYPE_CHECKING:
    from crs_desktop.house import House

_LINE = re.compile(r"(?P<brand>[^:=]+):(?P<mg>[^:=]+)=(?P<vials>.+)")


def tell(world: World) -> Told:
    """Do what was named, and say how the orders stand."""
    acts: dict[str, Callable[[World, House], Told]] = {
        "place": _place, "list": _list, "propose": _propose, "expect": _expect, "close": _close, "receive": _receive,
    }  # fmt: skip
    with world.house() as house:
        return acts[world.options.act](world, house)


def _place(world: World, house: House) -> Told:
    options = world.options
    command = PlaceOrder(
        key(world), supplier_named(house, options.supplier).id, options.reference, tuple(map(_line, options.lines)),
        options.expected, options.time, options.reason,
    )  # fmt: skip
    return _told(house.orders.place(command, world.actor), house)


def _expect(world: World, house: House) -> Told:
    options = world.options
    number = number_named(options.order, "order")
    command = ExpectOrder(key(world), number, options.expected, options.time, options.reason)
    return _told(house.orders.expect(command, world.actor), house)


def _close(world: World, house: House) -> Told:
    options = world.options
    command = CloseOrder(key(world), number_named(options.order, "order"), options.reason)
    return _told(house.orders.close(command, world.actor), house)


def _receive(world: World, house: House) -> Told:
    options = world.options
    place = place_named(house, options.place)
    command = ReceiveLot(
        key(world), options.brand, options.mg, options.lot, options.expires, options.vials, place.id
    )  # fmt: skip
    return moved(house.orders.receive(number_named(options.order, "order"), command, world.actor), world, house)


def _list(world: World, house: House) -> Told:
    found = [order for order in house.orders.orders() if world.options.all or order.state.open]
    counted = _counted(house)
    said = [_line_of(order, counted) for order in found] or [one_line(term("cl_order_none"))]
    document: dict[str, Json] = {"done": "order", "orders": [_entry(order, house, counted) for order in found]}
    return Told(Answer(document, ExitStatus.YES), "\n".join(said))


def _propose(_world: World, house: House) -> Told:
    found = house.orders.picture(needs_of(house.readiness.board())).proposals
    said = [_proposal_line(line) for line in found] or [one_line(term("cl_order_nothing_proposed"))]
    document: dict[str, Json] = {"done": "order", "proposed": [_proposal_entry(line) for line in found]}
    return Told(Answer(document, ExitStatus.YES), "\n".join(said))


def _line(text: str) -> LineTyped:
    match = _LINE.fullmatch(text)
    if match is None:
        raise NotUnderstood(no("cl_order_line", "line", text))
    return LineTyped(match["brand"], match["mg"], match["vials"])


def _told(answer: Order | Refused, house: House) -> Told:
    if isinstance(answer, Refused):
        return refused(answer.findings)
    counted = _counted(house)
    document: dict[str, Json] = {"done": "order", "orders": [_entry(answer, house, counted)]}
    return Told(Answer(document, ExitStatus.YES), _line_of(answer, counted))


def _counted(house: House) -> frozenset[int]:
    """The orders of which something counts for the board."""
    there = coming(house.orders.deliveries(), house.clock.now(), house.zone)
    return frozenset(item.order_id for item in there if item.good_until is not None)


def _entry(order: Order, house: House, counted: frozenset[int]) -> dict[str, Json]:
    there = order.arrival
    return {
        "order": order.id, "supplier": order.supplier, "reference": order.reference, "state": order.state.value,
        "placed": instant_entry(order.at, house.zone), "by": order.actor, "expected": there.day.isoformat(),
        "time": clock_text(there.minute), "shelf_life_days": order.shelf_life_days, "counts": order.id in counted,
        "lines": [
            {
                "brand": line.brand, "mg": plain(line.strength.mg), "vials": line.vials, "received": line.received,
                "outstanding": line.outstanding if order.state.open else 0,
            }
            for line in order.lines
        ],
    }  # fmt: skip


def _line_of(order: Order, counted: frozenset[int]) -> str:
    vials = ", ".join(f"{line.received}/{line.vials} x {line.brand} {line.strength}" for line in order.lines)
    code = "cl_order_counts" if order.id in counted else "cl_order_does_not_count"
    code = code if order.state.open else "cl_order_ended"
    return one_line(
        term(code, order.id, supplier=order.supplier, reference=order.reference, vials=vials, state=order.state.value,
             day=order.arrival.day.isoformat())
    )  # fmt: skip


def _proposal_entry(line: Proposal) -> dict[str, Json]:
    return {
        "brand": line.brand, "mg": plain(line.strength.mg), "vials": line.vials, "below_par": line.short,
        "board_needs": line.needed, "by": None if line.by is None else line.by.isoformat(), "usable": line.usable,
        "coming": line.coming, "least": line.least, "target": line.target,
    }  # fmt: skip


def _proposal_line(line: Proposal) -> str:
    return one_line(
        term("cl_order_proposed", line.vials, brand=line.brand, strength=line.strength, needed=line.needed,
             short=line.short, usable=line.usable, coming=line.coming)
    )  # fmt: skip
