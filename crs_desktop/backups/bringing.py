"""Bringing a backup back where nobody can sign in: opened by the recovery code alone, in full, before anything changes.

Where the store itself is whole and only its key slots are missing, those are brought back, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.errors import EnvironmentFailure, NotUnderstood
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.guard import RecoveryCodeGuard
from crs_desktop.staff.service import recovery_actor
from crs_desktop.store import bundle as form
from crs_desktop.store.audit import WENT_BACK
from crs_desktop.store.backup import folder_of, list_backups
from crs_desktop.store.bundle import Manifest
from crs_desktop.store.driver import connect, exists
from crs_desktop.store.judging import slots_for, slots_here
from crs_desktop.store.keys.guessing import key_of
from crs_desktop.store.keys.slots import SlotFile, SlotKind, Unlocked
from crs_desktop.store.keys.slots_file import slots_path, write_slots
from crs_desktop.store.opening import CURRENT_SCHEMA, open_store
from crs_desktop.store.returning import restore, verify_backup
from crs_desktop.store.store import Request, Result, Writing
from crs_desktop.store.whole_files import give_name

BRING_BACK = "bring back"
# The store says so itself: other keys, or damaged. Then it is exchanged whole, and kept byte by byte.
_OPENS_NOT = ("store_damaged", "store_is_not_a_store", "store_empty", "store_io_error")


@dataclass(frozen=True, slots=True)
class Offered:
    """A backup that somebody has chosen, as it says of itself; nothing of it has been opened yet."""

    path: Path
    size: int
    manifest: Manifest
    slots: SlotFile = field(repr=False)

    @property
    def recovery_of(self) -> datetime | None:
        """From which day the paper is whose code opens it."""
        return max((slot.made_at for slot in self.slots.of(SlotKind.RECOVERY)), default=None)


@dataclass(frozen=True, slots=True)
class Opened:
    """A backup that was opened in full. `only_slots`: the store here is whole, and needs nothing else of it."""

    offered: Offered
    unlocked: Unlocked = field(repr=False)
    only_slots: bool


@dataclass(frozen=True, slots=True)
class Back:
    """What was brought back, and the name under which whatever lay here is kept."""

    opened: Opened
    kept: str


class BringingBack:
    """One place for a store that nobody can sign in to: there is none, or it has no key slots that can be read."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def nearby(self) -> Offered | None:
        """The newest good backup in the folder beside the store, if there is one."""
        for listed in list_backups(folder_of(self._door.path)):
            if listed.manifest is not None and listed.manifest.checked:
                with suppress(NotUnderstood):
                    return self.look(listed.path)
        return None

    def look(self, path: Path) -> Offered:
        """What the backup says of itself. Raises NotUnderstood when it cannot be brought back, with the reason."""
        manifest = form.read_manifest(path)
        if not manifest.checked:
            raise NotUnderstood(no("bundle_never_checked", "bundle", path.name))
        if not manifest.schema or manifest.schema > CURRENT_SCHEMA:
            raise NotUnderstood(no("bundle_newer", "bundle", path.name, found=manifest.schema))
        try:
            slots = slots_for(path, self._door.path)
        except NotUnderstood as error:
            if error.findings[0].code != "bundle_without_slots":
                raise
            raise NotUnderstood(no("bring_back_plain", "bundle", path.name)) from error
        return Offered(path, path.stat().st_size, manifest, slots)

    def open(self, offered: Offered, typed: str) -> Unlocked | Refused:
        """By the recovery code from paper, within the limits on guessing."""
        return self._door.unlock_by_recovery(typed, offered.slots)

    def wait_s(self, offered: Offered) -> int:
        """Whole seconds until a code may be tried again."""
        return max((self._door.guesses.wait_s(key_of(one)) for one in offered.slots.of(SlotKind.RECOVERY)), default=0)

    def check(self, offered: Offered, unlocked: Unlocked) -> Opened:
        """Open it in full, and say what would be done. Nothing is changed. Raises NotUnderstood, EnvironmentFailure."""
        only_slots = not _readable_slots(self._door.path) and _opens(self._door.path, unlocked.keys.data)
        if not only_slots:
            verify_backup(offered.path, unlocked.keys.data)
        return Opened(offered, unlocked, only_slots)

    def bring(self, opened: Opened) -> Back | Refused:
        """Put it in place; whatever lies here is kept. Refused where people can sign in: they go back themselves."""
        store, offered, keys = self._door.path, opened.offered, opened.unlocked.keys
        if exists(store) and _readable_slots(store):
            return refuse(no("bring_back_store_there", "store", store.name))
        if opened.only_slots:
            kept = _put_slots(store, offered.slots)
        else:
            done = restore(offered.path, store, folder_of(store), self._door.clock.now(), keys.data)
            kept = "" if done.kept is None else done.kept.name
        back = Back(opened, kept)
        self._note(back)
        return back

    def _note(self, back: Back) -> None:
        """Outside, that the return was meant: `verify` would call it a cut. Inside, that the code was used for it."""
        guard, offered = RecoveryCodeGuard(), back.opened.offered
        store = open_store(self._door.path, self._door.clock, ChangeFeed(), back.opened.unlocked.keys, guard)
        try:
            if not back.opened.only_slots:
                store.copy_head(WENT_BACK)
            request = Request(uuid4().hex, BRING_BACK, {"backup": offered.path.name})
            store.perform(request, recovery_actor(self._door.desk), [], _noting(back))
        finally:
            store.close()


def _readable_slots(store: Path) -> bool:
    return slots_here(store) is not None


def _opens(store: Path, key: bytes) -> bool:
    """The store that lies here is one of these keys. Raises EnvironmentFailure when the machine stands in the way."""
    if not exists(store):
        return False
    try:
        connect(store, key, read_only=True).close()
    except EnvironmentFailure as failure:
        if failure.finding.code not in _OPENS_NOT:
            raise
        return False
    return True


def _put_slots(store: Path, slots: SlotFile) -> str:
    """The key slots alone; unreadable ones are kept under another name."""
    path = slots_path(store)
    kept = ""
    if exists(path):
        number = 1
        while (aside := path.with_name(f"{path.name}-aside-{number}")).exists():
            number += 1
        give_name(path, aside)
        kept = aside.name
    write_slots(store, slots)
    return kept


def _noting(back: Back) -> Callable[[Writing], Result]:
    manifest = back.opened.offered.manifest
    counts: Mapping[str, int] = {} if back.opened.only_slots else manifest.counts
    name = back.opened.offered.path.name

    def work(writing: Writing) -> Result:
        after = {
            "backup": name, "what": "key slots" if back.opened.only_slots else "store", "counts": dict(counts),
            "kept": back.kept,
        }  # fmt: skip
        writing.log("store", name, BRING_BACK, after=after)
        return {"backup": name}

    return work
