"""The two secrets of a store. They live in memory while somebody is signed in, and on disk only wrapped in slots."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from crs_desktop.store.audit import KEY_BYTES, AuditKey

DATA_BYTES = 32


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """The raw key of every page of the store (32 bytes), and the key of its audit chain, which must be another one."""

    data: bytes = field(repr=False)
    audit: AuditKey

    def __post_init__(self) -> None:
        if len(self.data) != DATA_BYTES or len(self.audit.secret) != KEY_BYTES:
            raise ValueError("a key of a store has 32 bytes")
        if self.data == self.audit.secret:
            raise ValueError("the chain is not guarded by the key of what it guards")


def new_keys() -> StoreKeys:
    """Keys nobody has had before."""
    return StoreKeys(secrets.token_bytes(DATA_BYTES), AuditKey(secrets.token_bytes(KEY_BYTES)))
