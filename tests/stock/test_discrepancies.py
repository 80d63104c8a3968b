"""A discrepancy is open until somebody explains it or takes the dose back; explaining moves no vial."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock import acts
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.model import VialLine
from crs_desktop.stock.service import StockLedger
from crs_desktop.store.opening import open_store
from crs_desktop.store.store import Request, Store, Writing
from tests.store.made_up_keys import ANYBODY, KEYS

ACTOR = Actor("N. Berg")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    now = datetime(2026, 12, 1, 12, tzinfo=UTC)
    return open_store(tmp_path / "s.crs", StatedClock(now), ChangeFeed(), KEYS, ANYBODY)


def short_shelf(store: Store) -> tuple[StockLedger, VialLine]:
    """One vial on the ledger, two used by dose 7."""
    stock = StockLedger(store, ZoneInfo("UTC"))
    place = stock.add_place("p", "Fridge", "10", ACTOR)
    assert not isinstance(place, Refused)
    moved = stock.receive(ReceiveLot("r", "Actemra", "400", "B1", "2027-06-30", "1", place.id), ACTOR)
    assert not isinstance(moved, Refused)
    line = VialLine(moved.lot.id, place.id, 2)

    def work(writing: Writing) -> dict[str, object]:
        spent, missing = acts.spend(writing, line, 7)
        return {"spent": spent, "missing": missing}

    assert store.perform(Request("d", "dose", {}), ACTOR, [], work) == {"spent": 1, "missing": 1}
    return stock, line


def test_that_an_explained_discrepancy_is_closed_and_moves_no_vial(store: Store) -> None:
    stock, _ = short_shelf(store)
    found = stock.discrepancies()
    before = len(stock.movements())
    assert [item.vials for item in found] == [1]
    assert stock.explain("e", found[0].id, "never booked in, delivery note 4711", ACTOR) == {"discrepancy": found[0].id}
    assert stock.discrepancies() == []
    assert len(stock.movements()) == before


def test_that_a_discrepancy_needs_words_and_is_explained_once(store: Store) -> None:
    stock, _ = short_shelf(store)
    number = stock.discrepancies()[0].id
    silent = stock.explain("e1", number, " ", ACTOR)
    assert isinstance(silent, Refused) and silent.findings[0].code == "text_missing"
    stock.explain("e2", number, "counted again", ACTOR)
    again = stock.explain("e3", number, "counted again", ACTOR)
    assert isinstance(again, Refused) and again.findings[0].code == "stock_discrepancy_unknown"


def test_that_taking_a_dose_back_closes_what_it_left_open(store: Store) -> None:
    stock, _ = short_shelf(store)

    def work(writing: Writing) -> dict[str, object]:
        return {"lines": acts.give_back(writing, 7, "wrong patient")}

    assert store.perform(Request("b", "take back", {}), ACTOR, [], work) == {"lines": 1}
    assert stock.discrepancies() == []
    assert [item.vials for item in stock.on_hand()] == [1]
