"""What goes along when vials move: the states that block them, and the promises that name them."""

from __future__ import annotations

from datetime import timedelta

from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.kernel.wording import say
from crs_desktop.stock import repository
from crs_desktop.stock.laying import lay_on
from crs_desktop.stock.model import Earmark, Lot, LotState, Place, StateMark, VialLine
from crs_desktop.stock.rules import most_held
from crs_desktop.store.store import Writing


def live_promises(writing: Writing) -> list[Earmark]:
    """Promises that may still hold on the site's day, whatever its zone."""
    yesterday = writing.at.date() - timedelta(days=1)
    return [item for item in repository.earmarks(writing.session) if item.held.last >= yesterday]


def cannot_part(
    promises: list[Earmark], line: VialLine, there: int, names: tuple[str, str], lent: bool = False
) -> Refused | None:  # fmt: skip
    """Why so many vials cannot leave their place by themselves: some of them are promised. Says to whom."""
    held = most_held(promises, (line.lot_id, line.place_id))
    if there - line.vials >= held:
        return None
    lot, place = names
    naming = [item for item in promises if any((one.lot_id, one.place_id) == line.key for one in item.vials)]
    who = "; ".join(sorted(f"{item.holder.replace(':', ' ')}, set {item.set_no} ({item.actor})" for item in naming))
    free = max(0, there - held)
    code = no("loan_promised" if lent else "move_promised", "vials", line.vials, lot=lot, place=place, free=free,
              held=held, who=who)  # fmt: skip
    return refuse(code)


def take_along(writing: Writing, line: VialLine, lot: Lot, source: Place, to: Place) -> list[int] | Refused:
    """Promises of the vials that move: none while free vials go; all of them when all vials go; else refused.

    Which patient's set goes is nobody's guess: of a part that is promised a person first lets the promise go.
    """
    session = writing.session
    there = repository.balances(session).get(line.key, 0)
    promises = live_promises(writing)
    refused = cannot_part(promises, line, there, (lot.number, source.name))
    if refused is None:
        return []
    if line.vials != there:
        return refused
    naming = [item for item in promises if any(one.key == line.key for one in item.vials)]
    return [_follow(writing, item, line, source, to) for item in naming]


def _follow(writing: Writing, promise: Earmark, line: VialLine, source: Place, to: Place) -> int:
    """The same promise of the same vials where they lie now: the old row ends, a new one takes its place."""
    vials: dict[tuple[int, int], int] = {}
    for one in promise.vials:
        key = (one.lot_id, to.id) if one.key == line.key else one.key
        vials[key] = vials.get(key, 0) + one.vials
    reason = say(no("move_promise_follows", "place", to.name, source=source.name))
    repository.release(writing.session, [promise.id], writing.at, reason)
    lines = tuple(sorted(VialLine(lot, place, count) for (lot, place), count in vials.items()))
    moved = Earmark(0, promise.holder, promise.set_no, promise.held, lines, promise.at, promise.actor)
    number = repository.add_earmark(writing.session, moved)
    writing.log("earmark", number, "follow", before={"earmark": promise.id}, reason=reason,
                after={"holder": promise.holder, "set": promise.set_no,
                       "vials": [[one.lot_id, one.place_id, one.vials] for one in lines]})  # fmt: skip
    return number


def bring_state(writing: Writing, lot: Lot, source: Place, to: Place) -> None:
    """A state that blocks the lot where it lay comes with its vials over all vials of the lot in the new place."""
    mark = repository.state_marks(writing.session).get((lot.id, source.id))
    if mark is None or mark.state is LotState.AVAILABLE:
        return
    reason = say(no("move_state_comes", "place", source.name, reason=mark.reason))
    carried = StateMark(mark.state, reason, writing.at, writing.actor.name, to.id, mark.recall, mark.excursion)
    lay_on(writing, lot, to, carried)
