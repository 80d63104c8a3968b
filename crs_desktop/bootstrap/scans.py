"""Scans of one window: heard from anywhere in it, given to the form that wants them, else told in the box."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from crs_desktop.desktop.main_window import MainWindow
from crs_desktop.desktop.protocols import Action
from crs_desktop.desktop.scans.target import target_in_front
from crs_desktop.desktop.scans.wedge import Wedge
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.words import tr
from crs_desktop.house import House
from crs_desktop.kernel.actors import Actor
from crs_desktop.stock.scanning.hearing import may_be_code
from crs_desktop.stock.ui.scan.room import ScanRoom
from crs_desktop.stock.ui.scan.words import raw_text


class Scans:
    """From the opening of a store until its desk is left."""

    def __init__(
        self, window: MainWindow, tasks: Tasks, house: House, actor: Callable[[], Actor], wedge: Wedge | None = None
    ) -> None:
        self._window = window
        self._left = False
        self.wedge = wedge or Wedge()
        self.room = ScanRoom(tasks, house.scans, house.stock, actor, window, self.wedge.put_back)
        self.wedge.scanned.connect(self.came)
        window.find_with(self._found)
        tasks.run(house.scans.warm_up, lambda _done: None, window)
        self.wedge.start()

    def came(self, raw: str) -> None:
        """A scan: for the form in front that takes scans, else for the box."""
        if self._left:
            return
        self._window.close_palette()
        target = target_in_front()
        if target is not None:
            target.take_scan(raw)
        else:
            self.room.came(raw)

    def close(self) -> None:
        """Listen no longer; what was scanned a moment ago is for nobody any more."""
        self._left = True
        self.wedge.stop()

    def _found(self, text: str) -> Action | None:
        if not may_be_code(text):
            return None
        return Action(
            "scan.read", tr("Read the barcode {text}").format(text=raw_text(text)), partial(self._pasted, text)
        )

    def _pasted(self, text: str) -> None:
        self.wedge.forget()
        self.room.came(text, typed=False)
