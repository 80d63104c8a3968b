"""People come, change, go and return: everything appended, nobody locked out, nobody mistaken for another."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_desktop.kernel.errors import NotPermitted
from crs_desktop.staff.commands import ChangeRoles, EndPerson, EnrolPerson, FirstPerson, RenamePerson, TakeBackPerson
from crs_desktop.staff.guard import FirstStartGuard, RecoveryCodeGuard
from crs_desktop.staff.model import Happened, Person, Role
from crs_desktop.staff.service import recovery_actor
from tests.staff.site import (
    ADMIN,
    AUDITOR,
    DESK,
    PHARMACIST,
    TECHNICIAN,
    TurnedClock,
    actor,
    key,
    opened,
    signed_in,
    where,
    why,
    with_the_first,
)
from tests.store.made_up_keys import ANYBODY
from tests.store.pharmacy import NOW, new_pharmacy, rows

INES = actor(ADMIN)


def enrolment(**changed: object) -> EnrolPerson:
    """A new technician."""
    values: dict[str, object] = {"sign_in": "eva", "name": "Eva Novak", "roles": ("technician",), **changed}
    return EnrolPerson(key(), **values)  # type: ignore[arg-type]


def test_that_a_new_person_has_what_was_typed(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        made = desk.book.enrol(enrolment(roles=("technician", "pharmacist")), INES)
        roles = frozenset({Role.TECHNICIAN, Role.PHARMACIST})
        assert made == Person(6, "eva", "Eva Novak", roles, True, NOW, None)
        assert made.role == "pharmacist+technician"
        assert desk.book.person("EVA") == desk.book.person_of(6) == made
        assert desk.book.people()[-1] == made
        last = rows(desk.store, "SELECT actor, role, intent, subject, subject_id, action, after FROM change_log "
                                "ORDER BY id DESC LIMIT 1")  # fmt: skip
        assert last[0][:6] == ("Ines Admin", "administrator", "enrol person", "person", "6", "enrol")
        assert last[0][6] == '{"active":true,"name":"Eva Novak","roles":"pharmacist+technician","sign_in":"eva"}'


def test_that_every_mistake_of_an_enrolment_is_said_at_once_at_its_field(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        before = desk.changes()
        assert where(desk.book.enrol(enrolment(sign_in="", name=" ", roles=()), INES)) == ["sign_in", "name", "roles"]
        assert where(desk.book.enrol(enrolment(sign_in="WEBER", name="a. weber"), INES)) == ["sign_in", "name"]
        assert why(desk.book.enrol(enrolment(roles=("surgeon",)), INES)) == "staff_role_unknown"
        assert desk.changes() == before


@pytest.mark.parametrize("name", ["A. Weber", "a. WEBER", "A.  Weber", "Ａ. Weber"])
def test_that_no_two_people_bear_one_name(path: Path, name: str) -> None:
    with signed_in(path, ADMIN) as desk:
        assert why(desk.book.enrol(enrolment(name=name), INES)) == "staff_name_taken"
        assert why(desk.book.rename(RenamePerson(key(), TECHNICIAN, name, "typo"), INES)) == "staff_name_taken"


def test_that_neither_sign_in_nor_name_of_who_has_left_is_given_to_another(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        desk.book.rename(RenamePerson(key(), PHARMACIST, "A. Weber-Klein", "married"), INES)
        desk.book.end(EndPerson(key(), PHARMACIST, "left"), INES)
        assert why(desk.book.enrol(enrolment(sign_in="Weber"), INES)) == "staff_sign_in_taken"
        assert why(desk.book.enrol(enrolment(name="A. Weber-Klein"), INES)) == "staff_name_taken"
        assert why(desk.book.enrol(enrolment(name="A. Weber"), INES)) == "staff_name_taken"
        desk.book.take_back(TakeBackPerson(key(), PHARMACIST, "back"), INES)
        back = desk.book.rename(RenamePerson(key(), PHARMACIST, "A. Weber", "divorced"), INES)
        assert isinstance(back, Person) and back.name == "A. Weber"


def test_that_ending_and_returning_keep_the_whole_story(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, ADMIN, clock) as desk:
        clock.turn(days=1)
        gone = desk.book.end(EndPerson(key(), PHARMACIST, "left"), INES)
        assert isinstance(gone, Person) and not gone.active and gone.ended == clock.now() and gone.since == NOW
        clock.turn(days=1)
        desk.book.rename(RenamePerson(key(), PHARMACIST, "A. Klein", "married"), INES)
        found = desk.book.person("weber")
        assert found is not None and found.ended == gone.ended
        back = desk.book.take_back(TakeBackPerson(key(), PHARMACIST, "back"), INES)
        assert isinstance(back, Person) and back.active and back.ended is None and back.roles == gone.roles
        kinds = [event.kind for event in desk.book.events(PHARMACIST)]
        assert kinds == [Happened.RETURNED, Happened.RENAMED, Happened.ENDED, Happened.ENROLLED]
        assert [event.reason for event in desk.book.events(PHARMACIST)] == ["back", "married", "left", ""]


def test_that_nothing_is_written_that_changes_nothing(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        before = desk.changes()
        book = desk.book
        assert why(book.change_roles(ChangeRoles(key(), AUDITOR, ("auditor",), "x"), INES)) == "staff_nothing_changed"
        assert why(book.rename(RenamePerson(key(), AUDITOR, "Olu Audit", "x"), INES)) == "staff_nothing_changed"
        assert why(book.take_back(TakeBackPerson(key(), AUDITOR, "x"), INES)) == "staff_is_here"
        assert why(book.end(EndPerson(key(), 77, "x"), INES)) == "staff_person_unknown"
        assert desk.changes() == before
        book.end(EndPerson(key(), AUDITOR, "left"), INES)
        assert why(book.end(EndPerson(key(), AUDITOR, "left"), INES)) == "staff_ended"


def test_that_every_change_of_a_person_wants_its_reason(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        assert where(desk.book.change_roles(ChangeRoles(key(), AUDITOR, (), " "), INES)) == ["roles", "reason"]
        assert where(desk.book.rename(RenamePerson(key(), AUDITOR, "", ""), INES)) == ["name", "reason"]
        assert where(desk.book.end(EndPerson(key(), AUDITOR, ""), INES)) == ["reason"]
        assert where(desk.book.take_back(TakeBackPerson(key(), AUDITOR, ""), INES)) == ["reason"]


def test_that_the_last_administrator_neither_ends_nor_steps_down(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        book = desk.book
        assert why(book.end(EndPerson(key(), ADMIN, "x"), INES)) == "staff_last_administrator"
        down = ChangeRoles(key(), ADMIN, ("pharmacist",), "x")
        assert why(book.change_roles(down, INES)) == "staff_last_administrator"
        book.change_roles(ChangeRoles(key(), AUDITOR, ("auditor", "administrator"), "second"), INES)
        book.end(EndPerson(key(), AUDITOR, "left"), INES)
        assert why(book.end(EndPerson(key(), ADMIN, "x"), INES)) == "staff_last_administrator"
        book.take_back(TakeBackPerson(key(), AUDITOR, "back"), INES)
        gone = book.end(EndPerson(key(), ADMIN, "retired"), INES)
        assert isinstance(gone, Person) and not gone.active


def test_that_the_first_person_is_an_administrator(tmp_path: Path, clock: TurnedClock) -> None:
    new_pharmacy(tmp_path / "t.crs").close()
    with opened(tmp_path / "t.crs", FirstStartGuard(), clock) as desk:
        begin = desk.book.begin
        assert why(begin(FirstPerson("a", "eva", "Eva", ("pharmacist",)), DESK)) == "staff_first_administrator"
        assert where(begin(FirstPerson("a", "e", "", ()), DESK)) == ["sign_in", "name", "roles"]
        assert not desk.book.begun()


def test_that_the_book_itself_begins_once_whatever_the_guard_says(path: Path, clock: TurnedClock) -> None:
    with opened(path, ANYBODY, clock) as desk:
        assert why(desk.book.begin(FirstPerson("x", "eve", "Eve", ("administrator",)), DESK)) == "staff_begun"


def test_that_a_second_click_enrols_once(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        command = enrolment()
        assert desk.book.enrol(command, INES) == desk.book.enrol(command, INES)
        assert len(desk.book.people()) == 6


def test_that_signing_in_and_locking_are_kept_with_desk_and_misses(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, AUDITOR, clock) as desk:
        assert desk.book.record_sign_in(AUDITOR, DESK, 3) == actor(AUDITOR)
        clock.turn(minutes=5)
        assert desk.book.record_lock(actor(AUDITOR), "idle") == {}
        locked, signed, _ = desk.book.events(AUDITOR)
        assert (locked.kind, locked.reason, locked.desk) == (Happened.LOCKED, "idle", DESK)
        assert (signed.kind, signed.misses, signed.desk, signed.at) == (Happened.SIGNED_IN, 3, DESK, NOW)
        assert desk.book.picture().last_sign_in == {AUDITOR: NOW}


def test_that_a_password_set_by_another_must_be_changed(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, ADMIN, clock) as desk:
        assert desk.book.record_password(TECHNICIAN, INES) == {"person": TECHNICIAN}
        assert desk.book.must_choose_a_password(TECHNICIAN)
        assert desk.book.picture().temporary == {TECHNICIAN}
        assert why(desk.book.record_own_password(TECHNICIAN, INES)) == "staff_not_yours"
        desk.book.end(EndPerson(key(), AUDITOR, "left"), INES)
        assert why(desk.book.record_password(AUDITOR, INES)) == "staff_ended"
        assert why(desk.book.record_freed(77, INES)) == "staff_person_unknown"
    with signed_in(path, TECHNICIAN, clock) as desk:
        assert desk.book.record_own_password(TECHNICIAN, actor(TECHNICIAN)) == {"person": TECHNICIAN}
        assert not desk.book.must_choose_a_password(TECHNICIAN)
        assert not desk.book.must_choose_a_password(AUDITOR)


def test_that_new_codes_are_remembered_with_their_day(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, ADMIN, clock) as desk:
        assert desk.book.picture().recovery_made is None
        desk.book.record_code(True, INES)
        clock.turn(hours=1)
        desk.book.record_code(False, INES)
        picture = desk.book.picture()
        assert (picture.recovery_made, picture.emergency_made, picture.may_manage) == (NOW, clock.now(), True)
    with opened(path, RecoveryCodeGuard(), clock) as desk:
        desk.book.record_code(True, recovery_actor(DESK))
        assert desk.book.picture().recovery_made == clock.now()


def test_that_the_list_of_people_is_not_for_everybody(path: Path) -> None:
    with signed_in(path, TECHNICIAN) as desk:
        for ask in (desk.book.people, desk.book.picture, lambda: desk.book.events(PHARMACIST)):
            with pytest.raises(NotPermitted):
                ask()
    with signed_in(path, AUDITOR) as desk:
        assert not desk.book.picture().may_manage


def test_that_what_the_first_person_did_is_in_the_log_under_their_name(tmp_path: Path) -> None:
    with signed_in(with_the_first(tmp_path / "t.crs"), ADMIN) as desk:
        last = rows(desk.store, "SELECT actor, role, intent, desk FROM change_log ORDER BY id DESC LIMIT 1")
        assert last == [("Ines Admin", "administrator", "begin people", DESK)]
