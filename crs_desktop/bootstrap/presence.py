"""Who is at this desk: in whose name and role it writes, and what they may do about that without leaving the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from crs_desktop.bootstrap.people import NewCodesOver, PeopleOver
from crs_desktop.desktop.protocols import Action
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.ticker import every
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.refusal import Refused
from crs_desktop.staff.door.entering import Door
from crs_desktop.staff.door.keyring import Keyring
from crs_desktop.staff.door.signed_in import SignedIn
from crs_desktop.staff.ui.who_chip import WhoChip

if TYPE_CHECKING:
    from crs_desktop.desktop.main_window import MainWindow
    from crs_desktop.desktop.page import Page
    from crs_desktop.house import House

_MINUTE_MS = 60_000


class Leaving(Protocol):
    """Whoever can lock this desk."""

    @property
    def door(self) -> Door:
        """The door of the store."""

    def lock(self, cause: str = ...) -> None:
        """Lock, and say why."""

    def went_back(self, said: str) -> None:
        """Another store lies in the place of this one: leave it, and say this in front of the door."""

    def lock_after(self, minutes: int) -> None:
        """From now on lock after so many minutes without a touch."""

    def watched(self) -> str:
        """What the system of this computer tells about locks and sleep."""


class Presence:
    """A signed-in person at one desk. Asked again whenever people change, because rights are taken away too."""

    topics = frozenset({Topic.PEOPLE})

    def __init__(self, signed: SignedIn, leaving: Leaving, tasks: Tasks, said: Callable[[Actor], None]) -> None:
        self._signed = signed
        self._leaving = leaving
        self._tasks = tasks
        self._said = said
        self._actor = signed.actor
        self._house: House | None = None
        self._window: MainWindow | None = None
        self.chip = WhoChip(signed.actor, _roles(signed.actor), may_break_glass=_may_break(signed.actor))
        self.chip.lock.connect(self._lock)
        self.chip.sign_out.connect(self._lock)
        self.chip.change_password.connect(self._change_password)
        self.chip.break_glass.connect(self._break_glass)

    def actor(self) -> Actor:
        """Who acts now."""
        return self._actor

    def actions(self) -> list[Action]:
        """For the palette and the keys of the window."""
        return self.chip.actions()

    def follow(self, house: House, window: MainWindow) -> None:
        """The store is open."""
        self._house, self._window = house, window
        every(_MINUTE_MS, window, self._ask)

    def topics_changed(self, topics: frozenset[Topic]) -> None:
        """Somebody changed people, or broke the glass."""
        self._ask()

    def people_page(self, house: House) -> Page:
        """The page of people."""
        from crs_desktop.staff.repository import rights
        from crs_desktop.staff.ui.people_page import PeoplePage
        from crs_desktop.staff.ui.print_codes import print_codes

        keyring = Keyring(self._leaving.door, house.staff, self._signed)
        people = PeopleOver(house.staff, keyring, self.actor)
        return PeoplePage(
            self._tasks, people, NewCodesOver(keyring), print_codes, rights(), house.zone, self.topics,
            self._leaving.watched,
        )  # fmt: skip

    # --- how it is done ---

    def _lock(self) -> None:
        self._leaving.lock()

    def _ask(self) -> None:
        if self._house is not None:
            self._tasks.run(self._house.staff.lock_minutes, self._leaving.lock_after, self._window, failed=_later)
        if self._house is not None and self._signed.person_id is not None:
            question = partial(self._house.staff.actor, self._signed.person_id, self._signed.actor.desk)
            self._tasks.run(question, self._heard, self._window, failed=_later)

    def _heard(self, answer: Actor | Refused) -> None:
        if isinstance(answer, Refused):
            self._leaving.lock("ended")
        else:
            self._become(answer)

    def _become(self, actor: Actor) -> None:
        if actor != self._actor:
            self._actor = actor
            self.chip.say(actor, _roles(actor))
            self._said(actor)

    def _change_password(self) -> None:
        from crs_desktop.bootstrap.gate import judged
        from crs_desktop.staff.ui.passwords import SetPasswordDialog

        if self._house is not None and self._signed.person_id is not None:
            keyring = Keyring(self._leaving.door, self._house.staff, self._signed)
            words = (self._signed.sign_in, self._signed.actor.name)
            SetPasswordDialog(self._tasks, judged, keyring.change_own, words, self._window).open()

    def _break_glass(self) -> None:
        from crs_desktop.staff.ui.break_glass import BreakGlassDialog

        if self._house is not None:
            dialog = BreakGlassDialog(self._tasks, self._broken, self._actor.name, self._actor.role, self._window)
            dialog.broken.connect(lambda glass: self._become(glass.actor))
            dialog.open()

    def _broken(self, reason: str, name: str) -> Refused | object:
        from crs_desktop.staff.commands import BreakGlass

        assert self._house is not None
        return self._house.staff.break_glass(BreakGlass(uuid4().hex, reason, name), self._actor)


def _roles(actor: Actor) -> tuple[str, ...]:
    return tuple(actor.role.split("+"))


def _may_break(actor: Actor) -> bool:
    """A pharmacist needs no emergency for anything of a pharmacist's."""
    return "pharmacist" not in _roles(actor) and actor.role != "emergency"


def _later(error: BaseException) -> None:
    """A busy store is asked again with the next tick."""
