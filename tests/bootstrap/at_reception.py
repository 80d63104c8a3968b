"""A made-up pharmacy with two people and real slots, and somebody at its real window."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtWidgets import QAbstractItemView, QApplication

from crs_desktop.bootstrap.main_window import Desk
from crs_desktop.bootstrap.opening import Start
from crs_desktop.bootstrap.reception import Reception
from crs_desktop.bootstrap.services import open_house
from crs_desktop.desktop.page import Page
from crs_desktop.desktop.shell import open_shell
from crs_desktop.desktop.watch.idle import Ticks
from crs_desktop.doses.ui.record_dialog import DoseDialog
from crs_desktop.house import House
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.staff.commands import EnrolPerson, FirstPerson
from crs_desktop.staff.guard import FirstStartGuard, SignedInGuard
from crs_desktop.staff.model import Person as Enrolled
from crs_desktop.staff.ui.sign_in import SignInPage
from crs_desktop.store.guard import Guard
from crs_desktop.store.keys.codes import new_code
from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.keys.slots import SlotKind, first_file
from crs_desktop.store.keys.slots_file import write_slots
from tests.journeys.desk import NOW, Person, pause, wait_until
from tests.store.keys.cheap import OKAFOR, STORE_ID, WEBER, person, printed
from tests.store.made_up_keys import KEYS, OTHER_AUDIT

Kind = TypeVar("Kind")
DESK = "desk 1"
PASSWORDS = {"weber": WEBER, "berg": OKAFOR}
NAMES = {"weber": "A. Weber", "berg": "B. Berg"}
WHO = "Lindqvist, Karin"


def with_people(path: Path) -> Path:
    """The store gets two pharmacists, the first of them its administrator, and their slots."""
    with services(path, FirstStartGuard()) as house:
        first = FirstPerson("first", "weber", NAMES["weber"], ("pharmacist", "administrator"))
        assert isinstance(house.staff.begin(first, DESK), Enrolled)
    with services(path) as house:
        admin = Actor(NAMES["weber"], "pharmacist+administrator", DESK)
        second = EnrolPerson(uuid4().hex, "berg", NAMES["berg"], ("pharmacist",))
        assert isinstance(house.staff.enrol(second, admin), Enrolled)
    own = [person("weber", 1, WEBER), person("berg", 2, OKAFOR)]
    write_slots(path, first_file(STORE_ID, [*own, printed(new_code(SlotKind.RECOVERY))]))
    return path


@contextmanager
def services(path: Path, guard: Guard | None = None) -> Iterator[House]:
    """The store as another desk, or somebody afterwards, sees it."""
    clock = StatedClock(NOW)
    house = open_house(path, clock, ChangeFeed(), KEYS, guard or SignedInGuard(1, clock, DESK))
    try:
        yield house
    finally:
        house.close()


class AtReception:
    """Somebody in front of one window."""

    def __init__(self, reception: Reception) -> None:
        self.reception = reception

    @property
    def desk(self) -> Desk:
        """The desk they are at."""
        assert self.reception.desk is not None
        return self.reception.desk

    @property
    def page(self) -> SignInPage:
        """The page of the door."""
        assert isinstance(self.reception.page, SignInPage)
        return self.reception.page

    def try_to_sign_in(self, name: str, password: str) -> None:
        """Type both and press Enter."""
        page = self.page
        page.name.set_value(name)
        page.password.set_value(password)
        page.sign_in_panel.submit()

    def sign_in(self, name: str = "weber") -> Desk:
        """In, until the board lives."""
        self.try_to_sign_in(name, PASSWORDS[name])
        wait_until(lambda: self.reception.desk is not None, "the desk")
        wait_until(lambda: self.desk.board.live, "the live board")
        return self.desk

    def lock(self) -> float:
        """Lock by hand; how long it took until everything was covered."""
        began = time.monotonic()
        self.reception.lock()
        return time.monotonic() - began

    def rest(self) -> float:
        """Wait until what the lock left to do is done; how long that took."""
        began = time.monotonic()
        wait_until(lambda: self.reception.tasks.running == 0, "the end of the work")
        pause(50)  # what is collected after it
        return time.monotonic() - began

    def dose_form(self) -> DoseDialog:
        """The form of a dose for a patient of the story, opened by keys."""
        person = Person(self.desk)
        person.choose_row(WHO)
        person.ctrl("D")
        return person.dialog(DoseDialog)


@contextmanager
def reception_over(path: Path, ticks: Ticks | None = None) -> Iterator[AtReception]:
    """The window over this store, closed at the end as a person would."""
    sweep_up_after_others()
    _app, shell = open_shell(["crs_desktop"], "crs_desktop")
    shell.resize(1240, 800)
    start = Start(path, StatedClock(NOW), None, 0, Actor("x", "pharmacist", DESK))
    reception = Reception(start, shell, ticks=ticks)
    try:
        yield AtReception(reception)
    finally:
        shell.close()
        reception.close()
        shell.deleteLater()
        pause(1)
        gc.collect()


# --- what is still there ---

_of_others: list[object] = []


def sweep_up_after_others() -> None:
    """Pages and models of tests before this one do not count: a start freezes what was not yet collected of them."""
    _of_others.clear()
    gc.unfreeze()
    _of_others.extend([*pages_alive(), *models_alive()])


def _ours(found: list[Kind]) -> list[Kind]:
    return [one for one in found if not any(one is other for other in _of_others)]


def keys_alive() -> list[StoreKeys]:
    """Keys of the made-up store in memory, but for the constants of the tests."""
    gc.collect()
    return keys_not_collected()


def keys_not_collected() -> list[StoreKeys]:
    """The same, without a search for unreachable objects first."""
    found = [one for one in gc.get_objects() if type(one) is StoreKeys and one.data == KEYS.data]
    return [one for one in found if one is not KEYS and one is not OTHER_AUDIT]


def pages_alive() -> list[Page]:
    """Pages of a desk, also those already destroyed but still held."""
    gc.collect()
    return _ours([one for one in gc.get_objects() if isinstance(one, Page)])


def models_alive() -> list[QAbstractItemModel]:
    """Models of tables, also those already destroyed but still held."""
    gc.collect()
    return _ours([one for one in gc.get_objects() if isinstance(one, QAbstractItemModel)])


def connections(store: Path) -> list[str]:
    """What this process holds open of the store."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if target.startswith(str(store)):
            found.append(target)
    return found


def said_on_screen() -> str:
    """Every text of every visible widget, for those who see and for those who are read to."""
    said: list[str] = []
    for one in QApplication.allWidgets():
        if one.isVisible():
            about = one.metaObject()
            said += [str(one.property(about.property(at).name())) for at in range(about.propertyCount())]
            if isinstance(one, QAbstractItemView) and one.model() is not None:
                said += _in_model(one.model())
    return "\n".join(said)


def _in_model(model: QAbstractItemModel) -> list[str]:
    return [
        str(model.index(row, column).data() or "")
        for row in range(model.rowCount())
        for column in range(model.columnCount())
    ]


def resident_mb() -> float:
    """How much memory this process occupies."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
