"""T06: one flipped bit anywhere in an encrypted store is noticed by verify; so is one in its side file.

Short: 60 bits; CRS_LONG=1: 300.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from crs_desktop.history.verify import verify_store
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.store.driver import connect
from crs_desktop.store.inside import look_inside
from crs_desktop.store.pages import damaged_pages
from tests.crash.damage import flipped
from tests.store.made_up_keys import KEYS, OTHER_KEYS
from tests.store.pharmacy import LONG, NOW, WEBER, Pharmacy, dose, note, open_pharmacy
from tests.store.tamper import looked

FLIPS, SEED = (300, random.randrange(10**6)) if LONG else (60, 4711)


def noticed(path: Path) -> str:
    """How verify answers; empty when it found nothing wrong."""
    try:
        findings = verify_store(path, KEYS).findings
    except EnvironmentFailure as failure:
        return failure.finding.code
    return findings[0].code if findings else ""


def test_that_every_flipped_bit_of_the_store_is_noticed(pharmacy: Pharmacy) -> None:
    line = pharmacy.receive("B1", 40)
    for number in range(12):
        pharmacy.doses.log_dose(dose(f"d{number}", line), WEBER)
    pharmacy.close()
    path, chance, seen = pharmacy.store.path, random.Random(SEED), Counter[str]()
    whole = path.read_bytes()
    assert noticed(path) == ""
    for _ in range(FLIPS):
        path.write_bytes(flipped(whole, chance))
        seen[noticed(path)] += 1
    print(f"{FLIPS} flipped bits in an encrypted store: {FLIPS - seen['']} noticed {dict(seen)}, seed {SEED}")
    assert seen[""] == 0, (seen, SEED)
    path.write_bytes(whole)
    assert noticed(path) == ""


def test_that_a_flipped_or_emptied_page_is_noticed_wherever_it_lies(pharmacy: Pharmacy) -> None:
    """Also a free one, which no other check reads; a failing disk begins somewhere."""
    pharmacy.store.keep_answer("board", NOW, "x" * 40_000)
    pharmacy.store.keep_answer("board", NOW, "x")
    pharmacy.close()
    path, chance, free = pharmacy.store.path, random.Random(SEED), 0
    whole = path.read_bytes()
    for at in range(0, len(whole), 4096 if LONG else 4096 * 7):
        flip = at + chance.randrange(4096)
        path.write_bytes(whole[:flip] + bytes([whole[flip] ^ 1]) + whole[flip + 1 :])
        assert noticed(path), at // 4096 + 1
        assert look_inside(path, KEYS.data).fault in ("damaged", "other keys")
        with suppress(EnvironmentFailure, dbapi2.Error), closing(connect(path, KEYS.data, read_only=True)) as opened:
            free += opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        path.write_bytes(whole[:at] + bytes(4096) + whole[at + 4096 :])
        assert noticed(path), at // 4096 + 1
    assert free, "there were no free pages"


def test_that_every_flipped_bit_of_the_side_file_is_noticed_once_a_head_was_copied(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    path = pharmacy.store.path
    for number in range(8):
        note(pharmacy.store, f"n{number}", "x" * 300)
    assert pharmacy.store.copy_head("print")
    kept = {ending: Path(f"{path}{ending}").read_bytes() for ending in ("", "-wal", ".heads")}
    site = tmp_path / "site" / "t.crs"
    site.parent.mkdir()
    chance, seen = random.Random(SEED), Counter[str]()
    for _ in range(FLIPS // 3):
        for ending, raw in kept.items():
            Path(f"{site}{ending}").write_bytes(flipped(raw, chance) if ending == "-wal" else raw)
        site.with_name("t.crs-shm").unlink(missing_ok=True)
        seen[noticed(site)] += 1
    print(f"{FLIPS // 3} flipped bits in its side file: {dict(seen)}, seed {SEED}")
    assert seen[""] == 0, (seen, SEED)


def test_that_a_page_that_lies_in_the_side_file_alone_is_no_damage(pharmacy: Pharmacy) -> None:
    """A kill or a power cut may leave the store's own copy of it empty or half written."""
    path = pharmacy.store.path
    for number in range(30):
        note(pharmacy.store, f"n{number}", "x" * 3000)
    raw, wal = bytearray(path.read_bytes()), Path(f"{path}-wal").read_bytes()
    pharmacy.close()
    pages = [int.from_bytes(wal[at : at + 4], "big") for at in range(32, len(wal) - 4119, 4120)]
    page = max(one for one in pages if one * 4096 <= len(raw))
    for content in (bytes(4096), b"\xff" * 4096):
        raw[(page - 1) * 4096 : page * 4096] = content
        path.write_bytes(raw)
        Path(f"{path}-wal").write_bytes(wal)
        path.with_name("t.crs-shm").unlink(missing_ok=True)
        connection = connect(path, KEYS.data, read_only=True)
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall() and damaged_pages(connection) == []
        connection.close()
        assert looked(path).good
        Path(f"{path}-wal").unlink(missing_ok=True)
    path.write_bytes(raw)
    assert noticed(path), "without the side file it is damage"


def test_that_a_store_of_other_keys_or_an_older_one_put_in_place_is_noticed(
    pharmacy: Pharmacy, tmp_path: Path
) -> None:
    path = pharmacy.store.path
    pharmacy.close()
    older = path.read_bytes()
    opened = open_pharmacy(path)
    note(opened.store, "the newest")
    opened.close()
    other = open_pharmacy(tmp_path / "other.crs", OTHER_KEYS)
    other.close()
    shutil.copyfile(path, tmp_path / "kept.crs")
    shutil.copyfile(other.store.path, path)
    with pytest.raises(EnvironmentFailure) as caught:
        open_pharmacy(path)
    assert caught.value.finding.code == noticed(path) == "store_is_not_a_store"
    path.write_bytes(older)
    assert noticed(path) == "audit_end_missing"
    shutil.copyfile(tmp_path / "kept.crs", path)
    assert noticed(path) == ""
