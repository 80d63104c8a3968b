"""The cases of a product, run off the window's thread: each answered as expected, or what was answered instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks, Ticket
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import StateBadge, button, phrase, tr
from crs_desktop.kernel.wording import say
from crs_desktop.therapies.cases import CaseAnswer
from crs_desktop.therapies.ui.lines import spoken

Ask = Callable[[], Sequence[CaseAnswer]]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One row: a case that is answered as expected, or one thing in which it is not."""

    number: int
    kind: str
    name: str
    expects: str
    answered: str
    good: bool


class CasesTab(QWidget):
    """Runs and shows them."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._tasks = tasks
        self._ask: Ask | None = None
        self._version = ""
        self._ticket: Ticket | None = None
        self.run_button = button(tr("&Run the cases"), hint=tr("Ask the protocol what its cases ask"))
        self.run_button.clicked.connect(self.run)
        self.result = StateBadge()
        self.table: RecordTable[CaseLine] = RecordTable(
            tr("Cases"), case_columns(), lambda line: line.number, empty=phrase("therapies_ui_cases_not_run"),
            filter_hint=tr("Filter cases"), sortable=False,
        )  # fmt: skip
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.run_button)
        top.addWidget(self.result, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.table, 1)

    def about(self, version: str, ask: Ask) -> None:
        """Cases of this version; of another one than before nothing has been run yet."""
        if version == self._version:
            return
        self._version = version
        self._clear()
        self._ask = ask
        self.run_button.setEnabled(True)

    def _clear(self) -> None:
        if self._ticket is not None:
            self._ticket.drop()
        self._ticket = None
        self.result.set_state(None)
        self.table.show_records([])

    def run(self) -> None:
        """Ask on a worker; the button waits for the answer."""
        if self._ask is None:
            return
        self.run_button.setEnabled(False)
        self.result.set_state(State.CANNOT_SAY, text=tr("running…"))
        self._ticket = self._tasks.run(self._ask, self._show, self, "paper", self._failed)

    def _show(self, answers: Sequence[CaseAnswer]) -> None:
        self.run_button.setEnabled(True)
        wrong = sum(1 for answer in answers if answer.findings)
        said = phrase("therapies_ui_cases_bad", wrong=wrong, all=len(answers))
        if not wrong:
            said = phrase("therapies_ui_cases_good", all=len(answers))
        self.result.set_state(State.SHORT if wrong else State.READY, text=said)
        self.table.show_records(lines_of(answers))

    def _failed(self, error: BaseException) -> None:
        self._clear()
        self.run_button.setEnabled(True)
        self._tasks.present(error, self.run)


def lines_of(answers: Sequence[CaseAnswer]) -> list[CaseLine]:
    """What is wrong first."""
    lines: list[CaseLine] = []
    for answer in answers:
        found = [
            (finding.field or answer.name, finding.get("expects") or say(finding), finding.value)
            for finding in answer.findings
        ]
        for name, expects, answered in found or [(answer.name, "", "")]:
            lines.append(CaseLine(len(lines), answer.kind, name, expects, answered, not answer.findings))
    return sorted(lines, key=lambda line: line.good)


def case_columns() -> list[Column[CaseLine]]:
    """Green or red as shape and word, the case, and when red both answers."""
    return [
        Column(
            tr("Answer"), lambda line: tr("as expected") if line.good else tr("otherwise"),
            state=lambda line: State.READY if line.good else State.SHORT,
        ),
        Column(tr("Case"), lambda line: line.name, stretch=True, below=_answers, hint=_answers),
    ]  # fmt: skip


def _answers(line: CaseLine) -> str:
    """Both answers when they differ, else what kind of case it is."""
    if line.good:
        return spoken(line.kind)
    return phrase("therapies_ui_case_otherwise", expects=line.expects, answered=line.answered)
