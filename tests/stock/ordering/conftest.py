"""A pharmacy with one place, a clock that can be turned, and a supplier, in a real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from shutil import copyfile

import pytest

from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.model import Movement
from crs_desktop.stock.ordering.commands import (
    AddSupplier,
    CloseOrder,
    ExpectOrder,
    LineTyped,
    PlaceOrder,
    StatePar,
    TermsTyped,
)
from crs_desktop.stock.ordering.model import Order
from crs_desktop.stock.ordering.service import OrderBook
from crs_desktop.stock.service import StockLedger
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Store
from tests.stock.conftest import WEBER, ZONE
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.turned_clock import TurnedClock

TERMS = TermsTyped("1", "14:00", "12345", "US", "", "08:00", "180", "contract")
FOUR = (LineTyped("Actemra", "400", "4"),)


@dataclass
class Site:
    """The book of orders under test with short words for its acts. It opens on Wed 2 Dec 2026, 03:30 there."""

    store: Store
    clock: TurnedClock
    book: OrderBook
    ledger: StockLedger
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def key(self) -> str:
        return f"request-{next(self.numbers)}"

    def later(self, **span: float) -> None:
        self.clock.turn(**span)

    def place(
        self, lines: tuple[LineTyped, ...] = FOUR, *, reference: str = "", expected: str = "", time: str = "",
        reason: str = "", seen: str = "",
    ) -> Order | Refused:  # fmt: skip
        made = PlaceOrder(self.key(), 1, reference or f"PO-{next(self.numbers)}", lines, expected, time, reason, seen)
        return self.book.place(made, WEBER)

    def placed(self, *lines: LineTyped, expected: str = "", reason: str = "") -> Order:
        made = self.place(lines or FOUR, expected=expected, reason=reason)
        assert isinstance(made, Order), made
        return made

    def receive(self, order: Order, vials: int, *, mg: str = "400", lot: str = "B7101") -> Movement | Refused:
        command = ReceiveLot(self.key(), "Actemra", mg, lot, "2027-06-30", str(vials), 1)
        return self.book.receive(order.id, command, WEBER)

    def came(self, order: Order, vials: int, *, mg: str = "400", lot: str = "B7101") -> Movement:
        moved = self.receive(order, vials, mg=mg, lot=lot)
        assert isinstance(moved, Movement), moved
        return moved

    def expect(self, order: Order, day: str, time: str = "", reason: str = "told by phone") -> Order | Refused:
        return self.book.expect(ExpectOrder(self.key(), order.id, day, time, reason), WEBER)

    def close(self, order: Order, reason: str = "not deliverable") -> Order | Refused:
        return self.book.close(CloseOrder(self.key(), order.id, reason), WEBER)

    def par(self, mg: str, least: str, target: str) -> object:
        return self.book.state_par(StatePar(self.key(), "Actemra", mg, least, target, "committee"), WEBER)


@pytest.fixture
def site(tmp_path: Path, empty_store: Path) -> Iterator[Site]:
    clock = TurnedClock()
    copyfile(empty_store, tmp_path / "t.crs")
    store = open_store(tmp_path / "t.crs", clock, ChangeFeed(), KEYS, ANYBODY)
    made = Site(store, clock, OrderBook(store, ZONE), StockLedger(store, ZONE))
    made.ledger.add_place("place", "Main pharmacy", "15", WEBER)
    assert not isinstance(made.book.add_supplier(AddSupplier("supplier", "Elm Wholesale", TERMS), WEBER), Refused)
    made.later(minutes=1)
    yield made
    store.close()
