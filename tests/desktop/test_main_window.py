"""The frame: pages made when first shown, everything reached by keyboard, states of a page, one palette."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.error_presenter import ErrorPresenter
from crs_desktop.desktop.main_window import MainWindow
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.palette import Palette
from crs_desktop.desktop.protocols import Action, PageEntry
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import PlainLabel
from crs_desktop.kernel.changes import ChangeFeed, Topic
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no


class Shelf(Page):
    title = "Shelf"
    topics = frozenset({Topic.STOCK})

    def __init__(self, tasks: Tasks, lots: list[str]) -> None:
        super().__init__(tasks)
        self.lots = lots
        self.gate: threading.Event | None = None
        self.fails = False
        self.label = PlainLabel()
        self.body.addWidget(self.label)

    def read(self) -> list[str]:
        if self.gate is not None:
            self.gate.wait(5)
        if self.fails:
            raise EnvironmentFailure(no("desktop_failed"))
        return list(self.lots)

    def refresh(self) -> None:
        self.ask(self.read, self.show_lots)

    def show_lots(self, lots: list[str]) -> None:
        if lots:
            self.label.setText(", ".join(lots))
        else:
            self.show_empty("No lots yet", "Receive one.", ("&Receive", lambda: self.lots.append("B1")))


class House:
    """A window over one list, with real workers."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self.feed = ChangeFeed()
        self.bridge = ChangeBridge(self.feed)
        self.presenter = ErrorPresenter()
        self.tasks = Tasks(self.presenter.present)
        self.lots = ["B1"]
        self.made: list[str] = []
        self.window = MainWindow("crs_desktop", [self.entry("shelf"), self.entry("other")], self.bridge, settings)
        self.presenter.show_in(self.window.banners)

    def entry(self, name: str) -> PageEntry:
        def make() -> Page:
            self.made.append(name)
            return Shelf(self.tasks, self.lots)

        return PageEntry(name, name.title(), "stock", make)

    def shelf(self) -> Shelf:
        page = self.window.page("shelf")
        assert isinstance(page, Shelf)
        return page


@pytest.fixture
def house(qtbot: QtBot) -> Iterator[House]:
    made = House()
    qtbot.addWidget(made.window)
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    made.bridge.close()
    made.tasks.close()


def test_that_a_page_is_made_when_it_is_first_shown(house: House) -> None:
    assert house.made == []
    house.window.show_page("shelf")
    house.window.show_page("shelf")
    assert house.made == ["shelf"] and house.window.current_page() == "shelf"


def test_that_a_commit_reaches_the_shown_page_without_a_refresh_by_hand(qtbot: QtBot, house: House) -> None:
    house.window.show_page("shelf")
    qtbot.waitUntil(lambda: house.shelf().label.text() == "B1")
    house.lots.append("<b>B2</b>")
    threading.Thread(target=lambda: house.feed.publish(frozenset({Topic.STOCK}))).start()
    qtbot.waitUntil(lambda: house.shelf().label.text() == "B1, <b>B2</b>")


def test_that_a_slow_first_read_says_reading_and_a_later_one_keeps_the_picture(qtbot: QtBot, house: House) -> None:
    page = house.shelf()
    page.gate = threading.Event()
    house.window.show_page("shelf")
    qtbot.waitUntil(lambda: page.notice_text() == "Reading…")
    page.gate.set()
    qtbot.waitUntil(lambda: page.label.text() == "B1" and page.notice_text() == "")
    page.gate.clear()
    house.feed.publish(frozenset({Topic.STOCK}))
    qtbot.wait(350)
    assert page.notice_text() == "" and page.label.text() == "B1"
    page.gate.set()


def test_that_a_failed_read_is_said_and_retry_brings_the_page(qtbot: QtBot, house: House) -> None:
    page = house.shelf()
    page.fails = True
    house.window.show_page("shelf")
    qtbot.waitUntil(lambda: page.notice_text() == "This could not be read." and bool(house.window.banners.banners()))
    page.fails = False
    retry = house.window.banners.banners()[0].retry_button
    assert retry is not None
    qtbot.mouseClick(retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.label.text() == "B1" and page.notice_text() == "")


def test_that_a_failed_re_read_keeps_the_old_picture_and_calls_it_not_fresh(qtbot: QtBot, house: House) -> None:
    page = house.shelf()
    house.window.show_page("shelf")
    qtbot.waitUntil(lambda: page.label.text() == "B1")
    page.fails = True
    house.feed.publish(frozenset({Topic.STOCK}))
    qtbot.waitUntil(lambda: page.stale_text() == "This could not be read.")
    assert page.label.text() == "B1" and page.notice_text() == "" and page.stale
    page.fails = False
    house.feed.publish(frozenset({Topic.STOCK}))
    qtbot.waitUntil(lambda: page.stale_text() == "" and not page.stale)


def test_that_an_empty_page_offers_the_first_thing_to_do(qtbot: QtBot, house: House) -> None:
    house.lots.clear()
    page = house.shelf()
    house.window.show_page("shelf")
    qtbot.waitUntil(lambda: page.notice_text() == "No lots yet\nReceive one.")
    offered = next(one for one in page.findChildren(QPushButton) if one.accessibleName() == "Receive")
    qtbot.mouseClick(offered, Qt.MouseButton.LeftButton)
    assert house.lots == ["B1"]


def test_that_only_the_newest_answer_is_shown(qtbot: QtBot, house: House) -> None:
    page, told = house.shelf(), []
    gate = threading.Event()
    page.ask(lambda: gate.wait(30) and "old", told.append, pool="paper")
    page.ask(lambda: "new", told.append)
    assert told == []
    gate.set()
    qtbot.waitUntil(lambda: told == ["new"])
    qtbot.wait(30)
    assert told == ["new"]


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier])
def test_that_pages_open_by_number_key(qtbot: QtBot, house: House, modifier: Qt.KeyboardModifier) -> None:
    house.window.show_page("shelf")
    qtbot.keyClick(house.window, Qt.Key.Key_2, modifier)
    assert house.window.current_page() == "other"


def test_that_the_rail_is_walked_by_arrows(qtbot: QtBot, house: House) -> None:
    house.window.show_page("shelf")
    house.window.activateWindow()
    house.window.rail.button("shelf").setFocus()
    qtbot.keyClick(house.window.rail.button("shelf"), Qt.Key.Key_Down)
    qtbot.keyClick(house.window.rail.button("other"), Qt.Key.Key_Return)
    assert house.window.current_page() == "other"


def test_that_the_palette_narrows_and_does_by_keyboard(qtbot: QtBot, house: House) -> None:
    done: list[str] = []
    house.window.register(
        Action("dose", "Record a dose <b>given</b>", lambda: done.append("dose"), "Ctrl+D"),
        Action("print", "Print the day", lambda: done.append("print"), "Ctrl+P"),
        Action("never", "Print nothing", lambda: done.append("never"), can=lambda: False),
    )
    qtbot.keyClick(house.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = house.window.findChild(Palette)
    assert palette is not None and palette.isVisible()
    assert [one.words for one in palette.list.model.records()][:2] == ["Go to Shelf", "Go to Other"]
    qtbot.keyClicks(palette.box, "print")
    assert [one.words for one in palette.list.model.records()] == ["Print the day"]
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert done == ["print"] and not palette.isVisible()
    qtbot.keyClick(house.window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert done == ["print", "dose"]


def test_that_the_palette_moves_by_arrows_and_says_when_nothing_matches(qtbot: QtBot, house: House) -> None:
    palette = house.window.open_palette()
    qtbot.keyClick(palette.box, Qt.Key.Key_Down)
    chosen = palette.list.current()
    assert chosen is not None and chosen.words == "Go to Other"
    qtbot.keyClicks(palette.box, "zzz")
    assert "“zzz”" in palette.list.view.accessibleDescription()
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    qtbot.keyClick(palette, Qt.Key.Key_Escape)
    assert not palette.isVisible() and house.window.current_page() == ""


def test_that_two_actions_cannot_share_a_name_or_a_key(house: House) -> None:
    house.window.register(Action("a", "A", lambda: None, "Ctrl+J"))
    for other in (Action("a", "B", lambda: None), Action("b", "B", lambda: None, "Ctrl+J")):
        with pytest.raises(ValueError, match="taken"):
            house.window.register(other)


def test_that_every_slot_of_the_status_line_says_its_words(house: House) -> None:
    house.window.status.say("store", "Store: <i>demo</i>")
    house.window.status.say("encryption", "not encrypted", State.READY_BUT)
    assert house.window.status.text("store") == "Store: <i>demo</i>"
    assert house.window.status.text("encryption") == "not encrypted"
    with pytest.raises(KeyError):
        house.window.status.say("weather", "sunny")


def test_that_the_window_remembers_its_place_only_in_the_settings_it_was_given(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    first = House(settings)
    qtbot.addWidget(first.window)
    first.window.show()
    first.window.resize(700, 500)
    with qtbot.waitSignal(first.window.closing, timeout=500):
        first.window.close()
    second = House(settings)
    qtbot.addWidget(second.window)
    assert (second.window.width(), second.window.height()) == (700, 500)
    forgetful = House()
    qtbot.addWidget(forgetful.window)
    assert forgetful.window.width() == 1240
    for one in (first, second, forgetful):
        one.bridge.close()
