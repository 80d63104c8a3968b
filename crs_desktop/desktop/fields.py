"""The kinds of field a form has. A field hands over exactly what was typed; reading it is the grammar's task."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QDate, QPointF, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from crs_desktop.desktop.icons import icon
from crs_desktop.desktop.theme import State, colour, pixels, scaled
from crs_desktop.desktop.words import PlainLabel, StateBadge, keep_hidden, tr
from crs_desktop.kernel.refusal import Finding, Severity
from crs_desktop.kernel.wording import say

_ENDLESS = re.compile(r"(\S{30})[^\s”]{20,}")


class Field(QWidget):
    """Label above, editor, unit beside it, hint and findings beneath. `edited` comes with every keystroke."""

    edited = Signal()

    def __init__(self, name: str, label: str, editor: QWidget, *, hint: str = "", unit: str = "") -> None:
        super().__init__()
        self.name = name
        self.editor = editor
        self._hint = hint
        self._spoken = _spoken(label)
        editor.setAccessibleName(f"{self._spoken} ({unit})" if unit else self._spoken)
        self._head = PlainLabel(label, "body")
        self._head.setBuddy(editor)
        self._hint_line = PlainLabel(hint, "caption", wrap=True)
        keep_hidden(self._hint_line, not hint)
        self._error_badge = StateBadge(parent=self)
        self._error_text = PlainLabel("", "body", wrap=True)
        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        self.row.addWidget(editor, 1)
        if unit:
            self.row.addWidget(PlainLabel(unit, "soft"))
        error = QHBoxLayout()
        error.setSpacing(8)
        error.addWidget(self._error_badge, 0, Qt.AlignmentFlag.AlignTop)
        error.addWidget(self._error_text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if not isinstance(editor, QCheckBox):
            column.addWidget(self._head)
        column.addLayout(self.row)
        column.addWidget(self._hint_line)
        column.addLayout(error)
        column.addStretch(1)
        self.show_findings(())

    def value(self) -> str:
        """Exactly what stands in the editor."""
        raise NotImplementedError

    def set_value(self, value: str) -> None:
        """Put this into the editor."""
        raise NotImplementedError

    @property
    def kept(self) -> bool:
        """May stand in a draft: never a secret, whichever way its editor says that it is one."""
        line = self.editor
        return not isinstance(line, QLineEdit) or (
            line.echoMode() == QLineEdit.EchoMode.Normal
            and not line.inputMethodHints() & Qt.InputMethodHint.ImhSensitiveData
        )

    def draft(self) -> str:
        """All that stands in the field, for `put_back`."""
        return self.value()

    def put_back(self, draft: str) -> bool:
        """Put a draft in as if it had been typed; False when the field does not offer that any more."""
        before = self.draft()
        if before != draft:
            self._take_draft(draft)
            if self.draft() != before:
                self._edited()
        return self.draft() == draft

    def spoken(self) -> str:
        """The label as it is said."""
        return self._spoken

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Say these beneath the editor; none takes the line away."""
        text = "\n".join(_foldable(say(replace(finding, field=self._spoken))) for finding in findings)
        wrong = any(finding.severity is Severity.NO for finding in findings)
        word = tr("not accepted") if wrong else tr("beware")
        state = (State.SHORT if wrong else State.READY_BUT) if findings else None
        self._error_badge.set_shape(state, word if findings else "")
        self._error_text.set_role("wrong" if wrong else "care")
        self._error_text.setText(text)
        self._error_text.setVisible(bool(text))
        self.editor.setProperty("wrong", "true" if wrong else "false")
        self.editor.style().unpolish(self.editor)
        self.editor.style().polish(self.editor)
        said = f"{word}: {text}" if text else ""
        self.editor.setAccessibleDescription(". ".join(filter(None, (said, self._hint))))

    def error_text(self) -> str:
        """What is said beneath the editor."""
        return self._error_text.text()

    def _take_draft(self, draft: str) -> None:
        self.set_value(draft)

    def _edited(self) -> None:
        if self.error_text():
            self.show_findings(())
        self.edited.emit()


def _foldable(text: str) -> str:
    """A word too long for any line would push the buttons off the screen: its beginning says which it was."""
    return _ENDLESS.sub(r"\1…", text)


class LineField(Field):
    """One line of text; numbers and dates are typed as text too."""

    def __init__(
        self, name: str, label: str, *, hint: str = "", unit: str = "", example: str = "", right: bool = False
    ) -> None:
        self._line = QLineEdit()
        super().__init__(name, label, self._line, hint=hint, unit=unit)
        self._line.setPlaceholderText(example)
        if right:
            self._line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._line.textEdited.connect(self._edited)

    def value(self) -> str:
        return self._line.text()

    def set_value(self, value: str) -> None:
        self._line.setText(value)


class DayField(LineField):
    """A date typed as 2026-12-04, with a calendar beside it for those who like one (F4 or Alt+Down)."""

    def __init__(self, name: str, label: str, *, hint: str = "") -> None:
        super().__init__(name, label, hint=hint, example="YYYY-MM-DD")
        self._opener = QToolButton()
        self._opener.setIcon(icon("calendar"))
        self._opener.setAccessibleName(tr("Calendar for {label}").format(label=_spoken(label)))
        self._opener.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._opener.clicked.connect(self.open_calendar)
        self.row.addWidget(self._opener)
        for key in ("F4", "Alt+Down"):
            shortcut = QShortcut(QKeySequence(key), self._line, context=Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.open_calendar)

    def open_calendar(self) -> None:
        """Show a calendar that stands on the typed day, else on today."""
        menu = QMenu(self)
        calendar = QCalendarWidget()
        calendar.setAccessibleName(self._opener.accessibleName())
        typed = QDate.fromString(self.value().strip(), "yyyy-MM-dd")
        if typed.isValid():
            calendar.setSelectedDate(typed)
        calendar.activated.connect(lambda day: self._take(day, menu))
        calendar.clicked.connect(lambda day: self._take(day, menu))
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(calendar)
        menu.addAction(holder)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._line.mapToGlobal(self._line.rect().bottomLeft()))
        calendar.setFocus()

    def _take(self, day: QDate, menu: QMenu) -> None:
        self.set_value(day.toString("yyyy-MM-dd"))
        menu.close()
        self._edited()
        self._line.setFocus()


class LongTextField(Field):
    """Several lines of plain text. Tab goes on to the next field."""

    def __init__(self, name: str, label: str, *, hint: str = "", lines: int = 3) -> None:
        self._text = QPlainTextEdit()
        super().__init__(name, label, self._text, hint=hint)
        self._text.setTabChangesFocus(True)
        self._text.setFixedHeight(round(pixels() * 1.5 * lines) + 16)
        self._text.textChanged.connect(self._edited)

    def value(self) -> str:
        return self._text.toPlainText()

    def set_value(self, value: str) -> None:
        self._text.blockSignals(True)
        self._text.setPlainText(value)
        self._text.blockSignals(False)


class ChoiceBox(QComboBox):
    """A combo box with its own arrow in the ink of the theme; the wheel does not change it by accident."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colour("ink_soft"), 1.5)
        painter.setPen(pen)
        right, middle, arm = self.width() - scaled(14), self.height() / 2, scaled(4)
        tips = ((right - arm, middle - arm / 2), (right, middle + arm / 2), (right + arm, middle - arm / 2))
        painter.drawPolyline([QPointF(x, y) for x, y in tips])
        painter.end()


class ChoiceField(Field):
    """One of a list of (value, words). With `ask` nothing is chosen until the user chooses."""

    def __init__(
        self, name: str, label: str, choices: Sequence[tuple[str, str]], *, hint: str = "", ask: bool = False
    ) -> None:
        self._box = ChoiceBox()
        super().__init__(name, label, self._box, hint=hint)
        self._ask = ask
        self._box.view().setAccessibleName(self._spoken)
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._box.setMinimumContentsLength(12)
        self.set_choices(choices)
        self._box.activated.connect(lambda _at: self._edited())
        self._box.currentIndexChanged.connect(lambda _at: self._changed())

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these; the chosen value stays when it is still offered."""
        before = self.value()
        self._box.blockSignals(True)
        self._box.clear()
        if self._ask:
            self._box.addItem(tr("choose…"), "")
        for value, words in choices:
            self._box.addItem(words, value)
        self._box.blockSignals(False)
        self.set_value(before)

    def value(self) -> str:
        return str(self._box.currentData() or "")

    def set_value(self, value: str) -> None:
        at = self._box.findData(value)
        self._box.setCurrentIndex(at if at >= 0 else 0)

    def _changed(self) -> None:
        if self._box.hasFocus():
            self._edited()


class _TickBox(QCheckBox):
    """A check box whose tick is drawn in the ink of the theme."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("on_accent"), max(1.8, box.width() / 8)))
        places = ((0.22, 0.54), (0.42, 0.74), (0.8, 0.28))
        painter.drawPolyline([QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in places])
        painter.end()


class CheckField(Field):
    """Yes or no; its value is "yes" or empty."""

    def __init__(self, name: str, label: str, *, hint: str = "") -> None:
        self._check = _TickBox(label)
        super().__init__(name, label, self._check, hint=hint)
        self._check.clicked.connect(lambda _on: self._edited())

    def value(self) -> str:
        return "yes" if self._check.isChecked() else ""

    def set_value(self, value: str) -> None:
        self._check.setChecked(value == "yes")


def _spoken(label: str) -> str:
    return label.replace("&&", "\0").replace("&", "").replace("\0", "&")
