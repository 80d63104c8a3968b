"""Files that are not a store, are damaged, or may not be written: each is answered in words, and nothing is touched.

Some are tried in a process of an ordinary user, because the rights of a file do not bind root; root tries them
on a read-only mount.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.wording import say
from tests.store.pharmacy import ROOT, Pharmacy, new_store, note, open_pharmacy

WORDS = b"MRN 0041827, Adler, Ruth: this is a letter and no store at all. " * 64


def contents(folder: Path) -> dict[str, bytes | None]:
    return {item.name: item.read_bytes() if item.is_file() else None for item in folder.iterdir()}


def refused(path: Path) -> str:
    """The code; what is said names the file by its last part only."""
    before = contents(path.parent) if path.parent.is_dir() else {}
    with pytest.raises(EnvironmentFailure) as caught:
        open_pharmacy(path)
    said = say(caught.value.finding) + str(caught.value)
    assert path.name in said and str(path.parent) not in said and "Traceback" not in said and "Adler" not in said
    assert not path.parent.is_dir() or contents(path.parent) == before
    return caught.value.finding.code


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "store_empty"), (b"S", "store_is_not_a_store"), (WORDS, "store_is_not_a_store"),
     (b"SQLite format 2\x00" + WORDS, "store_is_not_a_store"), (b"SQLite format 3\x00" + WORDS, "store_not_encrypted"),
     (bytes(8192), "store_is_not_a_store")],
)  # fmt: skip
def test_that_a_file_that_is_not_a_store_is_refused_in_words(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "notes.crs"
    path.write_bytes(content)
    assert refused(path) == code


def test_that_a_folder_a_pipe_and_a_name_that_cannot_be_are_refused(tmp_path: Path) -> None:
    (tmp_path / "box").mkdir()
    assert refused(tmp_path / "box") == "store_is_a_folder"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(EnvironmentFailure) as caught:
            open_pharmacy(tmp_path / "pipe")
        assert caught.value.finding.code == "store_is_not_a_store"
        (tmp_path / "pipe").unlink()
    assert refused(tmp_path / "nowhere" / "t.crs") == "store_folder_missing"
    assert refused(tmp_path / ("n" * 400)) == "store_unreadable"
    assert refused(tmp_path / "t\0.crs") in ("store_unreadable", "store_cannot_open")
    (tmp_path / "file").write_text("x")
    assert refused(tmp_path / "file" / "t.crs") == "store_folder_missing"


def test_that_a_link_to_nothing_is_missed_and_not_filled(tmp_path: Path) -> None:
    (tmp_path / "t.crs").symlink_to(tmp_path / "unplugged" / "t.crs")
    with pytest.raises(EnvironmentFailure) as caught:
        open_pharmacy(tmp_path / "t.crs")
    assert caught.value.finding.code == "store_missing"


def test_that_a_store_cut_short_is_refused_wherever_it_was_cut(tmp_path: Path) -> None:
    whole = new_store(tmp_path / "whole.crs").read_bytes()
    path = tmp_path / "cut" / "t.crs"
    path.parent.mkdir()
    for size in (
        1,
        15,
        16,
        99,
        100,
        511,
        512,
        4095,
        4096,
        4097,
        8192,
        len(whole) // 2,
        len(whole) - 4096,  # one byte less may be one of the zeros at the end of an empty page
    ):
        path.write_bytes(whole[:size])
        assert refused(path) in ("store_is_not_a_store", "store_damaged"), size
    path.write_bytes(whole)
    open_pharmacy(path).close()


def test_that_a_damaged_table_is_said_in_words_when_it_is_read(pharmacy: Pharmacy) -> None:
    for number in range(60):
        note(pharmacy.store, f"n{number}", "x" * 500)
    pharmacy.close()
    path = pharmacy.store.path
    whole = bytearray(path.read_bytes())
    for page in range(4096 * 2, len(whole), 4096):
        whole[page : page + 8] = b"\xff" * 8
    path.write_bytes(whole)
    with pytest.raises(EnvironmentFailure) as caught:
        damaged = open_pharmacy(path)
        note(damaged.store, "after")
    assert caught.value.finding.code == "store_damaged"


# -- the same as another user ---------------------------------------------------------------------------------------


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user can reach (pytest's own belongs to one user)."""
    folder = Path(tempfile.mkdtemp(prefix="crs-store-"))
    folder.chmod(0o755)
    inner = folder / "site"
    inner.mkdir()
    yield inner
    for item in [inner, *inner.rglob("*")]:
        item.chmod(0o755)
    shutil.rmtree(folder)


def as_ordinary_user(path: Path) -> str:
    """The code with which an ordinary user's process is answered."""
    command = [sys.executable, "-m", "tests.store.try_to_write", str(path), "--ordinary"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.stderr == "", run.stderr
    answer = json.loads(run.stdout)
    assert str(path.parent) not in answer["said"]
    return str(answer["code"])


@pytest.mark.skipif(os.name == "nt", reason="not shown: rights of a file on Windows")
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "code"),
    [(0o444, 0o777, "store_read_only"), (0o666, 0o555, "store_read_only"), (0o000, 0o777, "store_unreadable"),
     (0o666, 0o000, "store_unreadable"), (0o666, 0o777, "")],
)  # fmt: skip
def test_that_an_ordinary_user_without_rights_is_told_and_nothing_is_written(
    shared: Path, file_mode: int, folder_mode: int, code: str
) -> None:
    path = new_store(shared / "t.crs")
    before = path.read_bytes()
    path.chmod(file_mode)
    shared.chmod(folder_mode)
    assert as_ordinary_user(path) == code
    shared.chmod(0o755)
    path.chmod(0o644)
    if code:
        assert contents(shared) == {"t.crs": before}


@pytest.mark.skipif(os.name == "nt", reason="not shown: rights of a folder on Windows")
@pytest.mark.parametrize(("folder_mode", "code"), [(0o555, "store_read_only"), (0o000, "store_unreadable")])
def test_that_no_store_is_made_where_the_user_may_not_write(shared: Path, folder_mode: int, code: str) -> None:
    shared.chmod(folder_mode)
    assert as_ordinary_user(shared / "t.crs") == code
    shared.chmod(0o755)
    assert contents(shared) == {}


def test_that_a_store_on_a_read_only_mount_is_told_whoever_asks(shared: Path) -> None:
    path = new_store(shared / "t.crs")
    before = path.read_bytes()
    bind = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && shift && exec "$@"'
    unshare = ["unshare", "-m"] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["unshare", "-rm"]
    here = [sys.executable, "-m", "tests.store.try_to_write"]
    try:
        trial = subprocess.run([*unshare, "sh", "-c", bind, str(shared), "-", "true"], capture_output=True)
    except FileNotFoundError:
        trial = None
    if trial is None or trial.returncode:
        pytest.skip("not shown: this machine lets us make no read-only mount")
    for target, code in ((path, "store_read_only"), (shared / "new.crs", "store_read_only")):
        run = subprocess.run(
            [*unshare, "sh", "-c", bind, str(shared), "-", *here, str(target)],
            cwd=ROOT, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert run.stderr == "", run.stderr
        assert json.loads(run.stdout)["code"] == code
    assert contents(shared) == {"t.crs": before}
