"""A filed paper as a plain file, because somebody asked for it: whole or not at all, for its owner only.

Written beside its place under a name of its own, forced to disk, then given its name in one step.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no

UNFINISHED = ".crs-paper-"
# No draft takes longer than this, in seconds.
_LIFE = 60
_FULL = (errno.ENOSPC, errno.EDQUOT)
# A virus scanner may hold a new file for a moment; the last wait is over after about five seconds.
_WAITS = (0.05, 0.15, 0.4, 0.8, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Draft:
    """Whole bytes on the disk that bear no name yet."""

    path: Path

    def name(self, place: Path) -> None:
        """Give them their name; what bore it before is replaced. Raises EnvironmentFailure when that fails."""
        with _in_words(place.parent):
            _rename(self.path, place)
            _force_folder(place.parent)


@contextlib.contextmanager
def drafted(folder: Path, content: bytes) -> Iterator[Draft]:
    """The bytes as a draft in this folder, gone at the end unless it was named. What a killed program left is swept.

    Raises EnvironmentFailure when the disk is full or the folder cannot be written.
    """
    with _in_words(folder):
        _own_folder(folder)
        draft = _written(folder, content)
        _sweep(folder, draft.stat().st_mtime - _LIFE)
    try:
        yield Draft(draft)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def free_place(wanted: Path, content: bytes) -> Path:
    """The wanted place, unless other bytes lie there: those are never replaced unasked, a number goes behind the name.

    Raises EnvironmentFailure when the folder cannot be read.
    """
    place, number = wanted, 1
    with _in_words(wanted.parent):
        while os.path.lexists(place) and not (place.is_file() and place.read_bytes() == content):
            number += 1
            place = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return place


@contextlib.contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        code = "paper_disk_full" if failure.errno in _FULL else "paper_not_written"
        raise EnvironmentFailure(no(code, str(folder), failure.strerror or type(failure).__name__)) from failure


def _own_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)


def _written(folder: Path, content: bytes) -> Path:
    handle, unfinished = tempfile.mkstemp(prefix=UNFINISHED, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(unfinished)
        raise
    return Path(unfinished)


def _sweep(folder: Path, before: float) -> None:
    """Remove what a killed program left half written; what another one is writing now is younger."""
    for leftover in folder.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if leftover.lstat().st_mtime <= before:
                leftover.unlink()


def _rename(unfinished: Path, place: Path) -> None:
    for wait in _WAITS:
        try:
            unfinished.replace(place)
            return
        except PermissionError:
            time.sleep(wait)
    unfinished.replace(place)


def _force_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
