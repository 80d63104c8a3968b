"""Opening a store: make it when there is none, climb the migrations when it is older, refuse it when it is newer."""

from __future__ import annotations

from pathlib import Path

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import Clock, to_milliseconds
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no
from crs_desktop.store.audit import UNKEYED
from crs_desktop.store.driver import connect, environment_failure, exists
from crs_desktop.store.guard import Guard
from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.places import must_be_good
from crs_desktop.store.store import Store
from crs_desktop.store.upgrade import make, upgrade

# The newest step; a test holds it equal to what the migrations say. Reading it here spares Alembic at every start.
CURRENT_SCHEMA = "0006"


def open_store(path: Path, clock: Clock, feed: ChangeFeed, keys: StoreKeys, guard: Guard) -> Store:
    """The store at `path`, made when there is none, upgraded when older. Raises EnvironmentFailure with a reason."""
    must_be_good(path)
    if not exists(path):
        make(path, keys.data)
    climb(path, clock, keys)
    return Store(path, clock, feed, keys, guard, goes_on(path, keys))


def climb(path: Path, clock: Clock, keys: StoreKeys) -> None:
    """Bring an older store up to today's schema, copy first. Raises EnvironmentFailure for a newer one."""
    found = schema_of(path, keys.data)
    if found is None:
        raise EnvironmentFailure(no("store_is_not_a_store", "store", path.name))
    if found > CURRENT_SCHEMA:
        raise EnvironmentFailure(no("store_newer", "store", path.name, found=found))
    if found != CURRENT_SCHEMA:
        upgrade(path, CURRENT_SCHEMA, to_milliseconds(clock.now()), keys)


def goes_on(path: Path, keys: StoreKeys) -> bool:
    """False when the chain of this store was begun with another key.

    A dose must be recorded all the same, but never under a key that took the place of the first one unseen. Such rows
    say of themselves that nothing proves them.
    """
    connection = connect(path, keys.data, read_only=True)
    try:
        newest = connection.execute(
            "SELECT mac FROM change_log WHERE mac NOT LIKE ? ORDER BY id DESC LIMIT 1", (f"{UNKEYED}:%",)
        ).fetchone()
    except driver.Error as error:
        raise environment_failure(error, path) from error
    finally:
        connection.close()
    return newest is None or newest[0].partition(":")[0] == keys.audit.name


def schema_of(path: Path, key: bytes | None) -> str | None:
    """The schema number of the store, None when nobody has stated one."""
    connection = connect(path, key)
    try:
        known = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()[0]
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    except driver.Error as error:
        raise environment_failure(error, path) from error
    finally:
        connection.close()
    return None if row is None else str(row[0])
