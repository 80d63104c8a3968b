"""A second person proves who they are at a desk where somebody else is signed in: by their own name and password."""

from __future__ import annotations

from crs_desktop.kernel.clock import Clock
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.service import StaffBook
from crs_desktop.staff.signing.model import ProvenPerson, Prover


def prover_at(door: Door, staff: StaffBook, clock: Clock) -> Prover:
    """Proves by the slot of that name, within the limits on guessing. Slow; nobody is signed in by it."""

    def prove(sign_in: str, secret: str) -> ProvenPerson | Refused:
        slot = door.proves(sign_in, secret)
        if isinstance(slot, Refused):
            return slot
        person = None if slot.person_id is None else staff.person_of(slot.person_id)
        # After going back the number may be somebody else's: number and name must both be theirs.
        if person is None or not person.active or key_of(person.sign_in) != key_of(slot.name):
            return refuse(no("door_slot_of_nobody", "second", slot.name))
        # Whoever set a temporary password knows it: a second look by it could be the first person's own.
        if staff.must_choose_a_password(person.id):
            return refuse(no("door_password_temporary", "password", person.name))
        roles = frozenset(role.value for role in person.roles)
        return ProvenPerson(person.id, person.name, roles, clock.now())

    return Prover(prove)
