"""The tab of loans: what is still to come back, what is overdue, and the acts of lending and borrowing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import button, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.model import Movement, StockPicture
from crs_desktop.stock.moving.loans import BorrowVials, GiveBack, LendVials
from crs_desktop.stock.moving.model import Direction, LoanPicture, Partner
from crs_desktop.stock.ui.blocks import Pair, side_by_side
from crs_desktop.stock.ui.forms import open_dialog
from crs_desktop.stock.ui.loans import forms
from crs_desktop.stock.ui.loans.words import line_columns, loan_columns, outstanding_text

if TYPE_CHECKING:
    from crs_desktop.stock.moving.loans import LoanBook
    from crs_desktop.stock.service import StockLedger


@dataclass(frozen=True, slots=True)
class _Seen:
    """One reading of everything on the page."""

    partners: Sequence[Partner]
    loans: Sequence[LoanPicture]
    stock: StockPicture
    today: date


class LoansPage(Page):
    """Vials of ours that others have, and vials of others that we have."""

    title = "Loans"
    topics = frozenset({Topic.STOCK})

    def __init__(self, tasks: Tasks, book: LoanBook, stock: StockLedger, actor: Callable[[], Actor]) -> None:
        super().__init__(tasks)
        self._book, self._stock, self._actor = book, stock, actor
        self._seen: _Seen | None = None
        self._today = [date.min]
        zone = stock.zone
        self.loans: RecordTable[LoanPicture] = RecordTable(
            tr("Loans"), loan_columns(self._today, zone), lambda one: one.loan.id, empty=tr("No loans yet."),
            filter_hint=tr("Filter loans"),
        )  # fmt: skip
        self.lines: RecordTable[Movement] = RecordTable(
            tr("Lines of the loan"), line_columns(zone), lambda line: line.id, empty=tr("Choose a loan."),
            sortable=False,
        )  # fmt: skip
        self.lend_button = button(tr("&Lend vials"))
        self.borrow_button = button(tr("B&orrow vials"), "main")
        self.return_button = button(tr("Vials &come back"))
        self.give_up_button = button(tr("&Give the loan up"), hint=tr("What is outstanding is not expected any more"))
        self.partner_button = button(tr("Add a &partner"))
        for made, run in (
            (self.lend_button, self.open_lend), (self.borrow_button, self.open_borrow),
            (self.return_button, self.open_return), (self.give_up_button, self.open_give_up),
            (self.partner_button, self.open_partner),
        ):  # fmt: skip
            made.clicked.connect(run)
        self.body.addWidget(side_by_side(
            self.borrow_button, self.lend_button, self.return_button, self.give_up_button, self.partner_button
        ))  # fmt: skip
        self.body.addWidget(Pair(self.loans, self.lines, 1120), 1)
        self.loans.chosen.connect(self._choose)
        self._choose()

    def refresh(self) -> None:
        def read() -> _Seen:
            return _Seen(self._book.partners(), self._book.loans(), self._stock.picture(), self._book.today())

        self.ask(read, self._show)

    def _show(self, seen: _Seen) -> None:
        self._seen, self._today[0] = seen, seen.today
        if not seen.partners:
            action = (tr("Add a &partner"), self.open_partner)
            self.show_empty(tr("No partners yet"), phrase("stock_loans_no_partner"), action)
            return
        self.loans.show_records(seen.loans)
        waiting = next((one.loan.id for one in seen.loans if one.open), None)
        if self.loans.current() is None and waiting is not None:
            self.loans.choose(waiting)
        self._choose()

    def _choose(self) -> None:
        one = self.loans.current()
        self.lines.show_records([] if one is None else one.lines[::-1])
        is_open = one is not None and one.open
        self.return_button.setEnabled(is_open)
        self.give_up_button.setEnabled(is_open)
        borrowed = one is not None and one.loan.direction is Direction.BORROWED
        self.return_button.setText(tr("Give vials ba&ck") if borrowed else tr("Vials &come back"))

    # --- acts ---

    def open_partner(self) -> None:
        """Another pharmacy."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._book.add_partner(request_id, typed["partner"], typed["contact"], self._actor())

        open_dialog(forms.partner_dialog(self), self.tasks, send)

    def open_lend(self) -> None:
        """Vials go to a partner."""
        if self._seen is None:
            return

        def send(request_id: str, typed: dict[str, str]) -> object:
            lot, place = _lot(typed["lot"])
            command = LendVials(
                request_id, typed["partner"], lot, place, typed["vials"], typed["due"], typed["reason"]
            )  # fmt: skip
            return self._book.lend(command, self._actor())

        dialog = forms.lend_dialog(self._seen.partners, self._seen.stock.shelf, self)
        open_dialog(dialog, self.tasks, send)

    def open_borrow(self) -> None:
        """Vials come from a partner."""
        if self._seen is None:
            return

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = BorrowVials(
                request_id, typed["partner"], _receipt(request_id, typed), typed["due"], typed["reason"]
            )  # fmt: skip
            return self._book.borrow(command, self._actor())

        open_dialog(forms.borrow_dialog(self._seen.partners, self._seen.stock.places, self), self.tasks, send)

    def open_return(self) -> None:
        """Vials of the chosen loan come back, or go back."""
        one = self.loans.current()
        if one is None or not one.open or self._seen is None:
            return
        about = [one.loan.partner.name, outstanding_text(one)]
        loan = one.loan.id

        def back(request_id: str, typed: dict[str, str]) -> object:
            lot, place = _lot(typed["lot"])
            command = GiveBack(request_id, loan, lot, place, typed["vials"], typed["reason"])
            return self._book.give_back(command, self._actor())

        def come(request_id: str, typed: dict[str, str]) -> object:
            return self._book.take_back(loan, _receipt(request_id, typed), self._actor())

        if one.loan.direction is Direction.BORROWED:
            open_dialog(forms.give_back_dialog(about, self._seen.stock.shelf, self), self.tasks, back)
        else:
            open_dialog(forms.take_back_dialog(about, self._seen.stock.places, self), self.tasks, come)

    def open_give_up(self) -> None:
        """What is outstanding of the chosen loan is not expected any more."""
        one = self.loans.current()
        if one is None or not one.open:
            return

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._book.end(request_id, one.loan.id, typed["reason"], self._actor())

        about = [one.loan.partner.name, outstanding_text(one)]
        open_dialog(forms.give_up_dialog(about, phrase("stock_loans_give_up"), self), self.tasks, send)


def _lot(text: str) -> tuple[int, int]:
    """Lot id and place id of a choice; 0 for none, which the service refuses in words."""
    lot, _, place = text.partition("/")
    return int(lot or 0), int(place or 0)


def _receipt(request_id: str, typed: dict[str, str]) -> ReceiveLot:
    return ReceiveLot(
        request_id, typed["brand"], typed["strength_mg"], typed["lot"], typed["expires"], typed["vials"],
        int(typed["place"] or 0),
    )  # fmt: skip
