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
    nothing is. `dated`: False when part of the order came and nobody has said since when the rest will. `here`: so many
    of the vials are taken to be on the shelf already, since as many came without naming an order. `barred`: True while
    vials of the brand are held back the moment they arrive, by a recall of every lot or for the check of their number.
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
    here: int = 0
    barred: bool = False

    def __post_init__(self) -> None:
        if self.vials < 1 or not 0 <= self.here <= self.vials:
            raise ValueError("a delivery holds vials, and no more of them are here already")

    def overdue(self, today: date) -> bool:
        """True when its day has passed, or when no day is known any more: it must not be counted on."""
        return not self.dated or self.day < today


@dataclass(frozen=True, slots=True)
class Receipt:
    """Vials that came without naming an order, or that a count found."""

    brand: str
    strength: Mass
    vials: int
    at: datetime


def here_already(item: Delivery, since: datetime, receipts: Iterable[Receipt]) -> Delivery:
    """The delivery with the vials of it that may be on the shelf already: as many as came since it was stated.

    Counted on the shelf and on the way they would count twice. Two orders of such vials both wait then: who states the
    day of one anew says that its vials are still to come.
    """
    came = sum(
        receipt.vials
        for receipt in receipts
        if receipt.at > since and (receipt.brand, receipt.strength) == (item.brand, item.strength)
    )
    return replace(item, here=min(came, item.vials))


def coming(deliveries: Iterable[Delivery], now: datetime, zone: ZoneInfo) -> list[Delivery]:
    """The deliveries that the plan may count on: none that is overdue or here, and no hour of today that has passed."""
    local = now.astimezone(zone)
    today, minute = local.date(), local.hour * 60 + local.minute
    awaited = [item for item in deliveries if not item.overdue(today) and item.here < item.vials]
    return [
        replace(
            item,
            vials=item.vials - item.here,
            here=0,
            minute=None if item.day == today and (item.minute or 0) <= minute else item.minute,
        )
        for item in awaited
    ]


def overdue(deliveries: Iterable[Delivery], now: datetime, zone: ZoneInfo) -> list[Delivery]:
    """The others: they do not count, and somebody must ask for them."""
    today = now.astimezone(zone).date()
    return [item for item in deliveries if item.overdue(today)]
