"""The only maker of engines: writers begin IMMEDIATE (the default sells the last vial twice), readers cannot write."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as driver

from crs_desktop.store.driver import connect


def writer_engine(path: Path, key: bytes | None) -> Engine:
    """An engine whose every transaction takes the write lock at its beginning."""
    return _engine(path, key, read_only=False, begin="BEGIN IMMEDIATE")


def reader_engine(path: Path, key: bytes | None) -> Engine:
    """An engine whose connections refuse to write; each transaction sees one snapshot."""
    return _engine(path, key, read_only=True, begin="BEGIN")


def _engine(path: Path, key: bytes | None, read_only: bool, begin: str) -> Engine:
    engine = create_engine(
        "sqlite://",  # with an explicit pool and creator; a bare sqlite:// would be an in-memory store
        module=driver,
        creator=lambda: connect(path, key, read_only=read_only),
        poolclass=QueuePool,
        hide_parameters=True,  # an exception must never carry a patient's name into a log
        echo=False,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
