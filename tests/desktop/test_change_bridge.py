"""What changes in the store is re-read by the pages that can be seen, and remembered by those that cannot."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from crs_desktop.desktop.change_bridge import ChangeBridge, ListeningWidget
from crs_desktop.kernel.changes import ChangeFeed, Topic


class Watcher(ListeningWidget):
    topics = frozenset({Topic.STOCK, Topic.DOSES})

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[str] = []

    def refresh(self) -> None:
        self.reads.append(threading.current_thread().name)


@pytest.fixture
def feed() -> ChangeFeed:
    return ChangeFeed()


@pytest.fixture
def bridge(qtbot: QtBot, feed: ChangeFeed) -> Iterator[ChangeBridge]:
    made = ChangeBridge(feed)
    yield made
    made.close()


def shown(qtbot: QtBot, bridge: ChangeBridge) -> Watcher:
    page = Watcher()
    qtbot.addWidget(page)
    bridge.watch(page)
    page.show()
    assert page.reads == [threading.main_thread().name]  # the first show reads
    page.reads.clear()
    return page


def from_a_worker(feed: ChangeFeed, *topics: Topic, times: int = 1) -> None:
    def publish() -> None:
        for _ in range(times):
            feed.publish(frozenset(topics))

    thread = threading.Thread(target=publish)
    thread.start()
    thread.join()


def test_that_many_announcements_become_one_re_read_on_the_windows_thread(
    qtbot: QtBot, feed: ChangeFeed, bridge: ChangeBridge
) -> None:
    page = shown(qtbot, bridge)
    from_a_worker(feed, Topic.STOCK, times=50)
    from_a_worker(feed, Topic.DOSES, times=50)
    assert page.reads == []
    qtbot.waitUntil(lambda: bool(page.reads))
    qtbot.wait(20)
    assert page.reads == [threading.main_thread().name]


def test_that_a_page_is_not_disturbed_by_topics_it_does_not_live_from(
    qtbot: QtBot, feed: ChangeFeed, bridge: ChangeBridge
) -> None:
    page = shown(qtbot, bridge)
    feed.publish(frozenset({Topic.PAPER}))
    qtbot.wait(20)
    assert page.reads == [] and not page.stale


def test_that_a_hidden_page_re_reads_once_when_it_is_shown(
    qtbot: QtBot, feed: ChangeFeed, bridge: ChangeBridge
) -> None:
    page = shown(qtbot, bridge)
    page.hide()
    for _ in range(3):
        feed.publish(frozenset({Topic.STOCK}))
        qtbot.wait(5)
    assert page.stale and page.reads == []
    page.show()
    assert len(page.reads) == 1 and not page.stale
    page.hide()
    page.show()
    assert len(page.reads) == 1


def test_that_a_page_that_is_gone_is_forgotten(qtbot: QtBot, feed: ChangeFeed, bridge: ChangeBridge) -> None:
    gone: QWidget = Watcher()
    bridge.watch(gone)  # type: ignore[arg-type]
    page = shown(qtbot, bridge)
    delete(gone)
    feed.publish(frozenset({Topic.STOCK}))
    qtbot.waitUntil(lambda: len(page.reads) == 1)


def test_that_one_broken_page_does_not_keep_the_next_one_stale(
    qtbot: QtBot, feed: ChangeFeed, bridge: ChangeBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Watcher):
        def refresh(self) -> None:
            if self.reads:
                raise RuntimeError
            super().refresh()

    caught: list[type[BaseException]] = []
    broken = Broken()
    qtbot.addWidget(broken)
    bridge.watch(broken)
    broken.show()
    page = shown(qtbot, bridge)
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: caught.append(kind))
    feed.publish(frozenset({Topic.STOCK}))
    qtbot.waitUntil(lambda: len(page.reads) == 1)
    assert caught == [RuntimeError]


def test_that_a_closed_bridge_hears_nothing(qtbot: QtBot, feed: ChangeFeed, bridge: ChangeBridge) -> None:
    page = shown(qtbot, bridge)
    bridge.close()
    feed.publish(frozenset({Topic.STOCK}))
    qtbot.wait(20)
    assert page.reads == []
