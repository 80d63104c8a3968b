"""A scan in the words of the screen: its verdict, its facts, where its lot lies."""

from __future__ import annotations

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.days import day_text
from crs_desktop.stock.model import LotState, OnHand
from crs_desktop.stock.scanning.model import KnownPack, RefusedScan, Unconfirmed
from crs_desktop.stock.scanning.telling import ToldReading, ToldScan, pack_of

_NO_STOCK = ("scan_subcutaneous", "scan_other_drug")
_LONGEST = 120


def verdict_of(told: ToldScan, chosen: ToldReading | None, bare: bool = False) -> tuple[State, str]:
    """The answer as a shape and a few words; with `bare` nothing of what the store knows is in it."""
    if isinstance(told.scan, RefusedScan):
        no_stock = told.scan.findings[0].code in _NO_STOCK
        return (State.SHORT, tr("no stock for CRS")) if no_stock else (State.CANNOT_SAY, tr("not read"))
    if chosen is None:
        return State.CANNOT_SAY, tr("choose what the pack shows")
    if bare:
        return State.READY_BUT, tr("only told: a form is open")
    if not chosen.good:
        return State.SHORT, tr("not to be received")
    if chosen.needs_confirming:
        return State.READY_BUT, tr("compare with the pack first")
    return (State.READY_BUT, tr("can be received, but")) if chosen.beware else (State.READY, tr("can be received"))


def product_text(told: ToldScan, chosen: ToldReading | None) -> str:
    """The product in a few large words; one that is only expected says so."""
    if isinstance(told.scan, RefusedScan):
        return (
            tr("This pack is not received") if told.scan.findings[0].code in _NO_STOCK else tr("The code was not read")
        )
    reading = chosen.reading if chosen is not None else told.readings[0].reading
    pack = pack_of(reading)
    if pack is None or pack.strength is None:
        return tr("Unknown product number")
    said = f"{pack.brand} {pack.strength}"
    return said if reading.known is not None else tr("{product} (expected)").format(product=said)


def facts_of(chosen: ToldReading) -> list[tuple[str, str]]:
    """Label and value of the smaller facts."""
    reading = chosen.reading
    pack = pack_of(reading)
    return [
        (tr("Vials in a pack"), _vials(pack, isinstance(reading.pack, Unconfirmed))),
        (tr("Serial number"), reading.serial or tr("none in the code")),
        (tr("Product number (GTIN)"), reading.gtin),
        (tr("NDC"), pack.ndc if pack is not None and pack.ndc else tr("not known")),
    ]


def lot_text(chosen: ToldReading) -> str:
    """The lot, or that the code has none."""
    return chosen.reading.lot or tr("not in the code")


def expiry_text(chosen: ToldReading) -> str:
    """'Fri 31 Mar 2028', or that the code has none."""
    day = chosen.reading.expires
    return tr("not in the code") if day is None else day_text(day, year=True)


def choice_text(reading: ToldReading) -> str:
    """One of several readings in a line."""
    serial = reading.reading.serial or tr("none")
    return tr("lot {lot}, expires {day}, serial number {serial}").format(
        lot=lot_text(reading), day=expiry_text(reading), serial=serial
    )


def shelf_lines(chosen: ToldReading) -> list[str]:
    """Where vials of this lot lie and in what state, or that there are none."""
    if not chosen.reading.lot:
        return []
    if chosen.lot is None:
        return [tr("This lot was never received here.")]
    return [_held(item) for item in chosen.held] or [tr("This lot was here and is used up.")]


def raw_text(raw: str) -> str:
    """What came from the scanner, separators and control characters made visible, never more than a line or two."""
    shown = "".join(_visible(sign) for sign in raw[:_LONGEST])
    return shown + ("…" if len(raw) > _LONGEST else "")


def not_received_because() -> str:
    """Why nothing can be done with the scan at this moment."""
    return phrase("scan_ui_form_in_front")


def _held(item: OnHand) -> str:
    vials = tr("1 vial") if item.vials == 1 else tr("{count} vials").format(count=item.vials)
    return tr("{place}: {vials}, {state}").format(place=item.place.name, vials=vials, state=_STATES[item.state])


def _vials(pack: KnownPack | None, expected: bool) -> str:
    if pack is None or pack.vials is None:
        return tr("not known")
    return tr("{count} (expected)").format(count=pack.vials) if expected else str(pack.vials)


def _visible(sign: str) -> str:
    if sign == "\x1d":
        return "<GS>"
    return sign if sign.isprintable() else f"<{ord(sign):02X}>"


_STATES = {
    LotState.AVAILABLE: tr("available"),
    LotState.QUARANTINED: tr("quarantined"),
    LotState.RECALLED: tr("recalled"),
    LotState.EXCURSION: tr("temperature excursion"),
}
