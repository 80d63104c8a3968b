"""The board over a long past, against the same board over a short one.

    .venv/bin/python -m benchmarks.board [lines] [past patients] [runs]

Both stores have the same present (`full_store.py`), and the same must be said of every window. Medians of processor
time in one run, by turns: gathering, and the whole answer with its fixes. The first board of a store that was filled
past every service finds out which courses are over, and is told apart.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.full_store import full_site
from crs_desktop.readiness.answer import answer
from crs_desktop.readiness.gather import gather
from tests.readiness.board.site import ZONE, Site

SHORT = (1_000, 20)


def main() -> None:
    """Build both, answer both by turns."""
    lines, past, runs = [int(word) for word in (*sys.argv[1:], "1000000", "20000", "9")[:3]]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        sites = {"short": full_site(Path(one), *SHORT), "long": full_site(Path(other), lines, past)}
        for name, site in sites.items():
            print(f"first board over the {name} past: {spent(partial(site.readiness.answer)):.0f} ms", flush=True)
            site.readiness.answer()
        said = {name: windows_of(site) for name, site in sites.items()}
        assert said["short"] == said["long"] and said["long"]
        for what, work in (("gather", gathered), ("board", asked)):
            times = by_turns({name: partial(work, site) for name, site in sites.items()}, runs)
            ratio = times["long"] / times["short"]
            print(f"{what}: {times['short']:.0f} ms and {times['long']:.0f} ms, ratio {ratio:.2f}", flush=True)
        for site in sites.values():
            site.store.close()


def gathered(site: Site) -> object:
    """One snapshot, read."""
    with site.store.read() as session:
        return gather(session, site.store.clock.now(), ZONE, False)


def asked(site: Site) -> object:
    """The whole board."""
    return site.readiness.board()


def windows_of(site: Site) -> list[tuple[str, str, int, int]]:
    """What the board says of each window, without the plan's memory of what it showed."""
    with site.store.read() as session:
        situation = gather(session, site.store.clock.now(), ZONE, False)
    board = answer(situation, with_fixes=False)
    return sorted((one.patient.name, one.verdict.value, one.owed, len(one.sets)) for one in board.windows)


def by_turns(work: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """The median of each in milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(runs):
        for name, one in work.items():
            times[name].append(spent(one))
    return {name: statistics.median(listed) for name, listed in times.items()}


def spent(work: Callable[[], object]) -> float:
    """Milliseconds of the processor."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1e3


if __name__ == "__main__":
    main()
