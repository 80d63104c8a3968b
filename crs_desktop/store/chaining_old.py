"""Chains the rows of a store that was made before there was a chain, once, inside its upgrade."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Connection

from crs_desktop.kernel.fingerprint import canonical, fingerprint
from crs_desktop.store.audit import MAC, UNSEALED, AuditKey, digest_of, mac_of
from crs_desktop.store.chaining import Wrote, key_text

INTENT = "chain what was recorded before"


def chain_what_is_there(key: AuditKey, at: int, connection: Connection) -> None:
    """Give every row its mac, renumbered by nothing: the rows stay as they are. A last row says what was done."""
    rows = [dict(row) for row in connection.exec_driver_sql("SELECT * FROM change_log ORDER BY id").mappings()]
    if not rows:
        return
    before = ""
    for row in rows:
        del row[MAC]
        before = mac_of(key, before, row)
        connection.exec_driver_sql("UPDATE change_log SET mac = ? WHERE id = ?", (before, row["id"]))
    _say_so(connection, key, before, rows[-1]["id"] + 1, at)


def _say_so(connection: Connection, key: AuditKey, before: str, number: int, at: int) -> None:
    after = {"first": 1, "last": number - 1}
    request, content = uuid4().hex, fingerprint(after)
    connection.exec_driver_sql(
        "INSERT INTO requests (request_id, intent, content, result, at) VALUES (?, ?, ?, '{}', ?)",
        (request, INTENT, content, at),
    )
    row = {
        "id": number, "request_id": request, "at": at, "actor": "crs_desktop", "role": "program", "desk": "",
        "intent": INTENT, "subject": "store", "subject_id": "audit", "action": "begin chain", "reason": "",
        "before": None, "after": canonical(after).decode(), "wrote": canonical(_everything(connection)).decode(),
    }  # fmt: skip
    row[MAC] = mac_of(key, before, row)
    names, gaps = ", ".join(row), ", ".join("?" for _ in row)
    connection.exec_driver_sql(f"INSERT INTO change_log ({names}) VALUES ({gaps})", tuple(row.values()))


def _everything(connection: Connection) -> Wrote:
    """The digest of every row that is there."""
    wrote: Wrote = {}
    tables = connection.exec_driver_sql(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    for table in [name for (name,) in tables if name not in UNSEALED]:
        info = connection.exec_driver_sql(f"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk")
        keys = [name for (name,) in info]
        for row in connection.exec_driver_sql(f"SELECT * FROM {table}").mappings():
            values = dict(row)
            wrote.setdefault(table, {})[key_text(values, keys)] = digest_of(table, values)
    return wrote
