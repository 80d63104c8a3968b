"""A system that says on a bus what login1 and a screen saver say; told what to do by lines on its standard input.

Run as a program of its own: a question waits for its answer, and one thread cannot do both.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QCoreApplication, QSocketNotifier
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusUnixFileDescriptor,
    QDBusVariant,
    QDBusVirtualObject,
)

OURS = "/org/freedesktop/login1/session/_32"
OTHER = "/org/freedesktop/login1/session/_33"
_MANAGER, _SESSION = "org.freedesktop.login1.Manager", "org.freedesktop.login1.Session"


class System(QDBusVirtualObject):
    """Answers the three questions, and remembers who holds up a sleep."""

    def __init__(self, bus: QDBusConnection) -> None:
        super().__init__()
        self.bus = bus
        self.properties: dict[str, bool] = {"Active": True, "LockedHint": False}
        self.held: int | None = None

    def handleMessage(self, message: QDBusMessage, connection: QDBusConnection) -> bool:
        if message.member() == "GetSession":
            answer: object = QDBusObjectPath(OURS)
        elif message.member() == "Inhibit":
            ours, theirs = os.pipe()
            os.set_blocking(ours, False)
            self.held = ours
            answer = QDBusUnixFileDescriptor(theirs)
            os.close(theirs)
        elif message.member() == "Get":
            answer = QDBusVariant(self.properties[str(message.arguments()[1])])
        else:
            return False
        reply = message.createReply()
        reply.setArguments([answer])
        return connection.send(reply)

    def introspect(self, path: str) -> str:
        return ""

    def say(self, path: str, interface: str, member: str, *values: object) -> None:
        signal = QDBusMessage.createSignal(path, interface, member)
        signal.setArguments(list(values))
        self.bus.send(signal)

    def sleep_is_held(self) -> bool:
        """True while the other end of the pipe is open somewhere."""
        if self.held is None:
            return False
        try:
            return bool(os.read(self.held, 1))
        except BlockingIOError:
            return True

    def change(self, path: str, name: str, value: bool) -> None:
        self.properties[name] = value
        self.say(path, "org.freedesktop.DBus.Properties", "PropertiesChanged", _SESSION, {name: value}, [])

    def do(self, order: str) -> str:
        if order == "lock ours":
            self.say(OURS, _SESSION, "Lock")
        elif order == "lock other":
            self.say(OTHER, _SESSION, "Lock")
        elif order in ("sleep", "wake"):
            self.say("/org/freedesktop/login1", _MANAGER, "PrepareForSleep", order == "sleep")
        elif order == "switch away":
            self.change(OURS, "Active", False)
        elif order == "hint":
            self.change(OURS, "LockedHint", True)
        elif order in ("saver on", "saver off"):
            self.say("/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged", order == "saver on")
        elif order.startswith("lock straight to "):
            self.bus.send(QDBusMessage.createTargetedSignal(order.split()[-1], OURS, _SESSION, "Lock"))
        elif order == "held?":
            return "yes" if self.sleep_is_held() else "no"
        return "done"


def main(address: str, *names: str) -> None:
    app = QCoreApplication(sys.argv)
    bus = QDBusConnection.connectToBus(address, "made-up")
    assert bus.isConnected()
    system = System(bus)
    for name in names:
        assert bus.registerService(name)
    bus.registerVirtualObject("/org/freedesktop/login1", system, QDBusConnection.VirtualObjectRegisterOption.SubPath)
    print("ready", flush=True)
    ears = QSocketNotifier(0, QSocketNotifier.Type.Read)

    def told() -> None:
        order = sys.stdin.readline().strip()
        if not order:
            app.quit()
        else:
            print(system.do(order), flush=True)

    ears.activated.connect(told)
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
