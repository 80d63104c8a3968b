"""What a notice comes to, on the screen: one sentence, what to know beside it, and a list for each question."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import row_height
from crs_desktop.desktop.words import heading, phrase, tr
from crs_desktop.stock.recalls.model import DoseReceived, Drill, Promise, ToPull, WentOut, WindowChanged
from crs_desktop.stock.ui.blocks import Attention, low
from crs_desktop.stock.ui.recalls import words
from crs_desktop.stock.ui.recalls.columns import (
    out_columns,
    promise_columns,
    pull_columns,
    received_columns,
    window_columns,
)


class DrillPane(QWidget):
    """The drill of the chosen notice, or of one that is only looked at."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.head = heading(phrase("recall_ui_choose"))
        self.notes = Attention()
        self.received: RecordTable[DoseReceived] = RecordTable(
            tr("Received"), received_columns(zone), lambda dose: dose.dose_id,
            empty=tr("Nobody received vials of these lots."),
        )  # fmt: skip
        self.windows: RecordTable[WindowChanged] = RecordTable(
            tr("Readiness"), window_columns(), lambda item: (item.person.id, item.days),
            empty=tr("No window rests on these lots."),
        )  # fmt: skip
        self.to_pull: RecordTable[ToPull] = RecordTable(
            tr("To pull"), pull_columns(), lambda line: (line.lot.id, line.place.id),
            empty=tr("No vial of these lots is on hand."),
        )  # fmt: skip
        self.promised: RecordTable[Promise] = RecordTable(
            tr("Promised"), promise_columns(), lambda item: (item.holder, item.set_no),
            empty=tr("No vial of these lots is promised to anybody."),
        )  # fmt: skip
        self.went_out: RecordTable[WentOut] = RecordTable(
            tr("Went out"), out_columns(zone), lambda line: (line.lot.id, line.place.id, line.at, line.kind),
            empty=tr("No vial of these lots left otherwise than in a dose."),
        )  # fmt: skip
        self._tables = (self.to_pull, self.received, self.windows, self.promised, self.went_out)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(tr("What the recall comes to"))
        for table in self._tables:
            self.tabs.addTab(table, "")
        self._name_tabs(None)
        self.size_tables()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.head)
        column.addWidget(self.notes)
        column.addWidget(self.tabs, 1)

    def size_tables(self) -> None:
        """Ask for no more height than a few lines of the present text size."""
        for table in self._tables:
            low(table, row_height() * 5)

    def say(self, text: str) -> None:
        """No drill: why not, and empty lists."""
        self.head.setText(text)
        self.notes.tell([])
        for table in self._tables:
            table.show_records([])
        self._name_tabs(None)

    def show_drill(self, drill: Drill) -> None:
        """Everything that the notice comes to."""
        self.head.setText(words.head_text(drill))
        self.notes.tell(words.notes_of(drill))
        self.received.show_records(drill.received)
        self.windows.show_records(drill.windows)
        self.to_pull.show_records(drill.to_pull)
        self.promised.show_records(drill.promised)
        self.went_out.show_records(drill.went_out)
        self._name_tabs(drill)

    def _name_tabs(self, drill: Drill | None) -> None:
        """The number of each list stands on its tab."""
        people = counts = ""
        names = [tr("To pull"), tr("Received"), tr("Readiness"), tr("Promised"), tr("Went out")]
        if drill is not None:
            people = words.counted(len(drill.people), tr("person"), tr("people"))
            counts = words.counted(drill.vials_to_pull, tr("vial"), tr("vials"))
            lost = tr("{count} lost").format(count=len(drill.losing))
            told = [counts, people, lost, str(len(drill.promised)), str(len(drill.went_out))]
            names = [f"{name} ({number})" for name, number in zip(names, told, strict=True)]
        for at, name in enumerate(names):
            self.tabs.setTabText(at, name)
