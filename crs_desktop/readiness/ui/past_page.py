"""The board of another time or under another policy: stamped, and nothing can be confirmed or printed from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import ChoiceField, LineField
from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, scaled
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, caption, keep_hidden, phrase, tooltip, tr
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.past.model import Assumable, LookBack, PastPicture
from crs_desktop.readiness.picture import BoardPicture, ConfirmedPicture
from crs_desktop.readiness.ui.board_page import BoardPage
from crs_desktop.readiness.ui.window_panel import Confirm

Look = Callable[[LookBack], PastPicture | Refused]


class PastBoard(BoardPage):
    """The board as it looks, without what only the board of now can do. It never asks by itself."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__(tasks, self._never, self._never_confirmed, paper=lambda _key: "unasked")
        keep_hidden(self.add_button, True)
        keep_hidden(self.print_button, True)

    def paint_past(self, picture: BoardPicture, stamp: str) -> None:
        """Show this board under its stamp."""
        self.show_content()
        self._paint(picture)
        self.say_stale(stamp)

    @staticmethod
    def _never() -> BoardPicture:
        raise AssertionError("a board of the past is not asked for as the board of now")

    @staticmethod
    def _never_confirmed(_wanted: Confirm) -> ConfirmedPicture:
        raise AssertionError("nothing is confirmed on a board of the past")


class PastPage(Page):
    """Another time, step by step through the answers that were given, or another policy."""

    title = "Boards of the past"

    def __init__(self, tasks: Tasks, look: Look, assumable: Callable[[], Sequence[Assumable]]) -> None:
        super().__init__(tasks)
        self._look = look
        self._assumable = {one.key: one for one in assumable()}
        self._policy: dict[str, str] = {}
        self._shown: PastPicture | None = None
        self.board = PastBoard(tasks)
        self.body.setSpacing(8)
        self.body.addWidget(self._made_questions())
        self.body.addWidget(caption(phrase("past_ui_hint")))
        self.body.addWidget(self._made_said())
        self.body.addWidget(self.board, 1)

    @property
    def shown(self) -> PastPicture | None:
        """What is painted now."""
        return self._shown

    def refresh(self) -> None:
        """The first time the answer of now; after that nothing comes by itself."""
        if self._shown is None:
            self.show()
            self._ask(LookBack())

    def go(self) -> None:
        """To the minute that stands in the field."""
        self._ask(LookBack(self.when.value()))

    def go_before(self) -> None:
        """To the answer before that said something else."""
        self._to(None if self._shown is None else self._shown.stops.before)

    def go_after(self) -> None:
        """To the answer after that said something else."""
        self._to(None if self._shown is None else self._shown.stops.after)

    def go_now(self) -> None:
        """To the present minute."""
        self.when.set_value("")
        self._ask(LookBack())

    def assume(self) -> None:
        """Take the chosen value for granted and ask again."""
        value = self.choices.value() if self._chosen().choices else self.value.value()
        self._policy[self.option.value()] = value
        self._again()

    def assume_nothing(self) -> None:
        """Policy as it was decided."""
        self._policy.clear()
        self._again()

    def _to(self, instant: datetime | None) -> None:
        if instant is not None:
            self._ask(LookBack(instant=instant))

    def _again(self) -> None:
        self._ask(LookBack(instant=None if self._shown is None else self._shown.at))

    def _ask(self, asked: LookBack) -> None:
        wanted = replace(asked, policy=tuple(self._policy.items()))
        self.ask(lambda: self._look(wanted), self._take, pool="paper")

    def _take(self, answer: PastPicture | Refused) -> None:
        if isinstance(answer, Refused):
            self._refused(answer)
            return
        for field in (self.when, self.value, self.choices):
            field.show_findings(())
        self._shown = answer
        self.when.set_value(answer.when)
        self.before_button.setEnabled(answer.stops.before is not None)
        self.after_button.setEnabled(answer.stops.after is not None)
        self.nothing_button.setEnabled(bool(self._policy))
        states = {True: State.READY, False: State.SHORT, None: State.CANNOT_SAY}
        words = {True: "past_ui_same", False: "past_ui_other", None: "past_ui_nobody"}
        self.badge.set_state(states[answer.same], text=phrase(words[answer.same]))
        self.said.setText(" ".join(answer.said))
        self.board.paint_past(answer.picture, answer.stamp)

    def _refused(self, answer: Refused) -> None:
        """What was typed stays, with the reason beneath; a value that is no value is not assumed."""
        timely = [finding for finding in answer.findings if finding.field in ("when", "as_of")]
        others = [finding for finding in answer.findings if finding not in timely]
        self.when.show_findings(timely)
        (self.choices if self._chosen().choices else self.value).show_findings(others)
        if others:
            self._policy.pop(self.option.value(), None)
        self.said.setText(" ".join(say(finding) for finding in answer.findings))

    def _chosen(self) -> Assumable:
        return self._assumable[self.option.value()]

    def _option_chosen(self) -> None:
        chosen = self._chosen()
        self.choices.set_choices(chosen.choices)
        keep_hidden(self.choices, not chosen.choices)
        keep_hidden(self.value, bool(chosen.choices))
        self.value.editor.setToolTip(tooltip(phrase("past_ui_allowed", value=chosen.allowed)))
        self.value.editor.setPlaceholderText(chosen.allowed)  # type: ignore[attr-defined]

    def _made_questions(self) -> QWidget:
        """Time and policy in one line that wraps."""
        self.when = LineField("when", tr("&Minute"), example="2026-12-04 14:05")
        self.when.editor.returnPressed.connect(self.go)  # type: ignore[attr-defined]
        show, now = button(tr("&Show"), "main"), button(tr("&Now"))
        show.clicked.connect(self.go)
        now.clicked.connect(self.go_now)
        self.before_button = button(tr("◂ Answer &before"), name=phrase("past_ui_before"))
        self.before_button.clicked.connect(self.go_before)
        self.after_button = button(tr("Answer a&fter ▸"), name=phrase("past_ui_after"))
        self.after_button.clicked.connect(self.go_after)
        listed = [(one.key, one.words) for one in self._assumable.values()]
        self.option = ChoiceField("option", tr("&Policy"), listed)
        self.option.setMinimumWidth(scaled(210))
        self.option.edited.connect(self._option_chosen)
        self.value = LineField("value", tr("&Value"))
        self.choices = ChoiceField("choice", tr("Va&lue"), ())
        self.choices.setMinimumWidth(scaled(160))
        assume = button(tr("&Assume"))
        assume.clicked.connect(self.assume)
        self.nothing_button = button(tr("As &decided"))
        self.nothing_button.clicked.connect(self.assume_nothing)
        self._option_chosen()
        row = QWidget()
        flow = FlowRow(row, gap=12, line_gap=8)
        beside = (show, self.before_button, self.after_button, now)
        for widget in (self.when, *map(_level, beside), self.option, self.value, self.choices, _level(assume),
                       _level(self.nothing_button)):  # fmt: skip
            flow.addWidget(widget)
        return row

    def _made_said(self) -> QWidget:
        self.badge = StateBadge(None)
        self.said = PlainLabel("", "body", wrap=True)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self.badge)
        line.addWidget(self.said, 1)
        return row


def _level(made: QWidget) -> QWidget:
    """A button as high as a field beside it: below the line where that one has its label."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(PlainLabel(" ", "body"))
    column.addWidget(made)
    column.addStretch(1)
    return holder
