"""Pure rules of stock: the fold that defines on-hand, whether promises fit it, and the shelf as it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    LedgerWanted,
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


def together(lines: Iterable[VialLine]) -> tuple[VialLine, ...]:
    """The same vials with each lot and place named once."""
    total: Counter[Key] = Counter()
    for line in lines:
        total[line.key] += line.vials
    return tuple(VialLine(lot, place, vials) for (lot, place), vials in sorted(total.items()))


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
    """The ledger, newest first in and out: each line with what its lot held after it, everywhere and in its place.

    Balances of different lots are never added up: 80 mg and 400 mg vials are not the same thing.
    """
    lines: list[LedgerLine] = []
    of_lot: Counter[int] = Counter()
    of_place: Counter[Key] = Counter()
    for movement in reversed(movements):
        lot, key = movement.lot.id, (movement.lot.id, movement.place.id)
        of_lot[lot] += movement.vials
        of_place[key] += movement.vials
        lines.append(LedgerLine(movement, of_lot[lot], of_place[key]))
    return lines[::-1]


def wanted(lines: Iterable[LedgerLine], asked: LedgerWanted, day_of: Callable[[Movement], date]) -> list[LedgerLine]:
    """The lines that were asked for, with the balances that they have in the whole ledger."""
    return [
        line
        for line in lines
        if (asked.lot_id is None or line.movement.lot.id == asked.lot_id)
        and (asked.place_id is None or line.movement.place.id == asked.place_id)
        and (not asked.kinds or line.movement.kind in asked.kinds)
        and (asked.first is None or day_of(line.movement) >= asked.first)
        and (asked.last is None or day_of(line.movement) <= asked.last)
    ]
