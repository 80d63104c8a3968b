"""A course moved to another adopted version: what differs between the two texts, and what that changes in its dates."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import PlainLabel, heading, message, phrase, tr
from crs_desktop.patients.courses.commands import MoveCourse
from crs_desktop.patients.courses.moving import obstacles, on_version
from crs_desktop.patients.courses.versions import Offer
from crs_desktop.patients.model import Course
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.ui.changes import ChangesTable, dated
from crs_desktop.patients.ui.infusion_forms import Desk, small_dialog
from crs_desktop.patients.ui.sureness import Marks, marks_of
from crs_desktop.patients.ui.therapy_fields import version_text
from crs_desktop.patients.ui.words import long_findings
from crs_desktop.therapies.model.facts import Fact
from crs_desktop.therapies.rules.differences import SOURCE, STRUCTURE, Difference, differences

# What is given and when comes first; where it was read comes last.
_LAST = {STRUCTURE: 1, SOURCE: 2}


def move_version_dialog(desk: Desk, line: PatientLine, course: Course, versions: Sequence[Offer]) -> FormDialog:
    """The adopted versions that this course does not follow; differences and dates stand there before saving."""
    others = [offer for offer in versions if offer.protocol.fingerprint != course.protocol.fingerprint]
    form = Form()
    protocol = course.protocol
    now = phrase(
        "patients_protocol", jurisdiction=protocol.jurisdiction, revision=protocol.label_revision,
        version=protocol.fingerprint[:8],
    )  # fmt: skip
    form.add_widget(PlainLabel(phrase("patients_version_now", therapy=protocol.name, version=now), "strong", wrap=True))
    said = "patients_version_what" if others else "patients_version_none"
    form.add_widget(message(phrase(said)))
    listed = [(offer.protocol.fingerprint, version_text(offer, desk.register.zone)) for offer in others]
    form.choice("fingerprint", tr("&Version to follow"), listed, ask=True)
    form.text("reason", tr("&Reason"))
    wrong = PlainLabel("", "wrong", wrap=True)
    judges: list[Marks] = []
    dates, texts = ChangesTable(tr("What changes in the dates")), _differences_table(judges)
    for widget in (wrong, dates, heading(tr("What differs in the text")), texts):
        form.add_widget(widget)
    by_print = {offer.protocol.fingerprint: offer for offer in others}

    def show(name: str = "fingerprint") -> None:
        if name != "fingerprint":
            return
        offer = by_print.get(form.values()["fingerprint"])
        if offer is None:
            texts.show_records(())
            wrong.setText("")
            return
        after, marks = offer.protocol, Marks(offer.protocol, offer.adoption)
        events = [event for event in line.events if event.course_id == course.id]
        found = obstacles(course, events, after)
        wrong.setText(long_findings(found))
        moved = course if found else on_version(course, after)
        weight = line.record.body.weight
        dates.show_courses(
            dated(line, course, line.day), dated(line, moved, line.day),
            lambda item: marks.dose(moved, item.dose, weight),
        )  # fmt: skip
        judges[:] = [marks_of(line, course), marks]
        texts.show_records(sorted(differences(course.protocol, after), key=lambda item: _LAST.get(item.kind, 0)))
        texts.fit_columns()

    form.changed.connect(show)
    if len(listed) == 1:
        form.set_values({"fingerprint": listed[0][0]})
        show()
    dialog = small_dialog(desk, line, tr("Move to another version"), tr("&Move the course"), form)
    room = dialog.screen().availableSize()
    dialog.resize(min(scaled(760), room.width() - 40), min(scaled(820), room.height() - 60))
    request_id = uuid4().hex

    def send(values: dict[str, str]) -> None:
        command = MoveCourse(request_id, course.id, values["fingerprint"], values["reason"])
        actor = desk.actor()
        dialog.send(desk.tasks, lambda: desk.register.courses.move(command, actor))

    dialog.submitted.connect(send)
    return dialog


def _side(item: Difference, fact: Fact | None, text: str, marks: Marks) -> str:
    """What one version says, and how sure that is where it asks for a look; an unknown one says so."""
    if item.kind == SOURCE or fact is None:
        return text or phrase("patients_changes_not_there")
    sure = marks.about(fact.path)
    if fact.unknown:
        return phrase("patients_around_not_known")
    return phrase("patients_sure_named", word=text, names=sure.words) if marks.marked(fact) else text


def _shape(fact: Fact | None, marks: Marks) -> State | None:
    return None if fact is None else marks.about(fact.path).state


def _differences_table(judges: list[Marks]) -> RecordTable[Difference]:
    """`judges` holds those of the two versions while rows are shown."""
    columns: list[Column[Difference]] = [
        Column(tr("What"), lambda item: item.path, strong=True),
        Column(
            tr("Now"), lambda item: _side(item, item.before, item.before_text, judges[0]),
            state=lambda item: _shape(item.before, judges[0]),
        ),
        Column(
            tr("Then"), lambda item: _side(item, item.after, item.after_text, judges[1]), stretch=True,
            state=lambda item: _shape(item.after, judges[1]),
        ),
    ]  # fmt: skip
    table = RecordTable(
        tr("What differs in the text"), columns, lambda item: (item.path, item.kind), empty=" ", sortable=False
    )
    table.setMinimumHeight(scaled(200))
    return table
