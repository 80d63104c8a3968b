"""Use cases of people: begin, enrol, change, end, take back; sign in and lock; break the glass and look it over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.errors import NotPermitted
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.staff import acts, repository
from crs_desktop.staff.commands import (
    BreakGlass,
    ChangeRoles,
    EndPerson,
    EnrolPerson,
    FirstPerson,
    LookOver,
    RenamePerson,
    StateLockMinutes,
    TakeBackPerson,
    key_of,
    read_minutes,
    read_person_name,
    read_reason,
    read_roles,
    read_sign_in,
)
from crs_desktop.staff.model import (
    BY_CODE,
    EMERGENCY,
    RECOVERY,
    RECOVERY_NAME,
    Emergency,
    Happened,
    PeoplePicture,
    Person,
    Role,
    StaffEvent,
)
from crs_desktop.staff.rules import BEGIN, BREAK_GLASS, LOCK, SIGN_IN
from crs_desktop.store.store import Request, Result, Store, Writing

_PASSWORDS = (Happened.PASSWORD_SET, Happened.TEMPORARY_PASSWORD_SET)


@dataclass(frozen=True, slots=True)
class BrokenGlass:
    """Emergency access that was given: everything until then is done as this actor."""

    id: int
    actor: Actor
    until: datetime


class StaffBook:
    """The people of one store."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self.zone = zone

    def person(self, sign_in: str) -> Person | None:
        """Whose sign-in this is, whatever its case; somebody who has ended is answered as not active."""
        with self._store.read() as session:
            return repository.by_sign_in(session, sign_in)

    def person_of(self, person_id: int) -> Person | None:
        """One person."""
        with self._store.read() as session:
            return repository.person(session, person_id)

    def begun(self) -> bool:
        """True once there is a first person."""
        with self._store.read() as session:
            return repository.anybody(session)

    def people(self) -> tuple[Person, ...]:
        """Everybody who ever had a sign-in. Raises NotPermitted."""
        self._store.demand("see people")
        with self._store.read() as session:
            return repository.people(session)

    def events(self, person_id: int) -> tuple[StaffEvent, ...]:
        """What happened to and with a person, newest first. Raises NotPermitted."""
        self._store.demand("see people")
        with self._store.read() as session:
            return repository.events(session, person_id)

    def picture(self) -> PeoplePicture:
        """All that the page of people shows, in one snapshot. Raises NotPermitted."""
        self._store.demand("see people")
        with self._store.read() as session:
            last = repository.newest_by_person(session, [Happened.SIGNED_IN])
            words = repository.newest_by_person(session, _PASSWORDS)
            glass = repository.emergencies(session)
            return PeoplePicture(
                repository.people(session),
                {person: at for person, (_, at) in last.items()},
                frozenset(who for who, (kind, _) in words.items() if kind is Happened.TEMPORARY_PASSWORD_SET),
                tuple(replace(one, did=repository.did(session, one)) for one in glass),
                repository.newest(session, Happened.RECOVERY_CODE_MADE),
                repository.newest(session, Happened.EMERGENCY_CODE_MADE),
                self._may("enrol person"),
                repository.lock_after(session),
            )

    def lock_minutes(self) -> int:
        """After how many minutes without a touch the screens of this site lock; every desk may ask."""
        with self._store.read() as session:
            return repository.lock_after(session).minutes

    def must_choose_a_password(self, person_id: int) -> bool:
        """True when the password of this person was set by somebody else."""
        with self._store.read() as session:
            last = repository.newest_by_person(session, _PASSWORDS).get(person_id)
        return last is not None and last[0] is Happened.TEMPORARY_PASSWORD_SET

    def begin(self, command: FirstPerson, desk: str = "") -> Person | Refused:
        """The first administrator, only while there are no people."""
        read = _read(command.sign_in, command.name, command.roles)
        if isinstance(read, Refused):
            return read
        sign_in, name, roles = read
        actor = Actor(name, "+".join(role.value for role in Role if role in roles), desk)
        return self._person(
            command.request_id, BEGIN, _content(read), actor, lambda writing: acts.begin(writing, sign_in, name, roles)
        )

    def enrol(self, command: EnrolPerson, actor: Actor) -> Person | Refused:
        """A new person."""
        read = _read(command.sign_in, command.name, command.roles)
        if isinstance(read, Refused):
            return read
        return self._person(
            command.request_id, "enrol person", _content(read), actor, lambda writing: acts.enrol(writing, *read)
        )

    def change_roles(self, command: ChangeRoles, actor: Actor) -> Person | Refused:
        """Other roles, from this moment on, on every desk. The last administrator stays one."""
        roles, reason = read_roles(command.roles), read_reason(command.reason)
        if isinstance(roles, Finding) or isinstance(reason, Finding):
            return refuse(*(item for item in (roles, reason) if isinstance(item, Finding)))
        content = {"person": command.person_id, "roles": sorted(role.value for role in roles), "reason": reason}
        return self._person(
            command.request_id, "change roles", content, actor,
            lambda writing: acts.change(
                writing, Happened.ROLES_CHANGED, command.person_id, reason, lambda one: replace(one, roles=roles)
            ),
        )  # fmt: skip

    def rename(self, command: RenamePerson, actor: Actor) -> Person | Refused:
        """Another name from now on. It is nobody else's, and never was."""
        name, reason = read_person_name(command.name), read_reason(command.reason)
        if isinstance(name, Finding) or isinstance(reason, Finding):
            return refuse(*(item for item in (name, reason) if isinstance(item, Finding)))
        content = {"person": command.person_id, "name": name, "reason": reason}
        return self._person(
            command.request_id, "rename person", content, actor,
            lambda writing: acts.change(
                writing, Happened.RENAMED, command.person_id, reason, acts.renamed(writing, name)
            ),
        )  # fmt: skip

    def end(self, command: EndPerson, actor: Actor) -> Person | Refused:
        """Somebody no longer works here: from this moment on no desk obeys them. Never the last administrator."""
        return self._coming_or_going(command, "end person", Happened.ENDED, acts.ended, actor)

    def take_back(self, command: TakeBackPerson, actor: Actor) -> Person | Refused:
        """Somebody works here again, in the roles they had."""
        return self._coming_or_going(command, "take person back", Happened.RETURNED, acts.returned, actor)

    def actor(self, person_id: int, desk: str) -> Actor | Refused:
        """In whose name and role everything at this desk is written now. Ask again after a change of people."""
        with self._store.read() as session:
            person = repository.person(session, person_id)
            glass = repository.emergency_at(session, person_id, desk, self._store.clock.now())
        if person is None:
            return refuse(no("staff_person_unknown", "person", person_id))
        if not person.active:
            return refuse(no("staff_ended", "person", person.name))
        return Actor(person.name, person.role if glass is None else EMERGENCY, desk)

    def record_sign_in(self, person_id: int, desk: str, misses: int = 0) -> Actor | Refused:
        """Somebody opened their slot at this desk, after so many misses. Refused for who has ended: then let go."""
        person = self.person_of(person_id)
        if person is None:
            return refuse(no("staff_person_unknown", "person", person_id))
        actor = Actor(person.name, person.role, desk)
        result = self._event(SIGN_IN, actor, lambda writing: acts.sign_in(writing, person, misses))
        return result if isinstance(result, Refused) else actor

    def record_lock(self, actor: Actor, because: str) -> Result | Refused:
        """The desk of this actor is locked; `because` says why ('idle', 'asked', 'sleep')."""
        person_id = self._whose(actor)
        return self._event(LOCK, actor, lambda writing: acts.lock(writing, person_id, because))

    def record_own_password(self, person_id: int, actor: Actor) -> Result | Refused:
        """A person has chosen a new password; `actor` is they, or the recovery code."""
        if actor.role != RECOVERY and self._whose(actor) != person_id:
            return refuse(no("staff_not_yours", "person", person_id))
        return self._event("set own password", actor, _for_person(Happened.PASSWORD_SET, person_id, "set password"))

    def record_password(self, person_id: int, actor: Actor) -> Result | Refused:
        """Somebody else has set a password for a person, who must choose their own at the next sign-in."""
        work = _for_person(Happened.TEMPORARY_PASSWORD_SET, person_id, "set temporary password")
        return self._event("set password", actor, work)

    def record_freed(self, person_id: int, actor: Actor) -> Result | Refused:
        """A sign-in that was locked after too many misses is open again."""
        return self._event("free sign-in", actor, _for_person(Happened.FREED, person_id, "free"))

    def record_code(self, recovery: bool, actor: Actor) -> Result | Refused:
        """A new recovery code (else emergency code) was made; the one before no longer opens anything."""
        kind = Happened.RECOVERY_CODE_MADE if recovery else Happened.EMERGENCY_CODE_MADE

        def work(writing: Writing) -> Result:
            acts.happened(writing, kind, None, f"make {'recovery' if recovery else 'emergency'} code")
            return {}

        return self._event("make codes", actor, work)

    def break_glass(self, command: BreakGlass, actor: Actor) -> BrokenGlass | Refused:
        """Emergency access at this desk until it is locked, four hours at most. The reason is mandatory.

        A signed-in person types their own name as a signature. Whoever came by the emergency code types who they are
        (`code_actor`), and acts under that name with 'by emergency code' behind it.
        """
        name, reason = read_person_name(command.name), read_reason(command.reason)
        findings = [item for item in (name, reason) if isinstance(item, Finding)]
        by_code = actor.role == EMERGENCY and self._whose(actor) is None
        if isinstance(name, str) and not by_code and key_of(name) != key_of(actor.name):
            findings.append(no("staff_other_name", "name", name, signed_in=actor.name))
        if findings:
            return refuse(*findings)
        assert isinstance(name, str) and isinstance(reason, str)
        who = Actor(acts.code_name(name), EMERGENCY, actor.desk) if by_code else actor
        person_id = None if by_code else self._whose(actor)
        result = self._store.perform(
            Request(command.request_id, BREAK_GLASS, {"name": who.name, "desk": who.desk, "reason": reason}),
            who, [Topic.PEOPLE], lambda writing: acts.break_glass(writing, person_id, who.name, reason),
        )  # fmt: skip
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            found = next(one for one in repository.emergencies(session) if one.id == result["emergency"])
        return BrokenGlass(found.id, Actor(found.name, EMERGENCY, found.desk), found.until)

    def state_lock_minutes(self, command: StateLockMinutes, actor: Actor) -> int | Refused:
        """Other minutes from now on, at every desk."""
        minutes, reason = read_minutes(command.minutes), read_reason(command.reason)
        if isinstance(minutes, Finding) or isinstance(reason, Finding):
            return refuse(*(item for item in (minutes, reason) if isinstance(item, Finding)))
        request = Request(command.request_id, "state lock minutes", {"minutes": minutes, "reason": reason})
        result = self._store.perform(
            request, actor, [Topic.PEOPLE], lambda writing: acts.state_lock_minutes(writing, minutes, reason)
        )
        return result if isinstance(result, Refused) else minutes

    def look_over(self, command: LookOver, actor: Actor) -> Emergency | Refused:
        """Somebody else has read what was done under emergency access."""
        note = read_reason(command.note, "note")
        if isinstance(note, Finding):
            return refuse(note)
        content = {"emergency": command.emergency_id, "note": note}
        result = self._store.perform(
            Request(command.request_id, "look over emergency", content), actor, [Topic.PEOPLE],
            lambda writing: acts.look_over(writing, command.emergency_id, note),
        )  # fmt: skip
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            return next(one for one in repository.emergencies(session) if one.id == command.emergency_id)

    def _may(self, operation: str) -> bool:
        try:
            self._store.demand(operation)
        except NotPermitted:
            return False
        return True

    def _whose(self, actor: Actor) -> int | None:
        """Who acts under this name; None for one of the codes."""
        if actor.name.endswith(BY_CODE) or actor.name == RECOVERY_NAME:
            return None
        with self._store.read() as session:
            person = repository.by_name(session, actor.name)
        return None if person is None else person.id

    def _coming_or_going(
        self, command: EndPerson | TakeBackPerson, intent: str, kind: Happened, into: acts.Change, actor: Actor
    ) -> Person | Refused:
        reason = read_reason(command.reason)
        if isinstance(reason, Finding):
            return refuse(reason)
        content = {"person": command.person_id, "reason": reason}
        return self._person(
            command.request_id, intent, content, actor,
            lambda writing: acts.change(writing, kind, command.person_id, reason, into),
        )  # fmt: skip

    def _person(
        self, request_id: str, intent: str, content: Result, actor: Actor, work: Callable[[Writing], Result | Refused]
    ) -> Person | Refused:
        result = self._store.perform(Request(request_id, intent, content), actor, [Topic.PEOPLE], work)
        if isinstance(result, Refused):
            return result
        person = self.person_of(result["person"])
        assert person is not None
        return person

    def _event(self, intent: str, actor: Actor, work: Callable[[Writing], Result | Refused]) -> Result | Refused:
        return self._store.perform(Request(uuid4().hex, intent, {}), actor, [Topic.PEOPLE], work)


def code_actor(desk: str) -> Actor:
    """Whom to hand to `break_glass` at a desk that the emergency code opened: nobody yet."""
    return Actor(acts.code_name("nobody"), EMERGENCY, desk)


def recovery_actor(desk: str) -> Actor:
    """Who acts at a desk that the recovery code opened."""
    return Actor(RECOVERY_NAME, RECOVERY, desk)


def _for_person(kind: Happened, person_id: int, action: str) -> Callable[[Writing], Result | Refused]:
    def work(writing: Writing) -> Result | Refused:
        person = repository.person(writing.session, person_id)
        if person is None:
            return refuse(no("staff_person_unknown", "person", person_id))
        if not person.active:
            return refuse(no("staff_ended", "person", person.name))
        acts.happened(writing, kind, person_id, action)
        return {"person": person_id}

    return work


def _read(sign_in: str, name: str, roles: tuple[str, ...]) -> tuple[str, str, frozenset[Role]] | Refused:
    read = (read_sign_in(sign_in), read_person_name(name), read_roles(roles))
    if isinstance(read[0], Finding) or isinstance(read[1], Finding) or isinstance(read[2], Finding):
        return refuse(*(item for item in read if isinstance(item, Finding)))
    return read[0], read[1], read[2]


def _content(read: tuple[str, str, frozenset[Role]]) -> Result:
    return {"sign_in": read[0], "name": read[1], "roles": sorted(role.value for role in read[2])}
