"""A process that lets children record doses and kills each at a random moment, then looks at what the store holds.

It forks children from one warm process, so that 500 kills take a minute or two; it holds no store open while it forks.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.model import VialLine
from crs_desktop.store.driver import connect
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import WEBER, dose, new_pharmacy, open_pharmacy

A_STORE_SERVES = 20
VIALS = 300  # when they run out, doses open discrepancies: these must be whole as well
DOSES_IN_A_LIFE = 20  # at most, by the pace of a warm process; a child is slower at first

HALF = {
    "a dose without its request": "SELECT id FROM doses WHERE request_id NOT IN (SELECT request_id FROM requests)",
    "a request without its dose": "SELECT request_id FROM requests WHERE intent = 'log dose' AND request_id NOT IN "
    "(SELECT request_id FROM doses)",
    "a dose without its vials": "SELECT id FROM doses WHERE id NOT IN (SELECT dose_id FROM dose_vials)",
    "vials without their movement": "SELECT dose_id FROM dose_vials v WHERE vials - missing <> -coalesce((SELECT "
    "sum(vials) FROM movements m WHERE m.dose_id = v.dose_id AND m.lot_id = v.lot_id), 0)",
    "a movement without its dose": "SELECT id FROM movements WHERE dose_id IS NOT NULL AND dose_id NOT IN "
    "(SELECT id FROM doses)",
    "a discrepancy that is not said": "SELECT dose_id FROM dose_vials v WHERE missing <> coalesce((SELECT sum(vials) "
    "FROM discrepancies d WHERE d.dose_id = v.dose_id), 0)",
    "a dose that is not logged": "SELECT id FROM doses d WHERE NOT EXISTS (SELECT 1 FROM change_log c WHERE "
    "c.request_id = d.request_id AND c.subject = 'dose' AND c.subject_id = d.id AND c.action = 'give')",
    "a movement that is not logged": "SELECT id FROM movements m WHERE NOT EXISTS (SELECT 1 FROM change_log c WHERE "
    "c.subject = 'movement' AND c.subject_id = m.id)",
    "a log row without its request": "SELECT id FROM change_log WHERE request_id NOT IN "
    "(SELECT request_id FROM requests)",
    "a balance that is not the sum": "SELECT lot_id FROM balances b WHERE vials <> (SELECT sum(vials) FROM movements m "
    "WHERE m.lot_id = b.lot_id AND m.place_id = b.place_id)",
    "a negative lot": "SELECT lot_id FROM balances WHERE vials < 0",
    "a row that refers to nothing": "PRAGMA foreign_key_check",
}


@dataclass
class Tally:
    """What all kills together have shown."""

    kills: int = 0
    doses: int = 0
    unsaid: int = 0
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)


def record_for_ever(path: Path, line: VialLine, run: int, told: int) -> None:
    """The child: one dose after the other, each acknowledged when the service has answered."""
    pharmacy = open_pharmacy(path)
    pharmacy.stock.places()
    os.write(told, b"ready\n")
    number = 0
    while True:
        key = f"{run}-{number}"
        answer = pharmacy.doses.log_dose(dose(key, VialLine(line.lot_id, line.place_id, 1)), WEBER)
        if isinstance(answer, Refused):
            os.write(told, f"refused {answer.findings[0].code}\n".encode())
            os._exit(1)
        os.write(told, f"{key}\n".encode())
        number += 1


def one_kill(path: Path, line: VialLine, run: int, wait: float) -> list[str]:
    """Start a child, let it work for a moment, kill it; what it has acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            record_for_ever(path, line, run, writing)
        finally:
            os._exit(2)
    os.close(writing)
    heard = b""
    while b"ready\n" not in heard:
        part = os.read(reading, 65536)
        assert part, "the child ended before it was ready"
        heard += part
    until = time.monotonic() + wait
    while (left := until - time.monotonic()) > 0:
        if select.select([reading], [], [], left)[0]:
            heard += os.read(reading, 65536)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while part := os.read(reading, 65536):
        heard += part
    os.close(reading)
    return heard.decode().split()[1:]


def look(path: Path, run: int, acknowledged: list[str], tally: Tally) -> None:
    """Compare what was acknowledged with what the store holds."""
    connection = connect(path, KEYS.data)
    there = {row[0] for row in connection.execute("SELECT request_id FROM doses")}
    tally.lost += [key for key in acknowledged if key not in there]
    tally.unsaid += len({key for key in there if key.startswith(f"{run}-")} - set(acknowledged))
    for name, query in HALF.items():
        tally.half += [f"{name}: {row[0]} (kill {run})" for row in connection.execute(query)]
    state = connection.execute("PRAGMA integrity_check").fetchall()
    tally.corrupt += [] if state == [("ok",)] else [f"kill {run}: {state[:3]}"]
    connection.close()
    tally.kills += 1
    tally.doses += len(acknowledged)


def warm_up(path: Path) -> float:
    """What is compiled here, no child has to compile again. Answers the seconds that a dose takes."""
    pharmacy = new_pharmacy(path)
    line = pharmacy.receive("B1", 9)
    pharmacy.doses.log_dose(dose("cold", line), WEBER)
    began = time.monotonic()
    for number in range(4):
        pharmacy.doses.log_dose(dose(f"warm-{number}", line), WEBER)
    pharmacy.close()
    return (time.monotonic() - began) / 4


def main(folder: Path, kills: int, seed: int) -> dict[str, Any]:
    """All kills; one store serves some of them, its side file left as the killed child left it."""
    chance, tally = random.Random(seed), Tally()
    longest = DOSES_IN_A_LIFE * warm_up(folder / "warm.crs")
    path, line = folder / "t.crs", VialLine(0, 0, 0)
    for run in range(kills):
        if run % A_STORE_SERVES == 0:
            path = folder / f"t{run}.crs"
            pharmacy = new_pharmacy(path)
            line = pharmacy.receive("B1", VIALS)
            pharmacy.close()
        look(path, run, one_kill(path, line, run, chance.uniform(0, longest)), tally)
    return {**vars(tally), "seed": seed}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
