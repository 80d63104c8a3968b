"""The measure of all starts: a bare PySide6 window, painted once. Prints the marks that benchmarks/start.py reads."""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


class Painted(QObject):
    """Ends the program after the first paint."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self, self.tell)
            watched.removeEventFilter(self)
        return False

    def tell(self) -> None:
        """Say when, and leave."""
        print(json.dumps({"window": [time.monotonic(), time.process_time()]}), flush=True)
        QApplication.quit()


app = QApplication(sys.argv[:1])
window = QMainWindow()
window.resize(1240, 800)
painted = Painted(window)
window.installEventFilter(painted)
window.show()
app.exec()
