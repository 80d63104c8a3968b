"""A new password, typed twice, with what is said about it while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, StateBadge, phrase, tr
from crs_desktop.kernel.refusal import Finding, Refused, Severity, no
from crs_desktop.kernel.wording import say
from crs_desktop.staff.ui.handed import Judge
from crs_desktop.staff.ui.secret_fields import PasswordField

Words = Callable[[], Sequence[str]]
_PAUSE_MS = 150


class Judgement(QWidget):
    """A shape and a sentence about what stands in the field now; older answers are never shown beside newer text."""

    def __init__(self, tasks: Tasks, judge: Judge, words: Words, field: PasswordField) -> None:
        super().__init__()
        self._tasks = tasks
        self._judge = judge
        self._words = words
        self._field = field
        self._asked = 0
        self.badge = StateBadge(parent=self)
        self.text = PlainLabel("", "soft", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.badge)
        row.addWidget(self.text, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.ask)
        field.line.textChanged.connect(self._typed)
        self._say(None, "soft", phrase("staff_ui_password_hint"))

    def state(self) -> State | None:
        """What it shows."""
        return self.badge.state()

    def ask(self) -> None:
        """Judge what stands there now."""
        self._pause.stop()
        password, words = self._field.value(), tuple(self._words())
        if not password:
            return
        self._asked += 1
        number = self._asked
        judge = self._judge
        self._tasks.run(
            lambda: judge(password, words), lambda found: self._show(number, found), self, "paper", self._failed
        )

    def _typed(self, text: str) -> None:
        self._asked += 1
        if text:
            self._pause.start()
            if self.state() is not None:
                self._say(None, "soft", phrase("staff_ui_password_looking"))
        else:
            self._pause.stop()
            self._say(None, "soft", phrase("staff_ui_password_hint"))

    def _show(self, number: int, found: Sequence[Finding]) -> None:
        if number != self._asked:
            return
        if not found:
            self._say(State.READY, "body", phrase("staff_ui_password_good"))
            return
        wrong = any(one.severity is Severity.NO for one in found)
        label = self._field.editor.accessibleName()
        text = "\n".join(say(replace(one, field=label)) for one in found)
        self._say(State.READY_BUT, "care" if wrong else "body", text)

    def _failed(self, error: BaseException) -> None:
        self._say(None, "soft", phrase("staff_ui_password_hint"))  # it is judged again when it is sent

    def _say(self, state: State | None, role: str, text: str) -> None:
        self.badge.set_shape(state, "" if state is None else state.word)
        self.text.set_role("care" if role == "care" else "soft" if role == "soft" else "body")
        self.text.setText(text)
        self._field.editor.setAccessibleDescription(text)


class NewPassword:
    """Adds both fields and the judgement to a form, checks that both are the same, and wipes them."""

    def __init__(self, form: Form, tasks: Tasks, judge: Judge, words: Words, label: str = "") -> None:
        self._judge = judge
        self._words = words
        self.first = form.add(PasswordField("password", label or tr("New &password")), True)
        self.judgement = Judgement(tasks, judge, words, self.first)
        form.add_widget(self.judgement)
        self.again = form.add(PasswordField("again", tr("The same a&gain")), True)

    def refusal(self) -> Finding | None:
        """What can be said at once, without asking the judge."""
        if not self.first.value():
            return no("staff_ui_password_missing", "password")
        if not self.again.value():
            return no("staff_ui_again_missing", "again")
        return None if self.first.value() == self.again.value() else no("staff_ui_password_differs", "again")

    def judged(self) -> Callable[[], Refused | None]:
        """Judge what stands there now, on a worker, before anything is done with it."""
        judge, password, words = self._judge, self.first.value(), tuple(self._words())

        def work() -> Refused | None:
            against = [one for one in judge(password, words) if one.severity is Severity.NO]
            placed = tuple(replace(one, field="password") for one in against)
            return Refused(placed) if placed else None

        return work

    def wipe(self) -> None:
        """Hold nothing."""
        self.first.wipe()
        self.again.wipe()
