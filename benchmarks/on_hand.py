"""On hand by lot, place and day for 30 days, against SQL written by hand on the same file.

    .venv/bin/python -m benchmarks.on_hand [lines ...]

Each store has the same present and another past (`full_store.py`). Medians of processor time, the two by turns in one
run, on a connection that has just answered. The hand-written one knows what ours has to find out: that a day has 24
hours and begins at midnight UTC.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.full_store import first_of_days, full_site
from crs_desktop.stock import repository

DAYS, RUNS = 30, 41
UTC = ZoneInfo("UTC")
_DAY = 86_400_000


def main() -> None:
    """One line a size."""
    for lines in [int(word) for word in sys.argv[1:]] or [1_000, 100_000, 1_000_000]:
        with tempfile.TemporaryDirectory() as folder:
            site = full_site(Path(folder), lines, 0)
            first = first_of_days(DAYS)
            with site.store.read() as session:
                cursor = session.connection().connection.cursor()
                start = (first.toordinal() - 719_163) * _DAY
                works = (
                    partial(repository.on_hand_by_day, session, first, DAYS, UTC), partial(by_hand, cursor, start, DAYS)
                )  # fmt: skip
                ours, hand = timed(*works)
                assert works[0]() == works[1]()
            site.store.close()
        print(f"{lines:>9,} lines: {ours:.2f} ms, by hand {hand:.2f} ms, ratio {ours / hand:.2f}", flush=True)


def by_hand(cursor: Any, start: int, days: int) -> dict[tuple[int, int], tuple[int, ...]]:
    """The balance that is kept, and what moved since by day, put together."""
    held = cursor.execute("SELECT lot_id, place_id, vials FROM balances WHERE vials > 0")
    now = {(lot, place): vials for lot, place, vials in held}
    moved: dict[tuple[int, int], list[int]] = {}
    query = (
        "SELECT lot_id, place_id, (at - ?) / 86400000 AS day, sum(vials) FROM movements INDEXED BY ix_movements_at "
        "WHERE at >= ? GROUP BY lot_id, place_id, day"
    )
    for lot, place, day, vials in cursor.execute(query, (start, start)):
        moved.setdefault((lot, place), [0] * days)[min(day, days - 1)] += vials
    found = {key: (vials,) * days for key, vials in now.items() if key not in moved}
    for key, changes in moved.items():
        there, listed = now.get(key, 0), []
        for vials in reversed(changes):
            listed.append(there)
            there -= vials
        if any(listed):
            found[key] = tuple(reversed(listed))
    return found


def timed(*work: Callable[[], object]) -> list[float]:
    """Median of each, in turns, in milliseconds of the processor."""
    spent: list[list[float]] = [[] for _ in work]
    for number in range(RUNS + 2):
        for place, one in enumerate(work):
            began = time.process_time()
            one()
            if number > 1:
                spent[place].append((time.process_time() - began) * 1e3)
    return [statistics.median(times) for times in spent]


if __name__ == "__main__":
    main()
