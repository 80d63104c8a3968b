"""Nouns of the people: roles, a person, a right, what happened to somebody, and emergency access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

# Holders of rights that are no role of a person: who broke the glass, who came by the recovery code, the program.
EMERGENCY, RECOVERY, PROGRAM_ROLE = "emergency", "recovery", "program"
# Under this name the recovery code acts, and with this ending a name that was typed beside the emergency code.
RECOVERY_NAME = "recovery code"
BY_CODE = ", by emergency code"
# After so many minutes without a touch a screen locks; a site may choose within the first two.
LOCK_LEAST, LOCK_MOST, LOCK_USUAL = 1, 15, 5


class Role(Enum):
    """What a person is here. One person may be several; their rights are the union."""

    PHARMACIST = "pharmacist"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


HOLDERS = (*(role.value for role in Role), EMERGENCY, RECOVERY, PROGRAM_ROLE)


class Happened(Enum):
    """What can happen to or with a person. The first five change what they are."""

    ENROLLED = "enrolled"
    RENAMED = "renamed"
    ROLES_CHANGED = "roles changed"
    ENDED = "ended"
    RETURNED = "returned"
    PASSWORD_SET = "password set"
    TEMPORARY_PASSWORD_SET = "temporary password set"
    FREED = "freed"
    SIGNED_IN = "signed in"
    LOCKED = "locked"
    RECOVERY_CODE_MADE = "recovery code made"
    EMERGENCY_CODE_MADE = "emergency code made"
    GLASS_BROKEN = "glass broken"
    GLASS_ENDED = "glass ended"
    GLASS_LOOKED_OVER = "glass looked over"
    LOCK_MINUTES_STATED = "lock minutes stated"


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that can be done or seen: who may, and why it is so."""

    operation: str
    act: bool
    may: frozenset[str]
    why: str


Rights = dict[str, Right]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a sign-in. `name` is what every record carries; `ended` is None while they may sign in."""

    id: int
    sign_in: str
    name: str
    roles: frozenset[Role]
    active: bool
    since: datetime
    ended: datetime | None

    @property
    def role(self) -> str:
        """The roles in one text, as every record carries them: 'pharmacist+administrator'."""
        return "+".join(role.value for role in Role if role in self.roles)


@dataclass(frozen=True, slots=True)
class StaffEvent:
    """One row of what happened. `about` is the row of the broken glass that it belongs to."""

    id: int
    person_id: int | None
    kind: Happened
    name: str | None
    reason: str
    misses: int | None
    ends_at: datetime | None
    about: int | None
    desk: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Did:
    """Something written under emergency access."""

    at: datetime
    intent: str
    subject: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class Emergency:
    """Emergency access: who took it, why, until when at most, when it ended, and who has looked it over."""

    id: int
    person_id: int | None
    name: str
    reason: str
    desk: str
    began: datetime
    until: datetime
    ended: datetime | None
    looked_over_by: str | None = None
    looked_over_at: datetime | None = None
    note: str = ""
    did: tuple[Did, ...] = ()

    @property
    def by_code(self) -> bool:
        """True when nobody was signed in: the name is what they typed."""
        return self.person_id is None

    def running(self, now: datetime) -> bool:
        """True while it gives rights. A clock set back before its beginning ends it."""
        return self.ended is None and self.began <= now < self.until

    def over_at(self, now: datetime) -> datetime | None:
        """When it ended, by a lock or by itself; None while it runs."""
        return self.ended or (self.until if now >= self.until else None)


@dataclass(frozen=True, slots=True)
class LockAfter:
    """After how many minutes without a touch the screens of this site lock; who said so, unless nobody has yet."""

    minutes: int = LOCK_USUAL
    stated_by: str = ""
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PeoplePicture:
    """All people, their last sign-ins, who must choose a password, what waits to be looked over, when codes were made.

    `temporary` holds whose password somebody else set; `may_manage` whether the one who asks may change people.
    """

    people: tuple[Person, ...]
    last_sign_in: dict[int, datetime]
    temporary: frozenset[int]
    emergencies: tuple[Emergency, ...]
    recovery_made: datetime | None
    emergency_made: datetime | None
    may_manage: bool
    lock: LockAfter = LockAfter()

    @property
    def to_look_over(self) -> tuple[Emergency, ...]:
        """Emergency access that nobody has looked over yet, oldest first."""
        return tuple(one for one in self.emergencies if one.looked_over_by is None)
