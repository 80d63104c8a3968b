"""Opening fails closed: each setting that keeps doses safe is taken away once, and each time nothing is opened."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.wording import say
from crs_desktop.store import driver as opened
from crs_desktop.store.engine import reader_engine, writer_engine
from crs_desktop.store.first_look import first_look
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import Pharmacy, new_store, note, open_pharmacy, rows

DRIVER = opened.driver


def deaf_to(name: str, instead: str) -> type:
    """A connection of the real driver that has another value from the beginning and keeps it."""

    class Deaf(DRIVER.Connection):  # type: ignore[misc, name-defined, unused-ignore]
        def execute(self, sql: str, *values: Any) -> Any:
            answer = super().execute("SELECT 1" if sql.startswith(f"PRAGMA {name} =") else sql, *values)
            if sql.startswith("PRAGMA key"):
                super().execute(f"PRAGMA {name} = {instead}")
            return answer

    return Deaf


def driver_like(**others: Any) -> SimpleNamespace:
    """The real driver with some of its parts replaced."""
    parts = {"__name__": DRIVER.__name__, "connect": DRIVER.connect, "Error": DRIVER.Error,
             "sqlite_version_info": DRIVER.sqlite_version_info}  # fmt: skip
    return SimpleNamespace(**{**parts, **others})


def refusal(path: Path) -> tuple[str, str]:
    """Code and sentence with which a start is stopped; the first look at the store is stopped with the same."""
    with pytest.raises(EnvironmentFailure) as caught:
        open_pharmacy(path)
    with pytest.raises(EnvironmentFailure) as looked:
        first_look(path, "board", KEYS.data)
    assert looked.value.finding == caught.value.finding
    return caught.value.finding.code, say(caught.value.finding)


def test_that_the_driver_in_use_is_past_the_floor_and_knows_encryption(tmp_path: Path) -> None:
    opened.check_driver()
    assert DRIVER.sqlite_version_info >= opened.VERSION_FLOOR >= (3, 51, 3)
    connection = opened.connect(new_store(tmp_path / "t.crs"), KEYS.data)
    assert connection.execute("PRAGMA cipher_version").fetchone()[0]
    connection.close()


def test_that_an_older_driver_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = new_store(tmp_path / "t.crs")
    monkeypatch.setattr(opened, "driver", driver_like(sqlite_version_info=(3, 51, 2)))
    code, sentence = refusal(path)
    assert code == "store_driver_too_old" and "3.51.2" in sentence and "3.51.3" in sentence


def test_that_a_driver_without_encryption_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = new_store(tmp_path / "t.crs")
    monkeypatch.setattr(opened, "VERSION_FLOOR", (3, 0, 0))
    monkeypatch.setattr(opened, "driver", sqlite3)
    assert refusal(path)[0] == "store_driver_without_cipher"


NEEDED = {
    "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "recursive_triggers": "1", "temp_store": "2",
    "secure_delete": "1", "trusted_schema": "0", "cell_size_check": "1", "fullfsync": "1",
}  # fmt: skip
# What a connection has when nobody sets it, or when somebody asks for the dangerous value.
ELSE = {"synchronous": "1", "temp_store": "1", "journal_mode": "delete", "trusted_schema": "1"}


def test_that_every_needed_setting_is_asked_for() -> None:
    assert opened.PRAGMAS == NEEDED


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_that_a_setting_that_does_not_hold_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = new_store(tmp_path / "t.crs")
    deaf = deaf_to(name, ELSE.get(name, "0"))

    def connect(file: str, **settings: Any) -> Any:
        return DRIVER.connect(file, **settings, factory=deaf)

    monkeypatch.setattr(opened, "driver", driver_like(connect=connect))
    with pytest.raises(EnvironmentFailure) as caught:
        opened.connect(path, KEYS.data)
    assert (caught.value.finding.code, caught.value.finding.field) == ("store_setting_refused", name)
    assert name in say(caught.value.finding)


def test_that_every_connection_of_writers_and_readers_has_the_settings(pharmacy: Pharmacy) -> None:
    def settings_of(engine: Engine) -> dict[str, str]:
        with engine.connect() as one:
            return {name: str(one.exec_driver_sql(f"PRAGMA {name}").scalar_one()).lower() for name in NEEDED}

    for maker in (writer_engine, reader_engine):
        engine = maker(pharmacy.store.path, KEYS.data)
        assert settings_of(engine) == NEEDED
        engine.dispose()


def test_that_readers_cannot_write(pharmacy: Pharmacy) -> None:
    with pytest.raises(EnvironmentFailure), pharmacy.store.read() as session:
        session.connection().exec_driver_sql("INSERT INTO store_facts VALUES ('a', 'b')")
    assert rows(pharmacy.store, "SELECT * FROM store_facts WHERE name = 'a'") == []


def test_that_a_store_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    other = DRIVER.connect(str(path), isolation_level=None)
    opened.give_key(other, KEYS.data)  # even one that our key opens
    other.execute("PRAGMA application_id = 1234")
    other.execute("CREATE TABLE books (title)")
    other.close()
    before = path.read_bytes()
    assert refusal(path)[0] == "store_is_not_a_store"
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["books.db"]


def test_that_the_first_bytes_are_looked_at_before_a_driver_touches_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(file: str, **settings: Any) -> Any:
        assert file == ":memory:", "a driver was let at a file that is no store"
        return DRIVER.connect(file, **settings)

    path = tmp_path / "t.crs"
    path.write_bytes(opened.PLAIN_HEADER + bytes(range(256)) * 64)
    other = new_store(tmp_path / "other.crs")
    monkeypatch.setattr(opened, "driver", driver_like(connect=connect))
    assert refusal(path)[0] == "store_not_encrypted"
    with pytest.raises(EnvironmentFailure) as caught:
        opened.connect(other, None)
    assert caught.value.finding.code == "store_is_not_a_store"


def test_that_our_mark_without_our_schema_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "t.crs"
    opened.connect(path, KEYS.data, new=True).close()
    with pytest.raises(EnvironmentFailure) as caught:
        open_pharmacy(path)
    assert caught.value.finding.code == "store_is_not_a_store"


@pytest.mark.parametrize(
    ("found", "code"), [("0009", "store_newer"), ("9999", "store_newer"), ("0000", "store_schema_unknown")]
)
def test_that_a_store_with_a_schema_we_do_not_know_is_refused_and_left(tmp_path: Path, found: str, code: str) -> None:
    path = new_store(tmp_path / "t.crs")
    connection = opened.connect(path, KEYS.data)
    connection.execute("UPDATE alembic_version SET version_num = ?", (found,))
    connection.close()
    before = path.read_bytes()
    with pytest.raises(EnvironmentFailure) as caught:
        open_pharmacy(path)
    assert caught.value.finding.code == code
    assert "t.crs" in say(caught.value.finding) and str(tmp_path) not in say(caught.value.finding)
    assert path.read_bytes() == before


def test_that_a_store_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.crs"
    with monkeypatch.context() as patch:
        patch.setattr("crs_desktop.store.upgrade._put", lambda draft, path: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            open_pharmacy(path)
    assert list(tmp_path.iterdir()) == []
    made = open_pharmacy(path)
    note(made.store, "first")
    made.close()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["t.crs", "t.crs.heads"]


def test_that_the_store_of_a_faster_desk_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.crs"
    faster = new_store(tmp_path / "faster.crs")
    there = open_pharmacy(faster)
    note(there.store, "theirs")
    there.close()
    monkeypatch.setattr("crs_desktop.store.upgrade._climb", lambda connection, named, **_: path.write_bytes(
        faster.read_bytes()))  # fmt: skip
    opened_late = open_pharmacy(path)
    assert rows(opened_late.store, "SELECT request_id FROM requests") == [("theirs",)]
    opened_late.close()
    left = {item.name for item in tmp_path.iterdir()}
    assert left == {"faster.crs", "faster.crs.heads", "t.crs"}


def test_that_a_store_is_put_in_place_also_where_there_are_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    made = open_pharmacy(tmp_path / "t.crs")
    note(made.store, "first")
    made.close()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["t.crs", "t.crs.heads"]


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_that_no_new_store_swallows_the_newest_changes_of_a_missing_one(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "t.crs"
    left = path.with_name(path.name + ending)
    left.write_bytes(b"changes nobody has seen in the store yet")
    with pytest.raises(EnvironmentFailure) as caught:
        open_pharmacy(path)
    assert caught.value.finding.code == "store_left_behind"
    assert left.read_bytes() == b"changes nobody has seen in the store yet" and not path.exists()


def test_that_a_store_that_goes_away_is_missed_and_never_begun_again(pharmacy: Pharmacy) -> None:
    note(pharmacy.store, "before")
    pharmacy.close()
    pharmacy.store.path.unlink()
    for act in (lambda: note(pharmacy.store, "after"), lambda: pharmacy.stock.places()):
        with pytest.raises(EnvironmentFailure) as caught:
            act()
        assert caught.value.finding.code == "store_missing"
    assert not pharmacy.store.path.exists()


@pytest.mark.skipif(os.name == "nt", reason="not shown: Windows keeps no such modes")
def test_that_a_new_store_and_its_side_files_are_for_their_owner_only(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        pharmacy = open_pharmacy(tmp_path / "t.crs")
        note(pharmacy.store, "one")
        modes = {one.name: one.stat().st_mode & 0o777 for one in tmp_path.iterdir() if one.name.startswith("t.crs")}
        pharmacy.close()
    finally:
        os.umask(before)
    assert {"t.crs", "t.crs-wal", "t.crs-shm"} <= set(modes)
    assert set(modes.values()) == {0o600}
