"""The tab of brands: reference product and biosimilars, each claim with how sure it is, and their prices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import row_height
from crs_desktop.desktop.words import button, message, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.changes import Topic
from crs_desktop.stock.brands.model import CURRENCIES
from crs_desktop.stock.brands.service import BrandPicture, StatePrice
from crs_desktop.stock.commands import STRENGTHS
from crs_desktop.stock.ui.blocks import Block, low
from crs_desktop.stock.ui.brands.words import Told, brand_columns, told_columns, told_of
from crs_desktop.stock.ui.forms import open_dialog

if TYPE_CHECKING:
    from crs_desktop.stock.brands.service import BrandBook


class BrandsPage(Page):
    """What is known of the brands. The insert in hand decides."""

    title = "Brands"
    topics = frozenset({Topic.STOCK})

    def __init__(self, tasks: Tasks, book: BrandBook, actor: Callable[[], Actor]) -> None:
        super().__init__(tasks)
        self._book, self._actor = book, actor
        self.brands: RecordTable[BrandPicture] = RecordTable(
            tr("Brands"), brand_columns(), lambda one: one.brand.name, empty=""
        )
        self.told: RecordTable[Told] = RecordTable(
            tr("What is known"), told_columns(), lambda line: line.key, empty=tr("Choose a brand."), sortable=False
        )
        self.price_button = button(tr("State a &price"), hint=tr("What a vial of the chosen brand costs from a day on"))
        self.price_button.clicked.connect(self.open_price)
        self.block = Block(tr("What is known"), self.told, self.price_button)
        low(self.brands, row_height() * 6)
        low(self.told, row_height() * 6)
        self.body.addWidget(message(phrase("stock_brands_insert")))
        self.body.addWidget(self.brands, 1)
        self.body.addWidget(self.block, 2)
        self.brands.chosen.connect(self._choose)

    def refresh(self) -> None:
        self.ask(self._book.brands, self._show)

    def _show(self, found: list[BrandPicture]) -> None:
        self.brands.show_records(found)
        if self.brands.current() is None and found:
            self.brands.choose(found[0].brand.name)
        self._choose()

    def _choose(self) -> None:
        one = self.brands.current()
        self.price_button.setEnabled(one is not None)
        self.told.show_records([] if one is None else told_of(one.brand))
        head = tr("What is known") if one is None else tr("What is known of {brand}").format(brand=one.brand.name)
        self.block.set_head(head)

    def open_price(self) -> None:
        """What a vial of the chosen brand costs from a day on."""
        one = self.brands.current()
        if one is None:
            return
        brand = one.brand.name

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = StatePrice(
                request_id, brand, typed["strength_mg"], typed["price"], typed["currency"], typed["valid_from"],
                typed["reason"],
            )  # fmt: skip
            return self._book.state_price(command, self._actor())

        known = next((price.currency for price in one.prices if price is not None), "")
        open_dialog(self._price_dialog(brand, known), self.tasks, send)

    def _price_dialog(self, brand: str, currency: str) -> FormDialog:
        form = Form(columns=2)
        form.choice(
            "strength_mg", tr("&Strength of a vial"), [(plain(one.mg), str(one)) for one in STRENGTHS], ask=True
        )
        form.number("price", tr("&Price of a vial"), hint=tr("Such as 1234.50"))
        form.choice("currency", tr("&Currency"), [(code, code) for code in CURRENCIES], ask=True)
        form.day("valid_from", tr("&From"), hint=tr("The first day on which it holds"))
        form.text("reason", tr("&Reason"), hint=tr("May stay empty"), wide=True)
        form.set_values({"valid_from": self._today().isoformat(), **({"currency": currency} if currency else {})})
        dialog = FormDialog(tr("State a price"), tr("S&tate it"), form, self)
        dialog.panel.set_identifiers(brand)
        return dialog

    def _today(self) -> date:
        return self._book.today()
