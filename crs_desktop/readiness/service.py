"""Use cases of readiness: the board, the board painted last, and confirming what the plan proposes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.readiness.answer import Proposed, answer
from crs_desktop.readiness.board import Board, SetAnswer, WindowAnswer
from crs_desktop.readiness.gather import gather
from crs_desktop.readiness.painting import picture_of
from crs_desktop.readiness.picture import BOARD, BoardPicture, picture_from_json, picture_to_json
from crs_desktop.stock.commands import ConfirmEarmark
from crs_desktop.stock.model import Earmark
from crs_desktop.stock.service import StockLedger
from crs_desktop.store.store import Store


@dataclass(frozen=True, slots=True)
class ConfirmSet:
    """Confirm one set as the board shows it."""

    request_id: str
    holder: str
    set_no: int


class ReadinessBoard:
    """Is there enough tocilizumab for what is coming?"""

    def __init__(self, store: Store, stock: StockLedger, zone: ZoneInfo, demo: bool) -> None:
        self._store = store
        self._stock = stock
        self._zone = zone
        self._demo = demo

    def board(self, on: date | None = None, days: int | None = None) -> Board:
        """Answer from one snapshot. Asking about another day changes nothing that is kept."""
        with self._store.read() as session:
            situation = gather(session, self._store.clock.now(), self._zone, self._demo, on, days)
        return answer(situation, self._proposed())

    def refresh(self) -> BoardPicture:
        """Answer now, keep the picture for the next start, and give it."""
        board = self.board()
        picture = picture_of(board, self._zone)
        self._store.keep_answer(BOARD, board.asked_at, picture_to_json(picture))
        return picture

    def confirm(self, command: ConfirmSet, actor: Actor) -> Earmark | Refused:
        """Promise the vials of a set that the plan proposes. Refused when the plan or the vials have moved on."""
        board = self.board()
        window = board.window_of(command.holder)
        chosen = None if window is None else next((s for s in window.sets if s.planned.set_no == command.set_no), None)
        if window is None or chosen is None:
            return refuse(no("readiness_set_gone", "set", command.set_no))
        held = DayRange(max(window.window.days.first, board.today), window.window.days.last)
        number = self._number(window, chosen)
        vials = tuple(sorted(taken.line for taken in chosen.lots))
        return self._stock.confirm(ConfirmEarmark(command.request_id, command.holder, number, held, vials), actor)

    def _number(self, window: WindowAnswer, chosen: SetAnswer) -> int:
        """The number of the promise that is renewed, else of one that no planned set keeps, else the lowest free."""
        held = [item for item in self._stock.earmarks() if item.holder == window.window.holder]
        kept = {one.earmark_id for one in window.sets}
        renewed = [item.set_no for item in held if item.id == chosen.earmark_id]
        stale = [item.set_no for item in held if item.id not in kept]
        taken = {item.set_no for item in held}
        free = (number for number in range(1, len(taken) + 2) if number not in taken)
        return next(iter([*renewed, *sorted(stale)]), None) or next(free)

    def _proposed(self) -> Proposed:
        kept = self._store.kept_answer(BOARD)
        if kept is None:
            return ()
        picture = picture_from_json(kept[1])
        return [] if picture is None else [(s.holder, s.set_no, s.vials) for row in picture.windows for s in row.sets]
