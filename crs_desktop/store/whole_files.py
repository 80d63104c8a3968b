"""A file is whole or not there: written under a name of its own, forced to disk, then given its name in one step."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

DRAFT = ".crs-backup-"
LOCK = ".crs-backups.lock"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_SIDE_ENDINGS = ("", "-wal", "-shm", "-journal")
_CHUNK = 1 << 20
# A virus scanner or an indexer may hold a new file for a moment; the last wait is over after about five seconds.
_WAITS = (0.05, 0.15, 0.4, 0.8, 1.5, 2.0)
_BUSY_SECONDS = 15


def own_folder(folder: Path) -> None:
    """Make a folder that only its owner can look into. Raises EnvironmentFailure."""
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
    except OSError as error:
        raise folder_failure(error, folder) from error


@contextmanager
def draft_in(folder: Path, of: str = "") -> Iterator[Path]:
    """A new empty file of our own, for its owner only; whatever is left of it at the end is removed."""
    draft = folder / f"{DRAFT}{of}{uuid4().hex[:12]}"
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        yield draft
    finally:
        for ending in _SIDE_ENDINGS:
            with suppress(OSError):
                draft.with_name(draft.name + ending).unlink()


def sweep(folder: Path, of: str = "") -> int:
    """Remove what a killed program left half written. Only while holding `one_at_a_time` of the folder."""
    removed = 0
    for leftover in [item for item in folder.iterdir() if item.name.startswith(f"{DRAFT}{of}")]:
        with suppress(OSError):
            leftover.unlink()
            removed += 1
    return removed


@contextmanager
def one_at_a_time(folder: Path, wait_s: float = _BUSY_SECONDS) -> Iterator[None]:
    """One backup or return at a time, over all desks; a killed program lets go. Raises EnvironmentFailure."""
    try:
        number = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise folder_failure(error, folder) from error
    try:
        if not _wait_for(number, wait_s):
            raise EnvironmentFailure(no("backup_busy", "backups", folder))
        yield
    finally:
        os.close(number)


@contextmanager
def held(lock: Path, wait_s: float) -> Iterator[bool]:
    """Hold this lock file over all processes; False when another one held it all the time. Raises OSError."""
    number = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        yield _wait_for(number, wait_s)
    finally:
        os.close(number)


def give_name(draft: Path, path: Path) -> None:
    """Force the draft to disk and give it its name, replacing what bore it; then force the folder."""
    force(draft)
    for wait in _WAITS:
        try:
            os.replace(draft, path)
            break
        except PermissionError:
            time.sleep(wait)
    else:
        os.replace(draft, path)
    if os.name == "posix":
        force(path.parent)


def force(path: Path) -> None:
    """Everything of this file or folder is on the disk when this returns."""
    number = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file: old or new, never between. Raises OSError."""
    with draft_in(path.parent) as draft:
        draft.write_bytes(content)
        give_name(draft, path)


def sha256_of(path: Path) -> str:
    """The fingerprint of a file's bytes. Never of a store in use: closing it would drop the locks on it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def must_have_room(folder: Path, needed: int) -> None:
    """Raises EnvironmentFailure in words when the disk has less room than this."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise folder_failure(error, folder) from error
    if free < needed:
        room = {"needed": megabytes(needed), "free": megabytes(free)}
        raise EnvironmentFailure(no("backup_no_room", "backups", folder, **room))


def megabytes(size: int) -> str:
    """'3.4 MB', rounded up to a tenth."""
    tenths = -(-size * 10 // 1_000_000)
    whole, rest = divmod(tenths, 10)
    return f"{whole:,}.{rest} MB" if rest else f"{whole:,} MB"


def folder_failure(error: OSError, folder: Path) -> EnvironmentFailure:
    """The operating system's complaint about a folder of backups as one of ours."""
    if error.errno in _FULL:
        return EnvironmentFailure(no("backup_disk_full", "backups", folder))
    detail = error.strerror or type(error).__name__
    return EnvironmentFailure(no("backup_not_written", "backups", folder, detail=detail))


def _wait_for(number: int, wait_s: float) -> bool:
    end = time.monotonic() + wait_s
    while not _locked(number):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _locked(number: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
