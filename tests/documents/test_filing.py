"""Filing: a whole file or none, the old one kept, nobody else's eyes, nothing left behind by a killed program."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.documents.filing import file_paper, paper_name, read_filed, sweep_unfinished
from crs_desktop.documents.model import Kind
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say

PDF = b"%PDF-1.4\n" + b"x" * 5000 + b"\n%%EOF\n"
OTHER = b"%PDF-1.4\n" + b"y" * 5000 + b"\n%%EOF\n"
ROOT = Path(__file__).parents[2]


def test_that_a_filed_paper_is_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    filed = file_paper(tmp_path / "papers", "a.pdf", PDF)
    assert read_filed(filed.path, filed.sha256) == PDF
    assert filed.size == len(PDF)
    if os.name == "posix":
        assert stat.S_IMODE(filed.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(filed.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in filed.path.parent.iterdir()] == ["a.pdf"]


def test_that_the_same_paper_is_filed_once_and_another_never_replaces_it(tmp_path: Path) -> None:
    first = file_paper(tmp_path, "a.pdf", PDF)
    assert file_paper(tmp_path, "a.pdf", PDF) == first
    second = file_paper(tmp_path, "a.pdf", OTHER)
    assert second.path.name == "a-2.pdf"
    assert file_paper(tmp_path, "a.pdf", OTHER) == second
    assert read_filed(first.path, first.sha256) == PDF


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.4 cut off", b"hello %%EOF"])
def test_that_a_broken_document_is_not_filed(tmp_path: Path, broken: bytes) -> None:
    with pytest.raises(ValueError, match="whole PDF"):
        file_paper(tmp_path, "a.pdf", broken)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../a.pdf", "/a.pdf", ".a.pdf", "b/a.pdf", ""])
def test_that_a_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain file name"):
        file_paper(tmp_path / "papers", name, PDF)


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="needs a limit on file size")
def test_that_a_full_disk_keeps_the_old_file_and_leaves_nothing(tmp_path: Path) -> None:
    # A real limit of the system in a child: the write itself fails, as on a full disk.
    file_paper(tmp_path, "a.pdf", PDF)
    script = (
        "import resource, signal, sys; from pathlib import Path;"
        "from crs_desktop.documents.filing import file_paper;"
        "from crs_desktop.kernel.errors import EnvironmentFailure;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000));\n"
        "try:\n    file_paper(Path(sys.argv[1]), 'b.pdf', b'%PDF-' + b'z' * 9000 + b'%%EOF')\n"
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
    file_paper(tmp_path, "a.pdf", PDF)
    real = os.fdopen

    def full(handle: int, mode: str):  # type: ignore[no-untyped-def]
        os.close(handle)
        return real(os.open("/dev/full", os.O_WRONLY), mode)

    monkeypatch.setattr("crs_desktop.documents.filing.os.fdopen", full)
    with pytest.raises(EnvironmentFailure) as failed:
        file_paper(tmp_path, "a.pdf", OTHER)
    assert failed.value.finding.code == "paper_disk_full"
    assert str(tmp_path) in say(failed.value.finding)
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == PDF


def test_that_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EnvironmentFailure) as failed:
        file_paper(tmp_path / "file" / "papers", "a.pdf", PDF)
    assert failed.value.finding.code == "paper_not_written"


def test_that_a_file_held_by_a_scanner_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = iter([PermissionError(errno.EACCES, "held"), PermissionError(errno.EACCES, "held")])
    real = Path.replace

    def replace(self: Path, target: Path) -> Path:
        for refusal in held:
            raise refusal
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr("crs_desktop.documents.filing.time.sleep", lambda seconds: None)
    assert file_paper(tmp_path, "a.pdf", PDF).path.read_bytes() == PDF


def test_that_a_changed_or_missing_paper_is_not_shown(tmp_path: Path) -> None:
    filed = file_paper(tmp_path, "a.pdf", PDF)
    filed.path.write_bytes(OTHER)
    changed = read_filed(filed.path, filed.sha256)
    assert isinstance(changed, Refused) and changed.findings[0].code == "paper_changed"
    filed.path.unlink()
    missing = read_filed(filed.path, filed.sha256)
    assert isinstance(missing, Refused) and missing.findings[0].code == "paper_missing"


def test_that_what_a_killed_program_left_is_swept_and_papers_stay(tmp_path: Path) -> None:
    script = (
        "import os, sys, time; from pathlib import Path; import crs_desktop.documents.filing as filing;"
        "filing.os.fsync = lambda handle: (print('writing', flush=True), time.sleep(30));"
        "filing.file_paper(Path(sys.argv[1]), 'a.pdf', b'%PDF-' + b'z' * 9000 + b'%%EOF')"
    )
    killed = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None and killed.stdout.readline().strip() == "writing"
    killed.kill()
    killed.wait()
    killed.stdout.close()
    left = list(tmp_path.iterdir())
    assert len(left) == 1 and left[0].name != "a.pdf"
    if os.name == "posix":
        assert stat.S_IMODE(left[0].stat().st_mode) == 0o600
    file_paper(tmp_path, "b.pdf", PDF)
    assert sweep_unfinished(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["b.pdf"]
    assert sweep_unfinished(tmp_path / "none") == 0


def test_that_a_file_name_says_sheet_moment_and_code_but_no_patient() -> None:
    at = datetime(2026, 12, 3, 11, 5, tzinfo=UTC)
    name = paper_name(Kind.INFUSION_DAY, "HYFD3-Y7M3T", at, ZoneInfo("America/New_York"))
    assert name == "infusion-day-20261203-0605-HYFD3-Y7M3T.pdf"
    assert time.tzname is not None
