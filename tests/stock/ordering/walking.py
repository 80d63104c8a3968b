"""An oracle for arrivals and last moments that walks minute by minute and knows nothing of the rules' arithmetic."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from crs_desktop.stock.ordering.calendar import Calendar, Terms

MINUTE = timedelta(minutes=1)
BEFORE, AFTER = 20, 26  # days looked at around the day in question


@dataclass(frozen=True, slots=True)
class Shown:
    """One minute: the instant, and what the clock and the calendar on the wall show then."""

    at: datetime
    day: date
    minute: int


@cache
def minutes_around(zone: str, day: date) -> tuple[Shown, ...]:
    """Every minute of some weeks around a day, one after the other."""
    wall = ZoneInfo(zone)
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=BEFORE)
    found = []
    for _ in range((BEFORE + AFTER) * 24 * 60):
        local = at.astimezone(wall)
        found.append(Shown(at, local.date(), local.hour * 60 + local.minute))
        at += MINUTE
    return tuple(found)


def works(calendar: Calendar, day: date) -> bool:
    """Closed days first, then open days, then weekday and public holiday."""
    if day in calendar.closed or day in calendar.opened:
        return day not in calendar.closed
    if str(day.weekday() + 1) not in calendar.weekdays:
        return False
    return day not in _holidays(calendar.country, calendar.subdivision, day.year)


@cache
def _holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


@dataclass(frozen=True, slots=True)
class Walk:
    """All that happens around a day, worked out by walking through it once."""

    terms: Terms
    calendar: Calendar
    minutes: tuple[Shown, ...]

    def arrivals(self) -> dict[datetime, date | None]:
        """For each minute the day on which an order placed then arrives, None past the edge of what is looked at."""
        days = sorted({one.day for one in self.minutes})
        working = [day for day in days if works(self.calendar, day)]
        too_late = self._too_late()
        there = {day: self._there(working, day) for day in working}
        found: dict[datetime, date | None] = {}
        waiting: date | None = None
        for one in reversed(self.minutes):
            if one.day not in self.calendar.pharmacy_closed:
                first = bisect_left(working, one.day)
                waiting = next((day for day in working[first : first + 3] if one.at < too_late[day]), None)
            # On a closed day the order lies there until the first minute after it, which was walked through before.
            found[one.at] = None if waiting is None else there[waiting]
        return found

    def last(self, needed: date, minute: int | None) -> datetime | None:
        """The last minute with somebody at the pharmacy at which an order still counts on the day it is needed."""
        arrivals = self.arrivals()
        in_time = [
            one.at
            for one in self.minutes
            if one.day not in self.calendar.pharmacy_closed and self.counts(arrivals[one.at], needed, minute)
        ]
        return in_time[-1] if in_time else None

    def counts(self, there: date | None, needed: date, minute: int | None) -> bool:
        """The rule of a delivery: the day after its date, or its own day when it is known to be earlier."""
        if there is None:
            return False
        hour = self.terms.arrival_minute
        same_day = there == needed and hour is not None and minute is not None and hour < minute
        return there < needed or same_day

    def _there(self, working: list[date], ordered: date) -> date | None:
        onward = working[working.index(ordered) + self.terms.lead_days :]
        return next((day for day in onward if day not in self.calendar.pharmacy_closed), None)

    def _too_late(self) -> dict[date, datetime]:
        """For each day the minute after its clock has first shown the cut-off, or jumped over it; else its end."""
        found: dict[date, datetime] = {}
        ends: dict[date, datetime] = {}
        for one in self.minutes:
            ends[one.day] = one.at + MINUTE
            if one.minute >= self.terms.cut_off_minute:
                shown = one.minute == self.terms.cut_off_minute
                found.setdefault(one.day, one.at + MINUTE if shown else one.at)
        return {day: found.get(day, end) for day, end in ends.items()}
