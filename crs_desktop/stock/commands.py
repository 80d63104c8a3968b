"""What forms and the command line send to stock, as typed; reading it answers every finding at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crs_desktop.kernel.amounts import Mass, plain
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.entry import read_count, read_day, read_name
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.stock.model import VialLine, WasteCause
from crs_desktop.stock.products.table import shipped_brands

# Brands of vials for infusion, as resources/stock knows them; a subcutaneous syringe is no rescue stock.
REFERENCE_BRAND = next(brand.name for brand in shipped_brands() if brand.reference)
BRANDS = tuple(brand.name for brand in shipped_brands())
# Vials of the first are quarantined on receipt until their lot is checked against the notice; none of them is named in
# an order.
UNDER_RECALL = tuple(brand.name for brand in shipped_brands() if brand.recall is not None)
NOT_CONFIRMED_FOR_CRS = tuple(brand.name for brand in shipped_brands() if not brand.for_crs)
STRENGTHS = (Mass.of_mg(400), Mass.of_mg(200), Mass.of_mg(80))


@dataclass(frozen=True, slots=True)
class ReceiveLot:
    """Vials that arrived."""

    request_id: str
    brand: str
    strength_mg: str
    number: str
    expires: str
    vials: str
    place_id: int


@dataclass(frozen=True, slots=True)
class WasteVials:
    """Vials that are thrown away; `cause` is a WasteCause value. Only a cause that says nothing needs a reason."""

    request_id: str
    lot_id: int
    place_id: int
    vials: str
    reason: str
    cause: str = WasteCause.OTHER.value


@dataclass(frozen=True, slots=True)
class ChangeLotState:
    """A lot that is quarantined or made available again; `state` is a LotState value."""

    request_id: str
    lot_id: int
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReverseMovement:
    """A line of the ledger that was wrong."""

    request_id: str
    movement_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ConfirmEarmark:
    """One set of vials promised to a holder for a range of days."""

    request_id: str
    holder: str
    set_no: int
    held: DayRange
    vials: tuple[VialLine, ...]


@dataclass(frozen=True, slots=True)
class ReadLot:
    """A receipt that was understood."""

    brand: str
    strength: Mass
    number: str
    expires: date
    vials: int

    def content(self) -> dict[str, object]:
        """What a request about it stands for."""
        return {
            "brand": self.brand, "strength": self.strength.mcg, "lot": self.number,
            "expires": self.expires.isoformat(), "vials": self.vials,
        }  # fmt: skip


def read_receipt(command: ReceiveLot, today: date) -> ReadLot | Refused:
    """Understand a receipt, or every reason why not. A lot that has expired cannot be received as stock."""
    brand = read_brand(command.brand)
    strength = read_strength(command.strength_mg)
    number = read_name(command.number, "lot")
    expires = read_day(command.expires, "expires")
    vials = read_count(command.vials, "vials")
    findings = [item for item in (brand, strength, number, expires, vials) if isinstance(item, Finding)]
    if isinstance(expires, date) and expires < today:
        findings.append(no("stock_expired_receipt", "expires", command.expires))
    if command.place_id < 1:
        findings.append(no("text_missing", "place"))
    if findings:
        return refuse(*findings)
    assert isinstance(brand, str) and isinstance(strength, Mass) and isinstance(number, str)
    assert isinstance(expires, date) and isinstance(vials, int)
    return ReadLot(brand, strength, number, expires, vials)


def read_brand(text: str) -> str | Finding:
    """One of the known brands, in any case of letters."""
    typed = text.strip()
    if not typed:
        return no("text_missing", "brand")
    known = next((brand for brand in BRANDS if brand.lower() == typed.lower()), None)
    return known or no("stock_brand", "brand", text, known=", ".join(BRANDS))


def read_cause(text: str) -> WasteCause | Finding:
    """Why vials are wasted; what was prepared and not given is an act of its own, for a patient."""
    wanted = [cause for cause in WasteCause if cause is not WasteCause.PREPARED]
    if not text.strip():
        return no("text_missing", "cause")
    found = next((cause for cause in wanted if cause.value == text.strip()), None)
    return found or no("waste_cause_unknown", "cause", text, known=", ".join(cause.value for cause in wanted))


def read_strength(text: str) -> Mass | Finding:
    """One of the vial strengths in mg."""
    known = {plain(strength.mg): strength for strength in STRENGTHS}
    typed = text.strip()
    if not typed:
        return no("text_missing", "strength_mg")
    if typed not in known:
        return no("stock_strength", "strength_mg", text, known=", ".join(sorted(known, key=Decimal)))
    return known[typed]
