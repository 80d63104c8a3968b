"""A receipt knows the recalls that hold: a lot that a notice names never becomes usable by arriving."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from crs_desktop.kernel.changes import Topic
from crs_desktop.stock import repository
from crs_desktop.stock.model import LotState
from crs_desktop.store.store import Request, Result, Writing
from tests.stock.conftest import WEBER, Shelf


def notice(shelf: Shelf, *lots: str, every: bool = False, over: bool = False) -> None:
    """A recall notice of Actemra that names these lots."""

    def work(writing: Writing) -> Result:
        columns = "number, recall_class, brand, every_lot, noticed, reason, source, at, actor"
        values = f"'R', 'I', 'Actemra', {int(every)}, '2026-12-01', 'Glass', 'Letter', 0, 'x'"
        number = writing.session.execute(text(f"INSERT INTO recalls ({columns}) VALUES ({values}) RETURNING id"))
        recall = number.scalar_one()
        for lot in lots:
            row = text("INSERT INTO recall_lots VALUES (:recall, :lot)")
            writing.session.execute(row, {"recall": recall, "lot": lot})
        if over:
            row = text("INSERT INTO recall_ends VALUES (:recall, 'Over', 0, 'x')")
            writing.session.execute(row, {"recall": recall})
        writing.log("recall", recall, "note")
        return {}

    shelf.store.perform(Request(shelf.request(), "receive lot", {}), WEBER, [Topic.STOCK], work)


@pytest.mark.parametrize("typed", ["B7101", "b7101"])
def test_that_a_lot_named_by_a_running_recall_is_recalled_on_arrival(shelf: Shelf, typed: str) -> None:
    notice(shelf, "B7101 ")
    came = shelf.receive(shelf.place(), lot=typed)
    assert came.lot.state is LotState.RECALLED
    with shelf.store.read() as session:
        assert repository.recalled_numbers(session) == {("Actemra", "b7101")}
        assert [mark.recall for mark in repository.marks_of(session, came.lot.id)] == [1]


def test_that_a_notice_without_lots_names_every_lot_of_the_brand(shelf: Shelf) -> None:
    notice(shelf, every=True)
    main = shelf.place()
    assert shelf.receive(main).lot.state is LotState.RECALLED
    assert shelf.receive(main, brand="Avtozma", lot="AV1").lot.state is LotState.AVAILABLE


def test_that_a_recall_that_is_over_or_names_other_lots_blocks_nothing(shelf: Shelf) -> None:
    notice(shelf, "B7101", over=True)
    notice(shelf, "B7102")
    assert shelf.receive(shelf.place()).lot.state is LotState.AVAILABLE


def test_that_a_lot_released_from_its_recall_is_not_recalled_again_by_the_next_carton(shelf: Shelf) -> None:
    main = shelf.place()
    came = shelf.receive(main)
    notice(shelf, "B7101")
    assert shelf.receive(main).lot.state is LotState.RECALLED

    def release(writing: Writing) -> Result:
        repository.add_state(writing.session, came.lot.id, LotState.AVAILABLE, "Not ours", writing.at, "x")
        writing.log("lot", came.lot.id, "available")
        return {}

    shelf.store.perform(Request(shelf.request(), "receive lot", {}), WEBER, [Topic.STOCK], release)
    assert shelf.receive(main).lot.state is LotState.AVAILABLE
