"""How a state comes over vials inside a write: set by a person, brought along by a move, or met in a warm place."""

from __future__ import annotations

from datetime import datetime

from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.stock import repository
from crs_desktop.stock.model import Lot, LotState, Place, StateMark
from crs_desktop.store.store import Writing


def set_state(
    writing: Writing, lot: Lot, state: LotState, reason: str, place: Place | None = None, recall: int | None = None,
    excursion: int | None = None,
) -> None:  # fmt: skip
    """A state of the lot in one place, or without one in every place; logged with what stood before."""
    session = writing.session
    if place is None:
        before = lot.state
    else:
        before = repository.states_by_place(session).get((lot.id, place.id), (LotState.AVAILABLE, ""))[0]
    repository.add_state(
        session, lot.id, state, reason, writing.at, writing.actor.name, None if place is None else place.id,
        recall, excursion,
    )  # fmt: skip
    belongs = {"place": None if place is None else place.id, "recall": recall, "excursion": excursion}
    after = {"state": state.value, **{name: value for name, value in belongs.items() if value is not None}}
    writing.log("lot", lot.id, state.value, after=after, before={"state": before.value}, reason=reason)


def lay_on(writing: Writing, lot: Lot, place: Place, mark: StateMark) -> None:
    """Lay a state on all vials of a lot in a place; a heavier one that is there stays on top.

    Both then stand in the history of the place, so that whoever releases the vials reads both.
    """
    now = repository.state_marks(writing.session).get((lot.id, place.id))
    if now is not None and (now.state, now.excursion, now.recall) == (mark.state, mark.excursion, mark.recall):
        return
    set_state(writing, lot, mark.state, mark.reason, place, mark.recall, mark.excursion)
    if now is not None and now.state.weight > mark.state.weight:
        set_state(writing, lot, now.state, now.reason, place, now.recall, now.excursion)


def come_under_excursion(writing: Writing, lot: Lot, place: Place) -> None:
    """Vials that come into a place which is too warm or too cold now are under its excursion from then on."""
    running = repository.open_excursions(writing.session).get(place.id)
    if running is not None:
        number, why = running
        reason = say(no("excursion_runs_here", "place", place.name, reason=why))
        mark = StateMark(LotState.EXCURSION, reason, writing.at, writing.actor.name, place.id, None, number)
        lay_on(writing, lot, place, mark)


def come_back(writing: Writing, lot: Lot, place: Place, gone: datetime) -> None:
    """Vials whose going is corrected (or that are found) never left: what was told of the place since holds for them.

    When it was told the ledger held none of them here. What somebody has judged since for the lot in this place stays.
    """
    come_under_excursion(writing, lot, place)
    judged = {mark.excursion for mark in repository.marks_of(writing.session, lot.id) if mark.place == place.id}
    for number, why in repository.excursions_told_since(writing.session, lot.id, place.id, gone).items():
        if number not in judged:
            reason = say(no("excursion_was_here", "place", place.name, reason=why))
            mark = StateMark(LotState.EXCURSION, reason, writing.at, writing.actor.name, place.id, None, number)
            lay_on(writing, lot, place, mark)
