"""Adoption: a named pharmacist has read a protocol's facts, unverified first, and signs for their use at this site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crs_desktop.therapies.model import Fact, Protocol


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


def still_unverified(protocol: Protocol, adoption: Adoption | None) -> tuple[Fact, ...]:
    """Unverified facts that nobody has checked against the label; adopting another version checks nothing here."""
    checked = adoption.checked if adoption is not None and adoption.fingerprint == protocol.fingerprint else ()
    return tuple(fact for fact in protocol.unverified() if fact.path not in checked)
