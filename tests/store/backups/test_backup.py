"""A backup is whole before it has its name, is made while desks write, and leaves nothing when it cannot be made."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.wording import say
from crs_desktop.store import backup, inside, whole_files
from crs_desktop.store.backup import Reason, folder_of, list_backups, make, rotate
from crs_desktop.store.driver import connect
from crs_desktop.store.returning import restore, verify_backup
from tests.store.backups.drills import digest
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import NOW, ROOT, WEBER, ZONE, Pharmacy, dose, note, rows


def files(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir() if item.name != whole_files.LOCK) if folder.exists() else []


def test_that_a_backup_says_what_it_holds_and_only_its_owner_may_read_it(pharmacy: Pharmacy) -> None:
    pharmacy.receive("B1", 4)
    store = pharmacy.store.path
    (store.parent / "t.crs.keys").write_text("slots", "utf-8")
    for ending in ("schema-0001", "misses", "audit-key", "encrypting"):
        (store.parent / f"t.crs.{ending}").write_text("not for others", "utf-8")
    (store.parent / "t.crs.sub").mkdir()
    made = make(store, folder_of(store), Reason.ASKED, NOW, KEYS.data)
    assert made.path.name.startswith("t-20261202-140000-asked-") and made.path.parent.name == "t-backups"
    assert (made.manifest.counts["movements"], made.manifest.counts["patients"]) == (1, 1)
    with zipfile.ZipFile(made.path) as bundle:
        assert {one.compress_type for one in bundle.infolist()} == {zipfile.ZIP_STORED}
        names = set(bundle.namelist())
        assert {"manifest.json", "store.crs", "beside/keys"} <= names
        assert names == {"manifest.json", "store.crs", "beside/keys"}
        manifest = json.loads(bundle.read("manifest.json"))
    assert (manifest["format"], manifest["made_at"], manifest["schema"]) == (1, 1796220000000, made.manifest.schema)
    if os.name == "posix":
        assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700
    assert files(made.path.parent) == [made.path.name]
    assert verify_backup(made.path, KEYS.data) == made.manifest
    assert list_backups(made.path.parent)[0].manifest == made.manifest


def test_that_a_backup_made_while_two_desks_write_is_one_state_that_was(pharmacy: Pharmacy, tmp_path: Path) -> None:
    line = pharmacy.receive("B1", 5000)
    store = pharmacy.store.path
    command = [sys.executable, "-m", "tests.store.backups.write_on", str(store), str(line.lot_id), str(line.place_id)]
    desks = [subprocess.Popen([*command, name], cwd=ROOT, stdout=subprocess.PIPE, text=True) for name in ("a", "b")]
    try:
        for desk in desks:
            assert desk.stdout is not None
            assert desk.stdout.readline() == "ready\n"
        made = []
        for _ in range(6):
            made.append(make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data))
            time.sleep(0.1)
    finally:
        for desk in desks:
            desk.terminate()
            desk.wait(20)
            assert desk.stdout is not None
            desk.stdout.close()
    counts = [one.manifest.counts["doses"] for one in made]
    assert counts == sorted(counts) and counts[-1] > counts[0], f"nobody wrote: {counts}"
    for one in made:
        assert verify_backup(one.path, KEYS.data).counts["movements"] == one.manifest.counts["doses"] + 1


def test_that_a_damaged_store_never_becomes_a_backup(pharmacy: Pharmacy) -> None:
    for number in range(60):
        pharmacy.receive(f"L{number}", 2)
    pharmacy.close()
    store = pharmacy.store.path
    connection = connect(store, KEYS.data)
    page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'lots'").fetchone()[0]
    connection.close()
    with store.open("r+b") as file:
        file.seek((page - 1) * 4096 + 8)
        file.write(b"\xff" * 40)
    with pytest.raises(EnvironmentFailure) as caught:
        make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data)
    assert caught.value.finding.code in ("backup_store_damaged", "store_damaged")
    assert files(folder_of(store)) == []


def test_that_a_balance_that_is_not_the_sum_of_its_movements_stops_a_backup(pharmacy: Pharmacy) -> None:
    pharmacy.receive("B1", 4)
    pharmacy.close()
    store = pharmacy.store.path
    connection = connect(store, KEYS.data)
    connection.execute("DROP TRIGGER balances_follow_movements")
    connection.execute("UPDATE balances SET vials = 5")
    connection.close()
    with pytest.raises(EnvironmentFailure) as caught:
        make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data)
    assert caught.value.finding.get("fault") == "balances"


def test_that_a_copy_that_is_not_the_store_does_not_get_its_name(
    pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backup.form.write_bundle

    def cosmic_ray(path: Path, *rest: object) -> None:
        real(path, *rest)  # type: ignore[arg-type]
        with path.open("r+b") as file:
            file.seek(5000)
            byte = file.read(1)
            file.seek(5000)
            file.write(bytes([byte[0] ^ 1]))

    monkeypatch.setattr(backup.form, "write_bundle", cosmic_ray)
    store = pharmacy.store.path
    with pytest.raises(NotUnderstood):
        make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data)
    assert files(folder_of(store)) == []


def test_that_a_file_beside_the_store_may_grow_while_it_is_backed_up(
    pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another desk copies a head outward, or somebody changes a password, between the fingerprint and the copy."""
    store, real = pharmacy.store.path, backup.form.write_bundle

    def meanwhile(path: Path, *rest: object) -> None:
        with heads.open("a") as file:
            file.write("two\n")
        real(path, *rest)  # type: ignore[arg-type]

    heads = store.with_name("t.crs.heads")
    heads.write_text("one\n")
    monkeypatch.setattr(backup.form, "write_bundle", meanwhile)
    made = make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data)
    with zipfile.ZipFile(made.path) as bundle:
        assert bundle.read("beside/heads") == b"one\n"


def test_that_too_little_room_is_said_with_figures_before_anything_is_written(
    pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = pharmacy.store.path
    usage = whole_files.shutil.disk_usage(store.parent)
    monkeypatch.setattr(whole_files.shutil, "disk_usage", lambda _: usage._replace(free=100_000))
    with pytest.raises(EnvironmentFailure) as caught:
        make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data)
    assert caught.value.finding.code == "backup_no_room"
    assert "0.1 MB free" in say(caught.value.finding)
    assert files(folder_of(store)) == []


def test_that_a_disk_that_fills_meanwhile_leaves_nothing_and_the_store_goes_on(
    pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    store = pharmacy.store.path
    for name in ("write_bundle", "check_members"):
        with monkeypatch.context() as patch:
            patch.setattr(backup.form, name, full)
            with pytest.raises(EnvironmentFailure) as caught:
                make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data)
        assert caught.value.finding.code == "backup_disk_full"
        assert files(folder_of(store)) == []
    note(pharmacy.store, "goes on")
    make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data)


def test_that_a_backup_that_takes_too_long_is_given_up(pharmacy: Pharmacy) -> None:
    store = pharmacy.store.path
    with pytest.raises(EnvironmentFailure) as caught:
        make(store, folder_of(store), Reason.SESSION, NOW, KEYS.data, lambda: True)
    assert caught.value.finding.code == "backup_given_up"
    assert files(folder_of(store)) == []
    note(pharmacy.store, "goes on")


def test_that_two_desks_do_not_make_a_backup_at_once(tmp_path: Path) -> None:
    with (
        whole_files.one_at_a_time(tmp_path),
        pytest.raises(EnvironmentFailure) as caught,
        whole_files.one_at_a_time(tmp_path, 0.1),
    ):
        pass
    assert caught.value.finding.code == "backup_busy"


def test_that_a_scanner_that_holds_the_new_file_for_a_moment_is_waited_for(
    pharmacy: Pharmacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refused = os.replace, []

    def held(source: Path, target: Path) -> None:
        if len(refused) < 3:
            refused.append(target)
            raise PermissionError(13, "held")
        real(source, target)

    monkeypatch.setattr(os, "replace", held)
    made = make(pharmacy.store.path, folder_of(pharmacy.store.path), Reason.ASKED, NOW, KEYS.data)
    assert made.path.exists() and len(refused) == 3


def test_that_rotation_removes_only_what_the_rule_lets_go(pharmacy: Pharmacy) -> None:
    store = pharmacy.store.path
    folder = folder_of(store)
    for hours, reason in ((0, "timer"), (960, "upgrade"), (962, "timer"), (963, "timer")):
        make(store, folder, Reason(reason), NOW - timedelta(hours=hours), KEYS.data)
    (folder / "broken.crsbackup").write_text("x", "utf-8")
    gone = rotate(folder, ZONE, None)
    assert [name[:23] for name in gone] == ["t-20261023-110000-timer", "t-20261023-120000-timer"]
    left = [one.path.name for one in list_backups(folder)]
    assert "upgrade" in left[1] and left[2:] == ["broken.crsbackup"]
    make(store, folder, Reason.TIMER, NOW - timedelta(hours=959), KEYS.data)
    assert rotate(folder, ZONE, None) == ()
    assert ["upgrade" in name for name in rotate(folder, ZONE, NOW)] == [True]


def test_that_50_drills_bring_back_equal_counts_and_balances(pharmacy: Pharmacy, tmp_path: Path) -> None:
    """The short form are 5; CRS_LONG=1 makes them 50."""
    store, line = pharmacy.store.path, pharmacy.receive("B1", 400)
    for number in range(50 if os.environ.get("CRS_LONG") == "1" else 5):
        for more in range(3):
            pharmacy.doses.log_dose(dose(f"{number}-{more}", line), WEBER)
        pharmacy.receive(f"L{number}", number + 1)
        before = digest(store)
        made = make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data)
        note(pharmacy.store, f"after-{number}")
        clean = tmp_path / f"clean-{number}"
        clean.mkdir()
        answer = restore(made.path, clean / "new.crs", clean / "backups", NOW, KEYS.data)
        assert digest(clean / "new.crs") == before
        assert answer.kept is None
        pharmacy.close()
        here = restore(made.path, store, folder_of(store), NOW, KEYS.data)
        assert digest(store) == before
        assert here.kept is not None and verify_backup(here.kept, KEYS.data).counts["change_log"] == (
            made.manifest.counts["change_log"] + 1
        )
        assert rows(pharmacy.store, "SELECT count(*) FROM doses") == [(3 * number + 3,)]


def test_that_a_look_inside_changes_nothing(pharmacy: Pharmacy) -> None:
    made = make(pharmacy.store.path, folder_of(pharmacy.store.path), Reason.ASKED, NOW, KEYS.data)
    before = made.path.read_bytes()
    verify_backup(made.path, KEYS.data)
    assert made.path.read_bytes() == before
    assert inside.look_inside(made.path, KEYS.data).fault == "other keys"
    assert inside.look_inside(made.path, None).fault == "not a store"
