"""The keyed chain over the change log: without the key no row can be changed, deleted, inserted or moved and still fit.

Each row holds a mac over the mac before it and over all of its own columns. The key lies outside the store, and the
newest mac (the head) is copied outward, because a chain alone does not notice that its end was cut off.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KEY_ENDING, HEADS_ENDING = ".audit-key", ".heads"
KEY_BYTES = 32
# In front of the mac of a row that was written while the key was missing: a plain hash, which proves nothing.
UNKEYED = "none"
MAC = "mac"
# Tables whose rows are not held against the log: the log is the chain itself; the others change after they were
# written: a cache, sums (held against their movements), which courses are over, the schema number; an answer that was
# given is written by a reading and proves itself by being worked out again. Of a promise only its end may change.
UNSEALED = frozenset(
    {"change_log", "kept_answers", "answers_given", "balances", "course_standings", "alembic_version"}
)
MAY_CHANGE = {"earmarks": frozenset({"released_at", "released_because"})}
# Why a head was copied, when an older store was put back on purpose: heads after it are no longer expected.
WENT_BACK = "went back"
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False)


@dataclass(frozen=True, slots=True)
class AuditKey:
    """The secret of the chain. `name` tells keys apart and says nothing about the secret."""

    secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Eight letters that stand before every mac made with this key."""
        return hashlib.sha256(b"crs_desktop audit key\x00" + self.secret).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many rows, the last one's number, and its mac."""

    count: int
    last: int
    mac: str


EMPTY = Head(0, 0, "")


@dataclass(frozen=True, slots=True)
class HeadCopy:
    """A head as it was copied outward. `sealed` is True when the line was written with the key that is asked."""

    head: Head
    at: int
    why: str
    sealed: bool


def key_path(store: Path) -> Path:
    """Where the key of the chain lay before stores were encrypted."""
    return store.with_name(store.name + KEY_ENDING)


def heads_path(store: Path) -> Path:
    """Where the heads of this store are copied to."""
    return store.with_name(store.name + HEADS_ENDING)


def read_key(store: Path) -> AuditKey | None:
    """The key of an old store, None when it is missing or is none."""
    try:
        secret = bytes.fromhex(key_path(store).read_text("ascii").strip())
    except (OSError, ValueError):
        return None
    return AuditKey(secret) if len(secret) == KEY_BYTES else None


def form(columns: Mapping[str, Any]) -> bytes:
    """One byte form per row: every column that holds something, by name. An empty column that a later schema adds
    leaves the form as it was; one that is filled or emptied does not."""
    filled = {name: _plain(value) for name, value in columns.items() if value is not None}
    return _ENCODER.encode(filled).encode("utf-8", "surrogatepass")


def mac_of(key: AuditKey | None, before: str, columns: Mapping[str, Any]) -> str:
    """The mac of a row behind the mac before it; `columns` are all but the mac itself, as the store holds them."""
    body = before.encode("utf-8", "surrogatepass") + b"\x00" + form(columns)
    if key is None:
        return f"{UNKEYED}:{hashlib.sha256(body).hexdigest()}"
    return f"{key.name}:{hmac.digest(key.secret, body, 'sha256').hex()}"


def same(found: str, wanted: str) -> bool:
    """Equal, asked in a time that says nothing about where they differ."""
    return hmac.compare_digest(found.encode("utf-8", "surrogatepass"), wanted.encode("utf-8", "surrogatepass"))


def digest_of(table: str, columns: Mapping[str, Any]) -> str:
    """A short name for the content of a row of any other table, as far as it never changes."""
    left_out = MAY_CHANGE.get(table, ())
    kept = {name: value for name, value in columns.items() if name not in left_out}
    return hashlib.sha256(form(kept)).hexdigest()[:32]


def copy_head(store: Path, key: AuditKey | None, head: Head, at: int, why: str) -> bool:
    """Append the head to the file beside the store. False when that failed: nothing else may fail for it."""
    line: dict[str, Any] = {"at": at, "count": head.count, "last": head.last, "mac": head.mac, "why": why}
    line["seal"] = mac_of(key, "head", line)
    try:
        number = os.open(heads_path(store), os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        try:
            os.write(number, (json.dumps(line) + "\n").encode("ascii"))  # one write: lines of two desks never mix
            os.fsync(number)
        finally:
            os.close(number)
    except OSError:
        return False
    return True


def read_heads(store: Path, key: AuditKey | None) -> tuple[list[HeadCopy], int]:
    """Every head that was copied outward, oldest first, and how many lines cannot be read."""
    try:
        lines = heads_path(store).read_bytes().splitlines()
    except OSError:
        return [], 0
    heads, unreadable = [], 0
    for line in lines:
        try:
            read = json.loads(line)
            seal = read.pop("seal")
            head = Head(int(read["count"]), int(read["last"]), str(read["mac"]))
            sealed = key is not None and same(str(seal), mac_of(key, "head", read))
            heads.append(HeadCopy(head, int(read["at"]), str(read["why"]), sealed))
        except (ValueError, KeyError, TypeError, AttributeError):
            unreadable += 1
    return heads, unreadable


def _plain(value: Any) -> Any:
    return {"bytes": value.hex()} if isinstance(value, bytes) else value
