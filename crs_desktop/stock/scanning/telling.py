"""A reading beside the shelf: whether its lot is known, where it lies, and what stands against receiving the pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from crs_desktop.kernel.refusal import Finding, Refused, beware, no
from crs_desktop.stock.commands import UNDER_RECALL
from crs_desktop.stock.model import Lot, LotState, OnHand, Place
from crs_desktop.stock.scanning.model import KnownPack, Reading, ReceiptFields, RefusedScan, Scan, Unconfirmed
from crs_desktop.stock.scanning.rules import receipt_fields

NOT_CONFIRMED = "scan_pack_not_confirmed"


@dataclass(frozen=True, slots=True)
class ToldReading:
    """One reading with what the store knows. `against` forbids receiving it, `beware` is to be known before.

    `fields` is there when nothing forbids it; `lot` when this lot of this product was ever received.
    """

    reading: Reading
    lot: Lot | None = None
    held: tuple[OnHand, ...] = ()
    against: tuple[Finding, ...] = ()
    beware: tuple[Finding, ...] = ()
    fields: ReceiptFields | None = None

    @property
    def needs_confirming(self) -> bool:
        """True while nobody here has compared the product number with a pack."""
        return self.reading.known is None

    @property
    def good(self) -> bool:
        """Nothing forbids receiving it but a confirmation that is still to come."""
        return all(finding.code == NOT_CONFIRMED for finding in self.against)


@dataclass(frozen=True, slots=True)
class ToldScan:
    """A scan as a person is told it: the readings beside the shelf, none when it was refused.

    `confirmed_here` is its product number when a person here said what it is, and may say otherwise.
    """

    scan: Scan | RefusedScan
    readings: tuple[ToldReading, ...] = ()
    places: tuple[Place, ...] = ()
    confirmed_here: str = ""

    @property
    def certain(self) -> ToldReading | None:
        """The only reading; None when a person has to choose, or when there is none."""
        return self.readings[0] if len(self.readings) == 1 else None

    @property
    def good(self) -> bool:
        """Read in one way, and nothing in it or on the shelf speaks against it."""
        return self.certain is not None and self.certain.good


def pack_of(reading: Reading) -> KnownPack | None:
    """The pack that was confirmed, else the one that the shipped table supposes; None when nobody knows."""
    return reading.pack.expected if isinstance(reading.pack, Unconfirmed) else reading.pack


def confirmed_here(scan: Scan | RefusedScan, packs: Mapping[str, KnownPack]) -> str:
    """The product number of the scan, when a person confirmed what it is; a number of the table alone is not."""
    elements = scan.elements if isinstance(scan, RefusedScan) else scan.readings[0].elements
    numbers = [element.value for element in elements if element.ai == "01"]
    return next((number for number in numbers if number in packs and packs[number].confirmed), "")


def tell_reading(
    reading: Reading, lots: Iterable[Lot], held: Iterable[OnHand], recalled: Callable[[str, str], bool]
) -> ToldReading:
    """The reading beside the shelf. `recalled` answers whether a running recall names a lot of a brand."""
    pack = pack_of(reading)
    same = [lot for lot in lots if reading.lot and lot.number == reading.lot]
    lot = next((one for one in same if pack and (one.brand, one.strength) == (pack.brand, pack.strength)), None)
    lying = tuple(item for item in held if lot is not None and item.lot.id == lot.id)
    fields = receipt_fields(reading)
    against = list(fields.findings) if isinstance(fields, Refused) else []
    told = [finding for finding in reading.findings if finding not in against]
    against += _against_lot(reading, pack, lot, lying, recalled)
    told += [
        beware("scan_lot_of_another", "lot", other.number, brand=other.brand, strength=other.strength)
        for other in same
        if other is not lot
    ]
    told += _about_state(pack, lot, lying)
    open_to_it = None if against or isinstance(fields, Refused) else fields
    return ToldReading(reading, lot, lying, tuple(against), tuple(told), open_to_it)


def _against_lot(
    reading: Reading,
    pack: KnownPack | None,
    lot: Lot | None,
    lying: Iterable[OnHand],
    recalled: Callable[[str, str], bool],
) -> list[Finding]:
    found = []
    if lot is not None and reading.expires is not None and lot.expires != reading.expires:
        known = lot.expires.isoformat()
        found.append(no("scan_lot_other_expiry", "expires", reading.expires, lot=lot.number, known=known))
    states = {item.state for item in lying} | ({lot.state} if lot is not None else set())
    named = pack is not None and bool(reading.lot) and recalled(pack.brand, reading.lot)
    if pack is not None and (named or LotState.RECALLED in states):
        found.append(no("scan_lot_recalled", "lot", reading.lot, brand=pack.brand))
    return found


def _about_state(pack: KnownPack | None, lot: Lot | None, lying: Iterable[OnHand]) -> list[Finding]:
    if lot is None:
        return [beware("stock_brand_recall", "brand", pack.brand)] if pack and pack.brand in UNDER_RECALL else []
    states = [lot.state, *(item.state for item in lying)]
    heaviest = max(states, key=lambda state: state.weight)
    held_back = heaviest in (LotState.QUARANTINED, LotState.EXCURSION)
    return [beware("scan_lot_held_back", "lot", lot.number, state=heaviest.value)] if held_back else []
