"""Random lives of a staff list at a real store: somebody can always let people in, and no two are mistaken.

The long form (5,000 lives) runs with `CRS_LONG=1 python3 start.py test tests/staff/test_random_lives.py`.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff import repository
from crs_desktop.staff.commands import ChangeRoles, EndPerson, EnrolPerson, RenamePerson, TakeBackPerson, key_of
from crs_desktop.staff.guard import SignedInGuard
from crs_desktop.staff.model import Person, Role
from crs_desktop.staff.repository import rights
from crs_desktop.staff.rules import refusal
from crs_desktop.staff.service import StaffBook
from crs_desktop.store.opening import open_store
from tests.staff.site import DESK, TurnedClock, key, with_the_first
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.pharmacy import LONG, ZONE

LIVES = 5000 if LONG else 25
SIGN_INS = st.sampled_from(["ann", "ANN", "bo", "Bo", "cy", "ínés", "dee"])
NAMES = st.sampled_from(["Ann A", "ann a", "Ann  A", "Bo B", "Ínés", "ÍNÉS", "Cy C", "Dee D", "Ines Admin"])
ROLES = st.lists(st.sampled_from([role.value for role in Role]), max_size=3).map(tuple)
WHO = st.integers(1, 6)
OPERATIONS = sorted(rights())


class StaffList(RuleBasedStateMachine):
    """Enrol, change, rename, end, take back, in any order, by whoever may at that moment and by who may not."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="crs-staff-"))
        self.clock = TurnedClock()
        path = with_the_first(self.folder / "t.crs")
        self.store = open_store(path, self.clock, ChangeFeed(), KEYS, ANYBODY)
        self.book = StaffBook(self.store, ZONE)

    def teardown(self) -> None:
        """Nothing stays behind."""
        self.store.close()
        shutil.rmtree(self.folder)

    def by(self, who: int) -> Actor:
        """The desk of that person, as the guard sees it from now on."""
        self.store._guard = SignedInGuard(who, self.clock, DESK)
        person = self.before.get(who)
        return Actor("Nobody" if person is None else person.name, "" if person is None else person.role, DESK)

    def may(self, who: int, answer: object) -> None:
        """What was done was done by an active administrator."""
        person = self.before.get(who)
        allowed = person is not None and person.active and Role.ADMINISTRATOR in person.roles
        assert allowed or isinstance(answer, Refused)

    @property
    def before(self) -> dict[int, Person]:
        """Everybody as they were before this step."""
        return self._before

    def people(self) -> dict[int, Person]:
        """Everybody as they are."""
        with self.store.read() as session:
            return {person.id: person for person in repository.people(session)}

    @rule(who=WHO, sign_in=SIGN_INS, name=NAMES, roles=ROLES)
    def enrol(self, who: int, sign_in: str, name: str, roles: tuple[str, ...]) -> None:
        self._before = self.people()
        self.may(who, self.book.enrol(EnrolPerson(key(), sign_in, name, roles), self.by(who)))

    @rule(who=WHO, whom=WHO, roles=ROLES)
    def change_roles(self, who: int, whom: int, roles: tuple[str, ...]) -> None:
        self._before = self.people()
        self.may(who, self.book.change_roles(ChangeRoles(key(), whom, roles, "why"), self.by(who)))

    @rule(who=WHO, whom=WHO, name=NAMES)
    def rename(self, who: int, whom: int, name: str) -> None:
        self._before = self.people()
        self.may(who, self.book.rename(RenamePerson(key(), whom, name, "why"), self.by(who)))

    @rule(who=WHO, whom=WHO)
    def end(self, who: int, whom: int) -> None:
        self._before = self.people()
        self.may(who, self.book.end(EndPerson(key(), whom, "why"), self.by(who)))

    @rule(who=WHO, whom=WHO)
    def take_back(self, who: int, whom: int) -> None:
        self._before = self.people()
        self.may(who, self.book.take_back(TakeBackPerson(key(), whom, "why"), self.by(who)))

    @invariant()
    def somebody_can_let_people_in_and_no_two_are_mistaken(self) -> None:
        known = self.people().values()
        assert any(person.active and Role.ADMINISTRATOR in person.roles for person in known)
        assert len({key_of(person.sign_in) for person in known}) == len(known)
        assert len({key_of(person.name) for person in known}) == len(known)

    @rule(who=WHO, operation=st.sampled_from(OPERATIONS))
    def nobody_sees_more_than_their_roles_together(self, who: int, operation: str) -> None:
        person = self.people().get(who)
        roles = person.roles if person is not None and person.active else frozenset()
        with self.store.read() as session:
            against = SignedInGuard(who, self.clock, DESK).may_see(session, operation)
        assert (against is None) is any(refusal(rights(), {role.value}, operation) is None for role in roles)


@pytest.mark.timeout(1800)
def test_that_random_lives_never_lock_the_house_nor_mix_two_people_up() -> None:
    run_state_machine_as_test(
        StaffList,
        settings=settings(
            max_examples=LIVES, stateful_step_count=12, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
