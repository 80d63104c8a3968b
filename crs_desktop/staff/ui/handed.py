"""What the pages of sign-in and first start are handed: nouns, and the callables that do the work on a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QWidget

from crs_desktop.kernel.refusal import Finding, Refused


class Why(Enum):
    """Why somebody was not let in."""

    WRONG = "wrong"
    WAIT = "wait"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class NotLetIn:
    """Wrong (name or secret, never said which), wait so many seconds, or locked until somebody frees it."""

    why: Why
    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class LetIn:
    """The door is open. The ticket is whatever a desk is made of; the page hands it on and never looks inside."""

    ticket: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a choice: the short name and the full one."""

    sign_in: str
    name: str


@dataclass(frozen=True, slots=True)
class NewPasswordNeeded:
    """A new password comes first, for one of these: the temporary one was used, or the recovery code."""

    ticket: object = field(repr=False)
    people: tuple[Named, ...]


Answer = LetIn | NewPasswordNeeded | NotLetIn | Refused


@dataclass(frozen=True, slots=True)
class EmergencyTyped:
    """What somebody without a password states: the code from the envelope, who it is, and why."""

    code: str = field(repr=False)
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Locked:
    """Who was signed in when the window locked, and since when."""

    sign_in: str
    name: str
    since: datetime
    zone: ZoneInfo
    kept: bool = True  # something was typed and is kept


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """The first administrator of a store."""

    sign_in: str
    name: str
    roles: tuple[str, ...]
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Days:
    """In which zone a new store counts its days unless another is chosen, and the present instant."""

    zone: ZoneInfo
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Codes:
    """The two codes as printed, groups parted by spaces or hyphens. In a new-code dialog one of them is empty."""

    recovery: str = field(default="", repr=False)
    emergency: str = field(default="", repr=False)


class Judge(Protocol):
    """What is said about a new password; the words are the person's own (names), which make it guessable."""

    def __call__(self, password: str, words: Sequence[str]) -> Sequence[Finding]: ...


class PrintCodes(Protocol):
    """On the window's thread: ask for a printer, print without leaving a file; True when something was sent."""

    def __call__(self, codes: Codes, parent: QWidget) -> bool: ...


class Gate(Protocol):
    """The door of a store that is there. Every call runs on a worker; a finding's field is the field it belongs to."""

    def sign_in(self, sign_in: str, password: str) -> Answer:
        """By password. Fields: name, password."""

    def emergency(self, typed: EmergencyTyped) -> Answer:
        """By the emergency code. Fields: code, name, reason."""

    def recover(self, code: str) -> Answer:
        """By the recovery code: `NewPasswordNeeded` with the administrators. Field: code."""

    def renew(self, ticket: object, sign_in: str, password: str) -> Answer:
        """Set the new password, then let in. Fields: person, password."""

    def judge(self, password: str, words: Sequence[str]) -> Sequence[Finding]:
        """What is said about a new password."""


class SetUp(Protocol):
    """A new store, or an old plain one that gets people. Nothing is written before `make`. All but `codes` are slow."""

    def codes(self) -> Codes:
        """Two fresh codes; asked once, so that going back never makes a printed paper wrong."""

    def prepare(self, person: FirstPerson, codes: Codes) -> object | Refused:
        """Seal the slots in memory. Fields: sign_in, name, roles, password. The answer is handed to the next two."""

    def try_recovery(self, prepared: object, typed: str) -> Refused | None:
        """Really open the sealed slot with what was typed from the paper. Field: code."""

    def make(self, prepared: object, zone: ZoneInfo | None) -> LetIn | Refused:
        """Only now: make (or encrypt) the store. A new one counts its days in this zone."""

    def judge(self, password: str, words: Sequence[str]) -> Sequence[Finding]:
        """What is said about a new password."""


@dataclass(frozen=True, slots=True)
class BundleShown:
    """What a backup says of itself, as words; the ticket goes back to whoever has read it."""

    lines: tuple[tuple[str, str], ...]
    code_hint: str
    ticket: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class BundleOpened:
    """A backup that was opened in full: what will be done when somebody says yes."""

    head: str
    means: str
    accept: str
    ticket: object = field(repr=False)


class BringBack(Protocol):
    """A backup, brought back where nobody can sign in. Every call runs on a worker; only `bring` changes anything."""

    def nearby(self) -> BundleShown | None:
        """The newest good one where this program would have put it."""

    def look(self, file: str) -> BundleShown | Refused:
        """What a chosen file says of itself."""

    def open(self, ticket: object, code: str) -> object | NotLetIn | Refused:
        """By the recovery code. Field: code."""

    def check(self, ticket: object, opened: object) -> BundleOpened | Refused:
        """Open it in full. Takes a while, and nobody must wait for it."""

    def bring(self, ticket: object) -> str | Refused:
        """Only now: put it in place. Answers what to say in front of the door."""
