"""Which lots a chosen vial set is taken from: the promised ones when they make it, else first expiry first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crs_desktop.kernel.amounts import Mass
from crs_desktop.stock.model import VialLine


@dataclass(frozen=True, slots=True)
class Shelf:
    """Free vials of one lot in one place."""

    line: VialLine
    brand: str
    strength: Mass
    expires: date
    lot: str


def pick_lots(
    vials: Sequence[tuple[Mass, int]], brand: str, shelves: Sequence[Shelf], promised: Sequence[VialLine]
) -> tuple[VialLine, ...]:
    """Lots for a vial set of one brand. Raises ValueError when the shelves do not hold what was made from them.

    Promised vials are taken only when they are this very set: a promise of another brand, or of several, is not.
    """
    by_key = {(shelf.line.lot_id, shelf.line.place_id): shelf for shelf in shelves}
    promise: Counter[tuple[str, Mass]] = Counter()
    for line in promised:
        shelf = by_key[line.lot_id, line.place_id]
        promise[shelf.brand, shelf.strength] += line.vials
    if promised and dict(promise) == {(brand, strength): count for strength, count in vials}:
        return tuple(promised)
    chosen: list[VialLine] = []
    for strength, wanted in vials:
        left = wanted
        fitting = [shelf for shelf in shelves if (shelf.brand, shelf.strength) == (brand, strength)]
        for shelf in sorted(fitting, key=lambda item: (item.expires, item.lot, item.line)):
            taken = min(left, shelf.line.vials)
            if taken:
                chosen.append(VialLine(shelf.line.lot_id, shelf.line.place_id, taken))
                left -= taken
        if left:
            raise ValueError(f"{left} vials of {strength} are not on the shelves")
    return tuple(sorted(chosen))
