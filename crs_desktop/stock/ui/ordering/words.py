"""Facts of ordering as short words, and the shape of each state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.days import day_text, weekday_text
from crs_desktop.stock.ordering.calendar import Arrival, Terms
from crs_desktop.stock.ordering.deliveries import Delivery
from crs_desktop.stock.ordering.model import Order, OrderPicture, OrderState, Proposal, Standing

_WEEKDAYS = tuple(weekday_text(date(2024, 1, day)) for day in range(1, 8))  # it began on a Monday


def minute_text(minute: int) -> str:
    """'14:00'."""
    return f"{minute // 60:02}:{minute % 60:02}"


def arrival_text(arrival: Arrival | None) -> str:
    """'Wed 25 Nov by 08:00', or that nothing arrives."""
    if arrival is None:
        return tr("nothing arrives")
    day = day_text(arrival.day)
    if arrival.minute is None:
        return day
    return tr("{day} by {time}").format(day=day, time=minute_text(arrival.minute))


def weekdays_text(weekdays: str) -> str:
    """'Mon to Fri', or the days one by one."""
    days = sorted({int(digit) for digit in weekdays})
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return tr("{first} to {last}").format(first=_WEEKDAYS[days[0] - 1], last=_WEEKDAYS[days[-1] - 1])
    return ", ".join(_WEEKDAYS[day - 1] for day in days)


def calendar_text(terms: Terms) -> str:
    """'Mon to Fri, holidays of US NY'."""
    where = " ".join(filter(None, (terms.country, terms.subdivision)))
    return tr("{weekdays}, holidays of {where}").format(weekdays=weekdays_text(terms.weekdays), where=where)


def terms_text(terms: Terms) -> str:
    """'ordered by 14:00, 1 working day'."""
    days = tr("1 working day") if terms.lead_days == 1 else tr("{days} working days").format(days=terms.lead_days)
    lead = days if terms.lead_days else tr("the same day")
    return tr("ordered by {time}: {lead}").format(time=minute_text(terms.cut_off_minute), lead=lead)


def life_text(days: int | None) -> str:
    """'shelf life 180 days', or that none is guaranteed."""
    return tr("no shelf life guaranteed") if days is None else tr("shelf life {days} days").format(days=days)


def days_text(days: int | None) -> str:
    """'180 days', or 'none'."""
    return tr("none") if days is None else tr("{days} days").format(days=days)


def closed_text(standing: Standing) -> str:
    """'Thu 26 Nov Thanksgiving Day, Fri 25 Dec Christmas Day', or that no day is closed."""
    said = [f"{day_text(day)} {name}".strip() for day, name in standing.closed]
    return ", ".join(said) or tr("none in 30 days")


def kinds_text(order: Order) -> str:
    """'4 × Actemra 400 mg, 2 × Actemra 80 mg'."""
    return ", ".join(f"{line.vials} × {line.brand} {line.strength}" for line in order.lines)


def came_text(order: Order) -> str:
    """'received 2 of 6'."""
    ordered, came = sum(line.vials for line in order.lines), sum(line.received for line in order.lines)
    return tr("received {came} of {ordered}").format(came=came, ordered=ordered)


def order_state(order: Order, today: date, here: bool) -> State | None:
    """The shape of an order: a cross while it must not be counted on, a tick while it may, none when it has ended."""
    if not order.state.open:
        return None
    if not order.dated or order.arrival.day < today:
        return State.SHORT
    return State.READY_BUT if here or order.shelf_life_days is None else State.READY


def order_state_text(order: Order, today: date, here: bool) -> str:
    """'awaited', 'overdue', 'rest has no day', 'here already?', 'received', 'received short' ..."""
    ended = {
        OrderState.RECEIVED: tr("received"),
        OrderState.CLOSED: tr("received short, rest cancelled"),
        OrderState.CANCELLED: tr("cancelled"),
    }
    if order.state in ended:
        return ended[order.state]
    if not order.dated:
        return tr("rest has no day")
    if order.arrival.day < today:
        return tr("overdue")
    return tr("here already?") if here else tr("awaited")


def counts_text(order: Order, today: date, here: bool) -> str:
    """From when the board counts it, in words."""
    if not order.state.open:
        return ""
    if order_state(order, today, here) is State.SHORT:
        return tr("does not count")
    if here:
        return tr("counts without those vials")
    if order.shelf_life_days is None:
        return tr("no shelf life, does not count")
    return tr("counts from {day}").format(day=day_text(order.arrival.day + timedelta(days=1)))


def why_text(order: Order) -> str:
    """What was said last of an order."""
    return order.events[-1].reason if order.events else order.note


def proposal_state(proposal: Proposal) -> State:
    """A cross where the board is short, an exclamation mark below par, else a tick."""
    if proposal.needed:
        return State.SHORT
    return State.READY_BUT if proposal.short else State.READY


def proposal_text(proposal: Proposal) -> str:
    """'order 4', or 'enough'."""
    return tr("order {vials}").format(vials=proposal.vials) if proposal.vials else tr("enough")


def par_text(proposal: Proposal) -> str:
    """'least 4, target 8', or that none is set."""
    if proposal.least is None or proposal.target is None:
        return tr("no par level")
    return tr("least {least}, target {target}").format(least=proposal.least, target=proposal.target)


def need_text(proposal: Proposal) -> str:
    """'for Fri 4 Dec', empty without a need."""
    return "" if proposal.by is None else tr("for {day}").format(day=day_text(proposal.by))


def about(order: Order) -> tuple[str, ...]:
    """What a form about an order says above its fields."""
    return (
        tr("Order {reference}").format(reference=order.reference), order.supplier, kinds_text(order), came_text(order),
    )  # fmt: skip


def receipt_values(order: Order) -> dict[str, str]:
    """What the form of a receipt is filled in with: the first line of the order of which something is outstanding."""
    line = next(line for line in order.lines if line.outstanding)
    return {"brand": line.brand, "strength_mg": plain(line.strength.mg), "vials": str(line.outstanding)}


def troubles(picture: OrderPicture) -> list[tuple[State, str, str]]:
    """What needs a person now: orders that are overdue, or whose rest nobody has dated."""
    late: dict[int, list[Delivery]] = {}
    for item in picture.overdue:
        late.setdefault(item.order_id, []).append(item)
    orders = {order.id: order for order in picture.orders}
    found = [_trouble(orders[number], items) for number, items in sorted(late.items())]
    return found + [_perhaps_here(orders[item.order_id], item) for item in picture.here]


def _perhaps_here(order: Order, item: Delivery) -> tuple[State, str, str]:
    vials = f"{item.here} × {item.brand} {item.strength}"
    said = phrase("stock_orders_here", reference=order.reference, supplier=order.supplier, vials=vials)
    return State.READY_BUT, tr("here already?"), said


def _trouble(order: Order, items: Sequence[Delivery]) -> tuple[State, str, str]:
    vials = ", ".join(f"{item.vials} × {item.brand} {plain(item.strength.mg)} mg" for item in items)
    values = {"reference": order.reference, "supplier": order.supplier, "vials": vials}
    if not order.dated:
        return State.SHORT, tr("rest has no day"), phrase("stock_orders_undated", **values)
    day = day_text(order.arrival.day)
    return State.SHORT, tr("overdue"), phrase("stock_orders_overdue", day=day, **values)
