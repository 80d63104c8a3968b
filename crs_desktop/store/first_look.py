"""What the window can show before SQLAlchemy is imported: one plain query each, through the checked driver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.clock import from_milliseconds
from crs_desktop.store.driver import connect, environment_failure, exists


@dataclass(frozen=True, slots=True)
class FirstLook:
    """The kept answer of a question and the facts of the store, read without the ORM."""

    at: datetime | None
    body: str | None
    facts: dict[str, str]


def first_look(path: Path, name: str, key: bytes) -> FirstLook:
    """Read the kept answer `name`. An empty look when there is no store or no answer. Raises EnvironmentFailure."""
    if not exists(path):
        return FirstLook(None, None, {})
    connection = connect(path, key, read_only=True)
    try:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if not {"kept_answers", "store_facts"} <= tables:
            return FirstLook(None, None, {})
        facts = dict(connection.execute("SELECT name, value FROM store_facts"))
        row = connection.execute("SELECT at, body FROM kept_answers WHERE name = ?", (name,)).fetchone()
    except driver.Error as error:
        raise environment_failure(error, path) from error
    finally:
        connection.close()
    return FirstLook(from_milliseconds(row[0]), row[1], facts) if row else FirstLook(None, None, facts)
