"""What a store holds, and whether it holds every acknowledged dose, whole, and nothing that never was."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.store.driver import connect
from tests.crash.recorder import STORE, VIALS
from tests.store.kill_many import HALF
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import open_pharmacy

# Every row that belongs to a dose, with the request that made it.
PARTS = (
    "SELECT request_id, * FROM doses",
    "SELECT d.request_id, v.* FROM dose_vials v JOIN doses d ON d.id = v.dose_id ORDER BY v.rowid",
    "SELECT d.request_id, m.* FROM movements m JOIN doses d ON d.id = m.dose_id ORDER BY m.id",
    "SELECT request_id, * FROM change_log ORDER BY id",
    "SELECT request_id, * FROM requests",
)
Truth = dict[str, list[Any]]


@dataclass
class Verdict:
    """What is wrong with one image; all empty is good."""

    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)
    doses: int = 0


def rows_by_request(connection: Any) -> Truth:
    """Request -> all its rows."""
    found: Truth = {}
    for number, query in enumerate(PARTS):
        for row in connection.execute(query):
            found.setdefault(row[0], []).append((number, *row))
    return found


def truth_of(path: Path) -> Truth:
    """What the store held at the end, when nothing happened to it."""
    connection = connect(path, KEYS.data)
    try:
        return rows_by_request(connection)
    finally:
        connection.close()


def judge(folder: Path, acknowledged: int, truth: Truth) -> Verdict:
    """Look at a folder as it lay on the disk after the power cut."""
    path, verdict = folder / STORE, Verdict()
    if acknowledged < 0 and not path.exists():
        return verdict  # the power went before there was a store; nobody was told otherwise
    try:
        connection = connect(path, KEYS.data)
        try:
            _look(connection, acknowledged, truth, verdict)
        finally:
            connection.close()
        if not verdict.corrupt:
            _ask_the_program(path, acknowledged, verdict)
    except (EnvironmentFailure, dbapi2.Error) as failure:
        code = failure.finding.code if isinstance(failure, EnvironmentFailure) else str(failure)
        verdict.corrupt.append(f"does not open: {code}")
    return verdict


def _look(connection: Any, acknowledged: int, truth: Truth, verdict: Verdict) -> None:
    state = connection.execute("PRAGMA integrity_check").fetchall()
    if state != [("ok",)]:
        verdict.corrupt.append(f"integrity_check: {state[:2]}")
        return
    if not connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()[0]:
        verdict.corrupt.append("a store without a schema")
        return
    for name, query in HALF.items():
        verdict.half += [f"{name}: {row[0]}" for row in connection.execute(query)]
    there = rows_by_request(connection)
    verdict.half += [f"not as it was: {key}" for key, rows in there.items() if truth.get(key) != rows]
    doses = {key for key in there if key.startswith("d-")}
    verdict.doses = len(doses)
    verdict.half += ["a dose is missing between others"] if doses != {f"d-{n + 1}" for n in range(len(doses))} else []
    verdict.lost += [f"d-{n}" for n in range(1, acknowledged + 1) if f"d-{n}" not in doses]
    if acknowledged >= 0:
        verdict.lost += [key for key in truth if not key.startswith("d-") and key not in there]
        verdict.half += ["more than was recorded"] if len(doses) > acknowledged + 1 else []


def _ask_the_program(path: Path, acknowledged: int, verdict: Verdict) -> None:
    """The numbers that a pharmacist would see."""
    pharmacy = open_pharmacy(path)
    try:
        if acknowledged < 0:
            pharmacy.stock.places()
            return
        vials, doses = sum(item.vials for item in pharmacy.stock.on_hand()), len(pharmacy.doses.entries())
        if doses != verdict.doses or (vials != VIALS - doses and not verdict.lost):
            verdict.half.append(f"the program shows {doses} doses and {vials} vials")
    except LookupError as stumble:  # rows that refer to nothing
        verdict.half.append(f"the program stumbles: {stumble!r}")
    finally:
        pharmacy.close()
