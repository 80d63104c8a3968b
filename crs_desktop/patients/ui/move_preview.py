"""What the label says about a day that is typed for a dose, and what else would move, before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, StateBadge, message, phrase, tr
from crs_desktop.kernel.entry import read_day
from crs_desktop.kernel.refusal import Finding
from crs_desktop.patients.courses.restarting import advice_on, begins_again, is_next
from crs_desktop.patients.dating import restart_row_of
from crs_desktop.patients.model import EventKind, Infusion, InfusionEvent, Outcome
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.rules import course_window, infusions
from crs_desktop.patients.ui.mark_line import MarkLine
from crs_desktop.patients.ui.restart_words import advice_text, changes_text, last_of
from crs_desktop.patients.ui.sureness import marks_of
from crs_desktop.patients.ui.words import allowed_text, horizon, long_findings, move_line, moved, range_text
from crs_desktop.policy.model import Policy
from crs_desktop.therapies.rules.restart import NO_RULE
from crs_desktop.therapies.rules.schedule import placement_findings


class MovePreview(QWidget):
    """What the label says about a typed day, and what else would move, before anything is saved."""

    def __init__(self, line: PatientLine, infusion: Infusion, policy: Policy) -> None:
        super().__init__()
        self._line, self._infusion, self._policy = line, infusion, policy
        self._course = line.record.course(infusion.course_id)
        self._last, self._next = last_of(line, self._course), is_next(infusion, line.record.infusions)
        self._marks = marks_of(line, self._course)
        self._sure = self._marks.days(self._course, infusion.dose)
        self._allowed = PlainLabel(
            phrase("patients_move_allowed", allowed=allowed_text(infusion.dose)), "strong", wrap=True
        )
        self._how_sure = MarkLine()
        self._how_sure.tell(self._sure)
        self._badge = StateBadge(parent=self)
        self._said = message()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self._allowed, self._how_sure, self._badge, self._said):
            column.addWidget(widget)
        self.show_day("")

    def text(self) -> str:
        """Everything it says."""
        said = (self._allowed.text(), self._how_sure.text(), self._badge.text(), self._said.text())
        return "\n".join(filter(None, said))

    def show_day(self, typed: str) -> None:
        """Judge the typed day; while it is not a day, ask for one."""
        day = read_day(typed, "day")
        if isinstance(day, Finding):
            self._badge.set_state(None)
            self._said.setText(phrase("patients_move_type_day"))
            return
        findings = self._findings(day)
        state, head = self._verdict(findings, day)
        self._badge.set_state(state, text=head)
        unadopted = "" if self._marks.adopted else phrase("patients_preview_unadopted")
        said = (long_findings(findings), *self._label(day), *self._consequences(day), unadopted)
        self._said.setText("\n".join(filter(None, said)))

    def _verdict(self, findings: Sequence[Finding], day: date) -> tuple[State, str]:
        if findings:
            return State.READY_BUT, tr("beware")
        advice = advice_on(self._course, self._last, day) if self._next else None
        if self._next and self._last is not None and (advice is None or advice.kind == NO_RULE):
            return State.CANNOT_SAY, phrase("patients_move_says_nothing")
        row = None if advice is None else advice.row
        if row is not None and begins_again(row) and row.id != self._course.restart_row:
            return State.READY_BUT, tr("beware")
        if self._infusion.dose.allowed is None and self._infusion.dose.findings:
            return State.CANNOT_SAY, phrase("patients_move_says_nothing")
        if self._sure.state is State.READY_BUT or not self._marks.adopted:
            return State.READY_BUT, phrase("patients_move_fits_unsure")
        return State.READY, phrase("patients_move_fits")

    def _findings(self, day: date) -> tuple[Finding, ...]:
        row, key = restart_row_of(self._course), self._infusion.dose.key
        if row is not None and key in [step.key for step in row.doses]:
            return next((item.dose.findings for item in self._dated(day) if item.dose.key == key), ())
        others = {
            item.dose.key: item.day
            for item in self._line.record.infusions
            if item.course_id == self._course.id and item.outcome is not Outcome.NOT_GIVEN
            if item.dose.key != self._infusion.dose.key
        }
        return placement_findings(self._course.protocol, self._course.regimen_id, self._infusion.dose.key, day, others)

    def _label(self, day: date) -> list[str]:
        """What the version that the course follows says for that day, when this dose is the next one."""
        if not self._next or self._last is None or day < self._last.day:
            return []
        asked = (self._marks, self._course, self._last, day)
        return [advice_text(*asked), *changes_text(*asked)]

    def _consequences(self, day: date) -> list[str]:
        before = [item for item in self._line.record.infusions if item.course_id == self._course.id]
        after = self._dated(day)
        moves = moved(before, after, self._infusion.dose.key)
        said = [move_line(moves)]
        window = course_window(self._course, after, self._policy)
        return said if window is None else [*said, phrase("patients_move_window", days=range_text(window.days))]

    def _dated(self, day: date) -> tuple[Infusion, ...]:
        course, line = self._course, self._line
        mine = [event for event in line.events if event.course_id == course.id]
        newest = max((event.id for event in mine), default=0) + 1
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        move = InfusionEvent(
            newest, course.id, self._infusion.dose.key, EventKind.RESCHEDULED, day, "", None, "", at, ""
        )
        return infusions(course, [*mine, move], line.record.body, line.day, horizon(line.day))
