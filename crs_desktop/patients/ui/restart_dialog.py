"""A step-up that begins again: the rule of the label, the first day, and the dated ladder before it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import StateBadge, heading, message, phrase, tr
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.entry import read_day
from crs_desktop.patients.courses.commands import RestartCourse
from crs_desktop.patients.courses.restarting import advice_on, restarted, rows_for
from crs_desktop.patients.model import Course, InfusionEvent
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.rules import course_window, infusions
from crs_desktop.patients.ui.infusion_forms import Desk, small_dialog
from crs_desktop.patients.ui.restart_words import (
    advice_text,
    last_of,
    row_choice,
    row_lines,
    row_of_day,
    soon,
)
from crs_desktop.patients.ui.schedule_table import preview_table
from crs_desktop.patients.ui.sureness import NOTHING, Sure, marks_of
from crs_desktop.patients.ui.words import range_text, sets_text
from crs_desktop.policy.model import Policy
from crs_desktop.therapies.model.care import RestartRow


class LadderPreview(QWidget):
    """What the chosen rule would mean from the typed day on, and whether the label names it for that day."""

    def __init__(self, line: PatientLine, course: Course, last: InfusionEvent, policy: Policy) -> None:
        super().__init__()
        self._line, self._course, self._last, self._policy = line, course, last, policy
        self.setObjectName("Panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._badge = StateBadge(parent=self)
        self._said = message()
        self._marks, self._sure = marks_of(line, course), dict[str, Sure]()
        self.table = preview_table(tr("Doses if it begins again"), lambda item: self._sure.get(item.dose.key, NOTHING))
        self.table.setMinimumHeight(scaled(170))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(6)
        for widget in (heading(tr("Doses if it begins again")), self._badge, self._said):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        self.show_choice(None, "")

    def text(self) -> str:
        """Everything that is said above the table."""
        return "\n".join(filter(None, (self._badge.text(), self._said.text())))

    def show_choice(self, row: RestartRow | None, typed: str) -> None:
        """Judge the rule for the day; while one of them is missing, ask for it."""
        day = read_day(typed, "start")
        if row is None or not isinstance(day, date) or day < self._last.day:
            self._badge.set_state(None)
            self._said.setText(phrase("patients_restart_type"))
            self.table.show_records(())
            return
        course = restarted(self._course, row, self._last, day)
        dated = infusions(course, (), self._line.record.body, self._line.day, soon(day))
        window = course_window(course, dated, self._policy)
        fits = row_of_day(advice_on(self._course, self._last, day), [row]) is not None
        by_event = bool(row.event) or not row.situation.startswith("delay_after:")
        state = State.READY if fits else State.CANNOT_SAY if by_event else State.READY_BUT
        code = "patients_restart_fits" if fits else "patients_restart_judge" if by_event else "patients_restart_other"
        unsure = self._marks.about(row.path).state is State.READY_BUT or not self._marks.adopted
        if fits and unsure:
            state, code = State.READY_BUT, "patients_restart_fits_unsure"
        self._badge.set_state(state, text=phrase(code))
        said = row_lines(row, self._marks)
        lines = [] if fits or by_event else [advice_text(self._marks, self._course, self._last, day, where=False)]
        lines += [] if self._marks.adopted else [phrase("patients_preview_unadopted")]
        lines += [" ".join(said[1:])]
        if window is None:
            lines.append(phrase("patients_preview_no_window"))
        else:
            days, sets = range_text(window.days), sets_text(window.sets)
            lines.append(phrase("patients_preview_window", days=days, sets=sets))
        self._said.setText("\n".join(lines))
        body = self._line.record.body
        self._sure = {item.dose.key: self._marks.dose(course, item.dose, body.weight) for item in dated}
        self.table.show_records(dated)
        self.table.fit_columns()


def can_restart(line: PatientLine) -> bool:
    """True when a dose was given and the version that the course follows has a rule with which to begin again."""
    course = line.course
    return course is not None and course.end is None and bool(rows_for(course, last_of(line, course)))


def restart_dialog(desk: Desk, line: PatientLine, course: Course, policy: Policy) -> FormDialog:
    """The rule of today is chosen; another one, or another day, is judged as it is typed."""
    last = last_of(line, course)
    assert last is not None, "asked only after a dose was given"
    rows = rows_for(course, last)
    today = row_of_day(advice_on(course, last, max(line.day, last.day)), rows)
    form = Form()
    form.add_widget(message(_about(line, course, last)))
    form.choice("row", tr("Rule of the &label"), _choices(rows), ask=True)
    form.day("start", tr("First &day"))
    form.text("reason", tr("&Reason"))
    preview = LadderPreview(line, course, last, policy)
    form.add_widget(preview)
    by_id = {row.id: row for row in rows}
    form.set_values({"row": "" if today is None else today.id})

    def show(_name: str = "") -> None:
        values = form.values()
        preview.show_choice(by_id.get(values["row"]), values["start"])

    form.changed.connect(show)
    dialog = small_dialog(desk, line, tr("Restart the step-up"), tr("&Begin again"), form)
    room = dialog.screen().availableSize()
    dialog.resize(min(scaled(640), room.width() - 40), min(scaled(760), room.height() - 60))
    request_id = uuid4().hex

    def send(values: dict[str, str]) -> None:
        command = RestartCourse(request_id, course.id, values["row"], values["start"], values["reason"])
        actor = desk.actor()
        dialog.send(desk.tasks, lambda: desk.register.courses.restart(command, actor))

    dialog.submitted.connect(send)
    return dialog


def _choices(rows: Sequence[RestartRow]) -> list[tuple[str, str]]:
    return [(row.id, row_choice(row)) for row in rows]


def _about(line: PatientLine, course: Course, last: InfusionEvent) -> str:
    said = advice_text(marks_of(line, course), course, last, max(line.day, last.day), where=False)
    head = phrase("patients_advice_today", day=day_text(line.day))
    return "\n".join((phrase("patients_restart_what", therapy=course.protocol.name), f"{head} {said}"))
