"""The head of a monograph: which product, which label, who signed for it, and what must never be given in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crs_desktop.desktop.fields import ChoiceBox
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel, StateBadge, button, heading, keep_hidden, phrase, tr
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.ui import words

if TYPE_CHECKING:
    from crs_desktop.therapies.service import LibraryEntry


class TitleBlock(QWidget):
    """Name, class, label and adoption; `version_chosen` when another version is to be read."""

    version_chosen = Signal()

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self.head = heading()
        self.about = PlainLabel("", "soft", wrap=True)
        self.standing = StateBadge()
        self.signed = PlainLabel("", "body", wrap=True)
        self.summary = PlainLabel("", "body", wrap=True)
        self.reading = ChoiceBox()
        self.reading.setAccessibleName(tr("Version that is read"))
        self.reading.currentIndexChanged.connect(lambda _at: self.version_chosen.emit())
        self.adopt_button = button(tr("&Adopt…"), "main", hint=tr("Sign for the shipped version"))
        self.swap, self._swap_badge, self._swap_text = _swap_bar()
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.head, 1)
        top.addWidget(self.adopt_button, 0, Qt.AlignmentFlag.AlignTop)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.standing, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.signed, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.about)
        column.addLayout(line)
        column.addWidget(self.swap)
        column.addWidget(self.summary)
        column.addWidget(self.reading)

    def show_entry(self, entry: LibraryEntry, names: Mapping[str, str]) -> None:
        """About this therapy; `names` says the products of the library by id."""
        protocol = entry.protocol
        self.head.setText(words.product_text(protocol))
        self.about.setText(words.about_text(protocol))
        state = words.standing_state(entry)
        self.standing.set_shape(state, words.standing_text(entry))
        self.signed.setText(words.adoption_line(entry, self._zone))
        self.summary.setText(words.summary_text(entry))
        self.show_swap([names.get(name, name) for name in protocol.never_swap])
        self._offer([protocol, entry.shipped] if entry.waiting else [protocol], entry)

    def show_swap(self, names: Sequence[str]) -> None:
        """The warning bar; none when there is nothing to be confused with."""
        text = phrase("therapies_ui_swap", names=", ".join(names)) if names else ""
        self._swap_text.setText(text)
        self._swap_badge.set_shape(State.SHORT if text else None, tr("never swap"))
        keep_hidden(self.swap, not text)

    def swap_text(self) -> str:
        """What the warning says; '' when there is none."""
        return self._swap_text.text()

    def show_nothing(self) -> None:
        """No therapy is chosen."""
        for label in (self.about, self.signed, self.summary):
            label.setText("")
        self.head.setText(tr("Choose a therapy to read it"))
        self.standing.set_state(None)
        self.show_swap(())
        self._offer([], None)

    def version(self) -> str:
        """The fingerprint of the version to be read; '' when none."""
        return str(self.reading.currentData() or "")

    def _offer(self, versions: Sequence[Protocol], entry: LibraryEntry | None) -> None:
        """Which versions can be read. What was being read stays so when it is still there."""
        before = self.version()
        self.reading.blockSignals(True)
        self.reading.clear()
        for protocol in versions:
            assert entry is not None
            self.reading.addItem(words.version_in_use_text(entry, protocol), protocol.fingerprint)
        self.reading.setCurrentIndex(max(0, self.reading.findData(before)))
        self.reading.blockSignals(False)
        keep_hidden(self.reading, len(versions) < 2)


def _swap_bar() -> tuple[QWidget, StateBadge, PlainLabel]:
    bar = QWidget()
    bar.setObjectName("Banner")
    bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    badge, text = StateBadge(), PlainLabel("", "wrong", wrap=True)
    row = QHBoxLayout(bar)
    row.setContentsMargins(10, 6, 10, 6)
    row.setSpacing(8)
    row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(text, 1)
    return bar, badge, text
