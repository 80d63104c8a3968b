"""Limits on guessing that a restart, a second window or a changed clock do not get around.

Every try is written down as a miss *before* the secret is looked at, under a lock, and taken back when it was right: so
a killed program has missed, and many windows at once have no more tries than one. Waits are measured by a clock that
only runs forward, from the start of the program or from the last miss that it saw; no time of day is stored.
A recovery code waits but is never locked: its 140 bits are not guessed, and somebody must be able to free the others.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path

from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.store.keys.slots import Slot, SlotKind, folded
from crs_desktop.store.keys.strict import exactly, strict_json, text, whole
from crs_desktop.store.whole_files import draft_in, give_name, held, sweep

ENDING = ".misses"
FREE_MISSES, LOCKED_AT = 10, 100
FIRST_WAIT_S, LONGEST_WAIT_S = 10, 900
UNKNOWN = "unknown"
_FORMAT = 1
_KEYS = {"format", "everybody", "misses"}
_MOST_BYTES, _MOST_KEYS = 524_288, 1_000
_SAID_IN_SECONDS = 120
_BUSY_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Misses:
    """Misses in a row by key; `everybody` counts for whoever is not named, as after a damaged file."""

    named: Mapping[str, int] = field(default_factory=dict)
    everybody: int = 0

    def of(self, key: str) -> int:
        """The misses in a row of this key."""
        return self.named.get(key, self.everybody)

    def having(self, key: str, count: int) -> Misses:
        """The same with another count for this key."""
        named = {**self.named, key: count}
        if not self.everybody:
            named = {one: misses for one, misses in named.items() if misses}
        return replace(self, named=named)


DAMAGED = Misses({}, FREE_MISSES)


def key_of(slot: Slot | None) -> str:
    """Under which name misses at this slot are counted; names that nobody has are counted together."""
    return UNKNOWN if slot is None else f"{slot.kind.value}:{folded(slot.name)}"


def wait_after(misses: int) -> int:
    """Seconds from a miss to the next try: none, then from the 10th on 10, 20, 40 ... up to 15 minutes."""
    if misses < FREE_MISSES:
        return 0
    return min(LONGEST_WAIT_S, FIRST_WAIT_S << min(misses - FREE_MISSES, 10))


def may_lock(key: str) -> bool:
    """False for a recovery code, and for names that nobody has: there would be nothing to free."""
    return key != UNKNOWN and not key.startswith(f"{SlotKind.RECOVERY.value}:")


def misses_path(store: Path) -> Path:
    """Where the misses at a store's slots are written. Never part of a backup: an older count must not come back."""
    return store.with_name(store.name + ENDING)


class Guesses:
    """The misses at the slots of one store, as this program knows them and as the file does."""

    def __init__(self, store: Path, ticks: Callable[[], float] = time.monotonic) -> None:
        self._store, self._ticks = store, ticks
        self._unsaved: dict[str, tuple[bool, int]] = {}  # per key: taken back first?, then so many misses
        self._last = Misses()
        self._at_start, self._started = self._read(), ticks()
        self._seen: dict[str, tuple[int, float]] = {}

    def begin(self, key: str) -> Refused | None:
        """Before a secret is looked at: None to go on, and it is a miss until `succeeded` is said. Else why not."""
        with self._alone() as (saved, writable):
            misses = self._count(saved, key)
            if misses >= LOCKED_AT and may_lock(key):
                return refuse(no("sign_in_locked", "password", misses))
            wait = self._wait(key, misses)
            if wait > 0:
                return refuse(_wait_finding(wait))
            anew, more = self._unsaved.get(key, (False, 0))
            self._unsaved[key] = (anew, more + 1)
            if writable:
                self._save(saved)
        self._seen[key] = (misses + 1, self._ticks())
        return None

    def succeeded(self, key: str) -> int:
        """The secret was right: the count begins anew. Answers how many misses there were before."""
        return max(0, self._clear(key) - 1)

    def free(self, key: str) -> int:
        """An administrator, or whoever holds the recovery code, frees a slot. Answers how many misses there were."""
        return self._clear(key)

    def misses(self, key: str) -> int:
        """Misses in a row, as far as known now."""
        return self._count(self._read(), key)

    def wait_s(self, key: str) -> int:
        """Whole seconds until the next try; 0 when it may be now (or when the slot is locked)."""
        return self._wait(key, self.misses(key))

    def locked(self, key: str) -> bool:
        """True when only an administrator or the recovery code lets this slot be tried again."""
        return may_lock(key) and self.misses(key) >= LOCKED_AT

    @property
    def kept(self) -> bool:
        """False while misses could not be written: they count in this program, a restart would forget them."""
        return not self._unsaved

    def _clear(self, key: str) -> int:
        with self._alone() as (saved, writable):
            misses = self._count(saved, key)
            if misses:
                self._unsaved[key] = (True, 0)
                if writable:
                    self._save(saved)
        return misses

    def _count(self, saved: Misses, key: str) -> int:
        anew, more = self._unsaved.get(key, (False, 0))
        return (0 if anew else saved.of(key)) + more

    def _wait(self, key: str, misses: int) -> int:
        """A count that another window raised is waited for from when it was seen here: it cannot be shorter."""
        count, since = self._seen.get(key, (self._at_start.of(key), self._started))
        if count != misses:
            since = self._ticks()
            self._seen[key] = (misses, since)
        return max(0, ceil(wait_after(misses) - (self._ticks() - since)))

    def _read(self) -> Misses:
        """What the file says; once it was there, a file that went away takes no miss with it while the program runs."""
        found = _read(misses_path(self._store))
        if found is not None:
            self._last = found
        return self._last

    def _save(self, saved: Misses) -> None:
        """Write what is not in the file yet. What cannot be written stays in memory: nobody is kept out by that."""
        after = saved
        for key in self._unsaved:
            after = after.having(key, self._count(saved, key))
        try:
            _write(self._store, after)
        except OSError:
            return
        self._unsaved.clear()
        self._last = after

    @contextmanager
    def _alone(self) -> Iterator[tuple[Misses, bool]]:
        """The file's counts while no other process changes them, and whether it may be written."""
        with ExitStack() as stack:
            try:
                lock = self._store.with_name(f".{self._store.name}.misses-lock")
                writable = stack.enter_context(held(lock, _BUSY_SECONDS))
            except OSError:
                writable = False
            yield self._read(), writable


def _wait_finding(seconds: int) -> Finding:
    if seconds < _SAID_IN_SECONDS:
        return no("sign_in_wait_seconds", "password", seconds=seconds)
    return no("sign_in_wait_minutes", "password", minutes=-(-seconds // 60))


def _read(path: Path) -> Misses | None:
    """The file's counts, None when there is none. A damaged one means ten misses for everybody."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            return DAMAGED
        said = strict_json(content)
        exactly(said, _KEYS)
        if whole(said["format"]) != _FORMAT or len(said["misses"]) > _MOST_KEYS:
            return DAMAGED
        return Misses({text(key): whole(count) for key, count in said["misses"].items()}, whole(said["everybody"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return DAMAGED


def _write(store: Path, misses: Misses) -> None:
    """Raises OSError."""
    most = sorted(misses.named.items(), key=lambda one: one[1], reverse=True)[:_MOST_KEYS]
    said = {"format": _FORMAT, "everybody": misses.everybody, "misses": dict(most)}
    draft_name = f"{store.name}-misses-"
    sweep(store.parent, draft_name)
    with draft_in(store.parent, draft_name) as draft:
        draft.write_bytes(json.dumps(said).encode("ascii"))
        give_name(draft, misses_path(store))
