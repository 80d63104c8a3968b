"""Which backups stay, as a table: many of today, one a day for 14 days, one a week for 8 weeks, one a month for 12."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from crs_desktop.store.rotation import Dated, superfluous

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 12, 2, 17, 0, tzinfo=UTC)  # a Wednesday, noon in New York


def kept(backups: list[Dated]) -> list[str]:
    gone = superfluous(backups, NEW_YORK)
    return sorted(one.name for one in backups if one.name not in gone)


def daily(days: int) -> list[Dated]:
    return [Dated(f"{ago:04}", NOON - timedelta(days=ago)) for ago in range(days)]


def test_that_without_backups_nothing_goes() -> None:
    assert superfluous([], NEW_YORK) == ()


def test_that_all_of_the_last_day_stay_and_of_an_earlier_day_the_newest() -> None:
    half_hours = [Dated(f"{n:03}", NOON - timedelta(minutes=30 * n)) for n in range(144)]
    stay = kept(half_hours)
    assert stay[:49] == [f"{n:03}" for n in range(49)]
    # 24 h back is noon of Tuesday; the newest of Monday is 23:30 that day, of Sunday 23:30 as well.
    assert stay[49:] == ["073", "121"]


def test_that_a_year_of_daily_backups_is_thinned_to_days_weeks_and_months() -> None:
    stay = kept(daily(400))
    assert stay[:14] == [f"{ago:04}" for ago in range(14)]
    weeks = ["0003", "0010", "0017", "0024", "0031", "0038", "0045"]  # Sundays, the newest of each earlier week
    assert set(weeks) <= set(stay)
    months = ["0002", "0032", "0063", "0093", "0124", "0155", "0185", "0216", "0246", "0277", "0305"]  # last days
    assert set(months) <= set(stay)
    assert len(stay) == 14 + 5 + 10  # two of the weeks and one of the months are among the days


def test_that_what_was_taken_before_an_upgrade_stays_until_confirmed() -> None:
    old = NOON - timedelta(days=700)
    assert kept([*daily(30), Dated("upgrade", old, held=True)])[-1] == "upgrade"
    between = NOON - timedelta(days=20, hours=2)
    assert "confirmed" not in kept([*daily(30), Dated("confirmed", between, held=False)])


def test_that_the_day_is_the_site_s() -> None:
    late, early = datetime(2026, 11, 20, 4, 59, tzinfo=UTC), datetime(2026, 11, 20, 5, 1, tzinfo=UTC)
    two_days = [Dated("now", NOON), Dated("before midnight", late), Dated("after midnight", early)]
    assert superfluous(two_days, NEW_YORK) == ()
    assert superfluous(two_days, ZoneInfo("UTC")) == ("before midnight",)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60 * 24 * 900), st.booleans()), max_size=120))
def test_that_the_newest_and_all_held_stay_and_asking_twice_changes_nothing(made: list[tuple[int, bool]]) -> None:
    backups = [Dated(f"{n}", NOON - timedelta(minutes=ago), held) for n, (ago, held) in enumerate(made)]
    gone = set(superfluous(backups, NEW_YORK))
    left = [one for one in backups if one.name not in gone]
    assert superfluous(left, NEW_YORK) == ()
    assert all(one.held <= (one in left) for one in backups)
    if backups:
        assert max(backups, key=lambda one: (one.made_at, one.name)) in left
    recent = sum(1 for one in backups if NOON - timedelta(0) - one.made_at <= timedelta(hours=24))
    assert len([one for one in left if not one.held]) <= 14 + 8 + 12 + max(recent, len(backups) - len(gone))
