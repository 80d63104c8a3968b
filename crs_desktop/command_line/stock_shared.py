"""What the words behind `stock` share: a lot by its number, a place by its name, and how an act is answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import uuid4

from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry, refusal_document
from crs_desktop.kernel.entry import read_count
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding, Refused, no
from crs_desktop.kernel.wording import say
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.model import Lot, Movement, Place
from crs_desktop.stock.moving.model import LoanPicture

if TYPE_CHECKING:
    from crs_desktop.house import House


def key(world: World) -> str:
    """The request: the one that was named, else a new one."""
    named: str | None = world.options.request
    return named or uuid4().hex


def lot_named(house: House, world: World, number: str | None = None) -> Lot:
    """The lot of this number. Raises NotUnderstood for none, and for several until brand or strength is named."""
    options, wanted = world.options, number if number is not None else world.options.lot or ""
    brand, strength = getattr(options, "brand", ""), getattr(options, "mg", "")
    found = [
        lot for lot in house.stock.lots()
        if lot.number == wanted.strip()
        and (not brand or lot.brand.lower() == brand.strip().lower())
        and (not strength or plain(lot.strength.mg) == strength.strip())
    ]  # fmt: skip
    if len(found) != 1:
        known = "; ".join(f"{lot.brand} {lot.strength}" for lot in found)
        raise NotUnderstood(no("cl_lots_of_number" if found else "cl_lot_not_known", "lot", wanted, known=known))
    return found[0]


def place_named(house: House, name: str | None, field: str = "place") -> Place:
    """The place of this name. Raises NotUnderstood for none."""
    known = house.stock.places()
    found = next((place for place in known if place.name == (name or "").strip()), None)
    if found is None:
        names = ", ".join(place.name for place in known)
        raise NotUnderstood(no("cl_place_not_known" if known else "cl_no_place_yet", field, name or "", known=names))
    return found


def partner_named(house: House, name: str) -> int:
    """The partner of this name. Raises NotUnderstood for none."""
    known = house.loans.partners()
    found = next((partner for partner in known if partner.name == name.strip()), None)
    if found is None:
        names = ", ".join(partner.name for partner in known)
        raise NotUnderstood(no("cl_partner_not_known" if known else "cl_no_partner_yet", "partner", name, known=names))
    return found.id


def number_named(text: str, field: str) -> int:
    """The number of a loan or an excursion. Raises NotUnderstood for what is none."""
    read = read_count(text, field, 1, 99_999)
    if isinstance(read, Finding):
        raise NotUnderstood(read)
    return read


def receipt(house: House, world: World) -> ReceiveLot:
    """Vials that arrived, as they were typed."""
    options = world.options
    place = place_named(house, options.place)
    return ReceiveLot(
        key(world), options.brand, options.mg, options.lot, options.expires, options.vials, place.id
    )  # fmt: skip


def line_entry(line: Movement, house: House) -> dict[str, Json]:
    """A line of the ledger in a document; what does not apply is left out."""
    entry: dict[str, Json] = {
        "line": line.id, "at": instant_entry(line.at, house.zone), "by": line.actor, "what": line.kind.value,
        "brand": line.lot.brand, "mg": plain(line.lot.strength.mg), "lot": line.lot.number, "place": line.place.name,
        "vials": line.vials,
    }  # fmt: skip
    more: Mapping[str, Json] = {
        "reason": line.reason, "cause": line.cause, "for": line.holder, "dose": line.dose, "loan": line.loan,
        "order": line.order, "count": line.count, "moved_by": line.pair, "reverses": line.reverses,
        "reversed_by": line.reversed_by,
    }  # fmt: skip
    return entry | {name: value for name, value in more.items() if value}


def refused(findings: Iterable[Finding]) -> Told:
    """The answer is no, with every reason."""
    said = list(findings)
    text = "\n".join(one_line(f"{finding.field}: {say(finding)}") for finding in said)
    return Told(Answer(refusal_document(said), ExitStatus.NO), text)


def moved(answer: Movement | Refused, world: World, house: House) -> Told:
    """The line that an act has written."""
    if isinstance(answer, Refused):
        return refused(answer.findings)
    document: dict[str, Json] = {"done": world.options.word, "lines": [line_entry(answer, house)]}
    return Told(Answer(document, ExitStatus.YES), line_text(answer))


def line_text(line: Movement) -> str:
    """'12: -2 x Actemra 400 mg, lot B7101, Main pharmacy'."""
    return one_line(
        term("cl_stock_line", line.id, vials=f"{line.vials:+}", brand=line.lot.brand, strength=line.lot.strength,
             lot=line.lot.number, place=line.place.name)
    )  # fmt: skip


def state_told(world: World, lot: Lot, place: Place | None, state: str) -> Told:
    """What may be done with a lot now, in one place or everywhere."""
    where = None if place is None else place.name
    document: dict[str, Json] = {
        "done": world.options.word, "brand": lot.brand, "mg": plain(lot.strength.mg), "lot": lot.number,
        "place": where, "state": state,
    }  # fmt: skip
    said = term("cl_stock_state_here" if where else "cl_stock_state", lot.number, state=state, place=where or "")
    return Told(Answer(document, ExitStatus.YES), one_line(said))


def loan_told(answer: LoanPicture | Refused, world: World, house: House) -> Told:
    """A loan as it stands after the act."""
    if isinstance(answer, Refused):
        return refused(answer.findings)
    loan = answer.loan
    left: list[Json] = [{"mg": plain(strength.mg), "vials": vials} for strength, vials in answer.outstanding]
    document: dict[str, Json] = {
        "done": world.options.word, "loan": loan.id, "partner": loan.partner.name, "direction": loan.direction.value,
        "due": None if loan.due is None else loan.due.isoformat(), "outstanding": left, "open": answer.open,
        "lines": [line_entry(line, house) for line in answer.lines],
    }  # fmt: skip
    rest = ", ".join(f"{vials} x {strength}" for strength, vials in answer.outstanding) if answer.open else "0"
    said = term("cl_stock_loan", loan.id, partner=loan.partner.name, left=rest)
    return Told(Answer(document, ExitStatus.YES), one_line(said))
