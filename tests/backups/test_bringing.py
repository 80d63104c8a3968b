"""A backup brought back by the recovery code alone: on a clean machine, without slots, without a store; and refused."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from crs_desktop.backups.bringing import Back, BringingBack, Opened
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.signed_in import Recovered, SignedIn
from crs_desktop.staff.door.standing import Standing, standing
from crs_desktop.store.backup import folder_of
from crs_desktop.store.keys.codes import Code, new_code
from crs_desktop.store.keys.guessing import FREE_MISSES
from crs_desktop.store.keys.slots import SlotKind, Unlocked
from crs_desktop.store.keys.slots_file import read_slots, slots_path, spelled, write_slots
from crs_desktop.store.opening import open_store
from tests.backups.site_lost import CLOCK, NAME, Lost, lost_in, notes_in, put_beside, without_slots
from tests.store.backups.hostile import WRONG
from tests.store.keys.cheap import WEBER, cheap, code_of, two_people
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.old_stores import plain_backup, unpacked
from tests.store.pharmacy import rows

__all__ = ["cheap"]
pytestmark = pytest.mark.usefixtures("cheap")
IN, AFTER = "in the backup", "after the backup"


@pytest.fixture
def lost(cheap: None, tmp_path: Path) -> Lost:
    return lost_in(tmp_path)


@pytest.fixture
def clean(lost: Lost, tmp_path: Path) -> Door:
    return lost.clean(tmp_path / "clean")


def everything(folder: Path) -> dict[str, bytes]:
    """Every file but what counts guesses."""
    return {
        one.name: one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file() and "misses" not in one.name
    }


def checked(door: Door, lost: Lost, code: Code | None = None) -> tuple[BringingBack, Opened]:
    bringing = BringingBack(door)
    offered = bringing.look(lost.backup)
    unlocked = bringing.open(offered, (code or lost.recovery).text)
    assert isinstance(unlocked, Unlocked), unlocked
    return bringing, bringing.check(offered, unlocked)


def brought(door: Door, lost: Lost) -> Back:
    bringing, opened = checked(door, lost)
    back = bringing.bring(opened)
    assert isinstance(back, Back), back
    return back


def last_change(store: Path) -> tuple[object, ...]:
    opened = open_store(store, CLOCK, ChangeFeed(), KEYS, ANYBODY)
    try:
        return rows(opened, "SELECT actor, role, desk, intent, after FROM change_log ORDER BY id DESC LIMIT 1")[0]
    finally:
        opened.close()


def test_that_a_clean_machine_has_the_pharmacy_again_by_the_paper_alone(lost: Lost, clean: Door) -> None:
    assert standing(clean.path) is Standing.NOTHING
    back = brought(clean, lost)
    assert standing(clean.path) is Standing.LOCKED and back.kept == ""
    assert notes_in(clean.path) == [IN]
    who, role, desk, intent, after = last_change(clean.path)
    assert (role, desk, intent) == ("recovery", "desk 9", "bring back") and "recovery" in str(who).casefold()
    assert json.loads(str(after))["what"] == "store"
    assert isinstance(clean.sign_in("weber", WEBER), SignedIn)
    again = clean.recover(lost.recovery.text)
    assert isinstance(again, Recovered) and again.people == (("weber", "A. Weber"),)


def test_that_before_the_code_it_is_said_what_the_backup_is(lost: Lost, clean: Door) -> None:
    offered = BringingBack(clean).look(lost.backup)
    assert offered.manifest.counts["patients"] == 1 and offered.manifest.reason == "session"
    assert offered.recovery_of == read_slots(lost.store).of(SlotKind.RECOVERY)[0].made_at
    assert offered.size == lost.backup.stat().st_size


def test_that_another_code_opens_nothing_and_touches_nothing(lost: Lost, clean: Door) -> None:
    bringing = BringingBack(clean)
    offered = bringing.look(lost.backup)
    answer = bringing.open(offered, new_code(SlotKind.RECOVERY).text)
    assert code_of(answer) == "code_wrong" and isinstance(answer, Refused) and answer.findings[0].field == "code"
    assert code_of(bringing.open(offered, lost.emergency.text)) == "code_is_emergency"
    assert everything(clean.path.parent) == {}


def test_that_guessing_at_a_backup_is_slowed_down_also_by_another_window(lost: Lost, clean: Door) -> None:
    bringing = BringingBack(clean)
    offered = bringing.look(lost.backup)
    for _ in range(FREE_MISSES):
        assert code_of(bringing.open(offered, new_code(SlotKind.RECOVERY).text)) == "code_wrong"
    assert code_of(bringing.open(offered, lost.recovery.text)) == "sign_in_wait_seconds"
    restarted = BringingBack(Door(clean.path, CLOCK, "desk 9"))
    assert code_of(restarted.open(offered, lost.recovery.text)) == "sign_in_wait_seconds"
    assert 0 < restarted.wait_s(offered) <= 10


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_that_a_hostile_or_damaged_backup_is_said_kindly_and_changes_nothing(
    name: str, lost: Lost, clean: Door, tmp_path: Path
) -> None:
    with zipfile.ZipFile(lost.backup) as bundle:
        parts = {item: bundle.read(item) for item in bundle.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    (tmp_path / "other").mkdir()
    lost.backup.write_bytes(WRONG[name](tmp_path / "other", parts, manifest))
    with pytest.raises(NotUnderstood) as caught:
        checked(clean, lost)
    assert caught.value.findings[0].code.startswith(("bundle_", "slots_", "bring_back_")), caught.value.findings
    assert everything(clean.path.parent) == {}


def test_that_a_backup_of_an_old_program_asks_for_the_first_start(clean: Door, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    made = plain_backup(unpacked(tmp_path / "old" / NAME, "0002"))
    with pytest.raises(NotUnderstood) as caught:
        BringingBack(clean).look(made.path)
    assert caught.value.findings[0].code == "bring_back_plain"
    assert everything(clean.path.parent) == {}


def test_that_a_store_without_slots_loses_nothing(lost: Lost) -> None:
    without_slots(lost)
    assert standing(lost.store) is Standing.NO_SLOTS
    back = brought(lost.door(), lost)
    assert back.opened.only_slots and notes_in(lost.store) == [AFTER, IN]
    assert json.loads(str(last_change(lost.store)[4]))["what"] == "key slots"
    assert isinstance(lost.door().sign_in("weber", WEBER), SignedIn)
    assert not folder_of(lost.store).exists(), "nothing was exchanged, so nothing was kept"


def test_that_damaged_slots_are_kept_aside_and_those_of_the_backup_used(lost: Lost) -> None:
    slots_path(lost.store).write_bytes(b"{ half")
    back = brought(lost.door(), lost)
    assert back.opened.only_slots and (lost.store.parent / back.kept).read_bytes() == b"{ half"
    assert isinstance(lost.door().sign_in("weber", WEBER), SignedIn)


def test_that_slots_of_a_newer_program_are_left_alone(lost: Lost) -> None:
    newer = spelled(read_slots(lost.store)).replace(b'"format": 1', b'"format": 9')
    slots_path(lost.store).write_bytes(newer)
    with pytest.raises(NotUnderstood) as caught:
        BringingBack(lost.door()).look(lost.backup)
    assert caught.value.findings[0].code == "slots_newer" and slots_path(lost.store).read_bytes() == newer


def test_that_a_damaged_store_without_slots_is_kept_byte_by_byte_and_exchanged(lost: Lost) -> None:
    without_slots(lost)
    broken = bytes(reversed(lost.store.read_bytes()))
    lost.store.write_bytes(broken)
    back = brought(lost.door(), lost)
    assert not back.opened.only_slots and notes_in(lost.store) == [IN]
    with zipfile.ZipFile(folder_of(lost.store) / back.kept) as bundle:
        assert bundle.read("store.crs") == broken


def test_that_a_store_that_is_gone_comes_back_under_the_slots_that_stayed(lost: Lost) -> None:
    newer_file, newer, _ = two_people()
    write_slots(lost.store, newer_file)  # the codes were made anew after the backup
    lost.store.unlink()
    assert standing(lost.store) is Standing.NO_STORE
    bringing = BringingBack(lost.door())
    offered = bringing.look(lost.backup)
    assert code_of(bringing.open(offered, lost.recovery.text)) == "code_wrong"
    bringing, opened = checked(lost.door(), lost, newer)
    assert isinstance(bringing.bring(opened), Back)
    assert read_slots(lost.store) == newer_file and notes_in(lost.store) == [IN]


def test_that_where_people_can_sign_in_nothing_is_exchanged(lost: Lost) -> None:
    kept = slots_path(lost.store).read_bytes()
    without_slots(lost)
    bringing, opened = checked(lost.door(), lost)
    slots_path(lost.store).write_bytes(kept)  # somebody put them back meanwhile
    before = everything(lost.store.parent)
    assert code_of(bringing.bring(opened)) == "bring_back_store_there"
    assert everything(lost.store.parent) == before


def test_that_a_store_of_a_newer_program_is_not_exchanged(lost: Lost, monkeypatch: pytest.MonkeyPatch) -> None:
    without_slots(lost)
    monkeypatch.setattr("crs_desktop.store.opening.CURRENT_SCHEMA", "0001")
    monkeypatch.setattr("crs_desktop.backups.bringing.CURRENT_SCHEMA", "0001")
    with pytest.raises(NotUnderstood) as caught:
        BringingBack(lost.door()).look(lost.backup)
    assert caught.value.findings[0].code == "bundle_newer"


def test_that_the_newest_good_backup_beside_the_store_is_offered(lost: Lost) -> None:
    bringing = BringingBack(lost.door())
    assert bringing.nearby() is None
    near = put_beside(lost, lost.backup)
    (near.parent / "x.crsbackup").write_text("no", "utf-8")
    offered = bringing.nearby()
    assert offered is not None and offered.path == near
