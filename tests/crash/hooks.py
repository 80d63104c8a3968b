"""Test-only ways to run the real store otherwise than the product does: weaker settings, or without its encryption.

The product's store is "encrypted". "plain" is the odd one, kept to see that the page's mac is not what keeps doses
safe at a power cut: here the driver is given no key, whatever the program hands it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from crs_desktop.store import driver

# What each kind of run sets otherwise. "encrypted" is the product itself.
OTHERWISE: dict[str, dict[str, str]] = {
    "encrypted": {},
    "plain": {},
    "normal": {"synchronous": "1", "fullfsync": "0"},
    "off": {"synchronous": "0", "fullfsync": "0"},
    "nojournal": {"journal_mode": "off", "synchronous": "0", "fullfsync": "0"},
}


def become(kind: str) -> None:
    """From here on every connection of this process is of this kind."""
    driver.PRAGMAS.update(OTHERWISE[kind])
    if kind == "plain":
        without_key()


def without_key() -> None:
    """From here on no connection of this process is given a key, and a plain header is what is expected."""
    give: Callable[[Any, bytes | None], None] = driver.give_key
    check: Callable[[Path, bool], None] = driver.check_file
    driver.give_key = lambda connection, _key: give(connection, None)
    driver.check_file = lambda path, _encrypted: check(path, False)


def make_judge_of(kind: str) -> None:
    """Whoever judges opens as the run did; only nothing is flushed meanwhile."""
    driver.PRAGMAS["synchronous"] = "0"
    if kind == "plain":
        without_key()
