"""Damages the side file (WAL) of a store, or the store itself, and asks what is then seen: never a wrong number.

A damaged file may be refused, or read as a state that once was (the newest commits are then gone); anything else is
wrong. `python3 -m tests.crash.damage FOLDER KIND TIMES SEED` prints one JSON object.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.stock.model import VialLine
from crs_desktop.store.driver import connect
from tests.crash.hooks import make_judge_of
from tests.crash.recorder import fill
from tests.store.kill_many import HALF
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import WEBER, dose, new_pharmacy, open_pharmacy

DOSES = 8
BY_ACCIDENT = "noticed by accident"  # a letter that is none: seen, but not said in words of ours
WAL_HEADER, FRAME = 32, 24 + 4096


@dataclass(frozen=True)
class Story:
    """A store with its side file as it lay while the program ran, and every state that was ever true."""

    store: bytes
    wal: bytes
    states: tuple[str, ...]  # digests: before the first dose, after each dose
    earlier: bytes  # the store as a copy kept it, before the vials came in
    earlier_wal: bytes  # a side file of this store that was folded in long ago
    closed: bytes  # the store afterwards, everything in one file


def digest(connection: Any) -> str:
    """Every row of every table."""
    found = hashlib.sha256()
    for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall():
        rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
        found.update(repr((table, sorted(map(repr, rows)))).encode())
    return found.hexdigest()


def state_of(path: Path) -> str:
    """The digest of the store at `path`."""
    connection = connect(path, KEYS.data)
    try:
        return digest(connection)
    finally:
        connection.close()


def tell_story(path: Path, lot: str) -> Story:
    """Record the doses, look after each."""
    earlier = path.read_bytes()
    pharmacy = open_pharmacy(path)
    line = pharmacy.receive(lot, DOSES + 2)
    one = VialLine(line.lot_id, line.place_id, 1)
    pharmacy.doses.log_dose(dose(f"{lot}-before", one), WEBER)
    wal = path.with_name(path.name + "-wal")
    earlier_wal = wal.read_bytes()
    pharmacy.close()
    pharmacy = open_pharmacy(path)
    pharmacy.stock.places()
    states = [state_of(path)]
    for number in range(DOSES):
        pharmacy.doses.log_dose(dose(f"{lot}-{number}", one), WEBER)
        states.append(state_of(path))
    store, newest = path.read_bytes(), wal.read_bytes()
    pharmacy.close()
    assert len(set(states)) == DOSES + 1 and len(newest) > DOSES * FRAME
    return Story(store, newest, tuple(states), earlier, earlier_wal, path.read_bytes())


def outcome(path: Path, store: bytes, wal: bytes | None, states: tuple[str, ...]) -> str:
    """`refused`, a true state (`newest`, `older`), only seen by looking for it, or `wrong`."""
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(store)
    if wal is not None:
        path.with_name(path.name + "-wal").write_bytes(wal)
    try:
        connection = connect(path, KEYS.data)
    except EnvironmentFailure:
        return "refused"
    except UnicodeDecodeError:
        return BY_ACCIDENT
    try:
        healthy = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        healthy = healthy and not connection.execute("PRAGMA foreign_key_check").fetchall()
        half = any(connection.execute(query).fetchall() for query in HALF.values())
        found = digest(connection)
    except dbapi2.Error:
        return "refused"  # the program says store_damaged or store_is_not_a_store
    except UnicodeDecodeError:
        return BY_ACCIDENT
    finally:
        connection.close()
    if not healthy:
        return "seen by integrity_check"
    if found in states:
        return "newest" if found == states[-1] else "older"
    return "wrong, seen by our own cross-checks" if half else "wrong, unseen"


def flipped(data: bytes, chance: random.Random) -> bytes:
    """One bit otherwise."""
    changed, at = bytearray(data), chance.randrange(len(data))
    changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)


def damaged_wals(story: Story, times: int, chance: random.Random) -> Iterator[tuple[str, bytes | None]]:
    """Kind of damage and what then lies there."""
    edges = [0, 1, 31, 32, 33, *(WAL_HEADER + FRAME * n + more for n in (1, 2, 9, 40) for more in (-1, 0, 1))]
    for at in edges + [chance.randrange(len(story.wal)) for _ in range(times - len(edges))]:
        yield "cut", story.wal[:at]
    for _ in range(times):
        yield "flip", flipped(story.wal, chance)
    for _ in range(times // 4):
        first, second = sorted(chance.sample(range((len(story.wal) - WAL_HEADER) // FRAME), 2))
        a, b = WAL_HEADER + first * FRAME, WAL_HEADER + second * FRAME
        wal = story.wal
        yield "swap", wal[:a] + wal[b : b + FRAME] + wal[a + FRAME : b] + wal[a : a + FRAME] + wal[b + FRAME :]
    yield "delete", None
    yield "empty", b""
    yield "zeros", bytes(len(story.wal))
    yield "random", chance.randbytes(len(story.wal))
    yield "text", b"This is no side file of a store.\n" * 400


def main(folder: Path, kind: str, times: int, seed: int) -> dict[str, Any]:
    """All damages."""
    make_judge_of(kind)
    chance, path = random.Random(seed), folder / "damaged.crs"
    first, sister, stranger = folder / "t.crs", folder / "sister.crs", folder / "stranger.crs"
    new_pharmacy(first).close()
    new_pharmacy(sister).close()  # begins as a copy of the same file: an encrypted one has its salt and its key
    fill(stranger)
    story, other, third = tell_story(first, "B1"), tell_story(sister, "C7"), tell_story(stranger, "E9")
    assert kind == "plain" or (story.store[:16] == other.store[:16] != third.store[:16])
    found: dict[str, Counter[str]] = {}

    def count(damage: str, store: bytes, wal: bytes | None, states: tuple[str, ...]) -> None:
        found.setdefault(damage, Counter())[outcome(path, store, wal, states)] += 1

    count("undamaged", story.store, story.wal, story.states)
    for damage, wal in damaged_wals(story, times, chance):
        count(damage, story.store, wal, story.states)
    count("of this store, just folded in", story.closed, story.wal, story.states)
    count("of this store, long folded in", story.closed, story.earlier_wal, story.states)
    count("newest, under a copy put back", story.earlier, story.wal, story.states)
    count("of a copy that went its own way", story.store, other.wal, story.states)
    count("of another store", story.store, third.wal, story.states)
    for _ in range(times * 3 // 2):
        count("store flip", flipped(story.closed, chance), None, story.states[-1:])
    return {"kind": kind, "seed": seed, "found": found}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
