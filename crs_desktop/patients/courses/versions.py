"""Which version of each protocol a new course follows at this site, and what waits to be adopted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from crs_desktop.therapies import repository as therapies
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.catalogue import Catalogue
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.service import in_use


@dataclass(frozen=True, slots=True)
class Offer:
    """A therapy in the version that is in use here, with the signature under it, None when nobody has signed.

    `waiting` is the shipped version, when the site has adopted another one that was not made from it: a label that
    nobody here has read is never followed because it is newer.
    """

    protocol: Protocol
    adoption: Adoption | None
    waiting: Protocol | None = None


def offers(session: Session, catalogue: Catalogue) -> tuple[Offer, ...]:
    """Every therapy of the library in the version that is in use."""
    signed = {adoption.therapy_id: adoption for adoption in therapies.adoptions(session)}
    return tuple(_offer(session, catalogue, shipped, signed.get(shipped.id)) for shipped in catalogue.protocols)


def _offer(session: Session, catalogue: Catalogue, shipped: Protocol, adoption: Adoption | None) -> Offer:
    if adoption is None or adoption.fingerprint == shipped.fingerprint:
        return Offer(shipped, adoption)
    used = in_use(session, catalogue, shipped.id)
    return Offer(used, adoption, None if used.based_on == shipped.fingerprint else shipped)


def adopted_versions(session: Session, therapy_id: str) -> tuple[Offer, ...]:
    """Every version of a therapy under which this site has signed, the newest signature first."""
    signed = {item.fingerprint: item for item in therapies.adoptions(session) if item.therapy_id == therapy_id}
    newest = sorted(signed.values(), key=lambda item: -item.id)
    return tuple(Offer(therapies.pinned(session, item.fingerprint), item) for item in newest)
