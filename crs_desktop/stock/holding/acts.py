"""What holding vials back does inside one write: quarantine, release, and an excursion over all that lay in a place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.kernel.wording import say
from crs_desktop.stock import repository
from crs_desktop.stock.acts import both_lines
from crs_desktop.stock.holding import repository as excursions
from crs_desktop.stock.holding.commands import ReadExcursion
from crs_desktop.stock.holding.model import Crossing, Excursion, Key
from crs_desktop.stock.holding.rules import exposed, latest
from crs_desktop.stock.laying import lay_on, set_state
from crs_desktop.stock.model import LotState, Movement, MovementKind, StateMark
from crs_desktop.store.store import Result, Writing


def change(writing: Writing, lot_id: int, place_id: int, state: LotState, reason: str) -> Result | Refused:
    """Set the state of a lot in one place, or with place 0 everywhere.

    Refused when it is so already, when vials would be released from a place that is still too warm, and everywhere
    while a running recall names the lot.
    """
    session = writing.session
    lot = repository.lots(session).get(lot_id)
    if lot is None:
        return refuse(no("stock_lot_unknown", "lot", lot_id))
    if place_id == 0:
        if lot.state is state:
            return refuse(no("stock_state_already", "state", state.value, lot=lot.number))
        if repository.recall_naming(session, lot.brand, lot.number) is not None:
            return refuse(no("stock_recall_runs", "lot", lot.number))
        set_state(writing, lot, state, reason)
        return {"lot": lot.id, "place": 0}
    place = repository.places(session).get(place_id)
    if place is None:
        return refuse(no("stock_place_unknown", "place", place_id))
    now = repository.states_by_place(session).get((lot.id, place.id), (LotState.AVAILABLE, ""))[0]
    if now is state:
        return refuse(no("stock_state_already", "state", state.value, lot=lot.number))
    if state is LotState.AVAILABLE and place.id in repository.open_excursions(session):
        return refuse(no("excursion_still_open", "place", place.name, lot=lot.number))
    set_state(writing, lot, state, reason, place)
    return {"lot": lot.id, "place": place.id}


def tell(writing: Writing, read: ReadExcursion) -> Result | Refused:
    """An excursion: every lot that lay or came there meanwhile goes under it, wherever its vials lie by now."""
    session = writing.session
    place = repository.places(session).get(read.place_id)
    if place is None:
        return refuse(no("stock_place_unknown", "place", read.place_id))
    if any(one.place.id == place.id and one.began == read.began for one in known(session)):
        return refuse(no("excursion_known", "began", place.name))
    number = excursions.add(
        session, place.id, read.began, read.ended, (read.lowest, read.highest), read.reason, writing.at,
        writing.actor.name,
    )  # fmt: skip
    writing.log("excursion", number, "tell", after=_content(read), reason=read.reason)
    keys = sorted(exposed_by(session, place.id, read.began, read.ended))
    _lay(writing, keys, number, place.name, read.reason)
    return {"excursion": number, "lots": [list(key) for key in keys]}


def end(
    writing: Writing, excursion_id: int, ended: datetime, extremes: tuple[int | None, int | None], reason: str
) -> Result | Refused:  # fmt: skip
    """The place is as it should be again; what lay there stays blocked until somebody decides, lot by lot."""
    session = writing.session
    found = next((one for one in known(session) if one.id == excursion_id), None)
    if found is None:
        return refuse(no("excursion_unknown", "excursion", excursion_id))
    if found.ended is not None:
        return refuse(no("excursion_over", "excursion", found.place.name))
    if ended <= found.began:
        return refuse(no("excursion_ends_first", "ended"))
    lowest, highest = extremes
    read = ReadExcursion(found.place.id, found.began, ended, lowest, highest, reason)
    excursions.add(session, found.place.id, found.began, ended, extremes, reason, writing.at, writing.actor.name)
    writing.log("excursion", found.id, "end", after=_content(read), reason=reason)
    return {"excursion": found.id}


def known(session: Session) -> list[Excursion]:
    """Each excursion as it was last told, the newest first."""
    return latest(excursions.told(session))


def exposed_by(session: Session, place_id: int, began: datetime, ended: datetime | None) -> set[Key]:
    """Lots and places, with vials there now or not, whose vials may have been where it was too warm."""
    since = repository.movements(session, since=began)
    return exposed(repository.balances(session), since, _crossings(session, since), place_id, ended)


def _crossings(session: Session, since: list[Movement]) -> list[Crossing]:
    """Every move, and every move taken back, as vials of a lot from place to place, the oldest first."""
    found = []
    for line in reversed(since):
        if line.kind is MovementKind.MOVE and line.vials > 0:
            went, came = both_lines(session, line)
            found.append(Crossing(line.lot.id, went.place.id, came.place.id, line.at))
        elif line.kind is MovementKind.REVERSAL and line.vials < 0 and line.reverses is not None:
            moved = repository.movement(session, line.reverses)
            if moved is not None and moved.kind is MovementKind.MOVE:
                went, came = both_lines(session, moved)
                found.append(Crossing(line.lot.id, came.place.id, went.place.id, line.at))
    return found


def _lay(writing: Writing, keys: list[Key], number: int, where: str, why: str) -> None:
    lots, places = repository.lots(writing.session), repository.places(writing.session)
    there = repository.balances(writing.session)
    reason = say(no("excursion_was_here", "place", where, reason=why))
    for key in keys:
        if there.get(key, 0) > 0:
            lot_id, place_id = key
            mark = StateMark(LotState.EXCURSION, reason, writing.at, writing.actor.name, place_id, None, number)
            lay_on(writing, lots[lot_id], places[place_id], mark)


def _content(read: ReadExcursion) -> Result:
    return {
        "place": read.place_id, "began": read.began.isoformat(),
        "ended": None if read.ended is None else read.ended.isoformat(), "lowest": read.lowest, "highest": read.highest,
    }  # fmt: skip
