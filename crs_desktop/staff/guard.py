"""The doorkeepers of a store: a person is looked up in the transaction that writes, so what was taken away is gone.

One for a signed-in person, one each for the two printed codes, one for a store without people, one for the demo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import Clock
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.staff import repository
from crs_desktop.staff.model import EMERGENCY, PROGRAM_ROLE, RECOVERY, RECOVERY_NAME, Role
from crs_desktop.staff.rules import BEGIN, GO_BACK, against_code, against_seeing, against_signed_in, refusal
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
        if intent == GO_BACK and self._going_back == actor.name:
            self._going_back = None
            return None
        person = repository.person(session, self.person_id)
        emergency = repository.emergency_at(session, self.person_id, self.desk, self._clock.now())
        return against_signed_in(repository.rights(), person, emergency, actor, self.desk, intent)

    def may_see(self, session: Session, operation: str) -> Finding | None:
        """The reason against seeing this.

        Who may go back is asked here before the exchange: the store that comes back may not know this person yet. The
        one note that follows it is let through in that name.
        """
        person = repository.person(session, self.person_id)
        emergency = repository.emergency_at(session, self.person_id, self.desk, self._clock.now())
        against = against_seeing(repository.rights(), person, emergency, operation)
        if operation == GO_BACK:
            self._going_back = person.name if person is not None and against is None else None
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
        return no("staff_nobody_yet", "operation", intent)

    def may_see(self, session: Session, operation: str) -> Finding | None:
        """The reason against seeing this."""
        return no("staff_nobody_yet", "operation", operation)


class MadeUpGuard:
    """The demo's: nobody signs in, an actor is what they say they are. `sees` is who looks at the pages."""

    def __init__(self, sees: str = EVERY_ROLE) -> None:
        self._sees = sees

    def may(self, session: Session, actor: Actor, intent: str) -> Finding | None:
        """The reason against an act in this name."""
        role = self._sees if intent == GO_BACK and actor != PROGRAM else actor.role  # as answered before the exchange
        return refusal(repository.rights(), _stated(role), intent)

    def may_see(self, session: Session, operation: str) -> Finding | None:
        """The reason against seeing this."""
        return refusal(repository.rights(), _stated(self._sees), operation)


def _stated(role: str) -> frozenset[str]:
    return frozenset(role.split("+"))
