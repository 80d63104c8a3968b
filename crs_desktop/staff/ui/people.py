"""What the page of people is handed: people and sessions as it shows them, commands, and the callables behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.staff.ui.handed import Codes

CodeKind = Literal["recovery", "emergency"]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person as listed."""

    id: str
    sign_in: str
    name: str
    roles: tuple[str, ...]
    since: datetime
    ended: datetime | None = None
    last_sign_in: datetime | None = None
    locked_out: bool = False  # after too many misses
    temporary: bool = False  # must choose a password at the next sign-in

    @property
    def active(self) -> bool:
        """Still here."""
        return self.ended is None


@dataclass(frozen=True, slots=True)
class BreakGlassLine:
    """A session beyond the rights of whoever was there: by emergency code, or signed in."""

    id: str
    name: str
    reason: str
    began: datetime
    ended: datetime | None = None
    by_code: bool = False
    done: tuple[str, ...] = ()  # what was written, in words, oldest first


@dataclass(frozen=True, slots=True)
class PeoplePicture:
    """All that the page shows, read at once."""

    people: tuple[PersonLine, ...]
    to_look_over: tuple[BreakGlassLine, ...] = ()
    may_manage: bool = True
    recovery_made: datetime | None = None
    emergency_made: datetime | None = None


@dataclass(frozen=True, slots=True)
class RightsLine:
    """One operation and the roles that may do it, some of them only with a second person's signature."""

    words: str
    roles: frozenset[str]
    with_second: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AddPerson:
    """A new person with a temporary password."""

    request_id: str
    sign_in: str
    name: str
    roles: tuple[str, ...]
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GiveRoles:
    """Other roles for a person."""

    request_id: str
    person_id: str
    roles: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class RenamePerson:
    """Another full name. Records of before keep the name of then."""

    request_id: str
    person_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class EndPerson:
    """Somebody leaves: the slot goes."""

    request_id: str
    person_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class GivePassword:
    """A temporary password: for somebody who forgot, or (take_back) for somebody who comes back."""

    request_id: str
    person_id: str
    password: str = field(repr=False)


class People(Protocol):
    """All calls run on a worker; a Refused is said in the form, a finding's field is the attribute of the command."""

    def picture(self) -> PeoplePicture:
        """Everything at once."""

    def add(self, command: AddPerson) -> Refused | object:
        """Add."""

    def give_roles(self, command: GiveRoles) -> Refused | object:
        """Change roles."""

    def rename(self, command: RenamePerson) -> Refused | object:
        """Rename."""

    def end(self, command: EndPerson) -> Refused | object:
        """End: loses the slot."""

    def take_back(self, command: GivePassword) -> Refused | object:
        """An ended person comes back with a temporary password."""

    def give_password(self, command: GivePassword) -> Refused | object:
        """A temporary password for an active person."""

    def free(self, request_id: str, person_id: str) -> Refused | object:
        """After too many misses: may try again."""

    def looked_over(self, request_id: str, session_id: str) -> Refused | object:
        """A break-glass session was looked over."""

    def judge(self, password: str, words: Sequence[str]) -> Sequence[Finding]:
        """What is said about a new password."""


class NewCodes(Protocol):
    """A new recovery or emergency code. The old one works until `keep`."""

    def fresh(self, kind: CodeKind) -> tuple[object, Codes]:
        """Seal a slot under a fresh code in memory; the other code stays empty."""

    def try_code(self, prepared: object, typed: str) -> Refused | None:
        """Open the sealed slot with what was typed from the paper. Field: code."""

    def keep(self, prepared: object) -> Refused | object:
        """Replace the slot: from now on the old code opens nothing."""
