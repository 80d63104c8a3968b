"""What the page of people is handed: its picture, the commands that carry a password, and the callables behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.staff.commands import (
    ChangeRoles,
    EndPerson,
    EnrolPerson,
    LookOver,
    RenamePerson,
    StateLockMinutes,
    TakeBackPerson,
)
from crs_desktop.staff.model import PeoplePicture
from crs_desktop.staff.ui.handed import Codes

CodeKind = Literal["recovery", "emergency"]


@dataclass(frozen=True, slots=True)
class PeopleShown:
    """All that the page shows, read at once: the people, and who is locked out after too many misses (ids)."""

    picture: PeoplePicture
    locked_out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class WithPassword:
    """A command about a person, and the temporary password that goes with it."""

    command: EnrolPerson | TakeBackPerson
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GivePassword:
    """A temporary password for somebody who is here and forgot."""

    request_id: str
    person_id: int
    password: str = field(repr=False)


class People(Protocol):
    """All calls run on a worker; a Refused is said in the form, a finding's field is the attribute of the command."""

    def picture(self) -> PeopleShown:
        """Everything at once."""

    def enrol(self, asked: WithPassword) -> Refused | object:
        """Add, with a temporary password. Fields: name, sign_in, roles, password."""

    def change_roles(self, command: ChangeRoles) -> Refused | object:
        """Change roles."""

    def rename(self, command: RenamePerson) -> Refused | object:
        """Rename."""

    def end(self, command: EndPerson) -> Refused | object:
        """End: loses the slot."""

    def take_back(self, asked: WithPassword) -> Refused | object:
        """An ended person comes back with a temporary password. Fields: reason, password."""

    def give_password(self, asked: GivePassword) -> Refused | object:
        """A temporary password for an active person. Field: password."""

    def free(self, request_id: str, person_id: int) -> Refused | object:
        """After too many misses: may try again."""

    def look_over(self, command: LookOver) -> Refused | object:
        """Emergency access was looked over. Field: note."""

    def state_lock_minutes(self, command: StateLockMinutes) -> Refused | object:
        """When desks lock. Fields: minutes, reason. Answers the minutes."""

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
