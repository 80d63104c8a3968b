"""Stores as programs before encryption left them, with plain backups and audit key, and slots that open them now."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlcipher3 import dbapi2

from crs_desktop.kernel.clock import to_milliseconds
from crs_desktop.store import audit
from crs_desktop.store.backup import BackupMade, Reason, folder_of, make
from crs_desktop.store.encrypting import Encrypted, encrypt
from crs_desktop.store.keys.codes import Code, new_code
from crs_desktop.store.keys.derivation import LEAST
from crs_desktop.store.keys.slots import SlotFile, SlotKind, first_file
from crs_desktop.store.keys.slots_file import slots_path, spelled
from crs_desktop.store.keys.wrapping import make_slot
from tests.store.made_up_keys import KEYS
from tests.store.make_released import RELEASED
from tests.store.pharmacy import NOW
from tests.store.tamper import rechain

NO_KEY = cast(bytes, None)
STORE_ID = "store-4711"
SCHEMAS = ("0001", "0002")
PLAIN_SCHEMAS = [f"{schema}_demo.crs.gz" for schema in SCHEMAS]


@cache
def recovery() -> Code:
    """The code on paper; the same for all stores of a run."""
    return new_code(SlotKind.RECOVERY)


@cache
def slots(store_id: str) -> SlotFile:
    """Slots with the recovery code alone, as cheap as the program reads them."""
    slot = make_slot(SlotKind.RECOVERY, "printed", None, recovery().secret, KEYS, store_id, NOW, LEAST)
    return first_file(store_id, [slot])


def put_slots(path: Path, store_id: str = STORE_ID) -> None:
    """The slots beside a store."""
    slots_path(path).write_bytes(spelled(slots(store_id)))


def unpacked(path: Path, schema: str) -> Path:
    """The released store of that schema, not yet encrypted."""
    path.write_bytes(gzip.decompress((RELEASED / f"{schema}_demo.crs.gz").read_bytes()))
    return path


def chained_with_our_key(path: Path) -> None:
    """The released store of 0002 was chained with a key nobody has; here it is KEYS.audit, and it lies beside it."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    (trigger,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'change_log_no_update'").fetchone()
    connection.execute("DROP TRIGGER change_log_no_update")
    rechain(connection, 1, lambda before, row: audit.mac_of(KEYS.audit, before, row))
    connection.execute(trigger)
    connection.close()
    audit.key_path(path).write_text(KEYS.audit.secret.hex())


def plain_site(folder: Path, schema: str) -> Path:
    """A store, two backups of it, its audit key, and the newest change still in the side file."""
    folder.mkdir(exist_ok=True)
    path = unpacked(folder / "site.crs", schema)
    if schema != "0001":
        chained_with_our_key(path)
    for reason in (Reason.TIMER, Reason.ASKED):
        plain_backup(path, reason)
    return path


def plain_backup(path: Path, reason: Reason = Reason.ASKED, folder: Path | None = None) -> BackupMade:
    """A backup as the old program made it."""
    return make(path, folder or folder_of(path), reason, NOW, NO_KEY)


def encrypted(path: Path) -> Encrypted:
    """What a first start does with an old store."""
    put_slots(path)
    return encrypt(path, KEYS, to_milliseconds(NOW))


def plain_connection(path: Path) -> Any:
    """A connection as the old program had it, side file and all."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    return connection
