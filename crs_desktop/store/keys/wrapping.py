"""Sealing both keys in a slot, and opening one: a wrong secret and an unknown name answer the same, and as slowly."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import uuid4

from crs_desktop.kernel.clock import from_milliseconds, whole_milliseconds
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.store.audit import KEY_BYTES, AuditKey
from crs_desktop.store.keys.derivation import SALT_BYTES, Cost, Secret, derive
from crs_desktop.store.keys.model import DATA_BYTES, StoreKeys
from crs_desktop.store.keys.slots import (
    NONCE_BYTES,
    SEALED_BYTES,
    Slot,
    SlotFile,
    SlotKind,
    Unlocked,
    associated,
    replaced,
)


def make_slot(
    kind: SlotKind,
    name: str,
    person_id: int | None,
    secret: Secret,
    keys: StoreKeys,
    store_id: str,
    at: datetime,
    cost: Cost | None = None,
    slot_id: str = "",
) -> Slot:
    """Both keys under this secret. Without a cost it is the usual one. Raises ValueError for an unbearable cost."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cost, slot_id, at = cost or Cost.usual(), slot_id or uuid4().hex, whole_milliseconds(at)
    if not cost.bearable:
        raise ValueError("a guess at a slot must cost something, and not everything")
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    words = associated(store_id, slot_id, kind, name, person_id, cost, at)
    sealed = AESGCM(derive(secret, salt, cost)).encrypt(nonce, keys.data + keys.audit.secret, words)
    return Slot(slot_id, kind, name, person_id, cost, salt, nonce, sealed, at)


def unlock(file: SlotFile, slot: Slot, secret: Secret) -> Unlocked | Refused:
    """The keys, or a refusal that does not say what was wrong. Raises EnvironmentFailure without memory."""
    keys = _opened(file.store_id, slot, secret)
    return refuse(_wrong(slot.kind)) if keys is None else Unlocked(keys, slot)


def unlock_by_name(file: SlotFile, sign_in: str, secret: Secret) -> Unlocked | Refused:
    """A person's slot by the name used to sign in. A name that nobody has costs the same time and answers the same."""
    slot = file.person(sign_in)
    if slot is not None:
        return unlock(file, slot, secret)
    _opened(file.store_id, _decoy(file, sign_in), secret)
    return refuse(_wrong(SlotKind.PERSON))


def refreshed(file: SlotFile, unlocked: Unlocked, secret: Secret, at: datetime) -> SlotFile:
    """The file with the opened slot sealed anew when it costs less than the usual; otherwise the very same file."""
    slot = unlocked.slot
    if not slot.cost.out_of_date:
        return file
    anew = make_slot(slot.kind, slot.name, slot.person_id, secret, unlocked.keys, file.store_id, at, slot_id=slot.id)
    after = replaced(file, slot.id, anew)
    return file if isinstance(after, Refused) else after


def _opened(store_id: str, slot: Slot, secret: Secret) -> StoreKeys | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    words = associated(store_id, slot.id, slot.kind, slot.name, slot.person_id, slot.cost, slot.made_at)
    try:
        opened = AESGCM(derive(secret, slot.salt, slot.cost)).decrypt(slot.nonce, slot.sealed, words)
        return StoreKeys(opened[:DATA_BYTES], AuditKey(opened[DATA_BYTES : DATA_BYTES + KEY_BYTES]))
    except (InvalidTag, ValueError):
        return None


def _decoy(file: SlotFile, sign_in: str) -> Slot:
    """A slot that opens for nobody and costs what one of the real ones costs, for the same name always the same one."""
    people = file.of(SlotKind.PERSON)
    chosen = int.from_bytes(hashlib.sha256(sign_in.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    cost = people[chosen % len(people)].cost if people else Cost.usual()
    made_at = file.slots[0].made_at if file.slots else from_milliseconds(0)
    salt, nonce, sealed = (secrets.token_bytes(size) for size in (SALT_BYTES, NONCE_BYTES, SEALED_BYTES))
    return Slot("nobody", SlotKind.PERSON, "nobody", 1, cost, salt, nonce, sealed, made_at)


def _wrong(kind: SlotKind) -> Finding:
    return no("sign_in_wrong", "password") if kind is SlotKind.PERSON else no("code_wrong", "code")
