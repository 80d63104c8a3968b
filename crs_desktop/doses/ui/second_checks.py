"""The second checks of the doses page: how many wait, which ones, and the cover while somebody looks."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crs_desktop.desktop.curtain import Curtain
from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, phrase, tr
from crs_desktop.doses.entry import DoseCheck, ToCheck
from crs_desktop.doses.overview import DoseOverview, LogLine
from crs_desktop.doses.service import DoseLog
from crs_desktop.doses.ui.second_dialog import SecondCheckDialog
from crs_desktop.doses.ui.second_panels import field_word
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Patient
from crs_desktop.staff.signing.model import Outcome, Prover, Standing

_SETTLED = (Outcome.AGREED, Outcome.EXPLAINED, Outcome.CORRECTED, Outcome.LOOKED_OVER)


class SecondChecks(QObject):
    """Owned by the page. `filtered` when other rows are to be shown, `record_again` with a record taken back."""

    filtered = Signal()
    record_again = Signal(object)

    def __init__(
        self, tasks: Tasks, doses: DoseLog, actor: Callable[[], Actor], prover: Prover, zone: ZoneInfo, page: QWidget
    ) -> None:
        super().__init__(page)
        self._tasks, self._doses, self._actor, self._prover, self._zone = tasks, doses, actor, prover, zone
        self._page = page
        self._curtain: Curtain | None = None
        self.dialog: SecondCheckDialog | None = None
        self.badge = StateBadge()
        self.caught = PlainLabel("", "caption")
        self.only_button = button(tr("Show &only these"), "quiet")
        self.only_button.setCheckable(True)
        self.only_button.toggled.connect(lambda _on: self.filtered.emit())
        self.check_button = button(tr("Second &check"), hint=tr("Of the record chosen in the log, by a second person"))
        self.check_button.setEnabled(False)
        self.complaint = PlainLabel("", "wrong", wrap=True)
        self.complaint.hide()
        self.head = self._made_head()

    @property
    def running(self) -> bool:
        """True while somebody looks."""
        return self.dialog is not None

    def count(self, found: DoseOverview) -> None:
        """Say how many wait."""
        waiting = found.waiting
        differing = sum(one.check is not None and one.check.standing is Standing.DIFFERS for one in waiting)
        text = phrase("second_ui_one_waits") if len(waiting) == 1 else phrase("second_ui_many_wait", count=len(waiting))
        if differing:
            text += f"; {phrase('second_ui_differ', count=differing)}"
        if waiting:
            self.badge.set_state(State.SHORT if differing else State.READY_BUT, text=text)
        else:
            self.badge.set_state(State.READY, text=phrase("second_ui_none_waits"))
        caught = found.caught
        self.caught.setText(
            phrase(
                "second_ui_caught", checks=caught.checks, differed=caught.differed, explained=caught.explained,
                corrected=caught.corrected, alone=caught.alone,
            )
        )  # fmt: skip
        self.only_button.setVisible(bool(waiting) or self.only_button.isChecked())
        if not waiting and self.only_button.isChecked():
            self.only_button.setChecked(False)

    def shown(self, found: DoseOverview) -> tuple[LogLine, ...]:
        """The rows of the log: all, or only those that wait."""
        return found.waiting if self.only_button.isChecked() else found.log

    def choose(self, line: LogLine | None) -> None:
        """Another row of the log is chosen."""
        self.check_button.setEnabled(line is not None and line.waits)
        self.complaint.hide()

    def open(self, dose_id: int, patient: Patient) -> None:
        """Cover every other window, and ask the second person; once, however often it is asked."""

        def asked(found: ToCheck | Refused) -> None:
            if isinstance(found, Refused):
                self.complaint.setText(" ".join(say(one) for one in found.findings))
                self.complaint.show()
            elif not self.running:
                self._begin(found, patient)

        self._tasks.run(lambda: self._doses.to_check(dose_id), asked, self)

    def _begin(self, question: ToCheck, patient: Patient) -> None:
        self.complaint.hide()
        dialog = SecondCheckDialog(
            self._tasks, self._doses, self._actor, self._prover, question, patient, self._zone, self._page
        )
        self.dialog = dialog
        # It falls first: nothing is seen beside the window for even a moment.
        self._curtain = Curtain(dialog, tr("A second check is under way"), phrase("second_ui_covered"))
        dialog.finished.connect(self._closed)
        dialog.record_again.connect(self.record_again)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None
        if self._curtain is not None:
            self._curtain.lift()
            self._curtain = None

    def _made_head(self) -> QWidget:
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = FlowRow(gap=16, line_gap=4)  # large text goes to a line of its own instead of being squeezed away
        for one in (self.badge, self.only_button, self.caught):
            row.addWidget(one)
        column.addLayout(row)
        column.addWidget(self.complaint)
        return head


def check_text(line: LogLine) -> str:
    """'waiting', 'differs', 'alone, look over', or who checked it; empty for a record taken back."""
    check = line.check
    if check is None:
        return ""
    if check.standing is Standing.CHECKED:
        return _second(check)
    words = {
        Standing.WAITING: tr("waiting"), Standing.DIFFERS: tr("differs"), Standing.ALONE: tr("alone: look over"),
    }  # fmt: skip
    return words[check.standing]


def check_state(line: LogLine) -> State | None:
    """Shape and colour to the word."""
    if line.check is None:
        return None
    states = {Standing.CHECKED: State.READY, Standing.DIFFERS: State.SHORT}
    return states.get(line.check.standing, State.READY_BUT)


def check_below(line: LogLine) -> str:
    """Whose look it was."""
    check = line.check
    if check is None or check.last is None:
        return ""
    return tr("checked") if check.standing is Standing.CHECKED else _second(check)


def check_lines(line: LogLine) -> list[str]:
    """What a record says of its second check, one thing a line."""
    check = line.check
    if check is None:
        return []
    last = check.last
    if last is None:
        return [phrase("second_ui_waits_line")]
    if last.second is None:
        return [phrase("second_ui_alone_line", name=last.first, why=last.explanation)]
    lines = [phrase("second_ui_signed", first=last.first, second=last.second)] if last.outcome in _SETTLED else []
    if last.outcome is Outcome.DIFFERS:
        lines.append(phrase("second_ui_differs_line", second=last.second))
    elif last.differences:
        lines.append(phrase("second_ui_explained_line"))
    lines += [f"• {field_word(one.field)}: {one.first} / {one.second}" for one in last.differences]
    return [*lines, *([last.explanation] if last.explanation else [])]


def _second(check: DoseCheck) -> str:
    return "" if check.last is None else check.last.second or check.last.first
