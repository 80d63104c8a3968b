"""The steps of a second check: who looks, what they enter blind, alone at night, what differs and its two ways on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import LineField
from crs_desktop.desktop.forms import Form, FormPanel
from crs_desktop.desktop.shapes import paint_shape
from crs_desktop.desktop.theme import State, colour, scaled, state_colour
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, heading, keep_hidden, message, phrase, tr
from crs_desktop.kernel.refusal import Finding, Refused
from crs_desktop.kernel.wording import say

LOOK_FIELDS = ("weight", "product", "amount")


class StepPanel(FormPanel):
    """A form panel that first hands a refusal to its dialog; what the dialog does not know is said in place."""

    def __init__(self, title: str, accept: str, form: Form, refused: Callable[[Refused], bool]) -> None:
        super().__init__(title, accept, form)
        self._refused = refused
        column = form.layout()
        assert isinstance(column, QVBoxLayout)
        column.addStretch(1)  # few lines in a tall window stay together

    def settle(self, answer: object) -> bool:
        """A refusal that leads to another step is no mistake in this one."""
        if isinstance(answer, Refused) and self._refused(answer):
            self.set_running(False)
            return False
        return super().settle(answer)


class SecretField(LineField):
    """A password: never shown, never kept in a draft, wiped once it has been used."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(name, label)
        line = self.editor
        assert isinstance(line, QLineEdit)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def wipe(self) -> None:
        """Hold nothing; setting a text also forgets the steps before."""
        self.set_value("")


class WhoPanel(StepPanel):
    """The second person says who they are. `made_up` is the demo's, who has no password."""

    def __init__(self, recorded_by: str, made_up: str, refused: Callable[[Refused], bool], alone: bool) -> None:
        form = Form()
        self.note = PlainLabel("", "care", wrap=True)
        self.note.hide()
        form.add_widget(self.note)
        form.add_widget(message(phrase("second_ui_who", name=f"\u2068{recorded_by}\u2069")))
        self.secret: SecretField | None = None
        if made_up:
            form.add_widget(message(phrase("second_ui_made_up", name=made_up)))
        else:
            form.text("sign_in", tr("&Name at sign-in"))
            self.secret = form.add(SecretField("secret", tr("Pass&word")))
        self.alone_button = button(tr("Nobody &else is here…"), "quiet")
        if alone:
            row = QWidget()
            across = QHBoxLayout(row)
            across.setContentsMargins(0, 0, 0, 0)
            across.addWidget(self.alone_button)
            across.addStretch(1)
            form.add_widget(row)
        else:
            keep_hidden(self.alone_button, True)
        super().__init__(tr("Second check"), tr("Go &on"), form, refused)

    def say_note(self, text: str) -> None:
        """Why this step is shown again."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def typed(self) -> tuple[str, str]:
        """Name and password."""
        values = self.form.values()
        return values.get("sign_in", ""), values.get("secret", "")

    def wipe(self) -> None:
        """Keep no password."""
        if self.secret is not None:
            self.secret.wipe()

    def begin(self) -> None:
        """The keyboard goes to the first thing that takes it."""
        if self.form.fields:
            self.form.focus_first()
        else:
            self.accept_button.setFocus(Qt.FocusReason.OtherFocusReason)


class LookPanel(StepPanel):
    """Weight, product and dose, entered without seeing the record."""

    def __init__(self, products: Sequence[tuple[str, str]], refused: Callable[[Refused], bool]) -> None:
        form = Form()
        self.who = PlainLabel("", "strong", wrap=True)
        form.add_widget(self.who)
        form.add_widget(message(phrase("second_ui_look")))
        form.number("weight", tr("&Weight"), "kg", hint=tr("From the scale or the chart, not from memory"))
        form.choice("product", tr("&Product"), products, hint=tr("As it stands on the vial"), ask=True)
        form.number("amount", tr("&Dose"), "mg", hint=tr("As it was drawn up, or as the pump says"))
        super().__init__(tr("Second check"), tr("&Compare"), form, refused)


class AlonePanel(StepPanel):
    """The first person signs alone, under the written rule of the site."""

    def __init__(self, rule: str, hours: str, refused: Callable[[Refused], bool]) -> None:
        form = Form()
        form.add_widget(message(phrase("second_ui_alone", hours=hours)))
        form.add_widget(PlainLabel(rule, "strong", wrap=True))
        form.long_text("alone_reason", tr("&Why is nobody else here"), lines=2)
        super().__init__(tr("Sign alone at night"), tr("Sign &alone"), form, refused)


class ExplainPanel(StepPanel):
    """The second person's entry was wrong: each difference gets its own explanation."""

    def __init__(self, differences: Sequence[Finding], refused: Callable[[Refused], bool]) -> None:
        form = Form()
        self._names = [one.field for one in differences]
        for one in differences:
            form.add_widget(PlainLabel(f"{field_word(one.field)}. {say(one)}", "strong", wrap=True))
            form.long_text(f"why_{one.field}", phrase("second_ui_why", field=field_word(one.field).lower()), lines=1)
        super().__init__(tr("My entry was wrong"), tr("E&xplain and sign"), form, refused)

    def missing(self) -> list[str]:
        """Explanations that are still empty."""
        values = self.form.values()
        return [f"why_{name}" for name in self._names if not values[f"why_{name}"].strip()]

    def explanation(self) -> str:
        """All of it, one line a difference."""
        values = self.form.values()
        return "\n".join(f"{field_word(name)}: {values[f'why_{name}'].strip()}" for name in self._names)


class CorrectPanel(StepPanel):
    """The record is wrong: it is taken back with the reason, and recorded anew."""

    def __init__(self, refused: Callable[[Refused], bool]) -> None:
        form = Form()
        form.add_widget(message(phrase("second_ui_correct")))
        form.long_text("reason", tr("&Why is the record wrong"), lines=2)
        super().__init__(tr("The record is wrong"), tr("&Take it back and record anew"), form, refused)


class BigShape(QWidget):
    """The shape of a state, large: read from across a room."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state
        self.setFixedSize(scaled(72), scaled(72))
        self.setAccessibleName(state.word)

    def sizeHint(self) -> QSize:
        return QSize(scaled(72), scaled(72))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = min(self.width(), self.height()) - 4
        paint_shape(painter, QRectF(2, 2, side, side), self.state, state_colour(self.state), colour("surface"))
        painter.end()


class ResultView(QWidget):
    """What a look came to, to be read: a large shape, a heading, lines, and the buttons that lead on."""

    def __init__(self, state: State, head: str, word: str) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(head)
        frame = QWidget()
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(BigShape(state), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        badge = StateBadge()
        badge.set_state(state, text=word)
        words.addWidget(badge)
        words.addWidget(heading(head))
        top.addLayout(words, 1)
        inside.addLayout(top)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(8)
        inside.addLayout(self.lines)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("FormScroll")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(frame)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(scroll, 1)
        column.addLayout(self.buttons)

    def line(self, text: str, strong: bool = False) -> None:
        """One more sentence."""
        self.lines.addWidget(PlainLabel(text, "strong" if strong else "body", wrap=True))


def differs_view(findings: Sequence[Finding], first: str, second: str) -> ResultView:
    """Both results side by side, and what the program calculates; the question has no default answer."""
    view = ResultView(State.SHORT, phrase("second_ui_differs"), tr("the two results differ"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(8)
    heads = ("", phrase("second_ui_recorded_by", name=first), phrase("second_ui_entered_by", name=second))
    for at, text in enumerate(heads):
        grid.addWidget(PlainLabel(text, "caption", wrap=True), 0, at)
    for row, one in enumerate((one for one in findings if one.code == "second_check_differs"), 1):
        grid.addWidget(PlainLabel(field_word(one.field), "body"), row, 0)
        grid.addWidget(PlainLabel(one.get("first"), "heading", wrap=True), row, 1)
        grid.addWidget(PlainLabel(one.get("second"), "heading", wrap=True), row, 2)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(2, 1)
    view.lines.addLayout(grid)
    for one in findings:
        if one.field == "amount" and one.code != "second_check_differs":
            view.line(say(one))
    view.line(phrase("second_ui_which"), strong=True)
    return view


def field_word(name: str) -> str:
    """Weight, product, dose: as the form says it."""
    words: Mapping[str, str] = {"weight": tr("Weight"), "product": tr("Product"), "amount": tr("Dose")}
    return words[name]
