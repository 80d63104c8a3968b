"""A first start: a new store, or an old plain one, gets its keys, two printed codes and its first person.

Nothing is written before `make`. Then, in an order that a crash may cut anywhere: the slots, the store, the person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4
from zoneinfo import ZoneInfo

from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.staff.commands import FirstPerson, read_person_name, read_roles, read_sign_in
from crs_desktop.staff.door.entering import FIRST, Door
from crs_desktop.staff.door.signed_in import SignedIn
from crs_desktop.staff.door.standing import Standing, standing
from crs_desktop.staff.guard import FirstStartGuard
from crs_desktop.staff.model import Role
from crs_desktop.store.driver import exists
from crs_desktop.store.encrypting import old_audit_key, unfinished
from crs_desktop.store.keys.codes import Code, new_code, read_code
from crs_desktop.store.keys.model import StoreKeys, new_keys
from crs_desktop.store.keys.passwords import judge, secret_of
from crs_desktop.store.keys.slots import SlotFile, SlotKind, first_file
from crs_desktop.store.keys.slots_file import read_slots, slots_path, write_slots
from crs_desktop.store.keys.wrapping import make_slot, unlock
from crs_desktop.store.opening import open_store


@dataclass(frozen=True, slots=True)
class Prepared:
    """Keys sealed in memory for a first person, and who that is."""

    person: FirstPerson
    password: str = field(repr=False)
    keys: StoreKeys = field(repr=False)
    slots: SlotFile = field(repr=False)


class Beginning:
    """The first start of one store. The codes are made once, so that going back a page never makes a paper wrong."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.recovery: Code = new_code(SlotKind.RECOVERY)
        self.emergency: Code = new_code(SlotKind.EMERGENCY)

    def prepare(self, sign_in: str, name: str, roles: tuple[str, ...], password: str) -> Prepared | Refused:
        """Seal the slots in memory. Slow: each of the three costs what a guess costs."""
        chosen, called, held = read_sign_in(sign_in), read_person_name(name), read_roles(roles)
        findings = [item for item in (chosen, called, held) if isinstance(item, Finding)]
        if not isinstance(held, Finding) and Role.ADMINISTRATOR not in held:
            findings.append(no("door_first_administrator", "roles"))
        findings += judge(password, sign_in, [name])
        if findings or isinstance(chosen, Finding):
            return refuse(*findings)
        old = old_audit_key(self._door.path)
        fresh = new_keys()
        keys = fresh if old is None else StoreKeys(fresh.data, old)
        store_id, at = uuid4().hex, self._door.clock.now()
        slots = [
            make_slot(SlotKind.PERSON, chosen, FIRST, secret_of(password), keys, store_id, at),
            make_slot(SlotKind.RECOVERY, "recovery", None, self.recovery.secret, keys, store_id, at),
            make_slot(SlotKind.EMERGENCY, "emergency", None, self.emergency.secret, keys, store_id, at),
        ]
        return Prepared(FirstPerson(uuid4().hex, chosen, name, roles), password, keys, first_file(store_id, slots))

    def try_recovery(self, prepared: Prepared, typed: str) -> Refused | None:
        """Really open the sealed slot with what was typed from the paper."""
        code = read_code(typed, SlotKind.RECOVERY)
        if isinstance(code, Refused):
            return code
        opened = unlock(prepared.slots, prepared.slots.of(SlotKind.RECOVERY)[0], code.secret)
        return opened if isinstance(opened, Refused) else None

    def make(self, prepared: Prepared, zone: ZoneInfo | None = None) -> SignedIn | Refused:
        """Write. Raises EnvironmentFailure in words; run again it finishes what was begun.

        A new store counts its days in `zone`; without one the first services to open it state the machine's.
        """
        door = self._door
        if not _begun(door, prepared):
            stands = standing(door.path)
            if stands is Standing.NO_STORE:
                _keep_aside(door)
            elif stands in (Standing.LOCKED, Standing.NO_SLOTS):
                return refuse(no("door_store_there", "store", door.path.name))
            write_slots(door.path, prepared.slots)
        if exists(door.path) and unfinished(door.path):
            door.finish_encryption(prepared.keys)
        _open_first(door, prepared.keys, zone)
        with door.opened(prepared.keys, FirstStartGuard()) as staff:
            if not staff.begun():
                person = staff.begin(prepared.person, door.desk)
                if isinstance(person, Refused):
                    return person
                assert person.id == FIRST, "the slot of the first person bears another number"
        return door.sign_in(prepared.person.sign_in, prepared.password)


def _open_first(door: Door, keys: StoreKeys, zone: ZoneInfo | None) -> None:
    store = open_store(door.path, door.clock, ChangeFeed(), keys, FirstStartGuard())
    try:
        # The services state the kind when they first open it: until then nothing was counted in any zone.
        if zone is not None and store.fact("kind") is None and store.fact("time_zone") != zone.key:
            store.state_facts({"time_zone": zone.key})
    finally:
        store.close()


def _begun(door: Door, prepared: Prepared) -> bool:
    """True when these very slots lie there: a run before this one was cut off."""
    try:
        return read_slots(door.path) == prepared.slots
    except NotUnderstood:
        return False


def _keep_aside(door: Door) -> None:
    """Slots without their store: the store may be on another disk, so they are kept under another name."""
    path = slots_path(door.path)
    number = 1
    while (aside := path.with_name(f"{path.name}-aside-{number}")).exists():
        number += 1
    path.rename(aside)
