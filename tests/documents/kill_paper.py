"""A process that lets children file papers, or take in old ones, and kills each at a random moment; then it looks.

It forks children from one warm process and holds no store open while it forks.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crs_desktop.documents import old_paper as taking
from crs_desktop.history.verify import verify_store
from crs_desktop.store.driver import connect
from tests.documents.shop import new_shop, old_paper, open_shop
from tests.store.made_up_keys import KEYS

OLD = [f"old {number}" for number in range(16)]
A_STORE_SERVES = 10
SHEETS_IN_A_LIFE = 8
# On a busy machine most kills come before the child has begun or after it is done: go on until enough came between.
MOST_TIMES = 6


@dataclass
class Tally:
    """What all kills together have shown."""

    filings: int = 0
    acknowledged: int = 0
    takings: int = 0
    stopped_between: int = 0
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def killed_in(act: Callable[[int], None], wait: float) -> list[str]:
    """Fork a child that does this, kill it after a while; the lines that it has told."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            act(writing)
        finally:
            os._exit(0)
    os.close(writing)
    heard = b""
    while b"ready\n" not in heard:
        part = os.read(reading, 65536)
        assert part, "the child ended before it was ready"
        heard += part
    until = time.monotonic() + wait
    while (left := until - time.monotonic()) > 0 and select.select([reading], [], [], left)[0]:
        part = os.read(reading, 65536)
        if not part:
            break
        heard += part
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while part := os.read(reading, 65536):
        heard += part
    os.close(reading)
    return heard.decode().split()[1:]


def file_for_ever(path: Path, run: int, told: int) -> None:
    """The child that files: each sheet is acknowledged when the service has answered."""
    shop = open_shop(path)
    shop.paper.sheets()
    os.write(told, b"ready\n")
    for number in range(10_000):
        filed = shop.filed(f"{run}-{number}")
        os.write(told, f"{filed.id}\n".encode())


def take_in(path: Path, told: int) -> None:
    """The child that takes in, two papers to a transaction."""
    taking.BATCH_BYTES = 90_000
    shop = open_shop(path)
    os.write(told, b"ready\n")
    taking.take_in_old_paper(shop.store, path.with_name("t-paper"))


def look_at_sheets(path: Path, acknowledged: list[str], tally: Tally) -> None:
    """No acknowledged sheet is lost; none is there without its bytes, no bytes without a sheet, both logged."""
    connection = connect(path, KEYS.data)
    rows = dict(connection.execute("SELECT id, sha256 FROM filed_sheets"))
    contents = {sha: hashlib.sha256(content).hexdigest() for sha, content in
                connection.execute("SELECT sha256, content FROM paper_contents")}  # fmt: skip
    logged = connection.execute("SELECT count(*) FROM change_log WHERE action = 'print'").fetchone()[0]
    connection.close()
    tally.lost += [f"sheet {key}" for key in acknowledged if int(key) not in rows]
    if set(rows.values()) != set(contents) or logged != len(rows):
        tally.half.append(f"{len(rows)} rows, {len(contents)} contents, {logged} logged")
    tally.wrong += [sha for sha, found in contents.items() if sha != found]
    tally.acknowledged += len(acknowledged)
    tally.filings += 1


def look_at_old(path: Path, files: dict[str, bytes], run: int, tally: Tally) -> None:
    """Every paper is in the store or still a whole plain file; taken in again, all are in the store."""
    folder = path.with_name("t-paper")
    shop = open_shop(path)
    there = {sheet.file_name: shop.paper.content(sheet) for sheet in shop.paper.sheets()}
    plain = {name: (folder / name).read_bytes() for name in files if (folder / name).exists()}
    for name, content in files.items():
        if there[name] != content and plain.get(name) != content:
            tally.lost.append(f"{name} (kill {run})")
    held = sum(isinstance(content, bytes) for content in there.values())
    tally.stopped_between += 0 < held < len(files) or 0 < len(plain) < len(files)
    if plain and held < len(files) and len(plain) < len(files):
        tally.half.append(f"a file went before all were in the store (kill {run})")
    taking.take_in_old_paper(shop.store, folder)
    after = {sheet.file_name: shop.paper.content(sheet) for sheet in shop.paper.sheets()}
    if after != files or folder.exists():
        tally.wrong.append(f"taken in again, something is left (kill {run})")
    shop.close()
    tally.takings += 1


def main(folder: Path, kills: int, seed: int) -> dict[str, Any]:
    """Half of the kills while filing, half while taking in; more of these until a tenth of all came between."""
    chance, tally = random.Random(seed), Tally()
    template = folder / "template"
    template.mkdir()
    shop = new_shop(template / "t.crs")
    files = old_paper(shop.store, template / "t-paper", OLD)
    shop.close()
    took, filing = warm_up(folder, template)
    path = folder / "t.crs"
    for run in range(kills // 2):
        if run % A_STORE_SERVES == 0:
            path = folder / f"f{run}" / "t.crs"
            path.parent.mkdir()
            new_shop(path).close()
        wait = chance.uniform(0, filing * SHEETS_IN_A_LIFE)
        look_at_sheets(path, killed_in(lambda told, p=path, r=run: file_for_ever(p, r, told), wait), tally)  # type: ignore[misc]
        if run % A_STORE_SERVES == A_STORE_SERVES - 1 and not verify_store(path, KEYS).good:
            tally.wrong.append(f"verify says no (kill {run})")
    run = 0
    while run < kills - kills // 2 or (tally.stopped_between < kills / 10 and run < MOST_TIMES * kills):
        place = folder / f"o{run}"
        shutil.copytree(template, place)
        killed_in(lambda told, p=place / "t.crs": take_in(p, told), chance.uniform(0, took * 1.1))  # type: ignore[misc]
        look_at_old(place / "t.crs", files, run, tally)
        shutil.rmtree(place)
        run += 1
    return {**vars(tally), "seed": seed}


def warm_up(folder: Path, template: Path) -> tuple[float, float]:
    """How long taking in takes, and filing one sheet."""
    place = folder / "warm"
    shutil.copytree(template, place)
    usual, taking.BATCH_BYTES = taking.BATCH_BYTES, 90_000
    shop = open_shop(place / "t.crs")
    shop.filed("cold")
    began = time.monotonic()
    taking.take_in_old_paper(shop.store, place / "t-paper")
    took = time.monotonic() - began
    began = time.monotonic()
    for number in range(4):
        shop.filed(f"warm-{number}")
    shop.close()
    taking.BATCH_BYTES = usual
    return took, (time.monotonic() - began) / 4


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
