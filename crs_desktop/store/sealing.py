"""An encrypted copy of a store that is not encrypted, compared with it to the last row before anybody relies on it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no
from crs_desktop.store.driver import PLAIN_HEADER, environment_failure, give_key
from crs_desktop.store.inside import look_inside, objects_of

# Stores were encrypted from the step after this one on: a newer one that is not has been put there by somebody.
LAST_PLAIN_SCHEMA = "0002"
_NUMBERS = ("application_id", "user_version")

Content = dict[str, tuple[int, str]]


def has_plain_header(path: Path) -> bool:
    """True for a file that begins as a store that is not encrypted. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(PLAIN_HEADER)) == PLAIN_HEADER


def sealed_copy(plain: Any, copy: Path, key: bytes, name: str) -> None:
    """Fill the empty file `copy` with the store of the connection `plain`, which nobody may be writing, encrypted.

    It is opened in full afterwards. Raises EnvironmentFailure about `name`: the copy is then to be thrown away.
    """
    try:
        before = (content_of(plain), objects_of(plain), _numbers(plain))
        plain.execute("ATTACH DATABASE ? AS sealed KEY ?", (str(copy), f"x'{key.hex()}'"))
        try:
            plain.execute("SELECT sqlcipher_export('sealed')").fetchall()
            for number, value in before[2].items():
                plain.execute(f"PRAGMA sealed.{number} = {value}")
        finally:
            plain.execute("DETACH DATABASE sealed")
        if has_plain_header(copy):
            raise _not_whole(name, "not encrypted")
        look = look_inside(copy, key, before[1])
        if look.fault:
            raise _not_whole(name, look.fault)
        if _read_again(copy, key) != before:
            raise _not_whole(name, "the copy differs")
    except driver.Error as error:
        raise environment_failure(error, copy.with_name(name)) from error


def content_of(connection: Any) -> Content:
    """How many rows each table has, and one fingerprint of all of them."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    usual, found = connection.text_factory, Content()
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")  # text that is none comes along, too
    try:
        for name in names:
            columns = connection.execute(f'SELECT * FROM "{name}" LIMIT 0').description
            order = ", ".join(str(number + 1) for number in range(len(columns)))
            digest, count = hashlib.sha256(), 0
            for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY {order}'):
                digest.update(repr(row).encode("ascii", "backslashreplace") + b"\n")
                count += 1
            found[name] = (count, digest.hexdigest())
    finally:
        connection.text_factory = usual
    return found


def _numbers(connection: Any) -> dict[str, int]:
    return {name: int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in _NUMBERS}


def _read_again(copy: Path, key: bytes) -> tuple[Content, list[list[str]], dict[str, int]]:
    connection = driver.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    try:
        give_key(connection, key)
        return content_of(connection), objects_of(connection), _numbers(connection)
    finally:
        connection.close()


def _not_whole(name: str, fault: str) -> EnvironmentFailure:
    return EnvironmentFailure(no("store_not_whole", "store", name, fault=fault))
