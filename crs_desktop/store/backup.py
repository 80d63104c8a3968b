"""Making a backup while desks write: copied through the driver, opened in full, then given its name in one step."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.store import bundle as form
from crs_desktop.store.bundle import Manifest, Member
from crs_desktop.store.driver import connect, environment_failure, give_key, os_failure
from crs_desktop.store.inside import Inside, look_inside
from crs_desktop.store.places import must_be_good
from crs_desktop.store.rotation import Dated, superfluous
from crs_desktop.store.whole_files import (
    draft_in,
    folder_failure,
    give_name,
    must_have_room,
    one_at_a_time,
    own_folder,
    sha256_of,
    sweep,
)

# Beside a store and never carried along: an old plain key of the audit chain must not lie with what it guards, and a
# backup put back must not forget who guessed how often.
_NOT_CARRIED = re.compile(r"audit-key|encrypting|misses|schema-.*|draft-.*")
_PAGES_AT_ONCE = 4096
_SPARE = 1_000_000


class Reason(StrEnum):
    """Why a backup was made."""

    SESSION = "session"
    TIMER = "timer"
    ASKED = "asked"
    UPGRADE = "upgrade"
    RETURN = "return"


HELD = (Reason.UPGRADE, Reason.RETURN)


GiveUp = Callable[[], bool]


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A bundle in its place."""

    path: Path
    size: int
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Listed:
    """A file in the folder of backups; without a manifest it cannot be read as a backup."""

    path: Path
    size: int
    manifest: Manifest | None


def folder_of(store: Path) -> Path:
    """Where the backups of a store lie unless another folder is named."""
    return store.with_name(f"{store.stem}-backups")


def make(store: Path, folder: Path, reason: Reason, at: datetime, key: bytes, give_up: GiveUp = _never) -> BackupMade:
    """Back up the store into the folder. Raises EnvironmentFailure in words; the folder then holds what it held.

    `give_up` is asked now and then: True ends the attempt with EnvironmentFailure, as when a window waits to close.
    """
    must_be_good(folder)
    own_folder(folder)
    with one_at_a_time(folder):
        sweep(folder)
        return make_alone(store, folder, reason, at, key, give_up)


def make_alone(
    store: Path, folder: Path, reason: Reason, at: datetime, key: bytes, give_up: GiveUp = _never, source: Any = None
) -> BackupMade:
    """The same by somebody who holds `one_at_a_time` of the folder, and may hold the store by a connection `source`."""
    try:
        must_have_room(folder, 2 * store.stat().st_size + _SPARE)
        with draft_in(folder) as copy:
            copy_store(store, copy, key, give_up, source)
            inside = look_inside(copy, key)
            if inside.fault:
                raise EnvironmentFailure(no("backup_store_damaged", "store", store.name, fault=inside.fault))
            return _put_together(store, folder, copy, inside, reason, at)
    except FileNotFoundError as error:
        raise os_failure(error, store) from error
    except OSError as error:
        raise folder_failure(error, folder) from error


def copy_store(store: Path, copy: Path, key: bytes, give_up: GiveUp, source: Any = None) -> None:
    """One snapshot of the store in an empty file, complete without side files."""
    reading = source if source is not None else connect(store, key, read_only=True)
    try:
        reading.execute("BEGIN")  # one snapshot from the first page to the last, whoever writes meanwhile
        reading.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        target = driver.connect(str(copy), isolation_level=None)
        try:
            give_key(target, key)
            reading.backup(target, pages=_PAGES_AT_ONCE, progress=_asking(give_up, store))
        finally:
            target.close()
            reading.execute("ROLLBACK")
        mode = _one_file(copy, key)
    except driver.Error as error:
        failure = environment_failure(error, store)
        if failure.finding.code == "store_disk_full":
            raise EnvironmentFailure(no("backup_disk_full", "backups", copy.parent)) from error
        raise failure from error
    finally:
        if source is None:
            reading.close()
    if mode != "delete":
        raise EnvironmentFailure(no("store_io_error", "store", store.name))


def _asking(give_up: GiveUp, store: Path) -> Callable[[int, int, int], None]:
    def asked(_status: int, _remaining: int, _total: int) -> None:
        if give_up():
            raise EnvironmentFailure(no("backup_given_up", "store", store.name))

    return asked


def _one_file(copy: Path, key: bytes) -> str:
    alone = driver.connect(str(copy), isolation_level=None)
    try:
        give_key(alone, key)
        return str(alone.execute("PRAGMA journal_mode = delete").fetchone()[0])
    finally:
        alone.close()


def list_backups(folder: Path) -> list[Listed]:
    """Every backup of the folder, newest first; what cannot be read comes last, by name."""
    found = []
    for path in sorted(folder.glob(f"*{form.ENDING}")) if folder.is_dir() else []:
        try:
            found.append(Listed(path, path.stat().st_size, form.read_manifest(path)))
        except (NotUnderstood, OSError):
            with suppress(OSError):
                found.append(Listed(path, path.stat().st_size, None))
    readable = [one for one in found if one.manifest is not None]
    readable.sort(key=lambda one: (one.manifest.made_at, one.path.name) if one.manifest else (), reverse=True)
    return readable + [one for one in found if one.manifest is None]


def rotate(folder: Path, zone: ZoneInfo, confirmed_at: datetime | None) -> tuple[str, ...]:
    """Remove what the rule lets go; the names. Held ones stay until somebody has confirmed, later, that all is well."""
    dated = [
        Dated(one.path.name, one.manifest.made_at, _is_held(one.manifest, confirmed_at))
        for one in list_backups(folder)
        if one.manifest is not None
    ]
    gone = superfluous(dated, zone)
    for name in gone:
        with suppress(OSError):
            (folder / name).unlink()
    return gone


def bundle_name(store: Path, reason: Reason, at: datetime) -> str:
    """'pharmacy-20261204-081012-timer-3f9a.crsbackup', the time in UTC; no patient in it."""
    return f"{store.stem}-{at.astimezone(UTC):%Y%m%d-%H%M%S}-{reason.value}-{uuid4().hex[:4]}{form.ENDING}"


def beside(store: Path) -> dict[str, Path]:
    """The small files that travel with a store, such as its key slots, by their name in the bundle."""
    found = {}
    for path in sorted(store.parent.glob(f"{store.name}.*")):
        ending = path.name.removeprefix(f"{store.name}.")
        small = path.is_file() and not path.is_symlink() and path.stat().st_size <= form.MOST_BESIDE
        if small and form.BESIDE_NAME.fullmatch(ending) and not _NOT_CARRIED.fullmatch(ending):
            found[form.BESIDE + ending] = path
    return dict(list(found.items())[: form.MOST_MEMBERS - 2])


def put_in_place(folder: Path, name: str, manifest: Manifest, files: dict[str, Path]) -> BackupMade:
    """Write the bundle, read it back byte by byte, and give it its name. Raises OSError."""
    with draft_in(folder) as draft:
        form.write_bundle(draft, manifest, files)
        form.check_members(draft, form.read_manifest(draft))
        give_name(draft, folder / name)
    return BackupMade(folder / name, (folder / name).stat().st_size, manifest)


def members_of(files: dict[str, Path]) -> tuple[Member, ...]:
    """Name, size and fingerprint of each file that goes into a bundle."""
    return tuple(Member(name, path.stat().st_size, sha256_of(path)) for name, path in sorted(files.items()))


def _put_together(store: Path, folder: Path, copy: Path, inside: Inside, reason: Reason, at: datetime) -> BackupMade:
    with ExitStack() as drafts:
        files = {form.STORE: copy, **still(beside(store), folder, drafts)}
        manifest = Manifest(
            schema=inside.schema, made_at=at, reason=reason.value, store=store.name, checked=True,
            counts=inside.counts or {}, balances=inside.balances, facts=inside.facts or {}, members=members_of(files),
        )  # fmt: skip
        return put_in_place(folder, bundle_name(store, reason, at), manifest, files)


def still(files: dict[str, Path], folder: Path, drafts: ExitStack) -> dict[str, Path]:
    """Copies of small files that another desk may write to meanwhile."""
    found = {}
    for name, path in files.items():
        found[name] = drafts.enter_context(draft_in(folder))
        found[name].write_bytes(path.read_bytes())
    return found


def _is_held(manifest: Manifest, confirmed_at: datetime | None) -> bool:
    return manifest.reason in HELD and (confirmed_at is None or manifest.made_at > confirmed_at)
