"""What the bottom line says: store, encryption, policy in force, clock with offset, and who acts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crs_desktop.bootstrap.opening import Start
from crs_desktop.desktop.status_line import StatusLine
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.ticker import every
from crs_desktop.desktop.words import phrase
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ALL_TOPICS, Topic
from crs_desktop.kernel.clock import local_day, local_text
from crs_desktop.readiness.picture import BoardPicture

if TYPE_CHECKING:
    from crs_desktop.house import House

_CLOCK_MS = 20_000


class StatusTeller:
    """Fills the slots of the status line, and the policy's again whenever somebody has stated a row."""

    topics = frozenset({Topic.POLICY})

    def __init__(self, line: StatusLine, tasks: Tasks, start: Start, actor: Actor) -> None:
        self._line = line
        self._tasks = tasks
        self._path = start.path
        self._house: House | None = None
        self._day = ""
        self.say_actor(actor)

    def say_start(self, kept: BoardPicture | None) -> None:
        """What is known before the store is open."""
        self._line.say("store", phrase("status_demo") if self._path is None else self._path.name)
        self._line.say("encryption", phrase("status_encrypted"), State.READY, phrase("status_encrypted_hint"))
        self._line.say("policy", phrase("status_policy", policy=kept.policy) if kept is not None else "")

    def follow(self, house: House) -> None:
        """The store is open: policy and clock from now on."""
        self._house = house
        every(_CLOCK_MS, self._line, partial(self._say_clock, house))

    def topics_changed(self, topics: frozenset[Topic]) -> None:
        """Somebody stated a row of policy."""
        if self._house is not None:
            self._tasks.run(partial(_policy, self._house), self._say_policy, self._line)

    def _say_policy(self, words: str) -> None:
        self._line.say("policy", words)

    def _say_clock(self, house: House) -> None:
        """The clock; a new day, or another desk's record, makes everything on the screen old."""
        now = house.clock.now()
        self._line.say("clock", local_text(now, house.zone))
        day = local_day(now, house.zone).isoformat()
        if day != self._day:
            first, self._day = not self._day, day
            self.topics_changed(self.topics)
            if not first:
                house.store.feed.publish(ALL_TOPICS)
        self._tasks.run(house.store.changed_elsewhere, partial(_announce, house), self._line, failed=_try_again_later)

    def say_actor(self, actor: Actor) -> None:
        """Who acts from now on."""
        self._line.say("actor", phrase("status_actor", name=actor.name))


def _announce(house: House, changed: bool) -> None:
    if changed:
        house.store.feed.publish(ALL_TOPICS)


def _try_again_later(error: BaseException) -> None:
    """A busy store is asked again with the next tick; whoever needs it meets the same trouble and says it."""


def _policy(house: House) -> str:
    """The policy in force today, in a few words."""
    from crs_desktop.policy.ui.summary import policy_words

    return policy_words(house.policy.on(local_day(house.clock.now(), house.zone)))
