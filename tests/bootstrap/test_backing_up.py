"""Closing the window backs up first, waits no longer than promised, and closes at once the second time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from crs_desktop.backups.service import BackupKeeper
from crs_desktop.bootstrap import backing_up
from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.store.backup import folder_of, list_backups
from crs_desktop.store.returning import verify_backup
from tests.journeys.desk import desk_over, pause, wait_until
from tests.store.made_up_keys import KEYS


def reasons(store: Path) -> list[str]:
    return [one.manifest.reason for one in list_backups(folder_of(store)) if one.manifest is not None]


def wait_for_the_window_to_close(desk: Desk) -> None:
    wait_until(lambda: not desk.shell.isVisible(), "the window to close")


def test_that_a_closing_window_says_that_it_backs_up_and_then_closes(story: Path) -> None:
    with desk_over(story) as desk:
        assert desk.window.status.text("backup") in ("", "no backup yet")
        assert not desk.shell.close(), "it stays until the backup is made"
        assert desk.window.status.text("backup").startswith("backing up before the window closes")
        wait_for_the_window_to_close(desk)
    (made,) = list_backups(folder_of(story))
    assert reasons(story) == ["session"]
    verify_backup(made.path, KEYS.data)
    with desk_over(story) as desk:
        wait_until(lambda: desk.window.status.text("backup") != "", "the age")
        desk.shell.close()
        wait_for_the_window_to_close(desk)
    assert reasons(story) == ["session"], "nothing changed, so nothing is backed up again"


def test_that_half_an_hour_backs_up_and_the_status_line_follows(story: Path) -> None:
    with desk_over(story) as desk:
        wait_until(lambda: desk.window.status.text("backup") == "no backup yet", "the first look")
        desk.backing_up.half_hour()
        wait_until(lambda: desk.window.status.text("backup") == "backed up just now", "the new age")
    assert reasons(story) == ["timer"]


def test_that_a_slow_backup_holds_the_window_no_longer_than_promised(
    story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(self: BackupKeeper, reason: object, give_up: object) -> None:
        assert callable(give_up)
        while not give_up():
            time.sleep(0.01)

    monkeypatch.setattr(BackupKeeper, "back_up", slow)
    monkeypatch.setattr(backing_up, "PATIENCE_MS", 300)
    with desk_over(story) as desk:
        began = time.monotonic()
        desk.shell.close()
        wait_for_the_window_to_close(desk)
        assert 0.2 < time.monotonic() - began < 5


def test_that_closing_a_second_time_closes_at_once(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(self: BackupKeeper, reason: object, give_up: object) -> None:
        assert callable(give_up)
        while not give_up():
            time.sleep(0.01)

    monkeypatch.setattr(BackupKeeper, "back_up", slow)
    with desk_over(story) as desk:
        assert not desk.shell.close()
        pause(20)
        assert desk.shell.close()


def test_that_a_failing_backup_does_not_keep_the_window_open(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with desk_over(story) as desk:
        monkeypatch.setattr("crs_desktop.store.backup.form.write_bundle", full)
        desk.shell.close()
        wait_for_the_window_to_close(desk)
    assert reasons(story) == []


def test_that_the_demo_is_not_backed_up() -> None:
    with desk_over(None) as desk:
        assert desk.shell.close()
        assert QApplication.instance() is not None
