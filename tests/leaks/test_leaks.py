"""Forty markers through every flow: nothing of a patient is left on the disk in plain, but what was asked for.

`CRS_LONG=1` locks and kills more often. Figures are printed (`-s`).
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bootstrap.at_reception import PASSWORDS
from tests.leaks.markers import MARKERS, PATIENTS
from tests.leaks.search import Found, Search
from tests.leaks.site import Site, Watch, new_site

LONG = bool(os.environ.get("CRS_LONG"))
KILLS = 12 if LONG else 2
SEARCH = Search(MARKERS)
NOW = "2026-12-02T09:00:00-05:00"


def looked_through(site: Site, what: str) -> Found:
    found = SEARCH.below(site.left)
    print(
        f"{what}: {found.files} files, {found.size:,} bytes, {found.streams} streams unpacked, "
        f"{len(SEARCH.encodings)} encodings, {len(found.hits)} hits"
    )
    return found


def kill_while_recording(site: Site, acknowledged: int, *words: str) -> None:
    """Killed after so many doses, wherever it is in the next one."""
    with site.start("killed", *words) as child:
        assert child.stdout is not None
        lines = iter(child.stdout.readline, "")
        assert any(line.startswith(f"ACK {acknowledged}") for line in lines), "the process ended by itself"
        os.kill(child.pid, signal.SIGKILL)


def verb(
    site: Site, *words: str, before: Callable[[], None] | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """A verb of the command line; its answer is for whoever asked, its complaints are left."""
    command = [sys.executable, "-m", "tests.leaks.verbs", *words, "--store", str(site.store)]
    done = subprocess.run(
        command, cwd=site.left / "work", env=site.environment() | more, capture_output=True, text=True, timeout=60,
        preexec_fn=before, check=False,
    )  # fmt: skip
    with (site.left / "terminal-verbs.txt").open("a") as terminal:
        terminal.write(done.stderr)
    return done


def who(site: Site) -> tuple[str, ...]:
    """How somebody signs in on the command line."""
    password = site.left / "home" / "password"
    password.touch(0o600)
    password.write_text(PASSWORDS["weber"] + "\n")
    return "--by", "weber", "--password-from", str(password)


def cores_welcome() -> None:
    """As on a machine whose owner collects crashes."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site after its day, killed at work, asked by the command line, and crashed."""
    site = new_site(tmp_path_factory.mktemp("site"))
    with site.start("day", *(["long"] if LONG else [])) as day, Watch(site, day):
        said, _ = day.communicate(timeout=300)
    assert day.returncode == 0 and said.splitlines()[-1] == "DONE", said
    clipboards = [line for line in said.splitlines() if line.startswith("CLIPBOARD")]
    assert clipboards[0] == "CLIPBOARD '', 1 half typed"
    assert all(line.startswith("CLIPBOARD '',") for line in clipboards)
    assert "FULL EnvironmentFailure" in said
    for number in range(KILLS):
        kill_while_recording(site, 2 + number)
    return site


def test_that_nothing_of_a_patient_is_left_in_plain(lived: Site) -> None:
    store = lived.left / "store"
    left = {path.name for path in store.rglob("*") if path.is_file()}
    assert {"pharmacy.crs", "pharmacy.crs-wal", "pharmacy.crs-shm", "pharmacy.crs.slots", "pharmacy.crs.heads"} <= left
    assert [path for path in store.rglob("*.crsbackup")] or [path for path in store.rglob("*backup*/*")]
    assert list((lived.left / "state" / "reports").iterdir()), "a report was written"
    assert "RuntimeError" in (lived.left / "log.txt").read_text()
    assert looked_through(lived, "after a day and kills").hits == []
    shutil.rmtree(lived.left / "kept")


def test_that_the_command_line_leaves_nothing_but_its_answer(lived: Site) -> None:
    by = who(lived)
    answer = verb(lived, "readiness", "--json", "--now", NOW, *by)
    assert answer.returncode in (0, 1) and PATIENTS[2].family in answer.stdout, "the answer that was asked for"
    sheet = ("print", "dosing-sheet", "--patient", PATIENTS[3].mrn, "--out", str(lived.asked))
    for words in (sheet, ("verify",), ("backup",), *((("readiness",), ("backup", "--json")) if LONG else ())):
        done = verb(lived, *words, "--now", NOW, *by)
        assert done.returncode in (0, 1), done.stderr
    wrong = ("--by", "weber", "--password-from", str(lived.left / "log.txt"))
    assert verb(lived, "readiness", "--json", *wrong).returncode == 2
    assert looked_through(lived, "after the command line").hits == []


def test_that_a_crash_leaves_no_picture_of_the_memory(lived: Site) -> None:
    crashed = verb(
        lived, "readiness", "--json", "--now", NOW, *who(lived), before=cores_welcome, CRS_THEN_ABORT="1"
    )
    assert crashed.returncode == -signal.SIGABRT and PATIENTS[2].family in crashed.stdout
    assert [path.name for path in (lived.left / "work").iterdir()] == []
    assert looked_through(lived, "after a crash with everything in memory").hits == []


def test_that_a_crash_could_be_seen(tmp_path: Path) -> None:
    """A process that does not forbid it leaves its memory here, and the search finds what stands in it."""
    if "|" in Path("/proc/sys/kernel/core_pattern").read_text() or resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("not shown: this machine leaves no core files")
    code = f"import os; kept = {MARKERS!r}; os.abort()"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, preexec_fn=cores_welcome, check=False)
    found = SEARCH.below(tmp_path)
    assert {hit.marker for hit in found.hits} == set(MARKERS)


def test_that_a_file_without_a_name_could_be_seen(tmp_path: Path) -> None:
    """As a sort that spills: made, unlinked at once, gone when the process ends."""
    site = new_site(tmp_path)
    code = (
        "import sys, tempfile, time\nwith tempfile.TemporaryFile() as spill:\n"
        f"    spill.write({PATIENTS[0].family!r}.encode()); spill.flush(); time.sleep(1)"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, env=site.environment(), text=True) as child, Watch(site, child):
        child.wait(timeout=30)
    assert list((site.left / "tmp").iterdir()) == []
    assert {hit.marker for hit in looked_through(site, "a spill").hits} == {PATIENTS[0].family}


def test_that_the_search_finds_what_a_plain_store_leaves(tmp_path: Path) -> None:
    """The same doses with a driver that is given no key: else the tests above could be blind."""
    site = new_site(tmp_path)
    kill_while_recording(site, 2, "plain")
    hits = looked_through(site, "a plain store").hits
    places = {hit.place.rpartition("/")[2] for hit in hits}
    assert {hit.marker for hit in hits} >= {value for one in PATIENTS for value in (one.family, one.given, one.mrn)}
    assert places & {"pharmacy.crs", "pharmacy.crs-wal"}
