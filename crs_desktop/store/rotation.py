"""Which backups may go: many of today, one a day, then one a week, then one a month. A pure rule."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.kernel.clock import local_day

DAILY, WEEKLY, MONTHLY = 14, 8, 12
# All of the last day before the newest stay: half an hour's work can be gone back to, not only yesterday's.
RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Dated:
    """A backup as the rule sees it. `held`: stays (it was taken before an upgrade or a return, not yet confirmed)."""

    name: str
    made_at: datetime
    held: bool = False


def superfluous(backups: Sequence[Dated], zone: ZoneInfo) -> tuple[str, ...]:
    """The names that may be removed, oldest first. Counted from the newest backup, so a wrong clock removes nothing.

    The newest of each of the last 14 days, 8 weeks and 12 months that have one stays.
    """
    newest_first = sorted(backups, key=lambda one: (one.made_at, one.name), reverse=True)
    if not newest_first:
        return ()
    kept = {one.name for one in newest_first if one.held or newest_first[0].made_at - one.made_at <= RECENT}
    kept |= _newest_of_each(newest_first, zone, lambda day: day, DAILY)
    kept |= _newest_of_each(newest_first, zone, lambda day: day.isocalendar()[:2], WEEKLY)
    kept |= _newest_of_each(newest_first, zone, lambda day: (day.year, day.month), MONTHLY)
    return tuple(one.name for one in reversed(newest_first) if one.name not in kept)


def _newest_of_each(
    newest_first: Sequence[Dated], zone: ZoneInfo, span: Callable[[date], Hashable], most: int
) -> set[str]:
    found: dict[Hashable, str] = {}
    for one in newest_first:
        found.setdefault(span(local_day(one.made_at, zone)), one.name)
    return set(list(found.values())[:most])
