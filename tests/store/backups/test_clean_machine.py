"""A backup and the recovery code on paper are all that is left: the store comes back, drill after drill.

Short: 5 drills; CRS_LONG=1: 50.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import Refused
from crs_desktop.store import audit
from crs_desktop.store.backup import BackupMade, Reason, folder_of, make
from crs_desktop.store.driver import connect
from crs_desktop.store.judging import slots_in
from crs_desktop.store.keys.codes import read_code
from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.keys.slots import SlotKind
from crs_desktop.store.keys.slots_file import read_slots, slots_path
from crs_desktop.store.keys.wrapping import unlock
from crs_desktop.store.returning import restore, verify_backup
from tests.store.backups.drills import digest
from tests.store.made_up_keys import KEYS, OTHER_KEYS
from tests.store.old_stores import plain_backup, put_slots, recovery, unpacked
from tests.store.pharmacy import LONG, NOW, ROOT, Pharmacy, note, open_pharmacy
from tests.store.tamper import looked, verdict

DRILLS, WRITERS = (50, 4) if LONG else (5, 4)


def keys_from_paper(bundle: Path, typed: str) -> StoreKeys:
    """What a person does on a clean machine: the backup's own slots, opened with what stands on the paper."""
    code = read_code(typed, SlotKind.RECOVERY)
    assert not isinstance(code, Refused)
    file = slots_in(bundle)
    opened = unlock(file, file.of(SlotKind.RECOVERY)[0], code.secret)
    assert not isinstance(opened, Refused)
    return opened.keys


@contextmanager
def writing(store: Path, lot: int, place: int) -> Iterator[None]:
    """Four desks that record doses all the time."""
    command = [sys.executable, "-m", "tests.store.backups.write_on", str(store), str(lot), str(place)]
    desks = [
        subprocess.Popen([*command, f"desk{number}"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for number in range(WRITERS)
    ]
    try:
        assert [desk.stdout.readline() for desk in desks if desk.stdout is not None] == ["ready\n"] * WRITERS
        yield
        assert [desk.poll() for desk in desks] == [None] * WRITERS, "a desk has stopped writing"
    finally:
        for desk in desks:
            desk.terminate()
            desk.wait(30)
            if desk.stdout is not None:
                desk.stdout.close()


def mac_at(store: Path, number: int) -> str:
    connection = connect(store, KEYS.data, read_only=True)
    try:
        return str(connection.execute("SELECT mac FROM change_log WHERE id = ?", (number,)).fetchone()[0])
    finally:
        connection.close()


def test_that_every_drill_on_a_clean_machine_brings_back_what_was_there(pharmacy: Pharmacy, tmp_path: Path) -> None:
    store, line = pharmacy.store.path, pharmacy.receive("B1", 9000)
    put_slots(store)
    pharmacy.close()
    doses = []
    with writing(store, line.lot_id, line.place_id):
        for number in range(DRILLS):
            made = make(store, folder_of(store), Reason.TIMER, NOW, KEYS.data)
            clean = tmp_path / f"clean-{number}" / "new.crs"
            clean.parent.mkdir()
            keys = keys_from_paper(made.path, recovery().text.lower())
            restore(made.path, clean, folder_of(clean), NOW, keys.data)
            back = digest(clean)  # also: whole, and each balance the sum of its movements
            assert {name: len(back[name]) for name in made.manifest.counts if name in back} == {
                name: count for name, count in made.manifest.counts.items() if name in back
            }
            assert read_slots(clean) == read_slots(store)
            opened = open_pharmacy(clean, keys)
            assert opened.store.has_key
            head = opened.store.head()
            vials = sum(item.vials for item in opened.stock.on_hand())
            doses.append(made.manifest.counts["doses"])
            assert vials == 9000 - doses[-1] and head.mac == mac_at(store, head.last)
            note(opened.store, "goes on")
            opened.close()
            assert looked(clean).findings == ()
    assert len(doses) == DRILLS and doses == sorted(doses) and doses[-1] > doses[0], f"nobody wrote: {doses}"
    assert verdict(store) == []
    print(f"{DRILLS} drills beside {WRITERS} desks that wrote {doses[-1]} doses: all equal in counts, balances, chain")


@pytest.fixture
def made(pharmacy: Pharmacy, tmp_path: Path) -> BackupMade:
    """A backup with the slots of its store."""
    pharmacy.receive("B1", 4)
    put_slots(pharmacy.store.path)
    pharmacy.close()
    return make(pharmacy.store.path, tmp_path / "stick", Reason.ASKED, NOW, KEYS.data)


def first_start(store: Path) -> None:
    """Somebody has already begun a new store here, with keys and slots of its own, and worked in it."""
    opened = open_pharmacy(store, OTHER_KEYS)
    note(opened.store, "begun anew")
    opened.close()
    put_slots(store, "another-store")


def test_that_slots_of_a_first_start_make_way_and_are_kept(made: BackupMade, tmp_path: Path) -> None:
    store = tmp_path / "new" / "new.crs"
    store.parent.mkdir()
    first_start(store)
    before, slots = store.read_bytes(), slots_path(store).read_bytes()
    keys = keys_from_paper(made.path, recovery().text)
    answer = restore(made.path, store, folder_of(store), NOW, keys.data)
    assert read_slots(store).store_id == "store-4711" and read_slots(store) == slots_in(made.path)
    assert answer.kept is not None
    with zipfile.ZipFile(answer.kept) as kept:
        assert (kept.read("store.crs"), kept.read("beside/slots")) == (before, slots)
        assert b"end of a session" in kept.read("beside/heads")
    opened = open_pharmacy(store, keys)
    assert len(opened.stock.on_hand()) == 1
    opened.close()
    assert verdict(store) == [], "the heads of the other store are gone as well"


def test_that_heads_of_another_store_go_also_where_the_backup_brings_none(
    made: BackupMade, pharmacy: Pharmacy, tmp_path: Path
) -> None:
    audit.heads_path(pharmacy.store.path).unlink()
    bare = make(pharmacy.store.path, tmp_path / "stick", Reason.ASKED, NOW, KEYS.data)
    store = tmp_path / "new" / "new.crs"
    store.parent.mkdir()
    first_start(store)
    assert audit.heads_path(store).exists()
    restore(bare.path, store, folder_of(store), NOW, KEYS.data)
    assert not audit.heads_path(store).exists() and verdict(store) == []


def test_that_slots_without_their_store_are_kept_and_make_way(made: BackupMade, tmp_path: Path) -> None:
    store = tmp_path / "new" / "new.crs"
    store.parent.mkdir()
    for content in (b"{ damaged", None):
        if content is None:
            put_slots(store, "another-store")
            store.unlink()
        else:
            slots_path(store).write_bytes(content)
        left = slots_path(store).read_bytes()
        answer = restore(made.path, store, folder_of(store), NOW, KEYS.data)
        assert answer.kept is not None
        with zipfile.ZipFile(answer.kept) as kept:
            assert kept.read("beside/slots") == left
        assert read_slots(store) == slots_in(made.path)


def test_that_slots_of_the_same_store_stay_as_they_are(made: BackupMade, pharmacy: Pharmacy) -> None:
    """A password that was changed after the backup, and a person who has left: going back does not undo that."""
    store = pharmacy.store.path
    put_slots(store)
    slots_path(store).write_bytes(slots_path(store).read_bytes().replace(b'"printed"', b'"of today"'))
    now = slots_path(store).read_bytes()
    restore(made.path, store, folder_of(store), NOW, KEYS.data)
    assert slots_path(store).read_bytes() == now


def test_that_slots_of_a_newer_program_make_way_for_nobody(made: BackupMade, pharmacy: Pharmacy) -> None:
    store = pharmacy.store.path
    put_slots(store)
    slots_path(store).write_bytes(slots_path(store).read_bytes().replace(b'"format": 1', b'"format": 2'))
    now, pages = slots_path(store).read_bytes(), digest(store)
    with pytest.raises(NotUnderstood) as caught:
        restore(made.path, store, folder_of(store), NOW, KEYS.data)
    assert caught.value.findings[0].code == "slots_newer"
    assert (slots_path(store).read_bytes(), digest(store)) == (now, pages)


def test_that_damaged_slots_in_a_backup_take_the_place_of_nothing_readable(pharmacy: Pharmacy, tmp_path: Path) -> None:
    store = pharmacy.store.path
    put_slots(store)
    whole = slots_path(store).read_bytes()
    slots_path(store).write_bytes(b"{ damaged")
    bundle = make(store, tmp_path / "stick", Reason.ASKED, NOW, KEYS.data)
    slots_path(store).write_bytes(whole)
    restore(bundle.path, store, folder_of(store), NOW, KEYS.data)
    assert slots_path(store).read_bytes() == whole


def test_that_a_store_of_other_keys_that_is_open_is_not_exchanged(made: BackupMade, tmp_path: Path) -> None:
    store = tmp_path / "new" / "new.crs"
    store.parent.mkdir()
    first_start(store)
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.store.made_up_keys import OTHER_KEYS\n"
        "from tests.store.pharmacy import note, open_pharmacy\n"
        "opened = open_pharmacy(Path(sys.argv[1]), OTHER_KEYS); note(opened.store, 'being written')\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
    )
    command = [sys.executable, "-c", script, str(store)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None and desk.stdin is not None and desk.stdout.readline() == "ready\n"
        with pytest.raises(EnvironmentFailure) as caught:
            restore(made.path, store, folder_of(store), NOW, KEYS.data)
        desk.stdin.close()
    assert caught.value.finding.code == "return_store_in_use"
    assert read_slots(store).store_id == "another-store"
    assert audit.heads_path(store).exists()


def test_that_a_backup_under_other_keys_is_said_to_be_that(made: BackupMade) -> None:
    with pytest.raises(NotUnderstood) as caught:
        verify_backup(made.path, OTHER_KEYS.data)
    (finding,) = caught.value.findings
    assert (finding.code, finding.get("fault")) == ("bundle_store_wrong", "other keys")


def test_that_a_backup_without_slots_says_so_and_damaged_ones_are_refused(made: BackupMade, tmp_path: Path) -> None:
    old = plain_backup(unpacked(tmp_path / "old.crs", "0001"), folder=tmp_path / "b")
    with pytest.raises(NotUnderstood) as caught:
        slots_in(old.path)
    assert caught.value.findings[0].code == "bundle_without_slots"
    raw = made.path.read_bytes()
    made.path.write_bytes(raw.replace(b'"RECOVERY"', b'"RECOVERX"').replace(b'"recovery"', b'"recoverx"'))
    with pytest.raises(NotUnderstood) as caught:
        slots_in(made.path)
    assert caught.value.findings[0].code == "bundle_damaged"
