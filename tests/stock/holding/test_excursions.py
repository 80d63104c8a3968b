"""A place too warm or too cold: everything that was there is blocked wherever it lies now, until somebody decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock import acts as stock_acts
from crs_desktop.stock.holding.commands import EndExcursion, HoldLot, ReleaseLot, TellExcursion
from crs_desktop.stock.holding.model import Excursion
from crs_desktop.stock.holding.service import HoldingBook
from crs_desktop.stock.model import LotState, Movement, Place, VialLine
from crs_desktop.stock.moving.service import MoveVials, VialMoves
from crs_desktop.store.store import Request, Result, Writing
from tests.stock.conftest import NOW, WEBER, ZONE, Shelf, codes


@dataclass
class Fridge:
    """The shelf under test with the acts that hold vials back."""

    shelf: Shelf
    book: HoldingBook
    moves: VialMoves

    def tell(self, place: Place, began: str, ended: str = "", low: str = "", high: str = "14.5") -> Excursion | Refused:
        command = TellExcursion(self.shelf.request(), str(place.id), began, ended, low, high, "Door open")
        return self.book.tell(command, WEBER)

    def end(self, excursion: Excursion, ended: str) -> Excursion | Refused:
        return self.book.end(EndExcursion(self.shelf.request(), excursion.id, ended, "", "16", ""), WEBER)

    def move(self, line: Movement, vials: int, to: Place) -> Movement:
        command = MoveVials(self.shelf.request(), line.lot.id, line.place.id, str(to.id), str(vials), "")
        made = self.moves.move(command, WEBER)
        assert isinstance(made, Movement)
        return made

    def release(self, line: Movement, authority: str = "Manufacturer, case 7") -> Result | Refused:
        command = ReleaseLot(self.shelf.request(), line.lot.id, line.place.id, "Within the allowance told", authority)
        return self.book.release(command, WEBER)

    def states(self) -> dict[tuple[str, str], str]:
        return {(item.lot.number, item.place.name): item.state.value for item in self.shelf.ledger.on_hand()}

    def later(self, **time: int) -> None:
        self.shelf.store.clock = StatedClock(NOW + timedelta(**time))


@pytest.fixture
def fridge(shelf: Shelf) -> Fridge:
    return Fridge(shelf, HoldingBook(shelf.store, ZONE), VialMoves(shelf.store))


def told(answer: Excursion | Refused) -> Excursion:
    assert isinstance(answer, Excursion), answer
    return answer


def test_that_every_lot_in_a_warm_place_is_blocked_there_and_only_there(fridge: Fridge) -> None:
    main, ward = fridge.shelf.place(), fridge.shelf.place("Ward 7", "90")
    fridge.shelf.receive(main, "B1"), fridge.shelf.receive(main, "B2"), fridge.shelf.receive(ward, "B1")
    excursion = told(fridge.tell(main, "2026-12-02 03:00"))
    assert fridge.states() == {
        ("B1", "Main pharmacy"): "excursion", ("B2", "Main pharmacy"): "excursion", ("B1", "Ward 7"): "available",
    }  # fmt: skip
    assert excursion.highest_tenths == 145 and excursion.ended is None
    (picture,) = fridge.book.excursions()
    assert [item.lot.number for item in picture.waiting] == ["B1", "B2"]


def test_that_vials_that_come_into_a_warm_place_are_blocked_and_after_its_end_no_more(fridge: Fridge) -> None:
    main, ward = fridge.shelf.place(), fridge.shelf.place("Ward 7", "90")
    excursion = told(fridge.tell(main, "2026-12-02 03:00"))
    fridge.shelf.receive(main, "B1")
    came = fridge.shelf.receive(ward, "B3")
    fridge.move(came, 1, main)
    assert fridge.states()["B1", "Main pharmacy"] == fridge.states()["B3", "Main pharmacy"] == "excursion"
    fridge.later(minutes=1)
    told(fridge.end(excursion, "2026-12-02 03:31"))
    fridge.shelf.receive(main, "B2")
    assert fridge.states()["B2", "Main pharmacy"] == "available"
    assert fridge.states()["B1", "Main pharmacy"] == "excursion"


def test_that_vials_that_had_left_before_the_excursion_was_known_are_blocked_where_they_went(fridge: Fridge) -> None:
    main, ward, third = (fridge.shelf.place(name) for name in ("Main", "Ward 7", "Ward 8"))
    came, other = fridge.shelf.receive(main, "B1"), fridge.shelf.receive(main, "B2")
    fridge.later(hours=1)
    first = fridge.move(came, 2, ward)
    fridge.move(first, 1, third)
    fridge.later(hours=2)
    told(fridge.tell(main, "2026-12-02 03:45", "2026-12-02 04:45"))  # local; vials left at 04:30
    assert fridge.states() == {
        ("B1", "Main"): "excursion", ("B1", "Ward 7"): "excursion", ("B1", "Ward 8"): "excursion",
        (other.lot.number, "Main"): "excursion",
    }  # fmt: skip


def test_that_what_came_after_the_excursion_or_left_before_it_is_not_blocked(fridge: Fridge) -> None:
    main, ward = fridge.shelf.place(), fridge.shelf.place("Ward 7")
    came = fridge.shelf.receive(main, "B1", 1)
    fridge.later(minutes=10)
    fridge.move(came, 1, ward)
    fridge.later(hours=3)
    fridge.shelf.receive(main, "B2")
    fridge.move(fridge.shelf.receive(ward, "B3", 2), 1, fridge.shelf.place("Ward 8"))
    told(fridge.tell(main, "2026-12-02 04:00", "2026-12-02 05:00"))
    assert set(fridge.states().values()) == {"available"}


def test_that_a_move_taken_back_carries_the_excursion_back(fridge: Fridge) -> None:
    main, ward = fridge.shelf.place(), fridge.shelf.place("Ward 7")
    came = fridge.shelf.receive(main, "B1", 2)
    moved = fridge.move(came, 1, ward)
    fridge.later(hours=1)
    fridge.shelf.reverse(moved.id)
    fridge.later(hours=2)
    told(fridge.tell(ward, "2026-12-02 04:00"))
    assert fridge.states() == {("B1", "Main pharmacy"): "excursion"}


def test_that_vials_given_from_a_warm_place_are_named(fridge: Fridge) -> None:
    main = fridge.shelf.place()
    came = fridge.shelf.receive(main, "B1")

    def give(writing: Writing) -> Result:
        stock_acts.spend(writing, VialLine(came.lot.id, main.id, 2), 12)
        return {}

    fridge.later(hours=1)
    fridge.shelf.store.perform(Request("d", "log dose", {}), WEBER, [Topic.STOCK], give)
    told(fridge.tell(main, "2026-12-02 04:00"))
    (picture,) = fridge.book.excursions()
    assert [(one.lot.number, one.vials, one.dose) for one in picture.spent] == [("B1", 2, 12)]


def test_that_a_lot_is_released_on_somebodys_word_and_not_while_its_place_is_warm(fridge: Fridge) -> None:
    main = fridge.shelf.place()
    came = fridge.shelf.receive(main, "B1")
    excursion = told(fridge.tell(main, "2026-12-02 03:00"))
    assert codes(fridge.release(came)) == ["excursion_still_open"]
    fridge.later(minutes=5)
    told(fridge.end(excursion, "2026-12-02 03:32"))
    assert codes(fridge.release(came, " ")) == ["text_missing"]
    assert isinstance(fridge.release(came), dict)
    assert fridge.states() == {("B1", "Main pharmacy"): "available"}
    (item,) = fridge.shelf.ledger.on_hand()
    assert "Manufacturer, case 7" in item.here_reason
    assert fridge.book.excursions()[0].waiting == () and fridge.book.excursions(at_work=True) == []
    assert codes(fridge.release(came)) == ["stock_state_already"]


def test_that_whoever_releases_reads_everything_that_was_laid_on_the_vials(fridge: Fridge) -> None:
    main = fridge.shelf.place()
    came = fridge.shelf.receive(main, "B1")
    fridge.book.quarantine(HoldLot(fridge.shelf.request(), came.lot.id, main.id, "Label torn"), WEBER)
    told(fridge.tell(main, "2026-12-02 03:00"))
    why = [(mark.state, mark.reason) for mark in fridge.book.why_blocked(came.lot.id, main.id)]
    assert [state for state, _ in why] == [LotState.QUARANTINED, LotState.EXCURSION, LotState.QUARANTINED]
    assert "Door open" in why[1][1]
    assert fridge.states() == {("B1", "Main pharmacy"): "quarantined"}


def test_that_a_lot_is_quarantined_in_one_place_or_everywhere(fridge: Fridge) -> None:
    main, ward = fridge.shelf.place(), fridge.shelf.place("Ward 7")
    came = fridge.shelf.receive(main, "B1")
    fridge.move(came, 1, ward)
    fridge.book.quarantine(HoldLot("q1", came.lot.id, ward.id, "Dropped tray"), WEBER)
    assert fridge.states() == {("B1", "Main pharmacy"): "available", ("B1", "Ward 7"): "quarantined"}
    assert codes(fridge.book.quarantine(HoldLot("q2", came.lot.id, ward.id, "x"), WEBER)) == ["stock_state_already"]
    fridge.book.quarantine(HoldLot("q3", came.lot.id, 0, "Notice"), WEBER)
    assert set(fridge.states().values()) == {"quarantined"}
    fridge.book.release(ReleaseLot("r", came.lot.id, 0, "Checked", "Dr. Ito"), WEBER)
    assert fridge.states() == {("B1", "Main pharmacy"): "available", ("B1", "Ward 7"): "quarantined"}


def test_that_what_cannot_be_held_or_told_is_refused_field_by_field(fridge: Fridge) -> None:
    main = fridge.shelf.place()
    came = fridge.shelf.receive(main, "B1")
    book = fridge.book
    assert codes(book.quarantine(HoldLot("1", 99, 0, "x"), WEBER)) == ["stock_lot_unknown"]
    assert codes(book.quarantine(HoldLot("2", came.lot.id, 77, "x"), WEBER)) == ["stock_place_unknown"]
    assert codes(book.quarantine(HoldLot("3", came.lot.id, 0, ""), WEBER)) == ["text_missing"]
    wrong = book.tell(TellExcursion("4", "", "soon", "25:00", "warm", "1,5", ""), WEBER)
    assert isinstance(wrong, Refused)
    assert [finding.field for finding in wrong.findings] == ["place", "began", "ended", "lowest", "highest", "reason"]
    assert codes(book.tell(TellExcursion("5", "77", "2026-12-02 03:00", "", "", "", "x"), WEBER)) == [
        "stock_place_unknown"
    ]
    late = book.tell(TellExcursion("6", "1", "2026-12-02 09:00", "2026-12-02 08:00", "9", "-1.5", "x"), WEBER)
    assert codes(late) == [
        "excursion_in_future",
        "excursion_in_future",
        "excursion_ends_first",
        "excursion_upside_down",
    ]
    assert isinstance(late, Refused) and "-1.5 °C" in say(late.findings[3])
    first = told(fridge.tell(main, "2026-12-02 03:00", "2026-12-02 03:10"))
    assert codes(fridge.tell(main, "2026-12-02 03:00")) == ["excursion_known"]
    assert codes(fridge.end(first, "2026-12-02 03:20")) == ["excursion_over"]
    open_one = told(fridge.tell(main, "2026-12-02 03:05"))
    assert codes(fridge.end(open_one, "2026-12-02 03:05")) == ["excursion_ends_first"]
    assert codes(book.end(EndExcursion("7", 99, "2026-12-02 03:20", "", "", ""), WEBER)) == ["excursion_unknown"]
    assert codes(book.end(EndExcursion("8", 1, "2026-12-02 09:20", "", "", ""), WEBER)) == ["excursion_in_future"]
    assert codes(book.end(EndExcursion("9", 1, "x", "y", "z", ""), WEBER)) == [
        "instant_not_understood", "excursion_temperature", "excursion_temperature",
    ]  # fmt: skip
