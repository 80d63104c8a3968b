"""The forms of episodes that other pages open: tell a grade as told, close the episode."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import caption, phrase, tr
from crs_desktop.episodes.model import KINDS, SCALES, Episode
from crs_desktop.episodes.service import EpisodeBook, GradeTyped
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import local_text
from crs_desktop.patients.model import Patient


class EpisodeForms:
    """The corner of episodes on a patient's page."""

    def __init__(self, tasks: Tasks, book: EpisodeBook, actor: Callable[[], Actor]) -> None:
        self._tasks, self._book, self._actor = tasks, book, actor

    def lines(self) -> dict[int, tuple[str, ...]]:
        """What to say of each open episode: since when, and the latest grade of each kind, as told."""
        return {item.patient_id: _lines(item, self._book.zone) for item in self._book.all() if item.open}

    def tell_grade(self, patient: Patient, parent: QWidget) -> None:
        """A grade as somebody told it; it opens an episode when none is open."""
        form = Form()
        form.add_widget(caption(phrase("episodes_as_told")))
        form.choice("kind", tr("&Kind"), [(kind, kind) for kind in KINDS], ask=True)
        form.choice("grade", tr("&Grade"), [(str(number), str(number)) for number in range(6)], ask=True)
        form.choice("scale", tr("&Scale"), [(scale, scale) for scale in SCALES], ask=True)
        form.text("told_by", tr("Told &by"))
        example = f"{self._book.today.isoformat()} 03:10"
        like = phrase("patients_like", what=tr("Local time of the assessment"), example=example)
        form.text("graded_at", tr("Graded &at"), hint=like)
        dialog = self._dialog(tr("Tell a grade"), tr("&Record the grade"), form, patient, parent, "tell a grade")

        def send(values: dict[str, str]) -> None:
            typed = GradeTyped(values["kind"], values["grade"], values["scale"], values["told_by"], values["graded_at"])
            actor, request_id = self._actor(), dialog.request_id
            dialog.send(self._tasks, lambda: self._book.tell(request_id, patient.id, typed, actor))

        dialog.submitted.connect(send)
        dialog.open()

    def close_episode(self, patient: Patient, parent: QWidget) -> None:
        """Close the open episode, with the reason."""
        form = Form()
        form.add_widget(caption(phrase("episodes_closing")))
        form.text("reason", tr("&Reason"))
        dialog = self._dialog(tr("Close the episode"), tr("&Close the episode"), form, patient, parent, "close episode")

        def send(values: dict[str, str]) -> None:
            actor, request_id = self._actor(), dialog.request_id
            dialog.send(self._tasks, lambda: self._book.close(request_id, patient.id, values["reason"], actor))

        dialog.submitted.connect(send)
        dialog.open()

    def _dialog(
        self, title: str, accept: str, form: Form, patient: Patient, parent: QWidget, kind: str
    ) -> FormDialog:
        dialog = FormDialog(title, accept, form, parent, kind=kind, subject=f"patient {patient.id}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setMinimumWidth(scaled(460))
        number, born = (
            phrase("patients_record_number", mrn=patient.mrn),
            phrase("patients_born", born=patient.born_text),
        )
        dialog.panel.set_identifiers(f"\u200e\u2068{patient.name}\u2069", number, born)
        form.focus_first()
        return dialog


def _lines(episode: Episode, zone: ZoneInfo) -> tuple[str, ...]:
    latest = {grade.kind: grade for grade in sorted(episode.grades, key=lambda item: (item.graded_at, item.id))}
    opened = phrase("episodes_open_since", at=local_text(episode.opened_at, zone))
    told = (
        phrase(
            "episodes_grade", kind=grade.kind, grade=grade.grade, scale=grade.scale, told_by=grade.told_by,
            at=local_text(grade.graded_at, zone),
        )
        for grade in latest.values()
    )  # fmt: skip
    return (opened, *told)
