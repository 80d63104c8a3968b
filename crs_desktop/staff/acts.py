"""What happens inside a write transaction when people come, change, go, sign in, lock, or break the glass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.staff import repository
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.model import BY_CODE, Emergency, Happened, Person, Role
from crs_desktop.staff.rules import (
    EMERGENCY_LASTS,
    against_looking_over,
    keeps_an_administrator,
    name_taken,
)
from crs_desktop.store.store import Result, Writing

Change = Callable[[Person], Person | Finding]
_WORDS = {
    Happened.RENAMED: "rename", Happened.ROLES_CHANGED: "change roles", Happened.ENDED: "end",
    Happened.RETURNED: "take back",
}  # fmt: skip


def enrol(writing: Writing, sign_in: str, name: str, roles: frozenset[Role]) -> Result | Refused:
    """A new person, unless sign-in or name are somebody else's, also of somebody who has ended."""
    session = writing.session
    taken = name_taken(repository.names(session), name)
    findings = [] if taken is None else [taken]
    if repository.by_sign_in(session, sign_in) is not None:
        findings.insert(0, no("staff_sign_in_taken", "sign_in", sign_in))
    if findings:
        return refuse(*findings)
    number = repository.add_person(session, sign_in, writing.at, writing.actor.name)
    person = Person(number, sign_in, name, roles, True, writing.at, None)
    repository.add_state(session, Happened.ENROLLED, person, "", writing.at, _by(writing))
    writing.log("person", number, "enrol", after={"sign_in": sign_in, **_picture(person)})
    return {"person": number}


def begin(writing: Writing, sign_in: str, name: str, roles: frozenset[Role]) -> Result | Refused:
    """The first administrator, only while nobody is known."""
    if repository.anybody(writing.session):
        return refuse(no("staff_begun", "people"))
    if Role.ADMINISTRATOR not in roles:
        return refuse(no("staff_first_administrator", "roles"))
    return enrol(writing, sign_in, name, roles)


def change(writing: Writing, kind: Happened, person_id: int, reason: str, into: Change) -> Result | Refused:
    """Another state of a person. Refused when it would change nothing, or leave nobody to let people in."""
    session = writing.session
    everybody = repository.people(session)
    before = next((one for one in everybody if one.id == person_id), None)
    if before is None:
        return refuse(no("staff_person_unknown", "person", person_id))
    after = into(before)
    if isinstance(after, Finding):
        return refuse(after)
    if after == before:
        return refuse(no("staff_nothing_changed", "person", before.name))
    alone = keeps_an_administrator(everybody, person_id, after.roles if after.active else frozenset())
    if alone is not None:
        return refuse(alone)
    repository.add_state(session, kind, after, reason, writing.at, _by(writing))
    writing.log("person", person_id, _WORDS[kind], before=_picture(before), after=_picture(after), reason=reason)
    return {"person": person_id}


def renamed(writing: Writing, name: str) -> Change:
    """The same person under a name that nobody else bears or bore."""

    def into(person: Person) -> Person | Finding:
        return name_taken(repository.names(writing.session), name, person.id) or replace(person, name=name)

    return into


def ended(person: Person) -> Person | Finding:
    """No longer here."""
    return replace(person, active=False) if person.active else no("staff_ended", "person", person.name)


def returned(person: Person) -> Person | Finding:
    """Here again."""
    return no("staff_is_here", "person", person.name) if person.active else replace(person, active=True)


def sign_in(writing: Writing, person: Person, misses: int) -> Result | Refused:
    """Somebody is here. Emergency access that a fallen desk left behind ends with it."""
    _end_glass(writing, person.id)
    happened(writing, Happened.SIGNED_IN, person.id, "sign in", misses=misses)
    return {"person": person.id}


def lock(writing: Writing, person_id: int | None, because: str) -> Result:
    """The desk is locked, and with it ends emergency access."""
    _end_glass(writing, person_id)
    happened(writing, Happened.LOCKED, person_id, "lock", reason=because)
    return {}


def happened(
    writing: Writing, kind: Happened, person_id: int | None, action: str, reason: str = "", misses: int | None = None
) -> int:
    """One event, and its line in the log."""
    number = repository.add_event(
        writing.session, kind, person_id, writing.at, _by(writing), reason=reason, misses=misses
    )  # fmt: skip
    after = None if misses is None else {"misses": misses}
    writing.log("person", "" if person_id is None else person_id, action, after=after, reason=reason)
    return number


def break_glass(writing: Writing, person_id: int | None, name: str, reason: str) -> Result | Refused:
    """Emergency access from now on, at this desk."""
    running = repository.emergency_at(writing.session, person_id, writing.actor.desk, writing.at)
    if running is not None and running.name == name:
        return refuse(no("staff_emergency_runs", "person", name))
    _end_glass(writing, person_id)
    until = writing.at + EMERGENCY_LASTS
    number = repository.add_event(
        writing.session, Happened.GLASS_BROKEN, person_id, writing.at, _by(writing), name=name, reason=reason,
        ends_at=until,
    )  # fmt: skip
    writing.log("emergency", number, "begin", after={"name": name, "until": until.isoformat()}, reason=reason)
    return {"emergency": number}


def look_over(writing: Writing, emergency_id: int, note: str) -> Result | Refused:
    """Somebody else has read what was done under emergency access."""
    found = next((one for one in repository.emergencies(writing.session) if one.id == emergency_id), None)
    own = found is not None and _took(writing, found)
    against = against_looking_over(found, own, writing.at)
    if against is not None:
        return refuse(against)
    assert found is not None
    repository.add_event(
        writing.session, Happened.GLASS_LOOKED_OVER, found.person_id, writing.at, _by(writing), reason=note,
        about=emergency_id,
    )  # fmt: skip
    writing.log("emergency", emergency_id, "look over", after={"name": found.name}, reason=note)
    return {"emergency": emergency_id}


def state_lock_minutes(writing: Writing, minutes: int, reason: str) -> Result | Refused:
    """How long an untouched screen stays open, from now on at every desk."""
    before = repository.lock_after(writing.session).minutes
    if minutes == before:
        return refuse(no("staff_lock_minutes_same", "minutes", minutes))
    kind = Happened.LOCK_MINUTES_STATED
    repository.add_event(writing.session, kind, None, writing.at, _by(writing), minutes=minutes, reason=reason)
    writing.log(
        "store", "lock", "state minutes", before={"minutes": before}, after={"minutes": minutes}, reason=reason
    )
    return {"minutes": minutes}


def code_name(name: str) -> str:
    """The name under which somebody acts who typed it beside the emergency code."""
    return name + BY_CODE


def _end_glass(writing: Writing, person_id: int | None) -> None:
    for left in repository.unended(writing.session, person_id, writing.actor.desk):
        repository.add_event(
            writing.session, Happened.GLASS_ENDED, person_id, _end_of(left, writing), _by(writing), about=left.id
        )
        writing.log("emergency", left.id, "end")


def _took(writing: Writing, emergency: Emergency) -> bool:
    """True when the actor took this emergency access: signed in, or under any name of theirs typed beside the code."""
    typed = key_of(emergency.name.removesuffix(BY_CODE))
    reader = repository.by_name(writing.session, writing.actor.name)
    if reader is None:
        return key_of(writing.actor.name) == typed
    return reader.id == emergency.person_id or reader.id in repository.names(writing.session).get(typed, frozenset())


def _end_of(left: Emergency, writing: Writing) -> datetime:
    return min(writing.at, left.until)


def _picture(person: Person) -> Result:
    return {"name": person.name, "roles": person.role, "active": person.active}


def _by(writing: Writing) -> tuple[str, str]:
    return writing.actor.name, writing.actor.desk
