"""A witness against Qt bindings that lose references to None and True: Python 3.11 aborts with them."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
class Bell(QObject):
    rang = Signal()
heard = []
bell = Bell()
bell.rang.connect(lambda: heard.append(1))
for _ in range(2000):
    bell.rang.emit()
widget = QWidget()
for _ in range(20000):
    widget.setEnabled(True)
print(len(heard))
"""


def test_that_two_thousand_emits_and_twenty_thousand_void_calls_do_not_abort_python() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "2000"), done.stderr
