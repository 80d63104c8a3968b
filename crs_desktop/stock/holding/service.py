"""Use cases of holding vials back: quarantine, release on somebody's word, and places too warm or too cold."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.entry import read_local_instant, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.kernel.wording import say
from crs_desktop.stock import repository
from crs_desktop.stock.holding import acts
from crs_desktop.stock.holding.commands import EndExcursion, HoldLot, ReleaseLot, TellExcursion, read_excursion
from crs_desktop.stock.holding.model import Excursion, ExcursionPicture, Spent
from crs_desktop.stock.holding.rules import out_of_order, read_temperature
from crs_desktop.stock.model import LotState, MovementKind, StateMark
from crs_desktop.store.store import Request, Result, Store, Writing

_TOPICS = [Topic.STOCK, Topic.READINESS]


class HoldingBook:
    """Vials that must not be used, and why."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone, for writing instants."""
        return self._zone

    def now(self) -> datetime:
        """The instant, for the beginning of an excursion that is told as it is noticed."""
        return self._store.clock.now()

    def quarantine(self, command: HoldLot, actor: Actor) -> Result | Refused:
        """Keep a lot from being used, in one place or everywhere."""
        reason = read_text(command.reason, "reason")
        if isinstance(reason, Finding):
            return refuse(reason)

        def work(writing: Writing) -> Result | Refused:
            return acts.change(writing, command.lot_id, command.place_id, LotState.QUARANTINED, reason)

        content = {"lot": command.lot_id, "place": command.place_id, "reason": reason}
        return self._store.perform(Request(command.request_id, "hold lot", content), actor, _TOPICS, work)

    def release(self, command: ReleaseLot, actor: Actor) -> Result | Refused:
        """A lot may be used again, in one place or everywhere: why, and on whose word."""
        reason, authority = read_text(command.reason, "reason"), read_text(command.authority, "authority")
        findings = [item for item in (reason, authority) if isinstance(item, Finding)]
        if findings:
            return refuse(*findings)
        why = say(no("hold_released", "reason", reason, authority=authority))

        def work(writing: Writing) -> Result | Refused:
            return acts.change(writing, command.lot_id, command.place_id, LotState.AVAILABLE, why)

        content = {"lot": command.lot_id, "place": command.place_id, "reason": reason, "authority": authority}
        return self._store.perform(Request(command.request_id, "release lot", content), actor, _TOPICS, work)

    def tell(self, command: TellExcursion, actor: Actor) -> Excursion | Refused:
        """A place was, or is, too warm or too cold: every lot that was there meanwhile is blocked."""
        read = read_excursion(command, self._zone, self.now())
        if isinstance(read, Refused):
            return read
        content = {
            "place": read.place_id, "began": command.began, "ended": command.ended, "lowest": read.lowest,
            "highest": read.highest, "reason": read.reason,
        }  # fmt: skip
        request = Request(command.request_id, "record excursion", content)
        return self._told(self._store.perform(request, actor, _TOPICS, lambda writing: acts.tell(writing, read)))

    def end(self, command: EndExcursion, actor: Actor) -> Excursion | Refused:
        """The place is as it should be again. Its vials wait for a decision, lot by lot."""
        ended = read_local_instant(command.ended, self._zone, "ended")
        lowest, highest = read_temperature(command.lowest, "lowest"), read_temperature(command.highest, "highest")
        reason = read_text(command.reason, "reason", needed=False)
        findings = [item for item in (ended, lowest, highest, reason) if isinstance(item, Finding)]
        if findings:
            return refuse(*findings)
        assert isinstance(ended, datetime) and isinstance(reason, str)
        assert not isinstance(lowest, Finding) and not isinstance(highest, Finding)
        wrong = out_of_order(datetime.min.replace(tzinfo=ended.tzinfo), ended, lowest, highest, self.now())
        if wrong:
            return refuse(*wrong)

        def work(writing: Writing) -> Result | Refused:
            return acts.end(writing, command.excursion_id, ended, (lowest, highest), reason)

        content = {
            "excursion": command.excursion_id, "ended": command.ended, "lowest": lowest, "highest": highest,
            "reason": reason,
        }  # fmt: skip
        request = Request(command.request_id, "end excursion", content)
        return self._told(self._store.perform(request, actor, _TOPICS, work))

    def excursions(self, at_work: bool = False) -> list[ExcursionPicture]:
        """Every excursion, newest first, with what waits for a decision and what had left before it was known.

        `at_work`: only those that still run, or whose vials wait; one that is over for long costs a page nothing.
        """
        with self._store.read() as session:
            held = repository.on_hand(session)
            marks = repository.state_marks(session)
            found = []
            for one in acts.known(session):
                waiting = [item for item in held if _waits(marks.get((item.lot.id, item.place.id)), one.id)]
                if at_work and one.ended is not None and not waiting:
                    continue
                keys = acts.exposed_by(session, one.place.id, one.began, one.ended)
                spent = tuple(
                    Spent(line.lot, line.place, -line.vials, line.dose, line.loan, line.at)
                    for line in repository.movements(session, since=one.began)
                    if line.kind in (MovementKind.DOSE, MovementKind.LOAN)
                    and line.vials < 0 and line.reversed_by is None and (line.lot.id, line.place.id) in keys
                )  # fmt: skip
                found.append(ExcursionPicture(one, tuple(waiting), spent))
            return found

    def why_blocked(self, lot_id: int, place_id: int) -> list[StateMark]:
        """Everything laid on a lot in a place since it was last usable there, oldest first: what a release lifts."""
        with self._store.read() as session:
            marks = repository.marks_of(session, lot_id)
        found: list[StateMark] = []
        for mark in (one for one in marks if one.place == (place_id or None)):
            found = [] if mark.state is LotState.AVAILABLE else [*found, mark]
        return found

    def _told(self, result: Result | Refused) -> Excursion | Refused:
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            return next(one for one in acts.known(session) if one.id == result["excursion"])


def _waits(mark: StateMark | None, excursion: int) -> bool:
    return mark is not None and mark.state is LotState.EXCURSION and mark.excursion == excursion
