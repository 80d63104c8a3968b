"""The one door off the window's thread: order, errors, owners that are gone, closing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from crs_desktop.desktop.tasks import Tasks


class Heard:
    """Stands where the presenter stands."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self.retries: list[Callable[[], None] | None] = []

    def __call__(self, error: BaseException, retry: Callable[[], None] | None = None) -> None:
        self.errors.append(error)
        self.retries.append(retry)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def tasks(qtbot: QtBot, heard: Heard) -> Iterator[Tasks]:
    made = Tasks(heard)
    yield made
    made.close()


def test_that_work_leaves_the_windows_thread_and_the_answer_comes_home(qtbot: QtBot, tasks: Tasks) -> None:
    at: list[str] = []
    tasks.run(lambda: threading.current_thread().name, lambda name: at.extend((name, threading.current_thread().name)))
    qtbot.waitUntil(lambda: len(at) == 2)
    assert at[0].startswith("store") and at[1] == threading.main_thread().name


def test_that_the_store_worker_keeps_the_order_given(qtbot: QtBot, tasks: Tasks) -> None:
    done: list[int] = []
    told: list[int] = []

    def work(number: int) -> int:
        time.sleep(0.02 if number == 0 else 0)
        done.append(number)
        return number

    for number in range(30):
        tasks.run(lambda number=number: work(number), told.append)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(told) == 30)
    assert done == told == list(range(30))


def test_that_the_store_pool_has_one_worker_and_paper_two(qtbot: QtBot, tasks: Tasks) -> None:
    together = threading.Barrier(2)
    met: list[int] = []
    for _ in range(2):
        tasks.run(lambda: together.wait(5), met.append, pool="paper")
    qtbot.waitUntil(lambda: len(met) == 2)
    names: set[str] = set()
    tasks.run(lambda: names.add(threading.current_thread().name))
    tasks.run(lambda: names.add(threading.current_thread().name), lambda _none: met.append(0))
    qtbot.waitUntil(lambda: len(met) == 3)
    assert len(names) == 1


def test_that_an_exception_reaches_the_presenter_and_retry_asks_again(qtbot: QtBot, tasks: Tasks, heard: Heard) -> None:
    told: list[str] = []
    tries: list[int] = []

    def work() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("disk")
        return "good"

    tasks.run(work, told.append)
    qtbot.waitUntil(lambda: bool(heard.errors))
    retry = heard.retries[0]
    assert isinstance(heard.errors[0], OSError) and told == [] and retry is not None
    retry()
    qtbot.waitUntil(lambda: told == ["good"])


def test_that_failed_takes_the_exception_before_the_presenter(qtbot: QtBot, tasks: Tasks, heard: Heard) -> None:
    caught: list[BaseException] = []
    tasks.run(lambda: 1 // 0, failed=caught.append)
    qtbot.waitUntil(lambda: bool(caught))
    assert heard.errors == []


def test_that_an_answer_for_an_owner_that_is_gone_is_dropped(qtbot: QtBot, tasks: Tasks) -> None:
    owner, told, gate = QWidget(), [], threading.Event()
    tasks.run(lambda: gate.wait(5), told.append, owner)
    delete(owner)
    gate.set()
    after: list[int] = []
    tasks.run(lambda: 1, after.append)
    qtbot.waitUntil(lambda: after == [1])
    assert told == []


def test_that_a_failure_is_said_even_when_its_owner_is_gone(qtbot: QtBot, tasks: Tasks, heard: Heard) -> None:
    owner, gate = QObject(), threading.Event()

    def work() -> None:
        gate.wait(5)
        raise OSError

    tasks.run(work, None, owner)
    delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: len(heard.errors) == 1)


def test_that_a_dropped_ticket_hides_its_answer(qtbot: QtBot, tasks: Tasks) -> None:
    gate, told = threading.Event(), []
    ticket = tasks.run(lambda: gate.wait(5), told.append)
    ticket.drop()
    gate.set()
    after: list[int] = []
    tasks.run(lambda: 1, after.append)
    qtbot.waitUntil(lambda: after == [1])
    assert told == []


def test_that_a_widget_held_by_its_work_is_let_go_on_the_windows_thread(qtbot: QtBot, tasks: Tasks) -> None:
    where: list[str] = []
    # holds the worker right after it has rung, so that the window's thread lets go first
    tasks._home.arrived.connect(lambda: time.sleep(0.1), Qt.ConnectionType.DirectConnection)

    class Held:
        def __del__(self) -> None:
            where.append(threading.current_thread().name)

    held = Held()
    tasks.run(lambda held=held: id(held))  # type: ignore[misc]
    del held
    qtbot.waitUntil(lambda: bool(where))
    assert where == [threading.main_thread().name]


def test_that_close_waits_for_accepted_work_and_takes_no_more(qtbot: QtBot, heard: Heard) -> None:
    tasks = Tasks(heard)
    done: list[int] = []
    for number in range(5):
        tasks.run(lambda number=number: (time.sleep(0.01), done.append(number)))  # type: ignore[misc]
    tasks.close()
    assert done == list(range(5))
    tasks.run(lambda: done.append(99))
    assert 99 not in done and tasks.running == 0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("store", "paper"))]


def test_that_inline_does_everything_at_once_and_raises_without_a_presenter(qtbot: QtBot) -> None:
    tasks, told = Tasks(inline=True), []
    tasks.run(lambda: 1, told.append)
    assert told == [1]
    with pytest.raises(ZeroDivisionError):
        tasks.run(lambda: 1 // 0)
