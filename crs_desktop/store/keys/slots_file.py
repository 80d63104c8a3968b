"""The file of slots beside the store: read with suspicion, written whole, changed by one desk at a time."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crs_desktop.kernel.clock import from_milliseconds, to_milliseconds
from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.store.keys.derivation import Cost
from crs_desktop.store.keys.slots import FORMAT, Slot, SlotFile, SlotKind
from crs_desktop.store.keys.strict import exactly, strict_json, text, whole
from crs_desktop.store.whole_files import draft_in, give_name, held, sweep

ENDING = ".slots"
MOST_BYTES = 262_144
_BUSY_SECONDS = 10
_HEX = re.compile(r"(?:[0-9a-f]{2}){1,200}")
_KEYS = {"format", "store", "slots"}
_SLOT_KEYS = {"id", "kind", "name", "person", "cost", "salt", "nonce", "sealed", "made_at"}
_COST_KEYS = {"memory_kib", "passes", "lanes"}


def slots_path(store: Path) -> Path:
    """Where the slots of a store lie."""
    return store.with_name(store.name + ENDING)


def read_slots(store: Path) -> SlotFile:
    """The slots beside this store. Raises NotUnderstood: missing, damaged, of a newer program, or of a wrong cost."""
    path = slots_path(store)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise NotUnderstood(no("slots_missing", "slots", path.name)) from error
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise NotUnderstood(no("slots_unreadable", "slots", path.name, detail=detail)) from error
    return understood(content, path.name)


def understood(content: bytes, name: str) -> SlotFile:
    """The slots in these bytes; `name` is for the message. Raises NotUnderstood."""
    try:
        if len(content) > MOST_BYTES:
            raise ValueError
        said = strict_json(content)
        if type(said["format"]) is int and said["format"] > FORMAT:
            raise NotUnderstood(no("slots_newer", "slots", name, found=str(said["format"])[:20]))
        exactly(said, _KEYS)
        if whole(said["format"]) != FORMAT:
            raise ValueError
        file = SlotFile(text(said["store"]), tuple(_slot(one) for one in said["slots"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise NotUnderstood(no("slots_not_understood", "slots", name)) from error
    costly = [_cost_wrong(slot) for slot in file.slots if not slot.cost.bearable]
    if costly:
        raise NotUnderstood(*costly)
    return file


def spelled(file: SlotFile) -> bytes:
    """The bytes of the file."""
    said = {"format": FORMAT, "store": file.store_id, "slots": [_said(slot) for slot in file.slots]}
    return json.dumps(said, indent=1).encode("ascii") + b"\n"


def write_slots(store: Path, file: SlotFile) -> None:
    """Write the slots of a new store. Raises ValueError without a recovery slot, EnvironmentFailure in words."""
    if not file.recoverable:
        raise ValueError("a new store has a recovery code")
    with _alone(store):
        _write(store, file)


def change_slots(store: Path, change: Callable[[SlotFile], SlotFile | Refused]) -> SlotFile | Refused:
    """Read, change and write while no other desk does, so that two changes at once are both kept.

    Raises NotUnderstood and EnvironmentFailure. The last recovery slot never goes, whatever `change` answers.
    """
    with _alone(store):
        before = read_slots(store)
        after = change(before)
        if isinstance(after, Refused) or after == before:
            return after
        if before.recoverable and not after.recoverable:
            return refuse(no("slot_last_recovery", "slots", 1))
        if after.store_id != before.store_id:
            raise ValueError("slots never move to another store")
        _write(store, after)
        return after


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    try:
        with held(store.with_name(f".{store.name}.slots-lock"), _BUSY_SECONDS) as alone:
            if not alone:
                raise EnvironmentFailure(no("slots_busy", "slots", slots_path(store).name))
            sweep(store.parent, _draft_of(store))
            yield
    except OSError as error:
        raise _failure(error, slots_path(store)) from error


def _write(store: Path, file: SlotFile) -> None:
    content = spelled(file)
    if understood(content, slots_path(store).name) != file:
        raise ValueError("what is written must be what can be read")
    with draft_in(store.parent, _draft_of(store)) as draft:
        draft.write_bytes(content)
        give_name(draft, slots_path(store))


def _failure(error: OSError, path: Path) -> EnvironmentFailure:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentFailure(no("slots_disk_full", "slots", path.name))
    detail = error.strerror or type(error).__name__
    return EnvironmentFailure(no("slots_not_written", "slots", path.name, detail=detail))


def _draft_of(store: Path) -> str:
    return f"{store.name}-slots-"


def _said(slot: Slot) -> dict[str, Any]:
    cost = {"memory_kib": slot.cost.memory_kib, "passes": slot.cost.passes, "lanes": slot.cost.lanes}
    return {
        "id": slot.id, "kind": slot.kind.value, "name": slot.name, "person": slot.person_id, "cost": cost,
        "salt": slot.salt.hex(), "nonce": slot.nonce.hex(), "sealed": slot.sealed.hex(),
        "made_at": to_milliseconds(slot.made_at),
    }  # fmt: skip


def _slot(said: Any) -> Slot:
    exactly(said, _SLOT_KEYS)
    exactly(said["cost"], _COST_KEYS)
    cost = Cost(*(whole(said["cost"][name]) for name in ("memory_kib", "passes", "lanes")))
    person = None if said["person"] is None else whole(said["person"])
    return Slot(
        text(said["id"]), SlotKind(text(said["kind"])), text(said["name"]), person, cost,
        _bytes(said["salt"]), _bytes(said["nonce"]), _bytes(said["sealed"]), from_milliseconds(whole(said["made_at"])),
    )  # fmt: skip


def _bytes(said: Any) -> bytes:
    if not _HEX.fullmatch(text(said)):
        raise ValueError
    return bytes.fromhex(said)


def _cost_wrong(slot: Slot) -> Finding:
    memory = f"{slot.cost.memory_kib:,} KiB"
    return no("slots_cost", "cost", slot.name, memory=memory, passes=slot.cost.passes, lanes=slot.cost.lanes)
