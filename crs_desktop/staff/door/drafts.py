"""What was half typed when a desk locked: sealed under the key that is dropped with it, for one person only."""

from __future__ import annotations

import hashlib
import secrets

from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.keys.slots import NONCE_BYTES


def seal_draft(keys: StoreKeys, person_id: int, typed: bytes) -> bytes:
    """Readable again only by who opens this store as this person."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(keys)).encrypt(nonce, typed, _words(person_id))


def open_draft(keys: StoreKeys, person_id: int, sealed: bytes) -> bytes | None:
    """What was typed; None for somebody else's."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(_key(keys)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _words(person_id))
    except (InvalidTag, ValueError):
        return None


def _key(keys: StoreKeys) -> bytes:
    """A key of its own: what seals a page of the store seals nothing else."""
    return hashlib.blake2b(b"crs_desktop draft", key=keys.data, digest_size=32).digest()


def _words(person_id: int) -> bytes:
    return f"draft of person {person_id}".encode("ascii")
