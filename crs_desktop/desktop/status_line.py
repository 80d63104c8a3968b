"""The bottom line: which store, whether encrypted and backed up, which policy, what time, who acts, always in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, StateBadge, tooltip

SLOTS = ("store", "encryption", "backup", "policy", "clock", "actor")


class StatusLine(QWidget):
    """Named slots of words; a slot with a state carries its shape."""

    def __init__(self, slots: Sequence[str] = SLOTS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("StatusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("status")
        row = FlowRow(self)
        row.setContentsMargins(16, 5, 16, 5)
        self._labels: dict[str, PlainLabel] = {}
        self._badges: dict[str, StateBadge] = {}
        for name in slots:
            self._labels[name] = PlainLabel("", "caption")
            self._badges[name] = StateBadge(None, role="caption", parent=self)
            row.addWidget(self._badges[name])
            row.addWidget(self._labels[name])

    def say(self, slot: str, text: str, state: State | None = None, hint: str = "") -> None:
        """Fill a slot. Raises KeyError for a slot that does not exist."""
        label, badge = self._labels[slot], self._badges[slot]
        label.setText("" if state else text)
        label.setVisible(state is None and bool(text))
        badge.set_state(state, text=text)
        for one in (label, badge):
            one.setToolTip(tooltip(hint))
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
        self.updateGeometry()

    def text(self, slot: str) -> str:
        """What a slot says."""
        return self._labels[slot].text() or self._badges[slot].text()
