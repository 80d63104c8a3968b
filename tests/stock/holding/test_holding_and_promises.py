"""Vials held back in one place, or by a running recall, are held back for every act that would use them."""

from __future__ import annotations

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.holding.commands import HoldLot, ReleaseLot
from crs_desktop.stock.holding.service import HoldingBook
from crs_desktop.stock.model import Earmark
from crs_desktop.stock.recalls.commands import RecordRecall
from crs_desktop.stock.recalls.model import Notice
from crs_desktop.stock.recalls.service import RecallBook
from tests.stock.conftest import WEBER, ZONE, Shelf, codes


def test_that_vials_held_back_in_their_place_only_cannot_be_promised(shelf: Shelf) -> None:
    holding, here, there = HoldingBook(shelf.store, ZONE), shelf.place(), shelf.place("Ward", "5")
    blocked, free = shelf.receive(here), shelf.receive(there)
    answer = holding.quarantine(HoldLot(shelf.request(), blocked.lot.id, here.id, "cracked stopper"), WEBER)
    assert not isinstance(answer, Refused)
    assert codes(shelf.promise(blocked)) == ["stock_lot_not_available"]
    assert isinstance(shelf.promise(free), Earmark)


@pytest.mark.parametrize("act", ["release", "quarantine"])
def test_that_a_lot_under_a_running_recall_gets_no_lighter_state(shelf: Shelf, act: str) -> None:
    moved = shelf.receive(shelf.place())
    notice = RecordRecall(shelf.request(), "D-1", "I", "Actemra", "B7101", False, "2026-12-01", "glass", "letter")
    assert isinstance(RecallBook(shelf.store, ZONE).record(notice, WEBER), Notice)
    holding = HoldingBook(shelf.store, ZONE)
    if act == "release":
        answer = holding.release(ReleaseLot(shelf.request(), moved.lot.id, 0, "looked at", "the maker"), WEBER)
    else:
        answer = holding.quarantine(HoldLot(shelf.request(), moved.lot.id, 0, "looked at"), WEBER)
    assert codes(answer) == ["stock_recall_runs"]
