"""Use cases of ordering: suppliers and their days, par levels, a proposal, orders and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.entry import read_count, read_day, read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.policy.service import policy_on
from crs_desktop.stock import repository as shelves
from crs_desktop.stock.commands import ReceiveLot, read_brand, read_receipt, read_strength
from crs_desktop.stock.model import Movement
from crs_desktop.stock.ordering import acts, repository
from crs_desktop.stock.ordering.calendar import Arrival, arrival_of, closed_ahead
from crs_desktop.stock.ordering.commands import (
    MOST_VIALS,
    AddSupplier,
    CloseOrder,
    ExpectOrder,
    PlaceOrder,
    StateDay,
    StatePar,
    StateTerms,
    read_minute,
    read_order,
    read_terms,
)
from crs_desktop.stock.ordering.deliveries import Delivery, coming, overdue
from crs_desktop.stock.ordering.model import Need, Order, OrderPicture, Par, Standing, Supplier
from crs_desktop.stock.ordering.rules import proposals
from crs_desktop.stock.rules import shelf, totals
from crs_desktop.store.store import Request, Result, Store, Writing

_TOPICS = [Topic.STOCK, Topic.READINESS]
_AHEAD = 30  # days of a supplier that are looked at for closed ones
_Work = Callable[[Writing], Result | Refused]


class OrderBook:
    """What the pharmacy orders, from whom, and what is still to come."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone, for writing instants."""
        return self._zone

    # --- reading ---

    def picture(self, needs: Sequence[Need] = ()) -> OrderPicture:
        """Suppliers, par levels, proposal and orders as they stand now; `needs` is what the board asks for."""
        now = self._store.clock.now()
        today = local_day(now, self._zone)
        with self._store.read() as session:
            policy = policy_on(session, today)
            margin = timedelta(days=policy.whole("expiry_margin"))
            lines = shelf(shelves.on_hand(session), shelves.earmarks(session), today, margin, policy.counted_reach)
            levels, owed = repository.pars(session), repository.deliveries(session)
            proposed = proposals(levels, totals(lines), coming(owed, now, self._zone), needs)
            standing = tuple(self._standing(one, now) for one in repository.suppliers(session))
            return OrderPicture(
                now, today, standing, tuple(repository.stated_days(session)), tuple(levels),
                tuple(repository.orders(session)), tuple(proposed), tuple(overdue(owed, now, self._zone)),
                tuple(item for item in owed if item.here and not item.overdue(today)),
            )  # fmt: skip

    def suppliers(self) -> list[Supplier]:
        """Every supplier by name."""
        with self._store.read() as session:
            return repository.suppliers(session)

    def pars(self) -> list[Par]:
        """The par levels that hold."""
        with self._store.read() as session:
            return repository.pars(session)

    def orders(self) -> list[Order]:
        """Every order, the newest first."""
        with self._store.read() as session:
            return repository.orders(session)

    def order(self, order_id: int) -> Order:
        """One order as it stands now. Raises LookupError for an unknown one."""
        with self._store.read() as session:
            found = repository.order(session, order_id)
        if found is None:
            raise LookupError(f"order {order_id}")
        return found

    def deliveries(self, as_of: datetime | None = None) -> list[Delivery]:
        """What orders still owed at an instant (now unless told), overdue ones among them."""
        with self._store.read() as session:
            return repository.deliveries(session, as_of)

    def arrival(self, supplier_id: int) -> Arrival | None:
        """When an order placed now would arrive by the terms; None where nothing does."""
        known = next((one for one in self.suppliers() if one.id == supplier_id), None)
        return None if known is None else arrival_of(self._store.clock.now(), known.terms, known.calendar, self._zone)

    def _standing(self, supplier: Supplier, now: datetime) -> Standing:
        closed = closed_ahead(supplier.calendar, local_day(now, self._zone), _AHEAD)
        return Standing(supplier, arrival_of(now, supplier.terms, supplier.calendar, self._zone), tuple(closed))

    # --- suppliers and days ---

    def add_supplier(self, command: AddSupplier, actor: Actor) -> Supplier | Refused:
        """A new supplier with its terms."""
        name, read = read_name(command.name, "name"), read_terms(command.terms)
        if isinstance(name, Finding) or isinstance(read, Refused):
            more = read.findings if isinstance(read, Refused) else ()
            return refuse(*((name,) if isinstance(name, Finding) else ()), *more)
        terms, reason = read
        content = {"name": name, **acts.terms_content(terms), "reason": reason}
        request = Request(command.request_id, "add supplier", content)
        return self._supplied(request, actor, lambda writing: acts.add_supplier(writing, name, terms, reason))

    def state_terms(self, command: StateTerms, actor: Actor) -> Supplier | Refused:
        """Other terms of a supplier; the reason is needed, since days already counted on may rest on the old ones."""
        read = read_terms(command.terms)
        if isinstance(read, Refused):
            return read
        terms, reason = read
        if not reason:
            return refuse(no("text_missing", "reason"))
        content = {"supplier": command.supplier_id, **acts.terms_content(terms), "reason": reason}
        request = Request(command.request_id, "state supplier terms", content)
        return self._supplied(
            request, actor, lambda writing: acts.state_terms(writing, command.supplier_id, terms, reason)
        )

    def state_day(self, command: StateDay, actor: Actor) -> Result | Refused:
        """A day on which a supplier or the pharmacy is closed, or open after all."""
        day, reason = read_day(command.day, "day"), read_text(command.reason, "reason")
        findings = [item for item in (day, reason) if isinstance(item, Finding)]
        if isinstance(day, Finding) or isinstance(reason, Finding):
            return refuse(*findings)
        content = {
            "supplier": command.supplier_id, "day": day.isoformat(), "open": command.open, "reason": reason,
        }  # fmt: skip
        request = Request(command.request_id, "state closed day", content)
        return self._store.perform(
            request, actor, _TOPICS,
            lambda writing: acts.state_day(writing, command.supplier_id, day, command.open, reason),
        )  # fmt: skip

    # --- par levels ---

    def state_par(self, command: StatePar, actor: Actor) -> Result | Refused:
        """The least and the target of a brand and strength; 0 and 0 ends it."""
        brand, strength = read_brand(command.brand), read_strength(command.strength_mg)
        least = read_count(command.least, "least", 0, MOST_VIALS)
        target = read_count(command.target, "target", 0, MOST_VIALS)
        reason = read_text(command.reason, "reason")
        findings = [item for item in (brand, strength, least, target, reason) if isinstance(item, Finding)]
        if isinstance(least, int) and isinstance(target, int) and target < least:
            findings.append(no("order_par_target", "target", target, least=least))
        if findings:
            return refuse(*findings)
        assert isinstance(brand, str) and not isinstance(strength, Finding) and isinstance(reason, str)
        assert isinstance(least, int) and isinstance(target, int)
        content = {
            "brand": brand, "strength": strength.mcg, "least": least, "target": target, "reason": reason,
        }  # fmt: skip
        request = Request(command.request_id, "state par", content)

        def work(writing: Writing) -> Result | Refused:
            par = Par(brand, strength, least, target, reason, writing.at, writing.actor.name)
            return acts.state_par(writing, par)

        return self._store.perform(request, actor, _TOPICS, work)

    # --- orders ---

    def place(self, command: PlaceOrder, actor: Actor) -> Order | Refused:
        """An order that was placed with a supplier."""
        read = read_order(command)
        if isinstance(read, Refused):
            return read
        content = {
            "supplier": command.supplier_id, "reference": read.reference, "reason": read.reason,
            "lines": [[line.brand, line.strength.mcg, line.vials] for line in read.lines],
            "seen": None if read.seen is None else read.seen.isoformat(),
            "expected": None if read.expected is None else read.expected.isoformat(), "minute": read.minute,
        }  # fmt: skip
        request = Request(command.request_id, "place order", content)
        return self._ordered(request, actor, lambda writing: acts.place(writing, command.supplier_id, read, self._zone))

    def expect(self, command: ExpectOrder, actor: Actor) -> Order | Refused:
        """What is still to come of an order is expected on this day."""
        day, minute = read_day(command.expected, "expected"), read_minute(command.expected_time, "expected_time")
        reason = read_text(command.reason, "reason")
        if isinstance(day, Finding) or isinstance(minute, Finding) or isinstance(reason, Finding):
            return refuse(*(item for item in (day, minute, reason) if isinstance(item, Finding)))
        content = {"order": command.order_id, "expected": day.isoformat(), "minute": minute, "reason": reason}
        request = Request(command.request_id, "expect order", content)
        expected = Arrival(day, minute)
        return self._ordered(
            request, actor, lambda writing: acts.expect(writing, command.order_id, expected, reason, self._zone)
        )

    def close(self, command: CloseOrder, actor: Actor) -> Order | Refused:
        """Nothing more of an order will come."""
        reason = read_text(command.reason, "reason")
        if isinstance(reason, Finding):
            return refuse(reason)
        request = Request(command.request_id, "close order", {"order": command.order_id, "reason": reason})
        return self._ordered(request, actor, lambda writing: acts.close(writing, command.order_id, reason))

    def receive(self, order_id: int, command: ReceiveLot, actor: Actor) -> Movement | Refused:
        """Take vials of an order into the ledger."""
        receipt = read_receipt(command, local_day(self._store.clock.now(), self._zone))
        if isinstance(receipt, Refused):
            return receipt
        content = {
            "order": order_id, "brand": receipt.brand, "strength": receipt.strength.mcg, "lot": receipt.number,
            "expires": receipt.expires.isoformat(), "vials": receipt.vials, "place": command.place_id,
        }  # fmt: skip
        request = Request(command.request_id, "receive lot", content)
        result = self._store.perform(
            request, actor, _TOPICS, lambda writing: acts.take_in(writing, order_id, receipt, command.place_id)
        )
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            moved = shelves.movement(session, result["movement"])
        assert moved is not None
        return moved

    def _supplied(self, request: Request, actor: Actor, work: _Work) -> Supplier | Refused:
        result = self._store.perform(request, actor, _TOPICS, work)
        if isinstance(result, Refused):
            return result
        return next(one for one in self.suppliers() if one.id == result["supplier"])

    def _ordered(self, request: Request, actor: Actor, work: _Work) -> Order | Refused:
        result = self._store.perform(request, actor, _TOPICS, work)
        if isinstance(result, Refused):
            return result
        return self.order(result["order"])
