"""The doses page: whom to dose and with what, the form for a dose given, and the log of what was given."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form, FormDialog
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.tasks import Tasks, Ticket
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import PlainLabel, button, message, phrase, tr
from crs_desktop.doses.entry import DoseEntry
from crs_desktop.doses.overview import DoseOverview
from crs_desktop.doses.service import DoseLog
from crs_desktop.doses.ui.columns import log_table, patient_table
from crs_desktop.doses.ui.dose_form import Opening
from crs_desktop.doses.ui.proposal_panel import Advice, ProposalPanel
from crs_desktop.doses.ui.record_dialog import DoseDialog
from crs_desktop.doses.ui.second_checks import SecondChecks, check_lines
from crs_desktop.doses.ui.words import about_text, identifiers, whole_text
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.refusal import Refused
from crs_desktop.patients.service import PatientRegister
from crs_desktop.staff.signing.model import Prover
from crs_desktop.staff.signing.service import nobody_second
from crs_desktop.stock.model import Lot, VialLine
from crs_desktop.stock.service import StockLedger

_MINUTE_MS = 60_000


class DosesPage(Page):
    """Propose, print, record, check as a second person, take back."""

    title = "Doses"
    topics = frozenset(
        {Topic.DOSES, Topic.STOCK, Topic.EPISODES, Topic.PATIENTS, Topic.POLICY, Topic.READINESS}
    )  # fmt: skip

    def __init__(
        self,
        tasks: Tasks,
        doses: DoseLog,
        patients: PatientRegister,
        stock: StockLedger,
        actor: Callable[[], Actor],
        preferred: Callable[[int], tuple[VialLine, ...]],
        print_sheet: Callable[[int], None],
        consequences: Callable[[], str],
        prover: Prover | None = None,
    ) -> None:
        super().__init__(tasks)
        self._doses, self._stock, self._actor = doses, stock, actor
        self._preferred, self._print_sheet, self._consequences = preferred, print_sheet, consequences
        self._zone = patients.zone
        self._overview: DoseOverview | None = None
        self._lots: dict[int, Lot] = {}
        self._asking: Ticket | None = None
        self._asked_for: int | None = None
        self._opening = False
        self._wanted: int | None = None
        self.dialog: DoseDialog | None = None
        self.seconds = SecondChecks(tasks, doses, actor, prover or nobody_second(), self._zone, self)
        self.seconds.filtered.connect(self._show_log)
        self.seconds.record_again.connect(self._record_again)
        self.seconds.check_button.clicked.connect(self._check_chosen)
        self.patients = patient_table(self._zone)
        self.panel = ProposalPanel(self._zone)
        self.log = log_table(self._zone, self._lots)
        self._make_buttons()
        self._arrange()
        self.patients.chosen.connect(self._advise)
        self.patients.opened.connect(self._record_chosen)
        self.log.chosen.connect(self._show_record)
        # Times pass without any change in the store: what may start "now" is asked again every minute.
        self._minute = QTimer(self)
        self._minute.setInterval(_MINUTE_MS)
        self._minute.timeout.connect(self._minute_passed)
        self._minute.start()

    # --- what others use ---

    def choose(self, patient_id: int) -> None:
        """Show this patient, now or when the list has been read."""
        self._wanted = None if self.patients.choose(patient_id) else patient_id

    def current_id(self) -> int | None:
        """The chosen patient."""
        line = self.patients.current()
        return None if line is None else line.patient.id

    def open_record(self, patient_id: int, again: DoseEntry | None = None) -> None:
        """Open the form for a dose given to this patient; works before the page was ever shown.

        `again` is a record that was taken back: the form is filled with it.
        """
        if self.dialog is not None:
            self.dialog.raise_()
        if self._opening or self.dialog is not None:
            return
        self._opening = True

        def failed(error: BaseException) -> None:
            self._opening = False
            self.tasks.present(error, lambda: self.open_record(patient_id, again))

        self.tasks.run(lambda: self._read_opening(patient_id, again), self._open, self, "paper", failed)

    def refresh(self) -> None:
        self.ask(self._doses.overview, self._show)

    # --- reading and showing ---

    def _show(self, found: DoseOverview) -> None:
        self._overview = found
        self._lots.clear()
        self._lots.update(found.lots)
        if not found.patients:
            self.patients.show_records(())
            self.show_empty(tr("No patients yet"), phrase("doses_ui_no_patients"))
            return
        self.patients.show_records(found.patients)
        self.seconds.count(found)
        self._show_log()
        if self._wanted is not None and self.patients.choose(self._wanted):
            self._wanted = None
        if self.patients.current() is None:
            self.patients.view.selectRow(0)
        self._advise(again=True)
        self._show_record()

    def _show_log(self) -> None:
        if self._overview is not None:
            self.log.show_records(self.seconds.shown(self._overview))

    def _advise(self, again: bool = False) -> None:
        """Ask for the chosen patient; the answer about one who is no longer chosen is dropped."""
        line = self.patients.current()
        if line is None or self._overview is None:
            self._drop_question()
            self._show_advice(None)
            return
        if self._asked_for == line.patient.id and not again:
            return
        self._drop_question()
        shown = self.panel.advice()
        if shown is not None and shown.patient.id != line.patient.id:
            self._show_advice(None)
        self._asked_for, limits, at = line.patient.id, self._overview.limits, self._overview.at
        patient = line.patient

        def read() -> Advice:
            proposed = self._doses.propose(patient.id, self._preferred(patient.id))
            return Advice(patient, proposed, self._doses.next_for(patient.id), limits, at)

        self._asking = self.tasks.run(read, self._show_advice, self, "paper")

    def _drop_question(self) -> None:
        if self._asking is not None:
            self._asking.drop()
        self._asking, self._asked_for = None, None

    def _show_advice(self, advice: Advice | None) -> None:
        self.panel.show_advice(advice)
        self.record_button.setEnabled(self.patients.current() is not None)
        self.print_button.setEnabled(advice is not None and not isinstance(advice.proposed, Refused))

    def _show_record(self) -> None:
        line = self.log.current()
        text = ""
        if line is not None and self._overview is not None:
            places = self._overview.places
            text = whole_text(line.entry, line.patient, self._lots, places, self._zone)
            text = "\n".join([text, *check_lines(line)])
        self.record_text.setText(text)
        self.record_text.setVisible(bool(text))
        self.back_button.setEnabled(line is not None and line.entry.reversed_because is None)
        self.seconds.choose(line)

    def _minute_passed(self) -> None:
        if self.isVisible() and self.dialog is None:
            self.refresh()

    # --- acts ---

    def _record_chosen(self) -> None:
        line = self.patients.current()
        if line is not None:
            self.open_record(line.patient.id)

    def _check_chosen(self) -> None:
        line = self.log.current()
        if line is not None and line.waits:
            self.seconds.open(line.entry.id, line.patient)

    def _record_again(self, entry: DoseEntry) -> None:
        self.open_record(entry.patient_id, entry)

    def _print_chosen(self) -> None:
        line = self.patients.current()
        if line is not None:
            self._print_sheet(line.patient.id)

    def _read_opening(self, patient_id: int, again: DoseEntry | None) -> Opening | None:
        found = self._doses.overview()
        line = next((one for one in found.patients if one.patient.id == patient_id), None)
        if line is None:
            return None
        proposed = self._doses.propose(patient_id, self._preferred(patient_id))
        return Opening(line.patient, proposed, self._stock.picture().shelf, found.at, self._zone, again)

    def _open(self, opening: Opening | None) -> None:
        self._opening = False
        if opening is None:
            self.say_stale(phrase("patient_unknown", value=""))
            return
        dialog = DoseDialog(self.tasks, self._doses, self._actor, self._consequences, opening, self)
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.check_wanted.connect(lambda dose_id: self.seconds.open(dose_id, opening.patient))
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def open_reversal(self) -> None:
        """Take the chosen record back, with the reason."""
        line = self.log.current()
        if line is None or line.entry.reversed_because is not None:
            return
        form = Form()
        form.add_widget(PlainLabel(about_text(line.entry, line.patient, self._zone), "strong", wrap=True))
        form.add_widget(message(phrase("doses_ui_back_what")))
        form.text("reason", tr("&Why is the record wrong"))
        subject = f"dose {line.entry.id}"
        dialog = FormDialog(
            tr("Take a record back"), tr("&Take it back"), form, self, kind="take dose back", subject=subject
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setMinimumWidth(scaled(460))
        dialog.panel.set_identifiers(*identifiers(line.patient))
        dose_id = line.entry.id

        def send(values: dict[str, str]) -> None:
            actor, request_id = self._actor(), dialog.request_id
            dialog.send(self.tasks, lambda: self._doses.reverse(request_id, dose_id, values["reason"], actor))

        dialog.submitted.connect(send)
        form.focus_first()
        dialog.open()

    # --- how it is done ---

    def _make_buttons(self) -> None:
        self.record_button = button(tr("&Record a dose given"), "main")
        self.record_button.clicked.connect(self._record_chosen)
        self.print_button = button(tr("&Print dosing sheet"), hint=tr("Of the dose proposed above"))
        self.print_button.clicked.connect(self._print_chosen)
        self.back_button = button(tr("Take a record &back"), hint=tr("The record chosen in the log, with a reason"))
        self.back_button.clicked.connect(self.open_reversal)
        for one in (self.record_button, self.print_button, self.back_button):
            one.setEnabled(False)

    def _arrange(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.panel, 1)
        acts = QHBoxLayout()
        acts.setContentsMargins(16, 0, 0, 0)
        acts.setSpacing(8)
        acts.addWidget(self.record_button)
        acts.addWidget(self.print_button)
        acts.addStretch(1)
        column.addLayout(acts)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.setChildrenCollapsible(False)
        across.addWidget(self.patients)
        across.addWidget(right)
        across.setStretchFactor(0, 1)
        across.setStretchFactor(1, 1)
        across.setSizes([scaled(640), scaled(520)])
        below = QWidget()
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, 8, 0, 0)
        lower.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.log.filter_box, 1)
        head.addWidget(self.seconds.check_button)
        head.addWidget(self.back_button)
        lower.addLayout(head)
        lower.addWidget(self.log, 1)
        self.record_text = message()
        lower.addWidget(self.record_text)
        down = QSplitter(Qt.Orientation.Vertical)
        down.setChildrenCollapsible(False)
        down.setHandleWidth(9)
        down.setSizes([scaled(500), scaled(280)])
        down.setMinimumHeight(scaled(600))
        down.addWidget(across)
        down.addWidget(below)
        down.setStretchFactor(0, 2)
        down.setStretchFactor(1, 1)
        self.body.addWidget(self.seconds.head)
        self.body.addWidget(down, 1)
