"""What becomes of a person's slot: sealed anew under another password, or gone when they have."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.model import Person
from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.keys.passwords import secret_of
from crs_desktop.store.keys.slots import SlotFile, SlotKind, added, removed, replaced
from crs_desktop.store.keys.slots_file import change_slots
from crs_desktop.store.keys.wrapping import make_slot


def put_password(store: Path, person: Person, password: str, keys: StoreKeys, at: datetime) -> SlotFile | Refused:
    """The person's slot under this password; the former one opens nothing from now on."""

    def change(now: SlotFile) -> SlotFile | Refused:
        slot = make_slot(SlotKind.PERSON, person.sign_in, person.id, secret_of(password), keys, now.store_id, at)
        old = now.person(person.sign_in)
        return added(now, slot) if old is None else replaced(now, old.id, slot)

    return change_slots(store, change)


def swept(store: Path, ended: Iterable[str]) -> None:
    """The slots of people who have ended are gone: a sign-in of theirs was refused already, by their row."""
    gone = {key_of(name) for name in ended}

    def change(now: SlotFile) -> SlotFile | Refused:
        for slot in now.of(SlotKind.PERSON):
            if key_of(slot.name) in gone:
                left = removed(now, slot.id)
                now = now if isinstance(left, Refused) else left
        return now

    if gone:
        change_slots(store, change)
