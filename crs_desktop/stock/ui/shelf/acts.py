"""What the buttons of the shelf do: open a form about what is chosen, and hand what was typed to a service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import QDir, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.refusal import Refused
from crs_desktop.stock.brands.model import Price
from crs_desktop.stock.brands.rules import cost_of
from crs_desktop.stock.commands import WasteVials
from crs_desktop.stock.holding.commands import EndExcursion, HoldLot, ReleaseLot, TellExcursion
from crs_desktop.stock.holding.model import ExcursionPicture
from crs_desktop.stock.model import (
    Discrepancy,
    Earmark,
    LedgerWanted,
    LotState,
    Place,
    ShelfLine,
    StateMark,
    WasteCause,
)
from crs_desktop.stock.moving.service import MoveVials, PreparedNotGiven
from crs_desktop.stock.ui import words
from crs_desktop.stock.ui.forms import explain_dialog, open_dialog, place_dialog, reason_dialog
from crs_desktop.stock.ui.shelf import forms
from crs_desktop.stock.ui.shelf.desk import ShelfDesk

Done = Callable[[object], None]


class ShelfActs:
    """The acts about a line of the shelf, a promise or a place."""

    def __init__(self, desk: ShelfDesk, tasks: Tasks, actor: Callable[[], Actor], parent: QWidget) -> None:
        self._desk = desk
        self._tasks = tasks
        self._actor = actor
        self._parent = parent
        self.prices: Sequence[Price] = ()

    def waste(self, line: ShelfLine, today: date) -> None:
        """Throw vials of the line away."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            lot, place = line.key
            command = WasteVials(request_id, lot, place, typed["vials"], typed["reason"], typed["cause"])
            return self._desk.stock.waste(command, self._actor())

        dialog = forms.waste_dialog(words.identifiers(line), self._cost_said(line, today), self._parent)
        open_dialog(dialog, self._tasks, send)

    def broken(self, line: ShelfLine, today: date) -> None:
        """A vial of the line is broken."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            lot, place = line.key
            command = WasteVials(request_id, lot, place, typed["vials"], typed["reason"], WasteCause.BROKEN.value)
            return self._desk.stock.waste(command, self._actor())

        dialog = forms.broken_dialog(words.identifiers(line), self._cost_said(line, today), self._parent)
        open_dialog(dialog, self._tasks, send)

    def _cost_said(self, line: ShelfLine, today: date) -> str:
        """What one vial of the line costs today, or that nobody has said."""
        lot = line.on_hand.lot
        cost = cost_of(self.prices, lot.brand, lot.strength, 1, today)
        return phrase("stock_ui_cost_unknown") if cost is None else phrase("stock_ui_cost", cost=cost)

    def move(self, line: ShelfLine, places: Sequence[Place], done: Done) -> None:
        """Move vials of the line to another place."""
        others = [place for place in places if place.id != line.on_hand.place.id]
        blocked = line.on_hand.here is not LotState.AVAILABLE

        def send(request_id: str, typed: dict[str, str]) -> object:
            lot, place = line.key
            command = MoveVials(request_id, lot, place, typed["to_place"], typed["vials"], typed["reason"])
            return self._desk.moves.move(command, self._actor())

        text = phrase("stock_ui_move_blocked" if blocked else "stock_ui_move", state=words.state_text(line),
                      promised=line.promised)  # fmt: skip
        open_dialog(forms.move_dialog(words.identifiers(line), text, others, self._parent), self._tasks, send, done)

    def hold(self, line: ShelfLine, promises: int) -> None:
        """Quarantine the lot, here or everywhere."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = HoldLot(request_id, line.on_hand.lot.id, int(typed["place"] or 0), typed["reason"])
            return self._desk.holding.quarantine(command, self._actor())

        about = [words.lot_text(line.on_hand.lot), line.on_hand.place.name]
        text = phrase("stock_ui_hold", promises=promises)
        open_dialog(forms.hold_dialog(about, text, line.on_hand.place, self._parent), self._tasks, send)

    def release(self, line: ShelfLine) -> None:
        """Make the lot usable again; everything that was laid on it is read first."""
        item = line.on_hand
        where = []
        if item.lot.state is not LotState.AVAILABLE:
            where.append((forms.EVERYWHERE, tr("in every place")))
        if item.here is not LotState.AVAILABLE:
            where.append((str(item.place.id), tr("in {place} only").format(place=item.place.name)))
        scopes = [int(value) for value, _ in where]

        def read() -> list[StateMark]:
            return [mark for scope in scopes for mark in self._desk.holding.why_blocked(item.lot.id, scope)]

        self._tasks.run(read, lambda marks: self._open_release(line, where, marks), self._parent)

    def _open_release(self, line: ShelfLine, where: list[tuple[str, str]], marks: list[StateMark]) -> None:
        zone = self._desk.stock.zone
        laid = "\n".join(
            f"{local_text(mark.at, zone).partition(' (')[0]}, {mark.actor}: {mark.reason}" for mark in marks
        )

        def send(request_id: str, typed: dict[str, str]) -> object:
            place = int(typed["place"] or 0)
            command = ReleaseLot(request_id, line.on_hand.lot.id, place, typed["reason"], typed["authority"])
            return self._desk.holding.release(command, self._actor())

        about = [words.lot_text(line.on_hand.lot), line.on_hand.place.name]
        text = phrase("stock_ui_release", laid=laid)
        open_dialog(forms.release_dialog(about, text, where, self._parent), self._tasks, send)

    def excursion(self, places: Sequence[Place]) -> None:
        """A place is or was too warm or too cold."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = TellExcursion(
                request_id, typed["place"], typed["began"], typed["ended"], typed["lowest"], typed["highest"],
                typed["reason"],
            )  # fmt: skip
            return self._desk.holding.tell(command, self._actor())

        text = phrase("stock_ui_excursion")
        open_dialog(forms.excursion_dialog(text, places, self._now(), self._parent), self._tasks, send)

    def end_excursion(self, running: Sequence[ExcursionPicture]) -> None:
        """The place is as it should be again."""
        zone = self._desk.stock.zone
        listed = [
            (str(one.excursion.id), tr("{place}, since {began}").format(
                place=one.excursion.place.name, began=local_text(one.excursion.began, zone).partition(" (")[0]))
            for one in running
        ]  # fmt: skip

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = EndExcursion(
                request_id, int(typed["excursion"] or 0), typed["ended"], typed["lowest"], typed["highest"],
                typed["reason"],
            )  # fmt: skip
            return self._desk.holding.end(command, self._actor())

        dialog = forms.excursion_end_dialog(phrase("stock_ui_excursion_end"), listed, self._now(), self._parent)
        open_dialog(dialog, self._tasks, send)

    def prepared(self, earmark: Earmark, holder: str, vials: str) -> None:
        """The promised set was prepared and not given."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            command = PreparedNotGiven(request_id, earmark.holder, earmark.vials, typed["reason"])
            return self._desk.moves.prepared(command, self._actor())

        text = phrase("stock_ui_prepared", vials=vials, set_no=earmark.set_no)
        open_dialog(forms.prepared_dialog([holder], text, self._parent), self._tasks, send)

    def let_go(self, earmark: Earmark, holder: str, vials: str) -> None:
        """Take the promise back."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._desk.stock.let_go(request_id, earmark.id, typed["reason"], self._actor())

        held = words.held_text(earmark)
        text = phrase("stock_ui_let_go", holder=holder, set_no=earmark.set_no, held=held, vials=vials)
        dialog = reason_dialog(tr("Let a promise go"), tr("&Let go"), [holder], text, self._parent)
        open_dialog(dialog, self._tasks, send)

    def place(self) -> None:
        """A new place."""

        def send(request_id: str, typed: dict[str, str]) -> object:
            return self._desk.stock.add_place(request_id, typed["place"], typed["reach"], self._actor())

        open_dialog(place_dialog(self._parent), self._tasks, send)

    def explain(self, found: Sequence[Discrepancy]) -> None:
        """Say what was found out about an open discrepancy."""
        open_ones = [(str(item.id), words.discrepancy_text(item, self._desk.stock.zone)) for item in found]

        def send(request_id: str, typed: dict[str, str]) -> object:
            chosen = int(typed["discrepancy"] or 0)
            return self._desk.stock.explain(request_id, chosen, typed["reason"], self._actor())

        open_dialog(explain_dialog(open_ones, self._parent), self._tasks, send)

    def save_ledger(self, asked: LedgerWanted, done: Callable[[Path | Refused], None]) -> QFileDialog | None:
        """Ask where the ledger goes as a plain file; other bytes of that name stay, a number goes behind the name."""
        export = self._desk.export
        if export is None:
            return None
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._parent, tr("Save the ledger"), documents or QDir.homePath(), "CSV (*.csv)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("ledger.csv")

        def save(name: str) -> None:
            work = partial(export, uuid4().hex, asked, Path(name), self._actor())
            self._tasks.run(work, done, owner=self._parent, pool="paper")

        dialog.fileSelected.connect(save)
        dialog.open()
        return dialog

    def _now(self) -> str:
        return self._desk.holding.now().astimezone(self._desk.stock.zone).strftime("%Y-%m-%d %H:%M")
