"""From a plain store to an encrypted one: nothing is lost, nothing plain stays, and a kill leaves one of the two."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.store import audit, encrypting, sealing
from crs_desktop.store.backup import folder_of, list_backups
from crs_desktop.store.driver import PLAIN_HEADER, connect
from crs_desktop.store.encrypting import encrypt, is_plain, old_audit_key, unfinished
from crs_desktop.store.judging import slots_in
from crs_desktop.store.keys.slots_file import slots_path
from crs_desktop.store.returning import restore, verify_backup
from crs_desktop.store.sealing import Content, content_of
from tests.store.backups.drills import digest
from tests.store.backups.hostile import packed
from tests.store.made_up_keys import KEYS, OTHER_AUDIT, OTHER_KEYS
from tests.store.old_stores import (
    SCHEMAS,
    STORE_ID,
    chained_with_our_key,
    encrypted,
    plain_backup,
    plain_connection,
    plain_site,
    put_slots,
    slots,
    unpacked,
)
from tests.store.pharmacy import LONG, NOW, ROOT, new_store, note, open_pharmacy
from tests.store.tamper import verdict

# Words that stand in the released stores: a name, a number of a lot, the person who acts.
MARKS = (PLAIN_HEADER, b"B7310", b"Made-up", b"CREATE TABLE")


def content(path: Path, key: bytes | None) -> Content:
    connection = connect(path, key, read_only=True)
    try:
        return content_of(connection)
    finally:
        connection.close()


def plain_things(folder: Path) -> list[str]:
    """Every file below that holds something in plain."""
    files = [item for item in folder.rglob("*") if item.is_file()]
    return sorted(item.name for item in files if any(mark in item.read_bytes() for mark in MARKS))


@pytest.mark.parametrize("schema", SCHEMAS)
def test_that_every_row_comes_along_and_nothing_plain_stays(tmp_path: Path, schema: str) -> None:
    path = plain_site(tmp_path / "site", schema)
    before = content(path, None)
    assert is_plain(path) and unfinished(path) and len(plain_things(path.parent)) == 3
    answer = encrypted(path)
    assert (answer.backups, answer.left) == (2, ())
    assert content(path, KEYS.data) == before
    assert not is_plain(path) and not unfinished(path) and plain_things(path.parent) == []
    names = {item.name for item in path.parent.iterdir()} - {"site.crs.heads"}
    assert names == {"site.crs", "site.crs.slots", "site-backups"}
    assert path.stat().st_mode & 0o077 == 0
    heads, _ = audit.read_heads(path, KEYS.audit)
    assert [(one.why, one.sealed) for one in heads] == [("before the encryption", True)] * (schema != "0001")
    opened = open_pharmacy(path)
    assert opened.store.has_key
    note(opened.store, "goes on")
    opened.close()
    assert verdict(path) == []
    kept = list_backups(folder_of(path))
    assert {one.manifest.reason for one in kept if one.manifest is not None} == {"timer", "asked", "upgrade"}
    assert all(slots_in(one.path) == slots(STORE_ID) for one in kept), "each can be opened with the code on paper"
    assert plain_things(path.parent) == []


def test_that_changes_in_the_side_file_come_along(tmp_path: Path) -> None:
    path = unpacked(tmp_path / "site.crs", "0001")
    live = plain_connection(path)
    live.execute("INSERT INTO kept_answers VALUES ('newest', 1, 'x')")
    left = {ending: Path(f"{path}{ending}").read_bytes() for ending in ("", "-wal")}
    live.close()
    for ending, raw in left.items():  # as a killed program leaves them
        Path(f"{path}{ending}").write_bytes(raw)
    encrypted(path)
    connection = connect(path, KEYS.data, read_only=True)
    assert connection.execute("SELECT body FROM kept_answers WHERE name = 'newest'").fetchall() == [("x",)]
    connection.close()
    assert not path.with_name("site.crs-wal").exists() and not path.with_name("site.crs-shm").exists()


def test_that_all_that_a_file_can_hold_comes_along(tmp_path: Path) -> None:
    """Sequences, indexes, triggers, bytes, text that is none, and rows that no trigger may see."""
    path, copy = tmp_path / "p.crs", tmp_path / "c.crs"
    plain = plain_connection(path)
    plain.execute("PRAGMA application_id = 1129468740")
    plain.execute("PRAGMA user_version = 7")
    plain.execute("CREATE TABLE n (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b UNIQUE)")
    plain.execute("CREATE INDEX n_a ON n (a) WHERE a > 3")
    plain.execute("CREATE TRIGGER no AFTER INSERT ON n BEGIN SELECT RAISE(ABORT, 'never'); END")
    plain.execute("DROP TRIGGER no")
    plain.execute("INSERT INTO n (a, b) VALUES (1.5, x'00ff'), ('1.5', CAST(x'ff41' AS TEXT)), (NULL, 2)")
    plain.execute("DELETE FROM n WHERE b = 2")
    plain.execute("CREATE TRIGGER no AFTER INSERT ON n BEGIN SELECT RAISE(ABORT, 'never'); END")
    for table in ("balances (lot_id, place_id, vials)", "movements (lot_id, place_id, vials)",
                  "alembic_version (version_num)", "store_facts (name, value)"):  # fmt: skip
        plain.execute(f"CREATE TABLE {table}")
    copy.touch()
    sealing.sealed_copy(plain, copy, KEYS.data, "p.crs")
    before = content_of(plain)
    assert content(copy, KEYS.data) == before and before["sqlite_sequence"][0] == 1 and before["n"][0] == 2
    plain.close()


@pytest.mark.parametrize("spoil", ["a row less", "a value otherwise", "a trigger less", "a damaged page", "no key"])
def test_that_a_copy_that_is_not_the_store_never_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    path = plain_site(tmp_path / "site", "0002")
    before = content(path, None)
    real = sealing.look_inside

    def cosmic_ray(copy: Path, key: bytes, *rest: object) -> object:
        answer = real(copy, key, *rest) if spoil != "a damaged page" else None  # type: ignore[arg-type]
        statements = {"a row less": "DELETE FROM lots WHERE id = 2", "a trigger less": "DROP TRIGGER lots_no_delete",
                      "a value otherwise": "UPDATE kept_answers SET body = body || ' '"}  # fmt: skip
        if spoil in statements:
            connection = connect(copy, key)
            connection.execute("PRAGMA foreign_keys = 0")
            triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE name = 'lots_no_delete'")
            kept = triggers.fetchall()
            connection.execute("DROP TRIGGER lots_no_delete" if "row" in spoil else "SELECT 1")
            connection.execute(statements[spoil])
            for _, text in kept if "row" in spoil else []:
                connection.execute(text)
            connection.close()
        if spoil == "a damaged page":
            raw = bytearray(copy.read_bytes())
            raw[len(raw) // 2] ^= 1
            copy.write_bytes(raw)
            return real(copy, key, *rest)  # type: ignore[arg-type]
        return answer

    monkeypatch.setattr(sealing, "look_inside", cosmic_ray)
    if spoil == "no key":
        monkeypatch.setattr(sealing, "has_plain_header", lambda _: True)
    with pytest.raises(EnvironmentFailure) as caught:
        encrypted(path)
    assert caught.value.finding.code == "store_not_whole" and caught.value.finding.value == "site.crs"
    assert is_plain(path) and content(path, None) == before
    assert not [item.name for item in path.parent.rglob(".crs-backup-*")]
    monkeypatch.undo()
    encrypted(path)
    assert content(path, KEYS.data) == before


def test_that_a_store_without_slots_is_not_encrypted(tmp_path: Path) -> None:
    path = unpacked(tmp_path / "site.crs", "0001")
    with pytest.raises(NotUnderstood):
        encrypt(path, KEYS, 0)
    assert is_plain(path)


def test_that_a_store_open_elsewhere_is_left_alone(tmp_path: Path) -> None:
    path = plain_site(tmp_path / "site", "0002")
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.store.old_stores import plain_connection\n"
        "c = plain_connection(Path(sys.argv[1])); c.execute('SELECT count(*) FROM lots').fetchone()\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None and desk.stdin is not None and desk.stdout.readline() == "ready\n"
        with pytest.raises(EnvironmentFailure) as caught:
            encrypted(path)
        desk.stdin.close()
    assert caught.value.finding.code == "return_store_in_use"
    assert is_plain(path) and len(plain_things(path.parent)) == 3 and unfinished(path)
    encrypted(path)
    assert plain_things(path.parent) == []


def test_that_a_program_that_was_about_to_open_the_former_file_cannot_write_into_it(tmp_path: Path) -> None:
    path = plain_site(tmp_path / "site", "0002")
    former = path.with_name("former.crs")
    os.link(path, former)
    encrypted(path)
    with pytest.raises(EnvironmentFailure) as caught:
        connect(former, None)
    assert caught.value.finding.code == "store_is_not_a_store"


def test_that_a_plain_store_of_a_schema_that_was_never_plain_is_refused(tmp_path: Path) -> None:
    path = plain_site(tmp_path / "site", "0002")
    connection = plain_connection(path)
    connection.execute("UPDATE alembic_version SET version_num = '0003'")
    connection.close()
    with pytest.raises(EnvironmentFailure) as caught:
        encrypted(path)
    assert caught.value.finding.code == "store_not_encrypted" and is_plain(path)


def test_that_the_chain_goes_on_under_its_old_key_and_another_key_file_is_never_thrown_away(tmp_path: Path) -> None:
    path = plain_site(tmp_path / "site", "0002")
    assert old_audit_key(path) == KEYS.audit
    put_slots(path)
    answer = encrypt(path, OTHER_AUDIT, 0)
    assert answer.left == ("site.crs.audit-key",) and old_audit_key(path) == KEYS.audit
    open_pharmacy(path).close()
    assert verdict(path) == [], "the right key still proves every row"


def test_that_what_cannot_be_read_is_left_and_named(tmp_path: Path) -> None:
    path = plain_site(tmp_path / "site", "0001")
    folder = folder_of(path)
    (folder / "half.crsbackup").write_bytes(b"PK")
    spoiled = sorted(folder.glob("*asked*"))[0]
    raw = bytearray(spoiled.read_bytes())
    raw[len(raw) // 2] ^= 1
    spoiled.write_bytes(raw)
    shutil.copyfile(path, path.with_name("site.crs.schema-0001"))
    with zipfile.ZipFile(plain_backup(path).path) as bundle:
        parts = {name: bundle.read(name) for name in bundle.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    (folder / "says.crsbackup").write_bytes(packed(parts, {**manifest, "balances": "0" * 64}))
    answer = encrypted(path)
    assert answer.backups == 2
    assert sorted(answer.left) == sorted(["half.crsbackup", "says.crsbackup", spoiled.name, "site.crs.schema-0001"])


def test_that_nothing_goes_while_the_key_does_not_open_what_lies_there(tmp_path: Path) -> None:
    path = plain_site(tmp_path / "site", "0002")
    put_slots(path)
    shutil.copyfile(new_store(tmp_path / "other.crs"), path)
    with pytest.raises(EnvironmentFailure):
        encrypt(path, OTHER_KEYS, 0)
    assert old_audit_key(path) is not None and len(plain_things(path.parent)) == 2


# --- kill -9 ---

def killed_at(path: Path, step: int) -> bool:
    """Encrypt in a child that kills itself at its n-th step; False when it had fewer."""
    child = os.fork()
    if child == 0:
        left = [step]

        def counted(real: Callable[..., object]) -> Callable[..., object]:
            def call(*words: object, **more: object) -> object:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*words, **more)

            return call

        try:
            for module, name in STEPS:
                setattr(module, name, counted(getattr(module, name)))
            encrypted(path)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


STEPS: tuple[tuple[Any, str], ...] = (
    (os, "replace"), (os, "unlink"), (os, "fsync"), (os, "open"), (os, "close"), (Path, "unlink"), (Path, "touch"),
    (Path, "write_bytes"), (sealing, "look_inside"), (sealing, "content_of"),
)  # fmt: skip


def after_a_kill(path: Path, before: Content) -> bool:
    """One of the two, whole; then the rest is done. True when it was still plain."""
    plain = is_plain(path)
    assert content(path, None if plain else KEYS.data) == before
    with pytest.raises(EnvironmentFailure):
        connect(path, KEYS.data if plain else None)
    if not slots_path(path).exists():
        assert plain
    encrypted(path)
    assert content(path, KEYS.data) == before and not unfinished(path)
    assert plain_things(path.parent) == []
    assert not [item.name for item in path.parent.rglob(".crs-backup-*")]
    return plain


@pytest.mark.skipif(not hasattr(os, "fork"), reason="not shown: no kill -9 and no fork here")
def test_that_kill_9_at_every_step_leaves_plain_or_encrypted_and_a_rerun_finishes(tmp_path: Path) -> None:
    template = plain_site(tmp_path / "template", "0002")
    before = content(template, None)
    slots(STORE_ID)  # made once, before the first child
    states: list[tuple[bool, bool]] = []
    step = 1
    while True:
        folder = tmp_path / f"k{step}"
        shutil.copytree(template.parent, folder)
        path = folder / "site.crs"
        if not killed_at(path, step):
            break
        pending = unfinished(path)
        states.append((after_a_kill(path, before), pending))
        shutil.rmtree(folder)
        step += 1 if LONG else 29
    print(f"killed at {len(states)} of {step} steps: {states.count((True, True))} plain, "
          f"{states.count((False, True))} encrypted, not finished")  # fmt: skip
    assert step > 60 and {(True, True), (False, True)} <= set(states), (states, step)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="not shown: no kill -9 and no fork here")
def test_that_kill_9_at_any_moment_leaves_plain_or_encrypted(tmp_path: Path) -> None:
    chance = random.Random(4711)
    template = plain_site(tmp_path / "template", "0002")
    before = content(template, None)
    put_slots(template)
    for number in range(200 if LONG else 6):
        folder = tmp_path / f"r{number}"
        shutil.copytree(template.parent, folder)
        child = os.fork()
        if child == 0:
            try:
                encrypted(folder / "site.crs")
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0, 0.5))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        after_a_kill(folder / "site.crs", before)
        shutil.rmtree(folder)


# --- old bundles ---


@pytest.mark.parametrize("schema", SCHEMAS)
def test_that_an_old_plain_backup_is_gone_back_to_and_never_lands_plain(tmp_path: Path, schema: str) -> None:
    old = unpacked(tmp_path / "old.crs", schema)
    if schema != "0001":
        chained_with_our_key(old)
    bundle = plain_backup(old, folder=tmp_path / "stick").path
    before = content(old, None)
    assert verify_backup(bundle, KEYS.data).schema == schema
    clean = tmp_path / "clean"
    clean.mkdir()
    store = clean / "new.crs"
    restore(bundle, store, folder_of(store), NOW, KEYS.data)
    assert content(store, KEYS.data) == before and plain_things(clean) == []
    opened = open_pharmacy(store)
    assert opened.store.has_key
    opened.close()
    assert verdict(store) == [] and digest(store)["lots"] and plain_things(clean) == []


def test_that_a_plain_backup_of_a_schema_that_was_never_plain_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = plain_backup(unpacked(tmp_path / "old.crs", "0002"), folder=tmp_path / "stick").path
    monkeypatch.setattr("crs_desktop.store.judging.LAST_PLAIN_SCHEMA", "0001")
    with pytest.raises(NotUnderstood) as caught:
        verify_backup(bundle, KEYS.data)
    assert caught.value.findings[0].code == "bundle_not_encrypted"


def test_that_whether_a_store_is_plain_is_asked_in_words(tmp_path: Path) -> None:
    assert not is_plain(tmp_path / "none.crs") and not unfinished(tmp_path / "none.crs")
    assert not is_plain(new_store(tmp_path / "t.crs"))
    assert encrypting.Encrypted(0, ()) and audit.read_key(tmp_path / "t.crs") is None
