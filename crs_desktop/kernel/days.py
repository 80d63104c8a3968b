"""Ranges of site-local days, both ends included, and how days are written for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, order=True)
class DayRange:
    """From the first to the last day, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a range of days ends on or after its first day")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def touches(self, other: DayRange) -> bool:
        """True when the two overlap or lie on adjacent days."""
        one = timedelta(days=1)
        return self.first <= other.last + one and other.first <= self.last + one

    def joined(self, other: DayRange) -> DayRange:
        """The smallest range that holds both."""
        return DayRange(min(self.first, other.first), max(self.last, other.last))

    def days(self) -> list[date]:
        """Each day of the range in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def weekday_text(day: date) -> str:
    """'Fri', in the program's language whatever the machine's is: strftime would follow the machine."""
    return _WEEKDAYS[day.weekday()]


def month_text(day: date) -> str:
    """'Dec'."""
    return _MONTHS[day.month - 1]


def day_text(day: date, year: bool = False) -> str:
    """For people: 'Fri 4 Dec', with the year when asked."""
    return f"{weekday_text(day)} {day.day} {month_text(day)}" + (f" {day.year}" if year else "")


def date_text(day: date) -> str:
    """For people: '4 Dec 2026'."""
    return f"{day.day} {month_text(day)} {day.year}"
