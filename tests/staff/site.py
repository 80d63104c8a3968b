"""A made-up pharmacy with one person for each role, in a real store; a desk is opened with the guard under test."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.staff.commands import EnrolPerson, FirstPerson
from crs_desktop.staff.guard import FirstStartGuard, SignedInGuard
from crs_desktop.staff.model import Person
from crs_desktop.staff.service import StaffBook
from crs_desktop.store.guard import Guard
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Request, Result, Store, Writing
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import ZONE, new_pharmacy, rows
from tests.store.turned_clock import TurnedClock

DESK = "desk 1"
# Numbers as they are given: the first person is the administrator.
ADMIN, PHARMACIST, TECHNICIAN, AUDITOR, SECOND_PHARMACIST = 1, 2, 3, 4, 5
ROLES = {ADMIN: "administrator", PHARMACIST: "pharmacist", TECHNICIAN: "technician", AUDITOR: "auditor"}
NAMES = {ADMIN: "Ines Admin", PHARMACIST: "A. Weber", TECHNICIAN: "Tom Tech", AUDITOR: "Olu Audit",
         SECOND_PHARMACIST: "M. Okafor"}  # fmt: skip
SIGN_INS = {"weber": ("pharmacist", PHARMACIST), "tech": ("technician", TECHNICIAN), "audit": ("auditor", AUDITOR),
            "okafor": ("pharmacist", SECOND_PHARMACIST)}  # fmt: skip


@dataclass
class Desk:
    """A store opened with one guard, and the book of its people."""

    store: Store
    book: StaffBook
    clock: TurnedClock

    def changes(self) -> int:
        """How many rows the log has."""
        (count,) = rows(self.store, "SELECT count(*) FROM change_log")[0]
        assert isinstance(count, int)
        return count

    def write(self, intent: str, actor: Actor) -> Result | Refused:
        """The smallest act of this intent, as a service would hand it over."""

        def work(writing: Writing) -> Result:
            writing.log("note", "1", "add")
            return {}

        return self.store.perform(Request(key(), intent, {}), actor, [], work)


def key() -> str:
    """A request key of its own."""
    return uuid4().hex


def actor(person_id: int, desk: str = DESK) -> Actor:
    """Somebody of this pharmacy at a desk, as they are enrolled."""
    return Actor(NAMES[person_id], ROLES.get(person_id, "pharmacist"), desk)


@contextmanager
def opened(path: Path, guard: Guard, clock: TurnedClock) -> Iterator[Desk]:
    """A desk on the store at `path`."""
    store = open_store(path, clock, ChangeFeed(), KEYS, guard)
    try:
        yield Desk(store, StaffBook(store, ZONE), clock)
    finally:
        store.close()


@contextmanager
def signed_in(path: Path, person_id: int, clock: TurnedClock | None = None, desk: str = DESK) -> Iterator[Desk]:
    """The desk of somebody who is signed in."""
    clock = clock or TurnedClock()
    with opened(path, SignedInGuard(person_id, clock, desk), clock) as made:
        yield made


def with_people(path: Path) -> Path:
    """A closed store with one place, one patient and five people."""
    path.write_bytes(_with_people())
    return path


def with_the_first(path: Path) -> Path:
    """A closed store whose only person is the administrator."""
    path.write_bytes(_with_the_first())
    return path


@cache
def _with_the_first() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.crs"
        new_pharmacy(path).close()
        with opened(path, FirstStartGuard(), TurnedClock()) as desk:
            first = FirstPerson("first", "admin", NAMES[ADMIN], ("administrator",))
            assert isinstance(desk.book.begin(first, DESK), Person)
        return path.read_bytes()


@cache
def _with_people() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = with_the_first(Path(folder) / "t.crs")
        with signed_in(path, ADMIN) as desk:
            for sign_in, (role, number) in SIGN_INS.items():
                made = desk.book.enrol(EnrolPerson(key(), sign_in, NAMES[number], (role,)), actor(ADMIN))
                assert isinstance(made, Person) and made.id == number, made
        return path.read_bytes()


def why(answer: object) -> str:
    """The code of the refusal."""
    assert isinstance(answer, Refused), answer
    return ",".join(finding.code for finding in answer.findings)


def where(answer: object) -> list[str]:
    """The fields of the refusal."""
    assert isinstance(answer, Refused), answer
    return [finding.field for finding in answer.findings]


def code(finding: Finding | None) -> str | None:
    """The code of a finding, None when there is none."""
    return None if finding is None else finding.code
