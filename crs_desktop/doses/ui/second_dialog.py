"""The window of a second check: prove who you are, enter blind, then agree, explain, or take the record back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import PlainLabel, button, phrase, tr
from crs_desktop.doses.entry import CheckedDose, DoseEntry, SecondLook, ToCheck
from crs_desktop.doses.service import DoseLog
from crs_desktop.doses.ui.second_panels import (
    LOOK_FIELDS,
    AlonePanel,
    CorrectPanel,
    ExplainPanel,
    LookPanel,
    ResultView,
    StepPanel,
    WhoPanel,
    differs_view,
)
from crs_desktop.doses.ui.words import identifiers, when_text
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Patient
from crs_desktop.staff.signing.model import NightRule, Outcome, ProvenPerson, Prover, SecondSignature, Standing

T = TypeVar("T", bound=QWidget)


class SecondCheckDialog(QDialog):
    """Nothing of the record is known to this window before the second person has entered theirs.

    `record_again` carries the record that was taken back because it was wrong.
    """

    record_again = Signal(object)

    def __init__(
        self, tasks: Tasks, doses: DoseLog, actor: Callable[[], Actor], prover: Prover, question: ToCheck,
        patient: Patient, zone: ZoneInfo, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Second check of a dose"))
        self._tasks, self._doses, self._actor, self._prover = tasks, doses, actor, prover
        self._question, self._request_id = question, uuid4().hex
        self._by: ProvenPerson | None = None
        self._again: Callable[[], None] | None = None
        self._resend: Callable[[], None] | None = None
        self._answer: Refused | None = None
        about = PlainLabel("   ".join(one.replace(" ", "\u00a0") for one in identifiers(patient)), "strong", wrap=True)
        about.setObjectName("Identifiers")
        about.setContentsMargins(10, 6, 10, 6)
        which = phrase("second_ui_about", dose=question.dose_id, start=when_text(question.started_at, zone))
        self._stack = QStackedWidget()
        self.who = self._show(self._who_panel())
        self.look = LookPanel(question.products, self._lead_on)
        self.look.submitted.connect(lambda _values: self._compare())
        self.look.cancelled.connect(self.reject)
        self._stack.addWidget(self.look)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 0)
        column.setSpacing(8)
        column.addWidget(about)
        column.addWidget(PlainLabel(which, "soft", wrap=True))
        column.addWidget(self._stack, 1)
        room = self.screen().availableGeometry()
        self.resize(min(scaled(620), room.width() * 9 // 10), min(scaled(620), room.height() * 9 // 10))
        self.who.begin()

    def step(self) -> QWidget:
        """What is shown now."""
        shown = self._stack.currentWidget()
        assert shown is not None
        return shown

    # --- who ---

    def _who_panel(self) -> WhoPanel:
        alone = self._question.standing is not Standing.ALONE
        panel = WhoPanel(self._question.recorded_by, self._prover.made_up, self._lead_on, alone)
        panel.alone_button.clicked.connect(self._ask_alone)
        panel.submitted.connect(lambda _values: self._prove())
        panel.cancelled.connect(self.reject)
        if self._question.standing is Standing.DIFFERS:
            panel.say_note(phrase("second_ui_earlier"))
        if not alone:
            panel.say_note(phrase("second_ui_over"))
        return panel

    def _prove(self) -> None:
        sign_in, secret = self.who.typed()
        prove = self._prover.prove
        self.who.send(self._tasks, lambda: prove(sign_in, secret), self._proven)

    def _proven(self, by: ProvenPerson | Refused) -> None:
        assert isinstance(by, ProvenPerson)
        self.who.wipe()
        self.who.say_note("")
        self._by = by
        self.look.who.setText(phrase("second_ui_you", name=f"\u2068{by.name}\u2069"))
        again, self._again = self._again, None
        if again is not None:
            again()
            return
        self._stack.setCurrentWidget(self.look)
        self.look.form.focus_first()

    # --- what was entered ---

    def _signature(self, explanation: str = "") -> SecondSignature:
        values = self.look.form.values()
        return SecondSignature(self._by, {name: values[name] for name in LOOK_FIELDS}, explanation)

    def _compare(self) -> None:
        self._send(self.look, self._signature())

    def _send(self, panel: StepPanel, signature: SecondSignature) -> None:
        """One look. A proof that is too old is asked for again, and this is sent once more."""
        look = SecondLook(self._request_id, self._question.dose_id, signature)
        actor = self._actor()

        def again() -> None:
            self._stack.setCurrentWidget(panel)
            self._send(panel, SecondSignature(self._by, signature.entered, signature.explanation))

        self._resend = again
        panel.send(self._tasks, lambda: self._doses.second_check(look, actor), self._signed)

    def _lead_on(self, answer: Refused) -> bool:
        """Differences and a stale proof lead to another step; everything else is said where it was typed."""
        code = answer.findings[0].code
        if code == "second_check_stale":
            self._again = self._resend
            self.who.say_note(say(answer.findings[0]))
            self._stack.setCurrentWidget(self.who)
            self.who.begin()
            return True
        if code != "second_check_differs":
            return False
        self._answer = answer
        self._show_differences()
        return True

    def _signed(self, answer: CheckedDose | Refused) -> None:
        assert isinstance(answer, CheckedDose)
        check = answer.check
        if check.outcome is Outcome.ALONE:
            view = ResultView(State.READY_BUT, phrase("second_ui_signed_alone"), tr("signed alone"))
            view.line(phrase("second_ui_will_be_looked_over"))
        else:
            code = "second_ui_agreed_after" if check.differences else "second_ui_agreed"
            view = ResultView(State.READY, phrase(code, amount=answer.entry.amount), tr("checked"))
            view.line(phrase("second_ui_signed", first=check.first, second=check.second or ""), strong=True)
        if check.differences:
            view.line(phrase("second_ui_explained", why=check.explanation))
        if answer.calculated is not None:
            view.line(say(answer.calculated))
        close = button(tr("&Close"), "main")
        close.clicked.connect(self.accept)
        view.buttons.addWidget(close)
        # Not onto the button: an Enter meant for the form must not close what has to be read.
        self._show(view).setFocus(Qt.FocusReason.OtherFocusReason)

    # --- alone ---

    def _ask_alone(self) -> None:
        self.who.send(self._tasks, self._doses.alone_now, self._alone)

    def _alone(self, rule: NightRule | Refused) -> None:
        assert isinstance(rule, NightRule)
        panel = self._show(AlonePanel(rule.text, rule.hours, self._lead_on))
        panel.submitted.connect(
            lambda values: self._send(panel, SecondSignature(None, alone_reason=values["alone_reason"]))
        )
        panel.cancelled.connect(lambda: self._stack.setCurrentWidget(self.who))
        panel.form.focus_first()

    # --- differences ---

    def _show_differences(self) -> None:
        assert self._answer is not None and self._by is not None
        view = differs_view(self._answer.findings, self._question.recorded_by, self._by.name)
        mine = button(tr("&My entry was wrong…"))
        mine.clicked.connect(self._explain)
        record = button(tr("The &record is wrong…"))
        record.clicked.connect(self._correct)
        view.buttons.addWidget(mine)
        view.buttons.addWidget(record)
        self._show(view).setFocus(Qt.FocusReason.OtherFocusReason)

    def _explain(self) -> None:
        assert self._answer is not None
        found = [one for one in self._answer.findings if one.code == "second_check_differs"]
        panel = self._show(ExplainPanel(found, self._lead_on))

        def send(_values: dict[str, str]) -> None:
            missing = panel.missing()
            if missing:
                panel.show_findings([no("text_missing", name) for name in missing])
                return
            self._send(panel, self._signature(panel.explanation()))

        panel.submitted.connect(send)
        panel.cancelled.connect(self._show_differences)
        panel.form.focus_first()

    def _correct(self) -> None:
        panel = self._show(CorrectPanel(self._lead_on))
        request_id, dose_id = uuid4().hex, self._question.dose_id

        def send(values: dict[str, str]) -> None:
            actor = self._actor()
            panel.send(
                self._tasks, lambda: self._doses.reverse(request_id, dose_id, values["reason"], actor), self._taken_back
            )

        panel.submitted.connect(send)
        panel.cancelled.connect(self._show_differences)
        panel.form.focus_first()

    def _taken_back(self, entry: DoseEntry | Refused) -> None:
        assert isinstance(entry, DoseEntry)
        self.accept()
        self.record_again.emit(entry)

    # --- how it is done ---

    def _show(self, step: T) -> T:
        """Put a step in front; one that was made for an earlier answer is gone."""
        for at in reversed(range(self._stack.count())):
            old = self._stack.widget(at)
            if old is not None and at > 1:
                self._stack.removeWidget(old)
                old.deleteLater()
        self._stack.addWidget(step)
        self._stack.setCurrentWidget(step)
        return step
