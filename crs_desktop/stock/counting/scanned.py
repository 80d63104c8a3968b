"""A scanned pack in a count: so many vials of its lot, or why it cannot be counted by scan. Expired packs count too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.stock.model import Lot
from crs_desktop.stock.scanning.model import RefusedScan
from crs_desktop.stock.scanning.telling import ToldScan


@dataclass(frozen=True, slots=True)
class CountedPack:
    """One pack: its lot, the vials in it, and its serial number, if it bears one."""

    lot: Lot
    vials: int
    serial: str


def counted_pack(told: ToldScan, serials: Collection[str]) -> CountedPack | Refused:
    """What a scan adds to a count. A pack that was scanned before, by its serial number, is not counted twice."""
    if isinstance(told.scan, RefusedScan):
        return refuse(*told.scan.findings)
    one = told.certain
    if one is None:
        return refuse(no("scan_form_several", "scan", len(told.readings)))
    pack, serial = one.reading.known, one.reading.serial
    if pack is None:
        return refuse(no("scan_pack_not_confirmed", "scan", one.reading.gtin))
    if pack.vials is None:
        return refuse(no("count_scan_no_vials", "scan", one.reading.gtin))
    if one.lot is None:
        return refuse(no("count_scan_lot_unknown", "scan", one.reading.lot or "–"))
    if serial and serial in serials:
        return refuse(no("scan_form_same_pack", "scan", serial))
    return CountedPack(one.lot, pack.vials, serial)
