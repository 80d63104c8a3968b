"""Every release leaves a store behind, and today's program opens each of them: what was recorded stays readable.

A released file is made once (make_released.py) and never changed; before the first release it follows the schema.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from crs_desktop.bootstrap.services import open_house
from crs_desktop.house import House
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.readiness.board import Verdict
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.store.driver import PLAIN_HEADER, connect
from crs_desktop.store.encrypting import is_plain
from crs_desktop.store.opening import CURRENT_SCHEMA
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.make_released import MADE_AT, RELEASED
from tests.store.old_stores import encrypted
from tests.store.pharmacy import WEBER, new_store

FILES = sorted(RELEASED.glob("*.crs.gz"))


def unpacked(file: Path, folder: Path) -> Path:
    path = folder / "site.crs"
    path.write_bytes(gzip.decompress(file.read_bytes()))
    if is_plain(path):  # as the programs before encryption left them
        encrypted(path)
    return path


def open_now(path: Path) -> House:
    return open_house(path, StatedClock(MADE_AT), ChangeFeed(), KEYS, ANYBODY)


def schema(path: Path) -> list[tuple[str, str]]:
    connection = connect(path, KEYS.data, read_only=True)
    found = connection.execute("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
    rows = [(name, " ".join(str(sql).split())) for name, sql in found]
    connection.close()
    return rows


def test_that_today_s_schema_has_left_a_store() -> None:
    assert f"{CURRENT_SCHEMA}_demo.crs.gz" in [file.name for file in FILES]
    assert all(file.stat().st_size < 900_000 for file in FILES)


def test_that_released_stores_are_encrypted_since_0004_and_open_with_the_made_up_keys(tmp_path: Path) -> None:
    plain = {file.name[:4] for file in FILES if gzip.decompress(file.read_bytes()).startswith(PLAIN_HEADER)}
    assert plain == {"0001", "0002"}
    for file in FILES:
        connect(unpacked(file, tmp_path), KEYS.data).close()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_that_a_released_store_is_opened_and_everything_in_it_is_read(file: Path, tmp_path: Path) -> None:
    house = open_now(unpacked(file, tmp_path))
    board = house.readiness.board()
    assert isinstance(board.verdict, Verdict) and board.windows
    assert house.demo and house.zone.key == "America/New_York"
    assert len(house.patients.records()) == 7
    lots = {lot.number for lot in house.stock.lots()} - {"AV0170"}  # in the demo since 0006
    assert lots == {"B7310", "B7288", "B7301", "AV0192", "AV0188", "B6994"}
    (given,) = house.doses.entries()
    assert str(given.amount) == "400 mg" and len(given.vials) == 1
    assert house.stock.picture().totals and house.stock.earmarks() and house.library.entries()
    assert house.doses.overview() and house.policy.rows() is not None
    for record in house.patients.records():
        assert house.patients.record(record.patient.id) is not None
    house.close()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_that_a_released_store_is_written_on(file: Path, tmp_path: Path) -> None:
    path = unpacked(file, tmp_path)
    house = open_now(path)
    place = house.stock.places()[0]
    command = ReceiveLot("today", "Actemra", "400", "NEW1", "2027-09-30", "3", place.id)
    assert not isinstance(house.stock.receive(command, WEBER), Refused)
    house.close()
    connection = connect(path, KEYS.data)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_that_a_released_store_has_today_s_schema_after_opening(file: Path, tmp_path: Path) -> None:
    path = unpacked(file, tmp_path)
    open_now(path).close()
    assert schema(path) == schema(new_store(tmp_path / "new.crs")), (
        "a step was edited; before its release: python -m tests.store.make_released, after it: never, add a step"
    )
