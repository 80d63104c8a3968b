"""Opening a store: check it, climb the migrations when it is new or older, refuse it when it is newer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import Clock
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import no
from crs_desktop.store.driver import connect, environment_failure
from crs_desktop.store.store import Store

MIGRATIONS = Path(__file__).parent / "migrations"
# The newest step; a test holds it equal to what the migrations say. Reading it here spares Alembic at every start.
CURRENT_SCHEMA = "0001"


def open_store(path: Path, clock: Clock, feed: ChangeFeed) -> Store:
    """The store at `path`, made when there is none, upgraded when older. Raises EnvironmentFailure with a reason."""
    if not path.parent.is_dir():
        raise EnvironmentFailure(no("store_folder_missing", "store", path.name))
    found = schema_of(path)
    if found != CURRENT_SCHEMA:
        if found is not None and found > CURRENT_SCHEMA:
            raise EnvironmentFailure(no("store_newer", "store", path.name, found=found))
        upgrade(path)
    return Store(path, clock, feed)


def schema_of(path: Path) -> str | None:
    """The schema number of the store, None when it is new and empty."""
    connection = connect(path)
    try:
        known = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()[0]
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    except driver.Error as error:
        raise environment_failure(error, path) from error
    finally:
        connection.close()
    return None if row is None else str(row[0])


def migration_settings() -> Any:
    """Alembic's configuration for our migrations."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return settings


def upgrade(path: Path) -> None:
    """Climb to the current schema in one transaction: old or new, never between."""
    from alembic import command
    from sqlalchemy.exc import DBAPIError

    from crs_desktop.store.engine import writer_engine

    engine = writer_engine(path)
    settings = migration_settings()
    try:
        with engine.begin() as connection:
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
    except DBAPIError as error:
        raise environment_failure(error.orig or error, path) from error
    finally:
        engine.dispose()
