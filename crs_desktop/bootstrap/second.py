"""Who can be asked as the second person at this desk, and the step that asks them, handed to pages that need one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_desktop.desktop.tasks import Tasks
from crs_desktop.staff.door.proving import prover_at
from crs_desktop.staff.door.standing import names
from crs_desktop.staff.signing.model import Prover
from crs_desktop.staff.signing.service import SecondCheckBook, made_up_second, nobody_second
from crs_desktop.staff.ui.second_person import AskSecondPerson

if TYPE_CHECKING:
    from crs_desktop.house import House
    from crs_desktop.staff.door.entering import Door


def prover_of(house: House, door: Door | None) -> Prover:
    """By password at the door of the store; in the demo somebody made up; without a door nobody."""
    if house.demo:
        return made_up_second(house.clock)
    return nobody_second() if door is None else prover_at(door, house.staff, house.clock)


def second_person(tasks: Tasks, house: House, prover: Prover) -> AskSecondPerson:
    """The step of the second person over this store."""
    book = SecondCheckBook(house.store, house.zone)
    return AskSecondPerson(tasks, prover, lambda: () if prover.made_up else names(house.path), book.alone_now)
