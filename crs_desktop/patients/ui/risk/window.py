"""The risk page of one patient: the figures of the product, the published scores, and what was recorded."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import ChoiceField
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import PlainLabel, phrase, tr
from crs_desktop.kernel.days import day_text
from crs_desktop.patients.model import Course
from crs_desktop.patients.risk.model import RecordedScore
from crs_desktop.patients.risk.service import RiskBook, RiskPicture
from crs_desktop.patients.ui.infusion_forms import Desk
from crs_desktop.patients.ui.risk.figures import FiguresTab
from crs_desktop.patients.ui.risk.recorded import RecordedTab
from crs_desktop.patients.ui.risk.score import ScorePanel
from crs_desktop.patients.ui.words import identifiers

FIGURES, SCORES, RECORDED = range(3)


class RiskWindow(QDialog):
    """Opened with a picture; after each record it reads again."""

    def __init__(self, desk: Desk, book: RiskBook, picture: RiskPicture) -> None:
        super().__init__(desk.parent)
        self._desk, self._book, self._picture = desk, book, picture
        self.setWindowTitle(tr("Risk"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._who = PlainLabel("   ".join(identifiers(picture.record.patient)), "strong", wrap=True)
        self._who.setObjectName("Identifiers")
        self._who.setContentsMargins(10, 6, 10, 6)
        self.course = ChoiceField("course", tr("C&ourse"), [(str(one.id), _about(one)) for one in _courses(picture)])
        self.course.edited.connect(self._other_course)
        self.figures, self.recorded_tab = FiguresTab(), RecordedTab(book.zone)
        self.scores: dict[str, ScorePanel] = {}
        self.tabs = self._make_tabs()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self._who)
        column.addWidget(self.course)
        column.addWidget(self.tabs, 1)
        room = self.screen().availableSize()
        self.resize(min(scaled(1060), room.width() - 40), min(scaled(780), room.height() - 60))
        self.show_picture(picture)

    def show_picture(self, picture: RiskPicture) -> None:
        """Show this state of the patient; what is half typed stays."""
        self._picture = picture
        self.course.setVisible(picture.course is not None)
        if picture.course is not None:
            self.course.set_value(str(picture.course.id))
        self.figures.show_picture(picture)
        self.recorded_tab.show_picture(picture)
        for panel in self.scores.values():
            panel.show_picture(picture)

    def open_score(self, score_id: str) -> ScorePanel:
        """Show the form of this score."""
        self.tabs.setCurrentIndex(SCORES)
        self.choice.set_value(score_id)
        self._show_score()
        return self.scores[score_id]

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget()
        tabs.setAccessibleName(tr("Risk of this patient"))
        tabs.setDocumentMode(True)
        tabs.tabBar().setDrawBase(False)
        tabs.addTab(self.figures, tr("&Figures of the therapy"))
        tabs.addTab(self._scores_tab(), tr("&Scores"))
        tabs.addTab(self.recorded_tab, tr("R&ecorded"))
        self.recorded_tab.correct_asked.connect(self._correct)
        return tabs

    def _scores_tab(self) -> QWidget:
        names = [(one.id, f"{one.name}: {one.long_name}") for one in self._picture.scores]
        self.choice = ChoiceField("score", tr("Sco&re"), names)
        self.choice.edited.connect(self._show_score)
        self._stack = QStackedWidget()
        example = f"{self._picture.today.isoformat()} 07:45"
        for one in self._picture.scores:
            panel = ScorePanel(self._desk, self._book, one, example, self.reject)
            panel.recorded.connect(self._recorded)
            self.scores[one.id] = panel
            self._stack.addWidget(panel)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(10)
        column.addWidget(PlainLabel(phrase("risk_what_scores"), "soft", wrap=True))
        column.addWidget(self.choice)
        column.addWidget(self._stack, 1)
        return page

    def _show_score(self) -> None:
        self._stack.setCurrentWidget(self.scores[self.choice.value()])

    def _correct(self, one: RecordedScore) -> None:
        if one.score in self.scores:
            panel = self.open_score(one.score)
            panel.correct(one)
            panel.form.focus_first()

    def _recorded(self, one: RecordedScore) -> None:
        self.tabs.setCurrentIndex(RECORDED)
        self._read(one.id)

    def _other_course(self) -> None:
        self._read(None)

    def _read(self, chosen: int | None) -> None:
        patient, course = self._picture.record.patient.id, self.course.value()
        wanted = int(course) if course else None

        def show(picture: RiskPicture | None) -> None:
            if picture is not None:
                self.show_picture(picture)
                if chosen is not None:
                    self.recorded_tab.table.choose(chosen)

        self._desk.tasks.run(lambda: self._book.picture(patient, wanted), show, self)


def open_risk(desk: Desk, book: RiskBook, patient_id: int) -> None:
    """Read the patient, then open their risk page."""

    def show(picture: RiskPicture | None) -> None:
        if picture is not None:
            RiskWindow(desk, book, picture).open()

    desk.tasks.run(lambda: book.picture(patient_id), show, desk.parent)


def _courses(picture: RiskPicture) -> tuple[Course, ...]:
    return tuple(reversed(picture.record.courses))


def _about(course: Course) -> str:
    regimen = course.protocol.regimen(course.regimen_id)
    return phrase(
        "risk_of_course", therapy=course.protocol.name, regimen="" if regimen is None else regimen.title,
        day=day_text(course.start, year=True),
        version=" ".join(filter(None, (course.protocol.label_revision, course.protocol.fingerprint[:8]))),
    )  # fmt: skip
