"""What forms send about people, as typed; reading it answers every finding at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from crs_desktop.kernel.entry import read_count, read_name, read_text
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.staff.model import BY_CODE, LOCK_LEAST, LOCK_MOST, RECOVERY_NAME, Role

PROGRAM_NAME = "crs_desktop"
_SHORTEST, _LONGEST = 2, 32


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """The first administrator of a store in which nobody is known yet."""

    request_id: str
    sign_in: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnrolPerson:
    """A new person."""

    request_id: str
    sign_in: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeRoles:
    """Other roles for a person, with the reason."""

    request_id: str
    person_id: int
    roles: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class RenamePerson:
    """Another name from now on; earlier records keep the earlier one."""

    request_id: str
    person_id: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class EndPerson:
    """A person who no longer works here."""

    request_id: str
    person_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class TakeBackPerson:
    """A person who works here again, in the roles they had."""

    request_id: str
    person_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Emergency access: why, and who asks for it, typed as a signature."""

    request_id: str
    reason: str
    name: str


@dataclass(frozen=True, slots=True)
class LookOver:
    """Emergency access that somebody else has looked at, with what they say of it."""

    request_id: str
    emergency_id: int
    note: str


@dataclass(frozen=True, slots=True)
class StateLockMinutes:
    """After how many minutes, as typed, an untouched screen locks from now on at every desk, with the reason."""

    request_id: str
    minutes: str
    reason: str


def key_of(text: str) -> str:
    """The text without case, width or doubled spaces: two people never share it."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def read_sign_in(text: str, field: str = "sign_in") -> str | Finding:
    """Two to 32 letters of any script, digits, points, hyphens and low lines."""
    typed = unicodedata.normalize("NFKC", text).strip()
    if not typed:
        return no("text_missing", field, text)
    letters = all(unicodedata.category(letter)[0] in "LMN" or letter in ".-_" for letter in typed)
    if not letters or not _SHORTEST <= len(typed) <= _LONGEST:
        return no("staff_sign_in", field, text, least=_SHORTEST, most=_LONGEST)
    return typed


def read_person_name(text: str, field: str = "name") -> str | Finding:
    """A name in any script that is not one under which no person acts."""
    name = read_name(text, field)
    if isinstance(name, Finding):
        return name
    key = key_of(name)
    if key in {key_of(PROGRAM_NAME), key_of(RECOVERY_NAME)} or key.endswith(key_of(BY_CODE)):
        return no("staff_name_kept", field, name)
    return " ".join(name.split())


def read_roles(typed: Iterable[str], field: str = "roles") -> frozenset[Role] | Finding:
    """At least one known role."""
    words = [word.strip().lower() for word in typed if word.strip()]
    known = {role.value: role for role in Role}
    for word in words:
        if word not in known:
            return no("staff_role_unknown", field, word, known=", ".join(known))
    return frozenset(known[word] for word in words) if words else no("staff_role_missing", field)


def read_reason(text: str, field: str = "reason") -> str | Finding:
    """Why; never empty."""
    return read_text(text, field)


def read_minutes(text: str, field: str = "minutes") -> int | Finding:
    """Whole minutes within what a site may choose."""
    minutes = read_count(text, field, LOCK_LEAST, LOCK_MOST)
    if not isinstance(minutes, Finding):
        return minutes
    return no("staff_lock_minutes", field, text, least=LOCK_LEAST, most=LOCK_MOST)
