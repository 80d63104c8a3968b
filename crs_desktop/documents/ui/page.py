"""Paper: what was filed, newest first, with the filed bytes beside it; printed again exactly as filed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, keep_hidden, phrase
from crs_desktop.documents.filed import FiledSheet
from crs_desktop.documents.pages import joined
from crs_desktop.documents.service import PaperShop
from crs_desktop.documents.ui.preview import PaperPreview
from crs_desktop.documents.ui.printing import PaperPrinter
from crs_desktop.documents.ui.saving import PaperSaver
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Finding, Refused, beware, no
from crs_desktop.kernel.wording import say

_FRESH = {"printed": State.READY, "stale": State.READY_BUT}


@dataclass(frozen=True, slots=True)
class _Line:
    sheet: FiledSheet
    patient: str
    state: str


class PaperPage(Page):
    """Every filed sheet with its preview."""

    title = "Paper"
    topics = frozenset({Topic.PAPER, Topic.READINESS})

    def __init__(
        self,
        tasks: Tasks,
        paper: PaperShop,
        zone: ZoneInfo,
        names: Callable[[], Mapping[int, str]],
        actor: Callable[[], Actor],
    ) -> None:
        super().__init__(tasks)
        self._paper = paper
        self._zone = zone
        self._names = names
        self._wanted: int | None = None
        self._shown: FiledSheet | None = None
        self.printer = PaperPrinter(tasks, self)
        self.saver = PaperSaver(tasks, paper, actor, self)
        self.said = PlainLabel("", "body", wrap=True)
        self._say(paper.notes)
        self.table: RecordTable[_Line] = RecordTable(
            "Filed sheets", self._columns(), key=lambda line: line.sheet.id, empty=phrase("paper_none"), sortable=False
        )
        self.preview = PaperPreview(tasks)
        self.preview.print_asked.connect(self._print)
        self.preview.save_asked.connect(self.save_shown)
        self.table.chosen.connect(self._show)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.preview)
        split.setSizes([520, 640])
        self.body.addWidget(self.said)
        self.body.addWidget(split, 1)

    def refresh(self) -> None:
        """Read the list again."""
        self.ask(self._lines, self._fill, pool="paper")

    def show_sheet(self, sheet_id: int) -> None:
        """Choose a sheet now or as soon as it is in the list."""
        self._wanted = sheet_id
        self.refresh()

    def print_filed(self, sheets: Sequence[FiledSheet]) -> None:
        """Show the first of them and offer all to the printer as one job."""
        self.show_sheet(sheets[0].id)
        self.tasks.run(partial(self._joined, tuple(sheets)), partial(self._offer, len(sheets)), self, pool="paper")

    def _joined(self, sheets: Sequence[FiledSheet]) -> bytes | Refused:
        contents = [self._paper.content(sheet) for sheet in sheets]
        wrong = [finding for one in contents if isinstance(one, Refused) for finding in one.findings]
        return Refused(tuple(wrong)) if wrong else joined([one for one in contents if isinstance(one, bytes)])

    def _offer(self, count: int, content: bytes | Refused) -> None:
        if isinstance(content, Refused):
            self._say(content.findings)
        elif not self.printer.any_there():
            self._say((beware("paper_day_filed", "paper", count), no("paper_no_printer")))
        else:
            self.printer.ask(content, self.title)

    def _lines(self) -> list[_Line]:
        names, states, gone = self._names(), self._paper.states(), self._paper.without_content()
        lines = []
        seen: set[str] = set()
        for sheet in self._paper.sheets():
            key = f"{sheet.course_id}/{sheet.dose_key}"
            newest = sheet.kind == "infusion-day" and key not in seen
            state = states.get(key, "") if newest else ""
            if sheet.id in gone:
                state = phrase("paper_no_pdf")
            if sheet.kind == "infusion-day":
                seen.add(key)
            lines.append(_Line(sheet, names.get(sheet.patient_id or 0, ""), state))
        return lines

    def _fill(self, lines: list[_Line]) -> None:
        self.table.show_records(lines)
        if self._wanted is not None and self.table.choose(self._wanted):
            self._wanted = None
        elif self.table.current() is None and lines:
            self.table.choose(lines[0].sheet.id)
        self._show()

    def save_shown(self) -> None:
        """Ask where the sheet that is shown shall lie as a plain file."""
        if self._shown is not None:
            self.saver.ask(self._shown, self._saved)

    def _show(self, *_: object) -> None:
        line = self.table.current()
        if line is None:
            return
        if self._shown is not None and self._shown.id != line.sheet.id:
            self._take_away()  # never one patient's line beside another one's paper
        lay = partial(self._lay, line.sheet)
        self.tasks.run(partial(self._paper.content, line.sheet), lay, self, pool="paper")

    def _lay(self, sheet: FiledSheet, content: bytes | Refused) -> None:
        line = self.table.current()
        if line is None or line.sheet.id != sheet.id:
            return  # an answer about the line before
        if isinstance(content, Refused):
            self._take_away()
            self.say_stale("; ".join(say(finding) for finding in content.findings), State.SHORT)
            return
        self.say_stale("")
        self._shown = sheet
        if content != self.preview.content():
            self.preview.show_paper(content)

    def _take_away(self) -> None:
        self._shown = None
        self.preview.show_paper(b"")
        self._say(self._paper.notes)

    def _print(self, content: bytes) -> None:
        if not self.printer.any_there():
            self._say((no("paper_no_printer"),))
        else:
            self.printer.ask(content, self._shown.code if self._shown is not None else self.title)

    def _saved(self, answer: Path | Refused) -> None:
        if isinstance(answer, Refused):
            self._say(answer.findings)
        else:
            self.said.setText(phrase("paper_exported", place=answer))
            keep_hidden(self.said, False)

    def _say(self, findings: tuple[Finding, ...]) -> None:
        self.said.setText("\n".join(say(finding) for finding in findings))
        keep_hidden(self.said, not findings)

    def _columns(self) -> list[Column[_Line]]:
        return [
            Column("Patient", lambda line: line.patient, strong=True),
            Column("For", lambda line: day_text(line.sheet.day)),
            Column("Still true?", lambda line: line.state, state=lambda line: _FRESH.get(line.state)),
            Column("Sheet", lambda line: phrase(f"paper_kind_{line.sheet.kind.replace('-', '_')}")),
            Column("Printed", self._printed_at, strong=True),
            Column("Code", lambda line: line.sheet.code),
            Column("By", lambda line: line.sheet.actor, stretch=True),
        ]

    def _printed_at(self, line: _Line) -> str:
        local = line.sheet.at.astimezone(self._zone)
        return f"{day_text(local.date())} {local:%H:%M}"
