"""A process on a small disk of its own: fills it, tries to write, frees it, tries again, and tells in JSON.

Started by test_full_disk.py with two folders: a small disk that it may fill, and a place for its own notes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock.model import VialLine
from tests.store.pharmacy import WEBER, Pharmacy, dose, new_pharmacy, open_pharmacy, rows

PAGE = 4096


def fill(folder: Path, leave: int = 0) -> Path:
    """A file that takes all room but `leave` pages."""
    ballast = folder / "ballast"
    with ballast.open("ab", buffering=0) as file:
        while True:
            try:
                if not file.write(bytes(PAGE)):
                    break
            except OSError:
                break
    os.truncate(ballast, max(0, ballast.stat().st_size - leave * PAGE))
    return ballast


def attempt(act: Any) -> dict[str, str]:
    """The code of an act that the disk stopped, "" when it was done."""
    try:
        answer = act()
    except EnvironmentFailure as failure:
        return {"code": failure.finding.code, "said": say(failure.finding)}
    assert not isinstance(answer, Refused), answer
    return {"code": "", "said": ""}


def recorded(store: Pharmacy, key: str) -> list[int]:
    """How often the request, its dose, its movement and its log rows are there."""
    counts = (
        f"SELECT count(*) FROM requests WHERE request_id = '{key}'",
        f"SELECT count(*) FROM doses WHERE request_id = '{key}'",
        f"SELECT count(*) FROM movements WHERE dose_id IN (SELECT id FROM doses WHERE request_id = '{key}')",
        f"SELECT count(*) > 0 FROM change_log WHERE request_id = '{key}'",
    )
    return [int(str(rows(store.store, query)[0][0])) for query in counts]


def a_dose(disk: Path, leave: int) -> dict[str, Any]:
    """The same dose before and after the disk is freed, by a program that is running, and by one that starts."""
    path = disk / f"t{leave}.crs"
    pharmacy = new_pharmacy(path)
    line = pharmacy.receive("B1", 3)
    ballast = fill(disk, leave)
    command = dose("the-dose", VialLine(line.lot_id, line.place_id, 1))
    first = attempt(lambda: pharmacy.doses.log_dose(command, WEBER))
    ballast.unlink()
    between = recorded(pharmacy, "the-dose")
    again = attempt(lambda: pharmacy.doses.log_dose(command, WEBER))
    after = recorded(pharmacy, "the-dose")
    pharmacy.close()
    opened = open_pharmacy(path)
    left = [item.vials for item in opened.stock.on_hand()]
    opened.close()
    path.unlink()
    return {"leave": leave, "first": first, "between": between, "again": again, "after": after, "left": left}


def a_start(disk: Path, leave: int, new: bool) -> dict[str, Any]:
    """Opening a store on the full disk, and again when there is room."""
    path = disk / "start.crs"
    if not new:
        new_pharmacy(path).close()
    ballast = fill(disk, leave)
    before = sorted(item.name for item in disk.iterdir())

    def start() -> None:
        pharmacy = open_pharmacy(path)
        pharmacy.stock.places()
        pharmacy.close()

    first = attempt(start)
    litter = [item.name for item in disk.iterdir() if item.name not in before]
    ballast.unlink()
    again = attempt(start)
    path.unlink()
    return {"leave": leave, "first": first, "litter": litter, "again": again}


def main(disk: Path, steps: list[int]) -> dict[str, Any]:
    """Every act with every amount of room."""
    return {
        "doses": [a_dose(disk, leave) for leave in steps],
        "new": [a_start(disk, leave, new=True) for leave in steps],
        "old": [a_start(disk, leave, new=False) for leave in steps],
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), [int(step) for step in sys.argv[2:]])))
