"""`restore BUNDLE`: put the store of a backup in place; a store that is there is kept as a backup first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from crs_desktop.command_line.entry import let_in, never_plain
from crs_desktop.command_line.secret import CODE_FROM, read_secret
from crs_desktop.command_line.text.backups import restore_text
from crs_desktop.command_line.text.layout import term
from crs_desktop.command_line.world import Told, World
from crs_desktop.command_line.zones import machine_zone, store_zone
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry, refusal_document
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.errors import NotPermitted, NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import no
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.looking import asked_as
from crs_desktop.store import bundle as form
from crs_desktop.store.audit import WENT_BACK
from crs_desktop.store.backup import folder_of
from crs_desktop.store.judging import slots_for
from crs_desktop.store.opening import open_store
from crs_desktop.store.returning import Returned, restore
from crs_desktop.store.store import Request, Result, Writing
from crs_desktop.store.whole_files import own_folder

if TYPE_CHECKING:
    from crs_desktop.store.guard import Guard
    from crs_desktop.store.keys.slots import SlotFile, Unlocked


def tell(world: World) -> Told:
    """Judge the bundle, let somebody in, exchange; without `--replace` only where there is no store yet."""
    bundle, store = Path(world.options.bundle), world.store
    manifest = form.read_manifest(bundle)
    if world.store_is_there and not world.options.replace:
        form.check_members(bundle, manifest)
        document = refusal_document([no("cl_restore_store_there", "store", store)])
        return Told(Answer(document, ExitStatus.NO), restore_text(document))
    never_plain(store)
    door, slots = world.entry.door(store), slots_for(bundle, store)
    unlocked = _unlocked(world, door, slots)
    if world.options.store is None:
        own_folder(store.parent)
    guard = door.guard_of(unlocked)
    asking = asked_as(door, unlocked, guard, "go back") if world.store_is_there else None
    done = restore(bundle, store, folder_of(store), world.clock.now(), unlocked.keys.data)
    _note(door, unlocked, guard, asking, bundle, done)
    said: dict[str, Json] = {
        "store": str(done.store),
        "made_at": instant_entry(done.manifest.made_at, store_zone(store, unlocked.keys.data) or machine_zone()),
        "schema": done.manifest.schema,
        "counts": dict(done.manifest.counts),
        "former_store": None if done.kept is None else str(done.kept),
    }
    return Told(Answer(said, ExitStatus.YES), restore_text(said))


def _unlocked(world: World, door: Door, slots: SlotFile) -> Unlocked:
    """By the recovery code, unless somebody is named or their password is."""
    options = world.options
    by_password = options.by is not None or options.password_from is not None
    if by_password and options.recovery_code_from is not None:
        raise NotUnderstood(no("cl_restore_one_secret", "recovery_code_from"))
    if by_password:
        by, password = world.entry.asked(door.path, slots)
        return let_in(door.unlock(by, password, slots))
    typed = read_secret(options.recovery_code_from, CODE_FROM, f"{term('cl_ask_recovery_code')} ")
    return let_in(door.unlock_by_recovery(typed, slots))


def _note(door: Door, unlocked: Unlocked, guard: Guard, asking: Actor | None, bundle: Path, done: Returned) -> None:
    """Outside, that the return was meant: `verify` would call it a cut. Inside, who went back and to what."""
    store = open_store(done.store, door.clock, ChangeFeed(), unlocked.keys, guard)
    try:
        store.copy_head(WENT_BACK)
        if asking is None:  # nothing was there that could say who asks: the store that came back may know
            with suppress(NotPermitted):
                asking = asked_as(door, unlocked, guard, "go back")
        if asking is not None:
            store.perform(Request(uuid4().hex, "go back", {"backup": bundle.name}), asking, [], _noting(bundle, done))
    finally:
        store.close()


def _noting(bundle: Path, done: Returned) -> Callable[[Writing], Result]:
    def work(writing: Writing) -> Result:
        former = "" if done.kept is None else done.kept.name
        after = {"backup": bundle.name, "counts": dict(done.manifest.counts), "former_store": former}
        writing.log("store", bundle.name, "go back", after=after)
        return {"backup": bundle.name}

    return work
