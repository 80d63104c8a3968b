"""`restore BUNDLE`: put the store of a backup in place; a store that is there is kept as a backup first."""

from __future__ import annotations

from pathlib import Path

from crs_desktop.command_line.text.backups import restore_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry, refusal_document
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import no
from crs_desktop.store.audit import WENT_BACK
from crs_desktop.store.backup import folder_of
from crs_desktop.store.opening import open_store
from crs_desktop.store.returning import restore, verify_backup


def tell(world: World) -> Told:
    """Judge the bundle, then exchange; without `--replace` only where there is no store yet."""
    bundle, store = Path(world.options.bundle), world.store
    if world.store_is_there and not world.options.replace:
        verify_backup(bundle)
        document = refusal_document([no("cl_restore_store_there", "store", store)])
        return Told(Answer(document, ExitStatus.NO), restore_text(document))
    done = restore(bundle, store, folder_of(store), world.clock.now())
    _say_so_outside(store, world)
    said: dict[str, Json] = {
        "store": str(done.store),
        "made_at": instant_entry(done.manifest.made_at, world.local_zone()),
        "schema": done.manifest.schema,
        "counts": dict(done.manifest.counts),
        "former_store": None if done.kept is None else str(done.kept),
    }
    return Told(Answer(said, ExitStatus.YES), restore_text(said))


def _say_so_outside(store: Path, world: World) -> None:
    """The copies of the chain's end learn that this return was meant: otherwise `verify` would call it a cut."""
    opened = open_store(store, world.clock, ChangeFeed())
    try:
        opened.copy_head(WENT_BACK)
    finally:
        opened.close()
