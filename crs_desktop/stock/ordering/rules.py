"""Pure rules of ordering: what an order proposal is made of, and why an order cannot be placed, moved or taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Finding, beware, no
from crs_desktop.stock.commands import ReadLot
from crs_desktop.stock.model import BrandTotal
from crs_desktop.stock.ordering.calendar import Arrival
from crs_desktop.stock.ordering.deliveries import Delivery
from crs_desktop.stock.ordering.model import Need, Order, OrderLine, OrderState, Par, Proposal
from crs_desktop.stock.products.table import shipped_brands

Kind = tuple[str, Mass]


def proposals(
    pars: Iterable[Par], totals: Iterable[BrandTotal], coming: Iterable[Delivery], needs: Iterable[Need]
) -> list[Proposal]:
    """Each brand and strength with a par level or a need, the strongest first.

    What the plan holds for patients is not taken off the shelf's count: a set held for a rescue most often comes back,
    and what is missing for one is the board's need, which stands beside. Deliveries that are overdue do not count.
    """
    levels = {(par.brand, par.strength): par for par in pars if par.target}
    usable: Counter[Kind] = Counter({(total.brand, total.strength): total.usable for total in totals})
    ordered: Counter[Kind] = Counter()
    for item in coming:
        ordered[item.brand, item.strength] += item.vials
    wanted: dict[Kind, Need] = {(need.brand, need.strength): need for need in needs}
    kinds = sorted({*levels, *wanted}, key=lambda kind: (kind[0], -kind[1].mcg))
    return [_proposal(kind, levels.get(kind), usable[kind], ordered[kind], wanted.get(kind)) for kind in kinds]


def _proposal(kind: Kind, par: Par | None, usable: int, coming: int, need: Need | None) -> Proposal:
    there = usable + coming
    short = par.target - there if par is not None and there < par.least else 0
    return Proposal(
        *kind, None if par is None else par.least, None if par is None else par.target, usable, coming, short,
        0 if need is None else need.vials, None if need is None else need.by,
    )  # fmt: skip


def cannot_place(
    reference: str, lines: Sequence[OrderLine], others: Iterable[Order], expected: Arrival, by_terms: Arrival | None,
    today: date, reason: str,
) -> list[Finding]:  # fmt: skip
    """Why an order cannot be placed as it is: `others` are orders with the same supplier."""
    found = []
    again = next((order for order in others if _same_reference(order, reference)), None)
    if again is not None:
        found.append(no("order_reference_known", "reference", reference, order=again.id))
    twice = [kind for kind, count in Counter((line.brand, line.strength) for line in lines).items() if count > 1]
    found += [no("order_line_twice", "lines", f"{brand} {strength}") for brand, strength in twice]
    if expected.day < today:
        found.append(no("order_day_past", "expected", expected.day))
    if not reason and expected != by_terms:
        said = "–" if by_terms is None else by_terms.day.isoformat()
        found.append(no("order_day_needs_reason", "reason", expected.day, terms=said))
    return found


def _same_reference(order: Order, reference: str) -> bool:
    return order.reference.casefold() == reference.casefold() and order.state is not OrderState.CANCELLED


def cautions(lines: Iterable[OrderLine], shelf_life_days: int | None) -> list[Finding]:
    """What to know about an order that may be placed all the same."""
    named = {line.brand for line in lines}
    brands = [brand for brand in shipped_brands() if brand.name in named]
    found = [beware("order_brand_recall", "lines", one.name, recall=one.recall.value) for one in brands if one.recall]
    found += [beware("order_brand_unconfirmed", "lines", one.name) for one in brands if not one.for_crs]
    if shelf_life_days is None:
        found.append(beware("order_no_shelf_life", "shelf_life"))
    return found


def cannot_expect(order: Order, day: date, today: date) -> Finding | None:
    """Why an order cannot be expected on a day."""
    if not order.state.open:
        return no("order_ended", "order", order.id, state=order.state.value)
    return no("order_day_past", "expected", day) if day < today else None


def cannot_take_in(order: Order, lot: ReadLot) -> Finding | None:
    """Why vials cannot be taken in against an order. More than were ordered can: what came has come."""
    if not order.state.open:
        return no("order_ended", "order", order.id, state=order.state.value)
    if not any((line.brand, line.strength) == (lot.brand, lot.strength) for line in order.lines):
        return no("order_without_this", "strength_mg", f"{lot.brand} {lot.strength}", reference=order.reference)
    return None
