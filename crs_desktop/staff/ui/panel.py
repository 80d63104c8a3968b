"""One question of the gate: heading, fields, two buttons, and the designed states of working, refused and waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import Field
from crs_desktop.desktop.forms import Form
from crs_desktop.desktop.tasks import Tasks, Ticket
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, keep_hidden, message, phrase, tr
from crs_desktop.kernel.errors import EnvironmentFailure, NotPermitted, NotUnderstood
from crs_desktop.kernel.refusal import Finding, Refused, no
from crs_desktop.kernel.wording import say
from crs_desktop.staff.ui.countdown import Countdown
from crs_desktop.staff.ui.handed import NotLetIn, Why
from crs_desktop.staff.ui.secret_fields import CodeField, PasswordField

T = TypeVar("T")
Steady = Callable[[], float]


class Panel(QWidget):
    """Enter sends, Esc goes back. Secrets are taken out of their fields the moment they are sent."""

    submitted = Signal()
    back = Signal()
    went_to = Signal(object)  # the field that got the keyboard

    def __init__(
        self,
        tasks: Tasks,
        head: str,
        accept: str,
        *,
        back: str = "",
        working: str = "",
        steady: Steady = time.monotonic,
    ) -> None:
        super().__init__()
        self.tasks = tasks
        self.setAccessibleName(head)
        self.form = Form()
        self._accept_words = accept
        self._working = self._working_words = working or tr("Opening…")
        self._back_words = back or tr("&Back")
        self._running = False
        self._stoppable: Ticket | None = None
        self.countdown = Countdown(self, steady)
        self.countdown.changed.connect(self._count)
        self.head = PlainLabel(head, "title", wrap=True)
        self.told = message()
        self.refusal_badge = StateBadge(parent=self)
        self.refusal = PlainLabel("", "wrong", wrap=True)
        self.accept_button = button(accept, "main")
        self.accept_button.clicked.connect(self.submit)
        self.back_button = button(self._back_words)
        self.back_button.clicked.connect(self._step_back)
        keep_hidden(self.back_button, not back)
        self.form.changed.connect(lambda _name: self._edited())
        self._arrange()
        self.tell("")
        self.refuse("")

    # --- what a page uses ---

    def tell(self, text: str) -> None:
        """The sentence under the heading."""
        self.told.setText(text)
        keep_hidden(self.told, not text)

    def without_fields(self) -> None:
        """A panel that only says something takes no room for fields."""
        keep_hidden(self.form, True)

    def say_accept(self, words: str) -> None:
        """Other words on the button that sends."""
        self._accept_words = words
        self._show_accept()

    def submit(self) -> None:
        """Send, unless an answer is awaited or a wait runs."""
        if self.accept_button.isEnabled():
            self.show_findings(())
            self.submitted.emit()

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], *, working: str = "", stop: str = ""
    ) -> None:
        """Do the work on a worker; a no is said here, everything else goes to `done`.

        With `stop`, the words of a button, somebody may go on before the answer; only for work that changes nothing.
        """

        def answered(answer: T) -> None:
            self._set_running(False)
            if isinstance(answer, NotLetIn):
                self.not_let_in(answer)
            elif isinstance(answer, Refused):
                self.show_findings(answer.findings)
            else:
                done(answer)

        def failed(error: BaseException) -> None:
            self._set_running(False)
            if isinstance(error, NotUnderstood):
                self.show_findings(error.findings)
            elif isinstance(error, EnvironmentFailure | NotPermitted):
                self.show_findings((error.finding,))
            else:
                self.show_findings((no("staff_ui_defect"),))
                self.tasks.present(error)

        self._set_running(True, working, stop)
        self.wipe()  # `work` holds the only copy, and the worker lets go of it
        ticket = self.tasks.run(work, answered, self, failed=failed)
        self._stoppable = ticket if stop and self._running else None

    def not_let_in(self, answer: NotLetIn) -> None:
        """Wrong, wait, or locked."""
        self.wipe()
        if answer.why is Why.WAIT:
            self.countdown.begin(answer.wait_s)
        else:
            self.countdown.stop()
            self.refuse(phrase("staff_ui_locked_out" if answer.why is Why.LOCKED else self._wrong_code()))
        self.focus_secret()

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """Say a no beside its field, or under the fields."""
        listed = list(findings)
        fields = self.form.fields
        for name, field in fields.items():
            field.show_findings([one for one in listed if one.field == name])
        self.refuse("\n".join(say(one) for one in listed if one.field not in fields))
        wrong = next((field for name, field in fields.items() if any(one.field == name for one in listed)), None)
        if wrong is not None:
            self._focus(wrong)

    def refuse(self, text: str, state: State = State.SHORT) -> None:
        """Say this under the fields; nothing takes it away."""
        self.refusal_badge.set_shape(state if text else None, tr("not accepted") if text else "")
        self.refusal.set_role("wrong" if state is State.SHORT else "care")
        self.refusal.setText(text)
        keep_hidden(self.refusal, not text)

    def wipe(self) -> None:
        """No secret stays in a field."""
        for field in self.form.fields.values():
            if isinstance(field, PasswordField | CodeField):
                field.wipe()

    def reset(self) -> None:
        """As if shown for the first time, but what is no secret stays."""
        self.wipe()
        self.countdown.stop()
        self.show_findings(())

    def focus_secret(self) -> None:
        """The cursor where typing goes on: the first empty field."""
        fields = list(self.form.fields.values())
        first = next((field for field in fields if not field.value()), fields[0] if fields else None)
        if first is not None:
            self._focus(first)

    @property
    def running(self) -> bool:
        """An answer is awaited."""
        return self._running

    # --- how it is done ---

    def _focus(self, field: Field) -> None:
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.went_to.emit(field)

    def _wrong_code(self) -> str:
        secret = next((one for one in self.form.fields.values() if isinstance(one, PasswordField | CodeField)), None)
        return "staff_ui_wrong_code" if isinstance(secret, CodeField) else "staff_ui_wrong"

    def _edited(self) -> None:
        if not self.countdown.left:
            self.refuse("")

    def _set_running(self, running: bool, working: str = "", stop: str = "") -> None:
        self._running, self._stoppable = running, None
        self._working = working or self._working_words
        if running:
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # else the next button takes it, and a second Enter
        self.form.setEnabled(not running)
        self.back_button.setText(stop or self._back_words)
        self.back_button.setEnabled(not running or bool(stop))
        self._show_accept()
        if not running:
            self.focus_secret()

    def _step_back(self) -> None:
        """Back; or, while an answer is awaited that nobody must wait for, without it."""
        if self._running:
            if self._stoppable is not None:
                self._stoppable.drop()
                self._set_running(False)
                self.refuse(phrase("staff_ui_stopped"), State.READY_BUT)
        else:
            self.back.emit()

    def _show_accept(self) -> None:
        waiting = self.countdown.left
        words = phrase("staff_ui_wait_button", seconds=waiting) if waiting else self._accept_words
        self.accept_button.setText(self._working if self._running else words)
        self.accept_button.setEnabled(not self._running and not waiting)

    def _count(self, left: int) -> None:
        self.refuse(phrase("staff_ui_wait", seconds=left) if left else "", State.READY_BUT)
        self._show_accept()

    def _arrange(self) -> None:
        said = QHBoxLayout()
        said.setSpacing(8)
        said.addWidget(self.refusal_badge, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self.refusal, 1)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addWidget(self.back_button)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.accept_button)
        column = self.column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for one in (self.head, self.told, self.form):
            column.addWidget(one)
        column.addLayout(said)
        column.addLayout(self.buttons)
        column.addStretch(1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        focus = self.focusWidget()
        writing = isinstance(focus, QPlainTextEdit)
        if enter and isinstance(focus, QPushButton):
            focus.click()
        elif enter and (not writing or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.submit()
        elif event.key() == Qt.Key.Key_Escape and not self.back_button.isHidden():
            self._step_back()
        else:
            super().keyPressEvent(event)
