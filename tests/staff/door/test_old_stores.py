"""Stores of earlier releases, which lie open on the disk, go through a first start: encrypted, and everything there."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from crs_desktop.bootstrap.services import open_house
from crs_desktop.documents.filing import digest_of
from crs_desktop.documents.layout.page import lay_out
from crs_desktop.history.verify import verify_store
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.staff.door import beginning as module
from crs_desktop.staff.door import entering
from crs_desktop.staff.door.beginning import Beginning, Prepared
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.signed_in import SignedIn
from crs_desktop.staff.door.standing import Standing, standing
from crs_desktop.staff.service import StaffBook
from crs_desktop.store import encrypting
from crs_desktop.store.audit import key_path, mac_of
from crs_desktop.store.driver import connect
from crs_desktop.store.encrypting import is_plain
from crs_desktop.store.sealing import content_of
from tests.documents.shop import titled
from tests.staff.door.rooms import ADA, OTHER, a_door, again, got, prepared
from tests.staff.door.test_first_start import fails
from tests.store.made_up_keys import KEYS
from tests.store.make_released import RELEASED
from tests.store.tamper import behind_its_back, rechain

PLAIN = sorted(file for file in RELEASED.glob("*.crs.gz") if file.name < "0003")
CHAINED = "0002_demo.crs.gz"
# Whoever made the released store has thrown its key away; ours takes its place, as if it had lain beside it.
ITS_KEY = KEYS.audit


@dataclass(frozen=True)
class Old:
    """A store as an earlier release left it, with what its tables held."""

    door: Door
    held: dict[str, int]


def unpacked(file: Path, folder: Path) -> Old:
    """The store, with the key of its log beside it as that release left one."""
    path = folder / "t.crs"
    path.write_bytes(_content(file))
    if file.name == CHAINED:
        key_path(path).write_text(ITS_KEY.secret.hex(), "ascii")
    with closing(connect(path, None)) as connection:
        held = {name: count for name, (count, _) in content_of(connection).items()}
    return Old(a_door(path), held)


@cache
def _content(file: Path) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.crs"
        path.write_bytes(gzip.decompress(file.read_bytes()))
        if file.name == CHAINED:
            with behind_its_back(path, None) as connection:
                connection.execute("BEGIN")
                rechain(connection, 1, lambda before, row: mac_of(ITS_KEY, before, row))
                connection.execute("COMMIT")
        return path.read_bytes()


@pytest.fixture(params=PLAIN, ids=lambda file: file.name)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    return unpacked(request.param, tmp_path)


def everything_is_there(old: Old, signed: SignedIn) -> None:
    """Encrypted, all that was held, and nothing in it that its log does not know."""
    path = old.door.path
    assert not is_plain(path) and standing(path) is Standing.LOCKED
    house = open_house(path, old.door.clock, ChangeFeed(), signed.keys, signed.guard)
    try:
        assert len(house.patients.records()) == old.held["patients"] == 7
        assert len(house.doses.entries()) == old.held["doses"] == 1
        assert {lot.number for lot in house.stock.lots()} >= {"B7310", "AV0192"}
    finally:
        house.close()
    with closing(connect(path, signed.keys.data, read_only=True)) as connection:
        now = {name: count for name, (count, _) in content_of(connection).items()}
    growing = ("adoptions", "doses", "movements", "weighings", "earmarks", "change_log", "requests", "infusion_events")
    assert [name for name in growing if now[name] < old.held[name]] == []
    assert verify_store(path, signed.keys).findings == ()


def test_that_an_old_store_is_encrypted_with_all_that_is_in_it(old: Old) -> None:
    door = old.door
    assert standing(door.path) is Standing.PLAIN
    beginning = Beginning(door)
    signed = got(beginning.make(prepared(beginning)))
    everything_is_there(old, signed)
    later = again(door)
    assert got(later.recover(beginning.recovery.text)).people == (("ada", "Ada Byron"),)
    assert got(later.emergency(beginning.emergency.text, "Kim Night", "night")).keys.data == signed.keys.data
    assert got(later.sign_in("ada", ADA)).keys.data == signed.keys.data


def test_that_the_chain_of_an_old_store_goes_on_under_its_key(tmp_path: Path) -> None:
    old = unpacked(RELEASED / CHAINED, tmp_path)
    beginning = Beginning(old.door)
    ready = prepared(beginning)
    assert ready.keys.audit.secret == ITS_KEY.secret
    got(beginning.make(ready))
    assert not key_path(old.door.path).exists()
    with closing(connect(old.door.path, ready.keys.data, read_only=True)) as connection:
        names = {row[0].partition(":")[0] for row in connection.execute("SELECT mac FROM change_log")}
    assert names == {ready.keys.audit.name}


def test_that_an_old_paper_comes_into_the_encrypted_store(tmp_path: Path) -> None:
    old, paper = unpacked(RELEASED / CHAINED, tmp_path), lay_out(titled("one"))
    assert isinstance(paper, bytes)
    (tmp_path / "t-paper").mkdir()
    (tmp_path / "t-paper" / "sheet.pdf").write_bytes(paper)
    with closing(connect(old.door.path, None)) as connection:
        connection.execute(
            "INSERT INTO filed_sheets (code, kind, patient_id, dose_key, day, file_name, sha256, facts, valid_until,"
            " at, actor) VALUES ('C', 'dosing-sheet', 1, '', '2026-12-01', 'sheet.pdf', ?, 'f', 0, 0, 'A. Weber')",
            (digest_of(paper),),
        )
    beginning = Beginning(old.door)
    signed = got(beginning.make(prepared(beginning)))
    house = open_house(old.door.path, old.door.clock, ChangeFeed(), signed.keys, signed.guard)
    try:
        (sheet,) = house.paper.sheets()
        assert house.paper.content(sheet) == paper
    finally:
        house.close()
    assert not (tmp_path / "t-paper").exists()


Cut = Callable[[pytest.MonkeyPatch], None]
CUTS: dict[str, Cut] = {
    "before the encryption": lambda patch: patch.setattr(entering, "encrypt", fails),
    "while the copy is made": lambda patch: patch.setattr(encrypting, "sealed_copy", fails),
    "when the copy gets its name": lambda patch: patch.setattr(encrypting, "give_name", fails),
    "before the backups": lambda patch: patch.setattr(encrypting, "_backups", fails),
    "before today's schema": lambda patch: patch.setattr(module, "open_store", fails),
    "before the person": lambda patch: patch.setattr(StaffBook, "begin", fails),
    "before the sign-in": lambda patch: patch.setattr(Door, "sign_in", fails),
}


def cut_off(old: Old, where: str) -> tuple[Beginning, Prepared]:
    """A first start on an old store that ends there."""
    beginning = Beginning(old.door)
    ready = prepared(beginning)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(EnvironmentFailure):
        CUTS[where](patch)
        beginning.make(ready)
    return beginning, ready


@pytest.fixture
def chained(tmp_path: Path) -> Old:
    return unpacked(RELEASED / CHAINED, tmp_path)


@pytest.mark.parametrize("where", ["before the encryption", "while the copy is made", "before the person"])
def test_that_an_encryption_that_was_cut_off_goes_on_when_it_is_tried_again(chained: Old, where: str) -> None:
    beginning, ready = cut_off(chained, where)
    signed = got(beginning.make(ready))
    assert signed.actor.name == "Ada Byron"
    everything_is_there(chained, signed)


@pytest.mark.parametrize("where", CUTS)
def test_that_an_encryption_that_was_cut_off_is_finished_by_the_next_sign_in(chained: Old, where: str) -> None:
    cut_off(chained, where)
    assert standing(chained.door.path) is Standing.LOCKED
    everything_is_there(chained, got(again(chained.door).sign_in("ada", ADA)))
    assert not key_path(chained.door.path).exists()


@pytest.mark.parametrize("where", ["before the encryption", "before the backups", "before the person"])
def test_that_an_encryption_that_was_cut_off_is_finished_by_the_recovery_code(chained: Old, where: str) -> None:
    beginning, _ = cut_off(chained, where)
    later = again(chained.door)
    recovered = got(later.recover(beginning.recovery.text))
    everything_is_there(chained, got(later.renew(recovered, "ada", OTHER)))


@pytest.mark.parametrize("where", ["before the encryption", "before the person"])
def test_that_an_encryption_that_was_cut_off_keeps_nobody_from_the_bedside(chained: Old, where: str) -> None:
    beginning, _ = cut_off(chained, where)
    signed = got(again(chained.door).emergency(beginning.emergency.text, "Kim Night", "fever at night"))
    assert signed.actor.name == "Kim Night, by emergency code"
    everything_is_there(chained, signed)
