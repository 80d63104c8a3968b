"""The form of a height; one that few people have is asked again."""

from __future__ import annotations

from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout

from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import message, phrase, tr
from crs_desktop.patients.commands import RecordHeight
from crs_desktop.patients.model import HeightMethod
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.ui.asking import AskingPanel
from crs_desktop.patients.ui.infusion_forms import Desk
from crs_desktop.patients.ui.words import identifiers


class HeightDialog(QDialog):
    """Centimetres, when and how measured."""

    def __init__(self, desk: Desk, line: PatientLine) -> None:
        super().__init__(desk.parent)
        self.setWindowTitle(tr("Measure height"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = form = Form()
        form.add_widget(message(phrase("patients_height_what")))
        form.number("height_cm", tr("&Height"), "cm")
        form.choice("method", tr("Ho&w measured"), [(item.value, tr(item.value)) for item in HeightMethod], ask=True)
        form.check("confirm_height", phrase("patients_confirm_height"))
        said = tr("Local time of measuring")
        like = phrase("patients_like", what=said, example=f"{desk.register.today.isoformat()} 07:45")
        form.text("measured_at", tr("&Measured at"), hint=like)
        self.panel = AskingPanel(tr("Measure height"), tr("&Save the height"), form, parent=self)
        self.panel.set_identifiers(*identifiers(line.record.patient))
        self.panel.cancelled.connect(self.reject)
        self.panel.settled.connect(self.accept)
        request_id = uuid4().hex

        def send(values: dict[str, str]) -> None:
            command = RecordHeight(
                request_id, line.id, values["height_cm"], values["measured_at"], values["method"],
                self.panel.confirmed(),
            )  # fmt: skip
            actor = desk.actor()
            self.panel.send(desk.tasks, lambda: desk.register.record_height(command, actor))

        self.panel.submitted.connect(send)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        self.setMinimumWidth(scaled(420))
        form.focus_first()
