"""The judge is judged: each thing that it must see is done to a store, and it says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from crs_desktop.store.driver import give_key
from tests.crash.judge import Truth, judge, truth_of
from tests.crash.recorder import STORE, record
from tests.store.made_up_keys import KEYS

DOSES = 4


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[bytes, Truth]]:
    """A store with its doses, in one file, and what is true of it."""
    path = tmp_path_factory.mktemp("judge") / STORE
    record(path, DOSES)
    yield path.read_bytes(), truth_of(path)


def spoil(path: Path, *statements: str) -> None:
    """Change what the store itself would not let anybody change."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    give_key(connection, KEYS.data)
    connection.execute("PRAGMA foreign_keys = off")
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_that_a_whole_store_is_found_whole(tmp_path: Path, recorded: tuple[bytes, Truth]) -> None:
    (tmp_path / STORE).write_bytes(recorded[0])
    found = judge(tmp_path, DOSES, recorded[1])
    assert (found.lost, found.half, found.corrupt, found.doses) == ([], [], [], DOSES)


def test_that_an_acknowledged_dose_that_is_not_there_is_lost(tmp_path: Path, recorded: tuple[bytes, Truth]) -> None:
    (tmp_path / STORE).write_bytes(recorded[0])
    assert judge(tmp_path, DOSES + 2, recorded[1]).lost == ["d-5", "d-6"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM movements WHERE id = (SELECT max(id) FROM movements)",
        "DELETE FROM dose_vials WHERE dose_id = 2",
        "DELETE FROM change_log WHERE request_id = 'd-2'",
        "DELETE FROM requests WHERE request_id = 'd-2'",
        "DELETE FROM doses WHERE request_id = 'd-2'",
        "UPDATE doses SET amount = amount + 1 WHERE request_id = 'd-2'",
        "UPDATE balances SET vials = vials + 1",
        "UPDATE change_log SET actor = 'somebody' WHERE request_id = 'd-2'",
        "DELETE FROM balances",
    ],
)
def test_that_a_dose_that_is_not_whole_is_seen(tmp_path: Path, recorded: tuple[bytes, Truth], statement: str) -> None:
    (tmp_path / STORE).write_bytes(recorded[0])
    spoil(tmp_path / STORE, statement)
    found = judge(tmp_path, DOSES, recorded[1])
    assert found.half, statement


def test_that_more_than_was_ever_asked_is_seen(tmp_path: Path, recorded: tuple[bytes, Truth]) -> None:
    (tmp_path / STORE).write_bytes(recorded[0])
    assert judge(tmp_path, DOSES - 2, recorded[1]).half == ["more than was recorded"]


def test_that_a_store_that_does_not_open_or_is_missing_is_corrupt(
    tmp_path: Path, recorded: tuple[bytes, Truth]
) -> None:
    assert judge(tmp_path, 0, recorded[1]).corrupt and not judge(tmp_path, -1, recorded[1]).corrupt
    (tmp_path / STORE).write_bytes(recorded[0][: len(recorded[0]) // 2])
    assert judge(tmp_path, DOSES, recorded[1]).corrupt
