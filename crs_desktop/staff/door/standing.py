"""How a store stands before anybody has opened it: asked for the first picture, so nothing slow is imported here."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from crs_desktop.store.driver import exists
from crs_desktop.store.encrypting import is_plain
from crs_desktop.store.keys.slots import SlotKind
from crs_desktop.store.keys.slots_file import read_slots, slots_path


class Standing(Enum):
    """What lies at the place of a store."""

    NOTHING = "nothing"  # neither a store nor key slots: a first start
    PLAIN = "plain"  # a store from before stores were encrypted
    LOCKED = "locked"  # an encrypted store and its key slots
    NO_SLOTS = "no slots"  # an encrypted store that nobody can open: its slots are gone
    NO_STORE = "no store"  # key slots without their store


def standing(store: Path) -> Standing:
    """How the store stands before anybody has opened it. Raises EnvironmentFailure when the folder says nothing."""
    slots = exists(slots_path(store))
    if not exists(store):
        return Standing.NO_STORE if slots else Standing.NOTHING
    if is_plain(store):
        return Standing.LOCKED if slots else Standing.PLAIN  # with slots: an encryption that was cut off goes on
    return Standing.LOCKED if slots else Standing.NO_SLOTS


def names(store: Path) -> tuple[str, ...]:
    """The sign-in names that have a slot. Raises NotUnderstood when the slots cannot be read."""
    return tuple(sorted(slot.name for slot in read_slots(store).of(SlotKind.PERSON)))
