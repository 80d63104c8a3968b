"""The last safe moment: the minute that the rules name is the last that works, found again by walking every minute."""

from __future__ import annotations

import os
import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.stock.ordering.calendar import Calendar, Terms, arrival_of, last_moment_for
from tests.stock.ordering.walking import AFTER, BEFORE, MINUTE, Walk, minutes_around

LONG = os.environ.get("CRS_LONG") == "1"
HOUR = timedelta(hours=1)
# Zone, country and part, and a day in the middle of what is difficult there.
PLACES = [
    ("America/New_York", "US", "NY", date(2026, 11, 27)),  # Thanksgiving
    ("America/New_York", "US", "", date(2026, 3, 10)),  # the clock jumps on the 8th
    ("America/New_York", "US", "", date(2026, 11, 3)),  # an hour twice on the 1st
    ("America/New_York", "US", "", date(2028, 3, 1)),  # a leap day
    ("Europe/Berlin", "DE", "BY", date(2027, 1, 7)),  # Christmas, New Year, Epiphany
    ("Europe/Berlin", "DE", "BE", date(2028, 3, 27)),
    ("Europe/London", "GB", "ENG", date(2026, 4, 7)),  # Easter, a week after the clock jumped
    ("Asia/Tokyo", "JP", "", date(2027, 5, 6)),  # Golden Week
    ("Australia/Lord_Howe", "AU", "NSW", date(2026, 10, 5)),  # half an hour
    ("America/Santiago", "CL", "", date(2026, 9, 7)),  # the clock jumps over midnight
    ("Asia/Beirut", "LB", "", date(2027, 3, 29)),
    ("Africa/Cairo", "EG", "", date(2026, 10, 31)),
]


def made_up(rng: random.Random, country: str, subdivision: str, around: date) -> tuple[Terms, Calendar]:
    """Terms and stated days as a site might have them."""
    near = [around + timedelta(days=step) for step in range(-9, 6)]
    weekdays = rng.choice(["12345", "12345", "123456", "1234567", "135", "7"])
    lead = rng.randrange(4 if len(weekdays) > 3 else 2)
    cut_off = rng.choice([0, 30, 75, 119, 120, 150, 600, 840, 1439, rng.randrange(1440)])
    hour = rng.choice([None, rng.randrange(1440)])
    if lead == 0 and hour is not None and hour <= cut_off:
        hour = None
    terms = Terms(lead, cut_off, weekdays, country, subdivision, hour)
    closed, opened, ours = (frozenset(rng.sample(near, rng.choice([0, 0, 1, 3]))) for _ in range(3))
    return terms, Calendar(weekdays, country, subdivision, closed, opened, ours)


def cases(zone: str, country: str, subdivision: str, around: date, count: int) -> list[tuple[Terms, Calendar, date]]:
    """The same cases in each run."""
    rng = random.Random(f"{zone} {around}")
    return [
        (*made_up(rng, country, subdivision, around), around + timedelta(days=rng.randrange(-2, 4)))
        for _ in range(count)
    ]


@pytest.mark.parametrize(("zone", "country", "subdivision", "around"), PLACES)
def test_that_the_last_moment_is_the_last_minute_of_all_that_is_in_time(
    zone: str, country: str, subdivision: str, around: date
) -> None:
    minutes, there = minutes_around(zone, around), ZoneInfo(zone)
    rng = random.Random(zone)
    for terms, calendar, needed in cases(zone, country, subdivision, around, 60 if LONG else 1):
        hour = rng.choice([None, rng.randrange(1440)])
        walk = Walk(terms, calendar, minutes)
        found = last_moment_for(needed, hour, terms, calendar, there)
        assert found is not None and found == walk.last(needed, hour), (terms, calendar, needed, hour)
        for later in (MINUTE, HOUR):
            after = arrival_of(found + later, terms, calendar, there)
            assert after is None or not after.counts_on(needed, hour), (later, terms, calendar, needed, hour)
        now = arrival_of(found, terms, calendar, there)
        assert now is not None and now.counts_on(needed, hour)


@pytest.mark.parametrize(("zone", "country", "subdivision", "around"), PLACES)
def test_that_an_order_arrives_when_walking_through_the_days_says_it_does(
    zone: str, country: str, subdivision: str, around: date
) -> None:
    minutes, there = minutes_around(zone, around), ZoneInfo(zone)
    rng = random.Random(around.toordinal())
    for terms, calendar, _ in cases(zone, country, subdivision, around, 20 if LONG else 1):
        arrivals = Walk(terms, calendar, minutes).arrivals()
        tried = minutes if LONG else rng.sample(minutes, 150)
        for one in tried:
            if not -BEFORE + 2 <= (one.day - around).days <= AFTER - 18:
                continue  # what is looked at ends there
            arrival = arrival_of(one.at, terms, calendar, there)
            assert arrival is not None and arrival.day == arrivals[one.at], (one, terms, calendar)


def test_that_ordering_later_never_arrives_earlier() -> None:
    zone = ZoneInfo("Europe/Berlin")
    for terms, calendar, _ in cases("Europe/Berlin", "DE", "BY", date(2026, 12, 28), 12):
        moments = [datetime(2026, 12, 18, tzinfo=zone) + step * HOUR for step in range(24 * 14)]
        days = [arrival.day for at in moments if (arrival := arrival_of(at, terms, calendar, zone)) is not None]
        assert days == sorted(days)
