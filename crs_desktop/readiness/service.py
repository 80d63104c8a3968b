"""Use cases of readiness: the board, the board painted last, and confirming what the plan proposes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.answer import Proposed, answer, needs
from crs_desktop.readiness.board import Board, SetAnswer, WindowAnswer
from crs_desktop.readiness.gather import Situation, gather
from crs_desktop.readiness.model import Vials
from crs_desktop.readiness.painting import picture_of
from crs_desktop.readiness.past.keeping import AskedWith, record
from crs_desktop.readiness.past.service import PastBoards
from crs_desktop.readiness.picture import (
    BEFORE,
    BOARD,
    BoardPicture,
    ConfirmedPicture,
    picture_from_json,
    picture_to_json,
)
from crs_desktop.readiness.rules.question import needless, shortened
from crs_desktop.readiness.what_if.model import WhatIf
from crs_desktop.readiness.what_if.service import CanAdd, WhatIfDesk
from crs_desktop.readiness.words import confirmed_text, consequences_text
from crs_desktop.stock.commands import ConfirmEarmark
from crs_desktop.stock.model import Earmark, VialLine
from crs_desktop.stock.service import StockLedger
from crs_desktop.store import answers
from crs_desktop.store.store import Store
from crs_desktop.therapies.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class ConfirmSet:
    """Confirm one set as the board shows it."""

    request_id: str
    holder: str
    set_no: int


@dataclass(frozen=True, slots=True)
class ConfirmSets:
    """Confirm sets of one window exactly as they were seen: number and vials of each."""

    request_id: str
    holder: str
    sets: tuple[tuple[int, Vials], ...]


class ReadinessBoard:
    """Is there enough tocilizumab for what is coming?"""

    def __init__(
        self, store: Store, stock: StockLedger, zone: ZoneInfo, demo: bool, catalogue: Catalogue | None = None
    ) -> None:
        self._store = store
        self._stock = stock
        self._zone = zone
        self._demo = demo
        self.past = PastBoards(store, zone, demo)
        self._what_if = WhatIfDesk(store, zone, demo, catalogue)

    def board(self, on: date | None = None, days: int | None = None) -> Board:
        """Answer from one snapshot. Asking about another day changes nothing that is kept."""
        return answer(self._situation(on, days), self._proposed())

    def answer(self) -> tuple[Board, BoardPicture]:
        """Answer now, keep the picture for the next start, and give both."""
        asked = self._asked_with()
        board = answer(asked.situation, asked.proposed)
        picture, kept = picture_of(board, self._zone), self._kept()

        def keep(session: Session) -> None:
            if kept is not None and kept.fingerprint != picture.fingerprint:
                answers.keep(session, BEFORE, board.asked_at, picture_to_json(kept))
            answers.keep(session, BOARD, board.asked_at, picture_to_json(picture))
            record(session, board, asked, self._zone)

        self._store.keep(keep)
        return board, picture

    def given(self) -> Board:
        """Answer now as for somebody who reads it, so that it can be worked out again; what is painted next stays."""
        asked = self._asked_with()
        board = answer(asked.situation, asked.proposed)
        with suppress(EnvironmentFailure):  # a store that can only be read answers all the same
            self._store.keep(lambda session: record(session, board, asked, self._zone, always=True))
        return board

    def refresh(self) -> BoardPicture:
        """Answer now, keep the picture for the next start, and give it."""
        return self.answer()[1]

    def can_add(self, command: CanAdd) -> WhatIf | Refused:
        """Would every set owed be covered with this patient too? Nothing is kept and nothing is written."""
        return self._what_if.can_add(command, self._proposed)

    def consequences(self) -> str:
        """After a record: who is short now, when, what of it is new, and the smallest fix.

        New is what the answer before this one did not say, also when the board has already been painted anew meanwhile.
        """
        after = self.refresh()
        return consequences_text(self._kept(BEFORE), after)

    def confirm(self, command: ConfirmSet, actor: Actor) -> Earmark | Refused:
        """Promise the vials of a set that the plan proposes. Refused when the plan or the vials have moved on."""
        return self._promise(self.board(), command, None, frozenset(), actor)

    def confirm_sets(self, command: ConfirmSets, actor: Actor) -> ConfirmedPicture:
        """Promise the sets that a person has seen, each for itself, and say in words what came of it."""
        board = self.board()
        made: dict[int, Earmark] = {}
        refused: list[str] = []
        for set_no, vials in command.sets:
            one = ConfirmSet(f"{command.request_id}-{set_no}", command.holder, set_no)
            mine = frozenset(item.id for item in made.values())
            answered = self._promise(board, one, vials, mine, actor)
            if isinstance(answered, Refused):
                refused += [say(finding) for finding in answered.findings]
            else:
                made[set_no] = answered
        window = board.window_of(command.holder)
        done = "" if window is None or not made else confirmed_text(window, list(made))
        return ConfirmedPicture(done, tuple(dict.fromkeys(refused)))

    def _promise(
        self, board: Board, command: ConfirmSet, seen: Vials | None, mine: frozenset[int], actor: Actor
    ) -> Earmark | Refused:
        """One promise from this board; `seen` are the vials that were looked at, `mine` promises made just now."""
        window = board.window_of(command.holder)
        chosen = None if window is None else next((s for s in window.sets if s.planned.set_no == command.set_no), None)
        moved_on = chosen is not None and seen is not None and sorted(chosen.planned.vials) != sorted(seen)
        if window is None or chosen is None or moved_on:
            return refuse(no("readiness_set_gone", "set", command.set_no))
        if chosen.coming:
            return refuse(no("readiness_set_not_here", "set", command.set_no))
        held = DayRange(max(window.window.days.first, board.today), window.window.days.last)
        number = self._number(window, chosen, mine)
        vials = tuple(sorted(taken.line for taken in chosen.lots))
        self._make_room(board, command, vials, actor)
        return self._stock.confirm(ConfirmEarmark(command.request_id, command.holder, number, held, vials), actor)

    def _number(self, window: WindowAnswer, chosen: SetAnswer, mine: frozenset[int]) -> int:
        """The number of the promise that is renewed, else of one that no planned set keeps, else the lowest free."""
        held = [item for item in self._stock.earmarks() if item.holder == window.window.holder]
        kept = {one.earmark_id for one in window.sets} | mine
        renewed = [item.set_no for item in held if item.id == chosen.earmark_id]
        stale = [item.set_no for item in held if item.id not in kept]
        taken = {item.set_no for item in held}
        free = (number for number in range(1, len(taken) + 2) if number not in taken)
        return next(iter([*renewed, *sorted(stale)]), None) or next(free)

    def _make_room(self, board: Board, command: ConfirmSet, vials: tuple[VialLine, ...], actor: Actor) -> None:
        """Let go, or shorten, what others hold of these vials and need no more: it must not stand in the way."""
        situation = self._situation()
        asked, wanted = needs(situation), {(line.lot_id, line.place_id) for line in vials}
        kept = {one.earmark_id for window in board.windows for one in window.sets if one.earmark_id is not None}
        gone = needless(situation.earmarks, asked, kept, situation.today)
        for promise in situation.earmarks:
            named = {(line.lot_id, line.place_id) for line in promise.vials}
            if promise.holder == command.holder or not wanted & named:
                continue
            if promise in gone:
                because = say(no("promise_without_need"))
                self._stock.let_go(f"{command.request_id}-room-{promise.id}", promise.id, because, actor)
            elif days := shortened(promise, asked):
                key = f"{command.request_id}-shorter-{promise.id}"
                self._stock.confirm(ConfirmEarmark(key, promise.holder, promise.set_no, days, promise.vials), actor)

    def _asked_with(self) -> AskedWith:
        """The present situation, and how much the store knew: the snapshot begins first, only then is it now."""
        proposed = self._proposed()
        with self._store.read() as session:
            known = answers.last_change(session)
            return AskedWith(gather(session, self._store.clock.now(), self._zone, self._demo), proposed, known)

    def _situation(self, on: date | None = None, days: int | None = None) -> Situation:
        with self._store.read() as session:
            return gather(session, self._store.clock.now(), self._zone, self._demo, on, days)

    def _proposed(self) -> Proposed:
        picture = self._kept()
        return [] if picture is None else [(s.holder, s.set_no, s.vials) for row in picture.windows for s in row.sets]

    def _kept(self, name: str = BOARD) -> BoardPicture | None:
        kept = self._store.kept_answer(name)
        return None if kept is None else picture_from_json(kept[1])
