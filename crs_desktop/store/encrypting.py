"""The one way from a store of an older program, which lies open on the disk, to an encrypted one.

Killed at any moment it leaves the plain store or the encrypted one, never two that could both be worked in; run again,
it finishes. What was plain is removed, which does not wipe it from the disk: blocks of the former files can be read
until they are written over, on a solid-state disk perhaps for long. Only a disk that is encrypted itself helps there.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.store import audit
from crs_desktop.store import bundle as form
from crs_desktop.store.alone import alone, disown, remove, side_files
from crs_desktop.store.audit import AuditKey, Head
from crs_desktop.store.backup import folder_of, members_of, put_in_place
from crs_desktop.store.bundle import Manifest
from crs_desktop.store.driver import connect, exists, os_failure
from crs_desktop.store.inside import asked_apart, check_said
from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.keys.slots_file import read_slots, slots_path
from crs_desktop.store.sealing import LAST_PLAIN_SCHEMA, has_plain_header, sealed_copy
from crs_desktop.store.whole_files import (
    draft_in,
    folder_failure,
    give_name,
    must_have_room,
    one_at_a_time,
    own_folder,
    sweep,
)

_SPARE = 1_000_000


@dataclass(frozen=True, slots=True)
class Encrypted:
    """How many backups were made anew, and the names of files that still lie there unencrypted: they cannot be read."""

    backups: int
    left: tuple[str, ...]


def is_plain(path: Path) -> bool:
    """True for a store that is not encrypted; False when there is none. Raises EnvironmentFailure."""
    try:
        return path.is_file() and has_plain_header(path)
    except (OSError, ValueError) as error:
        raise os_failure(error, path) from error


def unfinished(path: Path) -> bool:
    """True while `encrypt` is to be called: the store is plain, or what was plain beside it is not yet all gone."""
    return is_plain(path) or exists(_mark(path))


def old_audit_key(path: Path) -> AuditKey | None:
    """The audit key of an old store, from the file beside it: it goes into the slots, so that the chain goes on."""
    return audit.read_key(path)


def encrypt(path: Path, keys: StoreKeys, at: int) -> Encrypted:
    """Put an encrypted store in the place of the plain one, and its backups with it, whose slots are written already.

    Raises EnvironmentFailure in words; the store is then what it was, or encrypted, and the next call goes on.
    """
    if not read_slots(path).recoverable:
        raise ValueError("a store is not encrypted before a code on paper opens it")
    folder = folder_of(path)
    own_folder(folder)
    with one_at_a_time(folder):
        sweep(folder)
        sweep(path.parent, f"{path.name}-")
        try:
            if is_plain(path):
                _mark(path).touch(0o600)
                _exchange(path, keys, at)
            else:
                connect(path, keys.data).close()  # it opens what lies there: only then may anything go
            done, left = _backups(path, folder, keys.data)
            if old_audit_key(path) == keys.audit:
                remove([audit.key_path(path)])
            elif exists(audit.key_path(path)):
                left.append(audit.key_path(path).name)
            left += [item.name for item in sorted(path.parent.glob(f"{path.name}.*")) if is_plain(item)]
            remove([_mark(path)])
        except OSError as error:
            raise folder_failure(error, path.parent) from error
    return Encrypted(done, tuple(left))


def _mark(path: Path) -> Path:
    """Lies there from the first step to the last."""
    return path.with_name(path.name + ".encrypting")


def _exchange(path: Path, keys: StoreKeys, at: int) -> None:
    """The encrypted copy, looked through, takes the name of the plain store in one step."""
    plain = alone(path, None)
    try:
        _check_schema(plain, path)
        must_have_room(path.parent, 2 * path.stat().st_size + _SPARE)
        with draft_in(path.parent, f"{path.name}-") as draft:
            sealed_copy(plain, draft, keys.data, path.name)
            _copy_head(plain, path, keys.audit, at)
            remove(side_files(path))
            if os.name == "nt":
                plain.close()  # a file in use cannot be replaced there
            give_name(draft, path)
            disown(plain)
    finally:
        plain.close()


def _check_schema(plain: Any, path: Path) -> None:
    known = plain.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()[0]
    found = plain.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    if found is None:
        raise EnvironmentFailure(no("store_is_not_a_store", "store", path.name))
    if str(found[0]) > LAST_PLAIN_SCHEMA:  # no program of ours has ever made such a one
        raise EnvironmentFailure(no("store_not_encrypted", "store", path.name))


def _copy_head(plain: Any, path: Path, key: AuditKey, at: int) -> None:
    """The end of the chain as it was, copied outward; the first schema had none."""
    columns = [row[1] for row in plain.execute("SELECT * FROM pragma_table_info('change_log')")]
    if audit.MAC in columns:
        row = plain.execute("SELECT id, mac FROM change_log ORDER BY id DESC LIMIT 1").fetchone()
        if row is not None:
            audit.copy_head(path, key, Head(row[0], row[0], row[1]), at, "before the encryption")


def _backups(path: Path, folder: Path, key: bytes) -> tuple[int, list[str]]:
    """Make every plain backup anew, encrypted, under its own name. What cannot be read stays, and is named."""
    done, left = 0, []
    for bundle in sorted(folder.glob(f"*{form.ENDING}")):
        try:
            manifest = form.read_manifest(bundle)
            if not manifest.checked:
                left.append(bundle.name)  # a store that could not be read, byte by byte
            elif form.holds_plain_store(bundle):
                _made_anew(bundle, manifest, path, key)
                done += 1
        except (NotUnderstood, EnvironmentFailure) as failure:
            if isinstance(failure, EnvironmentFailure) and failure.finding.code != "store_not_whole":
                raise
            left.append(bundle.name)
    return done, left


def _made_anew(bundle: Path, manifest: Manifest, store: Path, key: bytes) -> None:
    folder = bundle.parent
    must_have_room(folder, 4 * manifest.member(form.STORE).size + _SPARE)
    form.check_members(bundle, manifest)
    with ExitStack() as drafts:
        files: dict[str, Path] = {}
        for member in manifest.members:
            files[member.name] = drafts.enter_context(draft_in(folder))
            form.take_out(bundle, manifest, member.name, files[member.name])
        inside = asked_apart(files[form.STORE], None, None)
        check_said(bundle, manifest, inside)
        sealed = drafts.enter_context(draft_in(folder))
        with closing(driver.connect(str(files[form.STORE]), isolation_level=None)) as plain:
            sealed_copy(plain, sealed, key, bundle.name)
        files[form.STORE] = sealed
        files.setdefault(form.SLOTS, slots_path(store))  # without key slots it could be opened by nobody
        put_in_place(folder, bundle.name, replace(manifest, members=members_of(files)), files)
