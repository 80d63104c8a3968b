"""The patients page: who is here, and everything about the chosen one with the acts that change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import button, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.patients.courses.versions import Offer
from crs_desktop.patients.model import Outcome, Patient, Window
from crs_desktop.patients.overview import Overview, PatientLine
from crs_desktop.patients.service import PatientRegister
from crs_desktop.patients.ui.detail import Act, PatientDetail
from crs_desktop.patients.ui.enrol_dialog import EnrolDialog
from crs_desktop.patients.ui.height_form import HeightDialog
from crs_desktop.patients.ui.infusion_forms import Desk, WeighDialog, end_dialog, mark_dialog, move_dialog
from crs_desktop.patients.ui.move_version_dialog import move_version_dialog
from crs_desktop.patients.ui.patient_forms import course_dialog, open_allergies
from crs_desktop.patients.ui.phase_dialog import phase_dialog, phase_to_enter
from crs_desktop.patients.ui.restart_dialog import can_restart, restart_dialog
from crs_desktop.patients.ui.words import (
    next_state,
    next_text,
    owed_text,
    step_text,
    therapy_text,
    weight_age_text,
    weight_state,
    weight_text,
    window_text,
)

# Sorts behind every day.
_NEVER = 10**9
Windows = Callable[[], Mapping[int, Sequence[Window]]]


class EpisodeCorner(Protocol):
    """What the room of episodes shows and does here; it is handed over, so that this room need not know it."""

    def lines(self) -> Mapping[int, Sequence[str]]:
        """What to say of each patient's open episode; read off the window's thread."""

    def tell_grade(self, patient: Patient, parent: QWidget) -> None:
        """Open the form for a grade as told."""

    def close_episode(self, patient: Patient, parent: QWidget) -> None:
        """Open the form that closes the episode."""


_Read = tuple[Overview, tuple[Offer, ...], Mapping[int, Sequence[str]], Mapping[int, Sequence[Window]]]


class PatientsPage(Page):
    """List above, the chosen patient beneath; each act is a button, a mnemonic and a key."""

    title = "Patients"
    topics = frozenset({Topic.PATIENTS, Topic.THERAPIES, Topic.POLICY, Topic.EPISODES, Topic.DOSES})

    def __init__(
        self,
        tasks: Tasks,
        register: PatientRegister,
        episodes: EpisodeCorner | None,
        actor: Callable[[], Actor],
        extra_actions: Sequence[tuple[str, Callable[[int], None]]] = (),
        windows: Windows | None = None,
    ) -> None:
        super().__init__(tasks)
        self._register, self._episodes, self._actor = register, episodes, actor
        self._windows = windows
        self._desk = Desk(tasks, register, actor, self)
        self._overview: Overview | None = None
        self._offers: tuple[Offer, ...] = ()
        self._said: Mapping[int, Sequence[str]] = {}
        self._shown_windows: Mapping[int, Sequence[Window]] = {}
        self._wanted: int | None = None
        self._enrol_next = False
        self.table = _list()
        self.table.chosen.connect(self._show_chosen)
        self.table.opened.connect(self._into_detail)
        self.detail = PatientDetail(register.zone, self._patient_acts(extra_actions), self._infusion_acts())
        self.enrol_button = button(tr("&Enrol a patient"), "main", hint=tr("Ctrl+N"))
        self.enrol_button.clicked.connect(self._enrol)
        self._lay_out()
        self._bind_keys()

    # --- what others use ---

    def choose(self, patient_id: int) -> None:
        """Show this patient, now or when the list has been read."""
        self._wanted = None if self.table.choose(patient_id) else patient_id

    def current_id(self) -> int | None:
        """The chosen patient."""
        line = self.table.current()
        return None if line is None else line.id

    def refresh(self) -> None:
        self.ask(self._read_all, self._show)

    def open_enrol(self) -> EnrolDialog | None:
        """Open the enrolment; asked for before the page has read, it opens when that is done."""
        if self._overview is None:
            self._enrol_next = True
            return None
        dialog = EnrolDialog(
            self.tasks, self._register, self._actor, self._overview.policy, self._offers, self,
            lambda patient: self.choose(patient.id),
        )  # fmt: skip
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def _enrol(self) -> None:
        self.open_enrol()

    # --- reading and showing ---

    def _read_all(self) -> _Read:
        said = self._episodes.lines() if self._episodes is not None else {}
        overview = self._register.overview()
        windows = self._windows() if self._windows is not None else {line.id: line.windows for line in overview.lines}
        return overview, self._register.offers(), said, windows

    def _show(self, read: _Read) -> None:
        self._overview, self._offers, self._said, self._shown_windows = read
        self._show_lines(self._overview.lines)
        if self._enrol_next:
            self._enrol_next = False
            self.open_enrol()

    def _show_lines(self, lines: Sequence[PatientLine]) -> None:
        self.table.show_records(lines)
        if not lines:
            self.show_empty(
                tr("No patients yet"),
                tr("Enrol the first one: two identifiers, a weight, a therapy and its start date."),
                (tr("&Enrol a patient"), self._enrol),
            )
            return
        if self._wanted is not None and self.table.choose(self._wanted):
            self._wanted = None
        if self.table.current() is None:
            self.table.view.selectRow(0)
        self._show_chosen()

    def _show_chosen(self) -> None:
        line = self.table.current()
        self.detail.setVisible(line is not None)
        if line is not None:
            windows = self._shown_windows.get(line.id, line.windows)
            self.detail.show_line(line, windows, self._said.get(line.id, ()))

    def _into_detail(self) -> None:
        self.detail.schedule.view.setFocus(Qt.FocusReason.TabFocusReason)

    # --- acts ---

    def _patient_acts(self, extra: Sequence[tuple[str, Callable[[int], None]]]) -> list[Act]:
        acts = [
            Act(tr("&Weigh"), self.open_weigh, "W"), Act(tr("&Measure height"), self.open_height, "M"),
            Act(tr("&Allergies"), self.open_allergies, "A"),
        ]  # fmt: skip
        if self._episodes is not None:
            acts.append(Act(tr("&Tell a grade"), self.open_grade, "T"))
            acts.append(Act(tr("&Close the episode"), self.open_close, "C", self._has_episode))
        acts.append(Act(tr("Ne&xt course"), self.open_course, "X"))
        acts.append(Act(tr("Restart the step-&up"), self.open_restart, "U", self._can_restart))
        acts.append(Act(tr("Another &version"), self.open_versions, "V", self._has_course))
        acts.append(Act(tr("W&ithdrawn or died"), self.open_end, "I", self._has_course))
        return [*acts, *(Act(words, partial(self._run_extra, run)) for words, run in extra)]

    def _infusion_acts(self) -> list[Act]:
        return [
            Act(tr("Mark &given"), lambda: self.open_mark(Outcome.GIVEN), "G", self._has_infusion),
            Act(tr("&Reschedule"), self.open_move, "R", self._has_infusion),
            Act(tr("&Hold"), lambda: self.open_mark(Outcome.HELD), "H", self._has_infusion),
            Act(tr("&Not given"), lambda: self.open_mark(Outcome.NOT_GIVEN), "N", self._has_infusion),
            Act(tr("Enter the next &phase"), self.open_phase, "P", self._has_decision),
        ]

    def _run_extra(self, run: Callable[[int], None]) -> None:
        line = self.table.current()
        if line is not None:
            run(line.id)

    def _has_infusion(self) -> bool:
        return self.detail.infusion() is not None

    def _has_course(self) -> bool:
        line = self.table.current()
        return line is not None and line.course is not None and line.course.end is None

    def _can_restart(self) -> bool:
        line = self.table.current()
        return line is not None and can_restart(line)

    def _has_decision(self) -> bool:
        infusion = self.detail.infusion()
        return bool(phase_to_enter(infusion)) and self._has_course()

    def _has_episode(self) -> bool:
        line = self.table.current()
        return line is not None and bool(self._said.get(line.id))

    def open_weigh(self) -> None:
        """A new weight for the chosen patient."""
        line = self.table.current()
        if line is not None:
            WeighDialog(self._desk, line).open()

    def open_height(self) -> None:
        """A new height for the chosen patient."""
        line = self.table.current()
        if line is not None:
            HeightDialog(self._desk, line).open()

    def open_restart(self) -> None:
        """Begin the step-up of the chosen patient again."""
        line = self.table.current()
        if line is not None and line.course is not None and self._overview is not None:
            restart_dialog(self._desk, line, line.course, self._overview.policy).open()

    def open_versions(self) -> None:
        """Let the course of the chosen patient follow another adopted version."""
        line = self.table.current()
        course = None if line is None else line.course
        if line is not None and course is not None:
            self.tasks.run(
                lambda: self._register.courses.versions(course.protocol.id),
                lambda found: move_version_dialog(self._desk, line, course, found).open(), self,
            )  # fmt: skip

    def open_phase(self) -> None:
        """Enter the phase about which the chosen infusion asks."""
        line, infusion = self.table.current(), self.detail.infusion()
        if line is not None and infusion is not None:
            phase_dialog(self._desk, line, infusion).open()

    def open_allergies(self) -> None:
        """What is known of the chosen patient's allergies."""
        line = self.table.current()
        if line is not None:
            open_allergies(self._desk, line)

    def open_course(self) -> None:
        """A next course for the chosen patient."""
        line = self.table.current()
        if line is not None and self._overview is not None:
            course_dialog(self._desk, line, self._overview.policy, self._offers).open()

    def open_move(self) -> None:
        """Reschedule the chosen infusion."""
        line, infusion = self.table.current(), self.detail.infusion()
        if line is not None and infusion is not None and self._overview is not None:
            move_dialog(self._desk, line, infusion, self._overview.policy).open()

    def open_mark(self, outcome: Outcome) -> None:
        """Record what became of the chosen infusion."""
        line, infusion = self.table.current(), self.detail.infusion()
        if line is not None and infusion is not None:
            mark_dialog(self._desk, line, infusion, outcome).open()

    def open_end(self) -> None:
        """End the course of the chosen patient."""
        line = self.table.current()
        if line is not None and line.course is not None:
            end_dialog(self._desk, line, line.course).open()

    def open_grade(self) -> None:
        """Tell a grade of the chosen patient."""
        line = self.table.current()
        if line is not None and self._episodes is not None:
            self._episodes.tell_grade(line.record.patient, self)

    def open_close(self) -> None:
        """Close the episode of the chosen patient."""
        line = self.table.current()
        if line is not None and self._episodes is not None:
            self._episodes.close_episode(line.record.patient, self)

    # --- how it is done ---

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.table.filter_box, 1)
        row.addWidget(self.enrol_button)
        self.body.addLayout(row)
        self.table.setMinimumHeight(scaled(140))
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([scaled(250), scaled(440)])
        self.body.addWidget(split, 1)

    def _bind_keys(self) -> None:
        for key, run in (("Ctrl+N", self._enrol), *((act.keys, act.when_possible) for act in self.detail.acts())):
            if key:
                shortcut = QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(run)


def _list() -> RecordTable[PatientLine]:
    columns: list[Column[PatientLine]] = [
        Column(tr("Patient"), lambda line: line.record.patient.name, below=_second, strong=True),
        Column(tr("Therapy and step"), therapy_text, below=step_text, stretch=True),
        Column(tr("Next infusion"), next_text, state=next_state, sort_key=_next_day),
        Column(
            tr("Weight"), weight_text, below=weight_age_text, state=weight_state,
            sort_key=lambda line: -1 if line.weight_days is None else line.weight_days,
        ),
        Column(tr("Rescue window"), window_text, below=owed_text, sort_key=_window_day),
    ]  # fmt: skip
    return RecordTable(
        tr("Patients"), columns, lambda line: line.id, empty=tr("No patients."),
        filter_hint=tr("Filter: name, number, therapy, or a word such as open, stale, overdue"),
    )  # fmt: skip


def _second(line: PatientLine) -> str:
    patient = line.record.patient
    return phrase("patients_list_identifiers", mrn=patient.mrn, born=patient.born_text)


def _next_day(line: PatientLine) -> int:
    return line.next.day.toordinal() if line.next is not None else _NEVER


def _window_day(line: PatientLine) -> int:
    return line.window.days.first.toordinal() if line.window is not None else _NEVER
