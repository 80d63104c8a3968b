"""Pure rules of stock: the fold that defines on-hand, whether promises fit it, and the shelf as it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.staff.signing.model import Asked, AskedField, Kind
from crs_desktop.stock.commands import STRENGTHS
from crs_desktop.stock.model import (
    BrandTotal,
    Condition,
    Earmark,
    LedgerLine,
    LotState,
    Movement,
    OnHand,
    ShelfLine,
    VialLine,
)

Key = tuple[int, int]  # lot id, place id
RECEIPT = "receipt"
_STATES = {
    LotState.RECALLED: Condition.RECALLED,
    LotState.QUARANTINED: Condition.QUARANTINED,
    LotState.EXCURSION: Condition.EXCURSION,
}


def on_hand(movements: Iterable[Movement]) -> dict[Key, int]:
    """On hand by lot and place: the sum of movements. This is the definition; the store's balance is the fast copy."""
    total: Counter[Key] = Counter()
    for movement in movements:
        total[movement.lot.id, movement.place.id] += movement.vials
    return dict(total)


def most_held(promises: Sequence[Earmark], key: Key) -> int:
    """The most vials of one lot in one place that the promises hold on any single day."""
    starts = sorted({promise.held.first for promise in promises})
    return max((held_on(promises, key, day) for day in starts), default=0)


def held_on(promises: Iterable[Earmark], key: Key, day: date) -> int:
    """Vials of one lot in one place that the promises hold on a day."""
    return sum(
        line.vials
        for promise in promises
        if day in promise.held
        for line in promise.vials
        if (line.lot_id, line.place_id) == key
    )


def over_promised(promises: Sequence[Earmark], there: Mapping[Key, int]) -> list[tuple[Key, int, int]]:
    """Each lot and place whose promises exceed what is there on some day, with most held and on hand."""
    keys = sorted({(line.lot_id, line.place_id) for promise in promises for line in promise.vials})
    found = [(key, most_held(promises, key), there.get(key, 0)) for key in keys]
    return [(key, held, stock) for key, held, stock in found if held > stock]


def cannot_take(there: Mapping[Key, int], line: VialLine, names: tuple[str, str]) -> Finding | None:
    """Why so many vials cannot leave: the ledger holds fewer."""
    holds = there.get((line.lot_id, line.place_id), 0)
    if line.vials <= holds:
        return None
    lot, place = names
    return no("stock_too_few", "vials", line.vials, lot=lot, place=place, holds=holds)


def shelf(
    held: Iterable[OnHand], promises: Sequence[Earmark], today: date, margin: timedelta, counted_reach: timedelta
) -> list[ShelfLine]:
    """Every lot and place with what is promised from today on, what is free, and what has to be known about it."""
    live = [promise for promise in promises if promise.held.last >= today]
    return [_shelf_line(item, live, today, margin, counted_reach) for item in held]


def _shelf_line(
    item: OnHand, live: Sequence[Earmark], today: date, margin: timedelta, counted_reach: timedelta
) -> ShelfLine:
    promised = most_held(live, (item.lot.id, item.place.id))
    holds = {
        _STATES.get(item.state): True,
        Condition.EXPIRED: item.lot.expires < today,
        Condition.OVER_PROMISED: promised > item.vials,
        Condition.TOO_FAR: item.place.reach > counted_reach,
        Condition.EXPIRES_SOON: today <= item.lot.expires <= today + margin,
    }
    conditions = tuple(condition for condition in Condition if holds.get(condition, False))
    return ShelfLine(item, promised, (item.lot.expires - today).days, conditions)


def asked_about(receipt: Movement) -> Asked:
    """What a second person reads off vials or delivery note before a receipt is reversed; at night one may be alone."""
    strengths = tuple((plain(strength.mg), str(strength)) for strength in STRENGTHS)
    fields = (
        AskedField("lot", Kind.TEXT, receipt.lot.number),
        AskedField("strength_mg", Kind.CHOICE, plain(receipt.lot.strength.mg), strengths),
        AskedField("vials", Kind.COUNT, str(receipt.vials)),
    )
    return Asked(RECEIPT, str(receipt.id), fields)


def totals(lines: Iterable[ShelfLine]) -> list[BrandTotal]:
    """Vials by brand and strength, the strongest first; those too far to count or not to be used stand apart."""
    found: dict[tuple[str, int], BrandTotal] = {}
    for line in lines:
        lot = line.on_hand.lot
        at = (lot.brand, -lot.strength.mcg)
        so_far = found.get(at, BrandTotal(lot.brand, lot.strength, 0, 0, 0, 0))
        near = Condition.TOO_FAR not in line.conditions
        found[at] = BrandTotal(
            lot.brand,
            lot.strength,
            so_far.usable + (line.usable if near else 0),
            so_far.free + (line.free if near else 0),
            so_far.far + (0 if near else line.usable),
            so_far.blocked + line.on_hand.vials - line.usable,
        )
    return [found[at] for at in sorted(found)]


def running(movements: Sequence[Movement]) -> list[LedgerLine]:
    """The whole ledger of one lot, newest first in and out, each line with what the lot held after it."""
    lines: list[LedgerLine] = []
    balance = 0
    for movement in reversed(movements):
        balance += movement.vials
        lines.append(LedgerLine(movement, balance))
    return lines[::-1]
