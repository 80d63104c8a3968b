"""The right side of the page: what to give the chosen patient now, from which vials, or every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import PlainLabel, StateBadge, caption, hairline, phrase, tr
from crs_desktop.doses.model import Limits, NextDose
from crs_desktop.doses.rules.interval import interval_rule
from crs_desktop.doses.service import ProposedDose
from crs_desktop.doses.ui.words import (
    formula_text,
    identifiers,
    vial_place_text,
    vial_text,
    weight_text,
    when_text,
)
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.clock import local_text
from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.kernel.wording import say
from crs_desktop.patients.model import Patient


@dataclass(frozen=True, slots=True)
class Advice:
    """What the program says about a dose for one patient now."""

    patient: Patient
    proposed: ProposedDose | Refused
    next: NextDose
    limits: Limits
    at: datetime


class Fact(QWidget):
    """A caption with its value beneath."""

    def __init__(self, head: str, value: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(PlainLabel(head, "caption"))
        column.addWidget(PlainLabel(value, "strong"))


class ProposalPanel(QScrollArea):
    """Made anew for each advice; reading it never changes anything."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self._advice: Advice | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(scaled(300))
        self.setAccessibleName(tr("Proposed dose"))
        self.show_advice(None)

    def advice(self) -> Advice | None:
        """What is shown."""
        return self._advice

    def text(self) -> str:
        """Everything the panel says, for tests and screen readers."""
        frame = self.widget() or self
        badges = [badge.text() for badge in frame.findChildren(StateBadge)]
        said = [label.text() for label in frame.findChildren(PlainLabel)] + badges
        return "\n".join(said).replace("\u00a0", " ")

    def show_advice(self, advice: Advice | None) -> None:
        """Say this; None asks to choose a patient."""
        same = advice is not None and self._advice is not None and advice.patient.id == self._advice.patient.id
        place = self.verticalScrollBar().value() if same else 0
        self._advice = advice
        frame = QWidget()
        frame.setObjectName("PageFrame")
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 0, 4, 8)
        column.setSpacing(8)
        if advice is None:
            column.addWidget(PlainLabel(phrase("doses_ui_choose"), "soft", wrap=True))
        else:
            self._say_patient(column, advice.patient)
            if isinstance(advice.proposed, Refused):
                self._say_refused(column, advice, advice.proposed)
            else:
                self._say_dose(column, advice.proposed)
                _say_findings(column, advice.proposed.proposal.findings)
                self._say_limits(column, advice, advice.proposed)
                self._say_vials(column, advice.proposed)
            rule = say(interval_rule(advice.limits))
            column.addWidget(caption(phrase("doses_ui_as_of", when=local_text(advice.at, self._zone), rule=rule)))
        column.addStretch(1)
        self.setWidget(frame)
        # A minute that passes must not move what somebody is reading; the new frame is laid out first.
        QTimer.singleShot(0, self, lambda: self.verticalScrollBar().setValue(place))

    def _say_patient(self, column: QVBoxLayout, patient: Patient) -> None:
        band = PlainLabel("   ".join(one.replace(" ", "\u00a0") for one in identifiers(patient)), "strong", wrap=True)
        band.setObjectName("Identifiers")
        band.setContentsMargins(10, 6, 10, 6)
        column.addWidget(band)

    def _say_dose(self, column: QVBoxLayout, proposed: ProposedDose) -> None:
        found = proposed.proposal
        column.addWidget(PlainLabel(str(found.vials.drawn), "title"))
        column.addWidget(PlainLabel(formula_text(proposed), "strong", wrap=True))
        column.addWidget(PlainLabel(weight_text(proposed, self._zone), "soft", wrap=True))
        facts = FlowRow(gap=24, line_gap=6)
        rate = phrase("doses_ui_rate", rate=plain(found.rate_ml_per_hour), minutes=found.minutes)
        drawn = phrase("doses_ui_drawn", drawn=found.vials.drawn, volume=found.volume)
        bag = phrase("doses_ui_bag", bag=found.bag_ml)
        for head, value in ((tr("Draw"), drawn), (tr("Bag, final volume"), bag), (tr("Rate"), rate)):
            facts.addWidget(Fact(head, value))
        column.addLayout(facts)

    def _say_limits(self, column: QVBoxLayout, advice: Advice, proposed: ProposedDose) -> None:
        column.addWidget(hairline())
        badge = StateBadge()
        if proposed.proposal.findings:
            badge.set_state(State.READY_BUT, text=phrase("doses_ui_can_start_but"))
        else:
            badge.set_state(State.READY, text=phrase("doses_ui_can_start"))
        column.addWidget(badge)
        facts = FlowRow(gap=24, line_gap=6)
        for fact in self._limit_facts(advice):
            facts.addWidget(fact)
        after = proposed.proposal.after.from_
        said = phrase("doses_ui_full") if after is None else when_text(after, self._zone)
        facts.addWidget(Fact(tr("The dose after it, earliest"), said))
        column.addLayout(facts)

    def _limit_facts(self, advice: Advice) -> tuple[Fact, Fact]:
        limits, found = advice.limits, advice.next
        day = phrase("doses_ui_left_24h", left=found.left_24h, most=limits.per_24h)
        episode = phrase("doses_ui_left_episode", left=found.left_episode, most=limits.per_episode)
        return Fact(tr("Doses left, 24 h"), day), Fact(tr("Doses left, episode"), episode)

    def _say_vials(self, column: QVBoxLayout, proposed: ProposedDose) -> None:
        column.addWidget(hairline())
        for item in proposed.vials:
            column.addWidget(PlainLabel(vial_text(item), "heading", wrap=True))
            column.addWidget(PlainLabel(vial_place_text(item), "body", wrap=True))
        found = proposed.proposal.vials
        source = phrase("doses_ui_from_promise" if proposed.from_earmark else "doses_ui_from_plan")
        waste = phrase("doses_ui_waste", opened=found.opened, waste=found.waste)
        column.addWidget(PlainLabel(f"{source} {waste}.", "soft", wrap=True))

    def _say_refused(self, column: QVBoxLayout, advice: Advice, refused: Refused) -> None:
        badge = StateBadge()
        badge.set_state(State.CANNOT_SAY, text=tr("No dose to propose now"))
        badge.setParent(self)
        column.addWidget(badge)
        found = advice.next
        if found.from_ is None:
            said = phrase("doses_ui_not_while")
        elif found.allowed:
            said = phrase("doses_ui_time_is_free")
        else:
            said = phrase("doses_ui_not_before", when=local_text(found.from_, self._zone))
        column.addWidget(PlainLabel(said, "heading", wrap=True))
        for finding in refused.findings:
            column.addWidget(PlainLabel(f"• {say(finding)}", "body", wrap=True))
        facts = FlowRow(gap=24, line_gap=6)
        for fact in self._limit_facts(advice):
            facts.addWidget(fact)
        column.addLayout(facts)
        _say_findings(column, found.findings)
        column.addWidget(PlainLabel(phrase("doses_ui_still_recordable"), "soft", wrap=True))


def _say_findings(column: QVBoxLayout, findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        line = QHBoxLayout()
        line.setSpacing(8)
        badge = StateBadge()
        badge.set_shape(State.READY_BUT, tr("beware"))
        line.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(PlainLabel(say(finding), "care", wrap=True), 1)
        column.addLayout(line)
