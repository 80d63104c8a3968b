"""Vials lent and borrowed: the balance is what the ledger says, and nothing leaves that must not be used here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.holding.commands import HoldLot
from crs_desktop.stock.holding.service import HoldingBook
from crs_desktop.stock.model import LotState, Movement, MovementKind
from crs_desktop.stock.moving.loans import BorrowVials, GiveBack, LendVials, LoanBook
from crs_desktop.stock.moving.model import LoanPicture, Partner
from tests.stock.conftest import WEBER, ZONE, Shelf, codes


class Desk:
    """Loans with short words."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.book = LoanBook(shelf.store, ZONE)
        partner = self.book.add_partner(shelf.request(), "County hospital", "Night desk 555 0100", WEBER)
        assert isinstance(partner, Partner)
        self.partner = str(partner.id)

    def lend(self, line: Movement, vials: int, due: str = "") -> LoanPicture | Refused:
        command = LendVials(
            self.shelf.request(), self.partner, line.lot.id, line.place.id, str(vials), due, "They ran out"
        )
        return self.book.lend(command, WEBER)

    def arrived(self, lot: str, vials: int, mg: str = "400", brand: str = "Actemra") -> ReceiveLot:
        return ReceiveLot(self.shelf.request(), brand, mg, lot, "2027-02-28", str(vials), 1)

    def borrow(self, lot: str, vials: int) -> LoanPicture | Refused:
        receipt = self.arrived(lot, vials)
        return self.book.borrow(BorrowVials(receipt.request_id, self.partner, receipt, "2026-12-09", ""), WEBER)


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    return Desk(shelf)


def left(picture: object) -> list[tuple[str, int]]:
    assert isinstance(picture, LoanPicture), picture
    return [(str(strength), vials) for strength, vials in picture.outstanding]


def on_hand(shelf: Shelf) -> dict[str, int]:
    return {item.lot.number: item.vials for item in shelf.ledger.on_hand()}


def test_that_lent_vials_leave_and_come_back_in_parts_also_as_another_lot_or_brand(desk: Desk) -> None:
    came = desk.shelf.receive(desk.shelf.place(), "B1", 5)
    lent = desk.lend(came, 3, "2026-12-09")
    assert left(lent) == [("400 mg", 3)] and on_hand(desk.shelf) == {"B1": 2}
    assert isinstance(lent, LoanPicture) and lent.open and lent.lines[0].kind is MovementKind.LOAN
    assert not lent.overdue(date(2026, 12, 9)) and lent.overdue(date(2026, 12, 10))
    assert left(desk.book.take_back(1, desk.arrived("B1", 1), WEBER)) == [("400 mg", 2)]
    assert codes(desk.book.take_back(1, desk.arrived("X9", 3), WEBER)) == ["loan_returns_more"]
    assert codes(desk.book.take_back(1, desk.arrived("X9", 1, "80"), WEBER)) == ["loan_returns_more"]
    back = desk.book.take_back(1, desk.arrived("AV1", 2, brand="Avtozma"), WEBER)
    assert left(back) == [] and isinstance(back, LoanPicture) and not back.open
    assert on_hand(desk.shelf) == {"B1": 3, "AV1": 2}
    assert codes(desk.book.end("e", 1, "Settled", WEBER)) == ["loan_settled"]


def test_that_borrowed_vials_are_a_receipt_and_go_back(desk: Desk) -> None:
    main = desk.shelf.place()
    borrowed = desk.borrow("C1", 4)
    assert left(borrowed) == [("400 mg", 4)] and on_hand(desk.shelf) == {"C1": 4}
    own = desk.shelf.receive(main, "B1", 2)

    def back(line: Movement, vials: int) -> LoanPicture | Refused:
        command = GiveBack(desk.shelf.request(), 1, line.lot.id, main.id, str(vials), "")
        return desk.book.give_back(command, WEBER)

    assert codes(back(own, 3)) == ["stock_too_few"]
    assert left(back(own, 2)) == [("400 mg", 2)]
    (lot,) = [item for item in desk.shelf.ledger.movements() if item.kind is MovementKind.LOAN and item.vials > 0]
    assert codes(back(lot, 3)) == ["loan_returns_more"]
    assert left(back(lot, 2)) == []


def test_that_a_line_of_a_loan_taken_back_is_no_loan(desk: Desk) -> None:
    came = desk.shelf.receive(desk.shelf.place(), "B1", 5)
    lent = desk.lend(came, 3)
    assert isinstance(lent, LoanPicture)
    desk.shelf.reverse(lent.lines[0].id)
    (picture,) = desk.book.loans()
    assert picture.outstanding == () and on_hand(desk.shelf) == {"B1": 5}


def test_that_what_came_from_a_partner_is_corrected_by_two(desk: Desk) -> None:
    desk.shelf.place()
    borrowed = desk.borrow("C1", 4)
    assert isinstance(borrowed, LoanPicture) and borrowed.lines[0].is_receipt
    assert isinstance(desk.shelf.reverse(borrowed.lines[0].id), Movement)


def test_that_nothing_blocked_expired_or_promised_goes_to_a_partner(desk: Desk) -> None:
    main = desk.shelf.place()
    came, other = desk.shelf.receive(main, "B1", 4), desk.shelf.receive(main, "B2", 4, expires="2026-12-02")
    holding = HoldingBook(desk.shelf.store, ZONE)
    holding.quarantine(HoldLot("h", came.lot.id, main.id, "Label torn"), WEBER)
    assert codes(desk.lend(came, 1)) == ["loan_lot_blocked"]
    promised = desk.shelf.receive(main, "B3", 3)
    desk.shelf.promise(promised, 2)
    assert codes(desk.lend(promised, 2)) == ["loan_promised"]
    assert left(desk.lend(promised, 1)) == [("400 mg", 1)]
    from datetime import timedelta

    from crs_desktop.kernel.clock import StatedClock
    from tests.stock.conftest import NOW

    desk.shelf.store.clock = StatedClock(NOW + timedelta(days=1))
    assert codes(desk.lend(other, 1)) == ["loan_lot_expired"]


def test_that_a_loan_is_given_up_with_a_reason_and_then_nothing_comes_back_on_it(desk: Desk) -> None:
    came = desk.shelf.receive(desk.shelf.place(), "B1", 5)
    desk.lend(came, 3)
    assert codes(desk.book.end("1", 1, "", WEBER)) == ["text_missing"]
    ended = desk.book.end("2", 1, "Paid for", WEBER)
    assert isinstance(ended, LoanPicture) and not ended.open and ended.outstanding
    assert codes(desk.book.end("3", 1, "Again", WEBER)) == ["loan_over"]
    assert codes(desk.book.take_back(1, desk.arrived("B1", 1), WEBER)) == ["loan_over"]


def test_that_what_is_wrong_with_a_loan_is_said_field_by_field(desk: Desk) -> None:
    came = desk.shelf.receive(desk.shelf.place(), "B1", 5)
    book = desk.book
    assert codes(book.add_partner("p", "County hospital", "", WEBER)) == ["loan_partner_known"]
    assert codes(book.add_partner("p", "", "\x00", WEBER)) == ["text_missing", "text_unprintable"]
    assert codes(desk.lend(came, 1, "2026-11-30")) == ["loan_due_passed"]
    wrong = book.lend(LendVials("1", "", came.lot.id, 1, "x", "soon", "\x00"), WEBER)
    assert isinstance(wrong, Refused)
    assert [finding.field for finding in wrong.findings] == ["partner", "vials", "due", "reason"]
    assert codes(book.lend(LendVials("2", "9", came.lot.id, 1, "1", "", ""), WEBER)) == ["loan_partner_unknown"]
    assert codes(book.lend(LendVials("3", desk.partner, 99, 1, "1", "", ""), WEBER)) == ["stock_lot_unknown"]
    receipt = replace(desk.arrived("C1", 1), vials="none")
    assert codes(book.borrow(BorrowVials("4", "", receipt, "", ""), WEBER)) == ["text_missing", "count_not_understood"]
    assert codes(book.borrow(BorrowVials("5", desk.partner, desk.arrived("C1", 1), "soon", ""), WEBER)) == [
        "day_not_understood"
    ]
    assert codes(book.borrow(BorrowVials("6", "9", desk.arrived("C1", 1), "", ""), WEBER)) == ["loan_partner_unknown"]
    assert codes(book.give_back(GiveBack("7", 9, 1, 1, "1", ""), WEBER)) == ["loan_unknown"]
    assert codes(book.give_back(GiveBack("8", 9, 1, 1, "one", ""), WEBER)) == ["count_not_understood"]
    assert codes(book.take_back(9, desk.arrived("C1", 1), WEBER)) == ["loan_unknown"]
    assert codes(book.take_back(9, receipt, WEBER)) == ["count_not_understood"]
    assert codes(book.end("9", 9, "x", WEBER)) == ["loan_unknown"]


def test_that_a_recalled_lot_that_is_borrowed_is_recalled_on_arrival(desk: Desk) -> None:
    desk.shelf.place()
    receipt = desk.arrived("TY1", 2, brand="Tyenne")
    desk.book.borrow(BorrowVials("b", desk.partner, receipt, "", ""), WEBER)
    (item,) = desk.shelf.ledger.on_hand()
    assert item.state is LotState.QUARANTINED
