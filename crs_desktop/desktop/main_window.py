"""The frame of the program: rail, top bar, banner, pages made when first shown, status line, one palette of actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from crs_desktop.desktop.banner import BannerArea
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.first_paint import first_painted
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import Action, PageEntry
from crs_desktop.desktop.rail import Rail
from crs_desktop.desktop.status_line import StatusLine
from crs_desktop.desktop.theme import load_more_fonts
from crs_desktop.desktop.words import PlainLabel, button, tr

if TYPE_CHECKING:
    from crs_desktop.desktop.palette import Finder, Palette


class MainWindow(QMainWindow):
    """Holds pages and actions it knows nothing about. `page_shown` carries the page's name, `closing` comes once."""

    page_shown = Signal(str)
    closing = Signal()

    def __init__(
        self,
        name: str,
        entries: Sequence[PageEntry],
        bridge: ChangeBridge | None = None,
        settings: QSettings | None = None,
    ) -> None:
        super().__init__()
        self.setWindowTitle(name)
        self._bridge = bridge
        self._settings = settings
        self._entries = {entry.name: entry for entry in entries}
        self._pages: dict[str, Page] = {}
        self._actions: dict[str, Action] = {}
        self._shown = ""
        self._palette: Palette | None = None
        self._finders: list[Finder] = []
        self.rail = Rail(entries)
        self.banners = BannerArea()
        self.status = StatusLine()
        self._stack = QStackedWidget()
        self._stack.addWidget(QWidget())  # a stack shows its first widget at once: it must not be a page
        self._title = PlainLabel("", "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._top_slot = QHBoxLayout()
        self._arrange()
        self.rail.chosen.connect(self.show_page)
        self._register_pages()
        self._restore()
        first_painted(self, load_more_fonts)

    # --- what bootstrap and pages use ---

    def show_page(self, name: str) -> Page:
        """Open a page, making it when this is the first time. Raises KeyError for an unknown name."""
        page = self.page(name)
        self._shown = name
        self.rail.mark(name)
        self._title.setText(page.title or self._entries[name].words)
        self._stack.setCurrentWidget(page)
        self.page_shown.emit(name)
        return page

    def page(self, name: str) -> Page:
        """The page of this name, made when needed but not shown."""
        if name not in self._pages:
            page = self._entries[name].make()
            self._pages[name] = page
            self._stack.addWidget(page)
            if self._bridge is not None:
                self._bridge.watch(page)
        return self._pages[name]

    def made_pages(self) -> dict[str, Page]:
        """The pages made so far."""
        return dict(self._pages)

    def current_page(self) -> str:
        """The name of the page now shown."""
        return self._shown

    def register(self, *actions: Action) -> None:
        """Make these reachable by key and palette. Raises ValueError for a name or key already taken."""
        for action in actions:
            taken = {other.key for other in self._actions.values() if other.key}
            if action.name in self._actions or action.key in taken:
                raise ValueError(f"the action {action.name} or its key {action.key} is taken")
            self._actions[action.name] = action
            if action.key:
                made = QAction(self)
                made.setText(action.words)
                made.setShortcut(QKeySequence(action.key))
                made.triggered.connect(lambda _on=False, one=action: self._do(one))
                self.addAction(made)

    def set_open(self, opened: bool) -> None:
        """Let people reach other pages and actions, or hold them here while there is nothing behind them."""
        self.rail.setEnabled(opened)
        self._finder.setEnabled(opened)
        for action in self.actions():
            action.setEnabled(opened)
        for shortcut in self.findChildren(QShortcut):
            shortcut.setEnabled(opened)

    def actions_known(self) -> list[Action]:
        """Every action, in the order of registration."""
        return list(self._actions.values())

    def add_to_top(self, widget: QWidget) -> None:
        """Put a button into the top bar, left of the palette's."""
        self._top_slot.addWidget(widget)

    def find_with(self, finder: Finder) -> None:
        """Let the box of the palette do something with the typed text itself."""
        self._finders.append(finder)

    def close_palette(self) -> None:
        """Nothing stands over the window any more."""
        if self._palette is not None:
            self._palette.close()

    def open_palette(self) -> Palette:
        """Show all actions."""
        if self._palette is not None:
            self._palette.close()
            self._palette.deleteLater()
        from crs_desktop.desktop.palette import Palette  # brings the tables along: not before the first picture

        self._palette = Palette(self.actions_known(), self, self._finders)
        corner = self.mapToGlobal(self.rect().center())
        self._palette.move(corner.x() - self._palette.width() // 2, self.mapToGlobal(self.rect().topLeft()).y() + 56)
        self._palette.open()
        self._palette.box.setFocus()
        return self._palette

    # --- how it is done ---

    def _do(self, action: Action) -> None:
        if action.can():
            action.run()

    def _arrange(self) -> None:
        top = QWidget()
        top.setObjectName("TopBar")
        top.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(top)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        self._finder = button(tr("Actions  Ctrl+K"), name=tr("All actions, Ctrl+K"))
        self._finder.clicked.connect(self.open_palette)
        row.addWidget(self._title, 1)
        row.addLayout(self._top_slot)
        row.addWidget(self._finder)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        for one in (top, self.banners):
            right.addWidget(one)
        right.addWidget(self._stack, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(right, 1)
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(self.status)
        self.setCentralWidget(frame)
        self.resize(1240, 800)

    def _register_pages(self) -> None:
        for number, entry in enumerate(self._entries.values(), start=1):
            self.register(
                Action(
                    f"page.{entry.name}",
                    tr("Go to {page}").format(page=entry.words),
                    lambda name=entry.name: self._go(name),  # type: ignore[misc]
                    f"Ctrl+{number % 10}" if number <= 10 else "",
                )
            )
            if number <= 10:
                shortcut = QShortcut(QKeySequence(f"Alt+{number % 10}"), self)
                shortcut.activated.connect(lambda name=entry.name: self._go(name))
        palette = QShortcut(QKeySequence("Ctrl+K"), self)
        palette.activated.connect(self.open_palette)

    def _go(self, name: str) -> None:
        """By key: the keyboard follows into the page, so that its own keys work at once."""
        self.show_page(name).take_keyboard()

    def _restore(self) -> None:
        if self._settings is not None:
            kept = self._settings.value("window/geometry")
            if isinstance(kept, QByteArray):
                self.restoreGeometry(kept)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._settings is not None:
            self._settings.setValue("window/geometry", self.saveGeometry())
        self.closing.emit()
        super().closeEvent(event)
