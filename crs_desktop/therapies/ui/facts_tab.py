"""Every fact of a version in one list, what is unverified first: this is what an adoption works from."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import text_percent
from crs_desktop.desktop.words import button, message, tr
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.ui import words
from crs_desktop.therapies.ui.words import MonographLine


class FactsTab(QWidget):
    """The facts, a filter, the chosen one in full. `change_asked` with its path when it shall be used otherwise."""

    change_asked = Signal(str)

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self._shown = ""
        self.detail = message()
        self.facts: RecordTable[MonographLine] = RecordTable(
            tr("Facts of the chosen protocol"), fact_columns(), lambda line: line.key,
            empty=tr("Nothing here is unverified or unknown."), filter_hint=tr("Filter facts"), sortable=False,
        )  # fmt: skip
        self.facts.chosen.connect(self._show_detail)
        self.only_open = QCheckBox(tr("&Only what is unverified or unknown"))
        self.only_open.toggled.connect(lambda on: self.facts.model.set_wanted(_is_open if on else None))
        self.change_button = button(tr("Us&e otherwise here…"), hint=tr("Adopt with another value for the chosen fact"))
        self.change_button.clicked.connect(self._change)
        top = QHBoxLayout()
        top.addWidget(self.only_open, 1)
        top.addWidget(self.change_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.facts, 1)
        column.addWidget(self.detail)

    def show_version(self, protocol: Protocol, adoption: Adoption | None) -> None:
        """The facts of this one."""
        self.facts.show_records(words.monograph(protocol, adoption, self._zone))
        if self._shown != protocol.fingerprint:
            self._shown = protocol.fingerprint
            self.facts.view.scrollToTop()
            self.facts.view.clearSelection()
        self._show_detail()

    def show_nothing(self) -> None:
        """No therapy is chosen."""
        self.facts.show_records([])
        self.detail.setText("")

    def _show_detail(self) -> None:
        line = self.facts.current()
        self.detail.setText(line.detail if line is not None else tr("Choose a fact to read it in full."))
        self.change_button.setEnabled(line is not None and line.is_fact)

    def _change(self) -> None:
        line = self.facts.current()
        if line is not None and line.is_fact:
            self.change_asked.emit(line.key)


def _is_open(line: MonographLine) -> bool:
    return line.open


def fact_columns() -> list[Column[MonographLine]]:
    """The facts; in large text the name of a fact stands before its value, so that both can be read."""
    standing: Column[MonographLine] = Column(
        tr("Standing"), lambda line: line.standing, state=lambda line: line.state, below=lambda line: line.certainty
    )
    if text_percent() > 140:
        return [
            standing,
            Column(
                tr("Fact, value, source"), lambda line: f"{line.name}: {line.value}", stretch=True,
                below=lambda line: "; ".join(filter(None, (line.section, line.source))),
                hint=lambda line: line.detail,
            ),
        ]  # fmt: skip
    return [
        standing,
        Column(tr("Fact"), lambda line: line.name, below=lambda line: line.section, strong=True),
        Column(
            tr("Value, source"), lambda line: line.value, stretch=True, below=lambda line: line.source,
            hint=lambda line: line.detail,
        ),
    ]  # fmt: skip
