"""Save as PDF: a plain file because somebody asked, whole or not at all, for its owner only, and never unlogged."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.documents.export import UNFINISHED, drafted, free_place
from crs_desktop.documents.filed import FiledSheet
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused, no
from crs_desktop.kernel.wording import say
from crs_desktop.store.store import Store
from tests.documents.shop import Shop, new_shop
from tests.store.pharmacy import ROOT, WEBER, rows

PDF = b"%PDF-1.4\n" + b"x" * 5000 + b"\n%%EOF\n"
OTHER = b"%PDF-1.4\n" + b"y" * 5000 + b"\n%%EOF\n"
LOGGED = "SELECT subject_id, json_extract(after, '$.to'), actor FROM change_log WHERE action = 'export'"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = new_shop(tmp_path / "t.crs")
    yield made
    made.close()


@pytest.fixture
def filed(shop: Shop) -> FiledSheet:
    return shop.filed("a")


def write(place: Path, content: bytes) -> Path:
    """One plain file, as the service writes it."""
    with drafted(place.parent, content) as draft:
        place = free_place(place, content)
        draft.name(place)
    return place


def test_that_an_export_is_the_filed_bytes_for_its_owner_only_and_logged(
    shop: Shop, filed: FiledSheet, tmp_path: Path
) -> None:
    place = tmp_path / "out" / "a.pdf"
    assert shop.paper.export("e", filed, place, WEBER) == place
    assert place.read_bytes() == shop.paper.content(filed)
    assert [path.name for path in place.parent.iterdir()] == ["a.pdf"]
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert rows(shop.store, LOGGED) == [(filed.code, str(place), "A. Weber")]


def test_that_other_bytes_are_replaced_only_when_that_was_asked(shop: Shop, filed: FiledSheet, tmp_path: Path) -> None:
    place = tmp_path / "a.pdf"
    place.write_bytes(OTHER)
    assert shop.paper.export("e1", filed, place, WEBER) == tmp_path / "a-2.pdf"
    assert place.read_bytes() == OTHER
    assert shop.paper.export("e2", filed, place, WEBER) == tmp_path / "a-2.pdf", "the same bytes are written once"
    assert shop.paper.export("e3", filed, place, WEBER, replace=True) == place
    assert place.read_bytes() == shop.paper.content(filed)
    assert [to for _, to, _ in rows(shop.store, LOGGED)] == [str(tmp_path / n) for n in ("a-2.pdf", "a-2.pdf", "a.pdf")]


def test_that_there_is_no_file_when_the_log_does_not_take_it(
    shop: Shop, filed: FiledSheet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Store, *_: object) -> Refused:
        return Refused((no("request_with_other_content"),))

    def broken(self: Store, *_: object) -> Refused:
        raise EnvironmentFailure(no("store_disk_full", "store", "t.crs"))

    place = tmp_path / "out" / "a.pdf"
    monkeypatch.setattr(Store, "perform", refused)
    assert isinstance(shop.paper.export("e", filed, place, WEBER), Refused)
    monkeypatch.setattr(Store, "perform", broken)
    with pytest.raises(EnvironmentFailure):
        shop.paper.export("e", filed, place, WEBER)
    assert list(place.parent.iterdir()) == []


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="needs a limit on file size")
def test_that_a_file_that_cannot_grow_keeps_the_old_one_and_leaves_nothing(tmp_path: Path) -> None:
    # A real limit of the system in a child: the write itself fails, as on a full disk.
    write(tmp_path / "a.pdf", PDF)
    script = (
        "import resource, signal, sys; from pathlib import Path;"
        "from crs_desktop.documents.export import drafted;"
        "from crs_desktop.kernel.errors import EnvironmentFailure;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));\n"
        "try:\n    with drafted(Path(sys.argv[1]), b'%PDF-' + b'z' * 9000): print('written')\n"
        "except EnvironmentFailure as failure:\n    print(failure.finding.code)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "paper_not_written"
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == PDF


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_that_a_full_disk_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.pdf", PDF)
    real = os.fdopen

    def full(handle: int, mode: str):  # type: ignore[no-untyped-def]
        os.close(handle)
        return real(os.open("/dev/full", os.O_WRONLY), mode)

    monkeypatch.setattr("crs_desktop.documents.export.os.fdopen", full)
    with pytest.raises(EnvironmentFailure) as failed:
        write(tmp_path / "b.pdf", OTHER)
    assert failed.value.finding.code == "paper_disk_full"
    assert str(tmp_path) in say(failed.value.finding)
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_that_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EnvironmentFailure) as failed:
        write(tmp_path / "file" / "a.pdf", PDF)
    assert failed.value.finding.code == "paper_not_written"


def test_that_a_file_held_by_a_scanner_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = iter([PermissionError(errno.EACCES, "held"), PermissionError(errno.EACCES, "held")])
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        for refusal in held:
            raise refusal
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr("crs_desktop.documents.export.time.sleep", lambda seconds: None)
    assert write(tmp_path / "a.pdf", PDF).read_bytes() == PDF


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_that_what_a_killed_export_left_is_swept_by_the_next_and_a_running_one_is_not(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; import crs_desktop.documents.export as export;"
        "export.os.fsync = lambda handle: (print('writing', flush=True), time.sleep(30));"
        "export.drafted(Path(sys.argv[1]), b'%PDF-' + b'z' * 9000).__enter__()"
    )
    killed = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None and killed.stdout.readline().strip() == "writing"
    killed.kill()
    killed.wait()
    killed.stdout.close()
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(UNFINISHED) and stat.S_IMODE(left.stat().st_mode) == 0o600
    os.utime(left, (left.stat().st_atime, left.stat().st_mtime - 30))
    write(tmp_path / "b.pdf", PDF)
    assert left.exists(), "it could be another desk's, half written"
    os.utime(left, (left.stat().st_atime, left.stat().st_mtime - 120))
    write(tmp_path / "c.pdf", PDF)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.pdf", "c.pdf"]
