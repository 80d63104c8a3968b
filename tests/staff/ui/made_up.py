"""A gate, a set-up and people in memory, as bootstrap would hand them to the pages."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QWidget

from crs_desktop.kernel.refusal import Finding, Refused, beware, no, refuse
from crs_desktop.kernel.resources import resource
from crs_desktop.staff.commands import (
    ChangeRoles,
    EndPerson,
    EnrolPerson,
    LookOver,
    RenamePerson,
    StateLockMinutes,
    TakeBackPerson,
    read_minutes,
)
from crs_desktop.staff.model import Did, Emergency, LockAfter, PeoplePicture, Person, Rights, Role
from crs_desktop.staff.rules import read_rights
from crs_desktop.staff.ui.handed import (
    Answer,
    Codes,
    EmergencyTyped,
    FirstPerson,
    LetIn,
    Named,
    NewPasswordNeeded,
    NotLetIn,
    Why,
)
from crs_desktop.staff.ui.people import CodeKind, GivePassword, PeopleShown, WithPassword

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 4, 8, 10, tzinfo=UTC)
GOOD = "correct horse battery staple"
OTHER = "seven quiet lamps beside the river"
RECOVERY = "RECVR-7KQ2M-9XFT4-WD8RH-B2NPC-V6JZQ-X3Y5G"
EMERGENCY = "EMERG-R4TX9-B2MKW-7DH3Q-F8ZJC-N6VYA-84PT2"
NAMES = ("afua", "karin", "lindqvist-long-name", "weber")


def judge(password: str, words: Sequence[str]) -> list[Finding]:
    """Long enough, and not one's own name."""
    if len(password) < 15:
        return [no("text_too_long", "password", length=len(password), limit=15)]
    if any(word and word.casefold() in password.casefold() for word in words):
        return [beware("text_unprintable", "password", "your own name")]
    return []


def plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "").upper()


@dataclass
class MadeUpGate:
    """Karin signs in; Weber has a temporary password. `answers` come first, one a call."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def _next(self, usual: Answer) -> Answer:
        return self.answers.pop(0) if self.answers else usual

    def sign_in(self, sign_in: str, password: str) -> Answer:
        self.asked.append(("sign_in", sign_in, password))
        if password != GOOD:
            return self._next(NotLetIn(Why.WRONG))
        if sign_in == "weber":
            return self._next(NewPasswordNeeded("weber's keys", (Named("weber", "Anna Weber"),)))
        return self._next(LetIn(f"{sign_in}'s keys"))

    def emergency(self, typed: EmergencyTyped) -> Answer:
        self.asked.append(("emergency", typed.code, typed.name, typed.reason))
        return self._next(LetIn("emergency keys") if plain(typed.code) == plain(EMERGENCY) else NotLetIn(Why.WRONG))

    def recover(self, code: str) -> Answer:
        self.asked.append(("recover", code))
        if plain(code) != plain(RECOVERY):
            return self._next(NotLetIn(Why.WRONG))
        people = (Named("karin", "Karin Lind"), Named("afua", "Afua Osei"))
        return self._next(NewPasswordNeeded("recovered keys", people))

    def renew(self, ticket: object, sign_in: str, password: str) -> Answer:
        self.asked.append(("renew", str(ticket), sign_in, password))
        return self._next(LetIn(ticket))

    def judge(self, password: str, words: Sequence[str]) -> Sequence[Finding]:
        return judge(password, words)


@dataclass
class MadeUpSetUp:
    """Remembers what it was asked; nothing is "written" but by `make`."""

    made: list[object] = field(default_factory=list)
    zones: list[ZoneInfo | None] = field(default_factory=list)
    prepared: list[FirstPerson] = field(default_factory=list)
    code_pairs: int = 0
    refuse_make: list[Refused] = field(default_factory=list)

    def codes(self) -> Codes:
        self.code_pairs += 1
        return Codes(RECOVERY, EMERGENCY)

    def prepare(self, person: FirstPerson, codes: Codes) -> object | Refused:
        if person.sign_in == "taken":
            return refuse(no("text_missing", "sign_in"))
        self.prepared.append(person)
        return ("slots", person.sign_in, codes.recovery)

    def try_recovery(self, prepared: object, typed: str) -> Refused | None:
        assert isinstance(prepared, tuple)
        return None if plain(typed) == plain(prepared[2]) else refuse(no("staff_ui_wrong_code", "code"))

    def make(self, prepared: object, zone: ZoneInfo | None) -> LetIn | Refused:
        if self.refuse_make:
            return self.refuse_make.pop()
        self.zones.append(zone)
        self.made.append(prepared)
        return LetIn("first keys")

    def judge(self, password: str, words: Sequence[str]) -> Sequence[Finding]:
        return judge(password, words)


@dataclass
class MadeUpPrinter:
    """Remembers what was sent to paper."""

    sent: list[Codes] = field(default_factory=list)
    there: bool = True

    def __call__(self, codes: Codes, parent: QWidget) -> bool:
        if self.there:
            self.sent.append(codes)
        return self.there


def person(number: int, sign_in: str, name: str, roles: str, days: int, ended: int | None = None) -> Person:
    gone = None if ended is None else NOW - timedelta(days=ended)
    held = frozenset(Role(role) for role in roles.split())
    return Person(number, sign_in, name, held, gone is None, NOW - timedelta(days=days), gone)


def some_people() -> tuple[Person, ...]:
    return (
        person(1, "karin", "Karin Lind", "pharmacist administrator", 300),
        person(2, "weber", "Anna Weber", "pharmacist", 2),
        person(3, "afua", "Afua Osei", "technician", 90),
        person(4, "okafor", "Chidi Okafor", "pharmacist technician", 400, 12),
        person(5, "zeljka", "Željka Petrović-Nguyễn & Söhne", "auditor", 30),
    )


def some_emergencies() -> tuple[Emergency, ...]:
    began = NOW - timedelta(hours=5)
    return (
        Emergency(
            1, None, "Jonas Falk, by emergency code",
            "Patient with CRS grade 3, both pharmacists away, the ward asks for the second dose", "desk 2",
            began, began + timedelta(hours=4), NOW - timedelta(hours=4), None, None, "",
            (Did(began + timedelta(minutes=9), "log dose", "dose", "17"),
             Did(began + timedelta(minutes=14), "print dosing-sheet", "sheet", "301")),
        ),
        Emergency(
            2, 3, "Afua Osei", "Delivery at night, quarantine lifted by phone", "desk 1", NOW - timedelta(minutes=30),
            NOW + timedelta(hours=3, minutes=30), None,
        ),
    )  # fmt: skip


def some_picture(may_manage: bool = True) -> PeopleShown:
    last = {1: NOW - timedelta(minutes=40), 3: NOW - timedelta(days=1), 4: NOW - timedelta(days=12), 5: NOW}
    made = (NOW - timedelta(days=300), NOW - timedelta(days=5))
    picture = PeoplePicture(some_people(), last, frozenset({2}), some_emergencies(), *made, may_manage)
    return PeopleShown(picture, frozenset({3}))


def rights() -> Rights:
    return read_rights(tomllib.loads(resource("rights.toml").read_text("utf-8")))


@dataclass
class MadeUpPeople:
    """People in a list; commands change it."""

    shown: PeopleShown = field(default_factory=some_picture)
    heard: list[object] = field(default_factory=list)

    def picture(self) -> PeopleShown:
        return self.shown

    def _with(self, **changes: Any) -> object:
        self.shown = replace(self.shown, picture=replace(self.shown.picture, **changes))
        return "done"

    def _person(self, person_id: int, temporary: bool = False, **changes: Any) -> object:
        now = self.shown.picture
        people = tuple(replace(one, **changes) if one.id == person_id else one for one in now.people)
        return self._with(people=people, temporary=now.temporary | ({person_id} if temporary else set()))

    def enrol(self, asked: WithPassword) -> Refused | object:
        self.heard.append(asked)
        command, now = asked.command, self.shown.picture
        assert isinstance(command, EnrolPerson)
        if any(one.sign_in == command.sign_in for one in now.people):
            return refuse(no("text_missing", "sign_in"))
        new = person(len(now.people) + 1, command.sign_in, command.name, " ".join(command.roles), 0)
        return self._with(people=(*now.people, new), temporary=now.temporary | {new.id})

    def change_roles(self, command: ChangeRoles) -> Refused | object:
        self.heard.append(command)
        return self._person(command.person_id, roles=frozenset(Role(role) for role in command.roles))

    def rename(self, command: RenamePerson) -> Refused | object:
        self.heard.append(command)
        return self._person(command.person_id, name=command.name)

    def end(self, command: EndPerson) -> Refused | object:
        self.heard.append(command)
        return self._person(command.person_id, active=False, ended=NOW)

    def take_back(self, asked: WithPassword) -> Refused | object:
        self.heard.append(asked)
        assert isinstance(asked.command, TakeBackPerson)
        return self._person(asked.command.person_id, True, active=True, ended=None)

    def give_password(self, asked: GivePassword) -> Refused | object:
        self.heard.append(asked)
        return self._person(asked.person_id, True)

    def free(self, request_id: str, person_id: int) -> Refused | object:
        self.heard.append(("free", person_id))
        self.shown = replace(self.shown, locked_out=self.shown.locked_out - {person_id})
        return "done"

    def look_over(self, command: LookOver) -> Refused | object:
        self.heard.append(command)
        done = tuple(
            replace(one, looked_over_by="Karin Lind", looked_over_at=NOW, note=command.note)
            if one.id == command.emergency_id else one
            for one in self.shown.picture.emergencies
        )  # fmt: skip
        return self._with(emergencies=done)

    def state_lock_minutes(self, command: StateLockMinutes) -> Refused | object:
        self.heard.append(command)
        minutes = read_minutes(command.minutes)
        if isinstance(minutes, Finding):
            return refuse(minutes)
        self._with(lock=LockAfter(minutes, "Karin Lind", NOW, command.reason))
        return minutes

    def judge(self, password: str, words: Sequence[str]) -> Sequence[Finding]:
        return judge(password, words)


@dataclass
class MadeUpNewCodes:
    """Remembers which code was kept."""

    kept: list[object] = field(default_factory=list)

    def fresh(self, kind: CodeKind) -> tuple[object, Codes]:
        return kind, Codes(recovery=RECOVERY) if kind == "recovery" else Codes(emergency=EMERGENCY)

    def try_code(self, prepared: object, typed: str) -> Refused | None:
        code = RECOVERY if prepared == "recovery" else EMERGENCY
        return None if plain(typed) == plain(code) else refuse(no("staff_ui_wrong_code", "code"))

    def keep(self, prepared: object) -> Refused | object:
        self.kept.append(prepared)
        return prepared
