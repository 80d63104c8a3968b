"""Where one is on a way of several steps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.flow import FlowRow
from crs_desktop.desktop.words import PlainLabel, phrase


class StepLine(QWidget):
    """The steps by number and word, those behind with a tick, the present one bold."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._row = FlowRow(self, gap=16, line_gap=4)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._names = tuple(names)
        self._labels = [PlainLabel("", "caption") for _ in self._names]
        for label in self._labels:
            self._row.addWidget(label)

    def mark(self, step: int) -> None:
        """The present step, from 1."""
        for number, (label, name) in enumerate(zip(self._labels, self._names, strict=True), start=1):
            label.setText(f"✓ {name}" if number < step else f"{number} {name}")
            label.set_role("strong" if number == step else "soft")
        name = self._names[step - 1]
        self.setAccessibleName(phrase("staff_ui_step", step=step, steps=len(self._names), name=name))
        self._row.invalidate()
        self.updateGeometry()
