"""A first start: nothing before the end of it, and whatever cuts it off, nobody loses what was there before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no
from crs_desktop.staff.door import beginning as module
from crs_desktop.staff.door.beginning import Beginning, Prepared
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.standing import Standing, standing
from crs_desktop.staff.guard import FirstStartGuard
from crs_desktop.staff.model import Role
from crs_desktop.staff.service import StaffBook
from crs_desktop.store.encrypting import is_plain
from crs_desktop.store.keys.codes import new_code
from crs_desktop.store.keys.slots import SlotKind
from crs_desktop.store.keys.slots_file import read_slots, slots_path
from crs_desktop.store.opening import open_store
from tests.staff.door.rooms import ADA, MO, OTHER, TOM, Behind, a_door, again, got, prepared, why

FULL = EnvironmentFailure(no("store_disk_full", "store", "t.crs"))


def fails(*_: object, **__: object) -> None:
    """As a disk that is full, or a program that is killed."""
    raise FULL


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return a_door(tmp_path / "t.crs")


def test_that_nothing_is_written_before_the_code_was_typed_back(door: Door) -> None:
    beginning = Beginning(door)
    ready = prepared(beginning)
    assert beginning.try_recovery(ready, beginning.recovery.text.lower().replace("-", " ")) is None
    assert why(beginning.try_recovery(ready, new_code(SlotKind.RECOVERY).text)) == ["code_wrong"]
    assert why(beginning.try_recovery(ready, beginning.emergency.text)) == ["code_is_emergency"]
    assert why(beginning.try_recovery(ready, "")) == ["code_empty"]
    assert list(door.path.parent.iterdir()) == []
    assert standing(door.path) is Standing.NOTHING
    assert ADA not in repr(ready) and beginning.recovery.text not in repr(ready)


def test_that_everything_against_a_first_person_is_said_at_once(door: Door) -> None:
    beginning = Beginning(door)
    answer = beginning.prepare("a b", " ", ("technician",), "short")
    assert why(answer) == ["staff_sign_in", "text_missing", "door_first_administrator", "password_short"]
    assert why(beginning.prepare("ada", "Ada Byron", ("administrator",), "Ada Byron Ada Byron")) != []


def test_that_going_back_a_page_makes_no_paper_wrong(door: Door) -> None:
    beginning = Beginning(door)
    paper = (beginning.recovery.text, beginning.emergency.text)
    first, second = prepared(beginning), prepared(beginning)
    assert (beginning.recovery.text, beginning.emergency.text) == paper
    assert beginning.try_recovery(first, paper[0]) is None and beginning.try_recovery(second, paper[0]) is None
    assert first.keys.data != second.keys.data


def test_that_a_store_begins_with_its_first_person_and_two_codes(door: Door) -> None:
    beginning = Beginning(door)
    signed = got(beginning.make(prepared(beginning)))
    assert (signed.person_id, signed.actor.name, signed.actor.role) == (1, "Ada Byron", "pharmacist+administrator")
    assert not signed.must_choose
    assert standing(door.path) is Standing.LOCKED and not is_plain(door.path)
    assert sorted(slot.kind.value for slot in read_slots(door.path).slots) == ["emergency", "person", "recovery"]
    later = again(door)
    assert got(later.sign_in("ADA", ADA)).keys.data == signed.keys.data
    assert got(later.recover(beginning.recovery.text)).people == (("ada", "Ada Byron"),)
    assert got(later.emergency(beginning.emergency.text, "Kim Night", "night")).actor.role == "emergency"


def test_that_a_store_that_is_there_is_never_begun_again(behind: Behind) -> None:
    path = behind.door.path
    before = (path.read_bytes(), slots_path(path).read_bytes())
    beginning = Beginning(a_door(path))
    assert why(beginning.make(prepared(beginning))) == ["door_store_there"]
    assert (path.read_bytes(), slots_path(path).read_bytes()) == before
    slots_path(path).unlink()
    assert standing(path) is Standing.NO_SLOTS
    assert why(beginning.make(prepared(beginning))) == ["door_store_there"]
    assert path.read_bytes() == before[0] and not slots_path(path).exists()


def test_that_slots_without_their_store_are_kept_aside(behind: Behind) -> None:
    path = behind.door.path
    old, kept = slots_path(path).read_bytes(), path.with_name("away.crs")
    path.rename(kept)
    for number in (1, 2):
        assert standing(path) is Standing.NO_STORE
        before = slots_path(path).read_bytes()
        beginning = Beginning(a_door(path))
        got(beginning.make(prepared(beginning)))
        assert path.with_name(f"t.crs.slots-aside-{number}").read_bytes() == before
        path.unlink()
    kept.rename(path)
    slots_path(path).write_bytes(old)
    assert behind.signed().person_id == 1


Cut = Callable[[pytest.MonkeyPatch], None]
CUTS: dict[str, Cut] = {
    "after the slots": lambda patch: patch.setattr(module, "open_store", fails),
    "after the store": lambda patch: patch.setattr(StaffBook, "begin", fails),
    "after the person": lambda patch: patch.setattr(Door, "sign_in", fails),
}


def cut_off(door: Door, where: str) -> tuple[Beginning, Prepared]:
    """A first start that ends there."""
    beginning = Beginning(door)
    ready = prepared(beginning)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(EnvironmentFailure):
        CUTS[where](patch)
        beginning.make(ready)
    return beginning, ready


@pytest.mark.parametrize("where", CUTS)
def test_that_a_start_that_was_cut_off_goes_on_when_it_is_tried_again(door: Door, where: str) -> None:
    beginning, ready = cut_off(door, where)
    signed = got(beginning.make(ready))
    assert (signed.person_id, signed.actor.name, signed.keys.data) == (1, "Ada Byron", ready.keys.data)
    assert list(door.path.parent.glob("*aside*")) == []
    with door.opened(signed.keys, signed.guard) as staff:
        assert [one.name for one in staff.people()] == ["Ada Byron"]
    assert got(again(door).recover(beginning.recovery.text)).people == (("ada", "Ada Byron"),)


@pytest.mark.parametrize("where", ["after the store", "after the person"])
def test_that_a_start_that_was_cut_off_is_finished_by_the_next_sign_in(door: Door, where: str) -> None:
    cut_off(door, where)
    assert standing(door.path) is Standing.LOCKED
    signed = got(again(door).sign_in("ada", ADA))
    assert signed.person_id == 1 and "administrator" in signed.actor.role


@pytest.mark.parametrize("where", ["after the store", "after the person"])
def test_that_a_start_that_was_cut_off_is_finished_by_the_recovery_code(door: Door, where: str) -> None:
    beginning, _ = cut_off(door, where)
    later = again(door)
    recovered = got(later.recover(beginning.recovery.text))
    assert [name for name, _ in recovered.people] == ["ada"]
    assert got(later.renew(recovered, "ada", OTHER)).person_id == 1


def test_that_a_start_cut_off_before_the_store_says_so_and_another_one_begins(door: Door) -> None:
    cut_off(door, "after the slots")
    assert standing(door.path) is Standing.NO_STORE
    with pytest.raises(EnvironmentFailure) as failure:
        again(door).sign_in("ada", ADA)
    assert failure.value.finding.code == "store_missing"
    beginning = Beginning(again(door))
    assert got(beginning.make(prepared(beginning))).person_id == 1


def test_that_only_the_first_person_begins_a_store_without_people(behind: Behind, tmp_path: Path) -> None:
    """As after going back to a backup from before anybody was known: a technician becomes no administrator by it."""
    path = behind.door.path
    keys = behind.signed().keys
    path.unlink()
    for left in path.parent.glob("t.crs-*"):
        left.unlink()
    open_store(path, behind.door.clock, ChangeFeed(), keys, FirstStartGuard()).close()
    for sign_in, password in (("tom", TOM), ("mo", MO)):
        assert why(again(behind.door).sign_in(sign_in, password)) == ["door_nobody_yet"]
    signed = got(again(behind.door).sign_in("ada", ADA))
    with behind.door.opened(signed.keys, signed.guard) as staff:
        (only,) = staff.people()
    assert (only.sign_in, only.roles) == ("ada", frozenset({Role.PHARMACIST, Role.ADMINISTRATOR}))
    assert why(again(behind.door).sign_in("tom", TOM)) == ["door_slot_of_nobody"]
