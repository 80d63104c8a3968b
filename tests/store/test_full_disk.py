"""A disk that is really full (a small memory disk in a name space of its own), and a file that may not grow.

The long form also lets every single call of the operating system that writes, syncs or opens fail once (strace).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crs_desktop.kernel.errors import EnvironmentFailure
from tests.store.pharmacy import LONG, ROOT, Pharmacy, note, open_pharmacy, rows

# Pages left free: nothing; too little for side files, for a dose, for a schema, for folding a new store; enough.
STEPS = range(0, 330, 3) if LONG else (0, 3, 8, 14, 24, 64, 84, 110, 160, 320)


@cache
def own_space() -> tuple[str, ...]:
    """How this user makes a name space in which a disk can be mounted; nothing when there is no way."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    for way in (("unshare", "-m"),) if root else (("unshare", "-rm"),):
        trial = [*way, "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"]
        if shutil.which("unshare") and subprocess.run(trial, capture_output=True).returncode == 0:
            return way
    return ()


def told_on_a_small_disk(disk: Path, size: str, module: str, steps: Iterable[int]) -> dict[str, Any]:
    """What this module tells of its work on a disk of that size, of its own; skips where none can be mounted."""
    if not own_space():
        pytest.skip("not shown: this machine lets us mount no small disk")
    mounted = f'mount -t tmpfs -o size={size},mode=777 tmpfs "$0" && shift && exec "$@"'
    command = [sys.executable, "-m", module, str(disk), *map(str, steps)]
    run = subprocess.run(
        [*own_space(), "sh", "-c", mounted, str(disk), "-", *command],
        cwd=ROOT, capture_output=True, text=True, timeout=250,
    )  # fmt: skip
    assert run.stderr == "", run.stderr
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


@pytest.fixture(scope="module")
def happened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What happened on the small disk."""
    return told_on_a_small_disk(tmp_path_factory.mktemp("disk"), "3m", "tests.store.fill_the_disk", STEPS)


def test_that_a_dose_on_a_full_disk_is_refused_in_words_and_the_same_act_succeeds_later(
    happened: dict[str, Any],
) -> None:
    for one in happened["doses"]:
        stopped = one["first"]["code"] != ""
        assert one["first"]["code"] in ("", "store_disk_full"), one
        assert one["between"] == ([0, 0, 0, 0] if stopped else [1, 1, 1, 1]), one
        assert (one["again"]["code"], one["after"], one["left"]) == ("", [1, 1, 1, 1], [2]), one
    answers = {one["first"]["code"] for one in happened["doses"]}
    assert answers == {"", "store_disk_full"}, "the steps must meet both a full disk and one with room"


def test_that_a_new_store_on_a_full_disk_is_made_whole_or_not_at_all(happened: dict[str, Any]) -> None:
    for one in happened["new"]:
        assert one["first"]["code"] in ("", "store_disk_full"), one
        assert one["litter"] == ([] if one["first"]["code"] else ["start.crs"]), one
        assert one["again"]["code"] == "", one
    assert {one["first"]["code"] for one in happened["new"]} == {"", "store_disk_full"}


def test_that_a_store_opened_on_a_full_disk_says_so_and_opens_later(happened: dict[str, Any]) -> None:
    for one in happened["old"]:
        assert one["first"]["code"] in ("", "store_disk_full"), one
        assert one["again"]["code"] == "", one
    assert {one["first"]["code"] for one in happened["old"]} == {"", "store_disk_full"}


def test_that_what_is_said_names_the_disk_and_no_folder(happened: dict[str, Any]) -> None:
    said = {one["first"]["said"] for kind in happened.values() for one in kind if one["first"]["code"]}
    assert said and all("disk" in words and "full" in words and "/" not in words for words in said)


@pytest.mark.skipif(os.name == "nt", reason="not shown: no limit on the size of files on Windows")
def test_that_a_file_that_cannot_grow_is_an_error_of_the_disk_and_nothing_is_half_written(pharmacy: Pharmacy) -> None:
    script = (
        "import json, resource, sys\n"
        "from pathlib import Path\n"
        "from crs_desktop.kernel.errors import EnvironmentFailure\n"
        "from tests.store.pharmacy import note, open_pharmacy\n"
        "made = open_pharmacy(Path(sys.argv[1])); note(made.store, 'before')\n"
        "wal = Path(sys.argv[1] + '-wal').stat().st_size\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (wal + 5000, resource.RLIM_INFINITY)); codes = []\n"
        "try: note(made.store, 'during', 'x' * 40000)\n"
        "except EnvironmentFailure as failure: codes.append(failure.finding.code)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "note(made.store, 'during', 'x' * 40000); made.close(); print(json.dumps(codes))\n"
    )
    pharmacy.close()
    run = subprocess.run(
        [sys.executable, "-c", script, str(pharmacy.store.path)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (run.stderr, json.loads(run.stdout)) == ("", ["store_io_error"])
    assert rows(pharmacy.store, "SELECT count(*) FROM requests WHERE request_id IN ('before', 'during')") == [(2,)]


@pytest.mark.skipif(not LONG, reason="the long form only")
@pytest.mark.parametrize("fault", ["pwrite64:error=ENOSPC", "pwrite64:error=EIO", "fsync:error=EIO",
                                   "fdatasync:error=EIO", "openat:error=EACCES", "openat:error=EMFILE",
                                   "ftruncate:error=EIO"])  # fmt: skip
def test_that_a_write_is_there_when_acknowledged_and_not_there_when_refused_whatever_call_fails(
    tmp_path: Path, fault: str, pharmacy: Pharmacy
) -> None:
    if not shutil.which("strace"):
        pytest.skip("not shown: no strace here")
    pharmacy.close()
    template = pharmacy.store.path.read_bytes()
    for number in range(1, 41):
        path = tmp_path / f"f{number}.crs"
        path.write_bytes(template)
        call, error = fault.split(":")
        # Only calls on the store and its side files: a fault while Python loads would say nothing about us.
        only = [part for ending in ("", "-wal", "-shm") for part in ("-P", f"{path}{ending}")]
        command = ["strace", "-f", "-qq", "-o", "/dev/null", *only, "-e", f"inject={call}:{error}:when={number}",
                   sys.executable, "-m", "tests.store.try_to_write", str(path)]  # fmt: skip
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert "Traceback" not in run.stderr, (number, run.stderr)
        code = json.loads(run.stdout)["code"]
        opened = open_pharmacy(path)
        there = rows(opened.store, "SELECT (SELECT count(*) FROM requests WHERE request_id = 'a note'), "
                                   "(SELECT count(*) FROM change_log WHERE request_id = 'a note')")  # fmt: skip
        assert rows(opened.store, "PRAGMA integrity_check") == [("ok",)]
        opened.close()
        # A commit that reported an error may be found whole afterwards; a half or a lost one never.
        assert there in ([(1, 1)], [(0, 0)] if code else [(1, 1)]), (number, code, there)


def test_that_stating_a_fact_or_keeping_an_answer_fails_in_words(pharmacy: Pharmacy) -> None:
    pharmacy.close()
    pharmacy.store.path.unlink()
    acts = (
        lambda: pharmacy.store.state_facts({"kind": "pharmacy"}),
        lambda: pharmacy.store.keep_answer("board", pharmacy.store.clock.now(), "{}"),
        lambda: pharmacy.store.fact("kind"),
        lambda: note(pharmacy.store, "a"),
    )
    for act in acts:
        with pytest.raises(EnvironmentFailure):
            act()
