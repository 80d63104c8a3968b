"""Forms that keep what was typed, say each finding beside its field, and never decide anything themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import uuid4

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from crs_desktop.desktop.drafts import Draft, drafts
from crs_desktop.desktop.fields import CheckField, ChoiceField, DayField, Field, LineField, LongTextField
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, text_percent
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, heading, message, phrase, tr
from crs_desktop.kernel.errors import EnvironmentFailure, NotPermitted, NotUnderstood
from crs_desktop.kernel.refusal import Finding, Refused, Severity, no
from crs_desktop.kernel.wording import say

F = TypeVar("F", bound=Field)
T = TypeVar("T")


class Form(QWidget):
    """Labelled fields in one or two columns. `changed` carries the field's name on every edit by the user."""

    changed = Signal(str)

    def __init__(self, columns: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, Field] = {}
        self._columns = columns = columns if text_percent() < 150 else 1
        self._place = 0
        self._badge = StateBadge(parent=self)
        self._summary = message()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        for at in range(columns):
            self._grid.setColumnStretch(at, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._badge)
        column.addWidget(self._summary)
        column.addLayout(self._grid)
        self._summary.hide()

    # --- building ---

    def text(self, name: str, label: str, *, hint: str = "", example: str = "", wide: bool = False) -> LineField:
        """One line of text."""
        return self.add(LineField(name, label, hint=hint, example=example), wide)

    def number(self, name: str, label: str, unit: str = "", *, hint: str = "", example: str = "") -> LineField:
        """A number, typed as text and right-aligned, with its unit beside it."""
        return self.add(LineField(name, label, hint=hint, unit=unit, example=example, right=True))

    def day(self, name: str, label: str, *, hint: str = "") -> DayField:
        """A date typed as YYYY-MM-DD, with a calendar."""
        return self.add(DayField(name, label, hint=hint))

    def choice(
        self, name: str, label: str, choices: Sequence[tuple[str, str]], *, hint: str = "", ask: bool = False
    ) -> ChoiceField:
        """One of (value, words)."""
        return self.add(ChoiceField(name, label, choices, hint=hint, ask=ask))

    def long_text(self, name: str, label: str, *, hint: str = "", lines: int = 3) -> LongTextField:
        """Several lines, over the whole width."""
        return self.add(LongTextField(name, label, hint=hint, lines=lines), True)

    def check(self, name: str, label: str, *, hint: str = "") -> CheckField:
        """Yes or no."""
        return self.add(CheckField(name, label, hint=hint), True)

    def add(self, field: F, wide: bool = False) -> F:
        """Add a field of any kind. Raises ValueError for a name already there."""
        if field.name in self.fields:
            raise ValueError(f"the form has a field {field.name} already")
        self.fields[field.name] = field
        self._put(field, wide)
        field.edited.connect(lambda name=field.name: self.changed.emit(name))
        return field

    def add_widget(self, widget: QWidget) -> None:
        """Anything else, over the whole width: a heading, a line, the result of a calculation."""
        self._put(widget, True)

    # --- using ---

    def values(self) -> dict[str, str]:
        """What stands in each field, exactly as typed."""
        return {name: field.value() for name, field in self.fields.items()}

    def set_values(self, values: Mapping[str, str]) -> None:
        """Fill fields; does not count as an edit."""
        for name, value in values.items():
            self.fields[name].set_value(value)

    def draft_values(self) -> dict[str, str]:
        """What stands in each field that may be kept over a lock."""
        return {name: field.draft() for name, field in self.fields.items() if field.kept}

    def put_back(self, values: Mapping[str, str]) -> list[str]:
        """Fill fields as if typed; the labels of those that do not offer it any more. What one field's edit changes in
        another is put right in a second round."""
        known = [(field, values[name]) for name, field in self.fields.items() if field.kept and name in values]
        for _ in range(2):
            lost = [field.spoken() for field, draft in known if not field.put_back(draft)]
        return lost

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """Say each finding beneath its field, those without a field at the top; focus the first. Typed text stays."""
        listed = list(findings)
        for name, field in self.fields.items():
            field.show_findings([finding for finding in listed if finding.field == name])
        loose = [finding for finding in listed if finding.field not in self.fields]
        self._say_summary(loose, len(listed) - len(loose))
        wrong = [finding.field for finding in listed if finding.severity is Severity.NO] or [
            finding.field for finding in listed
        ]
        first = next((field for name, field in self.fields.items() if name in wrong), None)
        if first is not None:
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_findings(self) -> None:
        """Take all findings away."""
        self.show_findings(())

    def clears(self, *results: PlainLabel | StateBadge | Callable[[], None]) -> None:
        """Empty these results on every edit: a number calculated from older input must not stay beside newer input."""

        def wipe(_name: str) -> None:
            for result in results:
                if isinstance(result, PlainLabel):
                    result.setText("")
                elif isinstance(result, StateBadge):
                    result.set_state(None)
                else:
                    result()

        self.changed.connect(wipe)

    def error_of(self, name: str) -> str:
        """What is said beneath a field."""
        return self.fields[name].error_text()

    def summary_text(self) -> str:
        """What is said at the top."""
        return self._summary.text()

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        for field in self.fields.values():
            field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return

    def _put(self, widget: QWidget, wide: bool) -> None:
        if wide and self._place % self._columns:
            self._place += self._columns - self._place % self._columns
        row, at = divmod(self._place, self._columns)
        self._grid.addWidget(widget, row, at, 1, self._columns if wide else 1)
        self._place += self._columns if wide else 1

    def _say_summary(self, loose: list[Finding], placed: int) -> None:
        lines = [say(finding) for finding in loose]
        if placed > 1:
            lines.append(phrase("desktop_fields_wrong", count=placed))
        wrong = not loose or any(finding.severity is Severity.NO for finding in loose)
        state = (State.SHORT if wrong else State.READY_BUT) if lines else None
        self._badge.set_state(state, text=(tr("not saved") if wrong else tr("beware")) if lines else "")
        self._summary.setText("\n".join(lines))
        self._summary.setVisible(bool(lines))


class _FormScroll(QScrollArea):
    """Keeps a long form reachable when text is large, with the buttons always in sight."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.setObjectName("FormScroll")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(form)
        self._form = form

    def sizeHint(self) -> QSize:
        form = self._form.sizeHint()
        return QSize(form.width() + 4, min(form.height() + 4, self.screen().availableGeometry().height() * 6 // 10))

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._form.minimumSizeHint().width() + bar, min(160, self.sizeHint().height()))


class FormPanel(QWidget):
    """A form with its heading, the patient's two identifiers, and two buttons. Enter accepts, Esc cancels.

    `submitted` carries the values; while an answer is awaited call `set_running(True)`. `refused` carries a `Refused`
    just before it is said in place.
    """

    submitted = Signal(dict)
    cancelled = Signal()
    settled = Signal()
    refused = Signal(object)

    def __init__(
        self, title: str, accept: str, form: Form | None = None, *, cancel: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.form = form or Form()
        self.setAccessibleName(title)
        self._about = ""
        self._identifiers = PlainLabel("", "strong", wrap=True)
        self._identifiers.setObjectName("Identifiers")
        self._identifiers.setContentsMargins(10, 6, 10, 6)
        self._identifiers.hide()
        self._opened_with: dict[str, str] = {}
        self._back = PlainLabel("", "care", wrap=True)
        self._back.setObjectName("StaleStrip")
        self._back.setContentsMargins(10, 6, 10, 6)
        self._back.hide()
        self.accept_button = button(accept, "main")
        self.accept_button.clicked.connect(self.submit)
        self.cancel_button = button(cancel or tr("Cancel"))
        self.cancel_button.clicked.connect(self.cancelled)
        self._running = PlainLabel("", "soft")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._running, 1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(heading(title))
        column.addWidget(self._identifiers)
        column.addWidget(self._back)
        self._scroll = _FormScroll(self.form)
        column.addWidget(self._scroll, 1)
        column.addLayout(buttons)

    def set_identifiers(self, *identifiers: str) -> None:
        """The patient this is about: name, record number, birth date; shown above the fields."""
        self._about = "   ".join(identifiers)
        self._identifiers.setText("   ".join(one.replace(" ", "\u00a0") for one in identifiers))
        self._identifiers.setVisible(bool(identifiers))

    def identifiers_text(self) -> str:
        """Who it is about, as shown."""
        return self._about

    def remember(self) -> None:
        """What stands in the form now was not typed: it is filled in and open."""
        self._opened_with = self.form.draft_values()

    def half_typed(self) -> dict[str, str]:
        """All fields when somebody typed or an answer is awaited, none when the form stands as it was opened."""
        values = self.form.draft_values()
        return values if self.running or values != self._opened_with else {}

    def put_back(self, values: Mapping[str, str], sent: bool = False) -> None:
        """Fill in what was typed before a lock, as if typed now, and say so above the fields."""
        lost = self.form.put_back(values)
        said = [phrase("desktop_draft_back_sent" if sent else "desktop_draft_back")]
        if lost:
            said.append(phrase("desktop_draft_lost", fields=", ".join(lost)))
        self._back.setText("\n".join(said))
        self._back.show()

    def back_text(self) -> str:
        """What is said about a draft that came back, empty when there was none."""
        return self._back.text()

    @property
    def running(self) -> bool:
        """True while an answer is awaited."""
        return not self.accept_button.isEnabled()

    def submit(self) -> None:
        """Hand the values over, unless an answer is awaited."""
        if self.accept_button.isEnabled():
            self.form.clear_findings()
            self.submitted.emit(self.form.values())

    def set_running(self, running: bool) -> None:
        """While the answer is awaited nothing can be sent twice; the typed text can still be read."""
        self.accept_button.setEnabled(not running)
        self._running.setText(tr("Saving…") if running else "")

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """A no: say it in place and let the user go on."""
        self.set_running(False)
        self.form.show_findings(findings)
        focus = self.form.focusWidget()
        if focus is not None:
            self._scroll.ensureWidgetVisible(focus)

    def settle(self, answer: object) -> bool:
        """Take a use case's answer: True when it was done; a `Refused` is said in place and gives False."""
        self.set_running(False)
        if isinstance(answer, Refused):
            self.refused.emit(answer)
            self.show_findings(answer.findings)
            return False
        return True

    def send(self, tasks: Tasks, work: Callable[[], T], done: Callable[[T], None] | None = None) -> None:
        """Run a use case for this form: a `Refused` or a failure is said in the form and the user can try again with
        everything still typed; a good answer goes to `done`."""

        def settled(answer: T) -> None:
            self.settled.emit()
            if done is not None:
                done(answer)

        self.ask(tasks, work, settled)

    def ask(self, tasks: Tasks, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """As `send`, but a good answer does not end the form: it only goes to `then`."""

        def answered(answer: T) -> None:
            if self.settle(answer):
                then(answer)

        def failed(error: BaseException) -> None:
            if isinstance(error, NotUnderstood):
                self.show_findings(error.findings)
            elif isinstance(error, EnvironmentFailure | NotPermitted):
                self.show_findings((error.finding,))
            else:
                self.show_findings((no("desktop_form_defect"),))
                tasks.present(error)

        self.set_running(True)
        tasks.run(work, answered, self, failed=failed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        focus = self.focusWidget()
        writing = isinstance(focus, QPlainTextEdit)
        if enter and isinstance(focus, QPushButton):
            focus.click()
        elif enter and (not writing or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)


class FormDialog(QDialog):
    """A form panel in a window of its own. `submitted` as in the panel; call `accept()` when it is done.

    With a `kind` what is half typed survives a lock; `subject` says about whom or what, so that nothing typed about one
    thing can ever come back in the form of another. Use `request_id` for the request: it comes back with the draft.
    """

    submitted = Signal(dict)

    def __init__(
        self, title: str, accept: str, form: Form | None = None, parent: QWidget | None = None, *,
        kind: str = "", subject: str = "",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.draft_key = (kind, subject)
        self.request_id = uuid4().hex
        self._open = False
        self.finished.connect(self._finished)
        self.setWindowTitle(title)
        self.panel = FormPanel(title, accept, form, parent=self)
        self.form = self.panel.form
        self.panel.submitted.connect(self.submitted)
        self.panel.cancelled.connect(self.reject)
        self.panel.settled.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        self.setMinimumWidth(420)

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """A no: say it in place."""
        self.panel.show_findings(findings)

    def send(self, tasks: Tasks, work: Callable[[], T], done: Callable[[T], None] | None = None) -> None:
        """Run a use case for this form; closes when it was done, else says why not and stays."""
        self.panel.send(tasks, work, done)

    def settle(self, answer: object) -> bool:
        """Close when done, else say the refusal in place."""
        done = self.panel.settle(answer)
        if done:
            self.accept()
        return done

    def draft(self) -> Draft | None:
        """What is half typed, for a lock."""
        values = self.panel.half_typed() if self._open else {}
        return Draft(*self.draft_key, self.request_id, values, self.panel.running) if values else None

    def fill(self, draft: Draft) -> None:
        """What was half typed before a lock is back."""
        self.request_id = draft.request_id
        self.panel.put_back(draft.values, draft.sent)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.draft_key[0] and not self._open:
            self._open = True
            self.panel.remember()
            drafts().follow(self)

    def _finished(self) -> None:
        self._open = False
