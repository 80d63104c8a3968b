"""Test-only ways to run the real store otherwise than the product does: weaker settings, or with a key.

The product has no key yet; until it has, this is the one place where a store is made an encrypted one, by a raw key
that is given before anything else is asked of the connection.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from crs_desktop.store import driver

KEY = bytes(range(32)).hex()
# What each kind of run sets otherwise. "plain" and "encrypted" are the product's own settings.
OTHERWISE: dict[str, dict[str, str]] = {
    "plain": {},
    "encrypted": {},
    "normal": {"synchronous": "1", "fullfsync": "0"},
    "off": {"synchronous": "0", "fullfsync": "0"},
    "nojournal": {"journal_mode": "off", "synchronous": "0", "fullfsync": "0"},
}


class _Keyed:
    """The driver, except that a file is opened with the key."""

    def __init__(self, key: str) -> None:
        self._key = key

    def connect(self, name: str, **settings: Any) -> Any:
        connection = dbapi2.connect(name, **settings)
        if name != ":memory:":
            connection.execute(f"PRAGMA key = \"x'{self._key}'\"")
            connection.execute("PRAGMA cipher_log = off")  # it tells standard error about every damaged page
        return connection

    def __getattr__(self, name: str) -> Any:
        return getattr(dbapi2, name)


def become(kind: str) -> None:
    """From here on every connection of this process is of this kind."""
    driver.PRAGMAS.update(OTHERWISE[kind])
    if kind == "encrypted":
        use_key(KEY)


def use_key(key: str) -> None:
    """From here on every connection of this process is made with this raw key."""
    driver.driver = _Keyed(key)  # type: ignore[assignment]
    driver.check_file = _no_plain_header  # type: ignore[assignment]


def _no_plain_header(path: Path) -> None:
    """An encrypted store begins with its salt, so there is no header to look at; that it is there is still asked."""
    try:
        with path.open("rb") as file:
            file.read(16)
    except OSError as error:
        raise driver.os_failure(error, path) from error


def make_judge_of(kind: str) -> None:
    """Whoever judges opens as the product does, with the key where there is one; only nothing is flushed meanwhile."""
    driver.PRAGMAS["synchronous"] = "0"
    if kind == "encrypted":
        use_key(KEY)
