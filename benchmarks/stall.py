"""How long the window stands still while the plan of 100 patients is solved in its worker.

    .venv/bin/python benchmarks/stall.py [switch interval in ms]

The real window over the demo is opened; then a timer of 1 ms notes the longest gap between two of its ticks while each
shipped instance of 100 patients is solved by the worker pool that the board uses. "idle" is the same without work.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crs_desktop.desktop.qt_import import load_qt  # noqa: E402

load_qt()

from PySide6.QtCore import QEventLoop, Qt, QTimer  # noqa: E402

from crs_desktop.bootstrap.main_window import Desk  # noqa: E402
from crs_desktop.bootstrap.opening import Start  # noqa: E402
from crs_desktop.bootstrap.window import hold_collector, release_collector  # noqa: E402
from crs_desktop.desktop.shell import open_shell  # noqa: E402
from crs_desktop.kernel.actors import Actor  # noqa: E402
from crs_desktop.kernel.clock import SystemClock  # noqa: E402
from crs_desktop.kernel.resources import resource  # noqa: E402
from crs_desktop.readiness.plan_document import read_document  # noqa: E402
from crs_desktop.readiness.rules.plan import solve  # noqa: E402

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
    desk.close()
    print(f"worst {worst:.0f} ms, target {TARGET_MS} ms")
    return int(worst > TARGET_MS)


if __name__ == "__main__":
    sys.exit(main())
