"""Coming in at a store that is there: by password, by the emergency code, or by the recovery code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import Clock, to_milliseconds
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.staff.commands import BreakGlass, FirstPerson, key_of, read_person_name, read_reason
from crs_desktop.staff.door.own_slots import put_password, swept
from crs_desktop.staff.door.signed_in import Recovered, SignedIn
from crs_desktop.staff.guard import EmergencyCodeGuard, FirstStartGuard, RecoveryCodeGuard, SignedInGuard
from crs_desktop.staff.model import BY_CODE, EMERGENCY, Person, Role
from crs_desktop.staff.service import StaffBook, code_actor, recovery_actor
from crs_desktop.store.driver import exists
from crs_desktop.store.encrypting import encrypt, unfinished
from crs_desktop.store.guard import Guard
from crs_desktop.store.keys.codes import read_code
from crs_desktop.store.keys.entry import LetIn, let_in, let_in_by_code
from crs_desktop.store.keys.guessing import Guesses
from crs_desktop.store.keys.guessing import key_of as slot_key
from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.keys.passwords import judge, secret_of
from crs_desktop.store.keys.slots import Slot, SlotFile, SlotKind, Unlocked
from crs_desktop.store.keys.slots_file import change_slots, read_slots
from crs_desktop.store.keys.wrapping import refreshed, unlock_by_name
from crs_desktop.store.opening import open_store

_UTC = ZoneInfo("UTC")
# In a store without people the first one gets this number, and bears it in their slot.
FIRST = 1
# Why a desk was locked, when the program fell over under emergency access and the same person came again.
CUT_OFF = "cut off"


class Door:
    """The door of one store at one desk. One for the life of the program: it counts the misses."""

    def __init__(self, path: Path, clock: Clock, desk: str) -> None:
        self.path = path
        self.clock = clock
        self.desk = desk
        self.guesses = Guesses(path)
        # Old files beside the store that could not be read, and so not be encrypted: somebody must look at them.
        self.left_plain: tuple[str, ...] = ()

    def wait_s(self, sign_in: str) -> int:
        """Whole seconds until this name may be tried again."""
        return self.guesses.wait_s(slot_key(read_slots(self.path).person(sign_in)))

    def code_wait_s(self) -> int:
        """Whole seconds until a printed code may be tried again."""
        slots = (slot for slot in read_slots(self.path).slots if slot.kind is not SlotKind.PERSON)
        return max((self.guesses.wait_s(slot_key(slot)) for slot in slots), default=0)

    def unlock(self, sign_in: str, password: str, slots: SlotFile | None = None) -> Unlocked | Refused:
        """The keys alone, of this store's slots or of those that travel with a backup. The store is not opened."""
        opened = let_in(slots or read_slots(self.path), self.guesses, sign_in, secret_of(password))
        return opened if isinstance(opened, Refused) else opened.unlocked

    def unlock_by_recovery(self, typed: str, slots: SlotFile | None = None) -> Unlocked | Refused:
        """The same by the printed recovery code."""
        code = read_code(typed, SlotKind.RECOVERY)
        if isinstance(code, Refused):
            return code
        opened = let_in_by_code(slots or read_slots(self.path), self.guesses, code)
        return opened if isinstance(opened, Refused) else opened.unlocked

    def guard_of(self, unlocked: Unlocked) -> Guard:
        """The doorkeeper for who has opened this slot."""
        person_id = unlocked.slot.person_id
        return RecoveryCodeGuard() if person_id is None else SignedInGuard(person_id, self.clock, self.desk)

    def sign_in(self, sign_in: str, password: str) -> SignedIn | Refused:
        """By name and password. Raises NotUnderstood and EnvironmentFailure when the store cannot be opened."""
        file, secret = read_slots(self.path), secret_of(password)
        opened = let_in(file, self.guesses, sign_in, secret)
        if isinstance(opened, Refused):
            return opened
        slot = opened.unlocked.slot
        if slot.cost.out_of_date:
            with suppress(EnvironmentFailure):  # another time: nobody is kept out for it
                change_slots(self.path, lambda now: refreshed(now, opened.unlocked, secret, self.clock.now()))
        self.finish_encryption(opened.unlocked.keys)
        assert slot.person_id is not None
        return self._come_in(slot.person_id, slot.name, opened)

    def emergency(self, typed: str, name: str, reason: str) -> SignedIn | Refused:
        """By the emergency code, with who and why. What is missing is said before the code is tried."""
        code, read = read_code(typed, SlotKind.EMERGENCY), (read_person_name(name), read_reason(reason))
        findings = [item for item in read if isinstance(item, Finding)]
        called = read[0]
        if isinstance(code, Refused) or isinstance(called, Finding) or findings:
            return refuse(*(code.findings if isinstance(code, Refused) else ()), *findings)
        opened = let_in_by_code(read_slots(self.path), self.guesses, code)
        if isinstance(opened, Refused):
            return opened
        keys, guard = opened.unlocked.keys, EmergencyCodeGuard(self.clock, self.desk)
        self.finish_encryption(keys)
        with self.opened(keys, guard) as staff:
            ask = BreakGlass(uuid4().hex, reason, name)
            glass = staff.break_glass(ask, code_actor(self.desk))
            if isinstance(glass, Refused) and glass.findings[0].code == "staff_emergency_runs":
                # Their program fell over here, and nobody locked: that access ends now, and another one begins.
                staff.record_lock(Actor(f"{called}{BY_CODE}", EMERGENCY, self.desk), CUT_OFF)
                glass = staff.break_glass(ask, code_actor(self.desk))
        return glass if isinstance(glass, Refused) else SignedIn(keys, guard, glass.actor)

    def recover(self, typed: str) -> Recovered | Refused:
        """By the recovery code: who may now choose a new password."""
        code = read_code(typed, SlotKind.RECOVERY)
        if isinstance(code, Refused):
            return code
        file = read_slots(self.path)
        opened = let_in_by_code(file, self.guesses, code)
        if isinstance(opened, Refused):
            return opened
        keys = opened.unlocked.keys
        self.finish_encryption(keys)
        with self.opened(keys, RecoveryCodeGuard()) as staff:
            people = staff.people()
        found = tuple((one.sign_in, one.name) for one in people if one.active and Role.ADMINISTRATOR in one.roles)
        return Recovered(keys, found or tuple((slot.name, slot.name) for slot in file.of(SlotKind.PERSON)))

    def renew(self, recovered: Recovered, sign_in: str, password: str) -> SignedIn | Refused:
        """A new password for one of those the recovery code names; then they are let in by it."""
        if sign_in not in [name for name, _ in recovered.people]:
            return refuse(no("staff_person_unknown", "person", sign_in))
        against = judge(password, sign_in, [name for _, name in recovered.people])
        if against:
            return refuse(*against)
        self._begin_where_nobody_is(sign_in, recovered.keys)
        with self.opened(recovered.keys, RecoveryCodeGuard()) as staff:
            person = staff.person(sign_in)
            if person is None:
                return refuse(no("staff_person_unknown", "person", sign_in))
            noted = staff.record_own_password(person.id, recovery_actor(self.desk))
        if isinstance(noted, Refused):
            return noted
        return self._with_new_password(person, password, recovered.keys)

    def choose(self, signed: SignedIn, password: str) -> SignedIn | Refused:
        """The own password in the place of a temporary one."""
        assert signed.person_id is not None
        against = judge(password, signed.sign_in, [signed.actor.name])
        if against:
            return refuse(*against)
        if not isinstance(unlock_by_name(read_slots(self.path), signed.sign_in, secret_of(password)), Refused):
            return refuse(no("door_same_password", "password"))
        with self.opened(signed.keys, signed.guard) as staff:
            noted = staff.record_own_password(signed.person_id, signed.actor)
            person = staff.person_of(signed.person_id)
        if isinstance(noted, Refused):
            return noted
        assert person is not None
        return self._with_new_password(person, password, signed.keys)

    def proves(self, sign_in: str, password: str, field: str = "password") -> Slot | Refused:
        """Whether somebody knows the password of this name, within the limits on guessing. Nothing is opened by it."""
        opened = let_in(read_slots(self.path), self.guesses, sign_in, secret_of(password))
        if isinstance(opened, Refused):
            return refuse(*(replace(one, field=field) for one in opened.findings))
        return opened.unlocked.slot

    def record_lock(self, signed: SignedIn, because: str) -> None:
        """The log learns that this desk was locked. For a desk whose services are already closed."""
        with self.opened(signed.keys, signed.guard) as staff:
            staff.record_lock(signed.actor, because)

    @contextmanager
    def opened(self, keys: StoreKeys, guard: Guard) -> Iterator[StaffBook]:
        """The people of the store, opened for the length of a block. Never makes a store."""
        if not exists(self.path):
            raise EnvironmentFailure(no("store_missing", "store", self.path.name))
        store = open_store(self.path, self.clock, ChangeFeed(), keys, guard)
        try:
            yield StaffBook(store, _UTC)
        finally:
            store.close()

    def _with_new_password(self, person: Person, password: str, keys: StoreKeys) -> SignedIn | Refused:
        put = put_password(self.path, person, password, keys, self.clock.now())
        if isinstance(put, Refused):
            return put
        self.guesses.free(slot_key(put.person(person.sign_in)))
        return self.sign_in(person.sign_in, password)

    def _come_in(self, person_id: int, sign_in: str, opened: LetIn) -> SignedIn | Refused:
        keys, guard = opened.unlocked.keys, SignedInGuard(person_id, self.clock, self.desk)
        with self.opened(keys, guard) as staff:
            if staff.begun():
                return self._noted(staff, person_id, sign_in, opened, guard)
        if person_id != FIRST:  # as after going back to before anybody was known: not everybody may let the others in
            return refuse(no("door_nobody_yet", "name", sign_in))
        self._begin_where_nobody_is(sign_in, keys)
        with self.opened(keys, guard) as staff:
            return self._noted(staff, person_id, sign_in, opened, guard)

    def _noted(
        self, staff: StaffBook, person_id: int, sign_in: str, opened: LetIn, guard: SignedInGuard
    ) -> SignedIn | Refused:
        person = staff.person_of(person_id)
        # After going back the number may be somebody else's: number and name must both be theirs.
        if person is None or key_of(person.sign_in) != key_of(sign_in):
            return refuse(no("door_slot_of_nobody", "name", sign_in))
        actor = staff.record_sign_in(person_id, self.desk, opened.misses + opened.unknown_misses)
        if isinstance(actor, Refused):
            return actor
        must = staff.must_choose_a_password(person_id)
        if Role.ADMINISTRATOR in person.roles:
            with suppress(EnvironmentFailure):  # another time: a slot of somebody who has ended lets nobody in
                swept(self.path, [one.sign_in for one in staff.people() if not one.active])
        return SignedIn(opened.unlocked.keys, guard, actor, person_id, person.sign_in, must)

    def finish_encryption(self, keys: StoreKeys) -> None:
        """A first start on an old plain store wrote the slots first; cut off there, it goes on here."""
        if exists(self.path) and unfinished(self.path):
            self.left_plain = encrypt(self.path, keys, to_milliseconds(self.clock.now())).left

    def _begin_where_nobody_is(self, sign_in: str, keys: StoreKeys) -> None:
        """A first start that was cut off between the store and its first person: they are it now."""
        with self.opened(keys, FirstStartGuard()) as staff:
            if not staff.begun():
                roles = (Role.PHARMACIST.value, Role.ADMINISTRATOR.value)
                staff.begin(FirstPerson(uuid4().hex, sign_in, sign_in, roles), self.desk)
