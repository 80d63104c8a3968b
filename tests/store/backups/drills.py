"""What a store holds, counted and folded outside the code under test, for comparing before and after a return."""

from __future__ import annotations

from pathlib import Path

from crs_desktop.store.driver import connect
from tests.store.made_up_keys import KEYS

Digest = dict[str, list[tuple[object, ...]]]


def digest(path: Path) -> Digest:
    """Every row of every table but the cache, the fold of the ledger, and whether the file is whole."""
    connection = connect(path, KEYS.data, read_only=True)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    found: Digest = {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
    found.pop("kept_answers")
    found["fold"] = connection.execute("SELECT lot_id, place_id, sum(vials) FROM movements GROUP BY 1, 2").fetchall()
    found["whole"] = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    assert found["whole"] == [("ok",)]
    assert found["fold"] == sorted((lot, place, vials) for lot, place, vials in found["balances"])
    return found
