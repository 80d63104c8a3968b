"""Vials that are lost: the cause is coded, and a dose prepared and not given is no dose but takes its promise along."""

from __future__ import annotations

from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.commands import WasteVials
from crs_desktop.stock.model import Movement, MovementKind, VialLine
from crs_desktop.stock.moving.service import MoveVials, PreparedNotGiven, VialMoves
from tests.stock.conftest import WEBER, Shelf, codes


def waste(shelf: Shelf, line: Movement, cause: str, reason: str = "", vials: str = "1") -> Movement | Refused:
    return shelf.ledger.waste(WasteVials(shelf.request(), line.lot.id, line.place.id, vials, reason, cause), WEBER)


def test_that_a_coded_cause_says_enough_and_other_does_not(shelf: Shelf) -> None:
    came = shelf.receive(shelf.place())
    broken = waste(shelf, came, "broken")
    assert isinstance(broken, Movement) and (broken.cause, broken.vials) == ("broken", -1)
    assert codes(waste(shelf, came, "other")) == ["text_missing"]
    assert (
        codes(waste(shelf, came, "eaten", "x")) == codes(waste(shelf, came, "prepared", "x")) == ["waste_cause_unknown"]
    )
    assert codes(waste(shelf, came, " ", "x")) == ["text_missing"]


def test_that_vials_are_not_wasted_as_expired_on_their_last_day(shelf: Shelf) -> None:
    main = shelf.place()
    assert codes(waste(shelf, shelf.receive(main, expires="2026-12-02"), "expired")) == ["waste_not_expired"]


def prepare(shelf: Shelf, holder: str, *lines: VialLine, reason: str = "Stopped at the bedside") -> Movement | Refused:
    return VialMoves(shelf.store).prepared(PreparedNotGiven(shelf.request(), holder, lines, reason), WEBER)


def test_that_a_set_prepared_and_not_given_spends_its_vials_for_the_holder_and_ends_the_promise(shelf: Shelf) -> None:
    main = shelf.place()
    big, small = shelf.receive(main, "B1", 3), shelf.receive(main, "B2", 3, mg="80")
    shelf.promise(big, 1, set_no=1), shelf.promise(big, 2, set_no=2)
    made = prepare(shelf, "course:1", VialLine(big.lot.id, main.id, 2), VialLine(small.lot.id, main.id, 1))
    assert isinstance(made, Movement) and made.kind is MovementKind.PREPARED
    assert (made.holder, made.cause, made.dose) == ("course:1", "prepared", None)
    assert {item.lot.number: item.vials for item in shelf.ledger.on_hand()} == {"B1": 1, "B2": 2}
    assert [item.set_no for item in shelf.ledger.earmarks()] == [
        2
    ]  # no promise of just these: the first that names one


def test_that_the_promise_of_exactly_these_vials_ends_and_those_of_others_stay(shelf: Shelf) -> None:
    main = shelf.place()
    came = shelf.receive(main, "B1", 6)
    shelf.promise(came, 1, set_no=1), shelf.promise(came, 2, set_no=2), shelf.promise(came, 2, holder="course:2")
    prepare(shelf, "course:1", VialLine(came.lot.id, main.id, 2))
    assert [(item.holder, item.set_no) for item in shelf.ledger.earmarks()] == [("course:1", 1), ("course:2", 1)]
    prepare(shelf, "course:9", VialLine(came.lot.id, main.id, 1))
    assert len(shelf.ledger.earmarks()) == 2


def test_that_what_cannot_have_been_prepared_is_refused_and_nothing_moves(shelf: Shelf) -> None:
    main = shelf.place()
    came, other = shelf.receive(main, "B1", 2), shelf.receive(main, "AV1", 2, brand="Avtozma")
    one = VialLine(came.lot.id, main.id, 1)
    assert codes(prepare(shelf, "", reason="")) == ["text_missing", "text_missing", "text_missing"]
    assert codes(prepare(shelf, "course:1", VialLine(came.lot.id, main.id, 0))) == ["text_missing"]
    assert codes(prepare(shelf, "course:1", one, VialLine(other.lot.id, main.id, 1))) == ["stock_set_mixes_brands"]
    assert codes(prepare(shelf, "course:1", VialLine(came.lot.id, main.id, 3))) == ["stock_too_few"]
    assert codes(prepare(shelf, "course:1", VialLine(99, main.id, 1))) == ["stock_lot_unknown"]
    assert len(shelf.ledger.movements()) == 2


def test_that_a_move_reads_what_was_typed(shelf: Shelf) -> None:
    came = shelf.receive(shelf.place())
    answer = VialMoves(shelf.store).move(MoveVials("m", came.lot.id, 1, "", "two", "\x00"), WEBER)
    assert codes(answer) == ["count_not_understood", "text_unprintable", "text_missing"]
