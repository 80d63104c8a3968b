"""The window of one start: frame and kept board at once, the store opened behind it, then the live board."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from crs_desktop import __version__
from crs_desktop.bootstrap.backing_up import BackingUp
from crs_desktop.bootstrap.opening import HouseLater, Start
from crs_desktop.bootstrap.rooms import Rooms
from crs_desktop.bootstrap.status import StatusTeller
from crs_desktop.desktop.application import first_painted, make_application
from crs_desktop.desktop.change_bridge import ChangeBridge
from crs_desktop.desktop.crs_now import CrsNow
from crs_desktop.desktop.dialogs import close_all_but
from crs_desktop.desktop.drafts import drafts
from crs_desktop.desktop.error_presenter import ErrorPresenter
from crs_desktop.desktop.main_window import MainWindow
from crs_desktop.desktop.protocols import Action
from crs_desktop.desktop.shell import Shell
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.theme import State
from crs_desktop.desktop.who import Who
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.picture import BOARD, BoardPicture, picture_from_json
from crs_desktop.readiness.ui.board_page import BoardPage
from crs_desktop.staff.door.signed_in import SignedIn
from crs_desktop.store.first_look import first_look

if TYPE_CHECKING:
    from crs_desktop.bootstrap.presence import Leaving, Presence
    from crs_desktop.bootstrap.scans import Scans
    from crs_desktop.desktop.crs_now import Over
    from crs_desktop.doses.ui.calculator import Calculator
    from crs_desktop.house import House
    from crs_desktop.staff.ui.locks_soon import LocksSoon


def _nobody(name: str) -> None:
    """Who listens to a start: nobody, unless a benchmark or a test does."""


# A machine about to sleep waits no longer for the backup of a session.
_PATIENCE_S = 8.0


class Desk:
    """One window over one store, shown in the shell that was painted first. `told` hears of each step of the start.

    `signed` is None for the demo only.
    """

    def __init__(
        self,
        start: Start,
        shell: Shell,
        signed: SignedIn | None = None,
        told: Callable[[str], None] = _nobody,
        leaving: Leaving | None = None,
    ) -> None:
        make_application([], start.theme, start.text_percent)  # type: ignore[arg-type]  # checked by the parser
        self._start = start
        self._told = told
        self.shell = shell
        self.feed = ChangeFeed()
        self._signed = signed
        self.later = HouseLater(start, self.feed, signed)
        self.presenter = ErrorPresenter(None, None, __version__)
        self.presenter.install()
        self.tasks = Tasks(present=self.presenter.present)
        self.who: Who | Presence = self._present(leaving)
        kept = self._last_board()
        self.rooms = Rooms(
            self.later, self.tasks, self.who.actor, lambda name: self.window.show_page(name), self._complain, kept,
            None if isinstance(self.who, Who) else self.who.people_page,
            None if leaving is None else lambda: leaving.door,
            None if leaving is None else leaving.went_back,
        )  # fmt: skip
        self.bridge = ChangeBridge(self.feed)
        self.window = MainWindow(self._title(), self.rooms.entries(), self.bridge)
        self.presenter.show_in(self.window.banners)
        self.window.add_to_top(self.who.button if isinstance(self.who, Who) else self.who.chip.button)
        self.crs_now = CrsNow(shell, self._calculator)
        self.window.add_to_top(self.crs_now.button)
        self.window.set_open(False)
        self.status = StatusTeller(self.window.status, self.tasks, start, self.who.actor())
        self.status.say_start(kept)
        if isinstance(self.who, Who):
            self.who.changed.connect(self.status.say_actor)
        self.backing_up = BackingUp(shell, self.window.status, self.tasks)
        self._register()
        self.window.show_page("board")
        shell.setWindowTitle(self._title())
        shell.adopt(self.window)
        self.board.take_keyboard()
        self._locks_soon: LocksSoon | None = None
        self.scans: Scans | None = None
        first_painted(self.window.status, self._open_store)  # the frame itself is covered and never painted

    def close(self) -> None:
        """End the work, then the store; the demo's is removed."""
        self._hear_no_more()
        self.crs_now.close()
        self.backing_up.close()
        self.bridge.close()
        self.tasks.close()
        self.later.close()
        self.presenter.uninstall()

    def complain(self, text: str) -> None:
        """Something that happened before this desk was there."""
        self._complain(phrase("window_beware"), text)

    # --- locking ---

    def typed(self) -> bytes | None:
        """What is half typed in open forms, sealed for the person who is signed in."""
        from crs_desktop.staff.door.drafts import seal_draft

        try:
            blob = drafts().collect()
        finally:
            drafts().forget()
        if not blob or self._signed is None or self._signed.person_id is None:
            return None
        return seal_draft(self._signed.keys, self._signed.person_id, blob)

    def leave(self, failed: Callable[[BaseException], None]) -> None:
        """Nothing of this desk is on the screen any more, it takes no more work, what still fails goes to `failed`."""
        self._hear_no_more()
        self.crs_now.close()
        self.backing_up.close()
        self.bridge.close()
        self.tasks.end(failed)
        close_all_but(self.shell)
        self.presenter.uninstall()

    def end_work(self, cause: str) -> None:
        """On a worker: what was on its way is done, the log learns of the lock, the store is copied and closed."""
        try:
            self.tasks.wait()
            if self.later.ready:
                from crs_desktop.store.backup import Reason

                self.house.staff.record_lock(self.who.actor(), cause)
                end = time.monotonic() + _PATIENCE_S
                self.house.backups.back_up(Reason.SESSION, lambda: time.monotonic() > end)
        finally:
            self.later.close()
            self._signed = None

    @property
    def house(self) -> House:
        """The services, once the store is open."""
        return self.later.house

    @property
    def board(self) -> BoardPage:
        """The board's page."""
        return self.rooms.board

    # --- a start ---

    def _title(self) -> str:
        path = self._start.path
        return phrase("window_title_demo") if path is None else phrase("window_title", store=path.name)

    def _last_board(self) -> BoardPicture | None:
        if self._start.path is None or self._signed is None:
            return None
        try:
            look = first_look(self._start.path, BOARD, self._signed.keys.data)
        except EnvironmentFailure:
            return None  # the opening that follows meets the same trouble and says it
        return None if look.body is None else picture_from_json(look.body)

    def _open_store(self) -> None:
        self._told("frame")
        self.tasks.run(self.later.open, self._opened, self.window, failed=self._not_opened)

    def _hear_no_more(self) -> None:
        if self.scans is not None:
            self.scans.close()

    def _not_opened(self, error: BaseException) -> None:
        self._told("not opened")
        self.board.store_not_opened()
        self.presenter.present(error, self._open_store)

    def _opened(self, house: House) -> None:
        from crs_desktop.bootstrap.scans import Scans  # not before the first picture

        self.window.set_open(True)
        self.bridge.watch(self.status)
        self.status.follow(house)
        if not isinstance(self.who, Who):
            self.bridge.watch(self.who)
            self.who.follow(house, self.window)
        for finding in house.paper.notes:
            self._complain(phrase("window_beware"), say(finding))
        if not house.store.has_key:
            self._complain(phrase("window_no_audit_key"), phrase("history_no_key"))
        if self._start.path is not None:
            self.bridge.watch(self.backing_up)
            self.backing_up.follow(house.backups)
        self.board.lived.connect(partial(self._told, "live"))
        self.board.store_opened()
        self.scans = Scans(self.window, self.tasks, house, self.who.actor)  # its library is loaded behind the board

    # --- a lock that comes near ---

    def locks_soon(self, seconds: int) -> None:
        """Nobody has touched anything for a while."""
        from crs_desktop.staff.ui.locks_soon import LocksSoon

        if self._locks_soon is None:
            self._locks_soon = LocksSoon()
            self.window.banners.above(self._locks_soon)
        self._locks_soon.begin(seconds)

    def stays_open(self) -> None:
        """Somebody is there after all."""
        if self._locks_soon is not None:
            self._locks_soon.stop()

    # --- acts by key ---

    def _register(self) -> None:
        ready: Callable[[], bool] = lambda: self.later.ready and self.board.live  # noqa: E731
        self.window.register(
            Action("dose.record", tr("Record a dose given"), self._record_chosen, "Ctrl+D", ready),
            Action("paper.print", tr("Print the infusion-day checklist"), self._print_chosen, "Ctrl+P", ready),
            Action("board.can_add", tr("Can we add a patient?"), self.board.open_can_add, "Ctrl+Shift+A", ready),
            Action("board.chance", tr("What the chance of running out takes for granted"), self.board.open_chance),
            Action("board.policy", tr("Policy in force"), self.board.open_policy),
            Action("board.print_day", tr("Print the checklists of the chosen day"), self.board.print_day, "", ready),
            self.crs_now.action(),
        )  # fmt: skip
        if isinstance(self.who, Who):
            self.window.register(Action("who", tr("Who is at this desk?"), self._ask_who))
        else:
            self.window.register(*self.who.actions())

    def _calculator(self, over: Over) -> Calculator:
        """No patient, no store; the store's zone once it is open, because the calculator reads times of day."""
        from crs_desktop.command_line.zones import machine_zone
        from crs_desktop.doses.ui.calculator import Calculator

        return Calculator(over, self._start.clock, self.house.zone if self.later.ready else machine_zone())

    def _complain(self, word: str, text: str) -> None:
        self.window.banners.show_message(State.CANNOT_SAY, word, text)

    def _ask_who(self) -> None:
        if isinstance(self.who, Who):
            self.who.ask()

    def _present(self, leaving: Leaving | None) -> Who | Presence:
        """The demo, and a window that nobody can lock, take a name on trust."""
        if self._signed is None or leaving is None:
            return Who(self._start.actor if self._signed is None else self._signed.actor)
        from crs_desktop.bootstrap.presence import Presence  # behind the door everything is imported already

        return Presence(self._signed, leaving, self.tasks, lambda actor: self.status.say_actor(actor))

    def _record_chosen(self) -> None:
        row = self.board.table.current()
        if row is not None:
            self.rooms.record_dose(row.patient_id)

    def _print_chosen(self) -> None:
        row = self.board.table.current()
        if row is not None:
            self.rooms.print_infusion_day(row)
