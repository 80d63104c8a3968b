"""Use cases of backups: back up now or when due, check one, say what going back would lose, and go back."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from crs_desktop.backups.model import WORD, About, BackupPicture, GoBack, Kept, Loss, LostDose, Weight, WentBack
from crs_desktop.backups.remembered import Remembered, recall, remember
from crs_desktop.backups.rules import ENTERED, NAMED, due, last_good, lost, standing
from crs_desktop.doses.service import DoseLog
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.errors import EnvironmentFailure, NotPermitted, NotUnderstood
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients.model import Patient
from crs_desktop.store import places
from crs_desktop.store.audit import WENT_BACK
from crs_desktop.store.backup import HELD, Listed, Reason, folder_of, list_backups, make, rotate
from crs_desktop.store.bundle import Manifest, holds_plain_store
from crs_desktop.store.counting import changes_since, counts_of, sum_of
from crs_desktop.store.judging import slots_in
from crs_desktop.store.keys.slots import SlotKind
from crs_desktop.store.opening import climb
from crs_desktop.store.returning import Returned, restore, verify_backup
from crs_desktop.store.store import Request, Result, Store, Writing

_TRIES = 4


def _never() -> bool:
    return False


class BackupKeeper:
    """The backups of one store. Safe from any thread; going back wants no other work on the store meanwhile."""

    def __init__(self, store: Store, doses: DoseLog, zone: ZoneInfo) -> None:
        self._store = store
        self._doses = doses
        self._zone = zone
        self.folder: Path = folder_of(store.path)

    def picture(self) -> BackupPicture:
        """All backups and how matters stand."""
        remembered, found, now = recall(self.folder), list_backups(self.folder), self._store.clock.now()
        kept = tuple(_kept(one, one.manifest, remembered) for one in found if one.manifest is not None)
        last = last_good(kept)
        return BackupPicture(
            now=now,
            folder=str(self.folder),
            kept=kept,
            unreadable=tuple(one.path.name for one in found if one.manifest is None),
            standing=standing(kept, now, remembered.paused_since),
            last=None if last is None else last.made_at,
            paused_since=remembered.paused_since,
            warning=places.look(self.folder),
            weight=self._weight(),
        )

    def about(self, name: str) -> About:
        """What opens this backup. Raises NotUnderstood when it cannot be read."""
        path = self._path(name)
        try:
            slots = slots_in(path).slots
        except NotUnderstood as error:
            if error.findings[0].code != "bundle_without_slots":
                raise
            slots = ()
        return About(
            name, not holds_plain_store(path), tuple(sorted(one.name for one in slots if one.kind is SlotKind.PERSON)),
            max((one.made_at for one in slots), default=None),
            max((one.made_at for one in slots if one.kind is SlotKind.RECOVERY), default=None),
        )  # fmt: skip

    def back_up(self, reason: Reason = Reason.ASKED, give_up: Callable[[], bool] = _never) -> Kept | None:
        """Back up and thin out. None when an automatic one is not due. Raises EnvironmentFailure in words.

        What is asked for by hand raises NotPermitted; the timer asks nobody.
        """
        if reason is Reason.ASKED:
            self._store.demand("make backup")
        else:
            picture = self.picture()
            if not due(picture.kept, self._changes(), picture.paused_since):
                return None
        made = make(self._store.path, self.folder, reason, self._store.clock.now(), self._store.keys.data, give_up)
        remembered = recall(self.folder)
        if remembered.paused_since is None:
            rotate(self.folder, self._zone, remembered.confirmed_at)
        self._store.feed.publish(frozenset({Topic.BACKUPS}))
        return _kept(Listed(made.path, made.size, made.manifest), made.manifest, remembered)

    def check(self, name: str) -> Kept:
        """Open a backup in full, now. Raises NotPermitted, NotUnderstood when it is not what it was."""
        self._store.demand("check backup")
        path = self._path(name)
        manifest = verify_backup(path, self._store.keys.data)
        return _kept(Listed(path, path.stat().st_size, manifest), manifest, recall(self.folder))

    def loss(self, name: str) -> Loss:
        """What is in the store and not in this backup. Raises NotPermitted, NotUnderstood when it cannot be read."""
        self._store.demand("check backup")
        then = self._listed(name)
        now = counts_of(self._store, NAMED)
        lines = sorted(self._doses.overview().log, key=lambda line: line.entry.id)
        # By number as well as by the clock: it may have been set back, and somebody may have gone back in between.
        newer = [
            line for number, line in enumerate(lines)
            if number >= then.count("doses") or line.entry.at > then.made_at
        ]  # fmt: skip
        now["doses"] = max(now["doses"], then.count("doses") + len(newer))
        return Loss(
            lost(now, then.counts),
            tuple(LostDose(one.entry.started_at, str(one.entry.amount), _who(one.patient)) for one in newer),
            self._against_going_back(),
            changes_since(self._store, then.made_at, then.count("change_log"), ENTERED),
        )

    def go_back(self, command: GoBack, actor: Actor) -> WentBack | Refused:
        """Put the store of a backup in place of this one, which is kept; automatic backups pause until `content`.

        Who went back, and to what, is the first change of the store that came back.
        """
        against = self._against_going_back()  # before the exchange: the store that comes back may not know who asks
        if against is not None:
            return refuse(against)
        if command.word.strip().upper() != WORD:
            return refuse(no("backup_word", "word", command.word, word=WORD))
        then = self._listed(command.name)
        manifest = verify_backup(self._path(command.name), self._store.keys.data)
        for fact in ("kind", "time_zone"):
            if manifest.facts.get(fact) != self._store.fact(fact):
                return refuse(no("backup_of_another_store", "backup", command.name))
        now = self._store.clock.now()
        returned = self._exchanged(command.name, now)
        remember(self.folder, Remembered(now, recall(self.folder).confirmed_at))
        climb(self._store.path, self._store.clock, self._store.keys)
        self._store.copy_head(WENT_BACK)
        kept = "" if returned.kept is None else returned.kept.name
        self._note(command, then, kept, actor)
        return WentBack(command.name, kept)

    def content(self) -> None:
        """Somebody says that all is well: automatic backups go on, and what was held may be thinned out in time.

        Raises NotPermitted.
        """
        self._store.demand("make backup")
        remember(self.folder, Remembered(None, self._store.clock.now()))
        self._store.feed.publish(frozenset({Topic.BACKUPS}))

    def _against_going_back(self) -> Finding | None:
        try:
            self._store.demand("go back")
        except NotPermitted as refused:
            return refused.finding
        return None

    def _weight(self) -> Weight | None:
        try:
            papers = counts_of(self._store, ["filed_sheets"])["filed_sheets"]
            return Weight(self._store.path.stat().st_size, papers, sum_of(self._store, "paper_contents", "size"))
        except (EnvironmentFailure, OSError):
            return None

    def _exchanged(self, name: str, now: datetime) -> Returned:
        """A page that still reads holds the store open for a moment: its connections are waited for and let go."""
        for _ in range(_TRIES):
            self._store.close()
            gc.collect()  # a pool that was given up closes its last connection only when it is collected
            try:
                return restore(self._path(name), self._store.path, self.folder, now, self._store.keys.data)
            except EnvironmentFailure as failure:
                if failure.finding.code != "return_store_in_use":
                    raise
        raise EnvironmentFailure(no("return_store_in_use", "store", self._store.path.name))

    def _note(self, command: GoBack, then: Kept, kept: str, actor: Actor) -> None:
        def work(writing: Writing) -> Result:
            after = {"backup": then.name, "counts": dict(then.counts), "former_store": kept}
            writing.log("store", then.name, "go back", after=after)
            return {"backup": then.name}

        request = Request(command.request_id, "go back", {"backup": command.name})
        if isinstance(self._store.perform(request, actor, list(Topic), work), Refused):
            raise AssertionError("the store went back and its first change could not be written")

    def _path(self, name: str) -> Path:
        if Path(name).name != name:
            raise NotUnderstood(no("bundle_missing", "backup", name))
        return self.folder / name

    def _listed(self, name: str) -> Kept:
        found = next((one for one in self.picture().kept if one.name == name), None)
        if found is None:
            raise NotUnderstood(no("bundle_missing", "backup", name))
        return found

    def _changes(self) -> int:
        return counts_of(self._store, ["change_log"])["change_log"]


def _kept(one: Listed, manifest: Manifest, remembered: Remembered) -> Kept:
    confirmed = remembered.confirmed_at is not None and manifest.made_at <= remembered.confirmed_at
    return Kept(
        one.path.name, manifest.made_at, manifest.reason, one.size, manifest.schema, manifest.counts, manifest.checked,
        manifest.reason in HELD and not confirmed,
    )  # fmt: skip


def _who(patient: Patient) -> str:
    return f"{patient.name} {patient.mrn}"
