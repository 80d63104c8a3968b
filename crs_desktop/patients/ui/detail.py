"""The chosen patient: banner, acts on the patient, the schedule, what stands around a dose, acts on the infusion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QVBoxLayout, QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import PlainLabel, button, heading, message, tr
from crs_desktop.patients.model import Infusion, Window
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.ui.around.pane import AroundPane
from crs_desktop.patients.ui.around.words import Asked, around_dose
from crs_desktop.patients.ui.banner import PatientBanner
from crs_desktop.patients.ui.restart_words import late_advice
from crs_desktop.patients.ui.schedule_table import schedule_table
from crs_desktop.patients.ui.sureness import NOTHING, Sure, marks_of
from crs_desktop.patients.ui.words import age_rows_text, event_text, long_findings

# From this width on the lines around a dose stand beside the schedule, else beneath it.
_SIDE_BY_SIDE = 1500


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Act:
    """A button of the detail: words with a mnemonic, what it does, the letter of its key, and when it is possible."""

    words: str
    run: Callable[[], None]
    letter: str = ""
    can: Callable[[], bool] = _always

    @property
    def keys(self) -> str:
        """'Ctrl+Shift+W'."""
        return f"Ctrl+Shift+{self.letter}" if self.letter else ""

    def when_possible(self) -> None:
        """Do it, unless it makes no sense now."""
        if self.can():
            self.run()


class PatientDetail(QWidget):
    """Shows one patient; holds no decision."""

    def __init__(self, zone: ZoneInfo, patient_acts: Sequence[Act], infusion_acts: Sequence[Act]) -> None:
        super().__init__()
        self._zone = zone
        self._line: PatientLine | None = None
        self._sure: dict[tuple[int, str], Sure] = {}
        self.around = AroundPane()
        look = Act(tr("&Look around it"), self.around.take_focus, "L", lambda: self.infusion() is not None)
        infusion_acts = (*infusion_acts, look)
        self._acts = (*patient_acts, *infusion_acts)
        self.buttons: dict[str, QPushButton] = {}
        self.banner = PatientBanner(zone)
        self.schedule = schedule_table(tr("Schedule"), self._sure_of)
        self.schedule.setMinimumHeight(scaled(130))
        self.schedule.chosen.connect(self._say_chosen)
        self._said = message()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.banner)
        column.addLayout(self._row(None, patient_acts))
        dose = QVBoxLayout()
        dose.setSpacing(8)
        dose.addWidget(self.schedule, 1)
        dose.addWidget(self._said)
        self._middle = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._middle.setSpacing(12)
        self._middle.addLayout(dose, 3)
        self._middle.addWidget(self.around, 2)
        column.addLayout(self._middle, 1)
        column.addLayout(self._row(heading(tr("Chosen infusion")), infusion_acts))

    def acts(self) -> tuple[Act, ...]:
        """Every act, for keys."""
        return self._acts

    def infusion(self) -> Infusion | None:
        """The chosen infusion."""
        return self.schedule.current()

    def said(self) -> str:
        """What is said about the chosen infusion."""
        return self._said.text()

    def show_line(self, line: PatientLine, windows: Sequence[Window], episodes: Sequence[str]) -> None:
        """Show this patient; the infusion to come is chosen, unless another one of the same patient was."""
        other = self._line is None or self._line.id != line.id
        self._line = line
        self.banner.show_line(line, windows, episodes)
        self._judge(line)
        self.schedule.show_records(line.record.infusions)
        self.schedule.view.viewport().update()  # a signature changes how sure a dose is, not the dose
        self.schedule.fit_columns()
        coming = line.next
        if other or self.schedule.current() is None:
            self.schedule.view.clearSelection()
            if coming is not None:
                self.schedule.choose((coming.course_id, coming.dose.key))
            elif line.record.infusions:
                last = line.record.infusions[-1]
                self.schedule.choose((last.course_id, last.dose.key))
        self._say_chosen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= scaled(_SIDE_BY_SIDE)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._middle.setDirection(across if wide else down)
        self._keep_whole()

    def _keep_whole(self) -> None:
        """Large text runs over several lines: the page scrolls, no fact of the banner is cut or written over."""
        column = self.layout()
        if column is not None:
            self.setMinimumHeight(column.minimumHeightForWidth(self.width()))

    def _judge(self, line: PatientLine) -> None:
        """How sure each dose is, worked out once a reading."""
        weighing, marks = line.record.weighing, {c.id: marks_of(line, c) for c in line.record.courses}
        weight = None if weighing is None else weighing.weight
        self._sure = {
            (item.course_id, item.dose.key): marks[item.course_id].dose(
                line.record.course(item.course_id), item.dose, weight
            )
            for item in line.record.infusions
        }

    def _sure_of(self, infusion: Infusion) -> Sure:
        return self._sure.get((infusion.course_id, infusion.dose.key), NOTHING)

    def _show_around(self, line: PatientLine | None, infusion: Infusion | None) -> None:
        """What stands around the chosen infusion, by the version that its course follows."""
        if line is None or infusion is None:
            self.around.show_rows("", ())
            return
        course, weighing = line.record.course(infusion.course_id), line.record.weighing
        mine = [item.dose.key for item in line.record.infusions if item.course_id == course.id]
        asked = Asked(
            course, infusion, marks_of(line, course), None if weighing is None else weighing.weight, self._zone,
            infusion.dose.key == mine[0],
        )  # fmt: skip
        self.around.show_rows(infusion.dose.label, around_dose(asked))

    def _say_chosen(self) -> None:
        infusion, line = self.infusion(), self._line
        text = ""
        if infusion is not None and line is not None:
            event = line.event_of(infusion)
            said = (
                long_findings(infusion.findings), late_advice(line, infusion), age_rows_text(line, infusion),
                event_text(event, self._zone) if event else "",
            )  # fmt: skip
            text = "\n".join(filter(None, said))
        self._said.setText(text)
        self._said.setVisible(bool(text))
        self._show_around(line, infusion)
        for act in self._acts:
            self.buttons[act.words].setEnabled(act.can())
        self._keep_whole()

    def _row(self, head: PlainLabel | None, acts: Sequence[Act]) -> FlowRow:
        row = FlowRow(gap=8, line_gap=6)
        if head is not None:
            row.addWidget(head)
        for act in acts:
            made = button(act.words, hint=act.keys)
            made.clicked.connect(act.when_possible)
            self.buttons[act.words] = made
            row.addWidget(made)
        return row
