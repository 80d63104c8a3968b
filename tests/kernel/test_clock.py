"""Instants are aware UTC of whole milliseconds; local time is only ever a way to write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel.clock import (
    StatedClock,
    SystemClock,
    from_milliseconds,
    local_day,
    local_text,
    parse_instant,
    to_milliseconds,
    whole_milliseconds,
)

NEW_YORK = ZoneInfo("America/New_York")
YEARS = [datetime.fromisoformat(day) for day in ("1900-01-01", "2199-12-31")]
instants = st.datetimes(*YEARS, timezones=st.timezones())


@given(st.integers(-(10**12), 7 * 10**12))
def test_that_milliseconds_come_back_whole(milliseconds: int) -> None:
    instant = from_milliseconds(milliseconds)
    assert to_milliseconds(instant) == milliseconds
    assert instant.tzinfo is UTC


@given(instants)
def test_that_any_aware_instant_survives_the_store_to_the_millisecond(instant: datetime) -> None:
    kept = from_milliseconds(to_milliseconds(instant))
    assert timedelta(0) <= instant.astimezone(UTC) - kept < timedelta(milliseconds=1)
    assert whole_milliseconds(instant) == kept
    assert kept.microsecond % 1000 == 0


def test_that_the_hour_that_comes_twice_is_two_instants() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK)
    again = first.replace(fold=1)
    assert to_milliseconds(again) - to_milliseconds(first) == 3_600_000
    assert local_text(from_milliseconds(to_milliseconds(first)), NEW_YORK) == "Sun 1 Nov 2026 01:30 (UTC-04:00)"
    assert local_text(from_milliseconds(to_milliseconds(again)), NEW_YORK) == "Sun 1 Nov 2026 01:30 (UTC-05:00)"


def test_that_eight_hours_over_the_end_of_summer_time_are_eight_hours() -> None:
    start = parse_instant("2026-10-31T22:00-04:00")
    later = start + timedelta(hours=8)
    assert local_text(later, NEW_YORK) == "Sun 1 Nov 2026 05:00 (UTC-05:00)"


def test_that_a_naive_instant_is_an_error() -> None:
    for cut in (to_milliseconds, whole_milliseconds):
        with pytest.raises(ValueError, match="without a zone"):
            cut(datetime(2026, 12, 4, 3, 10))  # noqa: DTZ001 (the very thing)


def test_that_the_machines_clock_tells_aware_utc_in_whole_milliseconds() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_that_a_stated_clock_stands_still() -> None:
    clock = StatedClock(datetime(2026, 12, 4, 3, 10, 0, 123_456, tzinfo=timezone(timedelta(hours=-5))))
    assert clock.now() == clock.now() == datetime(2026, 12, 4, 8, 10, 0, 123_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-12-03T03:10-05:00", datetime(2026, 12, 3, 8, 10, tzinfo=UTC)),
        ("2026-12-03 03:10:30-05:00", datetime(2026, 12, 3, 8, 10, 30, tzinfo=UTC)),
        (" 2026-12-03T08:10Z ", datetime(2026, 12, 3, 8, 10, tzinfo=UTC)),
        ("2026-12-03T08:10:00.1239Z", datetime(2026, 12, 3, 8, 10, 0, 123_000, tzinfo=UTC)),
        ("2026-12-03T13:40+05:30", datetime(2026, 12, 3, 8, 10, tzinfo=UTC)),
    ],
)
def test_that_an_instant_with_offset_is_read(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-12-03", "2026-12-03T03:10", "2026-12-03T03:10 EST", "20261203T0310Z", "2026-12-03T03:10-0500"),
        *("2026-02-31T03:10Z", "2026-12-03T24:30Z", "2026-12-03T03:60Z", "now", "2026-12-03T03:10:00,5Z"),
        *("\uff12\uff10\uff12\uff16-12-03T03:10Z", "1764749400", "2026-W49-4T03:10Z"),
    ],
)
def test_that_anything_else_is_not_an_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_instant(text)


def test_that_the_day_is_the_sites_day() -> None:
    late = parse_instant("2026-12-04T02:30Z")
    assert local_day(late, NEW_YORK) == date(2026, 12, 3)
    assert local_day(late, ZoneInfo("UTC")) == date(2026, 12, 4)
    assert local_day(late, ZoneInfo("Pacific/Kiritimati")) == date(2026, 12, 4)
