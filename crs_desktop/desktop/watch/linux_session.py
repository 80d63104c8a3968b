"""What Linux says on D-Bus about our session: locked, switched away from, going to sleep. Without a bus: nothing.

login1 speaks on the system bus, screen savers on the session bus. Only signals of the owner of the service are heard,
so that no other program of the machine can make us believe one. No call starts a service, and none waits long.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from crs_desktop.desktop.watch.bus import Bus
from crs_desktop.desktop.watch.cause import Cause
from crs_desktop.desktop.watch.wire import Message

_LOGIN, _MANAGER_AT = "org.freedesktop.login1", "/org/freedesktop/login1"
_MANAGER, _SESSION = "org.freedesktop.login1.Manager", "org.freedesktop.login1.Session"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_SAVERS = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.mate.ScreenSaver", "org.cinnamon.ScreenSaver")
_SYSTEM_BUS = "unix:path=/run/dbus/system_bus_socket"


def system_address() -> str:
    """Where the bus of the machine listens, "" when there is none."""
    return os.environ.get("DBUS_SYSTEM_BUS_ADDRESS", "") or _if_there(_SYSTEM_BUS)


def session_address() -> str:
    """Where the bus of this person listens, "" when there is none."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return os.environ.get("DBUS_SESSION_BUS_ADDRESS", "") or (_if_there(f"unix:path={runtime}/bus") if runtime else "")


class LinuxSession:
    """Listens on both buses while it is started."""

    def __init__(self, heard: Callable[[Cause], None], system: str | None = None, session: str | None = None) -> None:
        self._heard = heard
        self._system_address = system_address() if system is None else system
        self._session_address = session_address() if session is None else session
        self._system: Bus | None = None
        self._session: Bus | None = None
        self._session_path = ""
        self._delay: int | None = None
        self._login_codes: tuple[str, ...] = ()
        self._saver_codes: tuple[str, ...] = ()

    def start(self, window: QWidget) -> None:
        """Begin to listen."""
        self._system = Bus(self._system_address, self._login_says, self._system_gone)
        self._session = Bus(self._session_address, self._saver_says, self._session_gone)
        if self._system.has_owner(_LOGIN):
            self._login_codes = self._listen_to_login(self._system)
        if [self._listen_to_saver(self._session, name) for name in _SAVERS].count(True):
            self._saver_codes = ("desktop_watch_saver",)

    def codes(self) -> tuple[str, ...]:
        """What can be heard now; a bus that went away is heard no longer."""
        return self._login_codes + self._saver_codes

    def stop(self) -> None:
        """Leave the buses."""
        self.locked()
        for bus in (self._system, self._session):
            if bus is not None:
                bus.close()
        self._system, self._session = None, None
        self._login_codes, self._saver_codes = (), ()

    def locked(self) -> None:
        """Let a sleep that waits for us begin."""
        if self._delay is not None:
            os.close(self._delay)
        self._delay = None

    # --- what the buses say ---

    def _login_says(self, message: Message) -> None:
        first = message.values[0] if message.values else None
        said = message.get("interface"), message.get("member")
        if said == (_SESSION, "Lock"):
            self._heard(Cause.SESSION_LOCKED)
        elif said == (_MANAGER, "PrepareForSleep"):
            self._sleep_says(first is True)
        elif said == (_PROPERTIES, "PropertiesChanged") and first == _SESSION:
            self._session_says()

    def _sleep_says(self, going: bool) -> None:
        """Before the sleep and after it: the first may have come too late."""
        self._heard(Cause.GOES_TO_SLEEP if going else Cause.SLEPT)
        if not going:
            self._hold_sleep()

    def _session_says(self) -> None:
        """Something about our session changed; what it is now is asked, since not every change tells its value."""
        if self._property("LockedHint") is True:
            self._heard(Cause.SESSION_LOCKED)
        elif self._property("Active") is False:
            self._heard(Cause.SESSION_SWITCHED)

    def _saver_says(self, message: Message) -> None:
        if message.get("member") == "ActiveChanged" and message.values[:1] == (True,):
            self._heard(Cause.SESSION_LOCKED)

    def _system_gone(self) -> None:
        self._login_codes = ()
        self.locked()

    def _session_gone(self) -> None:
        self._saver_codes = ()

    # --- how it is done ---

    def _listen_to_login(self, bus: Bus) -> tuple[str, ...]:
        self._session_path = self._our_session(bus)
        codes = []
        # When nobody can say which session is ours, any lock will do: too early is the safe side.
        if bus.listen(_LOGIN, self._session_path, _SESSION, "Lock"):
            codes.append("desktop_watch_lock")
        if self._session_path and bus.listen(_LOGIN, self._session_path, _PROPERTIES, "PropertiesChanged"):
            codes.append("desktop_watch_switch")
        if bus.listen(_LOGIN, _MANAGER_AT, _MANAGER, "PrepareForSleep"):
            codes.append("desktop_watch_sleep")
            self._hold_sleep()
        return tuple(codes)

    def _listen_to_saver(self, bus: Bus, name: str) -> bool:
        return bus.listen(name, "", name, "ActiveChanged") and bus.has_owner(name)  # one that comes later is heard too

    def _our_session(self, bus: Bus) -> str:
        for name in ("auto", os.environ.get("XDG_SESSION_ID", "")):
            found = bus.ask(_LOGIN, _MANAGER_AT, _MANAGER, "GetSession", name) if name else None
            if isinstance(found, str):
                return found
        return ""

    def _hold_sleep(self) -> None:
        """Ask the machine to wait a moment before it sleeps, until `locked` is called or its own patience ends."""
        self.locked()
        if self._system is not None:
            words = "sleep", "crs_desktop", "lock", "delay"
            self._delay = self._system.ask_handle(_LOGIN, _MANAGER_AT, _MANAGER, "Inhibit", *words)

    def _property(self, name: str) -> object:
        if self._system is None:
            return None
        return self._system.ask(_LOGIN, self._session_path, _PROPERTIES, "Get", _SESSION, name)


def _if_there(address: str) -> str:
    return address if Path(address.removeprefix("unix:path=")).exists() else ""
