"""How long the window stands still while 100 patients are solved, their chance is worked out and their board is shown.

    .venv/bin/python benchmarks/stall.py [switch interval in ms]

The real window over the demo is opened; then a timer of 1 ms notes the longest gap between two of its ticks while each
shipped instance of 100 patients is solved by the worker pool that the board uses, while the chance of running out for
100 patients over 30 days is worked out there and painted, while a board of 100 patients is shown, first and again, and
while the assumptions of its chance open. "idle" is the same without work.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crs_desktop.desktop.qt_import import load_qt  # noqa: E402

load_qt()

from PySide6.QtCore import QEventLoop, Qt, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from crs_desktop.bootstrap.main_window import Desk  # noqa: E402
from crs_desktop.bootstrap.opening import Start  # noqa: E402
from crs_desktop.bootstrap.window import hold_collector, release_collector  # noqa: E402
from crs_desktop.desktop.shell import open_shell  # noqa: E402
from crs_desktop.kernel.actors import Actor  # noqa: E402
from crs_desktop.kernel.clock import SystemClock  # noqa: E402
from crs_desktop.kernel.resources import resource  # noqa: E402
from crs_desktop.readiness.answer import answer, question_of  # noqa: E402
from crs_desktop.readiness.gather import Situation  # noqa: E402
from crs_desktop.readiness.model import PlanQuestion  # noqa: E402
from crs_desktop.readiness.painting import picture_of  # noqa: E402
from crs_desktop.readiness.plan_document import read_document  # noqa: E402
from crs_desktop.readiness.rules.plan import solve  # noqa: E402
from crs_desktop.readiness.rules.question import looked_at  # noqa: E402
from crs_desktop.readiness.running_out import chances  # noqa: E402
from tests.readiness.board.situations import TODAY, patient, situation  # noqa: E402

T = TypeVar("T")

TARGET_MS = 50


class Gaps:
    """Notes the gaps between the ticks of a 1 ms timer on the window's thread."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin anew."""
        self.longest, self._last = 0.0, time.perf_counter()
        self._timer.start(1)

    def stop(self) -> float:
        """The longest gap in ms."""
        self._timer.stop()
        return self.longest * 1000

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now


def spin(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def solved(desk: Desk, path: Path, gaps: Gaps) -> tuple[float, float]:
    """Solve one instance in the worker: seconds, and the longest gap in ms."""
    question = read_document(path.read_text("utf-8"), None).question
    loop = QEventLoop()
    gaps.start()
    began = time.perf_counter()
    desk.tasks.run(partial(solve, question), lambda _plan: loop.quit(), desk.window, pool="paper")
    loop.exec()
    return time.perf_counter() - began, gaps.stop()


def hundred() -> tuple[Situation, PlanQuestion]:
    """A made-up board of 100 patients over the coming 30 days, three strengths on the shelf."""
    draw = random.Random(1)
    people = [
        patient(
            f"Patient {number}", therapy=draw.choice(["CAR-T", "step-up"]), kg=str(draw.randint(40, 110)),
            start=f"{TODAY + timedelta(days=draw.randint(0, 27)):%m-%d}",
        )
        for number in range(100)
    ]  # fmt: skip
    shelf = ["150 x 400 mg until 06-30", "60 x 200 mg until 06-30", "40 x 80 mg until 05-30"]
    made = situation(people, shelf)
    return made, question_of(made)


def at_work(desk: Desk, work: Callable[[], T], gaps: Gaps) -> tuple[T, float, float]:
    """Do it in the worker: the answer, milliseconds, and the longest gap."""
    loop, found = QEventLoop(), list[T]()

    def there(answer: T) -> None:
        found.append(answer)
        loop.quit()

    gaps.start()
    began = time.perf_counter()
    desk.tasks.run(work, there, desk.window, pool="paper")
    loop.exec()
    return found[0], (time.perf_counter() - began) * 1000, gaps.stop()


def shown(do: Callable[[], object], gaps: Gaps) -> float:
    """Do it on the window's thread: the longest gap until everything is painted."""
    gaps.start()
    do()
    spin(150)
    return gaps.stop()


def board_parts(desk: Desk, gaps: Gaps) -> Iterator[tuple[str, float]]:
    """What a board of 100 patients costs the window, part by part."""
    made, question = hundred()
    windows = looked_at(made.windows, made.today, made.horizon_days)
    work = partial(chances, made, question, windows)
    at_work(desk, work, gaps)
    answer_, took, gap = at_work(desk, work, gaps)
    yield f"chance of 100 patients x 30 days, {took:.0f} ms", gap
    board, took, gap = at_work(desk, partial(answer, made), gaps)
    yield f"whole board of 100 patients, {took:.0f} ms", gap
    picture, took, gap = at_work(desk, partial(picture_of, board, made.zone), gaps)
    yield f"its picture, {took:.0f} ms", gap
    yield f"shown the first time, {len(picture.rows)} rows", shown(partial(desk.board.paint_kept, picture), gaps)
    again = replace(picture, headline=picture.headline + " ")
    yield "shown again", shown(partial(desk.board.paint_kept, again), gaps)
    yield f"chance opened, {len(answer_.assumptions)} assumptions", shown(desk.board.open_chance, gaps)
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        dialog.close()
    yield "policy opened", shown(desk.board.open_policy, gaps)


def main() -> int:
    """Measure and print; 1 when the window stood still for too long."""
    hold_collector()
    _app, shell = open_shell(["stall"], "stall")
    desk = Desk(Start(None, SystemClock(), None, 0, Actor("Benchmark")), shell)
    if len(sys.argv) > 1:
        sys.setswitchinterval(float(sys.argv[1]) / 1000)
    while not desk.board.live:
        spin(20)
    release_collector()
    spin(500)
    gaps = Gaps()
    gaps.start()
    spin(1000)
    print(f"switch interval {sys.getswitchinterval() * 1000:.1f} ms; idle: longest gap {gaps.stop():.0f} ms")
    worst = 0.0
    for path in sorted(resource("instances").glob("hospital-100-*.json")):
        seconds, gap = solved(desk, path, gaps)
        worst = max(worst, gap)
        print(f"{path.stem}: {seconds:.2f} s, longest gap {gap:.0f} ms")
    for part, gap in board_parts(desk, gaps):
        worst = max(worst, gap)
        print(f"{part}: longest gap {gap:.0f} ms")
    desk.close()
    print(f"worst {worst:.0f} ms, target {TARGET_MS} ms")
    return int(worst > TARGET_MS)


if __name__ == "__main__":
    sys.exit(main())
