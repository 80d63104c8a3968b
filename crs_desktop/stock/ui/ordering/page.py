"""The tab of orders: what might be ordered, what is on the way and what is late, suppliers and their days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import row_height
from crs_desktop.desktop.words import button, heading, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.stock.commands import ReceiveLot
from crs_desktop.stock.model import Place
from crs_desktop.stock.ordering.commands import (
    AddSupplier,
    CloseOrder,
    ExpectOrder,
    PlaceOrder,
    StateDay,
    StatePar,
    StateTerms,
)
from crs_desktop.stock.ordering.model import Need, Order, OrderPicture, Proposal, Standing
from crs_desktop.stock.ui.blocks import Attention, Pair, low, side_by_side
from crs_desktop.stock.ui.forms import open_dialog, receive_dialog
from crs_desktop.stock.ui.ordering import words
from crs_desktop.stock.ui.ordering.columns import order_columns, proposal_columns, supplier_columns
from crs_desktop.stock.ui.ordering.forms import (
    PHARMACY,
    close_dialog,
    day_dialog,
    expect_dialog,
    order_dialog,
    par_dialog,
    supplier_dialog,
    typed_lines,
    typed_terms,
)

if TYPE_CHECKING:
    from crs_desktop.stock.ordering.service import OrderBook

# What the board would have ordered, asked off the window's thread from the room that knows it.
Needs = Callable[[], Sequence[Need]]


def no_needs() -> Sequence[Need]:
    """Nobody asks for anything."""
    return ()


class OrdersPage(Page):
    """Orders, proposal and suppliers; every act of ordering from the keyboard."""

    title = "Orders"
    topics = frozenset({Topic.STOCK, Topic.DOSES, Topic.POLICY, Topic.PATIENTS, Topic.THERAPIES})

    def __init__(
        self,
        tasks: Tasks,
        book: OrderBook,
        actor: Callable[[], Actor],
        places: Callable[[], Sequence[Place]],
        needs: Needs = no_needs,
    ) -> None:
        super().__init__(tasks)
        self._book = book
        self._actor = actor
        self._ask_places = places
        self._ask_needs = needs
        self._needs: tuple[Need, ...] = ()
        self._picture: OrderPicture | None = None
        self._wish: int | None = None
        self._make_tables()
        self.attention = Attention()
        self.body.addWidget(self.attention)
        self.body.addWidget(self._made_buttons())
        self.body.addWidget(self.orders, 1)
        proposal = _Section(tr("Proposal"), self._made_proposal_buttons(), self.proposals)
        suppliers = _Section(tr("Suppliers"), self._made_supplier_buttons(), self.suppliers)
        self.body.addWidget(Pair(proposal, suppliers, 1120, (1, 1)), 1)
        self._offer()

    # --- reading ---

    def refresh(self) -> None:
        """Paint with the needs that were known last, and ask the board anew beside it."""
        self._read_picture()
        self.tasks.run(lambda: tuple(self._ask_needs()), self._take_needs, self, "paper")

    def _take_needs(self, needs: tuple[Need, ...]) -> None:
        if needs != self._needs:
            self._needs = needs
            self._read_picture()

    def _read_picture(self) -> None:
        needs = self._needs
        self.ask(lambda: self._book.picture(needs), self._show)

    def _show(self, picture: OrderPicture) -> None:
        self._picture = picture
        if not picture.standing:
            action = (tr("Add a &supplier"), self.open_supplier)
            self.show_empty(tr("No suppliers yet"), phrase("stock_orders_no_supplier"), action)
            return
        self.attention.tell(words.troubles(picture))
        self.orders.show_records(picture.orders)
        self.proposals.show_records(picture.proposals)
        self.suppliers.show_records(picture.standing)
        if self._wish is not None and self.orders.choose(self._wish):
            self._wish = None
        self._offer()

    # --- acts ---

    def open_order(self) -> None:
        """An empty order."""
        self._open_order(())

    def open_proposed(self) -> None:
        """An order of what is proposed for the brand of the chosen line; of the first that is, when none is chosen."""
        proposed = [line for line in self.proposals.model.records() if line.vials]
        chosen = self.proposals.current()
        brand = chosen.brand if chosen is not None and chosen.vials else next((line.brand for line in proposed), "")
        self._open_order([line for line in proposed if line.brand == brand])

    def _open_order(self, proposed: Sequence[Proposal]) -> None:
        if self._picture is None:
            return
        dialog, days = order_dialog(self._picture.standing, proposed, self)

        def send(request_id: str, typed: dict[str, str]) -> object:
            supplier = typed["supplier"]
            command = PlaceOrder(
                request_id, int(supplier or 0), typed["reference"], typed_lines(typed), typed["expected"],
                typed["expected_time"], typed["reason"], days.get(supplier, ""),
            )  # fmt: skip
            return self._book.place(command, self._actor())

        open_dialog(dialog, self.tasks, send, self._choose_order)

    def open_receive(self) -> None:
        """Vials of the chosen order that arrived, one lot after the other until nothing is outstanding."""
        order = self.orders.current()
        if order is not None and order.state.open:
            self.tasks.run(lambda: list(self._ask_places()), lambda places: self._receive(order, places), self)

    def _receive(self, order: Order, places: Sequence[Place]) -> None:
        dialog = receive_dialog(places, self)
        dialog.panel.set_identifiers(*words.about(order))
        dialog.form.set_values(words.receipt_values(order))

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = ReceiveLot(
                request_id, typed["brand"], typed["strength_mg"], typed["lot"], typed["expires"], typed["vials"],
                int(typed["place"] or 0),
            )  # fmt: skip
            return self._book.receive(order.id, command, self._actor())

        def next_lot(_moved: object) -> None:
            self.tasks.run(lambda: self._book.order(order.id), lambda now: self._next_lot(now, places), self)

        open_dialog(dialog, self.tasks, send, next_lot)

    def _next_lot(self, order: Order, places: Sequence[Place]) -> None:
        if order.state.open:
            self._receive(order, places)

    def open_expect(self) -> None:
        """The chosen order is expected on another day."""
        order = self.orders.current()
        if order is None or not order.state.open:
            return

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = ExpectOrder(request_id, order.id, typed["expected"], typed["expected_time"], typed["reason"])
            return self._book.expect(command, self._actor())

        open_dialog(expect_dialog(order, self), self.tasks, send)

    def open_close(self) -> None:
        """Nothing more of the chosen order will come."""
        order = self.orders.current()
        if order is None or not order.state.open:
            return

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._book.close(CloseOrder(request_id, order.id, typed["reason"]), self._actor())

        open_dialog(close_dialog(order, self), self.tasks, send)

    def open_supplier(self) -> None:
        """A new supplier."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._book.add_supplier(AddSupplier(request_id, typed["name"], typed_terms(typed)), self._actor())

        open_dialog(supplier_dialog(None, self), self.tasks, send)

    def open_terms(self) -> None:
        """Other terms of the chosen supplier."""
        chosen = self.suppliers.current()
        if chosen is None:
            return
        known = chosen.supplier

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._book.state_terms(StateTerms(request_id, known.id, typed_terms(typed)), self._actor())

        open_dialog(supplier_dialog(known, self), self.tasks, send)

    def open_day(self) -> None:
        """A closed day, or one that is open after all."""
        if self._picture is None:
            return
        chosen = self.suppliers.current()

        def send(request_id: str, typed: dict[str, str]) -> object:
            whose = typed["whose"]
            supplier = None if whose == PHARMACY else int(whose or 0)
            command = StateDay(request_id, supplier, typed["day"], typed["open"] == "open", typed["reason"])
            return self._book.state_day(command, self._actor())

        open_dialog(day_dialog(self._picture, chosen.supplier if chosen else None, self), self.tasks, send)

    def open_par(self) -> None:
        """The par level of the chosen line, or of another brand and strength."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = StatePar(
                request_id, typed["brand"], typed["strength_mg"], typed["least"], typed["target"], typed["reason"]
            )
            return self._book.state_par(command, self._actor())

        open_dialog(par_dialog(self.proposals.current(), self), self.tasks, send)

    # --- how it is made ---

    def _make_tables(self) -> None:
        self.orders: RecordTable[Order] = RecordTable(
            tr("Orders"), order_columns(lambda: self._seen().today, self._here, self._book.zone),
            lambda order: order.id, empty=tr("Nothing is on the way."), filter_hint=tr("Filter orders"),
        )  # fmt: skip
        self.proposals: RecordTable[Proposal] = RecordTable(
            tr("Proposal"), proposal_columns(), lambda line: (line.brand, line.strength),
            empty=tr("No par level is set, and the board asks for nothing."),
        )  # fmt: skip
        self.suppliers: RecordTable[Standing] = RecordTable(
            tr("Suppliers"), supplier_columns(self._book.zone), lambda one: one.supplier.id
        )
        self.orders.model.set_wanted(_open)
        self._size_tables()
        for table in (self.orders, self.proposals, self.suppliers):
            table.chosen.connect(self._offer)
        self.orders.opened.connect(self.open_receive)
        self.proposals.opened.connect(self.open_proposed)
        self.suppliers.opened.connect(self.open_terms)

    def _size_tables(self) -> None:
        for table, lines in ((self.orders, 7), (self.proposals, 6), (self.suppliers, 6)):
            low(table, row_height() * lines)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "suppliers"):
            self._size_tables()  # the text size was changed while the page is open

    def _made_buttons(self) -> QWidget:
        self.order_button = button(tr("&Place an order"), "main")
        self.receive_button = button(tr("&Receive the chosen order"), hint=tr("One lot after the other"))
        self.expect_button = button(tr("E&xpected on another day"))
        self.close_button = button(tr("&Close or cancel"), hint=tr("Nothing more of the chosen order will come"))
        self.ended = QCheckBox(tr("Also orders that have &ended"))
        self.order_button.clicked.connect(self.open_order)
        self.receive_button.clicked.connect(self.open_receive)
        self.expect_button.clicked.connect(self.open_expect)
        self.close_button.clicked.connect(self.open_close)
        self.ended.toggled.connect(lambda on: self.orders.model.set_wanted(None if on else _open))
        acts = (self.order_button, self.receive_button, self.expect_button, self.close_button, self.ended)
        return side_by_side(*acts)

    def _made_proposal_buttons(self) -> QWidget:
        self.proposed_button = button(tr("&Order what is proposed"))
        self.par_button = button(tr("Par &level"))
        self.proposed_button.clicked.connect(self.open_proposed)
        self.par_button.clicked.connect(self.open_par)
        return side_by_side(self.proposed_button, self.par_button)

    def _made_supplier_buttons(self) -> QWidget:
        self.supplier_button = button(tr("Add a &supplier"))
        self.terms_button = button(tr("Other &terms"))
        self.day_button = button(tr("Closed &days"))
        self.supplier_button.clicked.connect(self.open_supplier)
        self.terms_button.clicked.connect(self.open_terms)
        self.day_button.clicked.connect(self.open_day)
        return side_by_side(self.supplier_button, self.terms_button, self.day_button)

    def _offer(self) -> None:
        """Only what can be done with what is chosen can be pressed."""
        order = self.orders.current()
        for made in (self.receive_button, self.expect_button, self.close_button):
            made.setEnabled(order is not None and order.state.open)
        self.proposed_button.setEnabled(any(line.vials for line in self.proposals.model.records()))
        self.terms_button.setEnabled(self.suppliers.current() is not None)

    def _seen(self) -> OrderPicture:
        assert self._picture is not None  # rows are painted from it
        return self._picture

    def _here(self, order: Order) -> bool:
        return any(item.order_id == order.id for item in self._seen().here)

    def _choose_order(self, order: object) -> None:
        if isinstance(order, Order):
            self._wish = order.id
            if self.orders.choose(order.id):
                self._wish = None


class _Section(QWidget):
    """A heading, what can be done, and a table beneath; the buttons wrap where text is large."""

    def __init__(self, head: str, buttons: QWidget, table: QWidget) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading(head))
        column.addWidget(buttons)
        column.addWidget(table, 1)


def _open(order: Order) -> bool:
    return order.state.open
