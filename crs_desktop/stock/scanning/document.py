"""A scan as a document: every reading with what it says, what stands against it, and what would be received."""

from __future__ import annotations

from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entries, refusal_document
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.stock.scanning.gs1 import title
from crs_desktop.stock.scanning.model import KnownPack, RefusedScan
from crs_desktop.stock.scanning.telling import ToldReading, ToldScan, pack_of


def scan_answer(told: ToldScan) -> Answer:
    """Yes when it was read in one way and nothing stands against receiving it but a first look at the pack."""
    if isinstance(told.scan, RefusedScan):
        return Answer(refusal_document(told.scan.findings), ExitStatus.NO)
    document: dict[str, Json] = {
        "scan": told.scan.raw,
        "symbol": told.scan.symbology or None,
        "certain": told.certain is not None,
        "readings": [_reading(one) for one in told.readings],
        "findings": list(finding_entries(told.scan.findings)),
    }
    return Answer(document, ExitStatus.YES if told.good else ExitStatus.NO)


def _reading(one: ToldReading) -> dict[str, Json]:
    reading = one.reading
    return {
        "gtin": reading.gtin,
        "product": _product(pack_of(reading), not one.needs_confirming),
        "lot": reading.lot or None,
        "expires": None if reading.expires is None else reading.expires.isoformat(),
        "serial": reading.serial or None,
        "elements": [{"ai": item.ai, "title": title(item.ai), "value": item.value} for item in reading.elements],
        "shelf": [
            {"place": item.place.name, "vials": item.vials, "state": item.state.value} for item in one.held
        ],
        "receive": None if one.fields is None else {
            "brand": one.fields.brand, "strength_mg": one.fields.strength_mg, "lot": one.fields.number or None,
            "expires": one.fields.expires or None, "vials": int(one.fields.vials),
        },
        "against": list(finding_entries(one.against)),
        "findings": list(finding_entries(one.beware)),
    }  # fmt: skip


def _product(pack: KnownPack | None, confirmed: bool) -> Json:
    if pack is None:
        return None
    return {
        "brand": pack.brand,
        "strength_mg": None if pack.strength is None else plain(pack.strength.mg),
        "vials": pack.vials,
        "ndc": pack.ndc or None,
        "confirmed": confirmed,
    }
