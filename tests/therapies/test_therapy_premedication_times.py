"""Premedication at clock times: elapsed time is exact over a clock change, and an unknown offset stays unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.rules.premedication import premedication_times
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.words import premedication_when
from tests.therapies.made_up_regimens import medicine

LIBRARY = load_catalogue()
ZONES = ("America/New_York", "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")


def test_that_the_times_count_back_from_the_start() -> None:
    dose = schedule(LIBRARY.protocol("teclistamab"), "mono", date(2026, 12, 1), None)[0]
    starts = datetime(2026, 12, 1, 10, 0, tzinfo=ZoneInfo("America/New_York"))
    for timed in premedication_times(dose, starts):
        assert timed.earliest == datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
        assert timed.latest == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
        assert timed.days == (date(2026, 12, 1),)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1)])
def test_that_an_hour_is_an_hour_on_the_night_of_a_clock_change(zone: str, day: date) -> None:
    dose = schedule(LIBRARY.protocol("axicabtagene_ciloleucel"), "single", day, None)[0]
    starts = datetime(day.year, day.month, day.day, 3, 30, tzinfo=ZoneInfo(zone))
    first = premedication_times(dose, starts)[0]
    assert first.latest is not None
    assert starts.astimezone(UTC) - first.latest == timedelta(minutes=60)
    assert first.latest.tzinfo is UTC


def test_that_an_unknown_offset_or_start_gives_no_time() -> None:
    dose = schedule(LIBRARY.protocol("axicabtagene_ciloleucel"), "single", date(2026, 12, 7), None)[0]
    times = {timed.item.id: timed for timed in premedication_times(dose, datetime(2026, 12, 7, 15, tzinfo=UTC))}
    steroid = times["dexamethasone_prophylaxis"]
    assert (steroid.earliest, steroid.latest, steroid.item.optional) == (None, None, True)
    assert steroid.days == (date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 9))
    assert all(timed.earliest is None for timed in premedication_times(dose, None))


@pytest.mark.parametrize("said", ["one dose passes without CRS", "until one dose passes without CRS"])
def test_that_a_stop_rule_is_said_behind_its_word_once(said: str) -> None:
    assert premedication_when(medicine("x", until=said)).endswith("before; until one dose passes without CRS")
    assert "until" not in premedication_when(medicine("x"))
