"""A supplier's days: public holidays against a table typed by hand, what is stated otherwise, and cut-offs at night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.stock.ordering.calendar import (
    Arrival,
    Calendar,
    Terms,
    arrival_of,
    closed_ahead,
    cut_off,
    last_moment_for,
)
from crs_desktop.stock.ordering.public_days import known_calendars, public_days

NEW_YORK, SANTIAGO = ZoneInfo("America/New_York"), ZoneInfo("America/Santiago")
TERMS = Terms(1, 14 * 60, "12345", "US")
US = Calendar("12345", "US")
# Country, part, day, and whether it is a public holiday: typed from the laws, not from the library.
HOLIDAYS = [
    ("US", "", "2026-11-26", True), ("US", "", "2026-11-27", False), ("US", "", "2026-07-03", True),
    ("US", "", "2027-12-24", True), ("US", "", "2027-12-31", True), ("US", "", "2028-02-29", False),
    ("US", "", "2026-01-19", True), ("US", "", "2026-06-19", True),
    ("DE", "BY", "2027-01-06", True), ("DE", "BE", "2027-01-06", False), ("DE", "BE", "2027-03-08", True),
    ("DE", "", "2026-10-03", True), ("DE", "", "2026-12-24", False), ("DE", "", "2026-04-03", True),
    ("GB", "ENG", "2026-12-28", True), ("GB", "ENG", "2027-12-28", True), ("GB", "SCT", "2027-01-04", True),
    ("GB", "ENG", "2027-01-04", False), ("FR", "", "2027-07-14", True), ("CA", "ON", "2026-10-12", True),
    ("JP", "", "2027-05-03", True), ("CH", "ZH", "2026-08-01", True), ("AU", "NSW", "2027-01-26", True),
]  # fmt: skip


@pytest.mark.parametrize(("country", "part", "day", "free"), HOLIDAYS)
def test_that_a_public_holiday_is_one(country: str, part: str, day: str, free: bool) -> None:
    known = public_days(country, part, int(day[:4]))
    assert known is not None and (date.fromisoformat(day) in known) is free


def test_that_in_a_year_which_the_calendar_does_not_know_nobody_works() -> None:
    # Sri Lanka's days follow the moon and are known for few years; that a later year has none would be a guess.
    calendar = Calendar("12345", "LK", opened=frozenset({date(2101, 1, 5)}))
    assert public_days("LK", "", 2101) is None and public_days("LK", "", 2025)
    assert not calendar.works(date(2101, 1, 4)) and calendar.works(date(2101, 1, 5))
    assert calendar.holiday(date(2101, 1, 4)) == ""
    assert arrival_of(datetime(2101, 3, 1, tzinfo=UTC), TERMS, calendar, NEW_YORK) is None
    assert last_moment_for(date(2103, 3, 1), None, TERMS, calendar, NEW_YORK) is None


def test_that_calendars_of_many_countries_are_known_with_their_parts() -> None:
    known = known_calendars()
    assert len(known) > 200 and "NY" in known["US"] and "BY" in known["DE"] and known["SG"] == ()


def test_that_the_days_ahead_on_which_a_supplier_is_closed_have_a_name_or_were_stated() -> None:
    calendar = Calendar("12345", "US", closed=frozenset({date(2026, 11, 27)}))
    assert closed_ahead(calendar, date(2026, 11, 23), 14) == [
        (date(2026, 11, 26), "Thanksgiving Day"), (date(2026, 11, 27), ""),
    ]  # fmt: skip


def test_that_a_closed_day_outweighs_an_open_one_and_an_open_one_a_holiday() -> None:
    thanks, saturday = date(2026, 11, 26), date(2026, 11, 28)
    assert not US.works(thanks) and not US.works(saturday)
    assert Calendar("12345", "US", opened=frozenset({thanks, saturday})).works(thanks)
    both = Calendar("12345", "US", closed=frozenset({thanks}), opened=frozenset({thanks}))
    assert not both.works(thanks)


@pytest.mark.parametrize(
    ("there", "needed", "counts"),
    [
        (Arrival(date(2026, 12, 3)), (date(2026, 12, 4), None), True),  # the day after its date
        (Arrival(date(2026, 12, 4)), (date(2026, 12, 4), 600), False),  # no hour is known
        (Arrival(date(2026, 12, 4), 480), (date(2026, 12, 4), None), False),  # the infusion's hour is not known
        (Arrival(date(2026, 12, 4), 480), (date(2026, 12, 4), 480), False),  # not earlier
        (Arrival(date(2026, 12, 4), 480), (date(2026, 12, 4), 481), True),
        (Arrival(date(2026, 12, 5), 480), (date(2026, 12, 4), 600), False),
    ],
)
def test_that_a_delivery_counts_from_the_day_after_or_where_it_is_known_to_be_earlier(
    there: Arrival, needed: tuple[date, int | None], counts: bool
) -> None:
    assert there.counts_on(*needed) is counts


@pytest.mark.parametrize(
    ("zone", "day", "minute", "instant"),
    [
        ("America/New_York", "2026-12-03", 840, "2026-12-03T19:00"),
        ("America/New_York", "2026-03-08", 150, "2026-03-08T06:59"),  # 02:30 is jumped over: 01:59
        ("America/New_York", "2026-11-01", 90, "2026-11-01T05:30"),  # 01:30 twice: the first
        ("America/Santiago", "2026-09-06", 30, "2026-09-06T03:59"),  # 00:30 is jumped over: 23:59 of the day before
        ("Australia/Lord_Howe", "2026-10-04", 135, "2026-10-03T15:29"),  # half an hour from 02:00
    ],
)
def test_that_a_cut_off_at_night_is_the_earlier_of_what_it_could_mean(
    zone: str, day: str, minute: int, instant: str
) -> None:
    wanted = datetime.fromisoformat(f"{instant}+00:00")
    assert cut_off(date.fromisoformat(day), minute, ZoneInfo(zone)) == wanted


def test_that_an_order_on_a_closed_day_of_the_pharmacy_leaves_when_the_next_day_begins() -> None:
    tuesday = datetime(2026, 12, 1, 15, tzinfo=UTC)
    closed = Calendar("12345", "US", pharmacy_closed=frozenset({date(2026, 12, 1), date(2026, 12, 3)}))
    assert arrival_of(tuesday, TERMS, US, NEW_YORK) == Arrival(date(2026, 12, 2))
    assert arrival_of(tuesday, TERMS, closed, NEW_YORK) == Arrival(date(2026, 12, 4))  # nobody takes it in on Thursday


def test_that_the_last_moment_is_never_on_a_day_on_which_nobody_is_there() -> None:
    closed = Calendar("12345", "US", pharmacy_closed=frozenset({date(2026, 12, 2)}))
    found = last_moment_for(date(2026, 12, 4), None, TERMS, closed, NEW_YORK)
    assert found == datetime(2026, 12, 2, 4, 59, tzinfo=UTC)  # Tue 1 Dec 23:59 there
    never = Calendar(
        "12345", "US", pharmacy_closed=frozenset(date(2025, 1, 1) + timedelta(days=n) for n in range(1400))
    )
    assert last_moment_for(date(2026, 12, 4), None, TERMS, never, NEW_YORK) is None
    assert arrival_of(datetime(2026, 12, 1, 15, tzinfo=UTC), TERMS, never, NEW_YORK) is None


def test_that_the_last_moment_asks_for_a_shelf_life_that_reaches_far_enough() -> None:
    friday, until = date(2026, 12, 4), date(2026, 12, 18)
    guaranteed = Terms(1, 840, "12345", "US", shelf_life_days=15)
    wednesday = datetime(2026, 12, 2, 19, tzinfo=UTC)
    assert last_moment_for(friday, None, guaranteed, US, NEW_YORK, until) == wednesday
    assert last_moment_for(friday, None, guaranteed, US, NEW_YORK, until + timedelta(days=1)) is None
    assert last_moment_for(friday, None, TERMS, US, NEW_YORK, until) is None  # nothing is guaranteed
    assert last_moment_for(friday, None, TERMS, US, NEW_YORK) == wednesday


def test_that_the_same_day_is_a_lead_time_too() -> None:
    express = Terms(0, 600, "12345", "US", arrival_minute=960)
    friday = date(2026, 12, 4)
    found = last_moment_for(friday, 961, express, US, NEW_YORK)
    assert found == datetime(2026, 12, 4, 15, tzinfo=UTC)
    assert arrival_of(found, express, US, NEW_YORK) == Arrival(friday, 960)
    assert last_moment_for(friday, 960, express, US, NEW_YORK) == datetime(2026, 12, 3, 15, tzinfo=UTC)


def test_that_a_zone_that_jumps_over_midnight_loses_no_day() -> None:
    night = datetime(2026, 9, 6, 3, 59, tzinfo=UTC)  # Sat 5 Sep 23:59; a minute later it is Sun 6 Sep 01:00
    weekend = Terms(0, 30, "67", "CL")
    calendar = Calendar("67", "CL")
    assert arrival_of(night, weekend, calendar, SANTIAGO) == Arrival(date(2026, 9, 6))
    assert arrival_of(night + timedelta(minutes=1), weekend, calendar, SANTIAGO) == Arrival(date(2026, 9, 12))


def test_that_a_calendar_that_the_library_knows_no_more_is_unknown_and_no_failure() -> None:
    gone = Calendar("12345", "ZZ", opened=frozenset({date(2026, 12, 3)}))
    assert not gone.works(date(2026, 12, 2)) and gone.works(date(2026, 12, 3)) and gone.holiday(date(2026, 12, 2)) == ""
    noon = datetime(2026, 12, 2, 12, tzinfo=UTC)
    assert arrival_of(noon, TERMS, Calendar("12345", "US", "ZZ"), NEW_YORK) is None
