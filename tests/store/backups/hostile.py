"""Forty-odd files that somebody could hand to `restore`: each made from a good bundle by one wrong turn."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from crs_desktop.store.bundle import MOST_BESIDE
from crs_desktop.store.driver import give_key
from tests.store.made_up_keys import KEYS

Parts = dict[str, bytes]
Wrong = Callable[[Path, Parts, dict[str, Any]], bytes]


def packed(parts: Parts, manifest: Any, method: int = zipfile.ZIP_STORED, names: tuple[str, ...] = ()) -> bytes:
    """A zip of these parts; the manifest as given, or as bytes."""
    out = io.BytesIO()
    text = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    with zipfile.ZipFile(out, "w", method) as bundle:
        bundle.writestr("manifest.json", text)
        for name, content in parts.items():
            bundle.writestr(name, content)
        for name in names:
            bundle.writestr(name, b"x")
    return out.getvalue()


def honest(parts: Parts, manifest: dict[str, Any]) -> bytes:
    """A zip whose fingerprints fit whatever its parts became."""
    members = {name: {"size": len(one), "sha256": hashlib.sha256(one).hexdigest()} for name, one in parts.items()}
    return packed(parts, {**manifest, "members": members})


def sql(*statements: str) -> Wrong:
    """The store changed by somebody who knows how, with fingerprints that fit."""

    def wrong(folder: Path, parts: Parts, manifest: dict[str, Any]) -> bytes:
        path = folder / "hostile.crs"
        path.write_bytes(parts["store.crs"])
        connection = driver.connect(str(path), isolation_level=None)
        give_key(connection, KEYS.data)
        for statement in statements:
            connection.execute(statement)
        connection.close()
        return honest({**parts, "store.crs": path.read_bytes()}, manifest)

    return wrong


def store_bytes(change: Callable[[bytes], bytes]) -> Wrong:
    """Other bytes as the store, with fingerprints that fit."""
    return lambda folder, parts, manifest: honest({**parts, "store.crs": change(parts["store.crs"])}, manifest)


def said(**other: Any) -> Wrong:
    """A manifest that says something else."""
    return lambda folder, parts, manifest: packed(parts, {**manifest, **other})


def whole(change: Callable[[bytes], bytes]) -> Wrong:
    """The good bundle with its bytes changed."""
    return lambda folder, parts, manifest: change(packed(parts, manifest))


def named(name: str) -> Wrong:
    """One more member of this name."""
    return lambda folder, parts, manifest: honest({**parts, name: b"x"}, manifest)


def manifest_text(text: bytes) -> Wrong:
    """Anything as the manifest."""
    return lambda folder, parts, manifest: packed(parts, text)


def twice(folder: Path, parts: Parts, manifest: dict[str, Any]) -> bytes:
    """Two stores in one bundle."""
    return packed(parts, manifest).replace(b"beside/heads", b"store.crs\x00\x00\x00")


def flip(at: int) -> Callable[[bytes], bytes]:
    """One bit turned over."""
    return lambda content: content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def huge_count(content: bytes) -> bytes:
    """A zip that claims 65,000 members."""
    return content[:-12] + b"\xe8\xfd" + content[-10:]


BOMB = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
TOO_LARGE = bytes(MOST_BESIDE + 1)
WRONG: dict[str, Wrong] = {
    "empty": lambda folder, parts, manifest: b"",
    "text": lambda folder, parts, manifest: b"Dear diary, " * 400,
    "plain store": lambda folder, parts, manifest: parts["store.crs"],
    "zip of something": lambda folder, parts, manifest: packed({"a.txt": b"x"}, b"{}"),
    "cut in half": whole(lambda content: content[: len(content) // 2]),
    "cut by a byte": whole(lambda content: content[:-1]),
    "longer by a byte": whole(lambda content: content + b"x"),
    "program in front": whole(lambda content: b"#!/bin/sh\necho\n" + content),
    "bit flipped in the store": whole(flip(150_000)),
    "a page changed, the zip's own sum made to fit": lambda folder, parts, manifest: packed(
        {**parts, "store.crs": flip(30_000)(parts["store.crs"])}, manifest
    ),
    "bit flipped in the manifest": whole(flip(60)),
    "claims many members": whole(huge_count),
    "compressed": lambda folder, parts, manifest: packed(parts, manifest, zipfile.ZIP_DEFLATED),
    "zip bomb": lambda folder, parts, manifest: packed(
        {"store.crs": bytes(30_000_000)}, manifest, zipfile.ZIP_DEFLATED
    ),
    "many members": lambda folder, parts, manifest: packed(parts, manifest, names=tuple(f"m{n}" for n in range(50))),
    "path upward": named("../../evil.crs"),
    "absolute path": named("/etc/cron.d/evil"),
    "path upward beside": named("beside/../../evil"),
    "Windows path": named("beside/..\\evil"),
    "audit key brought along": named("beside/AUDIT.KEY"),
    "large file beside": lambda folder, parts, manifest: honest({**parts, "beside/keys": TOO_LARGE}, manifest),
    "two stores": twice,
    "no store": lambda folder, parts, manifest: honest({}, manifest),
    "no manifest": whole(lambda content: content.replace(b"manifest.json", b"manifest.jsom")),
    "manifest nested deep": manifest_text(b"[" * 60_000 + b"]" * 5_000),
    "manifest huge": manifest_text(b" " * 70_000 + b"{}"),
    "manifest no JSON": manifest_text(b"{'format': 1}"),
    "manifest a number": manifest_text(b"1e999"),
    "manifest not UTF-8": manifest_text(b"\xff\xfe{}"),
    "manifest key twice": manifest_text(b'{"format": 1, "format": 1}'),
    "newer format": said(format=2),
    "format a word": said(format="1"),
    "newer schema": said(schema="9999"),
    "schema a path": said(schema="../1"),
    "never checked": said(checked=False),
    "one more key": said(more=1),
    "negative count": said(counts={"doses": -1}),
    "other counts": said(counts={"doses": 7}),
    "other balances": said(balances="0" * 64),
    "other facts": said(facts={"kind": "demo"}),
    "year 300000": said(made_at=1 << 52),
    "store of another program": sql("PRAGMA application_id = 7"),
    "no store at all": store_bytes(lambda content: b"SQLite format 3\x00" + bytes(5000)),
    "store cut": store_bytes(lambda content: content[:40_960]),
    "store with a damaged page": store_bytes(lambda content: content[:20_480] + b"\xff" * 3000 + content[23_480:]),
    "one more trigger": sql("CREATE TRIGGER evil AFTER INSERT ON doses BEGIN DELETE FROM kept_answers; END"),
    "a trigger less": sql("DROP TRIGGER movements_no_delete"),
    "a view": sql(f"CREATE VIEW evil AS {BOMB}"),
    "a view in place of a table": sql("DROP TABLE kept_answers", f"CREATE VIEW kept_answers AS {BOMB}"),
    "a virtual table": sql("CREATE VIRTUAL TABLE evil USING fts5(x)"),
    "an index that calls": sql("CREATE INDEX evil ON lots (abs(id))"),
    "a table less": sql("DROP TABLE kept_answers"),
    "balance forged": sql(
        "DROP TRIGGER balances_follow_movements", "UPDATE balances SET vials = 900",
    ),
    "schema text forged": sql(
        "PRAGMA writable_schema = 1", "UPDATE sqlite_schema SET sql = 'CREATE TABLE kept_answers (x)' "
        "WHERE name = 'kept_answers'",
    ),
    "rows that refer to nothing": sql(
        "PRAGMA foreign_keys = 0", "INSERT INTO weighings VALUES (9, 77, 70000, 0, 'standing scale', 0, 'nobody')"
    ),
    "vials that are none": sql(
        "PRAGMA ignore_check_constraints = 1", "INSERT INTO movements SELECT 99, lot_id, place_id, 3, 'x', 'x', 0, 'x',"
        " NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM movements LIMIT 1", "PRAGMA writable_schema = 1",
        "UPDATE alembic_version SET version_num = '0001'",
    ),
}  # fmt: skip
