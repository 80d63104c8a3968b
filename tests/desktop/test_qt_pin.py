"""The witness of the pin in pyproject.toml: a PySide6 that loses references to None and True aborts the process here.

6.12.0 on Python 3.11 dies after some 500 emits or 6,000 calls that return nothing; 6.8.3 to 6.11.3 do not.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

EMITS = """
from PySide6.QtCore import QObject, Signal
class Bell(QObject):
    rung = Signal(bool)
heard = []
bell = Bell()
bell.rung.connect(heard.append)
for n in range(2000):
    bell.rung.emit(True)
assert heard == [True] * 2000
"""

VOID_CALLS = """
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
widget = QWidget()
for n in range(20000):
    widget.setEnabled(True)
"""


@pytest.mark.parametrize("script", [EMITS, VOID_CALLS], ids=["2,000 emits", "20,000 calls"])
def test_that_this_qt_survives_many_calls_that_return_nothing(script: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
