"""One start through the real entry point, `crs_desktop --store FILE`, and a sign-in: when was each picture there?"""

from __future__ import annotations

import json
import sys
import time
from functools import partial

from crs_desktop.__main__ import main
from crs_desktop.bootstrap import window

LAST = "live"
marks: dict[str, list[float]] = {}


def told(name: str) -> None:
    """Note the moment; after the last one the marks are printed and the window closed."""
    if name in marks:
        return
    marks[name] = [time.monotonic(), time.process_time()]
    if name == "door":
        from PySide6.QtCore import QTimer

        QTimer.singleShot(0, sign_in)
    if name == LAST:
        from PySide6.QtWidgets import QApplication

        print(json.dumps(marks), flush=True)
        QApplication.quit()


def sign_in() -> None:
    """Type name and password at the door, and press Enter."""
    from PySide6.QtWidgets import QApplication

    from crs_desktop.staff.ui.sign_in import SignInPage

    page = next(one for one in QApplication.allWidgets() if isinstance(one, SignInPage))
    page.name.set_value("weber")
    page.password.set_value("vial cabinet teacup moonlight")
    page.sign_in_panel.submit()


window.run_window = partial(window.run_window, told=told)  # type: ignore[assignment]  # the same function, listened to
sys.exit(main(["--store", sys.argv[1]]))
