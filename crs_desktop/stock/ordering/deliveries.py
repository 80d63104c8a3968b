"""What is still to come, as the plan looks at it: vials of an order that were not received, and which of them count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crs_desktop.kernel.amounts import Mass


@dataclass(frozen=True, slots=True, order=True)
class Delivery:
    """Vials of one brand and strength that an order still owes.

    `minute`: by when they are there on the day, if known. `good_until`: the shelf life that is guaranteed, None where
    nothing is. `dated`: False when part of the order came and nobody has said since when the rest will.
    """

    order_id: int
    supplier: str
    brand: str
    strength: Mass
    vials: int
    day: date
    minute: int | None
    good_until: date | None
    dated: bool = True

    def __post_init__(self) -> None:
        if self.vials < 1:
            raise ValueError("a delivery holds vials")

    def overdue(self, today: date) -> bool:
        """True when its day has passed, or when no day is known any more: it must not be counted on."""
        return not self.dated or self.day < today


def coming(deliveries: Iterable[Delivery], now: datetime, zone: ZoneInfo) -> list[Delivery]:
    """The deliveries that the plan may count on: none that is overdue, and no hour of today that has passed."""
    local = now.astimezone(zone)
    today, minute = local.date(), local.hour * 60 + local.minute
    return [
        replace(item, minute=None) if item.day == today and item.minute is not None and item.minute <= minute else item
        for item in deliveries
        if not item.overdue(today)
    ]


def overdue(deliveries: Iterable[Delivery], now: datetime, zone: ZoneInfo) -> list[Delivery]:
    """The others: they do not count, and somebody must ask for them."""
    today = now.astimezone(zone).date()
    return [item for item in deliveries if item.overdue(today)]
