"""Two versions of a therapy side by side: what came, what went, what changed, and what was only read elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import ChoiceBox
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, phrase, tr
from crs_desktop.therapies.rules.differences import (
    ADDED,
    CHANGED,
    REMOVED,
    SOURCE,
    STRUCTURE,
    Difference,
    differences,
)
from crs_desktop.therapies.ui import words
from crs_desktop.therapies.ui.lines import plain_words

if TYPE_CHECKING:
    from crs_desktop.therapies.service import Version

# What changes what a patient gets is a triangle; where something was read, and how it is named, is a diamond.
_STATES = {
    ADDED: State.READY_BUT, REMOVED: State.READY_BUT, CHANGED: State.READY_BUT, SOURCE: State.READY,
    STRUCTURE: State.CANNOT_SAY,
}  # fmt: skip


class VersionsTab(QWidget):
    """Choose two, see what differs."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self._versions: dict[str, Version] = {}
        self.before, self.after = self._chooser(tr("Before")), self._chooser(tr("After"))
        self.count = PlainLabel("", "strong", wrap=True)
        self.table: RecordTable[Difference] = RecordTable(
            tr("Differences"), difference_columns(), lambda line: (line.path, line.kind),
            empty=phrase("therapies_ui_no_difference"), filter_hint=tr("Filter differences"), sortable=False,
        )  # fmt: skip
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        for at, (text, box) in enumerate(((tr("&Before"), self.before), (tr("Af&ter"), self.after))):
            label = PlainLabel(text, "body")
            label.setBuddy(box)
            grid.addWidget(label, at, 0)
            grid.addWidget(box, at, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(grid)
        column.addWidget(self.count)
        column.addWidget(self.table, 1)

    def show_versions(self, versions: Sequence[Version]) -> None:
        """Offer these; the choice stays when both are still there."""
        chosen = str(self.before.currentData() or ""), str(self.after.currentData() or "")
        self._versions = {one.protocol.fingerprint: one for one in versions}
        for box in (self.before, self.after):
            box.blockSignals(True)
            box.clear()
            for one in versions:
                box.addItem(words.version_text(one, self._zone), one.protocol.fingerprint)
        stay = all(name in self._versions for name in chosen) and all(chosen)
        for box, name in zip((self.before, self.after), chosen if stay else _usual(versions), strict=True):
            box.setCurrentIndex(max(0, box.findData(name)))
            box.blockSignals(False)
        self._compare()

    def compare(self, before: str, after: str) -> None:
        """Choose these two by fingerprint."""
        self.before.setCurrentIndex(self.before.findData(before))
        self.after.setCurrentIndex(self.after.findData(after))

    def _compare(self) -> None:
        one, two = (self._versions.get(str(box.currentData() or "")) for box in (self.before, self.after))
        found = differences(one.protocol, two.protocol) if one is not None and two is not None else ()
        self.table.show_records(found)
        self.count.setText(words.differences_text(found))

    def _chooser(self, name: str) -> ChoiceBox:
        box = ChoiceBox()
        box.setAccessibleName(name)
        box.currentIndexChanged.connect(lambda _at: self._compare())
        return box


def _usual(versions: Sequence[Version]) -> tuple[str, str]:
    """From what is in use to the shipped one; of one and the same, from the file below it or an earlier label."""
    used = next(one for one in versions if one.in_use)
    shipped = next(one for one in versions if one.shipped)
    if used is not shipped and used.protocol.based_on != shipped.protocol.fingerprint:
        return used.protocol.fingerprint, shipped.protocol.fingerprint
    below = shipped if used is not shipped else next((one for one in versions if one is not used), used)
    return below.protocol.fingerprint, used.protocol.fingerprint


def difference_columns() -> list[Column[Difference]]:
    """What differs, where, from what to what."""
    return [
        Column(tr("What"), lambda line: words.difference_word(line.kind), state=lambda line: _STATES[line.kind]),
        Column(tr("Where"), lambda line: plain_words(line.path), stretch=True, strong=True, hint=_in_full),
        Column(tr("Before"), lambda line: words.side_text(line, line.before, line.before_text), hint=_in_full),
        Column(tr("After"), lambda line: words.side_text(line, line.after, line.after_text), hint=_in_full),
    ]


def _in_full(line: Difference) -> str:
    before, after = (
        words.side_text(line, fact, text)
        for fact, text in ((line.before, line.before_text), (line.after, line.after_text))
    )
    return f"{line.path}\n{tr('Before')}: {before}\n{tr('After')}: {after}"
