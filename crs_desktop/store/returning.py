"""Going back to a backup: judged before anything is touched, the present store kept, the swap one rename."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.store import bundle as form
from crs_desktop.store import opening
from crs_desktop.store.backup import Reason, bundle_name, make_alone, members_of, put_in_place
from crs_desktop.store.bundle import Manifest
from crs_desktop.store.driver import connect, environment_failure, exists
from crs_desktop.store.inside import Objects, asked_apart, objects_of
from crs_desktop.store.places import must_be_good
from crs_desktop.store.upgrade import climbed
from crs_desktop.store.whole_files import (
    draft_in,
    folder_failure,
    force,
    give_name,
    must_have_room,
    one_at_a_time,
    own_folder,
    sweep,
    write_whole,
)

_SPARE = 1_000_000
_SIDE_FILES = ("-wal", "-journal", "-shm")
# The store says so itself: it is damaged, and there is nothing to lose by putting a good copy in its place.
_PAST_READING = ("store_damaged", "store_is_not_a_store", "store_empty", "backup_store_damaged", "store_io_error")


@dataclass(frozen=True, slots=True)
class Returned:
    """What was done: the store now in place, what it was taken from, and where the former one is kept."""

    store: Path
    manifest: Manifest
    kept: Path | None


def verify_backup(path: Path, key: bytes) -> Manifest:
    """Open a backup in full, in a child, and hold it against what it says of itself. Raises NotUnderstood."""
    with tempfile.TemporaryDirectory(prefix="crs-verify-") as folder:
        try:
            with draft_in(Path(folder)) as draft:
                return _judged(path, draft, key)
        except OSError as error:
            raise folder_failure(error, Path(folder)) from error


def restore(path: Path, store: Path, folder: Path, at: datetime, key: bytes) -> Returned:
    """Put the store of a backup in the place of `store`, which is first kept as a backup in `folder`.

    Raises NotUnderstood for a backup that is refused and EnvironmentFailure when the machine or another desk stands in
    the way; the store is then what it was. Whoever has the store open in this process closes it before.
    """
    if not os.path.isdir(store.parent):
        raise EnvironmentFailure(no("store_folder_missing", "store", store.name))
    for place in (store, folder):
        must_be_good(place)
    own_folder(folder)
    with one_at_a_time(folder):
        sweep(folder)
        sweep(store.parent, f"{store.name}-")
        try:
            with draft_in(store.parent, f"{store.name}-") as draft:
                manifest = _judged(path, draft, key)
                kept = _exchange(store, folder, at, key, lambda: give_name(draft, store))
                _put_beside(path, manifest, store)
        except OSError as error:
            raise folder_failure(error, store.parent) from error
    return Returned(store, manifest, kept)


def _judged(path: Path, draft: Path, key: bytes) -> Manifest:
    """The store of the bundle in the draft, opened in full and equal to what the manifest says."""
    manifest = form.read_manifest(path)
    if not manifest.checked:
        raise NotUnderstood(no("bundle_never_checked", "bundle", path.name))
    if not manifest.schema or manifest.schema > opening.CURRENT_SCHEMA:
        raise NotUnderstood(no("bundle_newer", "bundle", path.name, found=manifest.schema))
    must_have_room(draft.parent, manifest.member(form.STORE).size + _SPARE)
    form.check_members(path, manifest)
    form.take_out(path, manifest, form.STORE, draft)
    inside = asked_apart(draft, key, _expected(manifest.schema, path))
    if inside.fault:
        raise NotUnderstood(no("bundle_store_wrong", "bundle", path.name, fault=inside.fault))
    said = (manifest.schema, dict(manifest.counts), manifest.balances, dict(manifest.facts))
    if (inside.schema, inside.counts, inside.balances, inside.facts) != said:
        raise NotUnderstood(no("bundle_damaged", "bundle", path.name))
    return manifest


def _expected(schema: str, path: Path) -> Objects:
    """Tables and triggers as our own steps make them: a stranger's trigger would run with our rights later."""
    with tempfile.TemporaryDirectory(prefix="crs-schema-") as folder:
        made = Path(folder) / "expected.crs"
        try:
            climbed(made, schema)
        except EnvironmentFailure as error:
            raise NotUnderstood(no("bundle_not_one", "bundle", path.name)) from error
        connection = connect(made, None, read_only=True)
        try:
            return objects_of(connection)
        finally:
            connection.close()


def _exchange(store: Path, folder: Path, at: datetime, key: bytes, swap: Callable[[], None]) -> Path | None:
    """Keep the present store, then swap; nobody else can have it open meanwhile."""
    left = [item for ending in _SIDE_FILES if exists(item := store.with_name(store.name + ending))]
    if not exists(store):
        kept = _kept_as_it_was(store, left, folder, at) if left else None
        _remove(left)
        swap()
        return kept
    try:
        alone = _alone(store, key)
    except EnvironmentFailure as failure:
        if failure.finding.code not in _PAST_READING:
            raise
        return _exchange_damaged(store, left, folder, at, swap)
    try:
        try:
            kept = make_alone(store, folder, Reason.RETURN, at, key, source=alone).path
        except EnvironmentFailure as failure:
            if failure.finding.code not in _PAST_READING:
                raise
            kept = _kept_as_it_was(store, [], folder, at)
        _remove([item for ending in _SIDE_FILES if exists(item := store.with_name(store.name + ending))])
        if os.name == "nt":
            alone.close()  # a file in use cannot be replaced there
        swap()
        _disown(alone)
    finally:
        alone.close()
    return kept


def _exchange_damaged(store: Path, left: list[Path], folder: Path, at: datetime, swap: Callable[[], None]) -> Path:
    kept = _kept_as_it_was(store, left, folder, at)
    _remove(left)
    swap()
    return kept


def _alone(store: Path, key: bytes) -> Any:
    """A connection that keeps everybody out, side files folded into the store. Refused while a desk is open."""
    connection = connect(store, key)
    try:
        connection.execute("PRAGMA busy_timeout = 3000")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        mode = connection.execute("PRAGMA journal_mode = delete").fetchone()[0]
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        if mode != "delete" or connection.execute("PRAGMA journal_mode").fetchone()[0] != "delete":
            raise EnvironmentFailure(no("return_store_in_use", "store", store.name))
    except driver.Error as error:
        connection.close()
        failure = environment_failure(error, store)
        if failure.finding.code == "store_locked":
            raise EnvironmentFailure(no("return_store_in_use", "store", store.name)) from error
        raise failure from error
    except BaseException:
        connection.close()
        raise
    return connection


def _disown(former: Any) -> None:
    """A desk that was about to open the former file must not write into it any more: it is no store from now on."""
    with suppress(driver.Error):
        former.execute("PRAGMA journal_mode = memory")
        former.execute("PRAGMA application_id = 0")


def _kept_as_it_was(store: Path, left: list[Path], folder: Path, at: datetime) -> Path:
    """A store that cannot be read is kept byte by byte, unchecked: somebody may still mend it."""
    files = {form.STORE: store} if exists(store) else {}
    files |= {form.STORE + item.name.removeprefix(store.name): item for item in left if not item.name.endswith("-shm")}
    must_have_room(folder, sum(item.stat().st_size for item in files.values()) + _SPARE)
    with draft_in(folder) as empty:
        files.setdefault(form.STORE, empty)
        manifest = Manifest("", at, Reason.RETURN.value, store.name, False, {}, "", {}, members_of(files))
        return put_in_place(folder, bundle_name(store, Reason.RETURN, at), manifest, files).path


def _put_beside(path: Path, manifest: Manifest, store: Path) -> None:
    """Key slots and the like come back only where there are none: those on this machine are never older."""
    for member in manifest.members:
        place = store.with_name(f"{store.name}.{member.name.removeprefix(form.BESIDE)}")
        if member.name.startswith(form.BESIDE) and not exists(place):
            with draft_in(store.parent) as draft:
                form.take_out(path, manifest, member.name, draft)
                write_whole(place, draft.read_bytes())


def _remove(files: list[Path]) -> None:
    for file in files:
        with suppress(FileNotFoundError):
            file.unlink()
    if files and os.name == "posix":
        force(files[0].parent)
