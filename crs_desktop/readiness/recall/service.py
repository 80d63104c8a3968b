"""The recall drill: one reading of doses, promises, shelf and board, for a notice recorded or only looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.readiness.answer import Proposed, answer, board_of, mended, question_of
from crs_desktop.readiness.fix_words import fix_text
from crs_desktop.readiness.gather import Situation, gather
from crs_desktop.readiness.picture import BOARD, picture_from_json
from crs_desktop.readiness.recall import reading, rules
from crs_desktop.readiness.rules.plan import solve
from crs_desktop.stock import repository as stock
from crs_desktop.stock.model import LotState
from crs_desktop.stock.recalls import repository as recalls
from crs_desktop.stock.recalls.commands import RecordRecall
from crs_desktop.stock.recalls.model import DoseReceived, Drill, NamedLots, Promise, WentOut
from crs_desktop.stock.recalls.rules import named_lots, of_notice
from crs_desktop.stock.recalls.service import RecallBook
from crs_desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class _Read:
    """What one snapshot says of a notice. `before` are the states of its lots without it."""

    number: str
    brand: str
    recorded: bool
    named: NamedLots
    before: dict[int, LotState]
    situation: Situation
    received: tuple[DoseReceived, ...]
    promised: tuple[Promise, ...]
    went_out: tuple[WentOut, ...]
    unknown_doses: int


class RecallDrill:
    """Who is concerned by a notice, who loses readiness, and what stands there instead."""

    def __init__(self, store: Store, zone: ZoneInfo, demo: bool) -> None:
        self._store = store
        self._zone = zone
        self._demo = demo
        self._book = RecallBook(store, zone)

    def recorded(self, recall_id: int) -> Drill | Refused:
        """What a recorded notice comes to: the board without it against the board with it."""
        with self._store.read() as session:
            notice = recalls.notice(session, recall_id)
            if notice is None:
                return refuse(no("recall_unknown", "recall", recall_id))
            named = of_notice(notice, stock.lots(session).values())
            before = {lot.id: reading.state_without(session, lot, recall_id) for lot in named.lots}
            read = self._read(session, (notice.number, notice.brand, True), named, before)
        return self._worked_out(read)

    def received(self, recall_id: int) -> tuple[DoseReceived, ...] | Refused:
        """Doses that were made of vials of a recorded notice's lots; no board is asked."""
        with self._store.read() as session:
            notice = recalls.notice(session, recall_id)
            if notice is None:
                return refuse(no("recall_unknown", "recall", recall_id))
            named = of_notice(notice, stock.lots(session).values())
            return reading.received(session, frozenset(lot.id for lot in named.lots))

    def if_recorded(self, command: RecordRecall) -> Drill | Refused:
        """What would happen if this notice were recorded now. Nothing is written."""
        understood = self._book.understood(command)
        if isinstance(understood, Refused):
            return understood
        with self._store.read() as session:
            lots = stock.lots(session).values()
            named = named_lots(understood.brand, understood.every_lot, understood.lots, lots)
            read = self._read(session, (understood.number, understood.brand, False), named, {})
        return self._worked_out(read)

    def _read(
        self, session: Session, notice: tuple[str, str, bool], named: NamedLots, before: dict[int, LotState]
    ) -> _Read:  # fmt: skip
        situation = gather(session, self._store.clock.now(), self._zone, self._demo)
        ids = frozenset(lot.id for lot in named.lots)
        return _Read(
            *notice, named, before, situation, reading.received(session, ids), reading.promised(session, ids),
            reading.went_out(session, ids), reading.doses_of_unknown_lots(session),
        )  # fmt: skip

    def _worked_out(self, read: _Read) -> Drill:
        """The board twice, from the same snapshot: with these lots as they are without the notice, and recalled."""
        situation, proposed = read.situation, self._proposed()
        lots = frozenset(lot.id for lot in read.named.lots)
        without = replace(situation, on_hand=rules.with_states(situation.on_hand, read.before))
        recalled = replace(situation, on_hand=rules.recalled(situation.on_hand, lots))
        before = answer(without, proposed, with_fixes=False)
        question = question_of(recalled, proposed)
        plan = solve(question)
        after = board_of(recalled, question, plan)
        windows = rules.changed(before, after, lots)
        if any(window.loses for window in windows):
            after = replace(after, fixes=mended(recalled, question, plan))
        ways_out = () if after.way_out is None else (fix_text(after.way_out, after),)
        return Drill(
            read.number, read.brand, read.recorded, situation.now, read.named, read.received, read.promised,
            windows, rules.to_pull(situation.on_hand, lots), read.went_out, ways_out,
            rules.notes(read.named, before, after, read.unknown_doses),
        )  # fmt: skip

    def _proposed(self) -> Proposed:
        kept = self._store.kept_answer(BOARD)
        picture = None if kept is None else picture_from_json(kept[1])
        return [] if picture is None else [(s.holder, s.set_no, s.vials) for row in picture.windows for s in row.sets]
