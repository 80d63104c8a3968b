"""Opening one connection, failing closed: driver, version floor, header, identity and pragmas are checked."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no

# First SQLite without the race of two writers and a checkpoint that can damage a file in WAL mode. Since 3.51 it also
# bears that we read the header of a store in use: on POSIX, closing that file drops the locks that SQLite holds on it.
VERSION_FLOOR = (3, 51, 3)
APPLICATION_ID = 0x43525344  # "CRSD"
PLAIN_HEADER = b"SQLite format 3\x00"
BUSY_SECONDS = 10
# With less free room than this an error of the disk is said as "full": a side file that cannot grow is an I/O error.
NEARLY_NOTHING = 256 * 1024
# temp_store 2 = memory: a large sort must never spill to a file beside the store. synchronous 2 = FULL: an acknowledged
# dose survives a power cut (NORMAL was measured to lose some); fullfsync is the same promise on macOS.
PRAGMAS: dict[str, str] = {
    "journal_mode": "wal",
    "synchronous": "2",
    "fullfsync": "1",
    "foreign_keys": "1",
    "recursive_triggers": "1",
    "temp_store": "2",
    "secure_delete": "1",
    "trusted_schema": "0",
    "cell_size_check": "1",
}


def connect(path: Path, key: bytes | None, read_only: bool = False, new: bool = False) -> Any:
    """A DB-API connection in autocommit mode with every pragma read back. Raises EnvironmentFailure with a reason.

    `key` is the raw key of 32 bytes; None opens an old store that is not encrypted yet, and nothing else. Only `new`
    makes a file: a store that went away is missed, never silently begun again.
    """
    check_driver()
    if not new:
        check_file(path, key is not None)
    if new:
        _make_own(path)
    try:
        connection = driver.connect(str(path), isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)
    except driver.Error as error:
        raise environment_failure(error, path) from error
    try:
        give_key(connection, key)
        if new:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        check_identity(connection, path)
        for name, wanted in PRAGMAS.items():
            set_and_check(connection, name, wanted)
        if read_only:
            set_and_check(connection, "query_only", "1")
    except (driver.Error, UnicodeDecodeError) as error:  # a damaged page can hold what is no text
        connection.close()
        raise environment_failure(error, path) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _make_own(path: Path) -> None:
    """An empty file for its owner only; SQLite gives its side files the same mode. One that is there is left alone."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except (OSError, ValueError) as error:
        raise os_failure(error, path) from error


def exists(path: Path) -> bool:
    """True when something bears this name. Raises EnvironmentFailure when the folder does not let us look."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError) as error:
        raise os_failure(error, path) from error
    return True


def check_driver() -> None:
    """The driver must know encryption and be past the version floor: a plain or old one is refused."""
    if driver.sqlite_version_info < VERSION_FLOOR:
        found = ".".join(map(str, driver.sqlite_version_info))
        raise EnvironmentFailure(no("store_driver_too_old", "driver", found, floor=".".join(map(str, VERSION_FLOOR))))
    probe = driver.connect(":memory:")
    try:
        version = probe.execute("PRAGMA cipher_version").fetchone()
    finally:
        probe.close()
    if not version or not version[0]:
        raise EnvironmentFailure(no("store_driver_without_cipher", "driver", driver.__name__))


def give_key(connection: Any, key: bytes | None) -> None:
    """The raw key before anything else is asked: no derivation, so a connection costs no waiting."""
    # It would tell standard error about every damaged page and every wrong key. `cipher_memory_security` stays off: it
    # wipes and pins what the driver allocates, not the copies that Python and Qt hold, and was measured to cost 11 ms
    # for each connection instead of 0.8 ms and reading up to four times as long.
    connection.execute("PRAGMA cipher_log_level = none")
    if key is not None:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")


def check_file(path: Path, encrypted: bool) -> None:
    """The file must be there, readable, writable, and begin as expected: an encrypted store says nothing there."""
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise EnvironmentFailure(no("store_is_a_folder", "store", path.name))
        if not stat.S_ISREG(kind):  # a pipe would wait for ever
            raise EnvironmentFailure(no("store_is_not_a_store", "store", path.name))
        with path.open("rb") as file:
            header = file.read(len(PLAIN_HEADER))
    except (OSError, ValueError) as error:
        raise os_failure(error, path) from error
    if not header:
        raise EnvironmentFailure(no("store_empty", "store", path.name))
    if encrypted and header == PLAIN_HEADER:
        raise EnvironmentFailure(no("store_not_encrypted", "store", path.name))
    if not encrypted and header != PLAIN_HEADER:
        raise EnvironmentFailure(no("store_is_not_a_store", "store", path.name))
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise EnvironmentFailure(no("store_read_only", "store", path.name))


def file_identity(path: Path) -> tuple[int, int]:
    """Which file bears this name. Raises EnvironmentFailure when none does."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise os_failure(error, path) from error
    return found.st_dev, found.st_ino


def check_same_file(path: Path, opened: tuple[int, int]) -> None:
    """The file must still be the one that was opened: SQLite writes on, unasked, into one that was removed."""
    if file_identity(path) != opened:
        raise EnvironmentFailure(no("store_replaced", "store", path.name))


def check_identity(connection: Any, path: Path) -> None:
    """A SQLite file of another program is not our store."""
    found = connection.execute("PRAGMA application_id").fetchone()[0]
    if found != APPLICATION_ID:
        raise EnvironmentFailure(no("store_is_not_a_store", "store", path.name))


def set_and_check(connection: Any, name: str, wanted: str) -> None:
    """Set one pragma and read it back; a setting that does not hold stops the start."""
    connection.execute(f"PRAGMA {name} = {wanted}")
    found = str(connection.execute(f"PRAGMA {name}").fetchone()[0]).lower()
    if found != wanted:
        raise EnvironmentFailure(no("store_setting_refused", name, found, wanted=wanted))


def environment_failure(error: BaseException, path: Path) -> EnvironmentFailure:
    """The driver's complaint as one of ours, without the statement and its values."""
    text = str(error).lower()
    known = {
        "database is locked": "store_locked",
        "database or disk is full": "store_disk_full",
        "readonly": "store_read_only",
        "not a database": "store_is_not_a_store",
        "malformed": "store_damaged",
        "disk i/o error": "store_io_error",
        "unable to open": "store_cannot_open",
    }
    for fragment, code in known.items():
        if fragment in text:
            full = code in ("store_io_error", "store_cannot_open") and nearly_full(path)
            return EnvironmentFailure(no("store_disk_full" if full else code, "store", path.name))
    return EnvironmentFailure(no("store_failed", "store", path.name, detail=type(error).__name__))


def os_failure(error: OSError | ValueError, path: Path) -> EnvironmentFailure:
    """The operating system's complaint as one of ours; only the last part of the path is named."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ENOENT:
        return EnvironmentFailure(no("store_missing", "store", path.name))
    if number in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentFailure(no("store_disk_full", "store", path.name))
    if number == errno.EROFS:
        return EnvironmentFailure(no("store_read_only", "store", path.name))
    detail = os.strerror(number) if number is not None else "its name is not possible"
    return EnvironmentFailure(no("store_unreadable", "store", path.name, detail=detail))


def nearly_full(path: Path) -> bool:
    """True when the disk of the store has next to no room."""
    try:
        return shutil.disk_usage(path.parent).free < NEARLY_NOTHING
    except OSError:
        return False
