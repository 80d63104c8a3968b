"""When an order arrives, and the last moment at which one still arrives in time: pure rules over a supplier's days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.kernel.clock import local_day
from crs_desktop.stock.ordering.public_days import public_days

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
# Where no working day is found for so long, nothing arrives: a supplier with every day closed is no supplier.
_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class Terms:
    """What a supplier has agreed to.

    `lead_days` working days after the day of the order, which is the day it is placed on when it is placed by
    `cut_off_minute` of that working day. `arrival_minute`: by when it is there on the day, if that is guaranteed.
    `shelf_life_days`: days of life that vials still have on the day they arrive, if that is guaranteed.
    """

    lead_days: int
    cut_off_minute: int
    weekdays: str
    country: str
    subdivision: str = ""
    arrival_minute: int | None = None
    shelf_life_days: int | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which a supplier works: its weekdays without public holidays, and what is stated otherwise.

    `pharmacy_closed`: days on which nobody at the pharmacy orders or takes a delivery in.
    """

    weekdays: str
    country: str
    subdivision: str = ""
    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()
    pharmacy_closed: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """True when the supplier works on this day; not in a year whose holidays nobody knows."""
        if day in self.closed:
            return False
        if day in self.opened:
            return True
        known = self._public(day)
        return str(day.isoweekday()) in self.weekdays and known is not None and day not in known

    def holiday(self, day: date) -> str:
        """The name of the public holiday, empty on other days."""
        return (self._public(day) or {}).get(day, "")

    def _public(self, day: date) -> Mapping[date, str] | None:
        """None as well for a country or part that the library knew when the terms were stated and knows no more."""
        try:
            return public_days(self.country, self.subdivision, day.year)
        except NotImplementedError:
            return None

    def staffed(self, day: date) -> bool:
        """True when the pharmacy can order and receive on this day."""
        return day not in self.pharmacy_closed


def closed_ahead(calendar: Calendar, first: date, days: int) -> list[tuple[date, str]]:
    """The days ahead on which the supplier would work by its weekdays and does not, with the name of the holiday."""
    ahead = (first + step * _DAY for step in range(days))
    return [
        (day, calendar.holiday(day))
        for day in ahead
        if str(day.isoweekday()) in calendar.weekdays and not calendar.works(day)
    ]


@dataclass(frozen=True, slots=True)
class Arrival:
    """The day on which an order is there, and the minute of that day by which it is, if guaranteed."""

    day: date
    minute: int | None = None

    def counts_on(self, day: date, minute: int | None = None) -> bool:
        """True when vials that arrive so may be counted for a need on a day (from a minute of it, where known).

        From the day after its date, or on its own day when both hours are known and the delivery is the earlier one.
        """
        if self.day != day:
            return self.day < day
        return self.minute is not None and minute is not None and self.minute < minute

    def good_until(self, terms: Terms) -> date:
        """The last day to which the supplier guarantees the vials; their own day where nothing is guaranteed."""
        return self.day + timedelta(days=terms.shelf_life_days or 0)


def arrival_of(moment: datetime, terms: Terms, calendar: Calendar, zone: ZoneInfo) -> Arrival | None:
    """When an order that is placed at a moment arrives; None when the calendar has no such working day in sight.

    On a day on which the pharmacy is closed nobody places it: it leaves when the next open day begins.
    """
    leaves = _leaves(moment, calendar, zone)
    if leaves is None:
        return None
    ordered = _first(
        day
        for day in _days_from(local_day(leaves, zone))
        if calendar.works(day) and leaves <= cut_off(day, terms.cut_off_minute, zone)
    )
    return None if ordered is None else _arrival(ordered, terms, calendar)


def last_moment_for(
    day_needed: date,
    minute_needed: int | None,
    terms: Terms,
    calendar: Calendar,
    zone: ZoneInfo,
    held_until: date | None = None,
) -> datetime | None:
    """The last whole minute at which an order still arrives so that it counts on a day; None when there is none.

    With `held_until` the guaranteed shelf life must also reach that day. It may lie in the past: then it is too late.
    """
    for back in range(_LOOKED_AT):
        day = day_needed - back * _DAY
        if not calendar.works(day):
            continue
        arrival = _arrival(day, terms, calendar)
        if arrival is None or not arrival.counts_on(day_needed, minute_needed):
            continue
        if held_until is not None and arrival.good_until(terms) < held_until:
            return None  # what is ordered earlier arrives earlier and keeps for less
        return _staffed_by(cut_off(day, terms.cut_off_minute, zone), calendar, zone)
    return None


def cut_off(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The minute at which the clock of a local day shows this minute of the day, the first time where it does so twice.

    Where the clock jumps over it, the minute before the jump.
    """
    wall = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
    shown = wall.astimezone(UTC)
    if shown.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return shown
    while shown.astimezone(zone).replace(tzinfo=None) > wall.replace(tzinfo=None):
        shown -= _MINUTE
    return shown


def _arrival(ordered: date, terms: Terms, calendar: Calendar) -> Arrival | None:
    left = terms.lead_days
    for day in _days_from(ordered):
        if not calendar.works(day):
            continue
        if left <= 0 and calendar.staffed(day):
            return Arrival(day, terms.arrival_minute)
        left -= 1
    return None


def _leaves(moment: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime | None:
    today = local_day(moment, zone)
    day = _first(day for day in _days_from(today) if calendar.staffed(day))
    if day is None or day == today:
        return moment if day == today else None
    return _begins(day, zone)


def _staffed_by(moment: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime | None:
    today = local_day(moment, zone)
    day = _first(today - back * _DAY for back in range(_LOOKED_AT) if calendar.staffed(today - back * _DAY))
    if day is None or day == today:
        return moment if day == today else None
    return _begins(day + _DAY, zone) - _MINUTE


def _begins(day: date, zone: ZoneInfo) -> datetime:
    """The first minute of a local day, also where the clock jumps over midnight or shows it twice."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _days_from(day: date) -> Iterator[date]:
    return (day + step * _DAY for step in range(_LOOKED_AT))


def _first(days: Iterator[date]) -> date | None:
    return next(days, None)
