"""The small forms about a chosen patient or infusion: weigh, move, given, held, not given, course ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QSizePolicy, QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import PlainLabel, message, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.days import day_text
from crs_desktop.patients.commands import TOLD_ENDS, EndCourse, MarkInfusion, Reschedule, Weigh
from crs_desktop.patients.model import Course, Infusion, Outcome
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.service import PatientRegister
from crs_desktop.patients.ui.asking import AskingPanel
from crs_desktop.patients.ui.move_preview import MovePreview
from crs_desktop.patients.ui.weight_fields import add_weight_fields, weight_typed
from crs_desktop.patients.ui.words import (
    identifiers,
)
from crs_desktop.policy.model import Policy


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
    for field in form.fields.values():  # what is left of the height belongs to the tables, not to gaps between fields
        field.setSizePolicy(field.sizePolicy().horizontalPolicy(), QSizePolicy.Policy.Maximum)
    form.focus_first()
    return dialog
