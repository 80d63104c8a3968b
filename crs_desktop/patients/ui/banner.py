"""Who the chosen patient is: two identifiers, allergies, weight, therapy, adoption, window, as facts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, StateBadge, phrase, tr
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.days import day_text
from crs_desktop.patients.model import Window
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.ui.words import (
    height_detail,
    identifiers,
    shortened,
    weight_detail,
    weight_state,
    windows_text,
)


class Fact(QWidget):
    """A caption with its value beneath; a value that needs a look carries the shape of its state."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self._value = PlainLabel("", "body")
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._badge = StateBadge(parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for one in (PlainLabel(caption, "caption"), self._value, self._badge):
            column.addWidget(one)

    def tell(self, text: str, state: State | None = None) -> None:
        """Show this; an empty text hides the fact."""
        self._value.setText(text)
        self._value.setVisible(state is None)
        self._badge.set_state(state, text=text)
        self.setVisible(bool(text))
        self.updateGeometry()

    def text(self) -> str:
        """What is said."""
        return self._value.text()


class PatientBanner(QWidget):
    """The head of a patient: it never shows one identifier alone."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self.setObjectName("Identifiers")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.who = PlainLabel("", "heading", wrap=True)
        self.allergies = PlainLabel("", "strong", wrap=True)
        for one in (self.who, self.allergies):
            one.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._unasked = StateBadge(parent=self)
        self.weight, self.height_fact, self.therapy = Fact(tr("Weight")), Fact(tr("Height")), Fact(tr("Therapy"))
        self.protocol, self.adoption = Fact(tr("Protocol")), Fact(tr("Adoption"))
        self.window_fact = Fact(tr("Rescue window, standby rule"))
        self.episode, self.ended = PlainLabel("", "body", wrap=True), PlainLabel("", "body", wrap=True)
        facts = FlowRow(gap=20, line_gap=6)
        for fact in self._facts():
            facts.addWidget(fact)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        for widget in (self.who, self.allergies, self._unasked):
            column.addWidget(widget)
        column.addLayout(facts)
        for line in (self.episode, self.ended):
            column.addWidget(line)

    def _facts(self) -> tuple[Fact, ...]:
        return self.weight, self.height_fact, self.therapy, self.window_fact, self.protocol, self.adoption

    def show_line(self, line: PatientLine, windows: Sequence[Window], episodes: Sequence[str]) -> None:
        """Fill everything for this patient."""
        patient = line.record.patient
        self.who.setText("   ".join(one.replace(" ", "\u00a0") for one in identifiers(patient)))
        asked = patient.allergies is not None
        self.allergies.setText(phrase("patients_allergies", text=patient.allergies) if asked else "")
        self.allergies.setVisible(asked)
        unasked = phrase("patients_allergies_unasked")
        self._unasked.set_state(None if asked else State.CANNOT_SAY, text="" if asked else unasked)
        self.setAccessibleName("   ".join((self.who.text(), self.allergies_text())))
        self.weight.tell(weight_detail(line), weight_state(line))
        missing = line.record.height is None
        self.height_fact.tell(height_detail(line, self._zone), State.CANNOT_SAY if missing else None)
        self.window_fact.tell(windows_text(windows, line.day))
        self.episode.setText(phrase("patients_episode", text="; ".join(episodes)) if episodes else "")
        self.episode.setVisible(bool(episodes))
        self._tell_therapy(line)

    def allergies_text(self) -> str:
        """What is said of allergies."""
        return self.allergies.text() or self._unasked.text()

    def _tell_therapy(self, line: PatientLine) -> None:
        course = line.course
        if course is None:
            for fact in (self.therapy, self.protocol, self.adoption):
                fact.tell("")
            self.ended.hide()
            return
        protocol, regimen = course.protocol, course.protocol.regimen(course.regimen_id)
        title = regimen.title if regimen is not None else course.regimen_id
        self.therapy.tell(phrase("patients_therapy_regimen", therapy=protocol.name, regimen=title))
        self.protocol.tell(
            phrase(
                "patients_protocol", jurisdiction=protocol.jurisdiction, revision=protocol.label_revision,
                version=protocol.fingerprint[:8],
            )
        )  # fmt: skip
        adoption = line.adoptions.get(course.id)
        if adoption is None:
            self.adoption.tell(phrase("patients_not_adopted"), State.READY_BUT)
        else:
            day = day_text(local_day(adoption.at, self._zone), year=True)
            self.adoption.tell(phrase("patients_adopted", name=shortened(adoption.pharmacist), day=day))
        end = course.end
        if end is not None:
            ended = phrase("patients_ended", how=end.kind.value, day=day_text(end.day, year=True))
            self.ended.setText(phrase("patients_course_ended", text=f"{ended}. {end.reason}"))
        self.ended.setVisible(end is not None)
