"""The enrolment: one form, the schedule it would make beside it, and a second look at what is unusual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import PlainLabel, heading, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.entry import read_day, read_weight
from crs_desktop.kernel.refusal import Finding
from crs_desktop.patients.commands import Enrol
from crs_desktop.patients.courses.versions import Offer
from crs_desktop.patients.model import Body, Patient
from crs_desktop.patients.rules import course_window, infusions
from crs_desktop.patients.service import PatientRegister
from crs_desktop.patients.ui.asking import AskingPanel
from crs_desktop.patients.ui.schedule_table import preview_table
from crs_desktop.patients.ui.sureness import NOTHING, Sure
from crs_desktop.patients.ui.therapy_fields import Chosen, TherapyFields
from crs_desktop.patients.ui.weight_fields import add_weight_fields, weight_typed
from crs_desktop.patients.ui.words import horizon, range_text, sets_text
from crs_desktop.policy.model import Policy


class SchedulePreview(QWidget):
    """What the typed therapy and start would mean, before anything is saved."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("Panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._said = PlainLabel("", "body", wrap=True)
        self._care = PlainLabel("", "care", wrap=True)
        self._sure: dict[str, Sure] = {}
        self.table = preview_table(tr("Schedule before saving"), lambda item: self._sure.get(item.dose.key, NOTHING))
        self.table.setMinimumHeight(scaled(170))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(heading(tr("Schedule before saving")))
        column.addWidget(self._said)
        column.addWidget(self._care)
        column.addWidget(self.table, 1)
        self.tell("", "")

    def tell(self, said: str, care: str) -> None:
        """Say what stands above the table."""
        self._said.setText(said or phrase("patients_preview_empty"))
        self._care.setText(care)
        self._care.setVisible(bool(care))
        if not said:
            self.table.show_records(())

    def text(self) -> str:
        """What is said above the table."""
        return "\n".join(filter(None, (self._said.text(), self._care.text())))

    def show_course(self, chosen: Chosen, body: Body, policy: Policy) -> None:
        """The schedule of this course on the policy's day."""
        today, course = policy.day, chosen.course
        dated = infusions(course, (), body, today, max(horizon(today), horizon(course.start)))
        window = course_window(course, dated, policy)
        if window is None:
            said = phrase("patients_preview_no_window")
        else:
            said = phrase("patients_preview_window", days=range_text(window.days), sets=sets_text(window.sets))
        self.tell(f"{chosen.version}\n{said}", "\n".join(chosen.care))
        self._sure = {item.dose.key: chosen.marks.dose(course, item.dose, body.weight) for item in dated}
        self.table.show_records(dated)
        self.table.view.viewport().update()
        self.table.fit_columns()


class EnrolDialog(QDialog):
    """Enrol a patient by keyboard alone; nothing is saved until the service has accepted everything."""

    def __init__(
        self,
        tasks: Tasks,
        register: PatientRegister,
        actor: Callable[[], Actor],
        policy: Policy,
        offers: Sequence[Offer],
        parent: QWidget | None = None,
        done: Callable[[Patient], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Enrol a patient"))
        self._tasks, self._register, self._actor = tasks, register, actor
        self._policy, self._offers, self._done = policy, offers, done
        self._request_id = uuid4().hex
        self.form = Form(columns=2)
        self._fill()
        self.panel = AskingPanel(tr("Enrol a patient"), tr("&Enrol"), self.form)
        self.panel.submitted.connect(self._send)
        self.panel.cancelled.connect(self.reject)
        self.panel.settled.connect(self.accept)
        self.preview = SchedulePreview()
        self.form.changed.connect(self._changed)
        self._lay_out()
        self.form.focus_first()

    def _fill(self) -> None:
        form = self.form
        form.text("family_name", tr("&Family name"))
        form.text("given_name", tr("&Given name"))
        form.check("confirm_name", phrase("patients_confirm_name"))
        form.text("mrn", tr("Record &number"), hint=tr("As on the wristband; leading zeros stay"))
        form.day("birth_date", tr("&Birth date"))
        form.text(
            "allergies", tr("&Allergies"), wide=True,
            hint=tr("Leave empty when nobody has asked. Asked and none: write that."),
        )  # fmt: skip
        add_weight_fields(form, self._register.today, optional=True)
        self._therapy = TherapyFields(form, self._offers, self._register.zone)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 12, 12)
        row.addWidget(self.panel, 10)
        room = self.screen().availableSize()
        if room.width() < scaled(1000):  # no place beside the form: the schedule stands beneath its fields
            row.setContentsMargins(0, 0, 0, 0)
            self.form.add_widget(self.preview)
        else:
            right = QVBoxLayout()
            right.setContentsMargins(0, 12, 0, 0)
            right.addWidget(self.preview)
            row.addLayout(right, 11)
        self.resize(min(scaled(1120), room.width() - 40), min(scaled(800), room.height() - 60))

    def _changed(self, name: str) -> None:
        if name in ("therapy", "regimen", "start", "weight_kg", "birth_date"):
            self.show_preview()

    def show_preview(self) -> None:
        """Make the schedule anew from what is typed now."""
        chosen = self._therapy.chosen()
        if chosen is None:
            self.preview.tell("", self._therapy.care())
            return
        values = self.form.values()
        weight, born = read_weight(values["weight_kg"]), read_day(values["birth_date"], "birth_date")
        body = Body(
            None if isinstance(weight, Finding) else weight, None, None if isinstance(born, Finding) else born
        )  # fmt: skip
        self.preview.show_course(chosen, body, self._policy)

    def _send(self, values: dict[str, str]) -> None:
        given = any(values[name].strip() for name in ("weight_kg", "measured_at", "method"))
        command = Enrol(
            self._request_id, values["mrn"], values["family_name"], values["given_name"], values["birth_date"],
            values["allergies"], weight_typed(values) if given else None, values["therapy"], values["regimen"],
            values["start"], self.panel.confirmed(), self._therapy.fingerprint(),
        )  # fmt: skip
        actor = self._actor()
        self.panel.send(self._tasks, lambda: self._register.enrol(command, actor), self._saved)

    def _saved(self, answer: object) -> None:
        if self._done is not None and isinstance(answer, Patient):
            self._done(answer)
