"""What the confirmation of a product number does inside its one write transaction."""

from __future__ import annotations

from sqlalchemy.orm import Session

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.stock.scanning import repository
from crs_desktop.stock.scanning.confirming import confirm_pack, known_packs
from crs_desktop.stock.scanning.judging import broken_number, pack_behind
from crs_desktop.stock.scanning.model import ConfirmPack, KnownPack, Unconfirmed
from crs_desktop.stock.scanning.table import shipped_packs
from crs_desktop.store.store import Result, Writing


def known(session: Session) -> dict[str, KnownPack]:
    """The table that a scan is read with: shipped packs, and over them what persons here confirmed."""
    return known_packs(shipped_packs(), repository.confirmed_packs(session))


def confirm(writing: Writing, typed: ConfirmPack) -> Result | Refused:
    """Keep what a person read off a pack. It is compared with what holds at this moment, at whichever desk it was
    confirmed: a difference needs its reason, and what is so already is not confirmed again."""
    wrong = broken_number(typed.gtin)
    if wrong:
        return refuse(*wrong)
    before = known(writing.session).get(typed.gtin)
    answer = confirm_pack(asked_about(typed.gtin, known(writing.session)), typed)
    if isinstance(answer, Refused):
        return answer
    if before is not None and before.confirmed and not answer.differs:
        return refuse(no("scan_confirmed_already", "gtin", typed.gtin))
    pack_id = repository.add_pack(writing.session, answer, writing.at, writing.actor.name)
    writing.log(
        "pack", answer.pack.gtin, "confirm", after=_entry(answer.pack),
        before=None if before is None else _entry(before), reason=answer.reason,
    )  # fmt: skip
    return {"pack": pack_id, "gtin": answer.pack.gtin}


def asked_about(gtin: str, packs: dict[str, KnownPack]) -> Unconfirmed:
    """What a confirmation of this number is compared with: an earlier one, else what the shipped table supposes."""
    behind = pack_behind(gtin, packs)
    return behind if isinstance(behind, Unconfirmed) else Unconfirmed(gtin, behind)


def _entry(pack: KnownPack) -> Result:
    return {
        "use": pack.use.value, "brand": pack.brand, "vials": pack.vials, "confirmed": pack.confirmed,
        "strength_mg": None if pack.strength is None else plain(pack.strength.mg),
    }  # fmt: skip
