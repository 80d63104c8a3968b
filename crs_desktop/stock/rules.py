"""Pure rules of stock: the fold that defines on-hand, and whether promises fit what is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.stock.model import Earmark, Movement, VialLine

Key = tuple[int, int]  # lot id, place id


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
