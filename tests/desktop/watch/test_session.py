"""Locks, switches and sleeps as the system says them; on Linux over a real bus of our own."""

from __future__ import annotations

import ctypes
import ctypes.wintypes
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crs_desktop.desktop.watch.cause import Cause
from crs_desktop.desktop.watch.linux_session import LinuxSession
from crs_desktop.desktop.watch.session import SessionWatch, source_of
from crs_desktop.desktop.watch.windows_session import WindowsSession, cause_of

LOGIN, SAVER = "org.freedesktop.login1", "org.freedesktop.ScreenSaver"
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>"""


@dataclass(slots=True)
class Bus:
    """A bus of this test alone, with a made-up system on it."""

    qtbot: QtBot
    address: str
    folder: Path
    programs: list[subprocess.Popen[str]]

    def system(self, *names: str) -> Callable[[str], str]:
        """Start a made-up system that owns these names; give it orders."""
        path = str(Path(__file__).with_name("made_up_system.py"))
        made = subprocess.Popen(
            [sys.executable, path, self.address, *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.programs.append(made)
        assert made.stdin is not None and made.stdout is not None
        assert made.stdout.readline() == "ready\n"

        def order(text: str) -> str:
            assert made.stdin is not None and made.stdout is not None
            made.stdin.write(text + "\n")
            made.stdin.flush()
            return made.stdout.readline().strip()

        return order

    def watch(self, system: bool = True, session: bool = True) -> tuple[SessionWatch, list[Cause]]:
        """A watch that listens here, and what it told."""
        told: list[Cause] = []
        watch = SessionWatch()
        watch._source = LinuxSession(watch._heard, self.address if system else "", self.address if session else "")
        watch.due.connect(told.append)
        window = QWidget()
        self.qtbot.addWidget(window)
        watch.start(window)
        return watch, told


@pytest.fixture
def bus(qtbot: QtBot, tmp_path: Path) -> Iterator[Bus]:
    daemon = shutil.which("dbus-daemon")
    if daemon is None or not sys.platform.startswith("linux"):
        pytest.skip("not shown: no dbus-daemon here, so no bus to listen to")
    config, socket = tmp_path / "bus.conf", tmp_path / "bus"
    config.write_text(CONFIG.format(socket=socket), "utf-8")
    running = subprocess.Popen(
        [daemon, f"--config-file={config}", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    made = Bus(qtbot, running.stdout.readline().strip(), tmp_path, [running])
    yield made
    for program in reversed(made.programs):
        program.terminate()
        program.wait(10)
        for end in (program.stdin, program.stdout):
            if end is not None:
                end.close()


@pytest.mark.parametrize(
    ("order", "cause"),
    [
        ("lock ours", Cause.SESSION_LOCKED), ("hint", Cause.SESSION_LOCKED), ("switch away", Cause.SESSION_SWITCHED),
        ("sleep", Cause.GOES_TO_SLEEP), ("wake", Cause.SLEPT), ("saver on", Cause.SESSION_LOCKED),
    ],
)  # fmt: skip
def test_that_the_system_is_heard(bus: Bus, order: str, cause: Cause) -> None:
    system = bus.system(LOGIN, SAVER)
    watch, told = bus.watch()
    assert system(order) == "done"
    bus.qtbot.waitUntil(lambda: told == [cause], timeout=3000)
    watch.stop()


def test_that_another_persons_lock_and_a_saver_that_goes_lock_nothing(bus: Bus) -> None:
    system = bus.system(LOGIN, SAVER)
    watch, told = bus.watch()
    system("lock other")
    system("saver off")
    system("lock ours")  # heard after them: the bus keeps the order
    bus.qtbot.waitUntil(lambda: bool(told), timeout=3000)
    assert told == [Cause.SESSION_LOCKED]
    watch.stop()


def test_that_a_program_that_does_not_own_the_name_is_not_believed(bus: Bus) -> None:
    system, stranger = bus.system(LOGIN), bus.system()
    watch, told = bus.watch()
    stranger("lock ours")
    stranger("sleep")
    source = watch._source
    assert isinstance(source, LinuxSession) and source._system is not None
    stranger(f"lock straight to {source._system.name}")
    bus.qtbot.wait(200)
    assert told == []
    system("lock ours")
    bus.qtbot.waitUntil(lambda: told == [Cause.SESSION_LOCKED], timeout=3000)
    watch.stop()


def test_that_a_sleep_waits_until_the_screen_is_locked(bus: Bus) -> None:
    system = bus.system(LOGIN)
    watch, told = bus.watch()
    assert system("held?") == "yes"
    system("sleep")
    bus.qtbot.waitUntil(lambda: told == [Cause.GOES_TO_SLEEP], timeout=3000)
    assert system("held?") == "yes"
    watch.locked()
    bus.qtbot.waitUntil(lambda: system("held?") == "no", timeout=3000)
    system("wake")
    bus.qtbot.waitUntil(lambda: told[-1] == Cause.SLEPT, timeout=3000)
    bus.qtbot.waitUntil(lambda: system("held?") == "yes", timeout=3000)
    watch.stop()


def test_that_after_stop_nothing_is_told_and_no_sleep_is_held(bus: Bus) -> None:
    system = bus.system(LOGIN, SAVER)
    watch, told = bus.watch()
    watch.stop()
    for order in ("lock ours", "sleep", "saver on"):
        system(order)
    bus.qtbot.wait(200)
    assert told == [] and not watch.watching
    bus.qtbot.waitUntil(lambda: system("held?") == "no", timeout=3000)


def test_that_it_says_what_is_watched(bus: Bus) -> None:
    bus.system(LOGIN, SAVER)
    watch, _ = bus.watch()
    assert watch.watched() == (
        "Locks with the system: when the session is locked, when another person takes the screen, "
        "before the machine sleeps, when the screen saver starts."
    )
    watch.stop()
    savers_only, _ = bus.watch(system=False)
    assert savers_only.watched() == "Locks with the system: when the screen saver starts."
    savers_only.stop()


def test_that_a_bus_without_those_services_or_no_bus_at_all_breaks_nothing(
    bus: Bus, capfd: pytest.CaptureFixture[str]
) -> None:
    nothing = (
        "The system does not tell us when its screen is locked: only idle minutes and a sleep lock this screen."
    )
    watch, told = bus.watch()
    assert watch.watched() == nothing and not watch.watching and told == []
    watch.locked()
    watch.stop()
    window = QWidget()
    bus.qtbot.addWidget(window)
    for address in ("", f"unix:path={bus.folder}/none", "nonsense", "tcp:host=localhost,port=1"):
        source = LinuxSession(told.append, address, address)
        source.start(window)
        assert source.codes() == ()
        source.stop()
    assert capfd.readouterr() == ("", "")


def test_that_a_bus_that_goes_away_is_no_longer_counted_on(bus: Bus, capfd: pytest.CaptureFixture[str]) -> None:
    bus.system(LOGIN, SAVER)
    watch, told = bus.watch()
    assert watch.watching
    bus.programs[0].terminate()
    bus.programs[0].wait(10)
    bus.qtbot.waitUntil(lambda: not watch.watching, timeout=3000)
    assert told == [] and "does not tell us" in watch.watched()
    watch.stop()
    assert capfd.readouterr() == ("", "")


def talk(door: socket.socket, words: bytes) -> None:
    with door.accept()[0] as other:
        other.sendall(words)
        while other.recv(4096):
            pass


@pytest.mark.parametrize("words", [b"", b"OK 1\r\n", b"OK 1\r\nERROR\r\n", b"OK 1\r\nERROR\r\n" + b"x" * 64])
def test_that_a_bus_that_is_silent_or_talks_nonsense_is_left_at_once(
    qtbot: QtBot, tmp_path: Path, words: bytes
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("not shown: no sockets of this kind here")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(tmp_path / "bus"))
        door.listen()
        source = LinuxSession(lambda cause: None, f"unix:path={tmp_path}/bus", "")
        begin = time.monotonic()
        window = QWidget()
        qtbot.addWidget(window)
        talker = threading.Thread(target=talk, args=(door, words))
        talker.start()
        source.start(window)
        assert source.codes() == () and time.monotonic() - begin < 2
        source.stop()
        talker.join()


def test_that_each_system_has_its_source() -> None:
    assert type(source_of("linux", print)).__name__ == "LinuxSession"
    assert type(source_of("win32", print)).__name__ == "WindowsSession"
    assert source_of("darwin", print) is None


def test_that_a_system_without_a_source_says_so(qtbot: QtBot) -> None:
    watch = SessionWatch()
    watch._source = None
    window = QWidget()
    qtbot.addWidget(window)
    watch.start(window)
    watch.locked()
    assert "does not tell us" in watch.watched()
    watch.stop()


@pytest.mark.parametrize(
    ("message", "detail", "cause"),
    [
        (0x02B1, 7, Cause.SESSION_LOCKED), (0x02B1, 8, None), (0x02B1, 1, None), (0x02B1, 2, Cause.SESSION_SWITCHED),
        (0x02B1, 4, Cause.SESSION_SWITCHED), (0x02B1, 6, Cause.SESSION_SWITCHED), (0x0218, 4, Cause.GOES_TO_SLEEP),
        (0x0218, 0x12, Cause.SLEPT), (0x0218, 0xA, None), (0x000F, 7, None),
    ],
)  # fmt: skip
def test_that_windows_messages_are_read(message: int, detail: int, cause: Cause | None) -> None:
    assert cause_of(message, detail) is cause
    told: list[Cause] = []
    letter = ctypes.wintypes.MSG()
    letter.message, letter.wParam = message, detail
    source = WindowsSession(told.append)
    assert source.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(letter)) == (False, 0)
    assert source.nativeEventFilter(b"xcb_generic_event_t", 0) == (False, 0)
    assert told == ([] if cause is None else [cause])
