"""Asking for a right before a store is opened for work: it may be damaged, or older than this program."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.errors import EnvironmentFailure, NotPermitted
from crs_desktop.kernel.refusal import no
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.service import StaffBook, recovery_actor
from crs_desktop.store.guard import Guard
from crs_desktop.store.keys.slots import Slot, Unlocked
from crs_desktop.store.store import Store

# Then the store can say nothing about people: it is damaged, of other keys, or from before it knew any.
_CANNOT_SAY = ("store_damaged", "store_is_not_a_store", "store_io_error", "store_failed")
_UTC = ZoneInfo("UTC")


def asked_as(door: Door, unlocked: Unlocked, guard: Guard, operation: str) -> Actor | None:
    """As whom this may be asked; None when the store cannot say, or knows nobody. Nothing in it is changed.

    Raises NotPermitted when it knows whoever holds this slot and does not let them.
    """
    store = Store(door.path, door.clock, ChangeFeed(), unlocked.keys, guard)
    try:
        book = StaffBook(store, _UTC)
        if not book.begun():
            return None
        actor = _actor(book, unlocked.slot, door.desk)
        store.demand(operation)
        return actor
    except EnvironmentFailure as failure:
        if failure.finding.code not in _CANNOT_SAY:
            raise
        return None
    finally:
        store.close()


def _actor(book: StaffBook, slot: Slot, desk: str) -> Actor:
    """Number and name of the slot must both be the person's: after going back the number may be somebody else's."""
    if slot.person_id is None:
        return recovery_actor(desk)
    person = book.person_of(slot.person_id)
    if person is None or key_of(person.sign_in) != key_of(slot.name):
        raise NotPermitted(no("door_slot_of_nobody", "name", slot.name))
    return Actor(person.name, person.role, desk)
