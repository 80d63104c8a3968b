"""The strip that says how soon the window locks, early enough to stop it by moving the mouse."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, StateBadge, phrase, tr
from crs_desktop.staff.ui.countdown import Countdown
from crs_desktop.staff.ui.panel import Steady


class LocksSoon(QWidget):
    """Put it above the banners. `begin(seconds)` shows it and counts; `stop()` (somebody moved) takes it away."""

    def __init__(self, parent: QWidget | None = None, steady: Steady = time.monotonic) -> None:
        super().__init__(parent)
        self.setObjectName("StaleStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        badge = StateBadge(parent=self)
        badge.set_state(State.READY_BUT, text=tr("locks soon"))
        badge.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.label = PlainLabel("", "strong", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(badge)
        row.addWidget(self.label, 1)
        self.countdown = Countdown(self, steady)
        self.countdown.changed.connect(self._count)
        self.hide()

    def begin(self, seconds: int) -> None:
        """Show and count."""
        self.countdown.begin(seconds)

    def stop(self) -> None:
        """Somebody is there."""
        self.countdown.stop()

    def _count(self, left: int) -> None:
        first = left and self.isHidden()
        self.label.setText(phrase("staff_ui_locks_soon", seconds=left) if left else "")
        self.setAccessibleName(self.label.text())
        self.setVisible(bool(left))
        if first:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
