"""The page of stock: what is on the shelf, what of it is promised, and the ledger behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import Blind, SecondLook, SecondPerson, signed_by_two
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import row_height
from crs_desktop.desktop.words import button, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_text
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.stock.commands import ChangeLotState, ReceiveLot, ReverseMovement, WasteVials
from crs_desktop.stock.model import Earmark, LedgerLine, Lot, LotState, Movement, ShelfLine, StockPicture
from crs_desktop.stock.ui import words
from crs_desktop.stock.ui.blocks import Attention, Block, Pair, Totals, low
from crs_desktop.stock.ui.columns import earmark_columns, ledger_columns, shelf_columns
from crs_desktop.stock.ui.forms import (
    explain_dialog,
    open_dialog,
    open_signed,
    place_dialog,
    reason_dialog,
    receive_dialog,
    waste_dialog,
)

if TYPE_CHECKING:
    from crs_desktop.stock.service import StockLedger

# Names of holders, asked off the window's thread from the room that knows them; unknown ones may be left out.
HolderNames = Callable[[Collection[str]], Mapping[str, str]]


def no_names(_holders: Collection[str]) -> Mapping[str, str]:
    """Nobody knows the holders."""
    return {}


@dataclass(frozen=True, slots=True)
class _Seen:
    """One reading of everything on the page."""

    picture: StockPicture
    names: Mapping[str, str]


class StockPage(Page):
    """Vials by lot and place, promises and ledger; every act of stock from the keyboard."""

    title = "Stock"
    topics = frozenset({Topic.STOCK, Topic.DOSES, Topic.POLICY, Topic.PATIENTS})

    def __init__(
        self,
        tasks: Tasks,
        stock: StockLedger,
        actor: Callable[[], Actor],
        names: HolderNames = no_names,
        second: SecondPerson[Asked, SecondSignature] | None = None,
    ) -> None:
        super().__init__(tasks)
        self._second = second
        self._stock = stock
        self._actor = actor
        self._ask_names = names
        self._names: Mapping[str, str] = {}
        self._lots: dict[int, Lot] = {}
        self._picture: StockPicture | None = None
        self._wish: tuple[int, int] | None = None
        self._make_tables()
        self.attention = Attention()
        self.totals = Totals()
        self.body.addWidget(self.attention)
        self.body.addWidget(self._made_buttons())
        self.body.addWidget(self.totals)
        self.body.addWidget(self.shelf, 1)
        self.ledger_block = Block(tr("Ledger"), self.ledger, self.correct_button)
        self.promises_block = Block(tr("Promises"), self.promises, self.let_go_button)
        self.body.addWidget(Pair(self.ledger_block, self.promises_block, 1120), 1)
        self._offer()

    # --- reading ---

    def refresh(self) -> None:
        def read() -> _Seen:
            picture = self._stock.picture()
            return _Seen(picture, self._ask_names({earmark.holder for earmark in picture.earmarks}))

        self.ask(read, self._show)

    def _show(self, seen: _Seen) -> None:
        picture, self._names = seen.picture, seen.names
        self._picture = picture
        self._lots = {line.on_hand.lot.id: line.on_hand.lot for line in picture.shelf}
        if not picture.places:
            action = (tr("Add a &place"), self.open_place)
            self.show_empty(tr("No places yet"), phrase("stock_ui_no_places"), action)
            return
        self.attention.tell(words.troubles(picture, self._names, self._stock.zone))
        self.explain_button.setVisible(bool(picture.discrepancies))
        said = [words.total_text(total) for total in picture.totals if total.usable or total.far or total.blocked]
        self.totals.tell(said or [tr("No vials on hand")])
        self.shelf.show_records(picture.shelf)
        self.promises.show_records(picture.earmarks)
        self.promises_block.set_head(tr("Promises ({count})").format(count=len(picture.earmarks)))
        if self._wish is not None and self.shelf.choose(self._wish):
            self._wish = None
        self._show_ledger()

    def _show_ledger(self) -> None:
        line = self.shelf.current()
        if line is None:
            self.ledger_block.set_head(tr("Ledger: choose a lot"))
            self.ledger.show_records([])
            self._offer()
            return
        lot = line.on_hand.lot
        self.ledger_block.set_head(tr("Ledger of {lot}").format(lot=words.lot_text(lot)))

        def show(lines: list[LedgerLine]) -> None:
            now = self.shelf.current()
            if now is not None and now.on_hand.lot.id == lot.id:
                self.ledger.show_records(lines)
                self._offer()

        self.tasks.run(lambda: self._stock.ledger(lot.id), show, self)
        self._offer()

    # --- acts ---

    def open_receive(self) -> None:
        """Vials that arrived."""
        if self._picture is None:
            return

        def send(request_id: str, typed: dict[str, str]) -> object:
            place = int(typed["place"] or 0)
            command = ReceiveLot(
                request_id, typed["brand"], typed["strength_mg"], typed["lot"], typed["expires"], typed["vials"], place
            )
            return self._stock.receive(command, self._actor())

        open_dialog(receive_dialog(self._picture.places, self), self.tasks, send, self._choose_moved)

    def open_waste(self) -> None:
        """Vials of the chosen lot and place that are thrown away."""
        line = self.shelf.current()
        if line is None or not line.on_hand.vials:
            return
        lot, place = line.key

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._stock.waste(WasteVials(request_id, lot, place, typed["vials"], typed["reason"]), self._actor())

        open_dialog(waste_dialog(words.identifiers(line), self), self.tasks, send)

    def open_state(self) -> None:
        """Quarantine the chosen lot, or make it available again."""
        line = self.shelf.current()
        if line is None:
            return
        lot = line.on_hand.lot
        wanted = LotState.QUARANTINED if lot.state is LotState.AVAILABLE else LotState.AVAILABLE

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._stock.change_state(
                ChangeLotState(request_id, lot.id, wanted.value, typed["reason"]), self._actor()
            )

        naming = [item for item in self.promises.model.records() if any(v.lot_id == lot.id for v in item.vials)]
        head, accept = self._state_words(lot)
        text = phrase("stock_ui_state_reaches", promises=len(naming))
        open_dialog(reason_dialog(head, accept, [words.lot_text(lot)], text, self), self.tasks, send)

    def open_correct(self) -> None:
        """Reverse the chosen line of the ledger; a receipt with the signature of a second person."""
        line = self.ledger.current()
        if line is None or not can_be_reversed(line.movement):
            return
        moved = line.movement
        when = local_text(moved.at, self._stock.zone)

        def look(request_id: str, typed: dict[str, str]) -> SecondLook[Asked, SecondSignature]:
            command = ReverseMovement(request_id, moved.id, typed["reason"])
            about = phrase("stock_ui_second", line=moved.id, when=when, who=moved.actor)
            return SecondLook(
                tr("correct a receipt"), about, receipt_blind(), lambda: self._stock.asked(command),
                lambda second: self._stock.reverse(command, self._actor(), second),
                (moved.lot.brand, moved.place.name),
            )  # fmt: skip

        text = phrase(
            "stock_ui_reverse_line", line=moved.id, vials=words.signed(moved.vials), what=words.kind_text(moved),
            when=when, who=moved.actor,
        )  # fmt: skip
        about = [words.lot_text(moved.lot), moved.place.name]
        dialog = reason_dialog(tr("Correct a line of the ledger"), tr("&Reverse it"), about, text, self)
        open_signed(dialog, lambda key, typed: signed_by_two(self._second, self.tasks, dialog, look(key, typed)))

    def open_place(self) -> None:
        """A new place."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._stock.add_place(request_id, typed["place"], typed["reach"], self._actor())

        open_dialog(place_dialog(self), self.tasks, send)

    def open_explain(self) -> None:
        """Say what was found out about an open discrepancy."""
        if self._picture is None or not self._picture.discrepancies:
            return
        zone = self._stock.zone
        open_ones = [(str(item.id), words.discrepancy_text(item, zone)) for item in self._picture.discrepancies]

        def send(request_id: str, typed: dict[str, str]) -> object:
            chosen = int(typed["discrepancy"] or 0)
            return self._stock.explain(request_id, chosen, typed["reason"], self._actor())

        open_dialog(explain_dialog(open_ones, self), self.tasks, send)

    def open_let_go(self) -> None:
        """Take the chosen promise back."""
        earmark = self.promises.current()
        if earmark is None:
            return

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._stock.let_go(request_id, earmark.id, typed["reason"], self._actor())

        text = phrase(
            "stock_ui_let_go", holder=self._holder(earmark), set_no=earmark.set_no, held=words.held_text(earmark),
            vials=words.earmark_vials_text(earmark, self._lots),
        )  # fmt: skip
        dialog = reason_dialog(tr("Let a promise go"), tr("&Let go"), [self._holder(earmark)], text, self)
        open_dialog(dialog, self.tasks, send)

    # --- how it is made ---

    def _make_tables(self) -> None:
        zone = self._stock.zone
        self.shelf: RecordTable[ShelfLine] = RecordTable(
            tr("Vials on hand"), shelf_columns(), lambda line: line.key,
            empty=tr("No lots yet. Receive one to begin."), filter_hint=tr("Filter lots"),
        )  # fmt: skip
        self.ledger: RecordTable[LedgerLine] = RecordTable(
            tr("Ledger"), ledger_columns(zone), lambda line: line.movement.id,
            empty=tr("Choose a lot above to read its ledger."), sortable=False,
        )  # fmt: skip
        self.promises: RecordTable[Earmark] = RecordTable(
            tr("Promises"), earmark_columns(self._holder, lambda: self._lots, zone), lambda earmark: earmark.id,
            empty=tr("No vials are promised to anybody."),
        )  # fmt: skip
        self.shelf.model.set_wanted(_has_vials)
        self._size_tables()
        self.shelf.chosen.connect(self._show_ledger)
        self.ledger.chosen.connect(self._offer)
        self.promises.chosen.connect(self._offer)
        self.shelf.opened.connect(lambda: self.ledger.view.setFocus())
        self.ledger.opened.connect(self.open_correct)

    def _size_tables(self) -> None:
        for table, lines in ((self.shelf, 8), (self.ledger, 6), (self.promises, 6)):
            low(table, row_height() * lines)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "promises"):
            self._size_tables()  # the text size was changed while the page is open

    def _made_buttons(self) -> QWidget:
        self.receive_button = button(tr("&Receive a lot"), "main")
        self.waste_button = button(tr("&Waste"), hint=tr("Throw vials of the chosen lot away"))
        self.state_button = button(tr("&Quarantine"), hint=tr("Keep the chosen lot from being used"))
        self.place_button = button(tr("Add a &place"))
        self.explain_button = button(tr("E&xplain a discrepancy"))
        self.explain_button.hide()
        self.used_up = QCheckBox(tr("Also lots that are &used up"))
        self.correct_button = button(tr("&Correct the chosen line"))
        self.let_go_button = button(tr("Let the chosen promise &go"))
        for made, run in (
            (self.receive_button, self.open_receive),
            (self.waste_button, self.open_waste),
            (self.state_button, self.open_state),
            (self.place_button, self.open_place),
            (self.correct_button, self.open_correct),
            (self.let_go_button, self.open_let_go),
            (self.explain_button, self.open_explain),
        ):
            made.clicked.connect(run)
        self.used_up.toggled.connect(lambda on: self.shelf.model.set_wanted(None if on else _has_vials))
        row = QWidget()
        flow = FlowRow(row, gap=8, line_gap=8)
        flow.setContentsMargins(0, 0, 0, 0)
        acts = (self.receive_button, self.waste_button, self.state_button, self.place_button, self.explain_button)
        for widget in (*acts, self.used_up):
            flow.addWidget(widget)
        return row

    def _offer(self) -> None:
        """Only what can be done with what is chosen can be pressed."""
        line, entry = self.shelf.current(), self.ledger.current()
        self.waste_button.setEnabled(line is not None and line.on_hand.vials > 0)
        self.state_button.setEnabled(line is not None)
        self.state_button.setText(self._state_words(line.on_hand.lot)[1] if line else tr("&Quarantine"))
        self.correct_button.setEnabled(entry is not None and can_be_reversed(entry.movement))
        self.let_go_button.setEnabled(self.promises.current() is not None)

    def _state_words(self, lot: Lot) -> tuple[str, str]:
        if lot.state is LotState.AVAILABLE:
            return tr("Quarantine a lot"), tr("&Quarantine")
        return tr("Make a lot available"), tr("Make &available")

    def _holder(self, earmark: Earmark) -> str:
        return words.holder_text(earmark.holder, self._names)

    def _choose_moved(self, moved: object) -> None:
        if isinstance(moved, Movement):
            self._wish = (moved.lot.id, moved.place.id)
            if self.shelf.choose(self._wish):
                self._wish = None


def can_be_reversed(movement: Movement) -> bool:
    """A line stands, is no reversal, and belongs to no dose (a dose is taken back as a whole)."""
    return movement.reversed_by is None and movement.reverses is None and movement.dose is None


def receipt_blind() -> dict[str, Blind]:
    """How lot, strength and count are asked of a second person."""
    return {
        "lot": Blind(tr("&Lot number"), tr("From the vial or the delivery note; type or scan it")),
        "strength_mg": Blind(tr("S&trength of a vial")),
        "vials": Blind(tr("Vials in this &receipt"), unit=tr("vials")),
    }


def _has_vials(line: ShelfLine) -> bool:
    return line.on_hand.vials > 0
