"""The tab of orders, driven by keys on a real store: every act, bad input, and an order received lot by lot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.forms import FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import PlainLabel
from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.ordering.commands import LineTyped
from crs_desktop.stock.ordering.model import Need, OrderState
from crs_desktop.stock.ui.ordering.page import OrdersPage
from tests.stock.conftest import OKAFOR
from tests.stock.ordering.conftest import Site

ALT = Qt.KeyboardModifier.AltModifier
NO_KEY = Qt.KeyboardModifier.NoModifier


class Desk:
    """A person at the keyboard in front of the tab; `needs` is what the board asks for."""

    def __init__(self, qtbot: QtBot, page: OrdersPage, site: Site, needs: list[Need]) -> None:
        self.qtbot, self.page, self.site, self.needs = qtbot, page, site, needs

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
        target: QWidget = QApplication.focusWidget() or self.page
        self.qtbot.keyClick(target, key, modifier)

    def dialogs(self) -> list[FormDialog]:
        return [dialog for dialog in self.page.findChildren(FormDialog) if dialog.isVisible()]

    def shown(self) -> None:
        self.page.show()
        self.qtbot.waitExposed(self.page)
        self.still()

    def still(self) -> None:
        self.qtbot.waitUntil(lambda: self.page.tasks.running == 0)

    def open(self, key: Qt.Key) -> FormDialog:
        self.back()
        self.press(key, ALT)
        return self.opened()

    def back(self) -> None:
        """The page is in front again."""
        self.page.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is self.page)

    def opened(self) -> FormDialog:
        self.qtbot.waitUntil(lambda: len(self.dialogs()) == 1)
        dialog = self.dialogs()[0]
        dialog.activateWindow()
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
        return dialog

    def fill(self, **typed: str) -> None:
        form = self.dialogs()[0].form
        for name, text in typed.items():
            editor = form.fields[name].editor
            editor.setFocus()
            if isinstance(editor, QComboBox):
                self.qtbot.keyClicks(editor, text)
            else:
                self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
                self.qtbot.keyClicks(editor, text)

    def send(self) -> None:
        """Enter, and the form is gone."""
        dialog = self.dialogs()[0]
        self.press(Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: dialog not in self.dialogs())
        self.still()

    def refused(self, dialog: FormDialog, field: str) -> str:
        """Enter, and what is said beneath a field."""
        self.press(Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: bool(dialog.form.error_of(field)))
        return dialog.form.error_of(field)

    def choose(self, number: int) -> None:
        self.page.orders.view.setFocus()
        assert self.page.orders.choose(number)


@pytest.fixture
def desk(qtbot: QtBot, site: Site) -> Iterator[Desk]:
    make_application([])
    needs: list[Need] = []

    def asked() -> Sequence[Need]:
        return tuple(needs)

    tasks = Tasks()
    page = OrdersPage(tasks, site.book, lambda: OKAFOR, site.ledger.places, asked)
    page.resize(1180, 760)
    bridge = ChangeBridge(site.store.feed)
    bridge.watch(page)
    qtbot.addWidget(page)
    yield Desk(qtbot, page, site, needs)
    bridge.close()
    tasks.close()


def test_that_an_order_is_placed_by_keyboard_and_stands_on_the_day_of_the_terms(desk: Desk) -> None:
    desk.shown()
    dialog = desk.open(Qt.Key.Key_P)
    assert "an order placed now arrives Thu 3 Dec by 08:00" in words_of(dialog)
    desk.fill(reference="PO-1", brand="Act", vials_400="4", vials_80="2")
    desk.send()
    order = desk.page.orders.current()
    assert order is not None and (order.reference, order.actor) == ("PO-1", "M. Okafor")
    assert [line.vials for line in order.lines] == [4, 2] and order.expected == date(2026, 12, 3)


def words_of(dialog: FormDialog) -> str:
    """Everything a form says."""
    return "\n".join(label.text() for label in dialog.findChildren(PlainLabel))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("vials_400", "0", "Vials of 400 mg: 0 is outside 1 to 1000."),
        ("vials_400", "1.5", "Vials of 400 mg: “1.5” is not a whole number."),
        ("reference", "", "Reference is missing."),
        ("expected", "2026-12-04", "By the terms this order arrives on 2026-12-03, not on 2026-12-04"),
        ("expected", "2026-02-30", "There is no day 2026-02-30."),
        ("expected_time", "8", "The time of day “8” is not understood"),
        ("expected_time", "08:00", "An hour of arrival needs its day."),
    ],
)
def test_that_bad_input_is_said_beside_its_field_and_stays(desk: Desk, field: str, typed: str, said: str) -> None:
    desk.shown()
    dialog = desk.open(Qt.Key.Key_P)
    desk.fill(reference="PO-1", brand="Act", vials_400="4")
    dialog.form.set_values({field: typed})
    before = dialog.form.values()
    beneath = "reason" if said.startswith("By the terms") else field
    assert desk.refused(dialog, beneath).startswith(said)
    assert dialog.form.values() == before and desk.site.book.orders() == []


def test_that_a_form_that_stood_open_over_the_cut_off_asks_to_look_again(desk: Desk) -> None:
    desk.shown()
    dialog = desk.open(Qt.Key.Key_P)
    desk.fill(reference="PO-1", brand="Act", vials_400="4")
    desk.site.later(hours=12)
    assert "Placed now it arrives on 2026-12-04, no longer on 2026-12-03" in desk.refused(dialog, "expected")
    desk.send()  # whoever has read that may go on
    assert [order.expected for order in desk.site.book.orders()] == [date(2026, 12, 4)]


def test_that_what_the_board_needs_becomes_an_order_in_one_step(desk: Desk) -> None:
    desk.site.par("400", "2", "3")
    desk.site.par("80", "2", "6")
    desk.needs.append(Need("Actemra", Mass.of_mg(400), 5, date(2026, 12, 4)))
    desk.shown()
    desk.qtbot.waitUntil(lambda: [line.vials for line in desk.page.proposals.model.records()] == [5, 6])
    dialog = desk.open(Qt.Key.Key_O)
    typed = dialog.form.values()
    assert (typed["brand"], typed["vials_400"], typed["vials_200"], typed["vials_80"]) == ("Actemra", "5", "", "6")
    desk.fill(reference="PO-1")
    desk.send()
    (order,) = desk.site.book.orders()
    assert [(str(line.strength), line.vials) for line in order.lines] == [("400 mg", 5), ("80 mg", 6)]


def test_that_an_order_is_received_one_lot_after_the_other(desk: Desk) -> None:
    order = desk.site.placed(LineTyped("Actemra", "400", "4"), LineTyped("Actemra", "80", "2"))
    desk.shown()
    desk.choose(order.id)
    dialog = desk.open(Qt.Key.Key_R)
    assert dialog.panel.identifiers_text().startswith(f"Order {order.reference}   Elm Wholesale")
    for strength, vials, lot in (("400", "4", "B1"), ("80", "2", "B2")):
        typed = desk.opened().form.values()
        assert (typed["brand"], typed["strength_mg"], typed["vials"]) == ("Actemra", strength, vials)
        desk.fill(lot=lot, expires="2027-06-30")
        desk.send()
    desk.qtbot.waitUntil(lambda: desk.page.orders.model.records() == [])  # nothing is on the way any more
    assert not desk.dialogs() and desk.site.book.order(order.id).state is OrderState.RECEIVED
    assert {item.lot.number: item.vials for item in desk.site.ledger.on_hand()} == {"B1": 4, "B2": 2}


def test_that_an_overdue_order_is_said_until_it_has_another_day(desk: Desk) -> None:
    order = desk.site.placed()
    desk.site.later(days=3)
    desk.shown()
    assert f"overdue: Order {order.reference} with Elm Wholesale: 4 × Actemra 400 mg" in desk.page.attention.text()
    desk.choose(order.id)
    dialog = desk.open(Qt.Key.Key_X)
    desk.fill(expected="2026-12-01", reason="told by phone")
    assert desk.refused(dialog, "expected") == "2026-12-01 has passed: state a day that is still to come."
    desk.fill(expected="2026-12-08", expected_time="09:00")
    desk.send()
    desk.qtbot.waitUntil(lambda: not desk.page.attention.isVisible())


def test_that_vials_received_without_their_order_are_asked_about(desk: Desk) -> None:
    order = desk.site.placed()
    desk.site.later(minutes=1)
    command = ReceiveLot("other", "Actemra", "400", "N1", "2027-06-30", "4", 1)
    assert not isinstance(desk.site.ledger.receive(command, OKAFOR), Refused)
    desk.shown()
    assert "here already?: 4 × Actemra 400 mg came without an order since" in desk.page.attention.text()
    (row,) = desk.page.orders.model.records()
    assert desk.page.orders.model.columns[1].text(row) == "here already?"
    desk.choose(order.id)
    desk.open(Qt.Key.Key_C)
    desk.fill(reason="received without naming it")
    desk.send()
    desk.qtbot.waitUntil(lambda: not desk.page.attention.isVisible())


def test_that_a_part_that_came_is_closed_as_received_short(desk: Desk) -> None:
    order = desk.site.placed()
    desk.site.later(minutes=1)
    desk.site.came(order, 3)
    desk.shown()
    assert "rest has no day" in desk.page.attention.text()
    desk.choose(order.id)
    dialog = desk.open(Qt.Key.Key_C)
    assert "1 × Actemra 400 mg will not come: the order is closed as received short." in words_of(dialog)
    assert desk.refused(dialog, "reason") == "Reason is missing."
    desk.fill(reason="discontinued")
    desk.send()
    assert desk.page.orders.model.records() == []
    desk.back()
    desk.press(Qt.Key.Key_E, ALT)
    desk.qtbot.waitUntil(lambda: [item.state for item in desk.page.orders.model.records()] == [OrderState.CLOSED])


def test_that_suppliers_days_and_par_levels_are_stated_by_keyboard(desk: Desk) -> None:
    desk.shown()
    dialog = desk.open(Qt.Key.Key_S)
    desk.fill(name="Oak", lead_days="2", cut_off="12:00", weekdays="12345", country="ZZ")
    assert desk.refused(dialog, "country").startswith("“ZZ” is not a country with a known calendar")
    desk.fill(country="de", subdivision="by")
    desk.send()
    assert [one.name for one in desk.site.book.suppliers()] == ["Elm Wholesale", "Oak"]
    desk.page.suppliers.choose(1)
    desk.open(Qt.Key.Key_T)
    desk.fill(lead_days="3", reason="letter of today")
    desk.send()
    assert desk.site.book.suppliers()[0].terms.lead_days == 3
    desk.open(Qt.Key.Key_D)
    desk.fill(whose="The", day="2026-12-24", reason="stock taking")
    desk.send()
    assert [one.day for one in desk.site.book.picture().stated_days] == [date(2026, 12, 24)]
    desk.open(Qt.Key.Key_L)
    desk.fill(brand="Act", strength_mg="400", least="4", target="8", reason="committee")
    desk.send()
    assert [(one.least, one.target) for one in desk.site.book.picture().pars] == [(4, 8)]


def test_that_nothing_can_be_done_with_an_order_that_is_not_chosen(desk: Desk) -> None:
    desk.shown()
    for made in (desk.page.receive_button, desk.page.expect_button, desk.page.close_button, desk.page.terms_button):
        assert not made.isEnabled()
    desk.page.open_receive()
    desk.page.open_expect()
    desk.page.open_close()
    desk.page.open_terms()
    desk.still()
    assert not desk.dialogs()
