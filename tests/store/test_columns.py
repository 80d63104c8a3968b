"""What goes into a column comes out equal: instants through a repeated hour, exact amounts, JSON without floats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from crs_desktop.kernel.amounts import BodyWeight, Mass
from crs_desktop.store.columns import DayColumn, InstantColumn, JsonColumn, MassColumn, WeightColumn
from crs_desktop.store.driver import connect
from crs_desktop.store.engine import writer_engine
from tests.store.made_up_keys import KEYS

THINGS = Table(
    "things", MetaData(),
    Column("id", Integer, primary_key=True), Column("at", InstantColumn), Column("day", DayColumn),
    Column("mass", MassColumn), Column("weight", WeightColumn), Column("body", JsonColumn), sqlite_strict=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path: Path = tmp_path_factory.mktemp("columns") / "t.crs"
    connect(path, KEYS.data, new=True).close()
    made = writer_engine(path, KEYS.data)
    with made.begin() as connection:
        THINGS.metadata.create_all(connection)
    yield made
    made.dispose()


def through(engine: Engine, **values: Any) -> Any:
    """The row as it comes back."""
    with engine.begin() as connection:
        key = connection.execute(insert(THINGS).values(**values)).inserted_primary_key[0]
    with engine.begin() as connection:
        return connection.execute(select(THINGS).where(THINGS.c.id == key)).one()


def test_that_both_passes_of_a_repeated_hour_stay_apart_to_the_millisecond(engine: Engine) -> None:
    zone = ZoneInfo("America/New_York")
    wall = datetime(2026, 11, 1, 1, 0, tzinfo=zone)
    passes = [
        (wall + timedelta(milliseconds=7_211 * step)).replace(fold=fold) for fold in (0, 1) for step in range(499)
    ]
    with engine.begin() as connection:
        connection.execute(THINGS.delete())
        connection.execute(insert(THINGS), [{"at": instant} for instant in passes])
        stored = [row.at for row in connection.execute(select(THINGS).order_by(THINGS.c.id))]
    assert stored == [instant.astimezone(UTC) for instant in passes]
    assert all(instant.tzinfo is UTC for instant in stored)
    assert stored[499] - stored[0] == timedelta(hours=1), "the same wall time, an hour later"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    instant=st.datetimes(timezones=st.timezones()).filter(lambda found: 1900 < found.year < 2200),
    day=st.dates(date(1900, 1, 1), date(2199, 12, 31)), mcg=st.integers(-(10**12), 10**12),
    grams=st.integers(1, 10**9),
)  # fmt: skip
def test_that_what_is_stored_comes_back_equal(
    engine: Engine, instant: datetime, day: date, mcg: int, grams: int
) -> None:
    row = through(engine, at=instant, day=day, mass=Mass(mcg), weight=BodyWeight(grams))
    moment = instant.astimezone(UTC)
    assert row.at == moment - timedelta(microseconds=moment.microsecond % 1000)
    assert (row.day, row.mass, row.weight) == (day, Mass(mcg), BodyWeight(grams))
    assert row.mass.mg * 1000 == Decimal(mcg) and row.weight.kg * 1000 == Decimal(grams)


def test_that_nothing_stays_nothing(engine: Engine) -> None:
    row = through(engine, at=None, day=None, mass=None, weight=None, body=None)
    assert tuple(row)[1:] == (None,) * 5


def test_that_an_instant_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        through(engine, at=datetime(2026, 11, 1, 1, 30))  # noqa: DTZ001


@pytest.mark.parametrize("offset", [-720, -300, 0, 345, 840])
def test_that_offsets_are_the_same_instant(engine: Engine, offset: int) -> None:
    local = datetime(2026, 11, 1, 1, 30, 0, 123000, tzinfo=timezone(timedelta(minutes=offset)))
    assert through(engine, at=local).at == local


@pytest.mark.parametrize("body", [1.5, [0.1], {"kg": 72.5}, {"a": [{"b": 0.0}]}, float("nan"), float("inf")])
def test_that_json_with_a_float_is_refused(engine: Engine, body: Any) -> None:
    with pytest.raises(StatementError, match="float"):
        through(engine, body=body)


def test_that_json_keeps_text_of_every_script_and_whole_numbers(engine: Engine) -> None:
    body = {"name": "Élise Ελένη 李 עברית", "n": 10**18, "none": None, "yes": True, "list": [1, "2", []]}
    assert through(engine, body=body).body == body


@pytest.mark.parametrize("column", ["at", "mass", "weight"])
@pytest.mark.parametrize("value", ["'12 kg'", "1.5", "'12,5'", "x'00'", "1e99"])
def test_that_text_or_a_fraction_in_a_number_is_refused_by_the_store_itself(
    engine: Engine, column: str, value: str
) -> None:
    with pytest.raises(DBAPIError, match="cannot store"), engine.begin() as connection:
        connection.execute(text(f"INSERT INTO things ({column}) VALUES ({value})"))


def test_that_a_number_of_another_kind_is_no_amount(engine: Engine) -> None:
    for values in ({"mass": Decimal("1.5")}, {"mass": 8}, {"weight": 70.5}, {"at": 5}, {"day": "2026-12-02"}):
        with pytest.raises((StatementError, AttributeError)):
            through(engine, **values)
