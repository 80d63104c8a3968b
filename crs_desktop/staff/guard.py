"""The doorkeepers of a store: they look the person up in the transaction that writes, so that what was taken away is gone.

One for a signed-in person, one each for the two printed codes, one for a store without people, one for the demo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import Clock
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.staff import repository
from crs_desktop.staff.model import EMERGENCY, PROGRAM_ROLE, RECOVERY, RECOVERY_NAME, Role
from crs_desktop.staff.rules import (
    BEGIN,
    GO_BACK,
    against_code,
    against_signed_in,
    holders_of,
    refusal,
)
from crs_desktop.store.store import PROGRAM

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

EVERY_ROLE = "+".join(role.value for role in Role)


class SignedInGuard:
    """A person at a desk. Roles, name, an end and broken glass are read anew for every act, on every desk."""

    def __init__(self, person_id: int, clock: Clock, desk: str) -> None:
        self.person_id = person_id
        self.desk = desk
        self._clock = clock
        self._going_back: str | None = None

    def may(self, session: Session, actor: Actor, intent: str) -> Finding | None:
        """The reason against an act in this name."""
        if actor == PROGRAM:
            return refusal(repository.rights(), {PROGRAM_ROLE}, intent)
        allowed, self._going_back = self._going_back, None
        if intent == GO_BACK and allowed == actor.name:
            return None
        person = repository.person(session, self.person_id)
        emergency = repository.emergency_at(session, self.person_id, self.desk, self._clock.now())
        return against_signed_in(repository.rights(), person, emergency, actor, self.desk, intent)

    def may_see(self, session: Session, operation: str) -> Finding | None:
        """The reason against seeing this.

        Who may go back is asked here before the exchange: the store that comes back may not know this person yet. The
        one note that follows it is let through in that name.
        """
        self._going_back = None
        person = repository.person(session, self.person_id)
        if person is None:
            return no("staff_person_unknown", "person", self.person_id)
        if not person.active:
            return no("staff_ended", "person", person.name)
        emergency = repository.emergency_at(session, self.person_id, self.desk, self._clock.now())
        against = refusal(repository.rights(), holders_of(person, emergency), operation)
        if against is None and operation == GO_BACK:
            self._going_back = person.name
        return against


class EmergencyCodeGuard:
    """Nobody is known here; somebody holds the emergency code. First who and why, then what the bedside needs."""

    def __init__(self, clock: Clock, desk: str) -> None:
        self.desk = desk
        self._clock = clock

    def may(self, session: Session, actor: Actor, intent: str) -> Finding | None:
        """The reason against an act in this name."""
        if actor == PROGRAM:
            return refusal(repository.rights(), {PROGRAM_ROLE}, intent)
        emergency = repository.emergency_at(session, None, self.desk, self._clock.now())
        return against_code(repository.rights(), emergency, actor, self.desk, intent)

    def may_see(self, session: Session, operation: str) -> Finding | None:
        """The reason against seeing this."""
        return refusal(repository.rights(), {EMERGENCY}, operation)


class RecoveryCodeGuard:
    """Somebody holds the printed recovery code: enough to let the people in again, and for nothing else."""

    def may(self, session: Session, actor: Actor, intent: str) -> Finding | None:
        """The reason against an act in this name."""
        if actor == PROGRAM:
            return refusal(repository.rights(), {PROGRAM_ROLE}, intent)
        if (actor.name, actor.role) != (RECOVERY_NAME, RECOVERY):
            return no("staff_other_name", "person", actor.name, signed_in=RECOVERY_NAME)
        return refusal(repository.rights(), {RECOVERY}, intent)

    def may_see(self, session: Session, operation: str) -> Finding | None:
        """The reason against seeing this."""
        return refusal(repository.rights(), {RECOVERY}, operation)


class FirstStartGuard:
    """A store in which nobody is known: the first administrator can be named, once, and nothing else done."""

    def may(self, session: Session, actor: Actor, intent: str) -> Finding | None:
        """The reason against an act in this name."""
        if actor == PROGRAM:
            return refusal(repository.rights(), {PROGRAM_ROLE}, intent)
        if intent == BEGIN and not repository.anybody(session):
            return None
        return refusal(repository.rights(), (), intent)

    def may_see(self, session: Session, operation: str) -> Finding | None:
        """The reason against seeing this."""
        return refusal(repository.rights(), (), operation)


class MadeUpGuard:
    """The demo's: nobody signs in, an actor is what they say they are. `sees` is who looks at the pages."""

    def __init__(self, sees: str = EVERY_ROLE) -> None:
        self._sees = sees

    def may(self, session: Session, actor: Actor, intent: str) -> Finding | None:
        """The reason against an act in this name."""
        return refusal(repository.rights(), _stated(actor.role), intent)

    def may_see(self, session: Session, operation: str) -> Finding | None:
        """The reason against seeing this."""
        return refusal(repository.rights(), _stated(self._sees), operation)


def _stated(role: str) -> frozenset[str]:
    return frozenset(role.split("+"))
