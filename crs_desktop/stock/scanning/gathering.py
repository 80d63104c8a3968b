"""Several packs scanned into one receipt: counted once each, of one lot, never over what a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from crs_desktop.kernel.refusal import Refused, beware, no, refuse
from crs_desktop.stock.scanning.model import ReceiptFields, RefusedScan
from crs_desktop.stock.scanning.telling import ToldScan

# Fields of the receive form, and what of a pack stands in each.
_SAME = {"brand": "brand", "strength_mg": "strength_mg", "lot": "number", "expires": "expires"}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The packs of one receipt so far: what one of them says, how many vials all of them are, whom was met."""

    pack: ReceiptFields
    packs: int
    vials: int
    serials: frozenset[str]


def add_scan(so_far: Gathered | None, told: ToldScan, typed: Mapping[str, str]) -> Gathered | Refused:
    """One more pack, or why it does not belong into this receipt. `typed` is what stands in the form."""
    if isinstance(told.scan, RefusedScan):
        return refuse(*told.scan.findings)
    one = told.certain
    if one is None:
        return refuse(no("scan_form_several", "scan", len(told.readings)))
    if one.fields is None:
        return refuse(*one.against)
    fields, serial = one.fields, one.reading.serial
    if serial and so_far is not None and serial in so_far.serials:
        return refuse(no("scan_form_same_pack", "scan", serial))
    differs = [
        no("scan_form_differs", name, getattr(fields, of_pack), typed=typed.get(name, "").strip())
        for name, of_pack in _SAME.items()
        if typed.get(name, "").strip() not in ("", getattr(fields, of_pack)) and getattr(fields, of_pack)
    ]
    if differs:
        return refuse(*differs)
    serials = frozenset((serial,) if serial else ())
    if so_far is None:
        return Gathered(fields, 1, int(fields.vials), serials)
    vials = so_far.vials + int(fields.vials)
    return replace(so_far, packs=so_far.packs + 1, vials=vials, serials=so_far.serials | serials)


def filled(so_far: Gathered | None, now: Gathered, typed: Mapping[str, str]) -> dict[str, str]:
    """What is put into the form. A number of vials that a person typed stays as it is."""
    fields = {name: getattr(now.pack, of_pack) for name, of_pack in _SAME.items() if getattr(now.pack, of_pack)}
    counted = "" if so_far is None else str(so_far.vials)
    if typed.get("vials", "").strip() in ("", counted):
        return {**fields, "vials": str(now.vials)}
    return fields


def about_vials(now: Gathered, typed: str) -> Refused | None:
    """What to say when the number in the form is not the number that was scanned."""
    if typed.strip() == str(now.vials):
        return None
    return refuse(beware("scan_form_vials_typed", "vials", typed.strip(), packs=now.packs, vials=now.vials))
