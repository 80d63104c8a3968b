"""Rows of suppliers, par levels and orders in, models out; with `as_of` as they stood at an instant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, column, func, select, table
from sqlalchemy.orm import Session

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.clock import from_milliseconds, to_milliseconds
from crs_desktop.stock.model import MovementKind
from crs_desktop.stock.ordering.calendar import Calendar, Terms
from crs_desktop.stock.ordering.deliveries import Delivery, Receipt, here_already
from crs_desktop.stock.ordering.model import EventKind, Order, OrderEvent, OrderLine, Par, StatedDay, Supplier
from crs_desktop.stock.ordering.tables import (
    ClosedDayTable,
    OrderEventTable,
    OrderLineTable,
    OrderTable,
    ParTable,
    SupplierTable,
    SupplierTermsTable,
)

# The ledger is another room's; of its lines only those of an order are looked at.
_moved = table("movements", *(column(name) for name in ("id", "lot_id", "vials", "kind", "order_id", "reverses", "at")))
_lots = table("lots", column("id"), column("brand"), column("strength"))
# A day that lies so far before an instant of UTC has passed in every zone.
_LATE_ANYWHERE = timedelta(days=2)
_UNNAMED = (MovementKind.RECEIVE.value, MovementKind.COUNT.value)
_Received = tuple[Counter[tuple[str, int]], datetime]


def suppliers(session: Session, as_of: datetime | None = None) -> list[Supplier]:
    """Every supplier by name, with the terms and days that held."""
    stated = stated_days(session, as_of)
    rows = session.scalars(_until(select(SupplierTermsTable).order_by(SupplierTermsTable.id), as_of))
    terms = {row.supplier_id: row for row in rows}
    found = session.scalars(select(SupplierTable).order_by(SupplierTable.name))
    return [_supplier(row, terms[row.id], stated) for row in found if row.id in terms]


def stated_days(session: Session, as_of: datetime | None = None) -> list[StatedDay]:
    """What was said last of each day that somebody said something of, by day."""
    rows = session.scalars(_until(select(ClosedDayTable).order_by(ClosedDayTable.id), as_of))
    last = {(row.supplier_id, row.day): row for row in rows}
    return sorted(
        (StatedDay(row.supplier_id, row.day, bool(row.open), row.reason, row.at, row.actor) for row in last.values()),
        key=lambda stated: (stated.day, stated.supplier_id or 0),
    )


def pars(session: Session, as_of: datetime | None = None) -> list[Par]:
    """The par level of each brand and strength that holds, the strongest first; 0 and 0 ends one."""
    rows = session.scalars(_until(select(ParTable).order_by(ParTable.id), as_of))
    last = {(row.brand, -row.strength.mcg): row for row in rows}
    found = [last[key] for key in sorted(last) if last[key].target]
    return [Par(row.brand, row.strength, row.least, row.target, row.reason, row.at, row.actor) for row in found]


def orders(session: Session, as_of: datetime | None = None, ids: Collection[int] | None = None) -> list[Order]:
    """Every order (or those named) with what came of it, the newest first."""
    query = _until(select(OrderTable).order_by(OrderTable.id.desc()), as_of)
    if ids is not None:
        query = query.where(OrderTable.id.in_(ids))
    rows = list(session.scalars(query))
    names = {row.id: row.name for row in session.scalars(select(SupplierTable))}
    lines = _lines(session, ids)
    events = _events(session, as_of, ids)
    came = _received(session, as_of, ids)
    return [_order(row, names[row.supplier_id], lines[row.id], events[row.id], came.get(row.id)) for row in rows]


def order(session: Session, order_id: int) -> Order | None:
    """One order."""
    return next(iter(orders(session, ids=[order_id])), None)


def deliveries(session: Session, as_of: datetime | None = None) -> list[Delivery]:
    """What orders still owe, the earliest first: never what came already, nothing of an order that has ended.

    Overdue ones are among them, and vials that may be here: `ordering.deliveries.coming` takes out what must not be
    counted on.
    """
    awaited = orders(session, as_of, _awaited(session, as_of))
    owed = [(order.stated_at, item) for order in awaited for item in order.deliveries()]
    owed.sort(key=lambda one: (one[1].day, one[1].order_id, one[1].brand, -one[1].strength.mcg))
    receipts = _without_order(session, owed, as_of)
    return [here_already(item, since, receipts) for since, item in owed]


def add_supplier(session: Session, name: str, at: datetime, actor: str) -> int:
    """A new supplier; answers its id."""
    row = SupplierTable(name=name, at=at, actor=actor)
    session.add(row)
    session.flush()
    return row.id


def add_terms(session: Session, supplier_id: int, terms: Terms, reason: str, at: datetime, actor: str) -> None:
    """Terms that hold from now on."""
    session.add(
        SupplierTermsTable(
            supplier_id=supplier_id, lead_days=terms.lead_days, cut_off_minute=terms.cut_off_minute,
            arrival_minute=terms.arrival_minute, weekdays=terms.weekdays, country=terms.country,
            subdivision=terms.subdivision, shelf_life_days=terms.shelf_life_days, reason=reason, at=at, actor=actor,
        )
    )  # fmt: skip
    session.flush()


def add_stated_day(session: Session, stated: StatedDay) -> None:
    """A day that is otherwise than the calendar says."""
    session.add(
        ClosedDayTable(
            supplier_id=stated.supplier_id, day=stated.day, open=int(stated.open), reason=stated.reason,
            at=stated.at, actor=stated.actor,
        )
    )  # fmt: skip
    session.flush()


def add_par(session: Session, par: Par) -> None:
    """A par level that holds from now on."""
    session.add(
        ParTable(
            brand=par.brand, strength=par.strength, least=par.least, target=par.target, reason=par.reason, at=par.at,
            actor=par.actor,
        )
    )  # fmt: skip
    session.flush()


def add_order(session: Session, order: Order) -> int:
    """An order that was placed; answers its id."""
    row = OrderTable(
        supplier_id=order.supplier_id, reference=order.reference, expected=order.expected,
        expected_minute=order.expected_minute, shelf_life_days=order.shelf_life_days, note=order.note, at=order.at,
        actor=order.actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for line in order.lines:
        session.add(OrderLineTable(order_id=row.id, brand=line.brand, strength=line.strength, vials=line.vials))
    session.flush()
    return row.id


def add_event(session: Session, order_id: int, event: OrderEvent) -> None:
    """What became of an order."""
    session.add(
        OrderEventTable(
            order_id=order_id, kind=event.kind.value, expected=event.expected, expected_minute=event.minute,
            reason=event.reason, at=event.at, actor=event.actor,
        )
    )  # fmt: skip
    session.flush()


def _until(query: Select[Any], as_of: datetime | None) -> Select[Any]:
    """The rows that were there at an instant."""
    if as_of is None:
        return query
    asked = query.column_descriptions[0]["entity"]
    return query.where(asked.at <= as_of)


def _supplier(row: SupplierTable, terms: SupplierTermsTable, stated: Iterable[StatedDay]) -> Supplier:
    mine = [item for item in stated if item.supplier_id == row.id]
    calendar = Calendar(
        terms.weekdays, terms.country, terms.subdivision,
        frozenset(item.day for item in mine if not item.open),
        frozenset(item.day for item in mine if item.open),
        frozenset(item.day for item in stated if item.supplier_id is None and not item.open),
    )  # fmt: skip
    agreed = Terms(
        terms.lead_days, terms.cut_off_minute, terms.weekdays, terms.country, terms.subdivision, terms.arrival_minute,
        terms.shelf_life_days,
    )  # fmt: skip
    return Supplier(row.id, row.name, agreed, calendar, terms.reason, terms.at, terms.actor)


def _order(
    row: OrderTable, name: str, lines: list[OrderLineTable], events: list[OrderEvent], came: _Received | None
) -> Order:
    received, last = (Counter[tuple[str, int]](), None) if came is None else came
    ordered = tuple(
        OrderLine(line.brand, line.strength, line.vials, received[line.brand, line.strength.mcg]) for line in lines
    )
    return Order(
        row.id, row.supplier_id, name, row.reference, ordered, row.expected, row.expected_minute, row.shelf_life_days,
        row.note, row.at, row.actor, tuple(events), last,
    )  # fmt: skip


def _without_order(
    session: Session, owed: Sequence[tuple[datetime, Delivery]], as_of: datetime | None
) -> list[Receipt]:
    """Vials that came without an order since the oldest delivery was stated that is not overdue by now anyway.

    Also those that a count found too many: they may have been put on the shelf before anybody wrote them down.
    """
    until = session.scalar(select(func.max(_moved.c.at))) if as_of is None else to_milliseconds(as_of)
    if until is None:
        return []
    late = from_milliseconds(until).date() - _LATE_ANYWHERE
    awaited = [since for since, item in owed if item.dated and item.day >= late]
    if not awaited:
        return []
    back = _moved.alias("back")
    query = (
        select(_lots.c.brand, _lots.c.strength, _moved.c.vials, _moved.c.at)
        .join(_lots, _lots.c.id == _moved.c.lot_id)
        .outerjoin(back, and_(back.c.reverses == _moved.c.id, back.c.at <= until))
        .where(_moved.c.at > to_milliseconds(min(awaited)), _moved.c.at <= until, _moved.c.order_id.is_(None))
        .where(_moved.c.kind.in_(_UNNAMED), _moved.c.vials > 0, back.c.id.is_(None))
        .order_by(_moved.c.id)
    )
    return [
        Receipt(brand, Mass(strength), vials, from_milliseconds(at))
        for brand, strength, vials, at in session.execute(query)
    ]


def _awaited(session: Session, as_of: datetime | None) -> set[int]:
    """The orders of which something is still to come: few of many, so that a board reads no others."""
    ends = [kind.value for kind in EventKind if kind is not EventKind.EXPECTED]
    ended = _until(select(OrderEventTable), as_of).where(OrderEventTable.kind.in_(ends))
    query = (
        _until(select(OrderTable), as_of)
        .join(OrderLineTable, OrderLineTable.order_id == OrderTable.id)
        .where(OrderTable.id.not_in(ended.with_only_columns(OrderEventTable.order_id)))
        .with_only_columns(OrderTable.id, OrderLineTable.brand, OrderLineTable.strength, OrderLineTable.vials)
    )
    came = _received(session, as_of, None)
    return {
        number
        for number, brand, strength, vials in session.execute(query)
        if number not in came or came[number][0][brand, strength.mcg] < vials
    }


def _lines(session: Session, ids: Collection[int] | None) -> defaultdict[int, list[OrderLineTable]]:
    query = select(OrderLineTable).order_by(OrderLineTable.brand, OrderLineTable.strength.desc())
    if ids is not None:
        query = query.where(OrderLineTable.order_id.in_(ids))
    found: defaultdict[int, list[OrderLineTable]] = defaultdict(list)
    for line in session.scalars(query):
        found[line.order_id].append(line)
    return found


def _events(
    session: Session, as_of: datetime | None, ids: Collection[int] | None
) -> defaultdict[int, list[OrderEvent]]:
    query = _until(select(OrderEventTable).order_by(OrderEventTable.id), as_of)
    if ids is not None:
        query = query.where(OrderEventTable.order_id.in_(ids))
    found: defaultdict[int, list[OrderEvent]] = defaultdict(list)
    for row in session.scalars(query):
        event = OrderEvent(EventKind(row.kind), row.expected, row.expected_minute, row.reason, row.at, row.actor)
        found[row.order_id].append(event)
    return found


def _received(session: Session, as_of: datetime | None, ids: Collection[int] | None) -> dict[int, _Received]:
    """By order what came, with the instant of the last of it; what was reversed never came."""
    back = _moved.alias("back")
    until = None if as_of is None else to_milliseconds(as_of)
    later = back.c.reverses == _moved.c.id
    query = (
        select(_moved.c.order_id, _lots.c.brand, _lots.c.strength, func.sum(_moved.c.vials), func.max(_moved.c.at))
        .join(_lots, _lots.c.id == _moved.c.lot_id)
        .outerjoin(back, later if until is None else and_(later, back.c.at <= until))
        .where(_moved.c.order_id.is_not(None), _moved.c.kind == MovementKind.RECEIVE.value, back.c.id.is_(None))
        .group_by(_moved.c.order_id, _lots.c.brand, _lots.c.strength)
    )
    if until is not None:
        query = query.where(_moved.c.at <= until)
    if ids is not None:
        query = query.where(_moved.c.order_id.in_(ids))
    found: dict[int, _Received] = {}
    for number, brand, strength, vials, at in session.execute(query):
        so_far, last = found.get(number, (Counter[tuple[str, int]](), from_milliseconds(at)))
        so_far[brand, Mass(strength).mcg] += vials
        found[number] = so_far, max(last, from_milliseconds(at))
    return found
