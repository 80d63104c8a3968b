"""The small forms about a known patient as a whole: allergies, and a next course."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from PySide6.QtWidgets import QLineEdit

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import message, phrase, tr
from crs_desktop.patients.commands import AddCourse, RecordAllergies
from crs_desktop.patients.courses.versions import Offer
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.ui.enrol_dialog import SchedulePreview
from crs_desktop.patients.ui.infusion_forms import Desk, small_dialog
from crs_desktop.patients.ui.therapy_fields import TherapyFields
from crs_desktop.policy.model import Policy


def open_allergies(desk: Desk, line: PatientLine) -> FormDialog:
    """Open with what was known and the cursor behind it: a window that opens marks its first field, and then the
    first letter typed would wipe a known allergy.
    """
    form = Form()
    form.add_widget(message(phrase("patients_allergies_what")))
    field = form.text("allergies", tr("&Allergies"), hint=tr("Asked and none: write that."), wide=True)
    field.set_value(line.record.patient.allergies or "")
    dialog = small_dialog(desk, line, tr("Allergies"), tr("&Save the allergies"), form)
    request_id = uuid4().hex

    def send(values: dict[str, str]) -> None:
        command = RecordAllergies(request_id, line.id, values["allergies"])
        actor = desk.actor()
        dialog.send(desk.tasks, lambda: desk.register.record_allergies(command, actor))

    dialog.submitted.connect(send)
    dialog.open()
    if isinstance(field.editor, QLineEdit):
        field.editor.end(False)
    return dialog


def course_dialog(desk: Desk, line: PatientLine, policy: Policy, offers: Sequence[Offer]) -> FormDialog:
    """Therapy, regimen, start and reason; the schedule that follows stands there before saving."""
    form = Form(columns=2)
    form.add_widget(message(phrase("patients_course_what")))
    fields = TherapyFields(form, offers, desk.register.zone)
    form.text("reason", tr("&Why"))
    preview = SchedulePreview()
    form.add_widget(preview)

    def show(name: str) -> None:
        if name not in ("therapy", "regimen", "start"):
            return
        chosen = fields.chosen()
        if chosen is None:
            preview.tell("", fields.care())
        else:
            preview.show_course(chosen, line.record.body, policy)

    form.changed.connect(show)
    dialog = small_dialog(desk, line, tr("Next course"), tr("&Add the course"), form)
    room = dialog.screen().availableSize()
    dialog.resize(min(scaled(620), room.width() - 40), min(scaled(720), room.height() - 60))
    request_id = uuid4().hex

    def send(values: dict[str, str]) -> None:
        command = AddCourse(
            request_id, line.id, values["therapy"], values["regimen"], values["start"], values["reason"],
            fields.fingerprint(),
        )  # fmt: skip
        actor = desk.actor()
        dialog.send(desk.tasks, lambda: desk.register.add_course(command, actor))

    dialog.submitted.connect(send)
    return dialog
