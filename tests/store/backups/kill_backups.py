"""A process that lets children back up and go back and kills each at a random moment, then looks at what is there."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from crs_desktop.store.backup import Reason, folder_of, list_backups, make
from crs_desktop.store.returning import restore
from crs_desktop.store.whole_files import DRAFT
from tests.store.backups.drills import digest
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import NOW, new_pharmacy, open_pharmacy


def child(act: str, store: Path, bundles: list[Path], told: int) -> None:
    """Do the same again and again."""
    os.write(told, b"r")
    number = 0
    while True:
        if act == "backup":
            make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data)
        else:
            restore(bundles[number % 2], store, store.parent / "former", NOW, KEYS.data)
        number += 1


def one_kill(act: str, store: Path, bundles: list[Path], wait: float) -> None:
    """Start a child, let it work for a moment, kill it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            child(act, store, bundles, writing)
        finally:
            os._exit(2)
    os.close(writing)
    assert os.read(reading, 1) == b"r"
    os.close(reading)
    time.sleep(wait)
    os.kill(pid, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def main(folder: Path, kills: int, seed: int) -> dict[str, object]:
    """Both acts, killed in turn; every time the store is one of the two states and every named backup is whole."""
    store, chance = folder / "t.crs", random.Random(seed)
    pharmacy = new_pharmacy(store)
    pharmacy.receive("B1", 4)
    bundles = [make(store, folder / "states", Reason.ASKED, NOW, KEYS.data).path]
    pharmacy.receive("B2", 3)
    bundles.append(make(store, folder / "states", Reason.ASKED, NOW, KEYS.data).path)
    pharmacy.close()
    states = []
    for path in bundles:
        restore(path, store, folder / "former", NOW, KEYS.data)
        states.append(digest(store))
    met = [0, 0]
    drafts = 0
    for number in range(kills):
        act = ("backup", "return")[number % 2]
        one_kill(act, store, bundles, chance.uniform(0, 0.15 if act == "backup" else 0.9))
        drafts += sum(1 for item in folder.rglob("*") if item.name.startswith(DRAFT))
        found = digest(store)
        met[states.index(found)] += 1
        for one in list_backups(folder_of(store)) + list_backups(folder / "former"):
            assert one.manifest is not None, one.path.name
            one.path.unlink()
    make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data)
    restore(bundles[1], store, folder / "former", NOW, KEYS.data)
    left = [item.name for item in folder.rglob("*") if item.name.startswith(DRAFT)]
    opened = open_pharmacy(store)
    opened.receive("goes-on", 1)
    opened.close()
    return {"kills": kills, "met": met, "drafts": drafts, "left": left}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
