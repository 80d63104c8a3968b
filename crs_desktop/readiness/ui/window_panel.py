"""The side panel of the board: the chosen window, why it is judged so, its sets by lot, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, caption, hairline, heading, phrase
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.picture import RowPicture, SetPicture, WindowPicture

STATES = {
    "ready": State.READY,
    "ready_but": State.READY_BUT,
    "short": State.SHORT,
    "cannot_say": State.CANNOT_SAY,
}


@dataclass(frozen=True, slots=True)
class RowAction:
    """Something that can be done about the chosen row, handed in by the composition root."""

    words: str
    run: Callable[[RowPicture], None]
    kind: str = "plain"


class WindowPanel(QScrollArea):
    """Explains one row. Buttons work only on a live board."""

    def __init__(self, tasks: Tasks, confirm: Callable[[str, int], object], actions: Sequence[RowAction]) -> None:
        super().__init__()
        self._tasks = tasks
        self._confirm = confirm
        self._actions = actions
        self._live = False
        self._row: RowPicture | None = None
        self._window: WindowPicture | None = None
        self._refused: tuple[str, ...] = ()
        self.setWidgetResizable(True)
        self.setMinimumWidth(scaled(300))
        self.setAccessibleName("Chosen window")
        self.buttons: list[QPushButton] = []
        self._fill()

    def set_live(self, live: bool) -> None:
        """Enable what changes the store."""
        self._live = live
        self._fill()

    def show_row(self, row: RowPicture | None, window: WindowPicture | None) -> None:
        """Explain this row; the same content again leaves focus and scroll alone."""
        if (row, window) != (self._row, self._window):
            self._row, self._window, self._refused = row, window, ()
            self._fill()

    def text(self) -> str:
        """Everything the panel says, for tests and screen readers."""
        return "\n".join(label.text() for label in self.findChildren(PlainLabel) if label.text())

    def _fill(self) -> None:
        self.buttons = []
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 4, 4, 16)
        column.setSpacing(8)
        if self._row is None:
            column.addWidget(PlainLabel(phrase("board_choose"), "soft", wrap=True))
        else:
            self._say_patient(column, self._row)
            if self._window is None:
                column.addWidget(PlainLabel(phrase("board_no_window"), "soft", wrap=True))
            else:
                self._say_window(column, self._window)
            self._offer(column, self._row)
        column.addStretch(1)
        self.setWidget(frame)

    def _say_patient(self, column: QVBoxLayout, row: RowPicture) -> None:
        name = heading(row.name)
        name.setWordWrap(True)
        column.addWidget(name)
        born = "" if self._window is None else self._window.born
        column.addWidget(caption(phrase("board_identifiers", mrn=row.mrn, born=born) if born else row.mrn))
        column.addWidget(PlainLabel(f"{row.therapy}, {row.dose_label}", "body", wrap=True))
        column.addWidget(hairline())

    def _say_window(self, column: QVBoxLayout, window: WindowPicture) -> None:
        for refused in self._refused:
            column.addWidget(StateBadge(State.SHORT, phrase("board_not_confirmed")))
            column.addWidget(PlainLabel(refused, "strong", wrap=True))
        state = STATES[window.state]
        column.addWidget(StateBadge(state, phrase("board_sets", covered=window.covered, owed=window.owed)))
        column.addWidget(PlainLabel(phrase("board_window", days=window.days), "body", wrap=True))
        for reason in window.reasons:
            column.addWidget(PlainLabel(f"• {reason}", "body", wrap=True))
        if window.dose:
            age = window.weight_age_days or 0
            weighed = phrase("board_weighed", weight=window.weight, age=age)
            column.addWidget(PlainLabel(phrase("board_dose", dose=window.dose), "strong"))
            column.addWidget(caption(weighed))
        for one in window.sets:
            column.addWidget(hairline())
            self._say_set(column, one)

    def _say_set(self, column: QVBoxLayout, one: SetPicture) -> None:
        line = QHBoxLayout()
        word = phrase("board_set_confirmed" if one.confirmed else "board_set_proposed", number=one.set_no)
        line.addWidget(PlainLabel(word, "strong"), 1)
        if not one.confirmed:
            act = button(phrase("board_confirm", number=one.set_no), hint=phrase("board_confirm_hint"))
            act.setEnabled(self._live)
            act.clicked.connect(partial(self._confirm_set, one, act))
            line.addWidget(act)
            self.buttons.append(act)
        column.addLayout(line)
        column.addWidget(PlainLabel(one.text, "body", wrap=True))
        if one.note:
            column.addWidget(PlainLabel(one.note, "soft", wrap=True))

    def _offer(self, column: QVBoxLayout, row: RowPicture) -> None:
        if not self._actions:
            return
        column.addWidget(hairline())
        for action in self._actions:
            act = button(action.words, "main" if action.kind == "main" else "plain")
            act.setEnabled(self._live)
            act.clicked.connect(partial(self._act, action, row))
            column.addWidget(act)
            self.buttons.append(act)

    def _act(self, action: RowAction, row: RowPicture, *_: object) -> None:
        action.run(row)

    def _confirm_set(self, one: SetPicture, act: QPushButton, *_: object) -> None:
        act.setEnabled(False)

        def told(answer: object) -> None:
            if isinstance(answer, Refused):
                self._say_refused(answer)

        self._tasks.run(partial(self._confirm, one.holder, one.set_no), told, self)

    def _say_refused(self, answer: Refused) -> None:
        self._refused = tuple(say(finding) for finding in answer.findings)
        self._fill()
