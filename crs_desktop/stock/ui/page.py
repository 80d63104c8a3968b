"""The page of stock: what is on the shelf, what of it is promised, and the ledger behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import Blind, SecondLook, SecondPerson, signed_by_two
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import row_height
from crs_desktop.desktop.words import button, message, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.stock.brands.model import Price
from crs_desktop.stock.commands import ReceiveLot, ReverseMovement
from crs_desktop.stock.holding.model import ExcursionPicture
from crs_desktop.stock.model import Earmark, LedgerLine, LedgerWanted, Lot, LotState, Movement, ShelfLine, StockPicture
from crs_desktop.stock.rules_fate import Claim, Fate, claims_of, fates
from crs_desktop.stock.ui import words
from crs_desktop.stock.ui.blocks import Attention, Block, Pair, Totals, low, side_by_side
from crs_desktop.stock.ui.columns import earmark_columns, ledger_columns, shelf_columns
from crs_desktop.stock.ui.forms import (
    open_dialog,
    open_signed,
    reason_dialog,
    receive_dialog,
)
from crs_desktop.stock.ui.shelf.acts import ShelfActs
from crs_desktop.stock.ui.shelf.buttons import ShelfButtons
from crs_desktop.stock.ui.shelf.desk import ShelfDesk

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
    prices: Sequence[Price]
    excursions: Sequence[ExcursionPicture]


class StockPage(Page):
    """Vials by lot and place, promises and ledger; every act of stock from the keyboard."""

    title = "Stock"
    topics = frozenset({Topic.STOCK, Topic.DOSES, Topic.POLICY, Topic.PATIENTS})

    def __init__(
        self,
        tasks: Tasks,
        desk: ShelfDesk,
        actor: Callable[[], Actor],
        names: HolderNames = no_names,
        second: SecondPerson[Asked, SecondSignature] | None = None,
    ) -> None:
        super().__init__(tasks)
        self._second = second
        self._desk, self._stock = desk, desk.stock
        self._actor = actor
        self._ask_names = names
        self._names: Mapping[str, str] = {}
        self._lots: dict[int, Lot] = {}
        self._picture: StockPicture | None = None
        self._wish: tuple[int, int] | None = None
        self._fates: Mapping[tuple[int, int], Fate] = {}
        self._warm: Sequence[ExcursionPicture] = ()
        self.acts = ShelfActs(desk, tasks, actor, self)
        self._make_tables()
        self.attention = Attention()
        self.totals = Totals()
        self.body.addWidget(self.attention)
        self.body.addWidget(self._made_buttons())
        self.said = message()
        self.said.hide()
        self.body.addWidget(self.said)
        self.body.addWidget(self.totals)
        self.body.addWidget(self.shelf, 1)
        self.ledger_block = Block(tr("Ledger"), self.ledger, self.correct_button)
        about = side_by_side(self.label_button, self.prepared_button, self.let_go_button)
        self.promises_block = Block(tr("Promises"), self.promises, about)
        self.body.addWidget(Pair(self.ledger_block, self.promises_block, 1120), 1)
        self._offer()

    # --- reading ---

    def refresh(self) -> None:
        def read() -> _Seen:
            picture = self._stock.picture()
            names = self._ask_names({earmark.holder for earmark in picture.earmarks})
            return _Seen(picture, names, self._desk.brands.prices(), self._desk.holding.excursions(at_work=True))

        self.ask(read, self._show)

    def _show(self, seen: _Seen) -> None:
        picture, self._names = seen.picture, seen.names
        self._picture = picture
        self._lots = {line.on_hand.lot.id: line.on_hand.lot for line in picture.shelf}
        if not picture.places:
            action = (tr("Add a &place"), self.open_place)
            self.show_empty(tr("No places yet"), phrase("stock_ui_no_places"), action)
            return
        self.acts.prices, self._warm = seen.prices, seen.excursions
        zone = self._stock.zone
        self.attention.tell(words.troubles(picture, self._names, zone) + words.warm_places(self._warm, zone))
        self._forecast(claims_of(picture.earmarks))
        self.buttons.explain.setVisible(bool(picture.discrepancies))
        said = [words.total_text(total) for total in picture.totals if total.usable or total.far or total.blocked]
        self.totals.tell(said or [tr("No vials on hand")])
        self.shelf.show_records(picture.shelf)
        self.promises.show_records(picture.earmarks)
        self.promises_block.set_head(tr("Promises ({count})").format(count=len(picture.earmarks)))
        if self._wish is not None and self.shelf.choose(self._wish):
            self._wish = None
        self._show_ledger()
        self.tasks.run(self._desk.claims, self._planned, self, "paper")

    def _planned(self, planned: Sequence[Claim]) -> None:
        """What the plan would hold beside what is promised: the forecast says both."""
        if planned and self._picture is not None:
            self._forecast([*claims_of(self._picture.earmarks), *planned])
            self.shelf.show_records(self._picture.shelf)

    def _forecast(self, claims: Sequence[Claim]) -> None:
        if self._picture is not None:
            self._fates = fates(self._picture.shelf, claims, self._picture.today)

    def _lost(self, line: Movement) -> str:
        return words.lost_text(line, self.acts.prices, self._stock.zone)

    def _fate(self, line: ShelfLine) -> Fate | None:
        return self._fates.get(line.key)

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
        if (line := self._with_vials()) is not None and self._picture is not None:
            self.acts.waste(line, self._picture.today)

    def open_broken(self) -> None:
        """A vial of the chosen lot is broken."""
        if (line := self._with_vials()) is not None and self._picture is not None:
            self.acts.broken(line, self._picture.today)

    def open_move(self) -> None:
        """Vials of the chosen lot go to another place."""
        if (line := self._with_vials()) is not None and self._picture is not None:
            self.acts.move(line, self._picture.places, self._choose_moved)

    def open_state(self) -> None:
        """Quarantine the chosen lot, or make it available again."""
        line = self.shelf.current()
        if line is None:
            return
        if line.on_hand.state is LotState.AVAILABLE:
            lot = line.on_hand.lot.id
            naming = [item for item in self.promises.model.records() if any(v.lot_id == lot for v in item.vials)]
            self.acts.hold(line, len(naming))
        else:
            self.acts.release(line)

    def open_excursion(self) -> None:
        """A place too warm or too cold."""
        if self._picture is not None and self._picture.places:
            self.acts.excursion(self._picture.places)

    def open_excursion_end(self) -> None:
        """A place that is as it should be again."""
        if running := [one for one in self._warm if one.excursion.ended is None]:
            self.acts.end_excursion(running)

    def open_prepared(self) -> None:
        """The chosen promised set was prepared and not given."""
        if (earmark := self.promises.current()) is not None:
            vials = words.earmark_vials_text(earmark, self._lots)
            self.acts.prepared(earmark, self._holder(earmark), vials)

    def save_ledger(self) -> None:
        """The whole ledger as a plain file."""
        self.acts.save_ledger(LedgerWanted(), self._saved)

    def _saved(self, answer: Path | Refused) -> None:
        refused = "\n".join(map(say, answer.findings)) if isinstance(answer, Refused) else ""
        self.said.setText(refused or phrase("stock_ui_saved", place=answer))
        self.said.setVisible(True)

    def _with_vials(self) -> ShelfLine | None:
        line = self.shelf.current()
        return line if line is not None and line.on_hand.vials else None

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
        self.acts.place()

    def open_explain(self) -> None:
        """Say what was found out about an open discrepancy."""
        if self._picture is not None and self._picture.discrepancies:
            self.acts.explain(self._picture.discrepancies)

    def open_let_go(self) -> None:
        """Take the chosen promise back."""
        if (earmark := self.promises.current()) is not None:
            vials = words.earmark_vials_text(earmark, self._lots)
            self.acts.let_go(earmark, self._holder(earmark), vials)

    # --- how it is made ---

    def _make_tables(self) -> None:
        zone = self._stock.zone
        self.shelf: RecordTable[ShelfLine] = RecordTable(
            tr("Vials on hand"), shelf_columns(self._fate), lambda line: line.key,
            empty=tr("No lots yet. Receive one to begin."), filter_hint=tr("Filter lots"),
        )  # fmt: skip
        self.ledger: RecordTable[LedgerLine] = RecordTable(
            tr("Ledger"), ledger_columns(zone, self._lost), lambda line: line.movement.id,
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
        self.buttons = made = ShelfButtons()
        self.correct_button = button(tr("&Correct the chosen line"))
        self.let_go_button = button(tr("Let the chosen promise &go"))
        self.label_button = button(tr("Print its &label"), hint=tr("The label for the vials of the chosen promise"))
        self.prepared_button = button(
            tr("&Prepared, not given"), hint=tr("The vials of the chosen promise are gone, and it was no dose")
        )
        for pressed, run in (
            (made.receive, self.open_receive),
            (made.move_vials, self.open_move),
            (made.waste, self.open_waste),
            (made.broken, self.open_broken),
            (made.state, self.open_state),
            (made.explain, self.open_explain),
            (self.correct_button, self.open_correct),
            (self.let_go_button, self.open_let_go),
            (self.prepared_button, self.open_prepared),
            (self.label_button, lambda: _print_label(self._desk, self.promises.current())),
        ):
            pressed.clicked.connect(run)
        save = self.save_ledger if self._desk.export is not None else None
        made.fill_menu(self.open_excursion, self.open_excursion_end, self.open_place, save)
        made.used_up.toggled.connect(lambda on: self.shelf.model.set_wanted(None if on else _has_vials))
        return made

    def _offer(self) -> None:
        """Only what can be done with what is chosen can be pressed."""
        entry, chosen = self.ledger.current(), self.promises.current() is not None
        places = 0 if self._picture is None else len(self._picture.places)
        self.buttons.offer(self.shelf.current(), places, any(one.excursion.ended is None for one in self._warm))
        self.correct_button.setEnabled(entry is not None and can_be_reversed(entry.movement))
        self.let_go_button.setEnabled(chosen)
        self.prepared_button.setEnabled(chosen)
        self.label_button.setEnabled(chosen and self._desk.label is not None)

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


def _print_label(desk: ShelfDesk, promise: Earmark | None) -> None:
    """The label for the vials of a promise."""
    if desk.label is not None and promise is not None:
        desk.label(promise)
