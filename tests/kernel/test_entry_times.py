"""Times as people type them: local, unambiguous, never guessed over the change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.kernel.clock import parse_instant
from crs_desktop.kernel.entry import read_clock_time, read_local_instant
from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.wording import say

NEW_YORK = ZoneInfo("America/New_York")
KATHMANDU = ZoneInfo("Asia/Kathmandu")


def read(text: str, zone: ZoneInfo = NEW_YORK) -> datetime | str:
    """The instant, or the code of the refusal (which can be said in a sentence)."""
    answer = read_local_instant(text, zone, "given_at")
    if isinstance(answer, Finding):
        assert answer.value or not text
        assert "{" not in say(answer)
        return answer.code
    assert answer.tzinfo is UTC
    return answer


@pytest.mark.parametrize(
    ("typed", "zone", "instant"),
    [
        ("2026-12-04 03:10", NEW_YORK, "2026-12-04T08:10Z"),
        (" 2026-07-04 03:10 ", NEW_YORK, "2026-07-04T07:10Z"),
        ("2026-12-04 03:10", KATHMANDU, "2026-12-03T21:25Z"),
        ("2026-12-04 00:00", ZoneInfo("UTC"), "2026-12-04T00:00Z"),
        ("2026-12-04 23:59", ZoneInfo("UTC"), "2026-12-04T23:59Z"),
        ("2026-11-01 01:30-04:00", NEW_YORK, "2026-11-01T05:30Z"),
        ("2026-11-01 01:30-05:00", NEW_YORK, "2026-11-01T06:30Z"),
    ],
)
def test_that_a_local_time_is_one_instant(typed: str, zone: ZoneInfo, instant: str) -> None:
    assert read(typed, zone) == parse_instant(instant)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-11-01 01:30", "instant_is_twice"),
        ("2026-03-08 02:30", "instant_does_not_exist"),
        ("2026-11-01 01:30-06:00", "instant_does_not_exist"),
        ("2026-12-04 03:10-04:00", "instant_does_not_exist"),
        ("2026-02-31 03:10", "day_does_not_exist"),
        ("1850-02-01 03:10", "day_out_of_range"),
        ("2026-12-04 24:00", "instant_not_understood"),
        ("2026-12-04 12:60", "instant_not_understood"),
        ("2026-12-04", "instant_not_understood"),
        ("03:10", "instant_not_understood"),
        ("2026-12-04 3:10 pm", "instant_not_understood"),
        ("04.12.2026 03:10", "instant_not_understood"),
        ("2026-12-04 \uff10\uff13:10", "instant_not_understood"),
        ("2026-12-04 \u0660\u0663:10", "instant_not_understood"),
        ("", "instant_not_understood"),
        ("now", "instant_not_understood"),
    ],
)
def test_that_a_time_that_is_not_one_instant_is_refused(typed: str, code: str) -> None:
    assert read(typed) == code


def test_that_the_hour_that_comes_twice_names_both_offsets() -> None:
    answer = read_local_instant("2026-11-01 01:30", NEW_YORK, "given_at")
    assert isinstance(answer, Finding)
    assert (answer.get("first"), answer.get("second")) == ("-04:00", "-05:00")


@pytest.mark.parametrize("typed", ["00:00", "09:30", "23:59", " 09:30 "])
def test_that_a_time_of_day_is_read(typed: str) -> None:
    assert read_clock_time(typed, "start") == typed.strip()


def test_that_a_time_of_day_may_be_left_out() -> None:
    assert read_clock_time("  ", "start") == ""


@pytest.mark.parametrize("typed", ["24:00", "9:30 am", "0930", "12:60", "noon", "\uff10\uff19:30", "-1:00", "09:30:00"])
def test_that_anything_else_is_not_a_time_of_day(typed: str) -> None:
    answer = read_clock_time(typed, "start")
    assert isinstance(answer, Finding)
    assert (answer.code, answer.field, answer.value) == ("clock_time_not_understood", "start", typed)
