"""Going back with people: asked before the exchange, noted under the true name, and then the desk obeys nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crs_desktop.backups.model import WORD, GoBack, WentBack
from crs_desktop.bootstrap.services import open_house
from crs_desktop.house import House
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.staff.commands import EnrolPerson
from crs_desktop.staff.guard import MadeUpGuard, SignedInGuard
from crs_desktop.staff.model import Person
from crs_desktop.staff.service import StaffBook
from tests.staff.site import ADMIN, DESK, PHARMACIST, TurnedClock, actor, key, why
from tests.store.made_up_keys import KEYS
from tests.store.pharmacy import ZONE, rows

LATER = 6


@contextmanager
def desk_of(path: Path, person_id: int) -> Iterator[House]:
    """Every service, for somebody who is signed in."""
    clock = TurnedClock()
    house = open_house(path, clock, ChangeFeed(), KEYS, SignedInGuard(person_id, clock, DESK), ZONE)
    try:
        yield house
    finally:
        house.close()


def test_that_an_administrator_whom_the_earlier_store_does_not_know_goes_back_under_their_name(path: Path) -> None:
    with desk_of(path, ADMIN) as house:
        backup = house.backups.back_up()
        assert backup is not None
        eva = EnrolPerson(key(), "eva", "Eva Novak", ("administrator",))
        made = StaffBook(house.store, ZONE).enrol(eva, actor(ADMIN))
        assert isinstance(made, Person) and made.id == LATER
    with desk_of(path, LATER) as house:
        who = Actor("Eva Novak", "administrator", DESK)
        assert isinstance(house.backups.go_back(GoBack(key(), backup.name, WORD), who), WentBack)
        last = rows(house.store, "SELECT actor, role, intent FROM change_log ORDER BY id DESC LIMIT 1")
        assert last == [("Eva Novak", "administrator", "go back")]
        book = StaffBook(house.store, ZONE)
        assert why(book.enrol(EnrolPerson(key(), "x2", "X", ("auditor",)), who)) == "staff_person_unknown"
        assert why(house.backups.go_back(GoBack(key(), backup.name, WORD), who)) == "staff_person_unknown"
        assert why(book.actor(LATER, DESK)) == "staff_person_unknown"


def test_that_the_demo_goes_back_and_says_so(path: Path) -> None:
    clock = TurnedClock()
    house = open_house(path, clock, ChangeFeed(), KEYS, MadeUpGuard(), ZONE)
    try:
        backup = house.backups.back_up()
        assert backup is not None
        made_up = Actor("Anybody", "pharmacist", "demo desk")
        assert isinstance(house.backups.go_back(GoBack(key(), backup.name, WORD), made_up), WentBack)
        last = rows(house.store, "SELECT actor, intent FROM change_log ORDER BY id DESC LIMIT 1")
        assert last == [("Anybody", "go back")]
    finally:
        house.close()


def test_that_a_pharmacist_does_not_go_back_and_nothing_is_exchanged(path: Path) -> None:
    with desk_of(path, ADMIN) as house:
        backup = house.backups.back_up()
        assert backup is not None
        StaffBook(house.store, ZONE).record_code(True, actor(ADMIN))
    with desk_of(path, PHARMACIST) as house:
        before = rows(house.store, "SELECT count(*), max(mac) FROM change_log")
        refused = house.backups.go_back(GoBack(key(), backup.name, WORD), actor(PHARMACIST))
        assert why(refused) == "staff_not_permitted"
        assert rows(house.store, "SELECT count(*), max(mac) FROM change_log") == before
        assert house.backups.picture().paused_since is None
