"""On hand at the end of each of some local days: the definition, as a fold over the ledger. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.kernel.clock import to_milliseconds
from crs_desktop.stock.model import Movement

ByDay = dict[tuple[int, int], tuple[int, ...]]
"""By lot id and place id the vials at the end of each day; what was never there at the end of a day is left out."""
_WHOLE_DAY = 24 * 60 * 60 * 1000


def on_hand_by_day(movements: Iterable[Movement], first: date, days: int, zone: ZoneInfo) -> ByDay:
    """Every line counts on the day it was written and on all days after it."""
    ends = day_starts(first + timedelta(days=1), days, zone)
    held: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0] * days)
    for line in movements:
        at = to_milliseconds(line.at)
        counts = held[line.lot.id, line.place.id]
        for number, end in enumerate(ends):
            if at < end:
                counts[number] += line.vials
    return {key: tuple(counts) for key, counts in held.items() if any(counts)}


def day_starts(first: date, days: int, zone: ZoneInfo) -> tuple[int, ...]:
    """When each day begins where the site is, in milliseconds: a day may be an hour longer or shorter than others."""
    midnights = (datetime.combine(first + timedelta(days=number), time(), zone) for number in range(days))
    return tuple(to_milliseconds(midnight) for midnight in midnights)


def even_stretches(starts: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Of days that follow each other every 24 hours the first: its number and when it begins."""
    return tuple(
        (number, start)
        for number, start in enumerate(starts)
        if number == 0 or start - starts[number - 1] != _WHOLE_DAY
    )
