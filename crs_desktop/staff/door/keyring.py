"""People and their slots changed together: the row first, which asks for the right and is logged, then the slot.

A crash between the two leaves somebody known who cannot sign in yet, or somebody ended whose slot is swept later; it
never leaves anybody who can sign in without a row that says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.staff.commands import EndPerson, EnrolPerson, TakeBackPerson
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.own_slots import put_password, swept
from crs_desktop.staff.door.signed_in import SignedIn
from crs_desktop.staff.model import Person
from crs_desktop.staff.service import StaffBook
from crs_desktop.store.keys.codes import Code, new_code, read_code
from crs_desktop.store.keys.guessing import key_of as slot_key
from crs_desktop.store.keys.passwords import judge, secret_of
from crs_desktop.store.keys.slots import Slot, SlotFile, SlotKind, added, replaced
from crs_desktop.store.keys.slots_file import change_slots, read_slots
from crs_desktop.store.keys.wrapping import make_slot, unlock, unlock_by_name

# What a code's slot is called: there is one of each.
CODE_NAMES = {SlotKind.RECOVERY: "recovery", SlotKind.EMERGENCY: "emergency"}


@dataclass(frozen=True, slots=True)
class NewCode:
    """A fresh code and its slot, in memory until it has been typed back from paper."""

    code: Code
    slot: Slot = field(repr=False)


class Keyring:
    """Whoever is signed in changes people and their slots through this."""

    def __init__(self, door: Door, staff: StaffBook, signed: SignedIn) -> None:
        self._door = door
        self._staff = staff
        self._signed = signed

    def enrol(self, command: EnrolPerson, password: str) -> Person | Refused:
        """A new person with a temporary password."""
        against = judge(password, command.sign_in, [command.name])
        if against:
            return refuse(*against)
        return self._with_temporary(self._staff.enrol(command, self._signed.actor), password)

    def take_back(self, command: TakeBackPerson, password: str) -> Person | Refused:
        """Somebody works here again, with a temporary password."""
        person = self._staff.person_of(command.person_id)
        against = [] if person is None else judge(password, person.sign_in, [person.name])
        if against:
            return refuse(*against)
        return self._with_temporary(self._staff.take_back(command, self._signed.actor), password)

    def give_password(self, person_id: int, password: str) -> Person | Refused:
        """A temporary password for somebody who forgot theirs."""
        person = self._staff.person_of(person_id)
        if person is None:
            return refuse(no("staff_person_unknown", "person", person_id))
        against = judge(password, person.sign_in, [person.name])
        return refuse(*against) if against else self._with_temporary(person, password)

    def end(self, command: EndPerson) -> Person | Refused:
        """From this moment on no desk obeys them; then their slot goes."""
        person = self._staff.end(command, self._signed.actor)
        if not isinstance(person, Refused):
            swept(self._door.path, [person.sign_in])
        return person

    def free(self, person_id: int) -> Person | Refused:
        """After too many misses a sign-in may be tried again."""
        person = self._staff.person_of(person_id)
        if person is None:
            return refuse(no("staff_person_unknown", "person", person_id))
        noted = self._staff.record_freed(person_id, self._signed.actor)
        if isinstance(noted, Refused):
            return noted
        self._door.guesses.free(slot_key(read_slots(self._door.path).person(person.sign_in)))
        return person

    def change_own(self, old: str, new: str) -> Person | Refused:
        """Another password for whoever is signed in; the old one is asked for, within the limits on guessing."""
        proved = self._door.proves(self._signed.sign_in, old, "old")
        if isinstance(proved, Refused):
            return proved
        against = judge(new, self._signed.sign_in, [self._signed.actor.name])
        if against:
            return refuse(*against)
        if not isinstance(unlock_by_name(read_slots(self._door.path), self._signed.sign_in, secret_of(new)), Refused):
            return refuse(no("door_same_password", "password"))
        assert self._signed.person_id is not None
        noted = self._staff.record_own_password(self._signed.person_id, self._signed.actor)
        if isinstance(noted, Refused):
            return noted
        person = self._staff.person_of(self._signed.person_id)
        assert person is not None
        return self._put(person, new)

    def locked_out(self) -> frozenset[str]:
        """The sign-in names that too many misses have locked."""
        people = read_slots(self._door.path).of(SlotKind.PERSON)
        return frozenset(slot.name for slot in people if self._door.guesses.locked(slot_key(slot)))

    def new_code(self, kind: SlotKind) -> NewCode:
        """A fresh code, sealed in memory; the one before works until `keep`."""
        code, file = new_code(kind), read_slots(self._door.path)
        keys, at = self._signed.keys, self._door.clock.now()
        return NewCode(code, make_slot(kind, CODE_NAMES[kind], None, code.secret, keys, file.store_id, at))

    def try_code(self, made: NewCode, typed: str) -> Refused | None:
        """Really open the sealed slot with what was typed from the paper."""
        code = read_code(typed, made.slot.kind)
        if isinstance(code, Refused):
            return code
        opened = unlock(read_slots(self._door.path), made.slot, code.secret)
        return opened if isinstance(opened, Refused) else None

    def keep(self, made: NewCode) -> Refused | None:
        """From now on the code before opens nothing here. Older backups it still opens: they carry their own slots."""
        noted = self._staff.record_code(made.slot.kind is SlotKind.RECOVERY, self._signed.actor)
        if isinstance(noted, Refused):
            return noted

        def change(now: SlotFile) -> SlotFile | Refused:
            old = now.of(made.slot.kind)
            return replaced(now, old[0].id, made.slot) if old else added(now, made.slot)

        changed = change_slots(self._door.path, change)
        return changed if isinstance(changed, Refused) else None

    def _with_temporary(self, person: Person | Refused, password: str) -> Person | Refused:
        if isinstance(person, Refused):
            return person
        noted = self._staff.record_password(person.id, self._signed.actor)
        return noted if isinstance(noted, Refused) else self._put(person, password)

    def _put(self, person: Person, password: str) -> Person | Refused:
        put = put_password(self._door.path, person, password, self._signed.keys, self._door.clock.now())
        if isinstance(put, Refused):
            return put
        self._door.guesses.free(slot_key(put.person(person.sign_in)))
        return person
