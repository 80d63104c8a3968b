"""The list of therapies: found by name or brand, filtered by class, each with where its adoption stands."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crs_desktop.desktop.fields import ChoiceBox
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import scaled
from crs_desktop.desktop.words import PlainLabel, tr
from crs_desktop.therapies.ui import words

if TYPE_CHECKING:
    from crs_desktop.therapies.service import LibraryEntry

_KINDS = ("", "car_t", "bispecific")


class LibraryList(QWidget):
    """A class to choose, a box to type in, and the therapies."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.kinds = ChoiceBox()
        self.kinds.addItems([tr("All classes"), tr("CAR-T"), tr("Bispecific")])
        self.kinds.setAccessibleName(tr("Class"))
        self.kinds.currentIndexChanged.connect(self._filter)
        label = PlainLabel(tr("C&lass"), "body")
        label.setBuddy(self.kinds)
        self.table: RecordTable[LibraryEntry] = RecordTable(
            tr("Therapies"), library_columns(zone), lambda entry: entry.protocol.id, filter_hint=tr("Name or brand"),
            sortable=False,
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label)
        column.addWidget(self.kinds)
        column.addWidget(self.table, 1)
        self._fit()

    def _filter(self, at: int) -> None:
        kind = _KINDS[at]
        self.table.model.set_wanted((lambda entry: entry.protocol.kind == kind) if kind else None)

    def _fit(self) -> None:
        self.setMinimumWidth(scaled(250))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "table"):
            self._fit()


def library_columns(zone: ZoneInfo) -> list[Column[LibraryEntry]]:
    """The brand with where its adoption stands, and the name below, never cut: some names differ at their ends only."""
    return [
        Column(
            tr("Therapy, adoption"), words.brand_text, state=words.standing_state,
            below=lambda entry: entry.protocol.name,
            hint=lambda entry: f"{words.product_text(entry.protocol)}\n{words.signed_text(entry, zone)}",
        ),
    ]  # fmt: skip
