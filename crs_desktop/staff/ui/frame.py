"""The calm frame around everything shown before a store is open: one column in the middle, nothing else."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from crs_desktop.desktop.theme import scaled, text_percent
from crs_desktop.desktop.ticker import once
from crs_desktop.desktop.words import PlainLabel, button, keep_hidden, phrase, tr
from crs_desktop.staff.ui.panel import Panel


class OneOf(QWidget):
    """Shows one of its widgets, and is as high as that one: a stack of Qt's is as high as the highest."""

    def __init__(self) -> None:
        super().__init__()
        self._listed: list[QWidget] = []
        self._at = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def add(self, widget: QWidget) -> None:
        """One more; the first is shown."""
        self._listed.append(widget)
        keep_hidden(widget, len(self._listed) > 1)
        self._column.addWidget(widget)

    def remove(self, widget: QWidget) -> None:
        """One less; it is destroyed."""
        shown = self.current()
        self._listed.remove(widget)
        self._column.removeWidget(widget)
        widget.hide()
        widget.deleteLater()
        self._at = self._listed.index(shown) if shown in self._listed else 0

    def show_one(self, widget: QWidget) -> None:
        """Show this one: first hide the other, so that what it held is wiped."""
        self.current().hide()
        self._at = self._listed.index(widget)
        widget.show()

    def current(self) -> QWidget:
        """The one shown."""
        return self._listed[self._at]

    def listed(self) -> list[QWidget]:
        """All of them, in order."""
        return list(self._listed)


class _Middle(QWidget):
    """What is scrolled. Its height follows from its width alone: a guess made at another width scrolls for nothing."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


class GateFrame(QWidget):
    """A stack of panels in a column that scrolls when text is large, over a foot that is always in sight."""

    def __init__(self, width: int = 440, top: int = 104) -> None:
        super().__init__()
        self.setObjectName("Gate")
        self.above = QVBoxLayout()
        self.above.setSpacing(8)
        self.stack = OneOf()
        self.column = QWidget()
        self.column.setObjectName("PageFrame")
        inside = QVBoxLayout(self.column)
        inside.setContentsMargins(0, top if text_percent() < 150 else 16, 0, 16)
        inside.setSpacing(16)
        inside.addLayout(self.above)
        inside.addWidget(self.stack)
        inside.addStretch(1)
        middle = _Middle()
        middle.setObjectName("PageFrame")
        row = QHBoxLayout(middle)
        row.setContentsMargins(24, 0, 24, 0)
        row.addStretch(1)
        row.addWidget(self.column, 100)
        row.addStretch(1)
        self.column.setMaximumWidth(scaled(width))
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(middle)
        self.foot = QWidget()
        self.foot.setObjectName("StatusLine")
        self.foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.foot_row = QHBoxLayout(self.foot)
        self.foot_row.setContentsMargins(16, 8, 16, 8)
        self.foot_row.setSpacing(16)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(self.foot)

    def add(self, panel: Panel) -> None:
        """One more panel; where it puts the keyboard is scrolled into sight, with what is said about the field."""
        self.stack.add(panel)
        panel.went_to.connect(self._follow)

    def _follow(self, field: QWidget) -> None:
        once(0, field, lambda: self.area.ensureWidgetVisible(field, 0, scaled(16)))

    def offer_calculator(self, calculator: Callable[[], None]) -> None:
        """A dose by hand, without signing in: by button and by F12, wherever one is in front of the door."""
        self.calculator_button = button(tr("CRS now (F12)"), "alarm", hint=phrase("staff_ui_calculator"))
        self.calculator_button.clicked.connect(lambda: calculator())
        self.foot_row.addWidget(self.calculator_button)
        key = QShortcut(QKeySequence("F12"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(lambda: calculator())

    def say_foot(self, text: str) -> PlainLabel:
        """A soft sentence at the bottom."""
        label = PlainLabel(text, "soft", wrap=True)
        self.foot_row.addWidget(label, 1)
        return label
