"""Rows of people in, people out; and the table of rights from the shipped file."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Text, column, func, select, table
from sqlalchemy.orm import Session

from crs_desktop.kernel.resources import resource
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.model import EMERGENCY, Did, Emergency, Happened, LockAfter, Person, Rights, Role, StaffEvent
from crs_desktop.staff.rules import BREAK_GLASS, LOCK, read_rights
from crs_desktop.staff.tables import PersonEventTable, PersonTable
from crs_desktop.store.columns import InstantColumn

_STATES = [
    kind.value
    for kind in (
        Happened.ENROLLED, Happened.RENAMED, Happened.ROLES_CHANGED, Happened.ENDED, Happened.RETURNED,
    )
]  # fmt: skip
# The log belongs to the store, which alone writes it. What was done under emergency access is read from these columns.
_LOG = table(
    "change_log", column("id"), column("at", InstantColumn), column("actor", Text), column("role", Text),
    column("desk", Text), column("intent", Text), column("subject", Text), column("subject_id", Text),
)  # fmt: skip


@cache
def rights() -> Rights:
    """Who may do what, from the shipped file."""
    return read_rights(tomllib.loads(resource("rights.toml").read_text("utf-8")))


def person(session: Session, person_id: int) -> Person | None:
    """One person as they are now."""
    return next(iter(_people(session, person_id)), None)


def people(session: Session) -> tuple[Person, ...]:
    """Everybody who ever had a sign-in, in the order they came."""
    return tuple(_people(session, None))


def anybody(session: Session) -> bool:
    """True once there is a first person."""
    return session.scalar(select(PersonTable.id).limit(1)) is not None


def by_sign_in(session: Session, sign_in: str) -> Person | None:
    """Whose sign-in this is, whatever its case; also of somebody who has ended."""
    found = session.scalar(select(PersonTable.id).where(PersonTable.sign_in_key == key_of(sign_in)))
    return None if found is None else person(session, found)


def by_name(session: Session, name: str) -> Person | None:
    """Who bears this name now."""
    return next((one for one in people(session) if key_of(one.name) == key_of(name)), None)


def names(session: Session) -> dict[str, frozenset[int]]:
    """Every name that anybody bears or bore, without case, and whose it was."""
    query = select(PersonEventTable.name, PersonEventTable.person_id).where(PersonEventTable.kind.in_(_STATES))
    found: dict[str, set[int]] = defaultdict(set)
    for name, person_id in session.execute(query):
        if name is not None and person_id is not None:
            found[key_of(name)].add(person_id)
    return {name: frozenset(whose) for name, whose in found.items()}


def add_person(session: Session, sign_in: str, at: datetime, actor: str) -> int:
    """A new person; what they are is said by their first event."""
    stored = PersonTable(sign_in=sign_in, sign_in_key=key_of(sign_in), at=at, actor=actor)
    session.add(stored)
    session.flush()
    return stored.id


def add_state(session: Session, kind: Happened, state: Person, reason: str, at: datetime, by: tuple[str, str]) -> int:
    """What a person is from now on; `by` names actor and desk."""
    return _add(
        session, person_id=state.id, kind=kind.value, name=state.name, active=int(state.active),
        roles=[role.value for role in Role if role in state.roles], reason=reason, at=at, actor=by[0], desk=by[1],
    )  # fmt: skip


def add_event(
    session: Session, kind: Happened, person_id: int | None, at: datetime, by: tuple[str, str], **more: Any
) -> int:
    """Something that happened with a person, or with nobody known; `by` names actor and desk."""
    values = {"reason": "", **more}
    return _add(session, person_id=person_id, kind=kind.value, at=at, actor=by[0], desk=by[1], **values)


def newest(session: Session, kind: Happened) -> datetime | None:
    """When this last happened."""
    return session.scalar(select(func.max(PersonEventTable.at)).where(PersonEventTable.kind == kind.value))


def lock_after(session: Session) -> LockAfter:
    """After how many minutes an untouched screen locks."""
    stated = select(PersonEventTable).where(PersonEventTable.kind == Happened.LOCK_MINUTES_STATED.value)
    row = session.scalar(stated.order_by(PersonEventTable.id.desc()).limit(1))
    if row is None or row.minutes is None:
        return LockAfter()
    return LockAfter(row.minutes, row.actor, row.at, row.reason)


def newest_by_person(session: Session, kinds: Iterable[Happened]) -> dict[int, tuple[Happened, datetime]]:
    """The last of these events of everybody."""
    wanted = [kind.value for kind in kinds]
    last = select(func.max(PersonEventTable.id)).where(PersonEventTable.kind.in_(wanted))
    last = last.where(PersonEventTable.person_id.is_not(None)).group_by(PersonEventTable.person_id)
    rows = session.scalars(select(PersonEventTable).where(PersonEventTable.id.in_(last)))
    return {row.person_id: (Happened(row.kind), row.at) for row in rows if row.person_id is not None}


def events(session: Session, person_id: int) -> tuple[StaffEvent, ...]:
    """What happened to and with a person, newest first."""
    query = select(PersonEventTable).where(PersonEventTable.person_id == person_id)
    return tuple(_event(row) for row in session.scalars(query.order_by(PersonEventTable.id.desc())))


def emergencies(session: Session) -> tuple[Emergency, ...]:
    """Every emergency access there was, oldest first, without what was done under it."""
    return _emergencies(session, select(PersonEventTable).where(PersonEventTable.kind == Happened.GLASS_BROKEN.value))


def emergency_at(session: Session, person_id: int | None, desk: str, now: datetime) -> Emergency | None:
    """The emergency access that runs now for this person (None: for whoever came by the code) at this desk."""
    glass = PersonEventTable
    query = select(glass).where(glass.kind == Happened.GLASS_BROKEN.value, glass.desk == desk, glass.ends_at > now)
    found = _emergencies(session, query.where(glass.person_id == person_id))
    return next((one for one in reversed(found) if one.running(now)), None)


def unended(session: Session, person_id: int | None, desk: str) -> tuple[Emergency, ...]:
    """Emergency access of this person at this desk that nobody has ended, also when its time is over."""
    glass = PersonEventTable
    query = select(glass).where(glass.kind == Happened.GLASS_BROKEN.value, glass.desk == desk)
    return tuple(one for one in _emergencies(session, query.where(glass.person_id == person_id)) if one.ended is None)


def did(session: Session, emergency: Emergency) -> tuple[Did, ...]:
    """What was written under this emergency access, oldest first; its beginning and its end are not of it."""
    row = _LOG.c
    query = select(row.at, row.intent, row.subject, row.subject_id).where(
        row.at >= emergency.began, row.at <= (emergency.ended or emergency.until), row.actor == emergency.name,
        row.role == EMERGENCY, row.desk == emergency.desk, row.intent.not_in((BREAK_GLASS, LOCK)),
    )  # fmt: skip
    return tuple(Did(*found) for found in session.execute(query.order_by(row.id)))


def _people(session: Session, person_id: int | None) -> Iterable[Person]:
    query = (
        select(PersonTable.sign_in, PersonEventTable)
        .join(PersonTable, PersonTable.id == PersonEventTable.person_id)
        .where(PersonEventTable.kind.in_(_STATES))
        .order_by(PersonEventTable.id)
    )
    if person_id is not None:
        query = query.where(PersonEventTable.person_id == person_id)
    known: dict[int, Person] = {}
    for sign_in, row in session.execute(query):
        assert row.person_id is not None and row.name is not None and row.roles is not None
        before = known.get(row.person_id)
        roles = frozenset(Role(name) for name in row.roles)
        since = row.at if before is None else before.since
        gone_since = row.at if before is None or before.active else before.ended
        ended = None if row.active else gone_since
        known[row.person_id] = Person(row.person_id, sign_in, row.name, roles, bool(row.active), since, ended)
    return sorted(known.values(), key=lambda one: one.id)


def _emergencies(session: Session, query: Any) -> tuple[Emergency, ...]:
    broken = list(session.scalars(query.order_by(PersonEventTable.id)))
    about = PersonEventTable.about.in_([row.id for row in broken])
    later = list(session.scalars(select(PersonEventTable).where(about).order_by(PersonEventTable.id))) if broken else []
    ended = {row.about: row for row in reversed(later) if row.kind == Happened.GLASS_ENDED.value}
    seen = {row.about: row for row in later if row.kind == Happened.GLASS_LOOKED_OVER.value}
    return tuple(_emergency(row, ended.get(row.id), seen.get(row.id)) for row in broken)


def _emergency(row: PersonEventTable, ended: PersonEventTable | None, seen: PersonEventTable | None) -> Emergency:
    assert row.name is not None and row.ends_at is not None
    return Emergency(
        row.id, row.person_id, row.name, row.reason, row.desk, row.at, row.ends_at,
        None if ended is None else ended.at,
        None if seen is None else seen.actor,
        None if seen is None else seen.at,
        "" if seen is None else seen.reason,
    )  # fmt: skip


def _add(session: Session, **values: Any) -> int:
    stored = PersonEventTable(**values)
    session.add(stored)
    session.flush()
    return stored.id


def _event(row: PersonEventTable) -> StaffEvent:
    return StaffEvent(
        row.id, row.person_id, Happened(row.kind), row.name, row.reason, row.misses, row.ends_at, row.about, row.desk,
        row.at, row.actor,
    )  # fmt: skip
