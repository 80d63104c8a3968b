"""The window in which a dose given is recorded: the form, the departures that ask for a reason, and what it did."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from crs_desktop.desktop.drafts import Draft, drafts
from crs_desktop.desktop.forms import FormPanel
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, hairline, heading, phrase, tr
from crs_desktop.doses.entry import LoggedDose
from crs_desktop.doses.model import NextDose
from crs_desktop.doses.service import DoseLog
from crs_desktop.doses.ui.dose_form import REASON_FIELDS, DoseForm, Opening
from crs_desktop.doses.ui.words import identifiers, left_text, log_vials, missing_lines, next_text
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.refusal import Refused, Severity, no
from crs_desktop.kernel.wording import say

DRAFT_KIND = "record dose"
_DEPARTURES = "departures asked"


class DosePanel(FormPanel):
    """A form panel to which departures are no mistake: they are listed, and asked for a reason and a name."""

    def __init__(self, opening: Opening, parent: QWidget | None = None) -> None:
        self.dose_form = DoseForm(opening)
        super().__init__(tr("Record a dose given"), tr("&Record the dose"), self.dose_form, parent=parent)
        self.set_identifiers(*identifiers(opening.patient))

    def settle(self, answer: object) -> bool:
        """Departures open their part of the form; every other no is said beneath its field."""
        if isinstance(answer, Refused) and answer.findings[0].code == "deviation_needs_reason":
            self.set_running(False)
            again = self.dose_form.asked
            self.dose_form.ask_departures([one for one in answer.findings if one.severity is Severity.BEWARE])
            values = self.form.values()
            blank = [name for name in REASON_FIELDS if not values[name].strip()]
            self.show_findings([no("text_missing", name) for name in blank] if again else [])
            self._to(blank[0] if blank else REASON_FIELDS[0])
            return False
        return super().settle(answer)

    def _to(self, name: str) -> None:
        self.form.fields[name].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        # Once the form has laid out what has just come: both fields, and above them the list they are about.
        QTimer.singleShot(0, self, self._scroll_to_departures)

    def _scroll_to_departures(self) -> None:
        for widget in reversed(self.dose_form.departure_widgets()):
            self._scroll.ensureWidgetVisible(widget)


class DoneView(QWidget):
    """What the record did, to be read before the window closes."""

    def __init__(self, close: Callable[[], None], check: Callable[[], None]) -> None:
        super().__init__()
        frame = QWidget()
        self._column = QVBoxLayout(frame)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea()
        scroll.setObjectName("FormScroll")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(frame)
        self.close_button = button(tr("&Close"), "main")
        self.close_button.clicked.connect(close)
        self.check_button = button(tr("&Second check now"), hint=tr("Somebody else looks, without seeing the record"))
        self.check_button.clicked.connect(check)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.check_button)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(scroll, 1)
        column.addLayout(row)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._consequence = PlainLabel("", "strong", wrap=True)

    def text(self) -> str:
        """Everything said, for tests and screen readers."""
        labels = [label.text() for label in self.findChildren(PlainLabel)]
        return "\n".join([*labels, *(badge.text() for badge in self.findChildren(StateBadge))])

    def tell(self, opening: Opening, logged: LoggedDose, following: NextDose) -> None:
        """Say it all; who is short now follows."""
        entry, patient = logged.entry, opening.patient
        lots = {line.on_hand.lot.id: line.on_hand.lot for line in opening.shelf}
        places = {line.on_hand.place.id: line.on_hand.place for line in opening.shelf}
        name = f"\u2068{patient.name}\u2069"
        band = PlainLabel("   ".join(identifiers(patient)), "strong", wrap=True)
        band.setObjectName("Identifiers")
        band.setContentsMargins(10, 6, 10, 6)
        self._column.addWidget(band)
        self._column.addWidget(heading(phrase("doses_ui_recorded", amount=entry.amount, patient=name)))
        start = local_text(entry.started_at, opening.zone)
        self._line(phrase("doses_ui_recorded_at", start=start, dose=entry.id))
        waits = StateBadge()
        waits.set_state(State.READY_BUT, text=phrase("second_ui_waits"))
        self._column.addWidget(waits)
        spent = phrase("doses_ui_spent", vials=log_vials(entry, lots)) if entry.vials else phrase("doses_ui_spent_none")
        self._line(spent)
        self._line(phrase("doses_ui_released" if logged.released is not None else "doses_ui_not_released"))
        for text in missing_lines(entry, lots, places):
            self._marked(State.SHORT, tr("open discrepancy"), text)
        if entry.deviations:
            reason, who = entry.deviation_reason, entry.deviation_name
            self._line(phrase("doses_ui_stored_deviations", reason=reason, name=who))
            self._line("\n".join(f"• {say(finding)}" for finding in entry.deviations))
        upcoming = next_text(following, opening.zone)
        self._line(phrase("doses_ui_next_after", next=upcoming, left=left_text(following)), "strong")
        self._column.addWidget(hairline())
        self._column.addWidget(self._consequence)
        self.say_consequence(phrase("doses_ui_asking"))

    def say_consequence(self, text: str) -> None:
        """Who is short now, in the caller's words."""
        self._consequence.setText(text)
        self.setAccessibleDescription(self.text())

    def _line(self, text: str, role: str = "body") -> None:
        self._column.addWidget(PlainLabel(text, "strong" if role == "strong" else "body", wrap=True))

    def _marked(self, state: State, word: str, text: str) -> None:
        badge = StateBadge(state)
        badge.set_state(state, text=word)
        self._column.addWidget(badge)
        self._line(text)


class DoseDialog(QDialog):
    """One opened form is one request: however often it is sent, one dose is recorded.

    `check_wanted` carries the dose just recorded, when this window has closed and shows nothing of it any more.
    """

    check_wanted = Signal(int)

    def __init__(
        self, tasks: Tasks, doses: DoseLog, actor: Callable[[], Actor], consequences: Callable[[], str],
        opening: Opening, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Record a dose given"))
        self._tasks, self._doses, self._actor, self._consequences = tasks, doses, actor, consequences
        self._opening, self._request_id = opening, uuid4().hex
        self.draft_key, self._followed = (DRAFT_KIND, f"patient {opening.patient.id}"), False
        self.panel = DosePanel(opening)
        self.form = self.panel.dose_form
        self._recorded_id = 0
        self.done_view = DoneView(self.accept, self._check_now)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.panel)
        self._stack.addWidget(self.done_view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.panel.submitted.connect(self._send)
        self.panel.cancelled.connect(self.reject)
        room = self.screen().availableGeometry()
        self.resize(min(scaled(820), room.width() * 9 // 10), min(scaled(760), room.height() * 9 // 10))
        self.form.focus_first()

    def recorded(self) -> bool:
        """True once the dose is in the log."""
        return self._stack.currentWidget() is self.done_view

    def draft(self) -> Draft | None:
        """What is half typed, for a lock. While it is being saved the departures go along that reasons were given for:
        what is sent again after the lock must be the same request to the letter."""
        values = {} if self.recorded() else self.panel.half_typed()
        if not values or not self._followed:
            return None
        if self.panel.running and self.form.asked:
            values[_DEPARTURES] = self.form.departures_text()
        return Draft(*self.draft_key, self._request_id, values, self.panel.running)

    def fill(self, draft: Draft) -> None:
        """What was half typed before a lock is back."""
        self._request_id = draft.request_id
        self.panel.put_back(draft.values, draft.sent)
        if _DEPARTURES in draft.values:
            self.form.ask_again(draft.values[_DEPARTURES])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._followed:
            self._followed = True
            self.panel.remember()
            drafts().follow(self)

    def done(self, result: int) -> None:
        self._followed = False
        super().done(result)

    def _check_now(self) -> None:
        self.accept()
        self.check_wanted.emit(self._recorded_id)

    def _send(self, _values: dict[str, str]) -> None:
        command, actor, patient_id = self.form.command(self._request_id), self._actor(), self._opening.patient.id

        def work() -> tuple[LoggedDose, NextDose] | Refused:
            answer = self._doses.log_dose(command, actor)
            return answer if isinstance(answer, Refused) else (answer, self._doses.next_for(patient_id))

        self.panel.send(self._tasks, work, self._recorded)

    def _recorded(self, answer: tuple[LoggedDose, NextDose] | Refused) -> None:
        if isinstance(answer, Refused):
            return
        self._recorded_id = answer[0].id
        self.done_view.tell(self._opening, *answer)
        self._stack.setCurrentWidget(self.done_view)
        # Not onto the button: a second Enter meant for the form must not close what has to be read.
        self.done_view.setFocus(Qt.FocusReason.OtherFocusReason)

        def failed(error: BaseException) -> None:
            self.done_view.say_consequence(phrase("doses_ui_not_asked"))
            self._tasks.present(error)

        self._tasks.run(self._consequences, self.done_view.say_consequence, self, "paper", failed)
