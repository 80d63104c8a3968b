"""The form of a dose given: it carries what was typed into one command and decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.words import PlainLabel, heading, phrase, tr
from crs_desktop.doses.entry import ELSEWHERE, OURS, DoseEntry, LogDose
from crs_desktop.doses.model import Purpose
from crs_desktop.doses.service import ProposedDose
from crs_desktop.doses.ui.vials_field import VialsField
from crs_desktop.doses.ui.words import entry_text, weight_age
from crs_desktop.episodes.model import KINDS, SCALES
from crs_desktop.episodes.service import GradeTyped
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Patient
from crs_desktop.stock.model import ShelfLine

GRADE_FIELDS = ("grade", "scale", "told_by", "graded_at")
REASON_FIELDS = ("deviation_reason", "deviation_name")
# What a proposed amount and the departures rest on: an edit here makes both things of the past.
CLINICAL = ("start", "end", "amount", "purpose", "supply", "vials")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a form of a dose is opened with, read in one go; `again` is the record that it takes the place of."""

    patient: Patient
    proposed: ProposedDose | Refused
    shelf: Sequence[ShelfLine]
    now: datetime
    zone: ZoneInfo
    again: DoseEntry | None = None


class DoseForm(Form):
    """Fields named as the service names them, so that every finding lands beneath its own."""

    def __init__(self, opening: Opening, parent: QWidget | None = None) -> None:
        super().__init__(columns=2, parent=parent)
        self._opening = opening
        self._asked = False
        self._edits, self._sent = 0, 0
        self._add_dose(opening)
        self._add_people()
        self._add_departures()
        self._prefill(opening)
        self.changed.connect(self._edited)
        self._show_fitting()

    # --- what the panel uses ---

    def command(self, request_id: str) -> LogDose:
        """What was typed, as the service takes it. Reasons go along only with the departures they were given for."""
        self._sent = self._edits
        values, ours = self.values(), self.fields["supply"].value() == OURS
        grade = None
        if values["kind"]:
            grade = GradeTyped(values["kind"], values["grade"], values["scale"], values["told_by"], values["graded_at"])
        asked = self._asked
        return LogDose(
            request_id, self._opening.patient.id, values["start"], values["end"], values["amount"], values["purpose"],
            values["supply"], self.vials.typed() if ours else (), grade, values["prescriber"], values["given_by"],
            values["note"], values["deviation_reason"] if asked else "", values["deviation_name"] if asked else "",
        )  # fmt: skip

    @property
    def asked(self) -> bool:
        """True while the departures shown are those of what stands in the fields."""
        return self._asked

    def ask_departures(self, findings: Sequence[Finding]) -> None:
        """List what the dose departs from, and ask why and who decided; what was edited meanwhile is asked anew."""
        self._asked = self._edits == self._sent
        self._deviations_head.setText(phrase("doses_ui_deviates" if self._asked else "doses_ui_deviates_changed"))
        self._deviations.setText("\n".join(f"• {say(finding)}" for finding in findings) if self._asked else "")
        for widget in self.departure_widgets():
            widget.show()

    def ask_again(self, departures: str) -> None:
        """After a lock in the middle of saving: reasons go along as they did, so that it stays the same request."""
        self._asked = True
        self._deviations_head.setText(phrase("doses_ui_deviates"))
        self._deviations.setText(departures)
        for widget in self.departure_widgets():
            widget.show()

    def departures_text(self) -> str:
        """What is listed now."""
        return self._deviations.text()

    def departure_widgets(self) -> list[QWidget]:
        """The part of the form that is shown only when there is something to give a reason for."""
        return [self._deviations_head, self._deviations, *(self.fields[name] for name in REASON_FIELDS)]

    def amount_note(self) -> str:
        """Where the amount comes from, or that it has to be read again."""
        return self._amount_note.text()

    # --- how it is done ---

    def _add_dose(self, opening: Opening) -> None:
        self.text("start", tr("&Start"), hint=tr("Local date and time, not later than now"))
        # No example here: at three in the night a grey date reads like a typed one.
        self.text("end", tr("&End"), hint=tr("Empty while it runs or when nobody knows"))
        self.number("amount", tr("&Amount"), "mg")
        self.choice("supply", tr("S&upply"), [(one, phrase(f"doses_ui_supply_{one}")) for one in (OURS, ELSEWHERE)])
        self._amount_note = PlainLabel("", "soft", wrap=True)
        self.add_widget(self._amount_note)
        self.vials = VialsField("vials", tr("&Vials"), opening.shelf)
        self.add(self.vials, wide=True)

    def _add_people(self) -> None:
        purposes = [(one.value, phrase(f"doses_ui_purpose_{one.value}")) for one in Purpose]
        self.choice("purpose", tr("P&urpose"), purposes)
        self.choice("kind", tr("&Grade as told"), [("", tr("none told")), *((kind, kind) for kind in KINDS)])
        self.choice("grade", tr("Gra&de"), [(str(number), str(number)) for number in range(6)], ask=True)
        self.choice("scale", tr("S&cale"), [(scale, scale) for scale in SCALES])
        self.text("told_by", tr("&Told by"))
        self.text("graded_at", tr("Graded a&t"), hint=tr("Local date and time, not later than now"))
        self.text("prescriber", tr("&Prescriber"))
        self.text("given_by", tr("Given &by"))
        self.long_text("note", tr("&Note"), lines=1)

    def _add_departures(self) -> None:
        self._deviations_head = heading("")
        self._deviations = PlainLabel("", "care", wrap=True)
        self.add_widget(self._deviations_head)
        self.add_widget(self._deviations)
        self.long_text("deviation_reason", tr("&Why"), lines=2)
        self.text("deviation_name", tr("Who de&cided"), wide=True)
        for widget in self.departure_widgets():
            widget.hide()

    def _prefill(self, opening: Opening) -> None:
        self.set_values(
            {"start": entry_text(opening.now, opening.zone), "supply": OURS, "purpose": Purpose.RESCUE.value}
        )
        if opening.again is not None:
            self._fill_again(opening.again, opening.zone)
            return
        if isinstance(opening.proposed, Refused):
            why = " ".join(say(finding) for finding in opening.proposed.findings)
            self._note("soft", phrase("doses_ui_amount_free", why=why))
            return
        self.set_values({"amount": plain(opening.proposed.proposal.vials.drawn.mg)})
        self.vials.show_lines(item.line for item in opening.proposed.vials)
        self._say_proposed("doses_ui_amount_proposed")

    def _fill_again(self, entry: DoseEntry, zone: ZoneInfo) -> None:
        """As the record that was taken back said it; somebody corrects what was wrong before it is sent."""
        self.set_values(
            {
                "start": entry_text(entry.started_at, zone), "amount": plain(entry.amount.mg),
                "end": "" if entry.ended_at is None else entry_text(entry.ended_at, zone), "supply": entry.supply,
                "purpose": entry.purpose.value, "prescriber": entry.prescriber, "given_by": entry.given_by,
                "note": entry.note,
            }
        )  # fmt: skip
        self.vials.show_lines(spent.line for spent in entry.vials)
        self._note("care", phrase("second_ui_filled_again"))

    def _edited(self, name: str) -> None:
        if name in CLINICAL:
            self._void(name)
        self._show_fitting()

    def _void(self, name: str) -> None:
        """Newer input: neither a proposed amount nor listed departures may pass for its own."""
        self._edits += 1
        if self._asked:
            self._asked = False
            self._deviations_head.setText(phrase("doses_ui_deviates_changed"))
            self._deviations.setText("")
        proposed = self._opening.proposed
        if isinstance(proposed, Refused) or name == "end":
            return
        if self.fields["amount"].value().strip() != plain(proposed.proposal.vials.drawn.mg):
            self._say_proposed("doses_ui_amount_typed")
        elif name != "amount":
            self._note("care", phrase("doses_ui_amount_check", amount=proposed.proposal.vials.drawn))
        else:
            self._say_proposed("doses_ui_amount_proposed")

    def _say_proposed(self, code: str) -> None:
        proposed = self._opening.proposed
        if not isinstance(proposed, Refused):
            found, age = proposed.proposal, weight_age(proposed, self._opening.zone)
            self._note("soft", phrase(code, amount=found.vials.drawn, weight=found.weight, age=age))

    def _note(self, role: str, text: str) -> None:
        self._amount_note.set_role("care" if role == "care" else "soft")
        self._amount_note.setText(text)

    def _show_fitting(self) -> None:
        values = self.values()
        self.vials.setVisible(values["supply"] == OURS)
        for name in GRADE_FIELDS:
            self.fields[name].setVisible(bool(values["kind"]))
