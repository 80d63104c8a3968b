"""Ranges of days, both ends included."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel.days import DayRange, day_text

FRIDAY = date(2026, 12, 4)
days = st.dates(date(2026, 1, 1), date(2026, 3, 1))
ranges = st.builds(lambda first, length: DayRange(first, first + timedelta(days=length)), days, st.integers(0, 20))


def test_that_a_range_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends on or after"):
        DayRange(FRIDAY, FRIDAY - timedelta(days=1))


def test_that_both_ends_belong_to_the_range() -> None:
    window = DayRange(FRIDAY, FRIDAY + timedelta(days=14))
    assert window.first in window
    assert window.last in window
    assert window.last + timedelta(days=1) not in window
    assert window.first - timedelta(days=1) not in window
    assert len(window.days()) == 15


@pytest.mark.parametrize(("gap", "touching"), [(0, True), (1, True), (2, False), (-3, True)])
def test_that_adjacent_days_touch_and_a_free_day_parts(gap: int, touching: bool) -> None:
    one = DayRange(FRIDAY, FRIDAY + timedelta(days=3))
    other = DayRange(one.last + timedelta(days=gap), one.last + timedelta(days=gap + 5))
    assert one.touches(other) is touching
    assert other.touches(one) is touching


@given(ranges, ranges)
def test_that_joining_touching_ranges_holds_their_days_and_no_others(one: DayRange, other: DayRange) -> None:
    joined = one.joined(other)
    together = set(one.days()) | set(other.days())
    assert together <= set(joined.days())
    assert (set(joined.days()) == together) is one.touches(other)
    assert joined == other.joined(one)


@given(ranges, days)
def test_that_a_day_is_in_a_range_when_its_list_says_so(window: DayRange, day: date) -> None:
    assert (day in window) is (day in window.days())


def test_that_days_are_written_for_people() -> None:
    assert day_text(FRIDAY) == "Fri 4 Dec"
    assert day_text(FRIDAY, year=True) == "Fri 4 Dec 2026"
