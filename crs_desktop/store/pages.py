"""Asks every page of an encrypted store for its mac, also while others write: a flipped bit shows nowhere else."""

from __future__ import annotations

import re
import struct
import time
from pathlib import Path
from typing import Any

_PAGE = re.compile(r"for page (\d+)$")
_WAL_HEADER, _FRAME_HEADER, _SALT = 32, 24, slice(16, 24)
_TRIES, _PAUSE_S = 3, 0.05


def damaged_pages(connection: Any) -> list[str]:
    """What does not fit its mac, each time it is looked at; empty for a file as it was written.

    The driver looks at the file alone. A page whose newest state lies in the side file may be empty or half written
    there while others work, or after a power cut: the store reads such a page from the side file, so it is well.
    """
    path = Path(next(row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main"))
    left: set[str] | None = None
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE_S)
        said = {str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")}
        if said:
            newer = _in_side_file(path, int(connection.execute("PRAGMA page_size").fetchone()[0]))
            said = {line for line in said if _number(line) not in newer}
        left = said if left is None else left & said
        if not left:
            return []
    return sorted(left or (), key=lambda line: (_number(line), line))


def _number(line: str) -> int:
    found = _PAGE.search(line)
    return int(found[1]) if found else 0


def _in_side_file(path: Path, page_size: int) -> set[int]:
    """The pages that the side file holds; its frames say their page in plain, and carry the salts of its beginning."""
    try:
        wal = path.with_name(path.name + "-wal").read_bytes()
    except OSError:
        return set()
    salts, size = wal[_SALT], _FRAME_HEADER + page_size
    frames = range(_WAL_HEADER, len(wal) - size + 1, size)
    return {struct.unpack_from(">I", wal, at)[0] for at in frames if wal[at + 8 : at + 16] == salts}
