"""A start that cannot open its store says why, offers Retry, and leaves nothing behind; a closed one cleans up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.bootstrap.opening import HouseLater, Start
from crs_desktop.bootstrap.services import open_house
from crs_desktop.desktop.shell import open_shell
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.staff.door.signed_in import SignedIn
from crs_desktop.store.keys.model import StoreKeys
from tests.journeys.desk import ACTOR, NOW, pause, wait_until
from tests.store.made_up_keys import ANYBODY, KEYS

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def opening(path: Path | None, keys: StoreKeys = KEYS) -> Iterator[Desk]:
    """A window that begins to open this store."""
    _app, shell = open_shell(["crs_desktop"], "crs_desktop")
    signed = None if path is None else SignedIn(keys, ANYBODY, ACTOR)
    desk = Desk(Start(path, StatedClock(NOW), None, 0, ACTOR), shell, signed)
    try:
        yield desk
    finally:
        shell.close()
        desk.close()
        shell.deleteLater()
        pause(1)


def said(desk: Desk) -> str:
    return "\n".join(banner.text for banner in desk.window.banners.banners())


def not_a_store(path: Path) -> None:
    path.write_text("Dear diary, " * 40, "utf-8")


def empty_file(path: Path) -> None:
    path.touch()


def newer(path: Path) -> None:
    open_house(path, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY).close()
    from sqlcipher3 import dbapi2 as driver

    connection = driver.connect(str(path))
    connection.execute(f"PRAGMA key = \"x'{KEYS.data.hex()}'\"")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()


def missing_folder(path: Path) -> None:
    path.parent.rmdir()


@pytest.mark.parametrize(
    ("spoil", "word"),
    [(not_a_store, "not a store"), (empty_file, "empty"), (newer, "newer"), (missing_folder, "folder")],
)
def test_that_a_store_that_cannot_be_opened_is_said_in_the_window(
    tmp_path: Path, spoil: object, word: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "inner" / "pharmacy.crs"
    path.parent.mkdir()
    spoil(path)  # type: ignore[operator]
    with opening(path) as desk:
        wait_until(lambda: bool(said(desk)), "the reason")
        assert word in said(desk)
        assert not desk.window.rail.isEnabled()
        assert "not open" in desk.board.notice_text()
        QTest.keyClick(desk.shell, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(desk.shell, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
        assert desk.window.current_page() == "board"
    assert "Traceback" not in "".join(capfd.readouterr())


def test_that_retry_opens_the_store_once_the_trouble_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "pharmacy.crs"
    not_a_store(path)
    with opening(path) as desk:
        wait_until(lambda: bool(said(desk)), "the reason")
        path.unlink()
        retry = desk.window.banners.banners()[0].retry_button
        assert retry is not None
        retry.setFocus()
        QTest.keyClick(retry, Qt.Key.Key_Space)
        wait_until(lambda: desk.board.live, "the live board")
        assert desk.window.rail.isEnabled()
        assert said(desk) == ""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_that_a_store_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    path = tmp_path / "pharmacy.crs"
    open_house(path, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY).close()
    path.chmod(0o400)
    with opening(path) as desk:
        wait_until(lambda: "written" in said(desk) or "read" in said(desk), "the reason")


def test_that_the_kept_board_stays_with_its_age_when_the_store_does_not_open(
    story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: HouseLater) -> None:
        raise OSError("a defect for this test")

    monkeypatch.setattr(HouseLater, "open", gone)
    with opening(story) as desk:
        assert desk.board.picture is not None
        assert not any(one.isEnabled() for one in desk.board.panel.buttons), "nothing can be changed on a kept board"
        wait_until(lambda: "not open" in desk.board.stale_text(), "the strip")
        assert desk.board.table.model.records()


def test_that_closing_while_the_demo_is_being_made_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with opening(None) as desk:
        wait_until(lambda: desk.tasks.running > 0, "the opening to begin")
    assert list(tmp_path.iterdir()) == []


def test_that_the_demo_leaves_no_folder_when_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with opening(None) as desk:
        wait_until(lambda: desk.board.live, "the live board")
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []


def test_that_a_stop_signal_closes_the_demo_cleanly(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("signals as on Linux")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    script = "import sys; from crs_desktop.bootstrap import window as w; from functools import partial\n"
    script += "w.run_window = partial(w.run_window, told=lambda name: print(name, flush=True))\n"
    script += "from crs_desktop.bootstrap.opening import Start; from crs_desktop.kernel.clock import SystemClock\n"
    script += "from crs_desktop.kernel.actors import Actor\n"
    script += "sys.exit(w.run_window(Start(None, SystemClock(), None, 0, Actor('N. N.'))))"
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert any(line.strip() == "live" for line in iter(child.stdout.readline, ""))
        child.terminate()
        _, wrong = child.communicate(timeout=30)
    assert child.returncode == 0
    assert "Traceback" not in wrong
    assert list(tmp_path.iterdir()) == []
    shutil.rmtree(tmp_path, ignore_errors=True)
