"""The slots of a store: each holds both keys, sealed under one person's password or one printed code.

A slot's plain words (whose it is, what a guess costs) are sealed with the keys: moved, renamed, handed to another
person or made cheaper, it does not open. These functions change nothing; they answer the file to be written.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crs_desktop.kernel.clock import to_milliseconds
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.store.keys.derivation import SALT_BYTES, Cost
from crs_desktop.store.keys.model import StoreKeys

FORMAT = 1
NONCE_BYTES, SEALED_BYTES = 12, 80  # AES-GCM: its usual nonce; two keys of 32 bytes and a tag of 16
MOST_SLOTS, MOST_NAME = 200, 64
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_INSTANT = 1 << 47


class SlotKind(StrEnum):
    """Whose secret opens a slot."""

    PERSON = "person"
    RECOVERY = "recovery"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Slot:
    """Both keys under one secret. `person_id` is there for a person's slot only."""

    id: str
    kind: SlotKind
    name: str
    person_id: int | None
    cost: Cost
    salt: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    made_at: datetime

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id) or not _is_name(self.name):
            raise ValueError("a slot has an id and a name")
        if (self.kind is SlotKind.PERSON) != (self.person_id is not None):
            raise ValueError("a person's slot names the person, no other does")
        if self.person_id is not None and not 0 < self.person_id < 1 << 53:
            raise ValueError("a person has a number")
        if (len(self.salt), len(self.nonce), len(self.sealed)) != (SALT_BYTES, NONCE_BYTES, SEALED_BYTES):
            raise ValueError("a slot has a salt, a nonce and two sealed keys")
        if not 0 <= to_milliseconds(self.made_at) < _MOST_INSTANT:
            raise ValueError("a slot was made at some time")


@dataclass(frozen=True, slots=True)
class SlotFile:
    """All slots of one store."""

    store_id: str
    slots: tuple[Slot, ...]

    def __post_init__(self) -> None:
        names = {(slot.kind, folded(slot.name)) for slot in self.slots}
        if not _ID.fullmatch(self.store_id) or len(self.slots) > MOST_SLOTS:
            raise ValueError("a file of slots belongs to a store")
        if len({slot.id for slot in self.slots}) != len(self.slots) or len(names) != len(self.slots):
            raise ValueError("each slot has an id and a name of its own")

    def of(self, kind: SlotKind) -> tuple[Slot, ...]:
        """The slots of one kind."""
        return tuple(slot for slot in self.slots if slot.kind is kind)

    def person(self, sign_in: str) -> Slot | None:
        """The slot of a person by the name used to sign in, however it is capitalised."""
        wanted = folded(sign_in)
        return next((slot for slot in self.of(SlotKind.PERSON) if folded(slot.name) == wanted), None)

    def slot(self, slot_id: str) -> Slot | None:
        """A slot by its id."""
        return next((slot for slot in self.slots if slot.id == slot_id), None)

    @property
    def recoverable(self) -> bool:
        """True while a recovery code opens this store. A file without one is still read, so that people can sign in."""
        return bool(self.of(SlotKind.RECOVERY))


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What an opened slot answers."""

    keys: StoreKeys
    slot: Slot


def folded(name: str) -> str:
    """A name as it is compared: one spelling, no capitals, no space around it."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def associated(
    store_id: str, slot_id: str, kind: SlotKind, name: str, person_id: int | None, cost: Cost, made_at: datetime
) -> bytes:
    """The plain words of a slot as one unmistakable row of bytes: it opens with exactly these only."""
    costs = [cost.memory_kib, cost.passes, cost.lanes]
    words = [FORMAT, store_id, slot_id, kind.value, name, person_id, costs, to_milliseconds(made_at)]
    return json.dumps(words, separators=(",", ":")).encode("ascii")


def added(file: SlotFile, slot: Slot) -> SlotFile | Refused:
    """The file with one slot more."""
    if len(file.slots) >= MOST_SLOTS:
        return refuse(no("slots_too_many", "slots", MOST_SLOTS))
    if any(one.id == slot.id or _same_name(one, slot) for one in file.slots):
        return refuse(no("slot_name_taken", "name", slot.name))
    return SlotFile(file.store_id, (*file.slots, slot))


def replaced(file: SlotFile, slot_id: str, slot: Slot) -> SlotFile | Refused:
    """The file with this slot in the place of another of the same kind, as after a new password or a new code."""
    old = file.slot(slot_id)
    if old is None:
        return refuse(no("slot_missing", "slot", slot.name))
    if old.kind is not slot.kind:
        raise ValueError("a slot is replaced by one of its kind")
    others = [one for one in file.slots if one is not old]
    if any(one.id == slot.id or _same_name(one, slot) for one in others):
        return refuse(no("slot_name_taken", "name", slot.name))
    return SlotFile(file.store_id, tuple(slot if one is old else one for one in file.slots))


def removed(file: SlotFile, slot_id: str) -> SlotFile | Refused:
    """The file without this slot. The last recovery slot stays: without it a forgotten password loses the store."""
    left = SlotFile(file.store_id, tuple(one for one in file.slots if one.id != slot_id))
    if len(left.slots) == len(file.slots):
        return refuse(no("slot_missing", "slot", slot_id))
    if file.recoverable and not left.recoverable:
        return refuse(no("slot_last_recovery", "slots", 1))
    return left


def first_file(store_id: str, slots: Iterable[Slot]) -> SlotFile:
    """The file of a new store. Raises ValueError when no recovery code opens it."""
    file = SlotFile(store_id, tuple(slots))
    if not file.recoverable:
        raise ValueError("a new store has a recovery code")
    return file


def _same_name(one: Slot, other: Slot) -> bool:
    return one.kind is other.kind and folded(one.name) == folded(other.name)


def _is_name(name: str) -> bool:
    return 0 < len(name) <= MOST_NAME and name == name.strip() and name.isprintable() and bool(folded(name))
