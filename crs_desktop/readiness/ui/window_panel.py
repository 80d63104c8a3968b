"""The side panel of the board: the chosen window, why it is judged so, its sets by lot, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, caption, hairline, heading, phrase
from crs_desktop.readiness.picture import (
    BoardPicture,
    ConfirmedPicture,
    FixPicture,
    RowPicture,
    SetPicture,
    WindowPicture,
)

STATES = {
    "ready": State.READY,
    "ready_but": State.READY_BUT,
    "short": State.SHORT,
    "cannot_say": State.CANNOT_SAY,
}


@dataclass(frozen=True, slots=True)
class RowAction:
    """Something that can be done about the chosen row, handed in by the composition root; `can` says for which."""

    words: str
    run: Callable[[RowPicture], None]
    kind: str = "plain"
    can: Callable[[RowPicture, Sequence[SetPicture]], bool] = lambda row, sets: True


@dataclass(frozen=True, slots=True)
class Confirm:
    """Sets of one window that a person wants promised, as they were seen."""

    holder: str
    sets: tuple[SetPicture, ...]


@dataclass(frozen=True, slots=True)
class _Whole:
    """What of the whole board is said beside a row: why not everybody has vials, and the ways out."""

    conflict: str = ""
    fixes: tuple[FixPicture, ...] = ()
    deliveries: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    too_late: tuple[str, ...] = ()

    @classmethod
    def of(cls, board: BoardPicture) -> _Whole:
        """From the picture."""
        return cls(board.conflict, board.fixes, board.deliveries, board.planned, board.too_late)


class WindowPanel(QScrollArea):
    """Explains one row. Buttons work only on a live board."""

    def __init__(
        self, tasks: Tasks, confirm: Callable[[Confirm], ConfirmedPicture], actions: Sequence[RowAction]
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._confirm = confirm
        self._actions = actions
        self._live = False
        self._row: RowPicture | None = None
        self._window: WindowPicture | None = None
        self._whole = _Whole()
        self._told = ConfirmedPicture("", ())
        self._running = False
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(scaled(260))
        self.setAccessibleName("Chosen window")
        self.buttons: list[QPushButton] = []
        self._fill()

    def set_live(self, live: bool) -> None:
        """Enable what changes the store."""
        if live != self._live:
            self._live = live
            self._fill()

    def show_row(
        self, row: RowPicture | None, window: WindowPicture | None, board: BoardPicture | None = None
    ) -> None:
        """Explain this row; the same content again leaves focus and scroll alone."""
        whole = _Whole() if board is None else _Whole.of(board)
        if (row, window, whole) == (self._row, self._window, self._whole):
            return
        self._whole = whole
        if row is None or self._row is None or row.key != self._row.key:
            self._told = ConfirmedPicture("", ())
            self.verticalScrollBar().setValue(0)
        self._row, self._window = row, window
        self._fill()

    def text(self) -> str:
        """Everything the panel says, for tests and screen readers."""
        labels = [label.text() for label in self.findChildren(PlainLabel)]
        return "\n".join(filter(None, [*labels, *(badge.text() for badge in self.findChildren(StateBadge))]))

    def _fill(self) -> None:
        focus, place = self._focused(), self.verticalScrollBar().value()
        self.buttons = []
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 4, 8, 16)
        column.setSpacing(8)
        if self._row is None:
            column.addWidget(PlainLabel(phrase("board_choose"), "soft", wrap=True))
        else:
            self._say_patient(column, self._row)
            if self._window is None:
                column.addWidget(PlainLabel(phrase("board_no_window"), "soft", wrap=True))
            else:
                self._say_window(column, self._window)
            self._say_relied_on(column)
            self._offer(column, self._row)
        column.addStretch(1)
        self.setWidget(frame)
        room = frame.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(max(scaled(260), room))  # a button is never cut off
        self.verticalScrollBar().setValue(place)
        self._give_focus_back(focus)

    def _focused(self) -> str | None:
        """The words of the button that has the focus; None when the focus is elsewhere."""
        widget = QApplication.focusWidget()
        return widget.text() if isinstance(widget, QPushButton) and self.isAncestorOf(widget) else None

    def _give_focus_back(self, words: str | None) -> None:
        """A button that was replaced keeps its focus; one that went away hands it to the panel."""
        if words is not None:
            same = next((one for one in self.buttons if one.text() == words and one.isEnabled()), None)
            (same or self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_patient(self, column: QVBoxLayout, row: RowPicture) -> None:
        name = heading(row.name)
        name.setWordWrap(True)
        column.addWidget(name)
        born = "" if self._window is None else self._window.born
        column.addWidget(caption(phrase("board_identifiers", mrn=row.mrn, born=born) if born else row.mrn))
        column.addWidget(PlainLabel(f"{row.therapy}, {row.dose_label}", "body", wrap=True))
        column.addWidget(hairline())

    def _say_window(self, column: QVBoxLayout, window: WindowPicture) -> None:
        self._say_told(column)
        state = STATES[window.state]
        column.addWidget(StateBadge(state, phrase("board_sets", covered=window.covered, owed=window.owed)))
        column.addWidget(PlainLabel(phrase("board_window", days=window.days), "body", wrap=True))
        if window.state == "short":
            self._say_ways_out(column)
            column.addWidget(PlainLabel(phrase("board_conflict"), "strong"))
        reasons = window.reasons if window.state != "short" else (self._whole.conflict, *window.reasons)
        for reason in dict.fromkeys(filter(None, reasons)):
            column.addWidget(PlainLabel(f"• {reason}", "body", wrap=True))
        if window.dose:
            column.addWidget(PlainLabel(phrase("board_dose", dose=window.dose), "strong"))
            column.addWidget(caption(_weighed(window)))
        for one in window.sets:
            column.addWidget(hairline())
            self._say_set(column, one)
        proposed = tuple(one for one in window.sets if not one.confirmed and not one.coming)
        if len(proposed) > 1:
            self._offer_confirm(column, phrase("board_confirm_all", number=len(proposed)), proposed)

    def _say_ways_out(self, column: QVBoxLayout) -> None:
        """Every fix of every kind, the smallest first, and why no supplier can be in time."""
        if self._whole.fixes:
            column.addWidget(PlainLabel(phrase("board_fixes"), "strong", wrap=True))
        for number, fix in enumerate(self._whole.fixes, start=1):
            said = phrase("board_fix_numbered", number=number, fix=fix.text)
            column.addWidget(PlainLabel(said, "body", wrap=True))
        for late in self._whole.too_late:
            column.addWidget(PlainLabel(late, "care", wrap=True))

    def _say_relied_on(self, column: QVBoxLayout) -> None:
        """What is not in the fridge yet, and planned doses that find no vials: a finding of their own."""
        relies = () if self._window is None else self._window.relies
        for code, lines in (
            ("board_relies", relies), ("board_planned_unmet", self._whole.planned),
            ("board_expected", self._whole.deliveries),
        ):  # fmt: skip
            if lines:
                column.addWidget(hairline())
                column.addWidget(PlainLabel(phrase(code), "strong", wrap=True))
            for line in lines:
                column.addWidget(PlainLabel(line, "body", wrap=True))

    def _say_told(self, column: QVBoxLayout) -> None:
        if self._told.done:
            badge = StateBadge(State.READY)
            badge.set_state(State.READY, text=phrase("board_panel_confirmed"))
            column.addWidget(badge)
            column.addWidget(PlainLabel(self._told.done, "strong", wrap=True))
        for refused in self._told.refused:
            badge = StateBadge(State.SHORT)
            badge.set_state(State.SHORT, text=phrase("board_not_confirmed"))
            column.addWidget(badge)
            column.addWidget(PlainLabel(refused, "strong", wrap=True))
        if self._told.done or self._told.refused:
            column.addWidget(hairline())

    def _say_set(self, column: QVBoxLayout, one: SetPicture) -> None:
        word = phrase("board_set_confirmed" if one.confirmed else "board_set_proposed", number=one.set_no)
        column.addWidget(PlainLabel(word, "strong"))
        column.addWidget(PlainLabel(one.text, "body", wrap=True))
        if one.note:
            column.addWidget(PlainLabel(one.note, "care", wrap=True))
        if one.coming:
            column.addWidget(PlainLabel(phrase("board_set_coming"), "care", wrap=True))
        elif not one.confirmed:
            self._offer_confirm(column, phrase("board_confirm", number=one.set_no), (one,))

    def _offer_confirm(self, column: QVBoxLayout, words: str, sets: tuple[SetPicture, ...]) -> None:
        act = button(words, hint=phrase("board_confirm_hint"))
        act.setEnabled(self._live and not self._running)
        act.clicked.connect(partial(self._confirm_sets, sets))
        line = QHBoxLayout()
        line.addWidget(act)
        line.addStretch(1)
        column.addLayout(line)
        self.buttons.append(act)

    def _offer(self, column: QVBoxLayout, row: RowPicture) -> None:
        if not self._actions:
            return
        column.addWidget(hairline())
        sets = () if self._window is None else self._window.sets
        for action in self._actions:
            if not action.can(row, sets):
                continue
            act = button(action.words, "main" if action.kind == "main" else "plain")
            act.setEnabled(self._live)
            act.clicked.connect(partial(self._act, action, row))
            column.addWidget(act)
            self.buttons.append(act)

    def _act(self, action: RowAction, row: RowPicture, *_: object) -> None:
        action.run(row)

    def _confirm_sets(self, sets: tuple[SetPicture, ...], *_: object) -> None:
        """Ask once; no button confirms again until the answer is there."""
        row, wanted = self._row, Confirm(sets[0].holder, sets)
        self._set_running(True)

        def told(answer: ConfirmedPicture) -> None:
            if row is not None and self._row is not None and row.key == self._row.key:
                self._told = answer
            self._set_running(False)

        def failed(error: BaseException) -> None:
            self._set_running(False)
            self._tasks.present(error)

        self._tasks.run(partial(self._confirm, wanted), told, self, failed=failed)

    def _set_running(self, running: bool) -> None:
        self._running = running
        self._fill()


def _weighed(window: WindowPicture) -> str:
    age = window.weight_age_days or 0
    code = {0: "board_weighed_today", 1: "board_weighed_yesterday"}.get(age, "board_weighed")
    return phrase(code, weight=window.weight, age=age)
