"""Limits on guessing: after a restart, with other clocks, in many windows, on a full disk."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crs_desktop.kernel.wording import say
from crs_desktop.store.keys.guessing import UNKNOWN, Guesses, key_of, misses_path, wait_after
from crs_desktop.store.keys.slots import SlotKind
from tests.store.keys.cheap import code_of, store_in, two_people
from tests.store.pharmacy import ROOT

KEY = "person:weber"


class Ticks:
    """A clock that runs forward only, and only when it is told to."""

    def __init__(self) -> None:
        self.now = 5000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_in(tmp_path)


def miss(guesses: Guesses, ticks: Ticks, times: int, key: str = KEY) -> None:
    """So many misses, each as soon as it may be."""
    for _ in range(times):
        ticks.now += guesses.wait_s(key)
        assert guesses.begin(key) is None


def test_that_waits_begin_with_the_tenth_miss_and_double_up_to_a_quarter_of_an_hour(store: Path, ticks: Ticks) -> None:
    guesses, waits = Guesses(store, ticks), []
    for _ in range(20):
        miss(guesses, ticks, 1)
        waits.append(guesses.wait_s(KEY))
    assert waits == [0] * 9 + [10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900]
    assert wait_after(10**9) == 900
    assert guesses.misses(KEY) == 20 and guesses.misses("person:okafor") == 0


def test_that_a_try_before_its_time_is_refused_and_is_no_miss(store: Path, ticks: Ticks) -> None:
    guesses = Guesses(store, ticks)
    miss(guesses, ticks, 10)
    ticks.now += 9.5
    answer = guesses.begin(KEY)
    assert answer is not None and "1 s" in say(answer.findings[0])
    assert code_of(answer) == "sign_in_wait_seconds" and guesses.misses(KEY) == 10
    ticks.now += 0.5
    assert guesses.begin(KEY) is None
    miss(guesses, ticks, 10)
    answer = guesses.begin(KEY)
    assert answer is not None and code_of(answer) == "sign_in_wait_minutes" and "15 min" in say(answer.findings[0])


def test_that_a_hundred_misses_lock_until_somebody_frees(store: Path, ticks: Ticks) -> None:
    guesses = Guesses(store, ticks)
    miss(guesses, ticks, 99)
    assert not guesses.locked(KEY)
    miss(guesses, ticks, 1)
    for _ in range(2):
        ticks.now += 10**9
        assert guesses.locked(KEY) and code_of(guesses.begin(KEY)) == "sign_in_locked"
        assert not guesses.locked("person:okafor") and guesses.begin("person:okafor") is None
        guesses = Guesses(store, ticks)  # the program is started anew
    assert Guesses(store, ticks).free(KEY) == 100  # by another window
    assert guesses.begin(KEY) is None and guesses.misses(KEY) == 1


def test_that_success_clears_the_count_and_tells_it(store: Path, ticks: Ticks) -> None:
    guesses = Guesses(store, ticks)
    miss(guesses, ticks, 12)
    ticks.now += 40
    assert guesses.begin(KEY) is None and guesses.succeeded(KEY) == 12
    assert (guesses.misses(KEY), guesses.wait_s(KEY)) == (0, 0)
    assert Guesses(store, ticks).misses(KEY) == 0
    assert guesses.begin(KEY) is None and guesses.succeeded(KEY) == 0


def test_that_a_restart_keeps_the_count_and_begins_the_wait_anew(store: Path, ticks: Ticks) -> None:
    first = Guesses(store, ticks)
    miss(first, ticks, 12)
    ticks.now += 35
    assert first.wait_s(KEY) == 5
    again = Guesses(store, ticks)
    assert (again.misses(KEY), again.wait_s(KEY)) == (12, 40)
    assert code_of(again.begin(KEY)) == "sign_in_wait_seconds"
    ticks.now += 40
    assert again.begin(KEY) is None
    ticks.now = 3.0  # a machine that was started anew begins to count again
    assert Guesses(store, ticks).wait_s(KEY) == 80


@pytest.mark.parametrize("days", [-1, 1, 400])
def test_that_the_time_of_day_neither_helps_nor_locks_out(
    store: Path, ticks: Ticks, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    guesses = Guesses(store, ticks)
    miss(guesses, ticks, 11)
    moved = time.time() + days * 86_400
    monkeypatch.setattr(time, "time", lambda: moved)
    os.utime(misses_path(store), (moved, moved))
    for known in (guesses, Guesses(store, ticks)):
        assert (known.misses(KEY), known.wait_s(KEY)) == (11, 20)
    ticks.now += 20
    assert guesses.begin(KEY) is None and guesses.succeeded(KEY) == 11


def test_that_no_time_is_written_and_only_the_owner_may_look(store: Path, ticks: Ticks) -> None:
    miss(Guesses(store, ticks), ticks, 12)
    said = json.loads(misses_path(store).read_bytes())
    assert said == {"format": 1, "everybody": 0, "misses": {KEY: 12}}
    if os.name == "posix":
        assert misses_path(store).stat().st_mode & 0o777 == 0o600
    assert sorted(item.name for item in store.parent.iterdir()) == [".t.crs.misses-lock", "t.crs.misses"]


def test_that_two_windows_have_no_more_tries_than_one(store: Path, ticks: Ticks) -> None:
    one, other = Guesses(store, ticks), Guesses(store, ticks)
    for guesses in (one, other) * 5:
        assert guesses.begin(KEY) is None
    assert one.misses(KEY) == other.misses(KEY) == 10
    tries = 0
    for _ in range(100):  # ten seconds each
        tries += sum(guesses.begin(KEY) is None for guesses in (one, other))
        ticks.now += 10
    # One window alone may try after 10, 30, 70, 150, 310 and 630 seconds.
    assert 3 <= tries <= 6, "waiting in two windows at once must not give two tries"
    assert one.misses(KEY) == 10 + tries


def test_that_a_killed_program_has_missed(store: Path, ticks: Ticks) -> None:
    assert Guesses(store, ticks).begin(KEY) is None  # and the program is gone before the password is looked at
    assert Guesses(store, ticks).misses(KEY) == 1


def test_that_misses_of_many_processes_are_all_counted(store: Path) -> None:
    script = (
        "import itertools, sys\n"
        "from pathlib import Path\n"
        "from crs_desktop.store.keys.guessing import Guesses\n"
        "hours = itertools.count(0, 4000)\n"
        "guesses = Guesses(Path(sys.argv[1]), lambda: next(hours))\n"
        "assert [guesses.begin('person:weber') for _ in range(12)] == [None] * 12 and guesses.kept\n"
    )
    windows = [subprocess.Popen([sys.executable, "-c", script, str(store)], cwd=ROOT) for _ in range(4)]
    assert [window.wait(60) for window in windows] == [0] * 4
    assert Guesses(store).misses(KEY) == 48


@pytest.mark.skipif(not hasattr(os, "fork"), reason="not shown: no kill -9 and no fork here")
def test_that_kill_9_amid_writing_loses_no_miss_that_was_told_and_damages_nothing(store: Path) -> None:
    chosen, told, kills = random.Random(4711), 0, 25
    for _ in range(kills):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:  # pragma: no cover
            guesses = Guesses(store, itertools.count(0, 4000).__next__)
            while guesses.begin(UNKNOWN) is None:
                os.write(writing, b".")
        os.close(writing)
        os.read(reading, 1)
        time.sleep(chosen.uniform(0, 0.01))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        told += 1 + len(os.read(reading, 100_000))
        os.close(reading)
        said = json.loads(misses_path(store).read_bytes())
        assert said["everybody"] == 0 and told <= said["misses"][UNKNOWN] <= told + kills
    assert Guesses(store).misses(UNKNOWN) >= told > kills


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\x00" * 50, b"[]", b"null", b'{"format": 2, "everybody": 0, "misses": {}}', b"x" * 600_000,
     b"[" * 99_999,
     b'{"format": 1, "everybody": 0, "misses": {"person:weber": -5}}', b'{"format": 1, "everybody": 0, "misses": []}',
     b'{"format": 1, "everybody": 0, "misses": {"a": 1, "a": 1}}', b'{"format": 1, "everybody": 1.5, "misses": {}}',
     b'{"format": 1, "everybody": 0, "misses": {"person:weber": true}}',
     b'{"format": 1, "everybody": 0, "misses": null}',
     b'{"format": 1, "misses": {}}'],
)  # fmt: skip
def test_that_a_damaged_file_is_ten_misses_for_everybody_and_no_lock_for_ever(
    store: Path, ticks: Ticks, content: bytes
) -> None:
    misses_path(store).write_bytes(content)
    guesses = Guesses(store, ticks)
    for key in (KEY, "person:okafor", UNKNOWN):
        assert (guesses.misses(key), guesses.wait_s(key), guesses.locked(key)) == (10, 10, False)
    ticks.now += 10
    assert guesses.begin(KEY) is None and guesses.begin("person:lee") is None
    assert guesses.succeeded("person:lee") == 10
    again = Guesses(store, ticks)
    assert [again.misses(key) for key in (KEY, "person:lee", "person:okafor")] == [11, 0, 10]


def test_that_an_unreadable_file_is_no_free_way(store: Path, ticks: Ticks) -> None:
    misses_path(store).mkdir()
    guesses = Guesses(store, ticks)
    assert guesses.wait_s(KEY) == 10
    ticks.now += 10
    assert guesses.begin(KEY) is None and not guesses.kept and guesses.misses(KEY) == 11
    assert guesses.succeeded(KEY) == 10 and guesses.misses(KEY) == 0


def test_that_a_file_that_goes_away_takes_no_miss_with_it(store: Path, ticks: Ticks) -> None:
    guesses = Guesses(store, ticks)
    miss(guesses, ticks, 11)
    misses_path(store).unlink()
    assert guesses.misses(KEY) == 11 and code_of(guesses.begin(KEY)) == "sign_in_wait_seconds"
    ticks.now += 20
    assert guesses.begin(KEY) is None
    assert Guesses(store, ticks).misses(KEY) == 12


def test_that_misses_count_in_memory_while_they_cannot_be_written_and_are_written_later(
    tmp_path: Path, ticks: Ticks
) -> None:
    store = tmp_path / "pulled out" / "t.crs"
    guesses = Guesses(store, ticks)
    miss(guesses, ticks, 12)
    assert (guesses.kept, guesses.misses(KEY), guesses.wait_s(KEY)) == (False, 12, 40)
    store.parent.mkdir()
    miss(Guesses(store, ticks), ticks, 3)  # another window, which knows nothing of the twelve
    assert guesses.misses(KEY) == 15
    miss(guesses, ticks, 1)
    assert guesses.kept and Guesses(store, ticks).misses(KEY) == guesses.misses(KEY) == 16


def test_that_success_while_nothing_can_be_written_is_kept_for_later(tmp_path: Path, ticks: Ticks) -> None:
    store = tmp_path / "f" / "t.crs"
    store.parent.mkdir()
    guesses = Guesses(store, ticks)
    miss(guesses, ticks, 5)
    store.parent.rename(tmp_path / "g")
    assert guesses.begin(KEY) is None and guesses.succeeded(KEY) == 5
    assert (guesses.misses(KEY), guesses.kept) == (0, False)
    (tmp_path / "g").rename(store.parent)
    assert guesses.begin(KEY) is None and guesses.kept
    assert Guesses(store, ticks).misses(KEY) == 1


@pytest.mark.skipif(os.name == "nt", reason="not shown: no such locks here")
def test_that_a_window_that_holds_the_lock_for_long_keeps_nobody_out(store: Path, ticks: Ticks) -> None:
    script = (
        "import fcntl, os, sys, time\n"
        "number = os.open(sys.argv[1], os.O_CREAT | os.O_RDWR)\n"
        "fcntl.flock(number, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)\n"
    )
    lock = store.with_name(".t.crs.misses-lock")
    hung = subprocess.Popen([sys.executable, "-c", script, str(lock)], stdout=subprocess.PIPE)
    try:
        assert hung.stdout is not None and hung.stdout.readline()
        guesses = Guesses(store, ticks)
        assert guesses.begin(KEY) is None and guesses.misses(KEY) == 1 and not guesses.kept
    finally:
        hung.kill()
        hung.communicate()


@pytest.mark.usefixtures("cheap")
def test_that_codes_and_unknown_names_are_limited_and_a_recovery_code_waits_but_is_never_locked(
    store: Path, ticks: Ticks
) -> None:
    file, _, _ = two_people()
    keys = {slot.kind: key_of(slot) for slot in file.slots}
    assert key_of(None) == UNKNOWN and keys[SlotKind.PERSON] == "person:okafor"
    guesses = Guesses(store, ticks)
    for key in (*keys.values(), UNKNOWN):
        miss(guesses, ticks, 100, key)
        assert guesses.begin(key) is not None, key
    ticks.now += 900
    assert guesses.begin(keys[SlotKind.RECOVERY]) is None and guesses.begin(UNKNOWN) is None
    assert (
        code_of(guesses.begin(keys[SlotKind.EMERGENCY])) == code_of(guesses.begin("person:okafor")) == "sign_in_locked"
    )
