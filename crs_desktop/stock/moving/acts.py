"""Vials that go to another place, inside one write: two lines of the ledger that belong together."""

from __future__ import annotations

from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.stock import repository
from crs_desktop.stock.acts import append
from crs_desktop.stock.following import bring_state, take_along
from crs_desktop.stock.laying import come_under_excursion
from crs_desktop.stock.model import MovementKind, VialLine
from crs_desktop.stock.rules import cannot_take
from crs_desktop.store.store import Result, Writing


def move(writing: Writing, line: VialLine, to_place: int, reason: str) -> Result | Refused:
    """Move vials of a lot to another place.

    What blocks them there comes along, also what blocks the new place; promises follow when all vials go, and are in
    the way when only a part of what is promised would.
    """
    session = writing.session
    places = repository.places(session)
    lot, source, to = repository.lots(session).get(line.lot_id), places.get(line.place_id), places.get(to_place)
    if lot is None or source is None:
        return refuse(no("stock_lot_unknown", "lot", line.lot_id))
    if to is None:
        return refuse(no("stock_place_unknown", "place", to_place))
    if to.id == source.id:
        return refuse(no("move_same_place", "to_place", to.name))
    finding = cannot_take(repository.balances(session), line, (lot.number, source.name))
    if finding is not None:
        return refuse(finding)
    followed = take_along(writing, line, lot, source, to)
    if isinstance(followed, Refused):
        return followed
    went = append(writing, lot, source, -line.vials, MovementKind.MOVE, reason)
    came = append(writing, lot, to, line.vials, MovementKind.MOVE, reason, pair=went)
    bring_state(writing, lot, source, to)
    come_under_excursion(writing, lot, to)
    return {"movement": came, "went": went, "followed": followed}
