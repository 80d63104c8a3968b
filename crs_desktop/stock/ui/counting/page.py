"""The tab of counts: what is being counted, blind; what two people found, when nobody has to count any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import Blind, SecondLook, SecondPerson, signed_by_two
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import row_height
from crs_desktop.desktop.words import button, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.refusal import no, refuse
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.stock.counting.commands import EndCount, EnterCount, OpenCount
from crs_desktop.stock.counting.model import BlindCount, BlindLot, ComparedLot, Comparison, Count, CountsPicture
from crs_desktop.stock.counting.rules import field_of
from crs_desktop.stock.ui.blocks import Attention, Block, Pair, low
from crs_desktop.stock.ui.counting import words
from crs_desktop.stock.ui.counting.columns import count_columns, lot_columns, number_columns
from crs_desktop.stock.ui.counting.forms import CountForm, again_dialog, begin_dialog, close_dialog
from crs_desktop.stock.ui.forms import open_dialog, open_signed, reason_dialog

if TYPE_CHECKING:
    from crs_desktop.stock.counting.service import CountBook

Second = SecondPerson[Asked, SecondSignature]
# Files the blind sheet of a count and shows it; handed over by whoever knows paper.
PrintSheet = Callable[[int], None]


def no_paper(_count_id: int) -> None:
    """There is no printer's room here."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One reading of everything on the page."""

    picture: CountsPicture
    numbers: Mapping[int, Comparison]


class CountsPage(Page):
    """Counts of places; every step from the keyboard."""

    title = "Count"
    topics = frozenset({Topic.STOCK, Topic.DOSES})

    def __init__(
        self,
        tasks: Tasks,
        book: CountBook,
        actor: Callable[[], Actor],
        second: Second | None = None,
        print_sheet: PrintSheet = no_paper,
    ) -> None:
        super().__init__(tasks)
        self._book = book
        self._actor = actor
        self._second = second
        self._print_sheet = print_sheet
        self._picture: CountsPicture | None = None
        self._running: dict[int, BlindCount] = {}
        self._numbers: Mapping[int, Comparison] = {}
        self._wish: int | None = None
        self._make_tables()
        self.attention = Attention()
        self.body.addWidget(self.attention)
        self.body.addWidget(self._made_buttons())
        self.lots_block = Block(tr("Lots"), self.lots, QWidget())
        self.body.addWidget(Pair(Block(tr("Counts"), self.counts, QWidget()), self.lots_block, 1120), 1)
        self.numbers_block = Block(tr("Numbers"), self.numbers, QWidget())
        self.body.addWidget(self.numbers_block, 1)
        self._offer()

    # --- reading ---

    def refresh(self) -> None:
        def read() -> _Seen:
            picture = self._book.picture()
            told = [item.count for item in picture.running if item.finished] + list(picture.ended[:20])
            answers = {count.id: self._book.comparison(count.id) for count in told}
            return _Seen(picture, {key: one for key, one in answers.items() if isinstance(one, Comparison)})

        self.ask(read, self._show)

    def _show(self, seen: _Seen) -> None:
        self._picture, self._numbers = seen.picture, seen.numbers
        self._running = {item.count.id: item for item in seen.picture.running}
        counts = [*(item.count for item in seen.picture.running), *seen.picture.ended]
        if not seen.picture.places:
            self.show_empty(tr("No places yet"), phrase("count_ui_no_places"))
            return
        if not counts:
            self.show_empty(tr("No counts yet"), phrase("count_ui_empty"), (tr("&Begin a count"), self.open_begin))
            return
        self.attention.tell(words.troubles(seen.picture.running))
        self.counts.show_records(counts)
        if self._wish is not None and self.counts.choose(self._wish):
            self._wish = None
        elif self.counts.current() is None:
            self.counts.choose(counts[0].id)
        self._show_chosen()

    def _show_chosen(self) -> None:
        count = self.counts.current()
        seen = None if count is None else self._running.get(count.id)
        found = None if count is None else self._numbers.get(count.id)
        name = "" if count is None else tr("count {count}, {place}").format(count=count.id, place=count.place.name)
        self.lots_block.set_head(tr("Lots to count: {name}").format(name=name) if name else tr("Lots"))
        self.numbers_block.set_head(tr("Ledger against shelf: {name}").format(name=name) if name else tr("Numbers"))
        self.lots.show_records([] if seen is None else seen.lots)
        self.numbers.say_when_empty(phrase("count_ui_blind" if seen is not None else "count_ui_choose"))
        self.numbers.show_records([] if found is None else found.lots)
        self._offer()

    # --- acts ---

    def open_begin(self) -> None:
        """A count of a place."""
        if self._picture is None:
            return

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = OpenCount(request_id, int(typed["place"] or 0), typed["note"])
            return self._book.open(command, self._actor())

        open_dialog(begin_dialog(self._picture.places, self), self.tasks, send, self._choose)

    def open_enter(self) -> None:
        """What was found of the lots that nobody has counted."""
        seen = self._chosen()
        if seen is not None:
            self._enter(seen, seen.to_count)

    def open_again(self) -> None:
        """Lots that somebody else counts: who is signed in, when they are somebody else; else a second person."""
        seen = self._chosen()
        if seen is None or not seen.to_recount:
            return
        me = key_of(self._actor().name)
        others = [item for item in seen.to_recount if key_of(item.last_by) != me]
        if others:
            self._enter(seen, others, found_here=False)
            return
        dialog = again_dialog(seen, self)
        open_signed(dialog, lambda key, _typed: signed_by_two(self._second, self.tasks, dialog, self._look(key, seen)))

    def _enter(self, seen: BlindCount, lots: tuple[BlindLot, ...] | list[BlindLot], found_here: bool = True) -> None:
        listed = {item.lot.id for item in seen.lots}
        known = () if self._picture is None or not found_here else self._picture.lots
        form = CountForm(seen, lots, [lot for lot in known if lot.id not in listed], self)
        count_id = seen.count.id

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._book.enter(EnterCount(request_id, count_id, form.found(typed)), self._actor())

        open_dialog(form, self.tasks, send)

    def _look(self, request_id: str, seen: BlindCount) -> SecondLook[Asked, SecondSignature]:
        count = seen.count
        blind = {field_of(item.lot.id): Blind(words.named(item.lot), words.expiry(item.lot), tr("vials"))
                 for item in seen.to_recount}  # fmt: skip
        fields = {field_of(item.lot.id): item.lot.id for item in seen.to_recount}

        def act(second: SecondSignature | None) -> object:
            if second is None:
                return refuse(no("count_never_alone", "second"))
            found = tuple((fields[name], typed) for name, typed in second.entered.items() if name in fields)
            return self._book.enter(EnterCount(request_id, count.id, found), self._actor(), second)

        about = phrase("count_ui_about", count=count.id, place=count.place.name)
        asked = lambda: self._book.asked(count.id)  # noqa: E731
        return SecondLook(tr("count again"), about, blind, asked, act, (count.place.name,))

    def open_close(self) -> None:
        """Compare, then post."""
        count = self.counts.current()
        found = None if count is None else self._numbers.get(count.id)
        if count is None or found is None or count.end is not None:
            return

        def send(request_id: str, _typed: dict[str, str]) -> object:
            return self._book.post(EndCount(request_id, count.id), self._actor())

        open_dialog(close_dialog(found, self), self.tasks, send)

    def open_give_up(self) -> None:
        """End the chosen count without posting."""
        seen = self._chosen()
        if seen is None:
            return
        count = seen.count

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._book.give_up(EndCount(request_id, count.id, typed["reason"]), self._actor())

        head, accept = tr("Give the count up"), tr("&Give it up")
        open_dialog(reason_dialog(head, accept, [count.place.name], phrase("count_ui_give_up"), self), self.tasks, send)

    def print_chosen(self) -> None:
        """The blind sheet of the chosen count."""
        seen = self._chosen()
        if seen is not None:
            self._print_sheet(seen.count.id)

    # --- how it is made ---

    def _make_tables(self) -> None:
        zone = self._book.zone
        self.counts: RecordTable[Count] = RecordTable(
            tr("Counts"), count_columns(lambda count: self._running.get(count.id), zone), lambda count: count.id,
            empty=tr("No counts yet."), sortable=False,
        )  # fmt: skip
        self.lots: RecordTable[BlindLot] = RecordTable(
            tr("Lots to count"), lot_columns(), lambda item: item.lot.id, empty=tr("Choose a running count."),
        )  # fmt: skip
        self.numbers: RecordTable[ComparedLot] = RecordTable(
            tr("Ledger against shelf"), number_columns(), lambda item: item.lot.id, empty=phrase("count_ui_choose"),
        )  # fmt: skip
        self._size_tables()
        self.counts.chosen.connect(self._show_chosen)
        self.counts.opened.connect(self._next_step)
        self.lots.opened.connect(self._next_step)

    def _size_tables(self) -> None:
        for table, lines in ((self.counts, 5), (self.lots, 5), (self.numbers, 5)):
            low(table, row_height() * lines)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "numbers"):
            self._size_tables()

    def _made_buttons(self) -> QWidget:
        self.begin_button = button(tr("&Begin a count"), "main")
        self.enter_button = button(tr("&Enter what was found"))
        self.again_button = button(tr("Count &again"), hint=tr("Somebody else counts the lots that differ, blind"))
        self.close_button = button(tr("&Compare and close"))
        self.sheet_button = button(tr("&Print the sheet"), hint=tr("Lots without numbers, to write on at the shelf"))
        self.give_up_button = button(tr("&Give up"))
        row = QWidget()
        flow = FlowRow(row, gap=8, line_gap=8)
        flow.setContentsMargins(0, 0, 0, 0)
        for made, run in (
            (self.begin_button, self.open_begin),
            (self.enter_button, self.open_enter),
            (self.again_button, self.open_again),
            (self.close_button, self.open_close),
            (self.sheet_button, self.print_chosen),
            (self.give_up_button, self.open_give_up),
        ):
            made.clicked.connect(run)
            flow.addWidget(made)
        return row

    def _offer(self) -> None:
        """Only what can be done with the chosen count can be pressed."""
        seen = self._chosen()
        self.enter_button.setEnabled(seen is not None)
        self.again_button.setEnabled(seen is not None and bool(seen.to_recount))
        self.close_button.setEnabled(seen is not None and seen.finished)
        self.sheet_button.setEnabled(seen is not None and not seen.finished)
        self.give_up_button.setEnabled(seen is not None)

    def _next_step(self) -> None:
        """Enter on a count: what has to be done next."""
        seen = self._chosen()
        if seen is None:
            return
        if seen.to_count:
            self.open_enter()
        elif seen.to_recount:
            self.open_again()
        else:
            self.open_close()

    def _chosen(self) -> BlindCount | None:
        count = self.counts.current()
        return None if count is None else self._running.get(count.id)

    def _choose(self, begun: object) -> None:
        if isinstance(begun, BlindCount):
            self._wish = begun.count.id
            if self.counts.choose(self._wish):
                self._wish = None
