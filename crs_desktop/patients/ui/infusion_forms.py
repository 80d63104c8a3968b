"""The small forms about a chosen patient or infusion: weigh, move, given, held, not given, course ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import PlainLabel, StateBadge, message, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.entry import read_day
from crs_desktop.kernel.refusal import Finding
from crs_desktop.patients.commands import TOLD_ENDS, EndCourse, MarkInfusion, Reschedule, Weigh
from crs_desktop.patients.model import Course, EventKind, Infusion, InfusionEvent, Outcome
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.rules import course_window, infusions
from crs_desktop.patients.service import PatientRegister
from crs_desktop.patients.ui.asking import AskingPanel
from crs_desktop.patients.ui.weight_fields import add_weight_fields, weight_typed
from crs_desktop.patients.ui.words import (
    allowed_text,
    horizon,
    identifiers,
    long_findings,
    move_line,
    moved,
    range_text,
)
from crs_desktop.policy.model import Policy
from crs_desktop.therapies.rules.schedule import placement_findings


@dataclass(frozen=True, slots=True)
class Desk:
    """What every form needs to send: the door off the window's thread, the register, who acts, and where it opens."""

    tasks: Tasks
    register: PatientRegister
    actor: Callable[[], Actor]
    parent: QWidget


class WeighDialog(QDialog):
    """A new weight; an unusual one is asked again."""

    def __init__(self, desk: Desk, line: PatientLine) -> None:
        super().__init__(desk.parent)
        self.setWindowTitle(tr("Weigh"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = Form()
        add_weight_fields(self.form, desk.register.today)
        self.panel = AskingPanel(tr("Weigh"), tr("&Save the weight"), self.form, parent=self)
        self.panel.set_identifiers(*identifiers(line.record.patient))
        self.panel.cancelled.connect(self.reject)
        self.panel.settled.connect(self.accept)
        request_id = uuid4().hex

        def send(values: dict[str, str]) -> None:
            command = Weigh(request_id, line.id, weight_typed(values), self.panel.confirmed())
            actor = desk.actor()
            self.panel.send(desk.tasks, lambda: desk.register.weigh(command, actor))

        self.panel.submitted.connect(send)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        self.setMinimumWidth(scaled(420))
        self.form.focus_first()


class MovePreview(QWidget):
    """What the label says about a typed day, and what else would move, before anything is saved."""

    def __init__(self, line: PatientLine, infusion: Infusion, policy: Policy) -> None:
        super().__init__()
        self._line, self._infusion, self._policy = line, infusion, policy
        self._course = line.record.course(infusion.course_id)
        self._allowed = PlainLabel(
            phrase("patients_move_allowed", allowed=allowed_text(infusion.dose)), "strong", wrap=True
        )
        self._badge = StateBadge(parent=self)
        self._said = message()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self._allowed, self._badge, self._said):
            column.addWidget(widget)
        self.show_day("")

    def text(self) -> str:
        """Everything it says."""
        return "\n".join(filter(None, (self._allowed.text(), self._badge.text(), self._said.text())))

    def show_day(self, typed: str) -> None:
        """Judge the typed day; while it is not a day, ask for one."""
        day = read_day(typed, "day")
        if isinstance(day, Finding):
            self._badge.set_state(None)
            self._said.setText(phrase("patients_move_type_day"))
            return
        findings = self._findings(day)
        state, head = self._verdict(findings)
        self._badge.set_state(state, text=head)
        self._said.setText("\n".join(filter(None, (long_findings(findings), *self._consequences(day)))))

    def _verdict(self, findings: Sequence[Finding]) -> tuple[State, str]:
        if findings:
            return State.READY_BUT, tr("beware")
        if self._infusion.dose.allowed is None and self._infusion.dose.findings:
            return State.CANNOT_SAY, phrase("patients_move_says_nothing")
        return State.READY, phrase("patients_move_fits")

    def _findings(self, day: date) -> tuple[Finding, ...]:
        others = {
            item.dose.key: item.day
            for item in self._line.record.infusions
            if item.course_id == self._course.id and item.outcome is not Outcome.NOT_GIVEN
            if item.dose.key != self._infusion.dose.key
        }
        return placement_findings(self._course.protocol, self._course.regimen_id, self._infusion.dose.key, day, others)

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


def move_dialog(desk: Desk, line: PatientLine, infusion: Infusion, policy: Policy) -> FormDialog:
    """Reschedule: the allowed window and what the label says stand there before saving."""
    form = Form()
    form.add_widget(PlainLabel(_about(line, infusion), "strong", wrap=True))
    form.day("day", tr("New &day"))
    preview = MovePreview(line, infusion, policy)
    form.add_widget(preview)
    form.text(
        "clock_time", tr("&Time of day"), hint=phrase("patients_like", what=tr("May stay empty"), example="09:30")
    )
    form.text("reason", tr("&Reason"))
    form.changed.connect(lambda name: preview.show_day(form.values()["day"]) if name == "day" else None)
    dialog = small_dialog(desk, line, tr("Reschedule"), tr("&Move"), form)
    room = dialog.screen().availableSize()
    dialog.resize(min(scaled(560), room.width() - 40), min(scaled(600), room.height() - 60))
    request_id = uuid4().hex

    def send(values: dict[str, str]) -> None:
        command = Reschedule(
            request_id, infusion.course_id, infusion.dose.key, values["day"], values["clock_time"], values["reason"]
        )
        actor = desk.actor()
        dialog.send(desk.tasks, lambda: desk.register.reschedule(command, actor))

    dialog.submitted.connect(send)
    return dialog


def mark_dialog(desk: Desk, line: PatientLine, infusion: Infusion, outcome: Outcome) -> FormDialog:
    """Given (with its actual time), held or not given (with the reason)."""
    form = Form()
    form.add_widget(PlainLabel(_about(line, infusion), "strong", wrap=True))
    heads = {
        Outcome.GIVEN: (tr("Mark given"), tr("&Record as given")),
        Outcome.HELD: (tr("Hold"), tr("&Record as held")),
        Outcome.NOT_GIVEN: (tr("Not given"), tr("&Record as not given")),
    }
    if outcome is Outcome.GIVEN:
        said = tr("Actual local time of the start")
        like = phrase("patients_like", what=said, example=f"{line.day.isoformat()} 09:30")
        form.text("given_at", tr("&Given at"), hint=like)
        form.text("reason", tr("Re&mark"), hint=tr("Needed only to correct an earlier record"))
    else:
        form.text("reason", tr("&Why"))
    title, accept = heads[outcome]
    dialog = small_dialog(desk, line, title, accept, form)
    request_id = uuid4().hex

    def send(values: dict[str, str]) -> None:
        command = MarkInfusion(
            request_id, infusion.course_id, infusion.dose.key, outcome.value, values.get("given_at", ""),
            values["reason"],
        )  # fmt: skip
        actor = desk.actor()
        dialog.send(desk.tasks, lambda: desk.register.mark(command, actor))

    dialog.submitted.connect(send)
    return dialog


def end_dialog(desk: Desk, line: PatientLine, course: Course) -> FormDialog:
    """Withdrawn or died, with day and reason."""
    form = Form()
    form.add_widget(message(phrase("patients_end_what", therapy=course.protocol.name)))
    form.choice("kind", tr("What &happened"), [(kind.value, tr(kind.value)) for kind in TOLD_ENDS], ask=True)
    form.day("day", tr("On which &day"))
    form.text("reason", tr("&Reason"))
    dialog = small_dialog(desk, line, tr("Withdrawn or died"), tr("&End the course"), form)
    request_id = uuid4().hex

    def send(values: dict[str, str]) -> None:
        command = EndCourse(request_id, course.id, values["kind"], values["day"], values["reason"])
        actor = desk.actor()
        dialog.send(desk.tasks, lambda: desk.register.end_course(command, actor))

    dialog.submitted.connect(send)
    return dialog


def _about(line: PatientLine, infusion: Infusion) -> str:
    therapy = line.record.course(infusion.course_id).protocol.name
    return phrase("patients_infusion_of", dose=infusion.dose.label, therapy=therapy, day=day_text(infusion.day))


def small_dialog(desk: Desk, line: PatientLine, title: str, accept: str, form: Form) -> FormDialog:
    """A form about a patient, under name, record number and birth date."""
    dialog = FormDialog(title, accept, form, desk.parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setMinimumWidth(scaled(460))
    dialog.panel.set_identifiers(*identifiers(line.record.patient))
    form.focus_first()
    return dialog
