"""On hand by lot, place and day: the fast answer of the store is the fold over the ledger, also where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crs_desktop.stock import repository
from crs_desktop.stock.days import day_starts, even_stretches, on_hand_by_day
from tests.stock.conftest import Shelf

NEW_YORK, LORD_HOWE = ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
# Around the nights in which clocks change in New York (1 November 2026) and on Lord Howe Island (4 October 2026).
FIRST = date(2026, 9, 20)
HOURS = st.integers(0, 24 * 60)
LINES = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), HOURS, st.integers(-3, 6)), max_size=25)


@pytest.mark.parametrize("zone", [NEW_YORK, LORD_HOWE, ZoneInfo("UTC")], ids=str)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(lines=[(0, 0, 43 * 24 + 4, 4)], first=40, days=10)  # in the 25th hour of 1 November
@given(lines=LINES, first=st.integers(-3, 50), days=st.integers(1, 35))
def test_that_the_store_counts_what_the_fold_counts(
    shelf: Shelf, zone: ZoneInfo, lines: list[tuple[int, int, int, int]], first: int, days: int
) -> None:
    with shelf.store._write() as session:
        transaction = session.begin_nested()
        _write(shelf, session, lines)
        day = FIRST + timedelta(days=first)
        found = repository.on_hand_by_day(session, day, days, zone)
        assert found == on_hand_by_day(repository.movements(session), day, days, zone)
        transaction.rollback()


def _write(shelf: Shelf, session, lines) -> None:  # type: ignore[no-untyped-def]
    """Lots and places of its own, and each line at its hour after the first day; what would overdraw is left out."""
    begin = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    connection = session.connection()
    for number in (1, 2):
        connection.exec_driver_sql(f"INSERT INTO places (id, name, reach_minutes) VALUES ({number}, 'P{number}', 5)")
        connection.exec_driver_sql(
            "INSERT INTO lots (id, brand, strength, number, expires) "
            f"VALUES ({number}, 'Actemra', 400000, 'L{number}', '2027-12-31')"
        )
    held: dict[tuple[int, int], int] = {}
    for lot, place, hour, vials in lines:
        there = held.get((lot, place), 0) + vials
        if vials and there >= 0:
            held[lot, place] = there
            at = int((begin + timedelta(hours=hour)).timestamp()) * 1000
            connection.exec_driver_sql(
                "INSERT INTO movements (lot_id, place_id, vials, kind, reason, at, actor) "
                f"VALUES ({lot + 1}, {place + 1}, {vials}, 'waste', '', {at}, 'W')"
            )


def test_that_a_line_counts_from_the_day_on_which_it_was_written(shelf: Shelf) -> None:
    """The shelf's clock stands at 03:30 in New York on 2 December 2026."""
    place = shelf.place()
    moved = shelf.receive(place, "B1", 4)
    shelf.waste(moved, 1)
    with shelf.store.read() as session:
        found = repository.on_hand_by_day(session, date(2026, 11, 30), 4, NEW_YORK)
    assert found == {(moved.lot.id, place.id): (0, 0, 3, 3)}


def test_that_what_was_used_up_before_is_left_out(shelf: Shelf) -> None:
    shelf.waste(shelf.receive(shelf.place(), "B1", 4), 4)
    with shelf.store.read() as session:
        assert repository.on_hand_by_day(session, date(2026, 12, 1), 9, NEW_YORK) == {}
        assert on_hand_by_day(repository.movements(session), date(2026, 12, 1), 9, NEW_YORK) == {}


def test_that_a_day_of_25_or_23_hours_ends_a_stretch() -> None:
    autumn = day_starts(date(2026, 10, 31), 4, NEW_YORK)
    assert [(later - here) // 3_600_000 for here, later in pairwise(autumn)] == [24, 25, 24]
    assert [number for number, _ in even_stretches(autumn)] == [0, 2]
    spring = day_starts(date(2027, 3, 13), 3, NEW_YORK)
    assert [number for number, _ in even_stretches(spring)] == [0, 2]
