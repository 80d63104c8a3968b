"""The filed paper: a whole file or none. Written beside its place, forced to disk, then given its name in one step.

File names say the sheet, the moment and the code, never the patient. Folders are for their owner only.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from crs_desktop.documents.model import Kind
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused, no, refuse

_UNFINISHED = ".crs-paper-"
_FULL = (errno.ENOSPC, errno.EDQUOT)
# A virus scanner may hold a new file for a moment; the last wait is over after about five seconds.
_WAITS = (0.05, 0.15, 0.4, 0.8, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class FiledPaper:
    """Where a paper lies and what its bytes were when it was filed."""

    path: Path
    sha256: str
    size: int


def paper_name(kind: Kind, code: str, printed_at: datetime, zone: ZoneInfo) -> str:
    """'infusion-day-20261203-0605-HYFD3-Y7M3T.pdf': no patient in it."""
    return f"{kind.value}-{printed_at.astimezone(zone):%Y%m%d-%H%M}-{code}.pdf"


def file_paper(folder: Path, name: str, content: bytes) -> FiledPaper:
    """File a whole PDF under the name and tell where.

    The same bytes under the same name are filed once. Other bytes never replace a filed paper: they get a number behind
    the name. Raises EnvironmentFailure when the disk is full or the folder cannot be written; the folder then
    holds what it held before. Raises ValueError for bytes that are not a whole PDF or a name that leaves the folder.
    """
    if not content.startswith(b"%PDF-") or not content.rstrip().endswith(b"%%EOF"):
        raise ValueError("only a whole PDF is filed")
    if not name or Path(name).name != name or name.startswith("."):
        raise ValueError("a paper's name is a plain file name")
    try:
        _own_folder(folder)
        place = _free_place(folder, name, content)
        if not place.exists():
            _write_whole(place, content)
    except OSError as failure:
        code = "paper_disk_full" if failure.errno in _FULL else "paper_not_written"
        raise EnvironmentFailure(no(code, str(folder), failure.strerror or type(failure).__name__)) from failure
    return FiledPaper(place, hashlib.sha256(content).hexdigest(), len(content))


def read_filed(path: Path, sha256: str) -> bytes | Refused:
    """The filed bytes, if they still are what was filed."""
    try:
        content = path.read_bytes()
    except OSError:
        return refuse(no("paper_missing", path.name))
    if hashlib.sha256(content).hexdigest() != sha256:
        return refuse(no("paper_changed", path.name))
    return content


def sweep_unfinished(folder: Path) -> int:
    """Remove what a killed program left half written; gives the number. For the start of the program."""
    removed = 0
    if folder.is_dir():
        for leftover in folder.glob(f"{_UNFINISHED}*"):
            with contextlib.suppress(OSError):
                leftover.unlink()
                removed += 1
    return removed


def _own_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)


def _free_place(folder: Path, name: str, content: bytes) -> Path:
    place, number = folder / name, 1
    while place.exists() and place.read_bytes() != content:
        number += 1
        place = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return place


def _write_whole(place: Path, content: bytes) -> None:
    handle, unfinished = tempfile.mkstemp(prefix=_UNFINISHED, dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _rename(Path(unfinished), place)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(unfinished)
        raise
    _force_folder(place.parent)


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
