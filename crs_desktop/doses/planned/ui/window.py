"""The planned prophylactic doses of one patient: put one on the schedule, take one off, see what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import PlainLabel, button, message, phrase, tr
from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.doses.planned.service import PlanDose, PlannedDoses, WithdrawPlanned
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.days import day_text
from crs_desktop.patients.model import Patient


@dataclass(frozen=True, slots=True)
class PlannedDesk:
    """What the forms need to send: the door off the window's thread, the book, who acts, whose doses, today."""

    tasks: Tasks
    book: PlannedDoses
    actor: Callable[[], Actor]
    patient: Patient
    today: date


class PlannedWindow(QDialog):
    """A list with a form for one more. Esc closes; nothing is edited, a dose that will not be given is taken off."""

    def __init__(self, desk: PlannedDesk, plans: Sequence[PlannedNeed], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(tr("Planned prophylactic doses"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        who = PlainLabel("   ".join(_identifiers(desk.patient)), "strong", wrap=True)
        who.setObjectName("Identifiers")
        who.setContentsMargins(10, 6, 10, 6)
        self.table: RecordTable[PlannedNeed] = RecordTable(
            tr("Planned doses"), _columns(desk.today), lambda plan: plan.id, empty=phrase("planned_ui_none")
        )
        self.table.setMinimumHeight(scaled(180))
        self.table.chosen.connect(self._chosen)
        self.plan_button = button(tr("&Plan a dose"), "main")
        self.plan_button.clicked.connect(self.plan)
        self.withdraw_button = button(tr("Take the chosen one &off the schedule"))
        self.withdraw_button.clicked.connect(self.withdraw)
        close = button(tr("&Close"))
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.plan_button)
        row.addWidget(self.withdraw_button)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(who)
        column.addWidget(message(phrase("planned_ui_what")))
        column.addWidget(self.table, 1)
        column.addLayout(row)
        self.resize(scaled(720), scaled(440))
        self.show_plans(plans)

    def show_plans(self, plans: Sequence[PlannedNeed]) -> None:
        """Show this state; the last day first."""
        self.table.show_records(sorted(plans, key=lambda plan: (plan.day, plan.id), reverse=True))
        self.table.fit_columns()
        self._chosen()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.table.fit_columns()  # large text is as wide as it is only now

    def plan(self) -> FormDialog:
        """Open the form of one more dose."""
        form = Form()
        form.day("day", tr("&Day"), hint=phrase("planned_ui_day_hint"))
        form.text("reason", tr("&Reason"), hint=phrase("planned_ui_reason_hint"))
        dialog = self._form(tr("Plan a prophylactic dose"), tr("&Plan the dose"), form)
        desk = self._desk

        def send(typed: dict[str, str]) -> None:
            command = PlanDose(dialog.request_id, desk.patient.id, typed["day"], typed["reason"])
            dialog.send(desk.tasks, partial(desk.book.plan, command, desk.actor()), self._read_again)

        dialog.submitted.connect(send)
        return dialog

    def withdraw(self) -> FormDialog | None:
        """Open the form that takes the chosen dose off the schedule."""
        chosen = self.table.current()
        if chosen is None or not chosen.open:
            return None
        form = Form()
        form.add_widget(message(phrase("planned_ui_withdraw", day=day_text(chosen.day, True))))
        form.text("reason", tr("&Reason"))
        dialog = self._form(tr("Take a planned dose off"), tr("&Take it off"), form)
        desk = self._desk

        def send(typed: dict[str, str]) -> None:
            command = WithdrawPlanned(dialog.request_id, chosen.id, typed["reason"])
            dialog.send(desk.tasks, partial(desk.book.withdraw, command, desk.actor()), self._read_again)

        dialog.submitted.connect(send)
        return dialog

    def _form(self, title: str, accept: str, form: Form) -> FormDialog:
        dialog = FormDialog(title, accept, form, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.panel.set_identifiers(*_identifiers(self._desk.patient))
        form.focus_first()
        dialog.open()
        return dialog

    def _read_again(self, _done: object) -> None:
        desk = self._desk
        desk.tasks.run(partial(desk.book.all, desk.patient.id), self.show_plans, self)

    def _chosen(self) -> None:
        chosen = self.table.current()
        self.withdraw_button.setEnabled(chosen is not None and chosen.open)


def open_planned(desk: PlannedDesk, parent: QWidget) -> None:
    """Read the planned doses off the window's thread and show them."""

    def show(plans: list[PlannedNeed]) -> None:
        PlannedWindow(desk, plans, parent).open()

    desk.tasks.run(partial(desk.book.all, desk.patient.id), show, parent)


def _identifiers(patient: Patient) -> tuple[str, str, str]:
    """The name stands in a direction of its own, so that one from right to left cannot turn the number around."""
    name = f"\u200e\u2068{patient.name}\u2069"
    return name, phrase("planned_ui_mrn", mrn=patient.mrn), phrase("planned_ui_born", born=patient.born_text)


def _columns(today: date) -> list[Column[PlannedNeed]]:
    return [
        Column(tr("Day"), lambda plan: day_text(plan.day, True), sort_key=lambda plan: plan.day, strong=True),
        Column(
            tr("State"), partial(_state_text, today), state=partial(_state, today),
            below=lambda plan: plan.withdrawn or "",
        ),
        Column(
            tr("Reason, who planned it"), lambda plan: plan.reason, stretch=True, below=lambda plan: plan.actor,
            hint=lambda plan: plan.withdrawn or plan.reason,
        ),
    ]  # fmt: skip


def _state_text(today: date, plan: PlannedNeed) -> str:
    if plan.withdrawn is not None:
        return phrase("planned_ui_off")
    if plan.done_by is not None:
        return phrase("planned_ui_given")
    return phrase("planned_ui_overdue" if plan.overdue(today) else "planned_ui_to_come")


def _state(today: date, plan: PlannedNeed) -> State | None:
    return State.READY_BUT if plan.overdue(today) else None
