"""Looks at a store as it lies there and says what does not fit: file, references, chain, rows beside the log, heads.

Reads through the plain driver in one snapshot and changes nothing; a store that cannot be opened is no answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from crs_desktop.kernel.clock import from_milliseconds
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.store import audit
from crs_desktop.store.audit import UNSEALED, AuditKey, Head, HeadCopy
from crs_desktop.store.driver import connect, environment_failure
from crs_desktop.store.pages import damaged_pages

_MOST_SAID = 20


@dataclass(slots=True)
class Looked:
    """What was looked at and what was found, in the order in which it weighs."""

    rows: int = 0
    sealed: int = 0
    heads: int = 0
    head: Head = audit.EMPTY
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Written:
    """What the log says about a row beside it: its digest, and the entry that says so."""

    digest: str
    entry: dict[str, Any]


@contextmanager
def looking_at(path: Path, key: bytes, wanted_schema: str) -> Iterator[Any]:
    """A connection in one snapshot. Raises EnvironmentFailure when there is no store of today's schema to look at."""
    connection = connect(path, key, read_only=True)
    # A flipped byte may leave text that is no text: it is read as it is, and does not fit.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        connection.execute("BEGIN")
        _check_schema(connection, path, wanted_schema)
        yield connection
    except driver.Error as error:
        raise environment_failure(error, path) from error
    finally:
        connection.close()


def look(connection: Any, heads: tuple[list[HeadCopy], int], key: AuditKey) -> Looked:
    """Everything that the store itself can say. `heads` are read before the snapshot: each of them is in it then."""
    looked = Looked()
    looked.findings += _of_file(connection)
    wrong_key = _of_key(connection, key)
    looked.findings += wrong_key
    written: dict[tuple[str, str], _Written] = {}
    macs = _of_chain(connection, None if wrong_key else key, looked, written)
    looked.findings += _of_rows(connection, written)
    looked.sealed, looked.heads = len(written), len(heads[0])
    looked.findings += _of_heads(*heads, looked.head, macs)
    return looked


def named(code: str, row: dict[str, Any], **more: object) -> Finding:
    """A finding about a row of the log: its number, when, and what it says happened."""
    what = " ".join(str(row.get(name) or "") for name in ("subject", "subject_id", "action"))
    return no(code, "change_log", row.get("id", ""), when=_instant(row.get("at")), what=_legible(what),
              who=_legible(row.get("actor")), **more)  # fmt: skip


def _check_schema(connection: Any, path: Path, wanted: str) -> None:
    known = connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'alembic_version'").fetchone()[0]
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    if row is None:
        raise EnvironmentFailure(no("store_is_not_a_store", "store", path.name))
    found = str(row[0])
    if found != wanted:
        code = "store_newer" if found > wanted else "audit_store_older"
        raise EnvironmentFailure(no(code, "store", path.name, found=found))


def _of_file(connection: Any) -> list[Finding]:
    said = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({_MOST_SAID})")]
    findings = [] if said == ["ok"] else [no("audit_file_damaged", "store", _legible(line)) for line in said]
    # Every page carries a mac of its own: the only check that sees a flipped bit in a value.
    findings += [no("audit_file_damaged", "store", _legible(line)) for line in damaged_pages(connection)[:_MOST_SAID]]
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_SAID):
        findings.append(no("audit_reference_broken", table, row, parent=parent))
    return findings


def _of_key(connection: Any, key: AuditKey) -> list[Finding]:
    rows = connection.execute("SELECT DISTINCT substr(mac, 1, instr(mac, ':')) FROM change_log").fetchmany(_MOST_SAID)
    used = {str(row[0]).rstrip(":") for row in rows} - {audit.UNKEYED, ""}
    return [no("audit_key_other", "audit_key", key.name)] if used and key.name not in used else []


def _of_chain(
    connection: Any, key: AuditKey | None, looked: Looked, written: dict[tuple[str, str], _Written]
) -> dict[int, str]:
    """Walk the log; the mac of each row by its number. What the walk finds is named at the first row, with a count."""
    macs: dict[int, str] = {}
    first: dict[str, dict[str, Any]] = {}
    counts: dict[str, int] = {}
    number, before = 0, ""
    for row in _rows(connection, "SELECT * FROM change_log ORDER BY id"):
        fault = _fault(row, number, before, key)
        if fault:
            first.setdefault(fault, row)
            counts[fault] = counts.get(fault, 0) + 1
        number, before = row["id"], str(row[audit.MAC])
        macs[number] = before
        _note_written(row, written)
    looked.rows, looked.head = len(macs), Head(len(macs), number, before)
    looked.findings += [
        named(code, row, number=counts[code])
        for code, row in sorted(first.items(), key=lambda item: int(item[1]["id"]))
    ]
    return macs


def _fault(row: dict[str, Any], number: int, before: str, key: AuditKey | None) -> str:
    """What is wrong with a row behind the one before it; empty when nothing is."""
    found = str(row[audit.MAC])
    columns = {name: value for name, value in row.items() if name != audit.MAC}
    unkeyed = found.startswith(f"{audit.UNKEYED}:")
    if row["id"] != number + 1:
        return "audit_rows_missing"
    if key is None and not unkeyed:
        return ""  # nothing can be said without the key, and that is said
    if not audit.same(found, audit.mac_of(None if unkeyed else key, before, columns)):
        return "audit_row_does_not_fit"
    return "audit_row_unkeyed" if unkeyed else ""


def _note_written(row: dict[str, Any], written: dict[tuple[str, str], _Written]) -> None:
    if not row["wrote"]:
        return
    try:
        said = json.loads(row["wrote"])
        for table, rows in said.items():
            for key, digest in rows.items():
                written[table, key] = _Written(str(digest), row)
    except (ValueError, AttributeError):
        return  # the mac of this row does not fit either


def _of_rows(connection: Any, written: dict[tuple[str, str], _Written]) -> list[Finding]:
    """Every row of the tables that only grow must be as the log says it was written, and none may be more or less."""
    findings: list[Finding] = []
    left = set(written)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    for table in [name for name in tables if name not in UNSEALED and not name.startswith("sqlite_")]:
        info = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
        keys = [name for (name,) in info.fetchall()]
        for row in _rows(connection, f'SELECT * FROM "{table}"'):
            key = "/".join(str(row[name]) for name in keys)
            said = written.get((table, key))
            left.discard((table, key))
            if said is None:
                findings.append(no("audit_record_not_in_log", table, _legible(key)))
            elif said.digest != audit.digest_of(table, row):
                findings.append(named("audit_record_changed", said.entry, table=table, record=_legible(key)))
            if len(findings) >= _MOST_SAID:
                return findings
    for table, key in sorted(left)[: _MOST_SAID - len(findings)]:
        findings.append(named("audit_record_gone", written[table, key].entry, table=table, record=_legible(key)))
    return findings


def _of_heads(copies: list[HeadCopy], unreadable: int, head: Head, macs: dict[int, str]) -> list[Finding]:
    """Each head that was copied outward must still be in the chain; who went back on purpose has said so, sealed."""
    findings = [no("audit_heads_unreadable", "heads", unreadable)] if unreadable else []
    back = max((one.head.last for one in copies), default=0)
    lost: list[HeadCopy] = []
    for copy in reversed(copies):
        if copy.why == audit.WENT_BACK and copy.sealed:
            back = min(back, copy.head.last)
        elif copy.head.last > back:
            continue
        if copy.head.last and macs.get(copy.head.last) != copy.head.mac:
            lost.append(copy)
    if not lost:
        return findings
    newest = max(lost, key=lambda copy: copy.head.last)
    if newest.head.last > head.last:
        findings.append(no("audit_end_missing", "heads", newest.head.count, when=_instant(newest.at), why=newest.why,
                           found=head.count))  # fmt: skip
    other = [copy for copy in lost if copy.head.last <= head.last]
    if other:
        first = min(other, key=lambda copy: copy.head.last)
        findings.append(no("audit_head_differs", "heads", first.head.last, when=_instant(first.at), why=first.why))
    return findings


def _rows(connection: Any, query: str) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(query)
    names = [entry[0] for entry in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def _instant(at: object) -> str:
    try:
        return from_milliseconds(int(str(at))).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return str(at)


def _legible(text: object) -> str:
    return str(text or "").encode("utf-8", "backslashreplace").decode()
