"""Going back to a backup: judged before anything is touched, the present store kept, the swap one rename."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import no
from crs_desktop.store import bundle as form
from crs_desktop.store.alone import alone, disown, nobody_has, remove, side_files
from crs_desktop.store.backup import Reason, beside, bundle_name, make_alone, members_of, put_in_place, still
from crs_desktop.store.bundle import Manifest
from crs_desktop.store.driver import exists
from crs_desktop.store.judging import judged, slots_here, slots_in
from crs_desktop.store.keys.slots_file import slots_path
from crs_desktop.store.places import must_be_good
from crs_desktop.store.whole_files import (
    draft_in,
    folder_failure,
    give_name,
    must_have_room,
    one_at_a_time,
    own_folder,
    sweep,
)

_SPARE = 1_000_000
# The store says so itself: it is damaged or of other keys, and there is nothing to lose by putting a good copy in its
# place. What lies there is kept byte by byte, with its own key slots.
_PAST_READING = ("store_damaged", "store_is_not_a_store", "store_empty", "store_io_error")
_NOT_WHOLE = (*_PAST_READING, "backup_store_damaged")
Named = list[tuple[Path, Path]]


@dataclass(frozen=True, slots=True)
class Returned:
    """What was done: the store now in place, what it was taken from, and where the former one is kept."""

    store: Path
    manifest: Manifest
    kept: Path | None


@dataclass(frozen=True, slots=True)
class _Beside:
    """Small files of the bundle, ready to get their names, and those that must go: they are another store's."""

    ready: Named
    strange: list[Path]
    another: bool


def verify_backup(path: Path, key: bytes) -> Manifest:
    """Open a backup in full, in a child, and hold it against what it says of itself. Raises NotUnderstood."""
    with tempfile.TemporaryDirectory(prefix="crs-verify-") as folder:
        try:
            with draft_in(Path(folder)) as draft:
                return judged(path, draft, key)
        except OSError as error:
            raise folder_failure(error, Path(folder)) from error


def restore(path: Path, store: Path, folder: Path, at: datetime, key: bytes) -> Returned:
    """Put the store of a backup in the place of `store`, which is first kept as a backup in `folder`.

    Key slots of another store, as of a first start on a clean machine, make way for those of the backup; so do heads.
    Raises NotUnderstood for a backup that is refused and EnvironmentFailure when the machine or another desk stands in
    the way; the store is then what it was. Whoever has the store open in this process closes it before.
    """
    if not os.path.isdir(store.parent):
        raise EnvironmentFailure(no("store_folder_missing", "store", store.name))
    for place in (store, folder):
        must_be_good(place)
    own_folder(folder)
    with one_at_a_time(folder):
        of = f"{store.name}-"
        sweep(folder)
        sweep(store.parent, of)
        try:
            with ExitStack() as drafts:
                draft = drafts.enter_context(draft_in(store.parent, of))
                manifest = judged(path, draft, key, of)
                small = _beside(path, manifest, store, drafts)

                def swap() -> None:
                    give_name(draft, store)
                    remove(small.strange)
                    for ready, place in small.ready:
                        give_name(ready, place)

                kept = _exchange(store, folder, at, key, swap, small.another)
        except OSError as error:
            raise folder_failure(error, store.parent) from error
    return Returned(store, manifest, kept)


def _exchange(
    store: Path, folder: Path, at: datetime, key: bytes, swap: Callable[[], None], keep_small: bool
) -> Path | None:
    """Keep the present store, then swap; nobody else can have it open meanwhile."""
    left = side_files(store)
    if not exists(store):
        kept = _kept_as_it_was(store, left, folder, at) if left or keep_small else None
        remove(left)
        swap()
        return kept
    try:
        held = alone(store, key)
    except EnvironmentFailure as failure:
        if failure.finding.code not in _PAST_READING:
            raise
        return _exchange_unread(store, left, folder, at, swap)
    try:
        try:
            kept = make_alone(store, folder, Reason.RETURN, at, key, source=held).path
        except EnvironmentFailure as failure:
            if failure.finding.code not in _NOT_WHOLE:
                raise
            kept = _kept_as_it_was(store, [], folder, at)
        remove(side_files(store))
        if os.name == "nt":
            held.close()  # a file in use cannot be replaced there
        swap()
        disown(held)
    finally:
        held.close()
    return kept


def _exchange_unread(store: Path, left: list[Path], folder: Path, at: datetime, swap: Callable[[], None]) -> Path:
    nobody_has(store)
    kept = _kept_as_it_was(store, left, folder, at)
    remove(left)
    swap()
    return kept


def _kept_as_it_was(store: Path, left: list[Path], folder: Path, at: datetime) -> Path:
    """A store that cannot be read is kept byte by byte, unchecked: somebody may still mend it."""
    files = {form.STORE: store} if exists(store) else {}
    files |= {form.STORE + item.name.removeprefix(store.name): item for item in left if not item.name.endswith("-shm")}
    must_have_room(folder, sum(item.stat().st_size for item in files.values()) + _SPARE)
    with ExitStack() as drafts:
        if form.STORE not in files:
            files[form.STORE] = drafts.enter_context(draft_in(folder))
        small = still(beside(store), folder, drafts)
        for name in sorted(small, key=lambda name: name != form.SLOTS)[: form.MOST_MEMBERS - 1 - len(files)]:
            files[name] = small[name]
        manifest = Manifest("", at, Reason.RETURN.value, store.name, False, {}, "", {}, members_of(files))
        return put_in_place(folder, bundle_name(store, Reason.RETURN, at), manifest, files).path


def _beside(path: Path, manifest: Manifest, store: Path, drafts: ExitStack) -> _Beside:
    """Slots and the like come back only where there are none: those of the same store here are never older."""
    another = _is_of_another(path, manifest, store)
    ready: Named = []
    for member in manifest.members:
        if member.name.startswith(form.BESIDE):
            place = store.with_name(f"{store.name}.{member.name.removeprefix(form.BESIDE)}")
            if another or not exists(place):
                draft = drafts.enter_context(draft_in(store.parent, f"{store.name}-"))
                form.take_out(path, manifest, member.name, draft)
                ready.append((draft, place))
    named = [place for _, place in ready]
    strange = [item for item in beside(store).values() if item not in named] if another else []
    return _Beside(ready, strange, another)


def _is_of_another(path: Path, manifest: Manifest, store: Path) -> bool:
    """True when the slots here open another store than the bundle's, or nothing at all."""
    if form.SLOTS not in [one.name for one in manifest.members] or not exists(slots_path(store)):
        return False
    here = slots_here(store)
    if here is None:
        return True
    try:
        return here.store_id != slots_in(path).store_id
    except NotUnderstood:  # the damaged ones of a backup take the place of nothing that can be read
        return False
