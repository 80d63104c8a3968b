"""The page of the therapy library: which protocols there are, who signed for them, and every fact with its source."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import SecondLook, SecondPerson, signed_by_two
from crs_desktop.desktop.record_model import Column
from crs_desktop.desktop.record_table import RecordTable
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State, row_height, text_percent
from crs_desktop.desktop.words import PlainLabel, button, heading, message, phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.therapies.ui import words
from crs_desktop.therapies.ui.form import FactList, adopt_dialog, blind_entries
from crs_desktop.therapies.ui.words import MonographLine

if TYPE_CHECKING:
    from crs_desktop.therapies.service import AdoptTherapy, LibraryEntry, TherapyLibrary


class TherapiesPage(Page):
    """The library, a readable monograph of the chosen protocol, and the act of adopting it."""

    title = "Therapies"
    topics = frozenset({Topic.THERAPIES})

    def __init__(
        self,
        tasks: Tasks,
        library: TherapyLibrary,
        zone: ZoneInfo,
        actor: Callable[[], Actor],
        second: SecondPerson[Asked, SecondSignature] | None = None,
    ) -> None:
        super().__init__(tasks)
        self._second = second
        self._library = library
        self._zone = zone
        self._actor = actor
        self._shown = ""
        self._make_tables()
        self.head = heading()
        self.summary = PlainLabel("", "body", wrap=True)
        self.detail = message()
        self.adopt_button = button(tr("&Adopt…"), "main", hint=tr("Sign for the chosen protocol"))
        self.adopt_button.clicked.connect(self.open_adopt)
        self.only_open = QCheckBox(tr("&Only what is unverified or unknown"))
        self.only_open.toggled.connect(lambda on: self.facts.model.set_wanted(_is_open if on else None))
        self.body.addWidget(self.protocols)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.head, 1)
        top.addWidget(self.adopt_button)
        self.body.addLayout(top)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.only_open)
        self.body.addWidget(self.facts, 1)
        self.body.addWidget(self.detail)

    def refresh(self) -> None:
        self.ask(self._library.entries, self._show)

    def open_adopt(self) -> None:
        """Two people sign for the chosen protocol. One request id for the life of the form."""
        entry = self.protocols.current()
        if entry is None:
            return
        protocol, request_id = entry.protocol, uuid4().hex
        dialog = adopt_dialog(entry, self)

        def command(typed: dict[str, str]) -> AdoptTherapy:
            from crs_desktop.therapies.service import AdoptTherapy  # brings the database library: on the worker only

            checked = tuple(path for path in typed.get("checked", "").split("\n") if path)
            return AdoptTherapy(
                request_id, protocol.id, protocol.fingerprint, typed["pharmacist"], typed["has_read"] == "yes",
                checked, typed["note"],
            )  # fmt: skip

        def send(typed: dict[str, str]) -> None:
            look: SecondLook[Asked, SecondSignature] = SecondLook(
                tr("adopt a protocol"), phrase("therapies_ui_second"), blind_entries(),
                lambda: self._library.asked(command(typed)),
                lambda second: self._library.adopt(command(typed), self._actor(), second),
                (words.product_text(protocol),), lambda: FactList(protocol),
            )  # fmt: skip
            signed_by_two(self._second, self.tasks, dialog, look)

        dialog.submitted.connect(send)
        dialog.open()
        dialog.form.focus_first()

    def _show(self, entries: list[LibraryEntry]) -> None:
        if not entries:
            self.show_empty(tr("The library is empty"), tr("No protocol file was found beside the program."))
            return
        self.protocols.show_records(entries)
        if self.protocols.current() is None:
            self.protocols.choose(entries[0].protocol.id)
        self._show_protocol()

    def _show_protocol(self) -> None:
        entry = self.protocols.current()
        self.adopt_button.setEnabled(entry is not None)
        if entry is None:
            self.head.setText(tr("Choose a protocol to read it"))
            self.summary.setText("")
            self.facts.show_records([])
            return
        self.head.setText(words.product_text(entry.protocol))
        self.summary.setText(words.summary_text(entry))
        self.facts.show_records(words.monograph(entry, self._zone))
        if self._shown != entry.protocol.fingerprint:
            self._shown = entry.protocol.fingerprint
            self.facts.view.scrollToTop()
            self.facts.view.clearSelection()
        self._show_detail()

    def _show_detail(self) -> None:
        line = self.facts.current()
        self.detail.setText(line.detail if line is not None else tr("Choose a fact to read it in full."))

    def _make_tables(self) -> None:
        self.protocols: RecordTable[LibraryEntry] = RecordTable(
            tr("Protocols"), protocol_columns(self._zone), lambda entry: entry.protocol.id
        )
        self.facts: RecordTable[MonographLine] = RecordTable(
            tr("Facts of the chosen protocol"), fact_columns(), lambda line: line.key,
            empty=tr("Nothing here is unverified or unknown."), filter_hint=tr("Filter facts"), sortable=False,
        )  # fmt: skip
        self._size_tables()
        self.protocols.chosen.connect(self._show_protocol)
        self.protocols.opened.connect(self.open_adopt)
        self.facts.chosen.connect(self._show_detail)

    def _size_tables(self) -> None:
        self.protocols.setFixedHeight(round(row_height() * 5.6))
        self.facts.setMinimumHeight(row_height() * 9)
        self.facts.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "facts"):
            self._size_tables()  # the text size was changed while the page is open


def protocol_columns(zone: ZoneInfo) -> list[Column[LibraryEntry]]:
    """The library."""
    return [
        Column(
            tr("Therapy"), lambda entry: entry.protocol.name, strong=True, stretch=True,
            below=lambda entry: f"{entry.protocol.brand}, {words.kind_text(entry.protocol)}",
        ),
        Column(
            tr("Label"), lambda entry: entry.protocol.label_revision, below=lambda entry: entry.protocol.jurisdiction
        ),
        Column(
            tr("Adoption"), words.adopted_text, below=lambda entry: words.signed_text(entry, zone),
            state=lambda entry: State.READY_BUT if entry.adoption is None else State.READY,
        ),
        Column(
            tr("Open facts"), lambda entry: str(len(entry.unverified)), "right", lambda entry: len(entry.unverified),
            strong=True, below=lambda entry: tr("of {all}").format(all=len(entry.protocol.facts())),
        ),
    ]  # fmt: skip


def fact_columns() -> list[Column[MonographLine]]:
    """The monograph; in large text the name of a fact stands before its value, so that both can be read."""
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


def _is_open(line: MonographLine) -> bool:
    return line.open
