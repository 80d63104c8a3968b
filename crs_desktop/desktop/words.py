"""The only place that makes labels: every word on the screen is plain text, so nobody's name can become markup."""

from __future__ import annotations

import html
from typing import Literal

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from crs_desktop.desktop.shapes import paint_shape
from crs_desktop.desktop.theme import State, TextRole, colour, font, state_colour
from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.wording import say

LabelRole = Literal["caption", "body", "soft", "wrong", "care", "strong", "heading", "title"]
ButtonKind = Literal["plain", "main", "quiet", "alarm"]


def tr(text: str) -> str:
    """A fixed word of the window in the user's language."""
    return QCoreApplication.translate("desktop", text)


def phrase(code: str, /, **values: object) -> str:
    """A sentence of resources/wording by its code."""
    return say(Finding(code, values=tuple((name, str(value)) for name, value in values.items())))


def tooltip(text: str) -> str:
    """Text made safe for every place Qt might read as markup (tooltips, what's-this)."""
    return f"<p>{html.escape(text).replace(chr(10), '<br>')}</p>" if text else ""


def keep_hidden(widget: QWidget, hidden: bool) -> None:
    """Hide or show a part of a page. A widget that has no parent yet is never shown: it would flash up as a window."""
    if hidden or widget.parent() is not None:
        widget.setHidden(hidden)
    else:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_Hidden, True)
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)


def no_mnemonic(text: str) -> str:
    """Text from data for a button, menu or tab: an ampersand stays an ampersand."""
    return text.replace("&", "&&")


class PlainLabel(QLabel):
    """A label that shows exactly the characters it is given."""

    def __init__(
        self, text: str = "", role: LabelRole = "body", *, wrap: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setProperty("role", role)
        self.setText(text)

    def set_role(self, role: LabelRole) -> None:
        """Change size and weight."""
        self.setProperty("role", role)
        self.style().unpolish(self)
        self.style().polish(self)


def title(text: str = "") -> PlainLabel:
    """22 px bold: one a page at most."""
    return PlainLabel(text, "title", wrap=True)


def heading(text: str = "") -> PlainLabel:
    """16 px bold."""
    return PlainLabel(text, "heading", wrap=True)


def caption(text: str = "") -> PlainLabel:
    """11 px soft: units, sources, ages."""
    return PlainLabel(text, "caption", wrap=True)


def message(text: str = "") -> PlainLabel:
    """A paragraph in plain text that wraps and can be copied with the mouse."""
    label = PlainLabel(text, "body", wrap=True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def button(text: str, kind: ButtonKind = "plain", *, name: str = "", hint: str = "") -> QPushButton:
    """A push button; `text` may hold a mnemonic (&). `name` is said by a screen reader instead of the text."""
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAutoDefault(False)
    made.setAccessibleName(name or text.replace("&&", "\0").replace("&", "").replace("\0", "&"))
    if hint:
        made.setToolTip(tooltip(hint))
        made.setAccessibleDescription(hint)
    return made


class StateBadge(QWidget):
    """A state as shape, word and colour, with an optional detail: a filled square with a cross and "short 1 set"."""

    def __init__(
        self, state: State | None = None, detail: str = "", role: TextRole = "strong", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._role: TextRole = role
        self._state = state
        self._text = ""
        self._shape_only = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_state(state, detail)

    def set_state(self, state: State | None, detail: str = "", text: str = "") -> None:
        """Show this state. The word of the state comes first unless `text` says the whole thing; None shows nothing."""
        self._state = state
        self._text = text or (" ".join(filter(None, (state.word, detail))) if state else "")
        self._shape_only = False
        self.setAccessibleName(self._text)
        keep_hidden(self, state is None)
        self.updateGeometry()
        self.update()

    def set_shape(self, state: State | None, spoken: str) -> None:
        """Only the shape, for a place where the words stand right beside it in a label of their own."""
        self.set_state(state, text=spoken)
        self._shape_only = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What it says."""
        return self._text

    def state(self) -> State | None:
        """What it shows."""
        return self._state

    def sizeHint(self) -> QSize:
        """Shape, gap and word on one line."""
        metrics = QFontMetrics(font(self._role))
        words = 0 if self._shape_only else 6 + metrics.horizontalAdvance(self._text)
        return QSize(metrics.height() + words + 2, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        """At least the shape."""
        height = self.sizeHint().height()
        return QSize(height - 2 if self._shape_only else height + 12, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw shape and word in the colours in force."""
        if self._state is None:
            return
        painter = QPainter(self)
        face = font(self._role)
        painter.setFont(face)
        metrics = QFontMetrics(face)
        side = metrics.ascent() + 1
        middle = self.height() / 2
        ink = state_colour(self._state)
        paint_shape(painter, QRectF(1, middle - side / 2, side, side), self._state, ink, colour("surface"))
        if self._shape_only:
            return
        painter.setPen(ink)
        left = side + 8
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, self.width() - left)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), flags, text)
        painter.end()


def hairline() -> QWidget:
    """A thin line between two blocks."""
    line = QWidget()
    line.setObjectName("Hairline")
    line.setFixedHeight(1)
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return line
