"""Adoption: a named pharmacist has read a protocol's facts, unverified first, and signs for their use at this site."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from crs_desktop.staff.signing.model import Asked, AskedField, Kind, SecondSignature
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.model.protocol import Protocol

ADOPTION = "adoption"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Adoption:
    """One signature under one version of a protocol. `checked` holds the paths that were compared with the label."""

    id: int
    therapy_id: str
    fingerprint: str
    pharmacist: str
    checked: tuple[str, ...]
    note: str
    at: datetime


class Standing(Enum):
    """Where the shipped file of a therapy stands towards what the site has signed."""

    NOT_ADOPTED = "not_adopted"
    ADOPTED = "adopted"
    NEWER_WAITS = "newer_waits"
    FILE_CHANGED = "file_changed"
    SHIPPED_OLDER = "shipped_older"


def standing_of(shipped: Protocol, adopted: Protocol | None) -> Standing:
    """The adopted version against the shipped one: the same file, another label, or another file of the same label."""
    if adopted is None:
        return Standing.NOT_ADOPTED
    if shipped.fingerprint in (adopted.fingerprint, adopted.based_on):
        return Standing.ADOPTED
    now, then = label_date(shipped.label_revision), label_date(adopted.label_revision)
    said = min(len(now), len(then))  # a month and a day of that month are not told apart
    if now[:said] == then[:said]:
        return Standing.FILE_CHANGED
    return Standing.NEWER_WAITS if now > then else Standing.SHIPPED_OLDER


def still_unverified(protocol: Protocol, adoption: Adoption | None) -> tuple[Fact, ...]:
    """Unverified facts that nobody has checked against the label; adopting another version checks nothing here."""
    checked = adoption.checked if adoption is not None and adoption.fingerprint == protocol.fingerprint else ()
    return tuple(fact for fact in protocol.unverified() if fact.path not in checked)


def to_compare(protocol: Protocol) -> tuple[Fact, ...]:
    """Unverified facts that hold a value and so can be compared with the label."""
    return tuple(fact for fact in protocol.unverified() if not fact.unknown)


def asked_about(protocol: Protocol) -> Asked:
    """What the second person enters from the facts and the label. Never alone: an adoption can wait until the morning.

    What has only one choice can be left out or said, never said wrongly: that they have read is no result that differs.
    """
    fields = (
        AskedField("label_revision", Kind.TEXT, label_date(protocol.label_revision, without="")),
        AskedField("unverified", Kind.COUNT, str(len(to_compare(protocol)))),
        AskedField("site_rules", Kind.COUNT, str(len(protocol.site))),
        AskedField("read", Kind.CHOICE, "yes", (("yes", "yes"),)),
    )
    return Asked(ADOPTION, protocol.id, fields, alone=False)


def label_date(text: str, without: str | None = None) -> str:
    """The date in what is said of a label: 'copy of 2024-12-19' is 2024-12-19; the text itself when it has none.

    A second person who is asked for the date enters nothing then (`without` is the answer): no sentence is copied.
    """
    found = _DATE.search(text)
    if found is not None:
        return found[0]
    return text if without is None else without


def in_one_form(second: SecondSignature) -> SecondSignature:
    """The signature with the date of the label as the protocol's is compared."""
    typed = second.entered.get("label_revision", "")
    return replace(second, entered={**second.entered, "label_revision": label_date(typed)})
