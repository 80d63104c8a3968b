"""A store that was made before there was a chain: its rows are chained once, at the upgrade, and the log says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crs_desktop.bootstrap.services import open_house
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.store.driver import connect
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.make_released import MADE_AT
from tests.store.old_stores import encrypted, unpacked
from tests.store.pharmacy import WEBER
from tests.store.tamper import behind_its_back, looked, rows_of, verdict


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The store that the first release left, encrypted and not yet climbed."""
    path = unpacked(tmp_path / "site.crs", "0001")
    encrypted(path)
    return path


def log_of(path: Path) -> list[tuple[object, ...]]:
    connection = connect(path, KEYS.data, read_only=True)
    names = "id, request_id, at, actor, role, desk, intent, subject, subject_id, action, reason, before, after"
    found: list[tuple[object, ...]] = connection.execute(f"SELECT {names} FROM change_log ORDER BY id").fetchall()
    connection.close()
    return found


def climbed(path: Path) -> None:
    house = open_house(path, StatedClock(MADE_AT), ChangeFeed(), KEYS, ANYBODY)
    house.stock.add_place("today", "A new place", "5", WEBER)
    house.close()


def test_that_an_unchained_store_is_asked_to_be_opened_first(old: Path) -> None:
    before = log_of(old)
    with pytest.raises(EnvironmentFailure) as caught:
        looked(old)
    assert caught.value.finding.code == "audit_store_older"
    assert log_of(old) == before


def test_that_its_rows_stay_as_they_were_and_a_row_says_that_they_were_chained(old: Path) -> None:
    before = log_of(old)
    climbed(old)
    assert log_of(old)[: len(before)] == before
    with behind_its_back(old) as connection:
        said = rows_of(connection)[len(before)]
    assert (said["actor"], said["action"], json.loads(str(said["after"]))) == (
        "crs_desktop", "begin chain", {"first": 1, "last": len(before)},
    )  # fmt: skip
    found = looked(old)
    assert found.good and found.rows == len(before) + 2 and found.records > 90


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE change_log SET actor = 'x' WHERE id = 5", [("audit_row_does_not_fit", "5")]),
        ("DELETE FROM change_log WHERE id = 5", [("audit_rows_missing", "6")]),
        ("UPDATE doses SET amount = amount + 1", "audit_record_changed"),
        ("UPDATE weighings SET weight = weight + 1 WHERE id = 2", "audit_record_changed"),
    ],
)
def test_that_what_was_recorded_before_is_held_fast_from_then_on(old: Path, statement: str, expected: object) -> None:
    climbed(old)
    with behind_its_back(old) as connection:
        connection.execute(statement)
    found = verdict(old)
    assert found == expected or [code for code, _ in found] == [expected]
