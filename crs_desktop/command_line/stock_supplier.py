"""`stock supplier`: suppliers, their terms, and the days on which they or the pharmacy are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_desktop.command_line.stock_ordering import clock_text, supplier_named
from crs_desktop.command_line.stock_shared import key, refused
from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.ordering.commands import AddSupplier, StateDay, StateTerms, TermsTyped
from crs_desktop.stock.ordering.model import OrderPicture, Standing

if TYPE_CHECKING:
    from crs_desktop.house import House


def tell(world: World) -> Told:
    """Do what was named, and list the suppliers as they stand."""
    with world.house() as house:
        answer = _done(world, house)
        return refused(answer.findings) if isinstance(answer, Refused) else _told(house.orders.picture())


def _done(world: World, house: House) -> object:
    options = world.options
    if options.act == "add":
        return house.orders.add_supplier(AddSupplier(key(world), options.name, _terms(world)), world.actor)
    if options.act == "terms":
        known = supplier_named(house, options.name)
        return house.orders.state_terms(StateTerms(key(world), known.id, _terms(world)), world.actor)
    if options.act == "day":
        whose = None if options.name is None else supplier_named(house, options.name).id
        command = StateDay(key(world), whose, options.day, options.open, options.reason)
        return house.orders.state_day(command, world.actor)
    return None


def _terms(world: World) -> TermsTyped:
    options = world.options
    return TermsTyped(
        options.lead_days, options.cut_off, options.weekdays, options.country, options.part, options.there_by,
        options.shelf_life, options.reason,
    )  # fmt: skip


def _told(picture: OrderPicture) -> Told:
    document: dict[str, Json] = {
        "done": "supplier",
        "suppliers": [_entry(one) for one in picture.standing],
        "stated_days": [
            {"supplier": None if day.supplier_id is None else _name(picture, day.supplier_id),
             "day": day.day.isoformat(), "open": day.open, "reason": day.reason}
            for day in picture.stated_days
        ],
    }  # fmt: skip
    said = [_line(one) for one in picture.standing] or [one_line(term("cl_supplier_none"))]
    return Told(Answer(document, ExitStatus.YES), "\n".join(said))


def _name(picture: OrderPicture, supplier_id: int) -> str:
    return next(one.supplier.name for one in picture.standing if one.supplier.id == supplier_id)


def _entry(one: Standing) -> dict[str, Json]:
    terms, there = one.supplier.terms, one.arrival
    return {
        "supplier": one.supplier.name, "lead_days": terms.lead_days, "cut_off": clock_text(terms.cut_off_minute),
        "weekdays": terms.weekdays, "country": terms.country, "part": terms.subdivision,
        "there_by": clock_text(terms.arrival_minute), "shelf_life_days": terms.shelf_life_days,
        "reason": one.supplier.reason, "by": one.supplier.actor,
        "now_arrives": None if there is None else there.day.isoformat(),
        "closed": [{"day": day.isoformat(), "name": name} for day, name in one.closed],
    }  # fmt: skip


def _line(one: Standing) -> str:
    terms = one.supplier.terms
    code = "cl_supplier_never" if one.arrival is None else "cl_supplier"
    day = "" if one.arrival is None else one.arrival.day.isoformat()
    return one_line(
        term(code, one.supplier.name, day=day, lead=terms.lead_days, cut_off=clock_text(terms.cut_off_minute))
    )  # fmt: skip
