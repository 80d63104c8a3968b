"""The row of buttons of the shelf: what is done often stands there, what is done rarely waits in a menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QMenu, QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.words import button, tr
from crs_desktop.stock.model import LotState, ShelfLine

Run = Callable[[], object]


class ShelfButtons(QWidget):
    """Receive, move, waste, broken, state; the menu holds warm places, a new place and the ledger as a file."""

    def __init__(self) -> None:
        super().__init__()
        self.receive = button(tr("&Receive a lot"), "main")
        self.move_vials = button(tr("&Move"), hint=tr("Bring vials of the chosen lot to another place"))
        self.waste = button(tr("&Waste"), hint=tr("Throw vials of the chosen lot away"))
        self.broken = button(tr("Vial &broken"), hint=tr("One vial of the chosen lot; Enter writes it down"))
        self.state = button(tr("&Quarantine"), hint=tr("Keep the chosen lot from being used"))
        self.more = button(tr("M&ore"), hint=tr("Warm places, a new place, the ledger as a file"))
        self.explain = button(tr("E&xplain a discrepancy"))
        self.explain.hide()
        self.used_up = QCheckBox(tr("Also lots that are &used up"))
        self.menu = QMenu(self.more)
        self.menu.setAccessibleName(tr("More"))
        self.more.setMenu(self.menu)
        flow = FlowRow(self, gap=8, line_gap=8)
        flow.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self.receive, self.move_vials, self.waste, self.broken, self.state, self.more, self.explain, self.used_up,
        ):  # fmt: skip
            flow.addWidget(widget)

    def fill_menu(self, excursion: Run, end: Run, place: Run, save: Run | None) -> None:
        """What is rarely wanted; arrows and Enter choose, Esc leaves."""
        self.excursion = self.menu.addAction(tr("Record a temperature e&xcursion…"), excursion)
        self.end = self.menu.addAction(tr("&End a temperature excursion…"), end)
        self.menu.addSeparator()
        self.place = self.menu.addAction(tr("Add a &place…"), place)
        self.save = self.menu.addAction(tr("&Save the ledger as a file…"), save or place)
        self.save.setEnabled(save is not None)

    def offer(self, line: ShelfLine | None, places: int, warm: bool) -> None:
        """Only what can be done with the chosen line can be pressed."""
        there = line is not None and line.on_hand.vials > 0
        self.waste.setEnabled(there)
        self.broken.setEnabled(there)
        self.move_vials.setEnabled(there and places > 1)
        self.state.setEnabled(line is not None)
        blocked = line is not None and line.on_hand.state is not LotState.AVAILABLE
        self.state.setText(tr("Make &available") if blocked else tr("&Quarantine"))
        self.end.setEnabled(warm)
