"""What the shell shows: the door of the store, or a desk behind it; and the way between them, there and back."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from crs_desktop import __version__
from crs_desktop.bootstrap.opening import DoorLater, Start
from crs_desktop.desktop.application import make_application
from crs_desktop.desktop.clipboard import clipboard
from crs_desktop.desktop.drafts import drafts
from crs_desktop.desktop.error_presenter import ErrorPresenter
from crs_desktop.desktop.shell import Shell
from crs_desktop.desktop.tasks import Tasks
from crs_desktop.desktop.ticker import once
from crs_desktop.desktop.watch.cause import Cause
from crs_desktop.desktop.watch.idle import IdleWatch, Ticks
from crs_desktop.desktop.watch.session import SessionWatch
from crs_desktop.desktop.words import phrase
from crs_desktop.kernel.errors import EnvironmentFailure, NotPermitted, NotUnderstood
from crs_desktop.kernel.wording import say
from crs_desktop.staff.door.signed_in import SignedIn
from crs_desktop.staff.door.standing import Standing, names, standing

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crs_desktop.bootstrap.main_window import Desk
    from crs_desktop.staff.door.entering import Door
    from crs_desktop.staff.ui.bring_back import BringBackPage
    from crs_desktop.staff.ui.first_start import FirstStart
    from crs_desktop.staff.ui.handed import Locked
    from crs_desktop.staff.ui.sign_in import SignInPage

ASKED, WENT_BACK = "asked", "went back"


def _nobody(name: str) -> None:
    """Who listens to a start: nobody, unless a benchmark or a test does."""


class Reception:
    """One shell. The demo has no door: nobody in it exists."""

    def __init__(
        self, start: Start, shell: Shell, told: Callable[[str], None] = _nobody, ticks: Ticks | None = None
    ) -> None:
        make_application([], start.theme, start.text_percent)  # type: ignore[arg-type]  # checked by the parser
        self._start = start
        self._told = told
        self.shell = shell
        self.presenter = ErrorPresenter(None, None, __version__)
        self.tasks = Tasks(present=self.presenter.present)
        self.desk: Desk | None = None
        self.page: SignInPage | FirstStart | BringBackPage | None = None
        self._signed: SignedIn | None = None
        self._trouble = ""
        self._kept: dict[int, bytes] = {}  # what was half typed at a lock, sealed, by person
        self.idle = IdleWatch(ticks=ticks, parent=shell)
        self.session = SessionWatch(parent=shell)
        self.idle.due.connect(self.lock)
        self.session.due.connect(self.lock)
        self.idle.warned.connect(self._locks_soon)
        self.idle.back.connect(self._stays_open)
        if start.path is None:
            self._seat(None)
            return
        self._door = DoorLater(start)
        self.show_door()

    def close(self) -> None:
        """The end of the program."""
        self.idle.stop()
        self.session.stop()
        if self.desk is not None:
            self.desk.close()
        self.tasks.close()

    # --- the door ---

    @property
    def door(self) -> Door:
        """The door of the store. Slow when first asked for."""
        return self._door.door

    def show_door(self, locked: Locked | None = None, notice: str = "") -> None:
        """The page in front of the store: sign in, unlock, or begin. `notice` is said first."""
        from crs_desktop.bootstrap.gate import warm_up

        assert self._start.path is not None
        # At a lock nothing is asked of the disk that could stand in the way of the cover.
        stands = Standing.LOCKED if locked is not None else standing(self._start.path)
        page = self._first_start(stands) if stands in _FIRST else self._sign_in(locked, notice)
        self._show(page)
        self._told("door")
        self.tasks.run(warm_up, None, self.shell, "paper")

    def show_bring_back(self) -> None:
        """A backup and the paper with the recovery code, where nobody can sign in."""
        from crs_desktop.bootstrap.bringing import BringBackOver
        from crs_desktop.staff.ui.bring_back import BringBackPage

        assert self._start.path is not None
        page = BringBackPage(self.tasks, BringBackOver(self._door), self.show_calculator, self._start.path.name)
        page.brought.connect(lambda said: self.show_door(notice=said))
        page.left.connect(lambda: self.show_door())
        self._show(page)

    def _show(self, page: SignInPage | FirstStart | BringBackPage) -> None:
        assert self._start.path is not None
        self.page = page
        self.shell.setWindowTitle(phrase("window_title", store=self._start.path.name))
        self.shell.adopt(page)
        page.take_keyboard()

    def _sign_in(self, locked: Locked | None, notice: str = "") -> SignInPage:
        from crs_desktop.bootstrap.gate import GateOver
        from crs_desktop.staff.ui.sign_in import SignInPage

        assert self._start.path is not None
        known: tuple[str, ...] = ()
        bring_back: Callable[[], None] | None = None
        try:
            with suppress(EnvironmentFailure):  # whoever tries to sign in is told what is wrong with the slots
                known = names(self._start.path)
        except NotUnderstood:
            if locked is None:
                bring_back = self.show_bring_back
                notice = phrase("staff_ui_no_slots", store=self._start.path.name)
        page = SignInPage(
            self.tasks, GateOver(self._door), self.show_calculator, names=known, locked=locked, notice=notice,
            bring_back=bring_back,
        )  # fmt: skip
        page.let_in.connect(self._let_in)
        return page

    def _first_start(self, stands: Standing) -> FirstStart:
        from crs_desktop.bootstrap.gate import SetUpOver
        from crs_desktop.staff.ui.first_start import FirstStart
        from crs_desktop.staff.ui.handed import Days
        from crs_desktop.staff.ui.print_codes import print_codes

        plain = stands is Standing.PLAIN
        assert self._start.path is not None
        name = self._start.path.name
        page = FirstStart(
            self.tasks, SetUpOver(self._door), print_codes, kind="encrypt" if plain else "new", store=name,
            bring_back=None if plain else self.show_bring_back,
            notice=phrase("staff_ui_no_store", store=name) if stands is Standing.NO_STORE else "",
            calculator=self.show_calculator, days=None if plain else Days(self._zone(), self._start.clock.now),
        )  # fmt: skip
        page.made.connect(self._let_in)
        page.look_around.connect(self._look_around)
        return page

    def show_calculator(self) -> None:
        """Dose, vials and next time by hand: no patient, no store."""
        from crs_desktop.doses.ui.calculator import Calculator

        Calculator(self.shell, self._start.clock, self._zone()).open()

    def _zone(self) -> ZoneInfo:
        """The store's while it is open; it says nothing of its zone while it is locked."""
        from crs_desktop.command_line.zones import machine_zone, named_zone

        if self.desk is not None and self.desk.later.ready:
            return self.desk.house.zone
        return named_zone(self._start.zone) if self._start.zone else machine_zone()

    def _look_around(self) -> None:
        from crs_desktop.bootstrap.opening import DEMO_ACTOR

        self._start = replace(self._start, path=None, actor=DEMO_ACTOR)
        self._seat(None)

    def lock_after(self, minutes: int) -> None:
        """So many minutes without a touch lock from now on: as this site has stated."""
        self.idle.set_minutes(minutes)

    def watched(self) -> str:
        """What the system of this computer tells about locks and sleep."""
        return self.session.watched()

    # --- a desk ---

    def _let_in(self, ticket: object) -> None:
        assert isinstance(ticket, SignedIn)
        self._seat(ticket)

    def _seat(self, signed: SignedIn | None) -> None:
        """Somebody is in: their desk takes the shell."""
        from crs_desktop.bootstrap.main_window import Desk

        self._signed, self.page = signed, None
        self._give_back(signed)
        self.desk = Desk(self._start, self.shell, signed, self._told, None if signed is None else self)
        waiting = ", ".join(sorted({kind for kind, _ in drafts().waiting()}))
        if waiting:
            self.desk.complain(phrase("window_draft_waits", forms=waiting))
        left = () if signed is None else self.door.left_plain
        if left:
            self.desk.complain(phrase("window_left_plain", files=", ".join(left)))
        if self._trouble:
            self.desk.complain(self._trouble)
            self._trouble = ""
        if signed is not None:
            self.idle.start()
            self.session.start(self.shell)

    def went_back(self, said: str) -> None:
        """Another store lies in place of ours: its people may be others, and what was half typed is nobody's in it."""
        self.lock(WENT_BACK, said)
        self._kept.clear()

    def lock(self, cause: Cause | str = ASKED, notice: str = "") -> None:
        """Cover at once; then whatever was on its way is ended, the key dropped, and a backup made.

        With a notice nobody is waited for: whoever was here may not be known any more.
        """
        desk, signed = self.desk, self._signed
        if desk is None or signed is None:
            return
        self.idle.stop()
        zone = self._zone()
        self.desk = self._signed = None
        kept = self._keep(desk, signed)
        clipboard().clear_ours()
        desk.leave(self._lock_trouble)
        self.show_door(None if notice else self._locked(signed, kept, zone), notice)
        self.shell.repaint()
        self.session.locked()  # only now: a sleep that was held up for the cover goes on
        self.session.stop()
        self.tasks.run(partial(desk.end_work, str(cause)), self._ended, self.shell, "paper", self._not_ended)

    def _keep(self, desk: Desk, signed: SignedIn) -> bool:
        """Seal what is half typed. Whatever goes wrong with that, the desk is covered all the same."""
        try:
            draft = desk.typed()
        except Exception as error:
            self._lock_trouble(error)
            return False
        if draft is not None and signed.person_id is not None:
            self._kept[signed.person_id] = draft
        return draft is not None

    def _locks_soon(self, seconds: int) -> None:
        if self.desk is not None:
            self.desk.locks_soon(seconds)

    def _stays_open(self) -> None:
        if self.desk is not None:
            self.desk.stays_open()

    def _ended(self, _answer: None = None) -> None:
        """What a desk was made of knows each other in circles: the key would stay until somebody looked for those."""
        once(0, self.shell, _collect)

    def _not_ended(self, error: BaseException) -> None:
        self._lock_trouble(error)
        self._ended()

    def _lock_trouble(self, error: BaseException) -> None:
        """The desk is locked all the same; whoever comes in next is told what was left undone."""
        detail = error.finding if isinstance(error, EnvironmentFailure | NotPermitted) else None
        self._trouble = phrase("window_lock_trouble", detail=type(error).__name__ if detail is None else say(detail))
        if detail is None:
            self.presenter.present(error)

    def _give_back(self, signed: SignedIn | None) -> None:
        """What this person had typed before the lock waits for the form it belongs to."""
        from crs_desktop.staff.door.drafts import open_draft

        drafts().forget()
        if signed is None or signed.person_id is None:
            return
        sealed = self._kept.pop(signed.person_id, None)
        typed = None if sealed is None else open_draft(signed.keys, signed.person_id, sealed)
        if typed is not None:
            drafts().give_back(typed)

    def _locked(self, signed: SignedIn, kept: bool, zone: ZoneInfo) -> Locked:
        from crs_desktop.staff.ui.handed import Locked

        return Locked(signed.sign_in, signed.actor.name, self._start.clock.now(), zone, kept)


def _collect() -> None:
    gc.collect()


_FIRST = (Standing.NOTHING, Standing.PLAIN, Standing.NO_STORE)
