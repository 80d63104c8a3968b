"""One score as a form: each value with its unit, the result as it is typed, and the button that records it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form, FormPanel
from crs_desktop.desktop.theme import State, text_percent
from crs_desktop.desktop.words import PlainLabel, StateBadge, heading, message, phrase, tr
from crs_desktop.kernel.amounts import grouped
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.entry import read_local_instant
from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.kernel.wording import say
from crs_desktop.patients.commands import confirmation
from crs_desktop.patients.risk.model import RecordedScore, Score
from crs_desktop.patients.risk.service import RecordScore, RiskBook, RiskPicture, ScoreTyped, WorkedOut
from crs_desktop.patients.ui.infusion_forms import Desk
from crs_desktop.patients.ui.risk.words import citation_lines, conversions, points_text


def as_typed(instant: datetime, zone: ZoneInfo) -> str:
    """A local time as a person types it; with the offset where the clock shows that time twice."""
    local = instant.astimezone(zone)
    plain = f"{local:%Y-%m-%d %H:%M}"
    return plain if not isinstance(read_local_instant(plain, zone, ""), Finding) else plain + local.isoformat()[-6:]


class ResultPanel(QWidget):
    """The result with everything to beware of, and where the score comes from."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("Panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._head = heading()
        self._badge = StateBadge(parent=self)
        self._band, self._beware, self._small = message(), message(), PlainLabel("", "caption", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(6)
        for widget in (self._head, self._badge, self._band, self._beware, self._small):
            column.addWidget(widget)
        column.addStretch(1)

    def text(self) -> str:
        """Everything it says."""
        parts = (self._head.text(), self._badge.text(), self._band.text(), self._beware.text(), self._small.text())
        return "\n".join(filter(None, parts))

    def say_nothing(self) -> None:
        """Something is missing yet."""
        self._badge.set_state(None)
        for label in (self._band, self._beware, self._small):
            label.setText("")
            label.hide()
        self._head.setText(phrase("risk_type_values"))
        self._head.set_role("soft")

    def show_result(self, made: WorkedOut) -> None:
        """A value, its band, and all doubts."""
        result, score = made.result, made.score
        self._head.set_role("heading")
        self._head.setText(phrase("risk_result", name=score.name, value=grouped(result.shown)))
        careful = bool(result.findings or made.doubts)
        self._badge.set_state(State.READY_BUT if careful else None, text=tr("beware") if careful else "")
        rounding = phrase("risk_rounding", decimals=score.decimals) if score.decimals else ""
        points = points_text(made)
        said = [
            "" if result.band is None else f"{score.name} {result.band.text}.",
            phrase("risk_points", points=points) if points else "", "; ".join(conversions(made)), rounding,
        ]  # fmt: skip
        self._tell(self._band, [line[:1].upper() + line[1:] for line in said if line])
        self._tell(self._beware, [f"• {say(finding)}" for finding in (*made.doubts, *result.findings)])
        self._tell(self._small, citation_lines(made))

    def _tell(self, label: PlainLabel, lines: list[str]) -> None:
        label.setText("\n".join(lines))
        label.setVisible(bool(lines))


def _scrolled(result: ResultPanel) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setAccessibleName(tr("Result"))
    area.setWidget(result)
    return area


class ScorePanel(QWidget):
    """The form of one score for one patient."""

    recorded = Signal(object)

    def __init__(self, desk: Desk, book: RiskBook, score: Score, example: str, close: Callable[[], None]) -> None:
        super().__init__()
        self.score, self._desk, self._book = score, desk, book
        self._picture: RiskPicture | None = None
        self._corrects: RecordedScore | None = None
        self._made: WorkedOut | None = None
        self._request_id = uuid4().hex
        self.form = self._form(example)
        self.result = ResultPanel()
        beside = text_percent() < 150  # with large text there is no room beside the form
        if not beside:
            self.form.add_widget(self.result)
        self.panel = FormPanel(score.name, tr("Recor&d this result"), self.form, cancel=tr("Close"), parent=self)
        self.panel.cancelled.connect(close)
        self.panel.submitted.connect(lambda _values: self._send())
        self.form.changed.connect(self._edited)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.panel, 3)
        if beside:
            row.addWidget(_scrolled(self.result), 2)
        self._work_out()

    def _form(self, example: str) -> Form:
        form = Form(columns=2)
        self._correcting = PlainLabel("", "care", wrap=True)
        form.add_widget(self._correcting)
        self._correcting.hide()
        for item in self.score.inputs:
            form.number(item.id, item.name)
            units = [(unit.text, unit.text) for unit in item.units]
            form.choice(f"{item.id}_unit", tr("Unit of {name}").format(name=item.name), units, ask=True)
        form.text("measured_at", tr("&Taken at"), hint=phrase("risk_taken_like", example=example), wide=True)
        form.text("note", tr("&Note"), wide=True)
        form.check("confirm", phrase("risk_confirm")).hide()
        for field in form.fields.values():
            field.setSizePolicy(field.sizePolicy().horizontalPolicy(), QSizePolicy.Policy.Maximum)
        return form

    def show_picture(self, picture: RiskPicture) -> None:
        """The patient and the course for whom the score is worked out; what is typed stays."""
        self._picture = picture
        self._work_out()

    def correct(self, one: RecordedScore | None) -> None:
        """Fill in what was recorded, so that it can be recorded again as it should be; None starts anew."""
        self._corrects = one
        self._request_id = uuid4().hex
        if one is not None:
            self.form.set_values({name: typed for name, typed, _ in one.values})
            self.form.set_values({f"{name}_unit": unit for name, _, unit in one.values})
            self.form.set_values({"measured_at": as_typed(one.measured_at, self._book.zone), "note": ""})
            day = local_text(one.measured_at, self._book.zone)
            self._correcting.setText(phrase("risk_correcting", name=one.name, value=one.shown, day=day))
        self._correcting.setVisible(one is not None)
        self._work_out()

    def _typed(self) -> ScoreTyped:
        values = self.form.values()
        typed = tuple((item.id, values[item.id], values[f"{item.id}_unit"]) for item in self.score.inputs)
        return ScoreTyped(self.score.id, typed, values["measured_at"])

    def _edited(self, name: str) -> None:
        if name not in ("note", "confirm"):
            self.form.fields["confirm"].set_value("")
            self._work_out()

    def _work_out(self) -> None:
        self._made = None
        if self._picture is not None:
            course = self._picture.course
            made = self._book.work_out(self._picture.record, None if course is None else course.id, self._typed())
            self._made = None if isinstance(made, Refused) else made
        asked = self._made is not None and bool(self._made.doubts)
        self.form.fields["confirm"].setVisible(asked)
        if self._made is None:
            self.result.say_nothing()
        else:
            self.result.show_result(self._made)

    def _send(self) -> None:
        picture = self._picture
        if picture is None:
            return
        yes = self.form.values()["confirm"] == "yes" and self._made is not None
        confirmed = tuple(confirmation(one) for one in self._made.doubts) if yes and self._made is not None else ()
        command = RecordScore(
            self._request_id, picture.record.patient.id, None if picture.course is None else picture.course.id,
            self._typed(), self.form.values()["note"], None if self._corrects is None else self._corrects.id, confirmed,
        )  # fmt: skip
        actor = self._desk.actor()
        self.panel.send(self._desk.tasks, lambda: self._book.record(command, actor), self._done)

    def _done(self, answer: object) -> None:
        if isinstance(answer, RecordedScore):
            self.correct(None)
            self.recorded.emit(answer)
