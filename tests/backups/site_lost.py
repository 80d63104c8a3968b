"""A pharmacy with people and a backup, and the machine on which nothing else is left of it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.staff.commands import FirstPerson
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.guard import FirstStartGuard
from crs_desktop.staff.model import Person
from crs_desktop.staff.service import StaffBook
from crs_desktop.store.backup import Reason, folder_of, make
from crs_desktop.store.keys.codes import Code
from crs_desktop.store.keys.slots_file import slots_path, write_slots
from crs_desktop.store.opening import open_store
from tests.store.keys.cheap import two_people
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.pharmacy import NOW, ZONE, new_pharmacy, note, rows

CLOCK = StatedClock(NOW)
NAME = "t.crs"


@dataclass
class Lost:
    """Where the store was, and what is left: a backup on another disk, and the paper."""

    store: Path
    backup: Path
    recovery: Code
    emergency: Code

    def door(self) -> Door:
        """Of the store as it was."""
        return Door(self.store, CLOCK, "desk 1")

    def clean(self, folder: Path) -> Door:
        """Of a machine that has never seen the store."""
        folder.mkdir()
        return Door(folder / NAME, CLOCK, "desk 9")


def lost_in(folder: Path) -> Lost:
    """One change is in the backup, a second one only in the store."""
    (folder / "site").mkdir()
    store = folder / "site" / NAME
    pharmacy = new_pharmacy(store)
    pharmacy.store.state_facts({"kind": "pharmacy", "time_zone": ZONE.key})
    pharmacy.close()
    file, recovery, emergency = two_people()
    write_slots(store, file)
    opened = open_store(store, CLOCK, ChangeFeed(), KEYS, FirstStartGuard())
    first = FirstPerson(uuid4().hex, "weber", "A. Weber", ("pharmacist", "administrator"))
    assert isinstance(StaffBook(opened, ZONE).begin(first, "desk 1"), Person)
    opened.close()
    noted(store, "in the backup")
    made = make(store, folder / "disk", Reason.SESSION, NOW - timedelta(hours=9), KEYS.data)
    noted(store, "after the backup")
    return Lost(store, made.path, recovery, emergency)


def noted(store: Path, text: str) -> None:
    """One change by hand."""
    opened = open_store(store, CLOCK, ChangeFeed(), KEYS, ANYBODY)
    note(opened, text)
    opened.close()


def notes_in(store: Path) -> list[str]:
    """What was noted, by its key."""
    opened = open_store(store, CLOCK, ChangeFeed(), KEYS, ANYBODY)
    try:
        found = rows(opened, "SELECT request_id FROM requests WHERE request_id LIKE '% the backup' ORDER BY request_id")
        return [str(one[0]) for one in found]
    finally:
        opened.close()


def put_beside(lost: Lost, bundle: Path) -> Path:
    """The backup into the folder where the program looks for it."""
    folder = folder_of(lost.store)
    folder.mkdir()
    return Path(shutil.copy(bundle, folder))


def without_slots(lost: Lost) -> None:
    """Somebody deleted the key slots."""
    slots_path(lost.store).unlink()
