"""Tries the acts of ordering as one kind of person, at the real service, with a supplier and an order there."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from crs_desktop.house import House
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.ordering.commands import (
    AddSupplier,
    CloseOrder,
    ExpectOrder,
    LineTyped,
    PlaceOrder,
    StateDay,
    StatePar,
    StateTerms,
    TermsTyped,
)

TERMS = TermsTyped("1", "14:00", "12345", "US", reason="contract")
LINE = LineTyped("Actemra", "400", "2")


def with_an_order(house: House, who: Actor) -> None:
    """Supplier 1 and its order 1."""
    assert not isinstance(house.orders.add_supplier(AddSupplier(_key(), "Elm Wholesale", TERMS), who), Refused)
    assert not isinstance(house.orders.place(PlaceOrder(_key(), 1, "PO-1", (LINE,)), who), Refused)


def _key() -> str:
    return uuid4().hex


ORDER_TRIES: dict[str, Callable[[House, Actor], object]] = {
    "add supplier": lambda house, who: house.orders.add_supplier(AddSupplier(_key(), "Oak Wholesale", TERMS), who),
    "state supplier terms": lambda house, who: house.orders.state_terms(StateTerms(_key(), 1, TERMS), who),
    "state closed day": lambda house, who: house.orders.state_day(
        StateDay(_key(), None, "2026-12-24", False, "closed"), who
    ),
    "state par": lambda house, who: house.orders.state_par(
        StatePar(_key(), "Actemra", "400", "4", "8", "committee"), who
    ),
    "place order": lambda house, who: house.orders.place(PlaceOrder(_key(), 1, "PO-2", (LINE,)), who),
    "expect order": lambda house, who: house.orders.expect(
        ExpectOrder(_key(), 1, "2026-12-08", "", "told by phone"), who
    ),
    "close order": lambda house, who: house.orders.close(CloseOrder(_key(), 1, "not deliverable"), who),
}
