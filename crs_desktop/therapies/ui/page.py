"""The page of the therapy library: a list, and the chosen product as monograph, facts, versions and cases."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import SecondLook, SecondPerson, signed_by_two
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import row_height, scaled, text_percent
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.proposals import Proposal
from crs_desktop.therapies.ui import words
from crs_desktop.therapies.ui.cases_tab import CasesTab
from crs_desktop.therapies.ui.facts_tab import FactsTab
from crs_desktop.therapies.ui.form import AdoptDialog, FactList, blind_entries
from crs_desktop.therapies.ui.library_list import LibraryList
from crs_desktop.therapies.ui.monograph_tab import MonographTab
from crs_desktop.therapies.ui.title_block import TitleBlock
from crs_desktop.therapies.ui.versions_tab import VersionsTab

if TYPE_CHECKING:
    from crs_desktop.therapies.service import AdoptTherapy, LibraryEntry, TherapyLibrary, Version

MONOGRAPH, FACTS, VERSIONS, CASES = range(4)


class TherapiesPage(Page):
    """The library, the chosen product in four tabs, and the act of adopting it."""

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
        self._second, self.library, self._actor = second, library, actor
        self._names: dict[str, str] = {}
        self.list = LibraryList(zone)
        self.protocols = self.list.table
        self.block = TitleBlock(zone)
        self.monograph, self.all_facts = MonographTab(zone), FactsTab(zone)
        self.versions, self.cases = VersionsTab(zone), CasesTab(tasks)
        self.facts, self.detail, self.only_open = self.all_facts.facts, self.all_facts.detail, self.all_facts.only_open
        self.head, self.summary, self.adopt_button = self.block.head, self.block.summary, self.block.adopt_button
        self._dirty: set[int] = set()
        self._make_tabs()
        self._connect()

    def refresh(self) -> None:
        self.ask(self.library.entries, self._show)

    # --- what can be done ---

    def open_adopt(self, path: str = "") -> None:
        """Two people sign for the shipped version of the chosen therapy; with a path its value is changed first."""
        entry = self.protocols.current()
        if entry is not None:
            ask = partial(self.library.proposal, entry.protocol.id)
            self.tasks.run(ask, lambda proposal: self._open_adopt(proposal, path), self)

    def _open_adopt(self, proposal: Proposal, path: str) -> None:
        protocol = proposal.protocol
        dialog = AdoptDialog(proposal, self.tasks, partial(self.library.changed, protocol.id), self)
        dialog.submitted.connect(lambda typed: self._send(dialog, protocol, typed))
        dialog.open()
        dialog.form.focus_first()
        if path:
            dialog.open_change(path)

    def _send(self, dialog: AdoptDialog, protocol: Protocol, typed: dict[str, str]) -> None:
        request_id, rules = dialog.request_id, dialog.site_rules()

        def command() -> AdoptTherapy:
            from crs_desktop.therapies.service import AdoptTherapy  # brings the database library: on the worker only

            checked = tuple(path for path in typed.get("checked", "").split("\n") if path)
            return AdoptTherapy(
                request_id, protocol.id, protocol.fingerprint, typed["pharmacist"], typed["has_read"] == "yes",
                checked, typed["note"], rules,
            )  # fmt: skip

        def material() -> QWidget:
            changed = self.library.changed(protocol.id, rules)
            return FactList(protocol if isinstance(changed, Refused) else changed)

        look: SecondLook[Asked, SecondSignature] = SecondLook(
            tr("adopt a protocol"), phrase("therapies_ui_second"), blind_entries(),
            lambda: self.library.asked(command()),
            lambda second: self.library.adopt(command(), self._actor(), second),
            (words.product_text(protocol),), material,
        )  # fmt: skip
        signed_by_two(self._second, self.tasks, dialog, look)

    # --- what is shown ---

    def _show(self, entries: list[LibraryEntry]) -> None:
        if not entries:
            self.show_empty(tr("The library is empty"), tr("No protocol file was found beside the program."))
            return
        self._names = {entry.protocol.id: words.product_text(entry.protocol) for entry in entries}
        self.protocols.show_records(entries)
        if self.protocols.current() is None:
            self.protocols.choose(entries[0].protocol.id)
        self._show_protocol()

    def _show_protocol(self) -> None:
        entry = self.protocols.current()
        self.adopt_button.setEnabled(entry is not None)
        if entry is None:
            self.block.show_nothing()
            self.monograph.show_nothing()
            self.all_facts.show_nothing()
            return
        self.block.show_entry(entry, self._names)
        self._show_version()
        if VERSIONS not in self._dirty and self.tabs.currentIndex() == VERSIONS:
            self._show_tab(VERSIONS)

    def _show_version(self) -> None:
        """The version that is to be read has changed: each tab is filled when it is looked at."""
        read = self._chosen()
        if read is None:
            return
        self._dirty = {MONOGRAPH, FACTS, VERSIONS, CASES}
        self._show_tab(self.tabs.currentIndex())

    def _show_tab(self, at: int) -> None:
        read, entry = self._chosen(), self.protocols.current()
        if read is None or entry is None or at not in self._dirty:
            return
        self._dirty.discard(at)
        if at == MONOGRAPH:
            self.monograph.show_version(*read)
        elif at == FACTS:
            self.all_facts.show_version(*read)
        elif at == CASES:
            self.cases.about(read[0].fingerprint, partial(self.library.cases, read[0]))
        else:
            ask = partial(self.library.versions, entry.protocol.id)
            self.tasks.run(ask, partial(self._show_versions, entry.protocol.id), self)

    def _show_versions(self, therapy_id: str, versions: list[Version]) -> None:
        entry = self.protocols.current()
        if entry is not None and entry.protocol.id == therapy_id:
            self.versions.show_versions(versions)

    def _chosen(self) -> tuple[Protocol, Adoption | None] | None:
        """The version that is read, with the signature under it."""
        entry = self.protocols.current()
        if entry is None:
            return None
        if self.block.version() == entry.shipped.fingerprint != entry.protocol.fingerprint:
            return entry.shipped, None
        return entry.protocol, entry.adoption

    # --- how it is set up ---

    def _make_tabs(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("The chosen therapy"))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for page, name in (
            (self.monograph, tr("&Monograph")), (self.all_facts, tr("All &facts")), (self.versions, tr("&Versions")),
            (self.cases, tr("Ca&ses")),
        ):  # fmt: skip
            self.tabs.addTab(page, name)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.block)
        column.addWidget(self.tabs, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.list)
        self.split.addWidget(right)
        self.split.setStretchFactor(1, 1)
        self.body.addWidget(self.split, 1)
        self._fit()

    def _connect(self) -> None:
        self.protocols.chosen.connect(self._show_protocol)
        self.protocols.opened.connect(lambda: self.monograph.view.setFocus(Qt.FocusReason.OtherFocusReason))
        self.block.version_chosen.connect(self._show_version)
        self.adopt_button.clicked.connect(lambda: self.open_adopt())
        self.all_facts.change_asked.connect(self.open_adopt)
        self.tabs.currentChanged.connect(self._show_tab)

    def _fit(self) -> None:
        """Large text leaves no room for two columns: then the list stands above."""
        large = text_percent() > 140
        self.split.setOrientation(Qt.Orientation.Vertical if large else Qt.Orientation.Horizontal)
        self.list.setMinimumHeight(row_height() * 5)
        self.tabs.setMinimumHeight(row_height() * 9)
        self.split.setSizes([row_height() * 6, row_height() * 16] if large else [scaled(290), scaled(760)])

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "split"):
            self._fit()  # the text size was changed while the page is open
