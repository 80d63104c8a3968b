"""When backups are made by themselves: every half hour if something changed, and before the window closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_desktop.desktop.shell import Shell
from crs_desktop.desktop.status_line import StatusLine
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.ticker import every, once
from crs_desktop.desktop.words import phrase
from crs_desktop.kernel.changes import Topic

if TYPE_CHECKING:
    from crs_desktop.backups.model import BackupPicture, Kept
    from crs_desktop.backups.service import BackupKeeper

HALF_HOUR_MS, AGE_MS = 30 * 60_000, 5 * 60_000
# A person who closes the window waits no longer than this.
PATIENCE_MS = 10_000


class BackingUp:
    """Follows one opened store. The demo is not followed: nobody in it exists, and it is gone when closed."""

    topics = frozenset({Topic.BACKUPS})

    def __init__(self, shell: Shell, line: StatusLine, tasks: Tasks) -> None:
        self._shell = shell
        self._line = line
        self._tasks = tasks
        self._keeper: BackupKeeper | None = None
        self._closing = False
        self._given_up = False

    def follow(self, keeper: BackupKeeper) -> None:
        """The store is open."""
        self._keeper = keeper
        self._shell.holds = self._hold
        every(AGE_MS, self._line, self._ask_age)
        every(HALF_HOUR_MS, self._line, self.half_hour, now=False)

    def topics_changed(self, topics: frozenset[Topic]) -> None:
        """A backup was made, or somebody went back."""
        self._ask_age()

    def half_hour(self) -> None:
        """Back up if something changed."""
        self._tasks.run(lambda: self._back_up("timer"), None, self._line, "paper", self._failed)

    def close(self) -> None:
        """The window is gone: whatever still runs ends soon, and nothing closes it a second time."""
        self._shell.holds = None
        self._closing = self._given_up = True

    def _back_up(self, reason: str) -> Kept | None:
        from crs_desktop.store.backup import Reason

        assert self._keeper is not None
        return self._keeper.back_up(Reason(reason), lambda: self._given_up)

    def _hold(self) -> bool:
        """Somebody closes the window. The second time it closes at once."""
        if self._closing:
            self._given_up = True
            return False
        self._closing = True
        self._line.say("backup", phrase("backup_status_closing"), State.READY_BUT)
        self._tasks.run(lambda: self._back_up("session"), self._leave, self._line, "paper", self._leave)
        once(PATIENCE_MS, self._line, self._leave_at_last)
        return True

    def _leave(self, _answer: object) -> None:
        if self._shell.holds is not None:
            self._shell.holds = None
            self._shell.close()

    def _leave_at_last(self) -> None:
        self._given_up = True
        self._leave(None)

    def _failed(self, error: BaseException) -> None:
        self._line.say("backup", phrase("backup_status_failed"), State.SHORT)
        self._tasks.present(error, self.half_hour)

    def _ask_age(self) -> None:
        if self._keeper is not None and not self._closing:
            self._tasks.run(self._keeper.picture, self._say_age, self._line, "paper")

    def _say_age(self, picture: BackupPicture) -> None:
        from crs_desktop.backups.ui import words

        if not self._closing:
            self._line.say("backup", words.status_text(picture), words.STATES[picture.standing])
