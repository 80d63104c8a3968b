"""Making a store and climbing its migrations: old or new, never between; what was there before is kept beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.clock import from_milliseconds
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no
from crs_desktop.store import backup
from crs_desktop.store.audit import MAC, AuditKey, copy_head
from crs_desktop.store.chaining import head_of
from crs_desktop.store.chaining_old import chain_what_is_there
from crs_desktop.store.driver import connect, environment_failure, exists, os_failure
from crs_desktop.store.engine import writer_engine
from crs_desktop.store.keys.model import StoreKeys

MIGRATIONS = Path(__file__).parent / "migrations"
SIDE_FILES = ("-wal", "-journal", "-shm")
Chain = Callable[[Connection], None]


def make(path: Path, key: bytes) -> None:
    """A new store, built whole under another name and put in its place in one step.

    Refused when the newest changes of a store of this name lie there without it: a new store would swallow them.
    """
    if not exists(path.parent) or not os.path.isdir(path.parent):
        raise EnvironmentFailure(no("store_folder_missing", "store", path.name))
    for ending in ("-wal", "-journal"):
        left = path.with_name(path.name + ending)
        if exists(left):
            raise EnvironmentFailure(no("store_left_behind", "store", path.name, left=left.name))
    if not os.access(path.parent, os.W_OK):
        raise EnvironmentFailure(no("store_read_only", "store", path.name))
    with _draft(path) as draft:
        connect(draft, key, new=True).close()
        with _one_transaction(draft, key) as connection:
            _climb(connection, path)
        _fold(draft, key)
        _put(draft, path)


def upgrade(path: Path, wanted: str, at: int, keys: StoreKeys) -> Path | None:
    """Climb to the schema `wanted` in one transaction. Answers the backup of the store as it was; None: nothing to do.

    The backup is opened in full before the climb begins; it stays until somebody has confirmed that all is well.
    """
    with _one_transaction(path, keys.data) as connection:
        # Asked again under the lock: another desk may have been faster.
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        if found == wanted:
            return None
        kept = backup.make(path, backup.folder_of(path), backup.Reason.UPGRADE, from_milliseconds(at), keys.data).path
        _copy_head(connection, path, at, keys.audit)
        _climb(connection, path, partial(chain_what_is_there, keys.audit, at))
        return kept


def climbed(path: Path, schema: str) -> None:
    """An empty store as it was at that schema, for comparing: nothing is in it, so nothing is encrypted.

    Raises EnvironmentFailure for a schema nobody made.
    """
    connect(path, None, new=True).close()
    with _one_transaction(path, None) as connection:
        _climb(connection, path, wanted=schema)


def migration_settings() -> Any:
    """Alembic's configuration for our migrations."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return settings


@contextmanager
def _one_transaction(path: Path, key: bytes | None) -> Iterator[Connection]:
    engine = writer_engine(path, key)
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise environment_failure(error.orig or error, path) from error
    finally:
        engine.dispose()


def _copy_head(connection: Connection, path: Path, at: int, key: AuditKey) -> None:
    """The end of the chain as it is before the climb, copied outward; the first schema had none."""
    columns = [row[1] for row in connection.exec_driver_sql("SELECT * FROM pragma_table_info('change_log')")]
    if MAC in columns:
        copy_head(path, key, head_of(connection), at, "before an upgrade")


def _nothing_to_chain(_connection: Connection) -> None:
    """A store that is made has no row yet."""


def _climb(connection: Connection, path: Path, chain: Chain = _nothing_to_chain, wanted: str = "head") -> None:
    from alembic import command
    from alembic.util import CommandError

    settings = migration_settings()
    settings.attributes["connection"] = connection
    settings.attributes["chain"] = chain
    try:
        command.upgrade(settings, wanted)
    except CommandError as error:
        raise EnvironmentFailure(no("store_schema_unknown", "store", path.name)) from error
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise EnvironmentFailure(no("store_upgrade_broken", "store", path.name))


def _fold(draft: Path, key: bytes) -> None:
    """Bring everything into the one file that is moved: closing alone says nothing when the disk fills just then."""
    connection = connect(draft, key)
    try:
        busy, changes, folded = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except driver.Error as error:
        raise environment_failure(error, draft) from error
    finally:
        connection.close()
    if busy or changes != folded:
        raise EnvironmentFailure(no("store_io_error", "store", draft.name))


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A name of our own beside the store; whatever is left under it at the end is removed, and no message names it."""
    draft = path.with_name(f"{path.name}.draft-{uuid4().hex[:12]}")
    try:
        yield draft
    except EnvironmentFailure as failure:
        if failure.finding.value == draft.name:
            raise EnvironmentFailure(replace(failure.finding, value=path.name)) from failure
        raise
    finally:
        for ending in ("", *SIDE_FILES):
            with suppress(OSError):
                draft.with_name(draft.name + ending).unlink()


def _put(draft: Path, path: Path) -> None:
    """Give the finished store its name; when another desk was faster, its store stays and ours goes."""
    try:
        _sync(draft)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        except OSError:  # a file system without links
            if not exists(path):
                os.rename(draft, path)
        if os.name != "nt":
            _sync(path.parent)
    except OSError as error:
        raise os_failure(error, path) from error


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)
