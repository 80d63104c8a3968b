"""A page of pages: one place in the rail with several tabs, each made when it is first looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import PageEntry
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.kernel.changes import Topic


class TabbedPage(Page):
    """Tabs over whole pages. It hears every topic and tells those pages which live from it."""

    topics = frozenset(Topic)

    def __init__(self, tasks: Tasks, name: str, entries: Sequence[PageEntry]) -> None:
        super().__init__(tasks)
        self.title = name
        self.setAccessibleName(name)
        self._entries = list(entries)
        self._made: dict[str, Page] = {}
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(name)
        self.tabs.setObjectName("RoomTabs")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self._columns: list[QVBoxLayout] = []
        for entry in self._entries:
            holder = QWidget()
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            self._columns.append(column)
            self.tabs.addTab(holder, entry.words)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.tabs, 1)
        self.show_content()
        self.tabs.currentChanged.connect(self._show_tab)

    def page(self, name: str) -> Page:
        """The page of a tab, made when needed but not shown. Raises KeyError for an unknown name."""
        if name not in self._made:
            place = self._place(name)
            made = self._entries[place].make()
            self._made[name] = made
            self._columns[place].addWidget(made)
            made.show()  # a layout would do it later, and what is shown later is read later
        return self._made[name]

    def show_tab(self, name: str) -> Page:
        """Open a tab. Raises KeyError for an unknown name."""
        self.tabs.setCurrentIndex(self._place(name))
        return self.page(name)

    def topics_changed(self, topics: frozenset[Topic]) -> None:
        for page in self._made.values():
            if concerned := page.topics & topics:
                page.topics_changed(concerned)

    def take_keyboard(self) -> None:
        """The page of the tab takes it."""
        self._current().take_keyboard()

    def showEvent(self, event: QShowEvent) -> None:
        self._current()
        super().showEvent(event)

    def _show_tab(self, _place: int) -> None:
        page = self._current()
        if self.isVisible() and not self.tabs.tabBar().hasFocus():
            page.take_keyboard()

    def _current(self) -> Page:
        return self.page(self._entries[self.tabs.currentIndex()].name)

    def _place(self, name: str) -> int:
        names = [entry.name for entry in self._entries]
        if name not in names:
            raise KeyError(name)
        return names.index(name)
