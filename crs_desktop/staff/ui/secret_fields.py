"""Fields for passwords and codes: they hold what was typed only while they can be seen, and nothing brings it back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from crs_desktop.desktop.fields import Field
from crs_desktop.desktop.words import PlainLabel, button, keep_hidden, phrase, tr

_HIDDEN = QLineEdit.EchoMode.Password
_HINTS = (
    Qt.InputMethodHint.ImhSensitiveData
    | Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhNoAutoUppercase
)
_LONGEST = 512  # far above what a service takes, so that too long is said and never cut in silence


class SecretLine(QLineEdit):
    """A line that empties itself when it goes out of sight. `caps_lock` tells what the letters typed give away."""

    caps_lock = Signal(bool)

    def __init__(self, *, shown: bool = False) -> None:
        super().__init__()
        if not shown:
            self.setEchoMode(_HIDDEN)
        self.setInputMethodHints(_HINTS)
        self.setMaxLength(_LONGEST)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setDragEnabled(False)

    def wipe(self) -> None:
        """Empty it. `clear()` would leave the text to Ctrl+Z; setting a text also forgets the steps before."""
        self.setText("")

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # minimised by the user: the form comes back as it was
            self.wipe()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text()
        if len(letter) == 1 and letter.upper() != letter.lower():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_lock.emit(letter.isupper() != shifted)
        super().keyPressEvent(event)


class PasswordField(Field):
    """A password: dots, *Show* while held, and a word when Caps Lock seems to be on."""

    def __init__(self, name: str, label: str, *, hint: str = "") -> None:
        self.line = SecretLine()
        super().__init__(name, label, self.line, hint=hint)
        self.reveal = button(tr("Show"), "quiet", name=tr("Show while held: ") + self._spoken)
        self.reveal.setToolTip(phrase("staff_ui_reveal"))
        self.reveal.pressed.connect(lambda: self.line.setEchoMode(QLineEdit.EchoMode.Normal))
        self.reveal.released.connect(lambda: self.line.setEchoMode(_HIDDEN))
        self.row.addWidget(self.reveal)
        self.caps = PlainLabel(phrase("staff_ui_caps_lock"), "care", wrap=True)
        keep_hidden(self.caps, True)
        column = self.layout()
        assert column is not None
        column.addWidget(self.caps)
        self.line.caps_lock.connect(self.caps.setVisible)
        self.line.textEdited.connect(lambda _text: self._edited())

    def value(self) -> str:
        return self.line.text()

    def set_value(self, value: str) -> None:
        self.line.setText(value)

    def wipe(self) -> None:
        """Hold nothing."""
        self.line.wipe()
        self.line.setEchoMode(_HIDDEN)
        self.caps.hide()


class CodeField(Field):
    """A code typed from paper: shown as typed, in any case, with or without its hyphens."""

    def __init__(self, name: str, label: str, *, hint: str = "") -> None:
        self.line = SecretLine(shown=True)
        super().__init__(name, label, self.line, hint=hint)
        self.line.textEdited.connect(lambda _text: self._edited())

    def value(self) -> str:
        return self.line.text()

    def set_value(self, value: str) -> None:
        self.line.setText(value)

    def wipe(self) -> None:
        """Hold nothing."""
        self.line.wipe()
