"""What Windows says by window messages about our session: locked, switched away from, going to sleep."""

from __future__ import annotations

import ctypes
import ctypes.wintypes
import sys
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication
from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.watch.cause import Cause

_SESSION_CHANGE, _POWER = 0x02B1, 0x0218
_NOTIFY_THIS_SESSION = 0
_CAUSES = {
    (_SESSION_CHANGE, 0x7): Cause.SESSION_LOCKED,  # WTS_SESSION_LOCK
    (_SESSION_CHANGE, 0x2): Cause.SESSION_SWITCHED,  # WTS_CONSOLE_DISCONNECT
    (_SESSION_CHANGE, 0x4): Cause.SESSION_SWITCHED,  # WTS_REMOTE_DISCONNECT
    (_SESSION_CHANGE, 0x6): Cause.SESSION_SWITCHED,  # WTS_SESSION_LOGOFF
    (_POWER, 0x4): Cause.GOES_TO_SLEEP,  # PBT_APMSUSPEND
    (_POWER, 0x12): Cause.SLEPT,  # PBT_APMRESUMEAUTOMATIC
}


def cause_of(message: int, detail: int) -> Cause | None:
    """What a window message means, None for all the others."""
    return _CAUSES.get((message, detail))


class WindowsSession(QAbstractNativeEventFilter):
    """Registers the window for the news of its session, and reads them before Qt does."""

    def __init__(self, heard: Callable[[Cause], None]) -> None:
        super().__init__()
        self._heard = heard
        self._window = 0

    def start(self, window: QWidget) -> None:
        """Begin."""
        app = QCoreApplication.instance()
        if app is None:
            return
        app.installNativeEventFilter(self)
        self._window = int(window.winId())
        if not self._register("WTSRegisterSessionNotification", self._window, _NOTIFY_THIS_SESSION):
            self._window = 0

    def codes(self) -> tuple[str, ...]:
        """What can be heard: sleep always, the session when the window could be registered for it."""
        session = ("desktop_watch_lock", "desktop_watch_switch") if self._window else ()
        return (*session, "desktop_watch_sleep")

    def stop(self) -> None:
        """Take the registration back."""
        app = QCoreApplication.instance()
        if app is not None:
            app.removeNativeEventFilter(self)
        if self._window:
            self._register("WTSUnRegisterSessionNotification", self._window)
        self._window = 0

    def locked(self) -> None:
        """Windows does not wait for anybody."""

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> tuple[bool, int]:
        """Read it, and let Qt have it all the same."""
        name = kind.data() if isinstance(kind, QByteArray) else kind
        if bytes(name).startswith(b"windows_"):
            told = ctypes.wintypes.MSG.from_address(int(message))
            cause = cause_of(int(told.message), int(told.wParam))
            if cause is not None:
                self._heard(cause)
        return False, 0

    @staticmethod
    def _register(function: str, *values: int) -> bool:
        if sys.platform != "win32":
            return False
        call = getattr(ctypes.WinDLL("wtsapi32"), function)
        call.argtypes = [ctypes.wintypes.HWND, ctypes.wintypes.DWORD][: len(values)]
        return bool(call(*values))
