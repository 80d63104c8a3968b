"""A listener on a D-Bus: a few short questions, and the signals one asked for. A silent or lost bus is no error.

Nothing here waits longer than a moment; a bus that does not answer by then is left.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from urllib.parse import unquote

from PySide6.QtCore import QObject, QSocketNotifier, QTimer

from crs_desktop.desktop.watch.wire import REPLY, SIGNAL, Message, call_bytes, length_of, message_of

_WAIT_S = 0.4
_DRIVER, _DRIVER_AT = "org.freedesktop.DBus", "/org/freedesktop/DBus"


class Bus(QObject):
    """Connected when made, or `connected` is False. Signals go to `heard`, the end of the bus to `gone`."""

    def __init__(self, address: str, heard: Callable[[Message], None], gone: Callable[[], None]) -> None:
        super().__init__()
        self._heard, self._gone = heard, gone
        self.name: object = None
        self._serial = 0
        self._data = b""
        self._waiting: list[Message] = []
        self._handles: list[int] = []
        self._notifier: QSocketNotifier | None = None
        self._socket = _opened(address)
        if self._socket is None:
            return
        try:
            if self._signed_in(self._socket):
                self._notifier = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Read, self)
                self._notifier.activated.connect(self._arrived)
                self.name = self.ask(_DRIVER, _DRIVER_AT, _DRIVER, "Hello")
                return
        except OSError:
            pass
        self.close()

    @property
    def connected(self) -> bool:
        """True while the bus is there."""
        return self._socket is not None

    def listen(self, service: str, path: str, interface: str, member: str) -> bool:
        """Ask for this signal, from the owner of the service only."""
        rule = f"type='signal',sender='{service}',interface='{interface}',member='{member}'"
        if path:
            rule += f",path='{path}'"
        return self._reply(_DRIVER, _DRIVER_AT, _DRIVER, "AddMatch", rule) is not None

    def has_owner(self, service: str) -> bool:
        """Is somebody there who offers this?"""
        return self.ask(_DRIVER, _DRIVER_AT, _DRIVER, "NameHasOwner", service) is True

    def ask(self, service: str, path: str, interface: str, member: str, *words: str) -> object:
        """The first value of the answer; None when there is none. Starts no service."""
        reply = self._reply(service, path, interface, member, *words)
        return reply.values[0] if reply is not None and reply.values else None

    def ask_handle(self, service: str, path: str, interface: str, member: str, *words: str) -> int | None:
        """A file descriptor as the answer; whoever asked closes it."""
        reply = self._reply(service, path, interface, member, *words)
        handle = self._handles.pop() if reply is not None and self._handles else None
        self._drop_handles()
        return handle

    def close(self) -> None:
        """Leave the bus."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
        if self._socket is not None:
            self._socket.close()
        self._notifier, self._socket = None, None
        self._drop_handles()

    # --- how it is done ---

    def _signed_in(self, bus: socket.socket) -> bool:
        user = str(os.getuid()).encode().hex() if hasattr(os, "getuid") else ""
        bus.sendall(f"\0AUTH EXTERNAL {user}\r\n".encode())
        if not _line(bus).startswith(b"OK"):
            return False
        bus.sendall(b"NEGOTIATE_UNIX_FD\r\n")
        _line(bus)  # without descriptors a sleep is not held up, all else works
        bus.sendall(b"BEGIN\r\n")
        return True

    def _reply(self, service: str, path: str, interface: str, member: str, *words: str) -> Message | None:
        if self._socket is None:
            return None
        self._serial += 1
        until = time.monotonic() + _WAIT_S
        try:
            self._socket.sendall(call_bytes(self._serial, service, path, interface, member, words))
            while time.monotonic() < until:
                for message in self._read():
                    if message.kind == SIGNAL:
                        self._waiting.append(message)
                    elif message.get("reply_to") == self._serial:
                        if self._waiting:
                            QTimer.singleShot(0, self, self._hand_out)
                        return message if message.kind == REPLY else None
        except (OSError, ValueError):
            pass
        self._lose()
        return None

    def _arrived(self) -> None:
        try:
            self._waiting += [message for message in self._read() if message.kind == SIGNAL]
        except (OSError, ValueError):
            self._lose()
        self._drop_handles()
        self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting:
            message = self._waiting.pop(0)
            if not message.get("destination"):  # sent to us alone: past the rule that only the owner is heard
                self._heard(message)

    def _read(self) -> list[Message]:
        """What has come, waiting a moment for the first of it. Raises OSError at the end of the bus."""
        if self._socket is None:
            return []
        data, handles, _flags, _address = socket.recv_fds(self._socket, 65536, 4)
        self._handles += handles
        if not data:
            raise ConnectionError("the bus has ended")
        self._data += data
        found = []
        while (length := length_of(self._data)) and length <= len(self._data):
            found.append(message_of(self._data[:length]))
            self._data = self._data[length:]
        return found

    def _lose(self) -> None:
        self.close()
        QTimer.singleShot(0, self, self._gone)

    def _drop_handles(self) -> None:
        while self._handles:
            os.close(self._handles.pop())


def _opened(address: str) -> socket.socket | None:
    """A socket of the first place in the address that answers."""
    for place in address.split(";"):
        kind, _, options = place.partition(":")
        found = dict(one.partition("=")[::2] for one in options.split(","))
        name = unquote(found.get("path", "")) or ("\0" + unquote(found["abstract"]) if "abstract" in found else "")
        if kind != "unix" or not name or not hasattr(socket, "AF_UNIX"):
            continue
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.settimeout(_WAIT_S)
        try:
            made.connect(name)
        except OSError:
            made.close()
            continue
        return made
    return None


def _line(bus: socket.socket) -> bytes:
    line = b""
    while not line.endswith(b"\r\n") and len(line) < 1024:
        one = bus.recv(1)
        if not one:
            raise ConnectionError("the bus has ended")
        line += one
    return line
