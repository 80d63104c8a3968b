"""Ctrl-C in the terminal and a polite stop from the system close the window the way a person does."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


class StopSignals(QObject):
    """While it lives, SIGINT and SIGTERM call `stop` on the window's thread, which Qt keeps busy otherwise."""

    def __init__(self, stop: Callable[[], object]) -> None:
        super().__init__()
        self._stop = stop
        self._ours, theirs = socket.socketpair()
        self._theirs = theirs
        for end in (self._ours, theirs):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)
        self._old = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
        self._old_wakeup = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_wakeup)
        for number, old in self._old.items():
            signal.signal(number, old)
        self._ours.close()
        self._theirs.close()

    def _heard(self) -> None:
        try:
            self._ours.recv(64)
        except OSError:
            return
        self._stop()
