"""*Can we add this patient?* The answer stands beside the fields and follows what is typed; nothing is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import scaled, text_percent
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, heading, phrase, tr
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding, Refused, no
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.picture import WhatIfPicture
from crs_desktop.readiness.ui.window_panel import STATES

_PAUSE_MS = 350
"""So long nothing is typed before the board is asked."""
_NEEDED = ("therapy", "regimen", "weight_kg", "on")


@dataclass(frozen=True, slots=True)
class TherapyOffer:
    """A therapy that can be chosen, with its regimens as (id, title)."""

    id: str
    name: str
    regimens: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AddAsked:
    """What was typed, exactly so."""

    therapy: str
    regimen: str
    weight_kg: str
    on: str
    name: str


Ask = Callable[[AddAsked], WhatIfPicture | Refused]


class CanAddDialog(QDialog):
    """Fields left, the whole board's answer right (above, in large text). Esc closes; Enter asks at once."""

    def __init__(self, tasks: Tasks, offers: Sequence[TherapyOffer], ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._ask = tasks, ask
        self._offers = {offer.id: offer for offer in offers}
        self._asked = 0
        self.setWindowTitle(tr("Can we add…?"))
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = Form()
        self.form.text("find", tr("Fin&d by name or brand"), hint=tr("The therapies beneath follow what is typed"))
        self._therapy = self.form.choice("therapy", tr("&Therapy"), self._listed(""), ask=True)
        self._regimen = self.form.choice("regimen", tr("&Regimen"), [], ask=True)
        self.form.number("weight_kg", tr("&Weight"), "kg")
        self.form.day("on", tr("&First day"), hint=tr("The day of the cells, or of the first step"))
        self.form.text("name", tr("&Name (need not be given)"))
        self.form.changed.connect(self._changed)
        self.answer = AnswerPanel()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.ask_now)
        self._arrange()
        self.form.focus_first()

    def ask_now(self) -> None:
        """Ask the board about what stands in the fields; a newer question makes an older answer void."""
        self._timer.stop()
        values = self.form.values()
        self._asked += 1
        if not all(values[name].strip() for name in _NEEDED):
            self.answer.say_fill_in()
            return
        self.answer.say_working()
        asked = AddAsked(*(values[name] for name in (*_NEEDED, "name")))
        number = self._asked
        self._tasks.run(
            partial(self._ask, asked), partial(self._show, number), self, pool="paper",
            failed=partial(self._failed, number),
        )  # fmt: skip

    def _pressed(self) -> None:
        """Somebody wants the answer now: what it still needs is named beneath the field."""
        values = self.form.values()
        for name in _NEEDED:
            if not values[name].strip():
                self.form.fields[name].show_findings([no("text_missing", name)])
        self.ask_now()

    def _show(self, number: int, answer: WhatIfPicture | Refused) -> None:
        if number != self._asked:
            return
        if isinstance(answer, Refused):
            self._say_wrong(answer.findings)
        else:
            self._say_wrong(())
            self.answer.show_answer(answer)

    def _failed(self, number: int, error: BaseException) -> None:
        if number != self._asked:
            return
        if isinstance(error, NotUnderstood):
            self._say_wrong(error.findings)
        else:
            self.answer.say_fill_in()
            self._tasks.present(error)

    def _say_wrong(self, findings: Sequence[Finding]) -> None:
        """Beneath each field, without taking the cursor from where somebody types."""
        for name, field in self.form.fields.items():
            field.show_findings([finding for finding in findings if finding.field == name])
        loose = [finding for finding in findings if finding.field not in self.form.fields]
        if findings:
            self.answer.say_not_understood(loose)

    def _changed(self, name: str) -> None:
        if name == "find":
            self._narrow()
        elif name == "therapy":
            self._follow()
        self.form.fields[name].show_findings([])
        self._asked += 1  # an answer about what stood there before is void
        self.answer.say_fill_in()
        self._timer.start()

    def _narrow(self) -> None:
        typed = self.form.values()["find"]
        fitting = self._listed(typed)
        self._therapy.set_choices(fitting)
        if len(fitting) == 1 and typed.strip():
            self._therapy.set_value(fitting[0][0])
        self._follow()

    def _follow(self) -> None:
        offer = self._offers.get(self._therapy.value())
        regimens = () if offer is None else offer.regimens
        self._regimen.set_choices(regimens)
        if len(regimens) == 1:
            self._regimen.set_value(regimens[0][0])

    def _listed(self, typed: str) -> list[tuple[str, str]]:
        words = typed.casefold().split()
        return [
            (offer.id, offer.name)
            for offer in self._offers.values()
            if all(word in offer.name.casefold() for word in words)
        ]

    def _arrange(self) -> None:
        large = text_percent() >= 150
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.setSpacing(12)
        outer.addWidget(heading(tr("Can we add this patient?")))
        scroll = QScrollArea()
        scroll.setObjectName("FormScroll")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        frame = QWidget()
        halves = QVBoxLayout(frame) if large else QHBoxLayout(frame)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(24)
        if large:  # what is asked for stays in sight, whatever is typed beneath it
            halves.addWidget(self.answer)
        halves.addWidget(self.form, 2, Qt.AlignmentFlag.AlignTop)
        if not large:
            halves.addWidget(self.answer, 3)
        scroll.setWidget(frame)
        outer.addWidget(scroll, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        self.close_button = button(tr("&Close"))
        self.close_button.clicked.connect(self.reject)
        self.ask_button = button(tr("&Ask"), "main")
        self.ask_button.setDefault(True)
        self.ask_button.clicked.connect(self._pressed)
        row.addWidget(self.close_button)
        row.addWidget(self.ask_button)
        outer.addLayout(row)
        room = self.screen().availableSize()
        self.resize(min(scaled(900), room.width() - 40), min(scaled(620), room.height() - 60))


class AnswerPanel(QFrame):
    """The answer: yes or no as shape and word, why, what would change it, and from when it would be yes."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("Panel")
        self.setAccessibleName(tr("Answer"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(8)
        self._parts: list[PlainLabel | StateBadge] = []
        self.answered = False
        self.say_fill_in()

    def text(self) -> str:
        """Everything it says."""
        return "\n".join(part.text() for part in self._parts)

    def say_fill_in(self) -> None:
        """Nothing is asked yet."""
        self._fill([PlainLabel(phrase("can_add_fill_in"), "soft", wrap=True)])

    def say_working(self) -> None:
        """The board is asked."""
        self._fill([PlainLabel(phrase("can_add_working"), "soft", wrap=True)])

    def say_not_understood(self, loose: Sequence[Finding]) -> None:
        """What is wrong stands beneath the fields; what belongs to none of them stands here."""
        said = [PlainLabel(phrase("can_add_not_understood"), "strong", wrap=True)]
        self._fill([*said, *(PlainLabel(say(finding), "wrong", wrap=True) for finding in loose)])

    def show_answer(self, answer: WhatIfPicture) -> None:
        """The answer first."""
        badge = StateBadge(STATES[answer.state], role="heading")
        word = {"short": tr("no"), "cannot_say": STATES[answer.state].word}.get(answer.state, tr("yes"))
        badge.set_state(STATES[answer.state], text=word if answer.state != "ready_but" else tr("yes, but"))
        parts: list[PlainLabel | StateBadge] = [badge, heading(answer.headline)]
        if answer.window:
            parts.append(PlainLabel(answer.window, "body", wrap=True))
        parts += [PlainLabel(f"• {said}", "body", wrap=True) for said in (*answer.reasons, *answer.notes)]
        if answer.fix:
            parts.append(PlainLabel(phrase("can_add_fix", fix=answer.fix), "strong", wrap=True))
        if answer.already:
            parts.append(PlainLabel(phrase("can_add_already"), "strong", wrap=True))
            parts += [PlainLabel(f"• {said}", "body", wrap=True) for said in answer.already]
        if answer.others:
            parts.append(PlainLabel(phrase("can_add_others", fixes=" ".join(answer.others)), "body", wrap=True))
        if answer.first_yes:
            parts.append(PlainLabel(answer.first_yes, "strong", wrap=True))
        self._fill(parts)
        self.answered = True

    def _fill(self, parts: Sequence[PlainLabel | StateBadge]) -> None:
        self.answered = False
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._parts = list(parts)
        for part in parts:
            self._column.addWidget(part)
        self._column.addStretch(1)
        self.setAccessibleDescription(self.text())
