"""Nouns of ordering: who delivers on which terms, what should be there, what was ordered and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from crs_desktop.kernel.amounts import Mass
from crs_desktop.stock.ordering.calendar import Arrival, Calendar, Terms
from crs_desktop.stock.ordering.deliveries import Delivery


@dataclass(frozen=True, slots=True)
class Supplier:
    """Somebody who delivers vials, with the terms and the days that hold now."""

    id: int
    name: str
    terms: Terms
    calendar: Calendar
    reason: str
    since: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class StatedDay:
    """A day on which a supplier (without one: the pharmacy) is closed, or open although its calendar says closed."""

    supplier_id: int | None
    day: date
    open: bool
    reason: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Par:
    """Below `least` vials of a brand and strength more are ordered, up to `target`."""

    brand: str
    strength: Mass
    least: int
    target: int
    reason: str
    at: datetime
    actor: str

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.target:
            raise ValueError("the target is at least the least")


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Vials of one brand and strength that were ordered, and how many of them came."""

    brand: str
    strength: Mass
    vials: int
    received: int = 0

    @property
    def outstanding(self) -> int:
        """Vials that have not come; none when more came than were ordered."""
        return max(0, self.vials - self.received)


class EventKind(Enum):
    """What became of an order."""

    EXPECTED = "expected"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """Expected on another day, closed with the rest cancelled, or cancelled before anything came."""

    kind: EventKind
    expected: date | None
    minute: int | None
    reason: str
    at: datetime
    actor: str


class OrderState(Enum):
    """Where an order stands."""

    AWAITED = "awaited"
    PART = "part"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def open(self) -> bool:
        """True while vials may still come."""
        return self in (OrderState.AWAITED, OrderState.PART)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands: what was ordered, what came, and the day on which the rest is expected."""

    id: int
    supplier_id: int
    supplier: str
    reference: str
    lines: tuple[OrderLine, ...]
    expected: date
    expected_minute: int | None
    shelf_life_days: int | None
    note: str
    at: datetime
    actor: str
    events: tuple[OrderEvent, ...] = ()
    last_receipt: datetime | None = None

    @property
    def state(self) -> OrderState:
        """What was said of it last, else what came of it."""
        ends = {EventKind.CLOSED: OrderState.CLOSED, EventKind.CANCELLED: OrderState.CANCELLED}
        ended = [ends[event.kind] for event in self.events if event.kind in ends]
        if ended:
            return ended[-1]
        if not any(line.outstanding for line in self.lines):
            return OrderState.RECEIVED
        return OrderState.PART if any(line.received for line in self.lines) else OrderState.AWAITED

    @property
    def arrival(self) -> Arrival:
        """The day that was stated last."""
        stated = self._stated()
        if stated is None or stated.expected is None:
            return Arrival(self.expected, self.expected_minute)
        return Arrival(stated.expected, stated.minute)

    @property
    def dated(self) -> bool:
        """False once part has come and nobody has said since when the rest will: the day was that of the part."""
        return self.last_receipt is None or self.last_receipt <= self.stated_at

    @property
    def stated_at(self) -> datetime:
        """When the day on which it is expected was said last."""
        stated = self._stated()
        return self.at if stated is None else stated.at

    def deliveries(self) -> tuple[Delivery, ...]:
        """What is still to come of it."""
        if not self.state.open:
            return ()
        day, minute = self.arrival.day, self.arrival.minute
        good_until = None if self.shelf_life_days is None else day + timedelta(days=self.shelf_life_days)
        return tuple(
            Delivery(
                self.id, self.supplier, line.brand, line.strength, line.outstanding, day, minute, good_until, self.dated
            )
            for line in self.lines
            if line.outstanding
        )

    def _stated(self) -> OrderEvent | None:
        stated = [event for event in self.events if event.kind is EventKind.EXPECTED]
        return stated[-1] if stated else None


@dataclass(frozen=True, slots=True)
class Need:
    """Vials that the board would have ordered so that everybody is ready, by the first day on which they must count."""

    brand: str
    strength: Mass
    vials: int
    by: date


@dataclass(frozen=True, slots=True)
class Proposal:
    """What might be ordered of a brand and strength, and why.

    `usable` are the vials that count now, `coming` those of orders that count; `short` is what lifts them to the target
    when they are below the least, `needed` what the board asks for.
    """

    brand: str
    strength: Mass
    least: int | None
    target: int | None
    usable: int
    coming: int
    short: int
    needed: int
    by: date | None

    @property
    def vials(self) -> int:
        """The larger of the two: vials bought for the board also fill the shelf."""
        return max(self.short, self.needed)


@dataclass(frozen=True, slots=True)
class Standing:
    """A supplier as it stands today: when an order placed now arrives, and which of its days ahead it is closed."""

    supplier: Supplier
    arrival: Arrival | None
    closed: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class OrderPicture:
    """Everything the page of orders shows, read in one moment."""

    now: datetime
    today: date
    standing: tuple[Standing, ...]
    stated_days: tuple[StatedDay, ...]
    pars: tuple[Par, ...]
    orders: tuple[Order, ...]
    proposals: tuple[Proposal, ...]
    overdue: tuple[Delivery, ...]
    here: tuple[Delivery, ...]
