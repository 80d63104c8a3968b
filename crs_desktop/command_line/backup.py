"""`backup`: a copy of the store that was opened in full before it got its name."""

from __future__ import annotations

from pathlib import Path

from crs_desktop.command_line.text.backups import backup_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import no
from crs_desktop.store.backup import Reason, folder_of, make


def tell(world: World) -> Told:
    """Back up; desks may write meanwhile."""
    store = world.store_to_look_at()
    folder = _folder(world, store)
    key = world.unlocked("make backup").keys.data
    made = make(store, folder, Reason.ASKED, world.clock.now(), key)
    document: dict[str, Json] = {
        "file": str(made.path), "bytes": made.size, "made_at": instant_entry(made.manifest.made_at, world.local_zone()),
        "schema": made.manifest.schema, "verified": made.manifest.checked, "counts": dict(made.manifest.counts),
    }  # fmt: skip
    return Told(Answer(document, ExitStatus.YES), backup_text(document))


def _folder(world: World, store: Path) -> Path:
    named = world.options.out
    if named is None:
        return folder_of(store)
    if not named.strip() or Path(named).is_file():
        raise NotUnderstood(no("cl_print_no_folder", "out", named))
    return Path(named)
