"""What the tables of the page of people show, column by column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.staff.model import EMERGENCY, Emergency, Person, Right, Rights
from crs_desktop.staff.ui import words
from crs_desktop.staff.ui.people import PeopleShown

Shown = Callable[[], PeopleShown]


def people_columns(shown: Shown, zone: ZoneInfo) -> list[Column[Person]]:
    """Who there is, and how each stands."""

    def last(person: Person) -> float:
        then: datetime | None = shown().picture.last_sign_in.get(person.id)
        return 0 if then is None else then.timestamp()

    return [
        Column(
            tr("Name, sign-in name"), lambda one: one.name, strong=True, stretch=True,
            below=lambda one: one.sign_in, hint=lambda one: f"{one.name}\n{one.sign_in}",
        ),
        Column(
            tr("Roles"), words.person_roles,
            below=lambda one: phrase("staff_ui_since", day=words.since_text(one.since, zone)),
        ),
        Column(
            tr("Stands, last sign-in"), lambda one: words.standing_text(shown(), one),
            state=lambda one: words.standing_state(shown(), one),
            below=lambda one: words.last_text(shown(), one, zone), sort_key=last,
        ),
    ]  # fmt: skip


def emergency_columns(zone: ZoneInfo) -> list[Column[Emergency]]:
    """Emergency access that waits to be looked over, oldest first as given."""
    return [
        Column(
            tr("When"), lambda one: words.when_text(one.began, zone), strong=True,
            below=lambda one: words.span_text(one, zone), sort_key=lambda one: one.began.timestamp(),
        ),
        Column(tr("Who"), lambda one: one.name, below=words.emergency_text),
        Column(
            tr("Reason"), lambda one: one.reason, stretch=True, below=lambda one: one.desk,
            hint=lambda one: one.reason,
        ),
        Column(tr("Acts"), lambda one: str(len(one.did)), "right", sort_key=lambda one: len(one.did)),
    ]  # fmt: skip


def rights_columns() -> list[Column[Right]]:
    """One operation a row, one role a column: a tick and a word, or a dash."""

    def column(role: str) -> Column[Right]:
        return Column(
            words.role_text(role),
            lambda right: tr("may") if role in right.may else tr("–"),
            state=lambda right: State.READY if role in right.may else None,
        )

    first: Column[Right] = Column(
        tr("Operation, and why"), lambda right: words.sentence(right.operation), strong=True, stretch=True,
        below=lambda right: right.why, hint=lambda right: f"{right.operation}\n{right.why}",
    )  # fmt: skip
    return [first, *(column(role) for role in (*words.ROLES, EMERGENCY))]


def of_people(rights: Rights) -> list[Right]:
    """What at least one role of a person may; the program's own acts are nobody's business here."""
    return [right for right in rights.values() if right.may & set(words.ROLES)]
