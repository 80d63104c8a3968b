"""The tabs of loans and of brands, on a real store: what is outstanding, what is unknown, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.stock.brands.service import BrandBook
from crs_desktop.stock.moving.loans import LoanBook
from crs_desktop.stock.ui.brands.page import BrandsPage
from crs_desktop.stock.ui.brands.words import mark, told_of
from crs_desktop.stock.ui.loans.page import LoansPage
from crs_desktop.stock.ui.loans.words import outstanding_text, standing
from tests.stock.conftest import OKAFOR, TODAY, WEBER, ZONE, Shelf

P = TypeVar("P", bound=Page)


class Tab:
    """A page in front of somebody; a form is filled by its fields and sent."""

    def __init__(self, qtbot: QtBot, page: Page) -> None:
        self.qtbot, self.page = qtbot, page

    def form(self) -> FormDialog:
        """The one form that is open."""
        self.qtbot.waitUntil(lambda: len(self.open_forms()) == 1)
        return self.open_forms()[0]

    def open_forms(self) -> list[FormDialog]:
        return [dialog for dialog in self.page.findChildren(FormDialog) if dialog.isVisible()]

    def send(self, **typed: str) -> FormDialog:
        dialog = self.form()
        dialog.form.set_values(typed)
        dialog.panel.submit()
        return dialog

    def closed(self) -> None:
        self.qtbot.waitUntil(lambda: not self.open_forms())


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    make_application([])
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def loans(qtbot: QtBot, shelf: Shelf, tasks: Tasks) -> Iterator[LoansPage]:
    page = LoansPage(tasks, LoanBook(shelf.store, ZONE), shelf.ledger, lambda: OKAFOR)
    yield from _open(qtbot, page, shelf)


@pytest.fixture
def brands(qtbot: QtBot, shelf: Shelf, tasks: Tasks) -> Iterator[BrandsPage]:
    page = BrandsPage(tasks, BrandBook(shelf.store, ZONE), lambda: OKAFOR)
    yield from _open(qtbot, page, shelf)


def _open(qtbot: QtBot, page: P, shelf: Shelf) -> Iterator[P]:
    bridge = ChangeBridge(shelf.feed)
    bridge.watch(page)
    qtbot.addWidget(page)
    page.resize(1180, 760)
    page.show()
    qtbot.waitExposed(page)
    qtbot.waitUntil(lambda: page.tasks.running == 0)
    yield page
    bridge.close()


def test_that_vials_are_lent_come_back_in_part_and_the_rest_is_given_up(
    qtbot: QtBot, shelf: Shelf, loans: LoansPage
) -> None:
    tab = Tab(qtbot, loans)
    assert "No partners yet" in loans.notice_text()
    loans.open_partner()
    tab.send(partner="County hospital", contact="555 0100")
    tab.closed()
    came = shelf.receive(shelf.place(), vials=4)
    qtbot.waitUntil(lambda: not loans.notice_text() and loans._seen is not None and bool(loans._seen.stock.shelf))
    loans.open_lend()
    form = tab.send(vials="9", due="soon")
    qtbot.waitUntil(lambda: bool(form.form.error_of("due")))
    assert (form.form.values()["vials"], form.form.values()["due"]) == ("9", "soon")
    tab.send(lot=f"{came.lot.id}/{came.place.id}", vials="3", due="2026-12-03")
    qtbot.waitUntil(lambda: len(loans.loans.model.records()) == 1)
    tab.closed()
    (one,) = loans.loans.model.records()
    assert standing(one, TODAY + timedelta(days=1))[1] != "overdue"
    assert standing(one, TODAY + timedelta(days=2)) == (State.SHORT, "overdue")
    assert outstanding_text(one) == "3 × 400 mg"
    assert loans.return_button.text() == "Vials &come back" and loans.return_button.isEnabled()
    loans.open_return()
    tab.send(brand="Actemra", strength_mg="400", lot="X1", expires="2027-02-28", vials="1")
    qtbot.waitUntil(lambda: outstanding_text(loans.loans.model.records()[0]) == "2 × 400 mg")
    tab.closed()
    assert [line.vials for line in loans.lines.model.records()] == [1, -3]
    loans.open_give_up()
    tab.send(reason="Paid for")
    qtbot.waitUntil(lambda: standing(loans.loans.model.records()[0], TODAY)[1] == "given up")
    assert not loans.return_button.isEnabled() and not loans.give_up_button.isEnabled()


def test_that_borrowed_vials_go_back(qtbot: QtBot, shelf: Shelf, loans: LoansPage) -> None:
    tab = Tab(qtbot, loans)
    LoanBook(shelf.store, ZONE).add_partner("p", "County hospital", "", WEBER)
    shelf.place()
    qtbot.waitUntil(lambda: not loans.notice_text() and loans._seen is not None and bool(loans._seen.stock.places))
    loans.open_borrow()
    tab.send(brand="Actemra", strength_mg="400", lot="C1", expires="2027-02-28", vials="2")
    qtbot.waitUntil(lambda: len(loans.loans.model.records()) == 1 and loans.tasks.running == 0)
    tab.closed()
    assert loans.return_button.text() == "Give vials ba&ck"
    loans.open_return()
    tab.send(lot="1/1", vials="2")
    qtbot.waitUntil(lambda: standing(loans.loans.model.records()[0], TODAY) == (None, "settled"))
    assert outstanding_text(loans.loans.model.records()[0]) == "–"


def test_that_what_is_not_known_of_a_brand_is_said_in_shape_and_word(brands: BrandsPage) -> None:
    shown = {one.brand.name: one.brand for one in brands.brands.model.records()}
    marks = {
        name: {line.key: mark(line.claim) for line in told_of(brand)} for name, brand in shown.items()
    }  # fmt: skip
    assert marks["Tofidence"]["crs"] == (State.CANNOT_SAY, "unknown")
    assert marks["Tyenne"]["storage"] == (State.READY_BUT, "unverified")
    assert marks["Actemra"]["crs"] == (State.READY, "read")
    assert all(found["excursion"] == (State.CANNOT_SAY, "unknown") for found in marks.values())
    assert marks["Avtozma"]["diluted"] == (State.CANNOT_SAY, "unknown") and "recall" in marks["Tyenne"]
    rows = {row.brand.name: [column.text(row) for column in brands.brands.model.columns]
            for row in brands.brands.model.records()}  # fmt: skip
    assert rows["Tofidence"][1] == "unknown" and rows["Tyenne"][2] == "each lot waits in quarantine"
    assert rows["Actemra"][3:] == ["unknown", "unknown", "unknown"]
    assert brands.block.head() == "What is known of Actemra"


def test_that_a_price_is_stated_and_a_wrong_one_stays_in_the_form(qtbot: QtBot, brands: BrandsPage) -> None:
    tab = Tab(qtbot, brands)
    brands.price_button.setFocus()
    QTest.keyClick(brands.price_button, Qt.Key.Key_Space)
    form = tab.form()
    assert form.form.values()["valid_from"] == "2026-12-02" and form.panel.identifiers_text() == "Actemra"
    tab.send(strength_mg="400", price="2,150", currency="USD")
    qtbot.waitUntil(lambda: "is not an amount of money" in form.form.error_of("price"))
    assert form.form.values()["price"] == "2,150"
    tab.send(price="2150.00")
    qtbot.waitUntil(lambda: "USD 2,150.00" in str([c.text(brands.brands.model.records()[0])
                                                   for c in brands.brands.model.columns]))  # fmt: skip
    tab.closed()
    brands.open_price()
    editor = tab.form().form.fields["currency"].editor
    assert isinstance(editor, QComboBox) and tab.form().form.values()["currency"] == "USD"  # as the price before
