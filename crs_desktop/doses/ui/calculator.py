"""The calculator behind F12: dose, vials and next time from a weight and times alone, also while the screen is locked.

It reads no store, knows no patient and records nothing, so it needs nobody signed in. What stands in the result was
calculated from what stands in the fields at this moment, or the result is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.theme import State, scaled, text_percent
from crs_desktop.desktop.ticker import every
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, caption, hairline, heading, phrase, title, tr
from crs_desktop.doses.calculation import Calculated, Following, calculated, following, pounds, source_of
from crs_desktop.doses.rules.facts import dosing_facts
from crs_desktop.doses.rules.interval import hours_words, instant_words, interval_rule
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.clock import Clock
from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.wording import say

_TICK_MS = 15_000
_SOURCES = {
    1: ("dose_below_boundary", "dose_from_boundary", "boundary", "dose_cap"),
    2: ("vial",),
    3: ("concentration", "bag_below_boundary", "bag_from_boundary", "infusion_time"),
    4: ("least_interval", "doses_in_24_hours", "doses_in_episode"),
}
_NARROW_PERCENT = 150


class Calculator(QDialog):
    """Weight and earlier starts on one side, the answer on the other. Esc goes back."""

    def __init__(self, parent: QWidget | None, clock: Clock, zone: ZoneInfo) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Dose calculator"))
        self.setAccessibleName(tr("Dose calculator, tocilizumab"))
        self._clock, self._zone = clock, zone
        self.weight_form, self.starts_form = Form(), Form()
        self.weight = self.weight_form.number("weight_kg", tr("&Weight"), "kg")
        self.weight.editor.setStyleSheet(f"font-size: {scaled(26)}px")
        self._pounds = PlainLabel("", "heading")
        self.weight_form.add_widget(self._pounds)
        self.starts = self.starts_form.long_text(
            "starts", tr("Doses already &started"), hint=phrase("calculator_starts_hint"), lines=4
        )
        self.dose_answer, self.next_answer = _Answer(tr("Dose")), _Answer(tr("Next dose"))
        self.clear_button = button(tr("&Clear"))
        self.clear_button.clicked.connect(self.clear)
        self.back_button = button(tr("&Back  Esc"), name=tr("Back, Esc"))
        self.back_button.clicked.connect(self.reject)
        self._arrange()
        self.weight_form.changed.connect(self._say_dose)
        self.starts_form.changed.connect(self._say_next)
        self._say_dose()
        every(_TICK_MS, self, self._say_next)
        self.weight_form.focus_first()

    def clear(self) -> None:
        """Empty it for the next question."""
        self.weight.set_value("")
        self.starts.set_value("")
        self._say_dose()
        self._say_next()
        self.weight_form.focus_first()

    def text(self) -> str:
        """Everything it answers, for tests and screen readers."""
        return f"{self.dose_answer.text()}\n{self.next_answer.text()}"

    def pounds_text(self) -> str:
        """The weight in pounds, as a check."""
        return self._pounds.text().strip()

    def _say_dose(self, _name: str = "") -> None:
        typed = self.weight.value()
        found = calculated(typed) if typed.strip() else None
        self._pounds.setText(
            phrase("calculator_pounds", pounds=plain(pounds(found.weight))) if isinstance(found, Calculated) else " "
        )
        if isinstance(found, Calculated):
            answer = found
            self.dose_answer.show_answer(lambda column: _say_dose(column, answer))
        elif isinstance(found, Finding):
            wrong = (found,)
            self.dose_answer.show_answer(lambda column: _say_marked(column, tr("no dose"), wrong))
        else:
            empty = PlainLabel(phrase("calculator_type_weight"), "soft", wrap=True)
            self.dose_answer.show_answer(lambda column: column.addWidget(empty))

    def _say_next(self, _name: str = "") -> None:
        now = self._clock.now()
        found = following(self.starts.value(), now, self._zone)
        if isinstance(found, Following):
            answer = found
            self.next_answer.show_answer(lambda column: _say_next(column, answer, now, self._zone))
        else:
            wrong = found
            self.next_answer.show_answer(lambda column: _say_marked(column, tr("no next time"), wrong))

    def _arrange(self) -> None:
        narrow = text_percent() >= _NARROW_PERCENT
        frame = QWidget()
        frame.setObjectName("PageFrame")
        grid = QGridLayout(frame)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(scaled(24))
        grid.setVerticalSpacing(12)
        parts = (self.weight_form, self.dose_answer, hairline(), self.starts_form, self.next_answer, _sources())
        for at, part in enumerate(parts):
            if narrow:
                grid.addWidget(part, at, 0)
            elif part in (self.weight_form, self.starts_form):
                part.setFixedWidth(scaled(270))
                grid.addWidget(part, at, 0, Qt.AlignmentFlag.AlignTop)
            elif part in (self.dose_answer, self.next_answer):
                grid.addWidget(part, at - 1, 1, Qt.AlignmentFlag.AlignTop)
            else:
                grid.addWidget(part, at, 0, 1, 2)
        grid.setColumnStretch(0 if narrow else 1, 1)
        grid.setRowStretch(len(parts), 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(frame)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.clear_button)
        buttons.addWidget(self.back_button)
        buttons.addWidget(PlainLabel(phrase("calculator_alone"), "caption", wrap=True), 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(10)
        whole.addWidget((heading if narrow else title)(tr("Tocilizumab: dose calculator")))
        whole.addWidget(scroll, 1)
        whole.addLayout(buttons)
        room = self.screen().availableGeometry()
        self.resize(min(scaled(920), room.width() * 19 // 20), min(scaled(760), room.height() * 19 // 20))


class _Answer(QWidget):
    """One answer, made anew each time: nothing of an older one can stay."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._frame = QWidget()
        self._column.addWidget(self._frame)

    def text(self) -> str:
        """Everything it says."""
        said = [label.text() for label in self._frame.findChildren(PlainLabel)]
        said += [badge.text() for badge in self._frame.findChildren(StateBadge)]
        return "\n".join(said).replace("\u00a0", " ")

    def show_answer(self, fill: Callable[[QVBoxLayout], object]) -> None:
        """Say this, and nothing else any more."""
        old, self._frame = self._frame, QWidget()
        column = QVBoxLayout(self._frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        fill(column)
        self._column.removeWidget(old)
        old.hide()
        old.deleteLater()
        self._column.addWidget(self._frame)
        self.setAccessibleDescription(self.text())


def _say_dose(column: QVBoxLayout, dose: Calculated) -> None:
    if dose.near_boundary is not None:
        column.addWidget(_warning(phrase("calculator_boundary_head"), dose.near_boundary))
    if dose.unusual is not None:
        column.addWidget(_warning(phrase("calculator_unusual_head"), dose.unusual))
    column.addWidget(_big(str(dose.dose), 44))
    values = {"mg_per_kg": dose.mg_per_kg, "weight": dose.weight, "dose": dose.dose}
    if dose.capped:
        badge = StateBadge()
        badge.set_state(State.READY_BUT, text=phrase("calculator_capped_badge", cap=dose.dose))
        column.addWidget(badge)
        column.addWidget(PlainLabel(phrase("calculator_capped", uncapped=dose.uncapped, **values), "strong", wrap=True))
    else:
        column.addWidget(PlainLabel(phrase("calculator_formula", **values), "strong", wrap=True))
    _say_vials(column, dose)
    _say_bag(column, dose)


def _say_vials(column: QVBoxLayout, dose: Calculated) -> None:
    sets = [phrase("calculator_vial", count=number, strength=strength) for strength, number in dose.vials.vials]
    column.addWidget(_big(" + ".join(one.replace(" ", "\u00a0") for one in sets), 28))
    opened, waste = dose.vials.opened, dose.vials.waste
    column.addWidget(PlainLabel(phrase("calculator_waste", opened=opened, waste=waste), "body", wrap=True))
    strengths = ", ".join(str(one) for one in dosing_facts().strengths)
    column.addWidget(caption(phrase("calculator_vial_rule", strengths=strengths)))


def _say_bag(column: QVBoxLayout, dose: Calculated) -> None:
    row = FlowRow(gap=24, line_gap=6)
    rate = phrase("calculator_rate", rate=plain(dose.rate_ml_per_hour), minutes=dose.minutes)
    for head, value in (
        (tr("Draw"), phrase("calculator_draw", drawn=dose.vials.drawn, volume=dose.volume)),
        (tr("Bag, final volume"), phrase("calculator_bag", bag=dose.bag_ml)),
        (tr("Infusion"), rate),
    ):
        fact = QWidget()
        lines = QVBoxLayout(fact)
        lines.setContentsMargins(0, 4, 0, 0)
        lines.setSpacing(1)
        lines.addWidget(PlainLabel(head, "caption"))
        lines.addWidget(PlainLabel(value, "heading"))
        row.addWidget(fact)
    column.addLayout(row)
    column.addWidget(caption(phrase("calculator_bag_rule", per_ml=dosing_facts().mg_per_ml)))


def _say_next(column: QVBoxLayout, after: Following, now: datetime, zone: ZoneInfo) -> None:
    found, limits = after.next, after.limits
    if not after.starts:
        text = phrase("calculator_none_typed", day=limits.per_24h, episode=limits.per_episode)
        column.addWidget(PlainLabel(text, "soft", wrap=True))
    else:
        column.addWidget(_big(_next_words(found.from_, found.allowed, now, zone), 22))
        left = phrase(
            "calculator_left", day=found.left_24h, most_day=limits.per_24h, episode=found.left_episode,
            most=limits.per_episode,
        )  # fmt: skip
        column.addWidget(PlainLabel(left, "strong", wrap=True))
        _say_later(column, after, zone)
        _say_counted(column, after, now, zone)
        for finding in (*found.reasons, *found.findings):
            column.addWidget(PlainLabel(f"• {say(finding)}", "body", wrap=True))
    rule = phrase("calculator_as_of", when=instant_words(now, zone), rule=say(interval_rule(limits)))
    column.addWidget(caption(rule))


def _next_words(from_: datetime | None, allowed: bool, now: datetime, zone: ZoneInfo) -> str:
    if allowed:
        return phrase("calculator_now")
    if from_ is None:
        return phrase("calculator_full")
    wait = hours_words(max(from_ - now, timedelta(0)) + timedelta(seconds=59))
    return phrase("calculator_not_before", when=instant_words(from_, zone), wait=wait)


def _say_later(column: QVBoxLayout, after: Following, zone: ZoneInfo) -> None:
    """A site that counts from the end waits longer; the calculator cannot know, so it says both."""
    later = after.from_end
    if later.from_ is None or later.from_ == after.next.from_ or later.allowed:
        return
    minutes = dosing_facts().infusion // timedelta(minutes=1)
    said = phrase("calculator_from_end", when=instant_words(later.from_, zone), minutes=minutes)
    column.addWidget(PlainLabel(said, "care", wrap=True))


def _say_counted(column: QVBoxLayout, after: Following, now: datetime, zone: ZoneInfo) -> None:
    lines = [
        phrase("calculator_counted", when=instant_words(start, zone), ago=hours_words(now - start))
        for start in after.starts
    ]
    column.addWidget(PlainLabel("\n".join(lines), "soft", wrap=True))


def _say_marked(column: QVBoxLayout, word: str, findings: tuple[Finding, ...]) -> None:
    badge = StateBadge()
    badge.set_state(State.CANNOT_SAY, text=word)
    column.addWidget(badge)
    for finding in findings:
        column.addWidget(PlainLabel(say(finding), "strong", wrap=True))


def _warning(head: str, finding: Finding) -> QWidget:
    """A framed notice that cannot be taken for a footnote."""
    box = QWidget()
    box.setObjectName("Banner")
    box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(box)
    column.setContentsMargins(12, 8, 12, 8)
    column.setSpacing(4)
    badge = StateBadge(role="heading")
    badge.set_state(State.READY_BUT, text=head)
    column.addWidget(badge)
    column.addWidget(PlainLabel(say(finding), "strong", wrap=True))
    return box


def _big(text: str, size: int) -> PlainLabel:
    label = PlainLabel(text, "title", wrap=True)
    label.setStyleSheet(f"font-size: {scaled(size)}px; font-weight: bold")
    return label


def _sources() -> QWidget:
    """Where the numbers come from, by the marks that stand behind them."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(hairline())
    for mark, names in _SOURCES.items():
        column.addWidget(caption(phrase("calculator_source", mark=mark, source=source_of(*names))))
    return box
