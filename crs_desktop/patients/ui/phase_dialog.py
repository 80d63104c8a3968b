"""A phase that needs a judgement: a prescriber's decision, and what it changes in the dates, before it is saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import PlainLabel, message, phrase, tr
from crs_desktop.kernel.entry import read_day
from crs_desktop.patients.courses.commands import EnterPhase
from crs_desktop.patients.dating import first_of_phase, phase_of
from crs_desktop.patients.model import Course, Infusion
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.ui.changes import ChangesTable, dated
from crs_desktop.patients.ui.infusion_forms import Desk, small_dialog
from crs_desktop.patients.ui.sureness import Marks, marks_of
from crs_desktop.therapies.model.doses import Phase

DECISION = "therapy_phase_decision"


def phase_to_enter(infusion: Infusion | None) -> str:
    """The phase about which somebody has to decide at this dose; '' when there is none."""
    findings = () if infusion is None else infusion.findings
    return next((finding.get("phase") for finding in findings if finding.code == DECISION), "")


def phase_dialog(desk: Desk, line: PatientLine, infusion: Infusion) -> FormDialog:
    """Day of the first dose and who decided; the dates that follow stand there before saving."""
    course, phase_id = line.record.course(infusion.course_id), phase_to_enter(infusion)
    phase = phase_of(course, phase_id)
    assert phase is not None, "the finding names a phase of the regimen"
    form = Form()
    form.add_widget(PlainLabel(first_of_phase(course, phase_id) or phase_id, "strong", wrap=True))
    marks = marks_of(line, course)
    form.add_widget(message(what_is_needed(marks, phase)))
    form.day("day", tr("First &day of it"))
    form.text("reason", tr("&Who decided, and on what"))
    changes = ChangesTable(tr("What changes"))
    form.add_widget(changes)
    form.set_values({"day": infusion.day.isoformat()})

    def show(name: str = "day") -> None:
        day = read_day(form.values()["day"], "day")
        if name == "day" and isinstance(day, date):
            before, after = both(line, course, phase_id, day)
            changes.show_courses(before, after, lambda item: marks.dose(course, item.dose, line.record.body.weight))

    form.changed.connect(show)
    show()
    dialog = small_dialog(desk, line, tr("Enter the phase"), tr("&Enter it"), form)
    room = dialog.screen().availableSize()
    dialog.resize(min(scaled(700), room.width() - 40), min(scaled(680), room.height() - 60))
    request_id = uuid4().hex

    def send(values: dict[str, str]) -> None:
        command = EnterPhase(request_id, course.id, phase_id, values["day"], values["reason"])
        actor = desk.actor()
        dialog.send(desk.tasks, lambda: desk.register.courses.enter_phase(command, actor))

    dialog.submitted.connect(send)
    return dialog


def what_is_needed(marks: Marks, phase: Phase) -> str:
    """What a prescriber decides on, how sure that is, and whether the site has signed for it."""
    needs = phase.entry or (phase.rule.response if phase.rule is not None else "")
    sure = marks.about(*(f"{phase.path}.{name}" for name in ("entry", "entry_response")))
    said = [phrase("patients_phase_what", needs=needs or phrase("patients_around_not_known"))]
    said += [phrase("patients_row_sure", sure=sure.words)] if sure.state is not None else []
    return "\n".join(said if marks.adopted else [*said, phrase("patients_preview_unadopted")])


def both(line: PatientLine, course: Course, phase_id: str, day: date) -> tuple[tuple[Infusion, ...], ...]:
    """The doses without the phase and with it."""
    entered = replace(course, entered=(*course.entered, (phase_id, day)))
    return dated(line, course, day), dated(line, entered, day)
