"""Signing in by processes of their own: what it costs, what others on the machine see of it, a real terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crs_desktop.store.keys.derivation import Cost
from crs_desktop.store.keys.guessing import FREE_MISSES
from crs_desktop.store.keys.passwords import secret_of
from crs_desktop.store.keys.slots import SlotFile, SlotKind
from crs_desktop.store.keys.slots_file import read_slots, slots_path, spelled
from crs_desktop.store.keys.wrapping import make_slot
from tests.command_line.conftest import Ask
from tests.command_line.people import CLOCK, NOW, PASSWORDS, Site
from tests.command_line.test_processes import ROOT
from tests.command_line.test_signing_in import BOARD, GUESS, own

pytestmark = pytest.mark.skipif(os.name == "nt", reason="descriptors and terminals are not shown here")

# What the program's own slots cost, and the least that it opens; the constants of this process are cheaper.
REAL, FLOOR = Cost(262_144, 3, 2), Cost(65_536, 4, 1)
PROGRAM = (sys.executable, "-m", "crs_desktop")
_CHEAPEN = "from tests.store.keys.cheap import cheapen; cheapen(); from crs_desktop.__main__ import main; "
CHEAP = (sys.executable, "-c", f"{_CHEAPEN}raise SystemExit(main())")
ON_A_TERMINAL = (sys.executable, "-c", f"import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); {CHEAP[2]}")


def with_real_slots(site: Site) -> Site:
    """The same store under a slot of "weber" that costs what the program's cost."""
    store_id = read_slots(site.path).store_id
    weber = make_slot(
        SlotKind.PERSON, "weber", 1, secret_of(PASSWORDS["weber"]), site.keys, store_id, CLOCK.now(), REAL
    )
    secret, kind = secret_of("made up"), SlotKind.RECOVERY
    paper = make_slot(kind, "recovery", None, secret, site.keys, store_id, CLOCK.now(), FLOOR)
    slots_path(site.path).write_bytes(spelled(SlotFile(store_id, (weber, paper))))
    return site


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="what others see is not shown here")
def test_that_others_see_nothing_of_a_password_and_it_costs_what_it_should(site: Site) -> None:
    store, (reading, writing) = with_real_slots(site).path, os.pipe()
    words = ("--by", "weber", "--password-from", f"fd:{reading}", "--store", str(store), "--now", NOW, "readiness")
    with subprocess.Popen(
        (*PROGRAM, *words), cwd=ROOT, pass_fds=(reading,), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(reading)
        os.write(writing, PASSWORDS["weber"].encode())
        time.sleep(0.5)  # it waits for the end of the pipe
        seen = b"".join(Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
        started = time.monotonic()
        os.close(writing)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (1, "")
    assert PASSWORDS["weber"].encode() not in seen and b"weber" in seen
    assert PASSWORDS["weber"] not in out
    assert time.monotonic() - started > 0.2


def test_that_a_slot_of_next_to_no_cost_is_not_opened_by_the_program(site: Site, passwords: Path) -> None:
    words = ("--by", "weber", "--password-from", str(passwords / "weber"), "--store", str(site.path), "verify")
    done = subprocess.run((*PROGRAM, *words), cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert "has a cost this program never sets" in done.stderr


def test_that_waiting_holds_over_processes(bare: Ask, site: Site, passwords: Path, tmp_path: Path) -> None:
    wrong = own(tmp_path / "wrong", GUESS)
    for _ in range(FREE_MISSES):
        assert bare("--by", "okafor", "--password-from", wrong, *BOARD, site.path).codes == ["sign_in_wrong"]
    right = ("--by", "okafor", "--password-from", str(passwords / "okafor"), "--store", str(site.path), "readiness")
    done = subprocess.run((*CHEAP, *right), cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, "Too many wrong tries" in done.stderr) == (3, True)


def test_that_a_terminal_asks_and_shows_no_letter_of_the_answer(empty_store: Path) -> None:
    import pty

    words = ("--by", "weber", "--store", str(empty_store), "--now", NOW, "readiness")
    screen, terminal = pty.openpty()
    with subprocess.Popen(
        (*ON_A_TERMINAL, *words), cwd=ROOT, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
    ) as process:
        os.close(terminal)
        shown = b""
        while b"Password of weber:" not in shown:
            shown += os.read(screen, 1000)
        time.sleep(0.1)
        os.write(screen, PASSWORDS["weber"].encode() + b"\n")
        while more := _read(screen):
            shown += more
        assert process.wait(60) == 0
    os.close(screen)
    assert PASSWORDS["weber"].encode() not in shown
    assert b"Policy" in shown


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 4096)
    except OSError:  # so Linux says that the other side has gone
        return b""


def test_that_without_a_terminal_nothing_is_read_in_its_place(empty_store: Path) -> None:
    words = ("--by", "weber", "--store", str(empty_store), "--now", NOW, "readiness")
    done = subprocess.run(
        (*CHEAP, *words), cwd=ROOT, input=PASSWORDS["weber"], capture_output=True, text=True, timeout=60,
        start_new_session=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "no terminal" in done.stderr and "Warning" not in done.stderr
