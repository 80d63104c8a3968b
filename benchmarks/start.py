"""How long a start takes, as ratios to a bare PySide6 window measured in the same run on the same machine.

    .venv/bin/python benchmarks/start.py [rounds]

Shell: the first picture, rail and page as areas. Door: the page one can sign in at. Both from the process's first
instruction on. Frame: rail, top bar, status line and the last board, painted and ready to be scrolled, read by one
plain query. Live: the board worked out anew from the store. Both from the password's Enter on. Median of the rounds,
wall clock and CPU time.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# As ratios to a bare window: the empty window, and the door one can type at.
TARGETS = {"shell": 1.3, "door": 1.6}
# In seconds from a password's Enter: the last board, and the live one.
SECONDS = {"frame": 2.0, "live": 2.0}
Marks = dict[str, tuple[float, float]]


def filled_store(folder: Path) -> Path:
    """A store with the story of the demo, board kept."""
    from crs_desktop.bootstrap.services import open_house
    from crs_desktop.demo.story import tell_story
    from crs_desktop.kernel.changes import ChangeFeed
    from crs_desktop.kernel.clock import SystemClock
    from tests.bootstrap.at_reception import with_people
    from tests.store.made_up_keys import ANYBODY, KEYS

    path = folder / "pharmacy.crs"
    house = open_house(path, SystemClock(), ChangeFeed(), KEYS, ANYBODY, kind="demo")
    try:
        tell_story(house)
    finally:
        house.close()
    return with_people(path)


def one(script: str, *arguments: str) -> Marks:
    """Run a start to its last picture; seconds since the process began, and CPU seconds, of each mark."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(ROOT)
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    command = [sys.executable, str(ROOT / "benchmarks" / script), *arguments]
    began = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    marks: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    if "door" in marks:
        for name in SECONDS:
            wall, cpu = marks[name]
            marks[name] = [wall - marks["door"][0] + began, cpu - marks["door"][1]]
    return {name: (wall - began, cpu) for name, (wall, cpu) in marks.items()}


def measure(store: Path, rounds: int) -> dict[str, tuple[float, float, float]]:
    """By mark: seconds, ratio of wall clock and ratio of CPU time to the bare window; medians, rounds taken in turn."""
    bare: list[Marks] = []
    ours: list[Marks] = []
    for number in range(rounds + 1):
        pair = (one("start_bare.py"), one("start_ours.py", str(store)))
        if number:  # the first round fills the page cache and compiles
            bare.append(pair[0])
            ours.append(pair[1])
    base = [statistics.median(marks["window"][at] for marks in bare) for at in (0, 1)]
    found = {"bare": (base[0], 1.0, 1.0)}
    for name in (*TARGETS, *SECONDS):
        wall, cpu = (statistics.median(marks[name][at] for marks in ours) for at in (0, 1))
        found[name] = (wall, wall / base[0], cpu / base[1])
    return found


def main() -> int:
    """Measure and print; 1 when a target is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        found = measure(filled_store(Path(folder)), rounds)
    missed = False
    for name, (seconds, wall, cpu) in found.items():
        target = TARGETS.get(name, SECONDS.get(name))
        over = target is not None and (seconds if name in SECONDS else wall) > target
        missed = missed or over
        unit = " s" if name in SECONDS else ""
        said = "" if target is None else f"   target {target:.1f}{unit}{'  MISSED' if over else ''}"
        print(f"{name:6} {seconds * 1000:6.0f} ms   wall {wall:4.2f}   cpu {cpu:4.2f}{said}")
    return int(missed)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
