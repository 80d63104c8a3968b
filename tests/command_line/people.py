"""A made-up site with people and codes, begun as the window begins one; its sign-ins cost next to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from crs_desktop.bootstrap.services import open_house
from crs_desktop.demo.story import tell_story
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock, parse_instant
from crs_desktop.kernel.refusal import Refused
from crs_desktop.policy.commands import StatePolicy
from crs_desktop.staff.commands import EndPerson, EnrolPerson
from crs_desktop.staff.door.beginning import Beginning
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.keyring import Keyring
from crs_desktop.staff.door.signed_in import SignedIn
from crs_desktop.staff.guard import FirstStartGuard
from crs_desktop.staff.model import Person
from crs_desktop.staff.signing.model import ProvenPerson, SecondSignature
from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.keys.slots_file import slots_path, write_slots
from tests.store.made_up_keys import ANYBODY

T = TypeVar("T")
NOW = "2026-12-01T10:00:00-05:00"
CLOCK = StatedClock(parse_instant(NOW))
SITE = ZoneInfo("America/New_York")
# The first person is pharmacist and administrator; "new" has not chosen a password yet, "gone" works here no more.
PASSWORDS = {
    "weber": "vial cabinet teacup moonlight",
    "tech": "copper meadow lantern seventeen",
    "audit": "harbour pencil walnut staircase",
    "okafor": "thimble orchard velvet canyon",
    "new": "saddle biscuit glacier umbrella",
    "gone": "marble whistle carpet dolphin",
}
NAMES = {"weber": "A. Weber", "tech": "Tom Tech", "audit": "Olu Audit", "okafor": "M. Okafor", "new": "Nina Newman",
         "gone": "Gus Gone"}  # fmt: skip
ROLES = {"tech": "technician", "audit": "auditor", "okafor": "pharmacist", "new": "pharmacist", "gone": "pharmacist"}


@dataclass(frozen=True)
class Site:
    """A closed store, its keys, and what is printed on its two sheets of paper."""

    path: Path
    keys: StoreKeys
    recovery: str
    emergency: str


def let_in(answer: T | Refused) -> T:
    """What was answered, when it was no refusal."""
    assert not isinstance(answer, Refused), answer
    return answer


def begin(path: Path, story: bool = False) -> Site:
    """A store with everybody in it. The demo is told before anybody is known, who would have to sign it."""
    door = Door(path, CLOCK, "desk 1")
    beginning = Beginning(door)
    roles = ("pharmacist", "administrator")
    prepared = let_in(beginning.prepare("weber", NAMES["weber"], roles, PASSWORDS["weber"]))
    assert beginning.try_recovery(prepared, beginning.recovery.text) is None
    if story:
        house = open_house(path, CLOCK, ChangeFeed(), prepared.keys, ANYBODY, SITE)
        tell_story(house)
        house.close()
        write_slots(path, prepared.slots)
        with door.opened(prepared.keys, FirstStartGuard()) as staff:
            let_in(staff.begin(prepared.person, "desk 1"))
        first = let_in(door.sign_in("weber", PASSWORDS["weber"]))
    else:
        first = let_in(beginning.make(prepared))
        open_house(path, CLOCK, ChangeFeed(), first.keys, first.guard, SITE).close()
    for sign_in in ROLES:
        _enrol(door, first, sign_in)
    return Site(path, first.keys, beginning.recovery.text, beginning.emergency.text)


def state_policy(path: Path, keys: StoreKeys, key: str, value: str) -> None:
    """A row of policy that two of the site's pharmacists have signed."""
    house = open_house(path, CLOCK, ChangeFeed(), keys, ANYBODY)
    command = StatePolicy("key", key, value, "2026-12-01", NAMES["weber"], "committee", "")
    entered = {field.name: field.truth for field in let_in(house.policy.asked(command)).fields}
    second = house.staff.person("okafor")
    assert second is not None
    proven = ProvenPerson(second.id, second.name, frozenset({"pharmacist"}), CLOCK.now())
    let_in(house.policy.state(command, Actor(NAMES["weber"]), SecondSignature(proven, entered)))
    house.close()


def _enrol(door: Door, first: SignedIn, sign_in: str) -> None:
    """With a temporary password, in whose place they choose their own; only "new" has not come yet."""
    temporary = f"{PASSWORDS[sign_in]} anew"
    with door.opened(first.keys, first.guard) as staff:
        keyring = Keyring(door, staff, first)
        password = PASSWORDS[sign_in] if sign_in == "new" else temporary
        person = let_in(keyring.enrol(EnrolPerson(uuid4().hex, sign_in, NAMES[sign_in], (ROLES[sign_in],)), password))
        assert isinstance(person, Person)
    if sign_in == "new":
        return
    signed = let_in(door.sign_in(sign_in, temporary))
    assert signed.must_choose
    door.record_lock(let_in(door.choose(signed, PASSWORDS[sign_in])), "asked")
    if sign_in == "gone":
        with door.opened(first.keys, first.guard) as staff:
            kept = slots_path(door.path).read_bytes()
            let_in(staff.end(EndPerson(uuid4().hex, person.id, "left"), first.actor))
            assert slots_path(door.path).read_bytes() == kept  # their slot is there until somebody sweeps it
