"""Ways to tamper with a log behind the program's back, as somebody with the file, its data key and a tool could."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from crs_desktop.history.verify import Verified, verify_store
from crs_desktop.store import audit
from crs_desktop.store.driver import give_key
from crs_desktop.store.keys.model import StoreKeys
from tests.store.made_up_keys import KEYS

COLUMNS = (
    "id", "request_id", "at", "actor", "role", "desk", "intent", "subject", "subject_id", "action", "reason", "before",
    "after", "wrote", "mac",
)  # fmt: skip


@contextmanager
def behind_its_back(path: Path, key: bytes | None = KEYS.data) -> Iterator[Any]:
    """A connection that obeys no trigger and asks for no reference."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    give_key(connection, key)
    connection.execute("PRAGMA foreign_keys = 0")
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    try:
        yield connection
    finally:
        for _, text in triggers:
            connection.execute(text)
        connection.close()


def rows_of(connection: Any) -> list[dict[str, object]]:
    """The log, oldest first."""
    found = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM change_log ORDER BY id")
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def put(connection: Any, row: dict[str, object]) -> None:
    """One more row, just so."""
    gaps = ", ".join("?" for _ in row)
    connection.execute(f"INSERT INTO change_log ({', '.join(row)}) VALUES ({gaps})", tuple(row.values()))


def flipped(value: object) -> object:
    """One bit of it."""
    if isinstance(value, int):
        return value ^ 1
    if value is None or value == "":
        return "\x01"
    raw = bytearray(str(value).encode())
    raw[len(raw) // 2] ^= 1
    return raw.decode("utf-8", "replace")


def verdict(path: Path, keys: StoreKeys = KEYS) -> list[tuple[str, str]]:
    """Code and named row of every finding."""
    return [(finding.code, finding.value) for finding in verify_store(path, keys).findings]


def rechain(connection: Any, first: int, mac: Callable[[str, dict[str, object]], str]) -> None:
    """Work out every mac from this row on anew, with whatever the tamperer has for a key."""
    before = ""
    for row in rows_of(connection):
        kept = str(row.pop(audit.MAC))
        number = int(str(row["id"]))
        if number >= first:
            kept = mac(before, row)
            connection.execute("UPDATE change_log SET mac = ? WHERE id = ?", (kept, number))
        before = kept


def looked(path: Path) -> Verified:
    """What verify says."""
    return verify_store(path, KEYS)
