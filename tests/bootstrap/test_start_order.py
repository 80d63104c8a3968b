"""A cold start stays near a bare window: no slow library before the last board is there, and a generous clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.start import measure

ROOT = Path(__file__).resolve().parents[2]
SLOW = {"sqlalchemy", "alembic", "reportlab", "highspy", "numpy", "pypdfium2", "msgspec", "tzlocal"}
# Rooms that only the live board and other pages need.
LATE = {"crs_desktop.bootstrap.services", "crs_desktop.desktop.forms", "crs_desktop.doses", "crs_desktop.documents"}
SCRIPT = """
import json, sys
from functools import partial
from crs_desktop.__main__ import main
from crs_desktop.bootstrap import window

def told(step):
    if step == "frame":
        from PySide6.QtWidgets import QApplication
        print(json.dumps(sorted(sys.modules)), flush=True)
        QApplication.quit()

window.run_window = partial(window.run_window, told=told)
sys.exit(main(["--store", sys.argv[1]]))
"""


def test_that_no_slow_library_is_imported_before_the_last_board_is_usable(story: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(story)], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert {name for name in loaded if name.partition(".")[0] in SLOW} == set()
    assert loaded & LATE == set()


def test_that_a_start_keeps_a_generous_budget(story: Path) -> None:
    """The targets themselves are measured by benchmarks/start.py on a quiet machine; here twice as much is allowed."""
    found = measure(story, rounds=3)
    assert found["shell"][2] < 2.6, found
    assert found["frame"][2] < 4.0, found
    assert found["live"][2] < 20.0, found
