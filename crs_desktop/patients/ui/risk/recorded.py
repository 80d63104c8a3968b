"""What was recorded of a patient's risk: nothing is edited, a correction stands beside what it corrects."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import State, row_height
from crs_desktop.desktop.words import button, phrase, tr
from crs_desktop.kernel.clock import local_text
from crs_desktop.patients.risk.model import RecordedScore
from crs_desktop.patients.risk.scores_file import score_of
from crs_desktop.patients.risk.service import RiskPicture


class RecordedTab(QWidget):
    """The results, newest first, with the chosen one in full beneath."""

    correct_asked = Signal(object)

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self._picture: RiskPicture | None = None
        self.table = self._table()
        self.table.setMinimumHeight(row_height() * 5)
        self.table.chosen.connect(self._show_chosen)
        self._detail = QPlainTextEdit()
        self._detail.setReadOnly(True)
        self._detail.setTabChangesFocus(True)
        self._detail.setAccessibleName(tr("The chosen result in full"))
        self._detail.setFixedHeight(row_height() * 5)
        self.correct_button = button(tr("&Correct this result"))
        self.correct_button.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.addWidget(self.correct_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.table, 1)
        column.addWidget(self._detail)
        column.addLayout(row)

    def detail_text(self) -> str:
        """The chosen result in full."""
        return self._detail.toPlainText()

    def show_picture(self, picture: RiskPicture) -> None:
        """All results of the patient."""
        self._picture = picture
        self.table.show_records(tuple(reversed(picture.recorded)))
        if self.table.current() is None and picture.recorded:
            self.table.view.selectRow(0)
        self._show_chosen()

    def _table(self) -> RecordTable[RecordedScore]:
        columns: list[Column[RecordedScore]] = [
            Column(tr("Score"), lambda one: one.name, below=self._standing, strong=True),
            Column(tr("Result"), lambda one: one.shown, align="right"),
            Column(tr("How sure"), self._sure, state=lambda one: State.READY_BUT if one.unverified else None),
            Column(tr("Values of"), lambda one: local_text(one.measured_at, self._zone)),
            Column(
                tr("Recorded by"), lambda one: one.actor, below=lambda one: local_text(one.at, self._zone),
                stretch=True,
            ),
        ]  # fmt: skip
        return RecordTable(
            tr("Recorded results"), columns, lambda one: one.id, empty=phrase("risk_nothing_recorded"), sortable=False
        )

    def _sure(self, one: RecordedScore) -> str:
        return tr("unverified") if one.unverified else one.confidence

    def _standing(self, one: RecordedScore) -> str:
        known = {} if self._picture is None else {item.id: item for item in self._picture.recorded}
        if any(item.corrects == one.id for item in known.values()):
            return phrase("risk_corrected")
        before = known.get(one.corrects or 0)
        return "" if before is None else phrase("risk_corrects", value=before.shown)

    def _show_chosen(self) -> None:
        one = self.table.current()
        self._detail.setPlainText("" if one is None else self._in_full(one))
        self.correct_button.setEnabled(one is not None and self._open(one))

    def _open(self, one: RecordedScore) -> bool:
        return self._picture is not None and one in self._picture.open_results()

    def _in_full(self, one: RecordedScore) -> str:
        score = score_of(one.score)
        names = {} if score is None else {item.id: item.name for item in score.inputs}
        values = ", ".join(
            phrase("risk_values", name=names.get(name, name), typed=typed, unit=unit)
            for name, typed, unit in one.values
        )
        taken, at = (local_text(when, self._zone) for when in (one.measured_at, one.at))
        lines = [
            phrase(
                "risk_detail", name=one.name, value=one.shown, version=one.version, taken=taken, values=values,
                actor=one.actor, at=at,
            ),
            f"{one.name} {one.band}." if one.band else "", phrase("risk_note", note=one.note) if one.note else "",
            *(f"• {said}" for said in one.bewares),
        ]  # fmt: skip
        return "\n".join(filter(None, lines))

    def _ask(self) -> None:
        one = self.table.current()
        if one is not None and self._open(one):
            self.correct_asked.emit(one)
