"""A page of pages: tabs are made late, hear only what concerns them, and give the keyboard on."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.page import Page
from crs_desktop.desktop.protocols import PageEntry
from crs_desktop.desktop.tabbed_page import TabbedPage
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.kernel.changes import Topic


class _Inner(Page):
    def __init__(self, tasks: Tasks, topic: Topic) -> None:
        super().__init__(tasks)
        self.topics = frozenset({topic})
        self.asked = 0
        self.line = QLineEdit()
        self.body.addWidget(self.line)
        self.show_content()

    def refresh(self) -> None:
        self.asked += 1


@pytest.fixture
def room(qtbot: QtBot) -> TabbedPage:
    tasks = Tasks(inline=True)
    entries = [
        PageEntry("shelf", "&Shelf", "stock", lambda: _Inner(tasks, Topic.STOCK)),
        PageEntry("orders", "&Orders", "stock", lambda: _Inner(tasks, Topic.POLICY)),
    ]
    made = TabbedPage(tasks, "Stock", entries)
    qtbot.addWidget(made)
    return made


def inner(room: TabbedPage, name: str) -> _Inner:
    page = room.page(name)
    assert isinstance(page, _Inner)
    return page


def test_that_a_tab_is_made_when_it_is_looked_at(room: TabbedPage, qtbot: QtBot) -> None:
    with qtbot.waitExposed(room):
        room.show()
    assert inner(room, "shelf").asked == 1
    assert list(room._made) == ["shelf"]
    room.show_tab("orders")
    assert inner(room, "orders").asked == 1


def test_that_a_topic_reaches_the_pages_that_live_from_it(room: TabbedPage, qtbot: QtBot) -> None:
    with qtbot.waitExposed(room):
        room.show()
    room.show_tab("orders")
    room.topics_changed(frozenset({Topic.STOCK}))
    shelf, orders = inner(room, "shelf"), inner(room, "orders")
    assert (shelf.asked, shelf.stale, orders.asked) == (1, True, 1)
    room.topics_changed(frozenset({Topic.POLICY}))
    assert orders.asked == 2
    room.show_tab("shelf")
    assert (shelf.asked, shelf.stale) == (2, False)


def test_that_an_unknown_tab_is_a_defect(room: TabbedPage) -> None:
    with pytest.raises(KeyError):
        room.show_tab("nobody")


def test_that_the_shown_page_takes_the_keyboard(room: TabbedPage, qtbot: QtBot) -> None:
    with qtbot.waitExposed(room):
        room.show()
    room.activateWindow()
    qtbot.waitUntil(room.isActiveWindow)
    room.show_tab("orders")
    room.take_keyboard()
    qtbot.waitUntil(lambda: inner(room, "orders").line.hasFocus())
