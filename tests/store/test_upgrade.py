"""Climbing to a newer schema: old or new, never between, with the store as it was kept beside it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.store import opening, upgrade
from crs_desktop.store.backup import folder_of, list_backups
from crs_desktop.store.bundle import STORE, take_out
from crs_desktop.store.driver import connect
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import ROOT, Pharmacy, note, open_pharmacy, rows

REAL = upgrade.MIGRATIONS
STEP = '''"""A later step, for the tests."""

import os
import signal

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0009", "0006", None, None


def upgrade():
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True), sqlite_strict=True)
    op.add_column("patients", sa.Column("nickname", sa.Text))
    op.execute("INSERT INTO later VALUES (1)")
    {ending}
'''
ENDINGS = {
    "a statement fails": ('op.execute("INSERT INTO later VALUES (1)")', EnvironmentFailure),
    "the disk fails": ('raise OSError(28, "No space left on device")', OSError),
    "it is wrong": ('raise ZeroDivisionError("ours")', ZeroDivisionError),
}


def newer_program(folder: Path, patch: pytest.MonkeyPatch, ending: str) -> None:
    """A program one step ahead of ours."""
    migrations = folder / "migrations"
    shutil.copytree(REAL, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "versions" / "0009_later.py").write_text(STEP.replace("{ending}", ending))
    patch.setattr(upgrade, "MIGRATIONS", migrations)
    patch.setattr(opening, "CURRENT_SCHEMA", "0009")


def digest(path: Path) -> list[tuple[object, ...]]:
    """Everything that has happened and how it is kept, whatever schema."""
    connection = connect(path, KEYS.data, read_only=True)
    tables = ("patients", "requests", "change_log", "movements", "balances", "alembic_version")
    found = [row for table in tables for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1")]
    found += connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    return found


def kept_before(store: Path, folder: Path) -> list[Path]:
    """The stores of the backups that were made before an upgrade, taken out."""
    folder.mkdir(exist_ok=True)
    found = []
    for one in list_backups(folder_of(store)):
        assert one.manifest is not None and one.manifest.reason == "upgrade"
        found.append(folder / f"{one.path.stem}.crs")
        found[-1].touch()
        take_out(one.path, one.manifest, STORE, found[-1])
    return found


@pytest.fixture
def old(pharmacy: Pharmacy) -> Path:
    """A store of the present schema with a lot, closed."""
    pharmacy.receive("B1", 4)
    pharmacy.close()
    return pharmacy.store.path


def test_that_an_older_store_climbs_and_a_copy_of_it_is_kept(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest(old)
    with monkeypatch.context() as patch:
        newer_program(tmp_path, patch, "pass")
        opened = open_pharmacy(old)
        assert opened.stock.on_hand()[0].vials == 4
        assert rows(opened.store, "SELECT * FROM later") == [(1,)]
        note(opened.store, "after")
        opened.close()
        open_pharmacy(old).close()
    (kept,) = kept_before(old, tmp_path / "taken out")
    assert digest(kept) == before
    with pytest.raises(EnvironmentFailure) as caught:
        open_pharmacy(old)
    assert caught.value.finding.code == "store_newer"
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "migrations", "t-backups", "t.crs", "t.crs.heads", "taken out",
    ]  # fmt: skip
    back = open_pharmacy(kept)
    assert back.stock.on_hand()[0].vials == 4
    back.close()


@pytest.mark.parametrize("how", sorted(ENDINGS))
def test_that_a_step_that_fails_leaves_the_old_store(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    ending, kind = ENDINGS[how]
    before = digest(old)
    with monkeypatch.context() as patch:
        newer_program(tmp_path, patch, ending)
        for _ in range(2):
            with pytest.raises(kind):
                open_pharmacy(old)
    assert digest(old) == before
    assert [digest(kept) for kept in kept_before(old, tmp_path / "taken out")] == [before, before]
    opened = open_pharmacy(old)
    note(opened.store, "still works")
    opened.close()
    assert not list(tmp_path.glob("*draft*"))


@pytest.mark.skipif(os.name == "nt", reason="not shown: no kill -9 on Windows")
def test_that_a_step_that_is_killed_half_way_leaves_the_old_store(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest(old)
    with monkeypatch.context() as patch:
        newer_program(tmp_path, patch, "os.kill(os.getpid(), signal.SIGKILL)")
    script = (
        "import sys; from pathlib import Path\n"
        "from crs_desktop.store import opening, upgrade\n"
        "from tests.store.pharmacy import open_pharmacy\n"
        "upgrade.MIGRATIONS, opening.CURRENT_SCHEMA = Path(sys.argv[2]), '0009'\n"
        "open_pharmacy(Path(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", script, str(old), str(tmp_path / "migrations")]
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == -signal.SIGKILL
    assert digest(old) == before
    opened = open_pharmacy(old)
    note(opened.store, "still works")
    opened.close()


def test_that_a_desk_that_comes_late_climbs_nothing_and_spoils_no_copy(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer_program(tmp_path, monkeypatch, "pass")
    kept = upgrade.upgrade(old, "0009", 0, KEYS)
    assert kept is not None
    before = kept.read_bytes()
    assert upgrade.upgrade(old, "0009", 0, KEYS) is None
    assert kept.read_bytes() == before


def test_that_no_upgrade_begins_when_the_copy_cannot_be_kept(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest(old)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(tmp_path))

    with monkeypatch.context() as patch:
        newer_program(tmp_path, patch, "pass")
        patch.setattr("os.replace", full)
        with pytest.raises(EnvironmentFailure) as caught:
            open_pharmacy(old)
    assert caught.value.finding.code == "backup_disk_full"
    assert digest(old) == before and kept_before(old, tmp_path / "taken out") == []


def test_that_a_store_whose_rows_refer_to_nothing_is_not_climbed(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connect(old, KEYS.data)
    connection.execute("PRAGMA foreign_keys = 0")
    connection.execute("INSERT INTO weighings VALUES (9, 77, 70000, 0, 'standing scale', 0, 'nobody')")
    connection.close()
    before = digest(old)
    with monkeypatch.context() as patch:
        newer_program(tmp_path, patch, "pass")
        with pytest.raises(EnvironmentFailure) as caught:
            open_pharmacy(old)
        assert caught.value.finding.code == "backup_store_damaged"
        patch.setattr(upgrade.backup, "make", lambda *_: SimpleNamespace(path=old))  # as if the step itself broke it
        with pytest.raises(EnvironmentFailure) as caught:
            open_pharmacy(old)
    assert caught.value.finding.code == "store_upgrade_broken"
    assert digest(old) == before
