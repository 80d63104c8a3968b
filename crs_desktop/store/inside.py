"""Opening a copy of a store in full: is it whole, what does it hold, and is each balance the sum of its movements.

A copy from outside is opened in a child process (`asked_apart`), with limits and by nothing but what is expected of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.dumps import no_core_dumps
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import fingerprint
from crs_desktop.kernel.refusal import no
from crs_desktop.store.bundle import Manifest
from crs_desktop.store.driver import APPLICATION_ID, PLAIN_HEADER, give_key

if sys.platform != "win32":
    import resource

SECONDS = 120
_MEMORY = 2_000_000_000
_SETTINGS = ("trusted_schema = 0", "cell_size_check = 1", "query_only = 1", "temp_store = 2", "mmap_size = 0")
_OBJECTS = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_FOLD = "SELECT lot_id, place_id, sum(vials) FROM movements GROUP BY lot_id, place_id ORDER BY lot_id, place_id"
_BALANCES = "SELECT lot_id, place_id, vials FROM balances ORDER BY lot_id, place_id"
_ROOT = Path(__file__).resolve().parents[2]
_APART = "import sys; sys.path.insert(0, {root!r}); from crs_desktop.store.inside import main; main()"

Objects = list[list[str]]


@dataclass(frozen=True, slots=True)
class Inside:
    """What a copy holds. `fault` is empty when it is whole, else one word: what is wrong with it."""

    fault: str
    schema: str = ""
    counts: Mapping[str, int] | None = None
    balances: str = ""
    facts: Mapping[str, str] | None = None


def look_inside(path: Path, key: bytes | None, expected: Objects | None = None) -> Inside:
    """Open the file, which nobody may be writing, read everything in it and change nothing.

    With `expected` its tables and triggers are compared first, and a stranger's are not read any further.
    """
    try:
        with path.open("rb") as file:
            if (file.read(len(PLAIN_HEADER)) == PLAIN_HEADER) == (key is not None):
                return Inside("not a store")
        connection = driver.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    except (OSError, driver.Error):
        return Inside("damaged")
    try:
        give_key(connection, key)
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        return _look(connection, expected, encrypted=key is not None)
    except (driver.Error, ValueError, TypeError, UnicodeDecodeError, OverflowError) as error:
        return Inside("other keys" if "not a database" in str(error) and key is not None else "damaged")
    finally:
        connection.close()


def objects_of(connection: Any) -> Objects:
    """Every table, index and trigger with its text, spaces evened out."""
    return [[" ".join(str(part or "").split()) for part in row] for row in connection.execute(_OBJECTS)]


def asked_apart(path: Path, key: bytes | None, expected: Objects | None, seconds: float = SECONDS) -> Inside:
    """`look_inside` in a child of its own: its crash, its memory and its time are not ours."""
    command = [sys.executable, "-I", "-c", _APART.format(root=str(_ROOT)), str(path)]
    # Not as an argument: those are seen by everybody on the machine.
    asked = json.dumps({"key": None if key is None else key.hex(), "expected": expected})
    try:
        done = subprocess.run(
            command, input=asked, capture_output=True, text=True, timeout=seconds, check=True
        )
        said = json.loads(done.stdout)
        return Inside(**said)
    except subprocess.TimeoutExpired:
        return Inside("too slow")
    except (subprocess.CalledProcessError, ValueError, TypeError):
        return Inside("damaged")


def check_said(path: Path, manifest: Manifest, inside: Inside) -> None:
    """What was found inside is what the manifest says. Raises NotUnderstood."""
    if inside.fault:
        raise NotUnderstood(no("bundle_store_wrong", "bundle", path.name, fault=inside.fault))
    said = (manifest.schema, dict(manifest.counts), manifest.balances, dict(manifest.facts))
    if (inside.schema, inside.counts, inside.balances, inside.facts) != said:
        raise NotUnderstood(no("bundle_damaged", "bundle", path.name))


def main() -> None:
    """The child: limits first, then the look."""
    no_core_dumps()
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked = json.load(sys.stdin)
    key = None if asked["key"] is None else bytes.fromhex(asked["key"])
    print(json.dumps(asdict(look_inside(Path(sys.argv[1]), key, asked["expected"]))))


def _look(connection: Any, expected: Objects | None, encrypted: bool) -> Inside:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        return Inside("not a store")
    if expected is not None and objects_of(connection) != expected:
        return Inside("other tables")
    if encrypted and connection.execute("PRAGMA cipher_integrity_check").fetchone() is not None:
        return Inside("damaged")
    if connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
        return Inside("damaged")
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        return Inside("broken references")
    balances = [list(row) for row in connection.execute(_BALANCES)]
    if balances != [list(row) for row in connection.execute(_FOLD)]:
        return Inside("balances")
    schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    tables = [str(row[0]) for row in connection.execute(_TABLES)]
    counts = {
        name: int(connection.execute('SELECT count(*) FROM "{}"'.format(name.replace('"', '""'))).fetchone()[0])
        for name in sorted(tables)
    }
    facts = {str(name): str(value) for name, value in connection.execute("SELECT name, value FROM store_facts")}
    return Inside("", str(schema[0]) if schema else "", counts, fingerprint(balances), facts)
