"""Ranges of days, both ends included."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel.days import DayRange, date_text, day_text, month_text, weekday_text

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


def test_that_days_read_the_same_on_a_machine_of_another_language() -> None:
    class German(date):
        def __format__(self, form: str) -> str:
            return "Fr" if form == "%a" else "Dez"

        def strftime(self, form: str) -> str:
            return format(self, form)

    assert day_text(German(2026, 12, 4), year=True) == "Fri 4 Dec 2026"
    assert date_text(German(2026, 12, 4)) == "4 Dec 2026"


def test_that_each_weekday_and_month_has_its_english_name() -> None:
    first = date(2024, 1, 1)
    for offset in range(366):
        day = first + timedelta(days=offset)
        assert (weekday_text(day), month_text(day)) == (f"{day:%a}", f"{day:%b}")
    assert date_text(date(2026, 12, 4)) == "4 Dec 2026"
