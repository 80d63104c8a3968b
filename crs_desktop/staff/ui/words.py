"""People, roles, rights and codes in the words of the pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.days import day_text
from crs_desktop.staff.model import Did, Emergency, Person, Role
from crs_desktop.staff.ui.people import PeopleShown

ROLES = tuple(role.value for role in Role)


def role_text(role: str) -> str:
    """One role."""
    return {
        "pharmacist": tr("pharmacist"),
        "technician": tr("technician"),
        "administrator": tr("administrator"),
        "auditor": tr("auditor"),
        "emergency": tr("glass broken"),
    }.get(role, role)


def role_label(role: str) -> str:
    """A role with what it is for, beside its tick box."""
    return {
        "pharmacist": tr("Pharmacist: doses, patients, stock, policy"),
        "technician": tr("Technician: stock and paper"),
        "administrator": tr("Administrator: people, codes, going back"),
        "auditor": tr("Auditor: reads everything, writes nothing"),
    }.get(role, role)


def roles_text(roles: Iterable[str]) -> str:
    """'pharmacist, administrator'; 'glass broken' for who came by the emergency code."""
    held = set(roles)
    return ", ".join(role_text(role) for role in (*ROLES, "emergency") if role in held)


def person_roles(person: Person) -> str:
    """The roles of a person."""
    return roles_text(role.value for role in person.roles)


def when_text(then: datetime | None, zone: ZoneInfo) -> str:
    """'Fri 4 Dec 2026 03:10', or 'never'."""
    if then is None:
        return tr("never")
    local = then.astimezone(zone)
    return f"{day_text(local.date(), year=True)} {local:%H:%M}"


def since_text(then: datetime, zone: ZoneInfo) -> str:
    """'Fri 4 Dec 2026'."""
    return day_text(then.astimezone(zone).date(), year=True)


def standing_text(shown: PeopleShown, person: Person) -> str:
    """How somebody stands, in words."""
    if not person.active:
        return tr("left")
    if person.id in shown.locked_out:
        return tr("locked out")
    return tr("temporary password") if person.id in shown.picture.temporary else tr("active")


def last_text(shown: PeopleShown, person: Person, zone: ZoneInfo) -> str:
    """'signed in last Fri 4 Dec 2026 03:10', or that it never was."""
    last = shown.picture.last_sign_in.get(person.id)
    return phrase("staff_ui_last_never") if last is None else phrase("staff_ui_last", when=when_text(last, zone))


def person_text(shown: PeopleShown, person: Person, zone: ZoneInfo) -> str:
    """Everything about a person in one sentence; nothing of it is ever cut."""
    return phrase(
        "staff_ui_person" if person.active else "staff_ui_person_left",
        name=person.name, sign_in=person.sign_in, roles=person_roles(person), standing=standing_text(shown, person),
        since=since_text(person.since, zone), ended=since_text(person.ended or person.since, zone),
        last=last_text(shown, person, zone),
    )  # fmt: skip


def standing_state(shown: PeopleShown, person: Person) -> State | None:
    """Its shape: who has left has none."""
    if not person.active:
        return None
    if person.id in shown.locked_out:
        return State.SHORT
    return State.READY_BUT if person.id in shown.picture.temporary else State.READY


def emergency_text(emergency: Emergency) -> str:
    """How the glass was broken."""
    return tr("by the code in the envelope") if emergency.by_code else tr("signed in, glass broken")


def span_text(emergency: Emergency, zone: ZoneInfo) -> str:
    """Until when."""
    ended = emergency.ended or emergency.until
    same = ended.astimezone(zone).date() == emergency.began.astimezone(zone).date()
    until = f"{ended.astimezone(zone):%H:%M}" if same else when_text(ended, zone)
    return phrase("staff_ui_until" if emergency.ended else "staff_ui_until_at_most", until=until)


def did_text(did: Did, zone: ZoneInfo) -> str:
    """'03:12  Dose recorded: dose 17'."""
    return f"{did.at.astimezone(zone):%H:%M}  {act_text(did.intent)}: {did.subject} {did.subject_id}".rstrip(": ")


def act_text(intent: str) -> str:
    """What was done, in words: each act of the table of rights has its sentence."""
    return phrase(f"act_{re.sub('[^a-z]', '_', intent)}")


def use_text(kind: str) -> str:
    """What a code is for and where its paper belongs."""
    return phrase(f"staff_ui_use_{kind}")


def groups(code: str) -> list[str]:
    """The groups of a code, whatever parts them."""
    return [one for one in re.split(r"[\s-]+", code.strip()) if one]


def wrong_groups(code: str, typed: str) -> list[int]:
    """Which groups (from 1) differ, when as many letters were typed as the code has; else none can be named."""
    said = groups(code)
    letters = "".join(groups(typed)).upper()
    if len(letters) != sum(len(one) for one in said):
        return []
    wrong, at = [], 0
    for number, one in enumerate(said, start=1):
        if letters[at : at + len(one)] != one.upper():
            wrong.append(number)
        at += len(one)
    return wrong


def sentence(text: str) -> str:
    """With a capital."""
    return text[:1].upper() + text[1:]
