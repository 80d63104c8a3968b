"""What the tests of the door have in common: made-up people, their passwords, and shortcuts through the door."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.commands import EndPerson, EnrolPerson
from crs_desktop.staff.door.beginning import Beginning, Prepared
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.keyring import Keyring
from crs_desktop.staff.door.signed_in import SignedIn
from crs_desktop.staff.model import Person
from crs_desktop.staff.service import StaffBook
from tests.staff.site import TurnedClock

T = TypeVar("T")
DESK = "desk 1"
ADA, TOM, MO, OTHER, FRESH = (
    "vial cabinet teacup moonlight", "copper meadow lantern seventeen", "harbour pencil walnut staircase",
    "thimble orchard velvet canyon", "saddle biscuit glacier umbrella",
)  # fmt: skip
TOM_ID, MO_ID = 2, 3


@dataclass(frozen=True)
class Behind:
    """A store with people, and what is printed on its two papers."""

    door: Door
    recovery: str
    emergency: str

    def signed(self, sign_in: str = "ada", password: str = ADA) -> SignedIn:
        """In, by this password."""
        return got(self.door.sign_in(sign_in, password))

    @contextmanager
    def keyring(self, sign_in: str = "ada", password: str = ADA) -> Iterator[tuple[Keyring, StaffBook, SignedIn]]:
        """Somebody at their keyring."""
        signed = self.signed(sign_in, password)
        with self.door.opened(signed.keys, signed.guard) as staff:
            yield Keyring(self.door, staff, signed), staff, signed


def a_door(path: Path) -> Door:
    """The door of a store at this path, as a program that has just started has one."""
    return Door(path, TurnedClock(), DESK)


def again(door: Door) -> Door:
    """The same door for another start of the program."""
    return Door(door.path, door.clock, door.desk)


def at(behind: Behind, path: Path) -> Behind:
    """A copy of the store and what lies beside it."""
    for item in behind.door.path.parent.glob(f"{behind.door.path.name}*"):
        shutil.copyfile(item, path.with_name(item.name))
    return Behind(a_door(path), behind.recovery, behind.emergency)


def got(answer: T | Refused) -> T:
    """What was answered, when nothing stood against it."""
    assert not isinstance(answer, Refused), answer
    return answer


def why(answer: object) -> list[str]:
    """The codes of a refusal."""
    assert isinstance(answer, Refused), answer
    return [finding.code for finding in answer.findings]


def prepared(beginning: Beginning) -> Prepared:
    """Ada begins."""
    return got(beginning.prepare("ada", "Ada Byron", ("pharmacist", "administrator"), ADA))


def begun(door: Door) -> Behind:
    """A store with Ada, Tom the technician and Mo the pharmacist, each with a password of their own."""
    beginning = Beginning(door)
    got(beginning.make(prepared(beginning)))
    behind = Behind(door, beginning.recovery.text, beginning.emergency.text)
    for sign_in, name, role, password in (
        ("tom", "Tom Tech", "technician", TOM), ("mo", "Mo Okafor", "pharmacist", MO),
    ):  # fmt: skip
        enrolled(behind, sign_in, name, role, OTHER)
        signed = got(door.sign_in(sign_in, OTHER))
        got(door.choose(signed, password))
    return behind


def enrolled(behind: Behind, sign_in: str, name: str, role: str, password: str) -> Person:
    """A new person with a temporary password, by Ada."""
    with behind.keyring() as (keyring, _, _):
        return got(keyring.enrol(EnrolPerson(uuid4().hex, sign_in, name, (role,)), password))


def ended(behind: Behind, person_id: int, with_slot: bool = False) -> None:
    """Somebody works here no more; `with_slot` as when the program died before their slot went."""
    with behind.keyring() as (keyring, staff, signed):
        command = EndPerson(uuid4().hex, person_id, "left")
        got(staff.end(command, signed.actor) if with_slot else keyring.end(command))


def misses(door: Door, sign_in: str, password: str = FRESH) -> str:
    """A wrong try; its code."""
    return why(door.sign_in(sign_in, password))[0]
