"""Going back: a bad bundle touches nothing, the present store is kept, old or new and never between."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.wording import say
from crs_desktop.store import inside, opening, returning
from crs_desktop.store.backup import BackupMade, Reason, folder_of, list_backups, make
from crs_desktop.store.driver import connect
from crs_desktop.store.inside import Inside, asked_apart
from crs_desktop.store.returning import restore, verify_backup
from tests.store.backups.drills import digest
from tests.store.backups.hostile import WRONG
from tests.store.made_up_keys import KEYS
from tests.store.old_stores import encrypted, unpacked
from tests.store.pharmacy import LONG, NOW, ROOT, Pharmacy, note, open_pharmacy

KILLS, SEED = (200, random.randrange(10**6)) if LONG else (12, 4711)


@pytest.fixture
def made(pharmacy: Pharmacy) -> BackupMade:
    """A backup, then one more lot in the store, which is closed."""
    pharmacy.receive("B1", 4)
    (pharmacy.store.path.parent / "t.crs.heads").write_text("{}", "utf-8")
    bundle = make(pharmacy.store.path, pharmacy.store.path.parent / "good", Reason.ASKED, NOW, KEYS.data)
    pharmacy.receive("B2", 3)
    pharmacy.close()
    return bundle


def wrong_bundle(name: str, made: BackupMade, folder: Path) -> Path:
    with zipfile.ZipFile(made.path) as bundle:
        parts = {item: bundle.read(item) for item in bundle.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    path = folder / "wrong.crsbackup"
    path.write_bytes(WRONG[name](folder, parts, manifest))
    return path


def everything(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_that_a_hostile_or_damaged_bundle_is_refused_before_anything_is_touched(
    name: str, made: BackupMade, pharmacy: Pharmacy, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = wrong_bundle(name, made, tmp_path_factory.mktemp("outside"))
    store = pharmacy.store.path
    before = everything(store.parent)
    with pytest.raises(NotUnderstood) as caught:
        restore(path, store, folder_of(store), NOW, KEYS.data)
    assert all(say(finding) for finding in caught.value.findings)
    after = everything(store.parent)
    after.pop("t-backups/.crs-backups.lock")
    assert after == before


def test_that_a_bundle_that_is_not_there_is_said(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.crsbackup", "bundle_missing"), (tmp_path, "bundle_not_one")):
        with pytest.raises(NotUnderstood) as caught:
            verify_backup(path, KEYS.data)
        assert caught.value.findings[0].code == code


def test_that_an_oversized_bundle_is_refused_by_its_size_alone(made: BackupMade, tmp_path: Path) -> None:
    path = tmp_path / "huge.crsbackup"
    with path.open("wb") as file:
        file.truncate(2_100_000_000)
    with pytest.raises(NotUnderstood) as caught:
        verify_backup(path, KEYS.data)
    assert caught.value.findings[0].code == "bundle_too_large"


def test_that_the_child_is_stopped_when_it_takes_too_long(
    made: BackupMade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inside, "_APART", "import time; time.sleep(60)")
    assert asked_apart(made.path, KEYS.data, [], 0.2) == Inside("too slow")
    monkeypatch.setattr(inside, "_APART", "import os; os.abort()")
    assert asked_apart(made.path, KEYS.data, []) == Inside("damaged")


def test_that_the_present_store_is_kept_and_can_be_gone_back_to_again(made: BackupMade, pharmacy: Pharmacy) -> None:
    store = pharmacy.store.path
    with_two = digest(store)
    answer = restore(made.path, store, folder_of(store), NOW, KEYS.data)
    assert answer.kept is not None
    opened = open_pharmacy(store)
    assert [line.lot.number for line in opened.stock.on_hand()] == ["B1"]
    opened.close()
    again = restore(answer.kept, store, folder_of(store), NOW, KEYS.data)
    assert digest(store) == with_two
    assert again.kept is not None and len(list_backups(folder_of(store))) == 2


def test_that_a_store_open_at_another_desk_is_not_exchanged(made: BackupMade, pharmacy: Pharmacy) -> None:
    store = pharmacy.store.path
    command = [sys.executable, "-m", "tests.store.desk", str(store), "A. Weber"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None and desk.stdin is not None
        assert desk.stdout.readline() == "ready\n"
        with pytest.raises(EnvironmentFailure) as caught:
            restore(made.path, store, folder_of(store), NOW, KEYS.data)
        desk.stdin.close()
        desk.wait(20)
    assert caught.value.finding.code == "return_store_in_use"
    assert list_backups(folder_of(store)) == []
    opened = open_pharmacy(store)
    assert len(opened.stock.on_hand()) == 2
    opened.close()


def test_that_a_desk_that_was_about_to_open_the_former_file_cannot_write_into_it(
    made: BackupMade, pharmacy: Pharmacy
) -> None:
    store = pharmacy.store.path
    former = store.with_name("former.crs")
    os.link(store, former)
    restore(made.path, store, folder_of(store), NOW, KEYS.data)
    with pytest.raises(EnvironmentFailure) as caught:
        connect(former, KEYS.data)
    assert caught.value.finding.code == "store_is_not_a_store"


def test_that_the_side_files_of_the_old_store_never_mix_with_the_new_one(made: BackupMade, pharmacy: Pharmacy) -> None:
    store = pharmacy.store.path
    live = open_pharmacy(store)
    note(live.store, "in the side file only")
    for ending in ("", "-wal"):  # as a killed desk leaves them
        shutil.copyfile(f"{store}{ending}", f"{store}.left{ending}")
    live.close()
    for ending in ("", "-wal"):
        os.replace(f"{store}.left{ending}", f"{store}{ending}")
    with_note = pharmacy.store.path.with_name("t.crs-wal").stat().st_size
    assert with_note > 0
    answer = restore(made.path, store, folder_of(store), NOW, KEYS.data)
    assert not store.with_name("t.crs-wal").exists()
    assert answer.kept is not None
    assert verify_backup(answer.kept, KEYS.data).counts["change_log"] == made.manifest.counts["change_log"] + 2


def test_that_left_over_side_files_without_a_store_are_kept_and_not_swallowed(
    made: BackupMade, pharmacy: Pharmacy
) -> None:
    store = pharmacy.store.path
    store.unlink()
    store.with_name("t.crs-wal").write_bytes(b"what is left")
    answer = restore(made.path, store, folder_of(store), NOW, KEYS.data)
    assert answer.kept is not None
    with zipfile.ZipFile(answer.kept) as bundle:
        assert bundle.read("store.crs-wal") == b"what is left"
    assert digest(store)["lots"]


@pytest.mark.parametrize("damage", [b"\xff" * 5000, b"Dear diary", b""])
def test_that_a_damaged_store_is_kept_byte_by_byte_and_replaced(
    made: BackupMade, pharmacy: Pharmacy, damage: bytes
) -> None:
    store = pharmacy.store.path
    spoiled = damage + store.read_bytes()[len(damage) :] if damage else b""
    store.write_bytes(spoiled)
    answer = restore(made.path, store, folder_of(store), NOW, KEYS.data)
    assert answer.kept is not None
    with zipfile.ZipFile(answer.kept) as bundle:
        assert bundle.read("store.crs") == spoiled
    with pytest.raises(NotUnderstood) as caught:
        restore(answer.kept, store, folder_of(store), NOW, KEYS.data)
    assert caught.value.findings[0].code == "bundle_never_checked"
    open_pharmacy(store).close()


def test_that_key_slots_come_back_only_where_there_are_none(made: BackupMade, pharmacy: Pharmacy) -> None:
    store = pharmacy.store.path
    heads = store.with_name("t.crs.heads")
    here = heads.read_bytes()
    restore(made.path, store, folder_of(store), NOW, KEYS.data)
    assert heads.read_bytes() == here
    heads.unlink()
    restore(made.path, store, folder_of(store), NOW, KEYS.data)
    assert heads.read_text("utf-8") == "{}"


def test_that_a_disk_that_fills_leaves_the_store_as_it_was(
    made: BackupMade, pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = pharmacy.store.path
    before = digest(store)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for module, name in ((returning.form, "take_out"), (returning, "give_name")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, full)
            with pytest.raises(EnvironmentFailure) as caught:
                restore(made.path, store, folder_of(store), NOW, KEYS.data)
        assert caught.value.finding.code == "backup_disk_full"
        assert digest(store) == before
        assert not list(store.parent.glob(".crs-backup-*"))


def test_that_a_bundle_of_a_newer_program_is_refused(made: BackupMade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "CURRENT_SCHEMA", "0000")
    with pytest.raises(NotUnderstood) as caught:
        verify_backup(made.path, KEYS.data)
    assert caught.value.findings[0].code == "bundle_newer"


def test_that_a_bundle_of_the_first_schema_comes_back_and_climbs(tmp_path: Path) -> None:
    """Also test_encrypting: as the old program made it, without encryption."""
    old = unpacked(tmp_path / "old.crs", "0001")
    encrypted(old)
    bundle = make(old, tmp_path / "b", Reason.ASKED, NOW, KEYS.data)
    store = tmp_path / "new.crs"
    restore(bundle.path, store, folder_of(store), NOW, KEYS.data)
    assert digest(store)["alembic_version"] == [("0001",)]
    open_pharmacy(store).close()
    assert digest(store)["alembic_version"] == [(opening.CURRENT_SCHEMA,)]
    (before,) = list_backups(folder_of(store))
    assert before.manifest is not None
    assert (before.manifest.reason, before.manifest.schema) == ("upgrade", "0001")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="not shown: no kill -9 and no fork here")
def test_that_kill_9_leaves_old_or_new_and_whole_backups_and_the_rest_is_swept(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.store.backups.kill_backups", str(tmp_path), str(KILLS), str(SEED)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert run.returncode == 0, (run.stderr, SEED)
    told = json.loads(run.stdout)
    assert told["left"] == [] and sum(told["met"]) == KILLS
    assert told["drafts"] > 0, "no kill came amid the work"
    if LONG:  # a dozen kills may all find the same one of the two states
        assert min(told["met"]) > 0, told
