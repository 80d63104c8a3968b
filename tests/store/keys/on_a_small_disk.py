"""A process on a small disk of its own: fills it, frees it, makes it read-only, and tells in JSON what the keys did.

Started by test_entry.py in a name space of its own, with the folder of the disk.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.store.keys.entry import LetIn, let_in
from crs_desktop.store.keys.guessing import Guesses
from crs_desktop.store.keys.passwords import secret_of
from crs_desktop.store.keys.slots import SlotFile, added
from crs_desktop.store.keys.slots_file import change_slots, read_slots, slots_path, write_slots
from tests.store.fill_the_disk import fill
from tests.store.keys.cheap import OKAFOR, WEBER, cheapen, code_of, person, store_in, two_people

KEY = "person:weber"


def change(store: Path, name: str) -> tuple[str, str]:
    """The code and sentence of a change that the disk stopped, nothing when it was done."""
    try:
        change_slots(store, lambda file: added(file, person(name, 3, WEBER)))
    except EnvironmentFailure as failure:
        return failure.finding.code, say(failure.finding)
    return "", ""


def sign_in_badly(store: Path, file: SlotFile, guesses: Guesses, ticks: list[float]) -> dict[str, Any]:
    """Twelve misses and the right password."""
    before = slots_path(store).read_bytes()
    names = {item.name for item in store.parent.iterdir()}
    code, said = change(store, "lee")
    for _ in range(12):
        ticks[0] += guesses.wait_s(KEY)
        assert isinstance(let_in(file, guesses, "weber", secret_of(OKAFOR)), Refused)
    waits, misses, kept = let_in(file, guesses, "weber", secret_of(WEBER)), guesses.misses(KEY), guesses.kept
    ticks[0] += guesses.wait_s(KEY)
    told = let_in(file, guesses, "weber", secret_of(WEBER))
    return {
        "change": code, "said": said, "same file": slots_path(store).read_bytes() == before,
        "litter": [item.name for item in store.parent.iterdir() if item.name not in names and "lock" not in item.name],
        "misses": misses, "kept": kept, "waits": code_of(waits),
        "let in": told.misses if isinstance(told, LetIn) else -1, "after": guesses.misses(KEY),
    }  # fmt: skip


def main(disk: Path) -> dict[str, Any]:
    """A full disk, one with room, and one that can only be read."""
    cheapen()
    store, ticks = store_in(disk), [0.0]
    write_slots(store, two_people()[0])
    file = read_slots(store)
    guesses = Guesses(store, lambda: ticks[0])
    ballast = fill(disk)
    full = sign_in_badly(store, file, guesses, ticks)
    ballast.unlink()
    guesses.begin(KEY)
    freed = {"kept": guesses.kept, "in the file": Guesses(store).misses(KEY), "change": change(store, "kim")[0]}
    guesses.succeeded(KEY)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    read_only = sign_in_badly(store, file, Guesses(store, lambda: ticks[0]), ticks)
    return {"full": full, "freed": freed, "read-only": read_only}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
