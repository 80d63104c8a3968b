"""The self-check at a start: each thing that keeps a store safe and closed is taken away, and nothing is opened."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.wording import say
from crs_desktop.store import driver as opened
from crs_desktop.store.driver import PLAIN_HEADER, connect
from crs_desktop.store.first_look import first_look
from crs_desktop.store.opening import CURRENT_SCHEMA
from crs_desktop.store.verify import looking_at
from tests.store.made_up_keys import KEYS, OTHER_KEYS
from tests.store.old_stores import unpacked
from tests.store.pharmacy import new_store, open_pharmacy
from tests.store.test_opening import DRIVER, ELSE, deaf_to, driver_like

Patch = pytest.MonkeyPatch
MOST_SECONDS = 0.005


def older(path: Path, patch: Patch) -> None:
    patch.setattr(opened, "driver", driver_like(sqlite_version_info=(3, 51, 2)))


class Ignorant(sqlite3.Connection):
    """A plain driver that says it knows encryption, and passes over what it does not understand."""

    def execute(self, sql: str, *values: Any) -> Any:
        return super().execute("SELECT '4.19.0'" if sql == "PRAGMA cipher_version" else sql, *values)


def ignorant(file: str, **settings: Any) -> Any:
    return sqlite3.connect(file, factory=Ignorant, **settings)


def plain_driver(path: Path, patch: Patch) -> None:
    patch.setattr(opened, "driver", driver_like(connect=sqlite3.connect))


def lying_driver(path: Path, patch: Patch) -> None:
    patch.setattr(opened, "driver", driver_like(connect=ignorant, Error=sqlite3.Error))


def plain_file(path: Path, patch: Patch) -> None:
    unpacked(path, "0002")


def deaf(name: str) -> Callable[[Path, Patch], None]:
    def mutate(path: Path, patch: Patch) -> None:
        kind = deaf_to(name, ELSE.get(name, "0"))
        patch.setattr(
            opened, "driver", driver_like(connect=lambda file, **more: DRIVER.connect(file, **more, factory=kind))
        )

    return mutate


def other_schema(path: Path, patch: Patch) -> None:
    connection = connect(path, KEYS.data)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def no_schema(path: Path, patch: Patch) -> None:
    connection = connect(path, KEYS.data)
    connection.execute("DELETE FROM alembic_version")
    connection.close()


def key_stripped(path: Path, patch: Patch) -> None:
    give = opened.give_key
    patch.setattr(opened, "give_key", lambda connection, key: give(connection, None))


def other_key(path: Path, patch: Patch) -> None:
    give = opened.give_key
    patch.setattr(opened, "give_key", lambda connection, key: give(connection, OTHER_KEYS.data))


EIGHT: dict[str, tuple[Callable[[Path, Patch], None], str]] = {
    "version floor": (older, "store_driver_too_old"),
    "cipher present": (plain_driver, "store_driver_without_cipher"),
    "header": (plain_file, "store_not_encrypted"),
    "foreign keys": (deaf("foreign_keys"), "store_setting_refused"),
    "synchronous": (deaf("synchronous"), "store_setting_refused"),
    "journal mode": (deaf("journal_mode"), "store_setting_refused"),
    "temp store": (deaf("temp_store"), "store_setting_refused"),
    "schema number": (other_schema, "store_newer"),
}
MORE: dict[str, tuple[Callable[[Path, Patch], None], str]] = {
    "no schema number": (no_schema, "store_is_not_a_store"),
    "key stripped": (key_stripped, "store_is_not_a_store"),
    "another key": (other_key, "store_is_not_a_store"),
    "a plain driver that says it knows encryption": (lying_driver, "store_is_not_a_store"),
}

# These are about a store that is there; another key makes another store.
OF_THE_FILE = ("header", "schema number", "no schema number", "another key")


@pytest.mark.parametrize("what", [*EIGHT, *MORE])
def test_that_each_mutation_stops_the_start_and_touches_nothing(tmp_path: Path, monkeypatch: Patch, what: str) -> None:
    path = new_store(tmp_path / "t.crs")
    mutate, code = (EIGHT | MORE)[what]
    mutate(path, monkeypatch)
    before = path.read_bytes()
    with pytest.raises(EnvironmentFailure) as caught:
        open_pharmacy(path)
    assert caught.value.finding.code == code and say(caught.value.finding)
    if "schema" not in what:
        with pytest.raises(EnvironmentFailure) as looked:
            first_look(path, "board", KEYS.data)
        assert looked.value.finding == caught.value.finding
    with pytest.raises(EnvironmentFailure), looking_at(path, KEYS.data, CURRENT_SCHEMA):
        pass
    if what != "journal mode":  # that one is written down in the file itself
        assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["t.crs"]


@pytest.mark.parametrize("what", [name for name in (*EIGHT, *MORE) if name not in OF_THE_FILE])
def test_that_each_mutation_also_stops_a_first_start_and_no_plain_store_is_left(
    tmp_path: Path, monkeypatch: Patch, what: str
) -> None:
    mutate, _ = (EIGHT | MORE)[what]
    mutate(tmp_path / "t.crs", monkeypatch)
    with pytest.raises(EnvironmentFailure):
        open_pharmacy(tmp_path / "t.crs")
    assert list(tmp_path.iterdir()) == []


def test_that_nothing_is_said_on_standard_error_about_a_wrong_key_or_a_damaged_page(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = new_store(tmp_path / "t.crs")
    for at, key in ((9000, OTHER_KEYS.data), (9001, KEYS.data)):
        raw = bytearray(path.read_bytes())
        raw[at] ^= 1
        path.write_bytes(raw)
        with suppress(EnvironmentFailure):
            connection = connect(path, key)
            assert connection.execute("PRAGMA cipher_integrity_check").fetchall() and key == KEYS.data
            connection.close()
    assert capfd.readouterr() == ("", "")


def test_that_a_new_store_says_nothing_in_its_first_bytes_nor_anywhere(tmp_path: Path) -> None:
    path = new_store(tmp_path / "t.crs")
    raw = path.read_bytes()
    assert not raw.startswith(PLAIN_HEADER) and b"CREATE" not in raw and b"alembic" not in raw
    assert len(set(raw)) == 256


def test_that_a_connection_with_a_key_costs_under_5_ms(tmp_path: Path) -> None:
    path = new_store(tmp_path / "t.crs")
    times = []
    for _ in range(40):
        start = time.perf_counter()
        connection = connect(path, KEYS.data)
        times.append(time.perf_counter() - start)
        connection.close()
    print(f"a connection with a key: {statistics.median(times) * 1000:.2f} ms, with every setting read back")
    assert statistics.median(times) < MOST_SECONDS
