"""The doses that would stand otherwise, as a table: what a move or an entered phase means, before it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import PlainLabel, heading, phrase, tr
from crs_desktop.kernel.days import day_text
from crs_desktop.patients.courses.moving import DoseChange, dose_changes
from crs_desktop.patients.model import Course, Infusion
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.rules import infusions
from crs_desktop.patients.ui.restart_words import soon
from crs_desktop.patients.ui.schedule_table import Judge, sure_column
from crs_desktop.patients.ui.sureness import NOTHING, Sure


class ChangesTable(QWidget):
    """Dose, day and amount before and after; says when nothing changes."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._none = PlainLabel("", "body", wrap=True)
        self._sure: dict[str, Sure] = {}
        columns: list[Column[DoseChange]] = [
            Column(tr("Dose"), lambda item: item.label, strong=True),
            Column(tr("Now"), lambda item: _day(item.before), below=lambda item: amount_of_change(item, before=True)),
            Column(tr("Then"), lambda item: _day(item.after), below=lambda item: amount_of_change(item, before=False)),
            sure_column(tr("How sure then"), lambda item: self._sure.get(item.label, NOTHING)),
        ]
        self.table = RecordTable(name, columns, lambda item: item.label, empty=" ", sortable=False)
        self.table.setMinimumHeight(scaled(150))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (heading(name), self._none, self.table):
            column.addWidget(widget)

    def show_courses(self, before: Sequence[Infusion], after: Sequence[Infusion], sure: Judge) -> None:
        """Compare the doses of the same course twice; `sure` judges those that would stand then."""
        self._sure = {item.dose.label: sure(item) for item in after}
        changes = dose_changes(before, after)
        self._none.setText("" if changes else phrase("patients_changes_none"))
        self._none.setVisible(not changes)
        self.table.setVisible(bool(changes))
        self.table.show_records(changes)
        self.table.view.viewport().update()
        self.table.fit_columns()


def dated(line: PatientLine, course: Course, day: date) -> tuple[Infusion, ...]:
    """The doses of this course with what was recorded of it, some weeks past a day."""
    mine = [event for event in line.events if event.course_id == course.id]
    return infusions(course, mine, line.record.body, line.day, soon(max(day, line.day)))


def amount_of_change(item: DoseChange, before: bool) -> str:
    """What is given; a dose that is not in that schedule has none, an amount that nobody has read says so."""
    day, amount = (item.before, item.amount_before) if before else (item.after, item.amount_after)
    return "" if day is None else amount or phrase("patients_around_not_known")


def _day(day: date | None) -> str:
    return phrase("patients_changes_not_there") if day is None else day_text(day)
