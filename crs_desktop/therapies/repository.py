"""Protocol versions and adoptions: rows in, models out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.store.moment import known
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.schema.parse import parse_protocol
from crs_desktop.therapies.tables import AdoptionTable, ProtocolVersionTable


def keep(session: Session, protocol: Protocol, at: datetime) -> None:
    """Keep the text of a protocol version; a version already kept is left as it is."""
    if session.get(ProtocolVersionTable, protocol.fingerprint) is None:
        session.add(
            ProtocolVersionTable(fingerprint=protocol.fingerprint, therapy_id=protocol.id, text=protocol.text, at=at)
        )
        session.flush()


def pinned(session: Session, fingerprint: str) -> Protocol:
    """The protocol of a kept version. Raises KeyError when it was never kept."""
    row = session.get(ProtocolVersionTable, fingerprint)
    if row is None:
        raise KeyError(fingerprint)
    return _parsed(row.text, row.therapy_id)


def kept(session: Session, therapy_id: str) -> list[Protocol]:
    """Every version of a therapy that was ever signed or used here, oldest first."""
    rows = session.scalars(
        select(ProtocolVersionTable)
        .where(ProtocolVersionTable.therapy_id == therapy_id)
        .order_by(ProtocolVersionTable.at, ProtocolVersionTable.fingerprint)
    )
    return [_parsed(row.text, row.therapy_id) for row in rows]


def _parsed(text: bytes, therapy_id: str) -> Protocol:
    protocol = parse_protocol(text, f"{therapy_id}.toml")
    if not isinstance(protocol, Protocol):
        raise AssertionError(f"a kept protocol version of {therapy_id} no longer parses")
    return protocol


def adoptions(session: Session, as_of: datetime | None = None) -> list[Adoption]:
    """Every signature, or those given by an instant, oldest first."""
    rows = session.scalars(known(select(AdoptionTable), AdoptionTable.at, as_of).order_by(AdoptionTable.id))
    return [
        Adoption(row.id, row.therapy_id, row.fingerprint, row.pharmacist, tuple(row.checked), row.note, row.at)
        for row in rows
    ]


def latest_adoption(session: Session, therapy_id: str) -> Adoption | None:
    """The newest signature under any version of this therapy."""
    return next((item for item in reversed(adoptions(session)) if item.therapy_id == therapy_id), None)


def add_adoption(session: Session, adoption: Adoption, actor: str) -> int:
    """A new signature; answers its id."""
    row = AdoptionTable(
        therapy_id=adoption.therapy_id, fingerprint=adoption.fingerprint, pharmacist=adoption.pharmacist,
        checked=list(adoption.checked), note=adoption.note, at=adoption.at, actor=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id
