"""What becomes of the vials on a shelf by what is known today: needed until when, and wasted on their last day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from crs_desktop.kernel.days import DayRange
from crs_desktop.stock.model import Earmark, ShelfLine

Key = tuple[int, int]  # lot id, place id


@dataclass(frozen=True, slots=True)
class Claim:
    """Vials of a lot in a place that somebody holds for a range of days: promised, or proposed by the plan."""

    key: Key
    vials: int
    held: DayRange


@dataclass(frozen=True, slots=True)
class Fate:
    """The most vials held on one day from today on, the last such day, and how many no known window holds.

    `spare` vials are wasted on the lot's last day unless somebody new needs them; `lost` ones are over already.
    """

    needed: int
    until: date | None
    spare: int
    lost: int


def claims_of(promises: Iterable[Earmark]) -> list[Claim]:
    """What promises hold."""
    return [Claim(line.key, line.vials, promise.held) for promise in promises for line in promise.vials]


def fates(lines: Iterable[ShelfLine], claims: Iterable[Claim], today: date) -> Mapping[Key, Fate]:
    """The fate of each lot in each place."""
    by_key: dict[Key, list[Claim]] = {}
    for claim in claims:
        by_key.setdefault(claim.key, []).append(claim)
    return {line.key: _fate(line, by_key.get(line.key, []), today) for line in lines}


def _fate(line: ShelfLine, claims: list[Claim], today: date) -> Fate:
    there, expires = line.on_hand.vials, line.on_hand.lot.expires
    if expires < today:
        return Fate(0, None, 0, there)
    while_good = [claim for claim in claims if claim.held.first <= expires]
    days = {max(claim.held.first, today) for claim in while_good}
    most = max((sum(claim.vials for claim in while_good if day in claim.held) for day in days), default=0)
    needed = min(there, most)
    until = min(max(claim.held.last for claim in while_good), expires) if needed else None
    return Fate(needed, until, there - needed, 0)
