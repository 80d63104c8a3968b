"""The one door off the window's thread: work goes out to a pool, its answer comes home through one queued signal."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

T = TypeVar("T")
Pool = Literal["store", "paper"]
_WORKERS: dict[Pool, int] = {"store": 1, "paper": 2}


class Present(Protocol):
    """Says an error to the user; `retry` asks the same again."""

    def __call__(self, error: BaseException, retry: Callable[[], None] | None = None) -> None: ...


class _Home(QObject):
    """Lives on the window's thread; its one signal carries no value, only the news that answers lie ready."""

    arrived = Signal()


@dataclass(slots=True)
class _Job:
    work: Callable[[], Any]
    then: Callable[[Any], None] | None
    owner: QObject | None
    failed: Callable[[BaseException], None] | None
    pool: Pool
    dropped: bool = False


class Ticket:
    """A running question. Dropping it means its answer will not be shown; work that has begun still ends by itself."""

    def __init__(self, job: _Job) -> None:
        self._job = job

    def drop(self) -> None:
        """Forget the answer."""
        self._job.dropped = True


class Tasks:
    """Runs work off the window's thread. `inline=True` (tests) does everything at once on the caller's thread.

    References to owner, answer and work are kept by the window's thread and let go there, so that no widget can be
    destroyed from a worker.
    """

    def __init__(self, present: Present | None = None, inline: bool = False) -> None:
        self._present = present
        self._inline = inline
        self._numbers = itertools.count(1)
        self._jobs: dict[int, _Job] = {}
        self._answers: deque[tuple[int, bool, Any]] = deque()
        self._closed = False
        self._home = _Home()
        self._home.arrived.connect(self._bring_home, Qt.ConnectionType.QueuedConnection)
        self._pools: dict[Pool, ThreadPoolExecutor] = {}

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        owner: QObject | None = None,
        pool: Pool = "store",
        failed: Callable[[BaseException], None] | None = None,
    ) -> Ticket:
        """Do `work` in a pool, then call `then` with its answer on the window's thread unless `owner` is gone.

        `work` must not touch a widget. An exception goes to `failed`, else to the presenter, with a retry.
        The store pool has one worker: its work is done in the order it was given.
        """
        job = _Job(work, then, owner, failed, pool)
        if self._closed:
            job.dropped = True
            return Ticket(job)
        if self._inline:
            self._run_inline(job)
            return Ticket(job)
        number = next(self._numbers)
        self._jobs[number] = job
        self._executor(pool).submit(self._perform, number)
        return Ticket(job)

    def present(self, error: BaseException, retry: Callable[[], None] | None = None) -> None:
        """Hand an error to the presenter; without one it is raised."""
        if self._present is None:
            raise error
        self._present(error, retry)

    @property
    def running(self) -> int:
        """How many questions are out."""
        return len(self._jobs)

    def end(self, failed: Callable[[BaseException], None] | None = None) -> None:
        """Take no more work. What has begun, or waits its turn, is still done: a dose on its way is recorded. No answer
        is handed out any more, and what fails goes to `failed`."""
        self._closed = True
        if failed is not None:
            self._present = lambda error, retry=None: failed(error)

    def wait(self) -> None:
        """Wait until all accepted work has ended. From any thread: no widget is touched and no answer handed out."""
        for executor in self._pools.values():
            executor.shutdown(wait=True)

    def close(self) -> None:
        """Wait until all accepted work has ended; answers still on the way are dropped."""
        self.end()
        self.wait()
        self._jobs.clear()
        self._answers.clear()

    def _executor(self, pool: Pool) -> ThreadPoolExecutor:
        if pool not in self._pools:
            self._pools[pool] = ThreadPoolExecutor(_WORKERS[pool], thread_name_prefix=pool)
        return self._pools[pool]

    def _perform(self, number: int) -> None:
        """On the worker: do the work, lay the answer down, ring once. Holds no reference when it rings."""
        work = self._jobs[number].work
        try:
            answer: Any = work()
            good = True
        except BaseException as error:
            answer, good = error, False
        del work
        self._answers.append((number, good, answer))
        del answer
        self._home.arrived.emit()

    def _bring_home(self) -> None:
        """On the window's thread: hand out every answer that lies ready."""
        while self._answers:
            number, good, answer = self._answers.popleft()
            job = self._jobs.pop(number, None)
            if job is not None:
                self._deliver(job, good, answer)

    def _run_inline(self, job: _Job) -> None:
        try:
            answer: Any = job.work()
        except Exception as error:
            self._deliver(job, False, error)
            return
        self._deliver(job, True, answer)

    def _deliver(self, job: _Job, good: bool, answer: Any) -> None:
        if self._closed or job.dropped or not (job.owner is None or isValid(job.owner)):
            if not good and self._present is not None:
                self._present(answer)  # nobody waits for it, but a failure is never swallowed
            return
        if good:
            if job.then is not None:
                job.then(answer)
        elif job.failed is not None:
            job.failed(answer)
        else:
            self.present(answer, lambda: self._again(job))

    def _again(self, job: _Job) -> None:
        self.run(job.work, job.then, job.owner, job.pool, job.failed)
