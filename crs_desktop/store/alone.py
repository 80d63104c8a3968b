"""Having a store to oneself: what exchanges the file of a store must keep every desk out first."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no
from crs_desktop.store.driver import connect, environment_failure, exists
from crs_desktop.store.whole_files import force

if sys.platform != "win32":
    import fcntl

SIDE_FILES = ("-wal", "-journal", "-shm")
# Where every program with an opened store holds a lock, as SQLite's own source says: in the store, and in its index of
# the side file (the first of them is lost when the header of the store is looked at meanwhile).
_LOCKED = {"": (0x40000002, 510), "-shm": (128, 1)}


def alone(store: Path, key: bytes | None) -> Any:
    """A connection that keeps everybody out, side files folded into the store. Refused while a desk is open."""
    connection = connect(store, key)
    try:
        connection.execute("PRAGMA busy_timeout = 3000")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        mode = connection.execute("PRAGMA journal_mode = delete").fetchone()[0]
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        if mode != "delete" or connection.execute("PRAGMA journal_mode").fetchone()[0] != "delete":
            raise _in_use(store)
    except driver.Error as error:
        connection.close()
        failure = environment_failure(error, store)
        if failure.finding.code == "store_locked":
            raise _in_use(store) from error
        raise failure from error
    except BaseException:
        connection.close()
        raise
    return connection


def nobody_has(store: Path) -> None:
    """The same question for a store that we cannot read, as one of other keys. Raises EnvironmentFailure."""
    if sys.platform == "win32":
        return  # Windows itself refuses to exchange a file in use
    for ending, (first, count) in _LOCKED.items():
        if not exists(item := store.with_name(store.name + ending)):
            continue
        with item.open("r+b") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, count, first)
            except OSError as error:
                raise _in_use(store) from error


def disown(former: Any) -> None:
    """A desk that was about to open the former file must not write into it any more: it is no store from now on."""
    with suppress(driver.Error):
        former.execute("PRAGMA journal_mode = memory")
        former.execute("PRAGMA application_id = 0")


def side_files(store: Path) -> list[Path]:
    """What lies beside the store of its newest changes."""
    return [item for ending in SIDE_FILES if exists(item := store.with_name(store.name + ending))]


def remove(files: list[Path]) -> None:
    """Remove them, and have that on the disk. What is removed can still be found on the bare disk for a while."""
    for file in files:
        with suppress(FileNotFoundError):
            file.unlink()
    if files and os.name == "posix":
        force(files[0].parent)


def _in_use(store: Path) -> EnvironmentFailure:
    return EnvironmentFailure(no("return_store_in_use", "store", store.name))
