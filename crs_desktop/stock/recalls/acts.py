"""What each act of a recall does inside its one write transaction."""

from __future__ import annotations

from crs_desktop.kernel.refusal import Refused, beware, no, refuse
from crs_desktop.kernel.wording import say
from crs_desktop.stock import repository as stock
from crs_desktop.stock.laying import set_state
from crs_desktop.stock.model import LotState, lot_key
from crs_desktop.stock.recalls import repository
from crs_desktop.stock.recalls.commands import ReadRecall
from crs_desktop.stock.recalls.rules import named_lots
from crs_desktop.store.store import Result, Writing


def record(writing: Writing, read: ReadRecall) -> Result | Refused:
    """Record a notice; every lot of ours that it names is recalled in all places, in the same transaction."""
    session = writing.session
    known = next(
        (
            item
            for item in repository.notices(session)
            if item.end is None and (item.brand, lot_key(item.number)) == (read.brand, lot_key(read.number))
        ),
        None,
    )
    if known is not None:
        return refuse(no("recall_known", "number", known.number, by=known.actor))
    number = repository.add_notice(session, read, writing.at, writing.actor.name)
    named = named_lots(read.brand, read.every_lot, read.lots, stock.lots(session).values())
    reason = say(beware("recall_state_reason", "number", read.number, recall_class=read.recall_class))
    for lot in named.lots:
        set_state(writing, lot, LotState.RECALLED, reason, recall=number)
    after: Result = {**read.content(), "found": [lot.id for lot in named.lots]}
    writing.log("recall", number, "record", after=after, reason=read.reason)
    return {"recall": number}


def end(writing: Writing, recall_id: int, reason: str) -> Result | Refused:
    """A notice no longer holds. Its lots stay as they are until somebody releases each of them."""
    found = repository.notice(writing.session, recall_id)
    if found is None:
        return refuse(no("recall_unknown", "recall", recall_id))
    if found.end is not None:
        return refuse(no("recall_ended", "recall", found.number, by=found.end.actor))
    repository.add_end(writing.session, recall_id, reason, writing.at, writing.actor.name)
    writing.log("recall", recall_id, "end", reason=reason)
    return {"recall": recall_id}
