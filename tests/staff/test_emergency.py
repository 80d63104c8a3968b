"""Breaking the glass: what was given can always be recorded, nobody does it unseen, and it ends by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crs_desktop.kernel.actors import Actor
from crs_desktop.staff.commands import BreakGlass, ChangeRoles, EndPerson, LookOver, RenamePerson
from crs_desktop.staff.guard import EmergencyCodeGuard, MadeUpGuard
from crs_desktop.staff.model import Emergency
from crs_desktop.staff.rules import EMERGENCY_LASTS
from crs_desktop.staff.service import BrokenGlass, code_actor
from tests.staff.site import (
    ADMIN,
    AUDITOR,
    DESK,
    PHARMACIST,
    SECOND_PHARMACIST,
    TECHNICIAN,
    Desk,
    TurnedClock,
    actor,
    key,
    opened,
    signed_in,
    where,
    why,
)
from tests.store.pharmacy import NOW, rows

TOM, INES = actor(TECHNICIAN), actor(ADMIN)
IN_NEED = replace(TOM, role="emergency")
BY_CODE = Actor("Kim Night, by emergency code", "emergency", DESK)


def broken(desk: Desk, who: Actor = TOM, name: str = "Tom Tech") -> BrokenGlass:
    """Emergency access, given."""
    given = desk.book.break_glass(BreakGlass(key(), "pharmacist delayed, grade 3", name), who)
    assert isinstance(given, BrokenGlass), given
    return given


def test_that_a_technician_records_a_dose_after_breaking_the_glass_and_the_log_says_so(path: Path) -> None:
    with signed_in(path, TECHNICIAN) as desk:
        assert why(desk.write("log dose", TOM)) == "staff_not_permitted_emergency"
        given = broken(desk)
        assert (given.actor, given.until) == (IN_NEED, NOW + timedelta(hours=4))
        assert desk.book.actor(TECHNICIAN, DESK) == IN_NEED
        assert desk.write("log dose", IN_NEED) == {}
        assert rows(desk.store, "SELECT actor, role FROM change_log ORDER BY id DESC LIMIT 1") == [
            ("Tom Tech", "emergency")
        ]


def test_that_everything_is_recorded_as_emergency_while_it_runs(path: Path) -> None:
    with signed_in(path, TECHNICIAN) as desk:
        broken(desk)
        assert why(desk.write("receive lot", TOM)) == "staff_emergency_runs"
        assert desk.write("receive lot", IN_NEED) == {}
        assert desk.write("add place", IN_NEED) == {}  # what their own role may do stays theirs


@pytest.mark.parametrize("intent", ["state policy", "adopt therapy", "second check", "enrol person", "go back"])
def test_that_an_emergency_opens_only_what_the_bedside_needs(path: Path, intent: str) -> None:
    with signed_in(path, TECHNICIAN) as desk:
        broken(desk)
        assert why(desk.write(intent, IN_NEED)) == "staff_not_permitted"


def test_that_it_ends_by_itself_after_four_hours(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, TECHNICIAN, clock) as desk:
        broken(desk)
        clock.turn(hours=4, milliseconds=-1)
        assert desk.write("log dose", IN_NEED) == {}
        clock.turn(milliseconds=1)
        assert why(desk.write("log dose", IN_NEED)) == "staff_emergency_over"
        assert desk.write("receive lot", TOM) == {}
        assert timedelta(hours=4) == EMERGENCY_LASTS


def test_that_a_clock_set_back_before_its_beginning_does_not_prolong_it(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, TECHNICIAN, clock) as desk:
        broken(desk)
        clock.turn(hours=-1)
        assert why(desk.write("log dose", IN_NEED)) == "staff_emergency_over"


def test_that_it_ends_with_the_lock_and_with_the_next_sign_in(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, TECHNICIAN, clock) as desk:
        broken(desk)
        desk.book.record_lock(IN_NEED, "idle")
        assert why(desk.write("log dose", IN_NEED)) == "staff_emergency_over"
        broken(desk)
        assert desk.book.record_sign_in(TECHNICIAN, DESK) == TOM  # a desk that fell over never said that it locked
        assert why(desk.write("log dose", IN_NEED)) == "staff_emergency_over"
        assert rows(desk.store, "SELECT count(*) FROM person_events WHERE kind = 'glass ended'") == [(2,)]


def test_that_it_counts_at_its_own_desk_only(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, TECHNICIAN, clock) as desk, signed_in(path, TECHNICIAN, clock, "desk 2") as other:
        broken(desk)
        assert why(other.write("log dose", replace(IN_NEED, desk="desk 2"))) == "staff_emergency_over"
        other.book.record_lock(replace(TOM, desk="desk 2"), "asked")
        assert desk.write("log dose", IN_NEED) == {}


def test_that_it_is_nobody_else_s_at_the_same_desk(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, TECHNICIAN, clock) as desk, signed_in(path, AUDITOR, clock) as next_one:
        broken(desk)
        assert next_one.book.actor(AUDITOR, DESK) == actor(AUDITOR)
        assert why(next_one.write("log dose", replace(actor(AUDITOR), role="emergency"))) == "staff_emergency_over"
        with opened(path, EmergencyCodeGuard(clock, DESK), clock) as by_code:
            assert why(by_code.write("log dose", replace(BY_CODE, name="Tom Tech, by emergency code"))) == (
                "staff_emergency_over"
            )


def test_that_reason_and_own_name_are_typed(path: Path) -> None:
    with signed_in(path, TECHNICIAN) as desk:
        book, before = desk.book, desk.changes()
        assert where(book.break_glass(BreakGlass(key(), " ", ""), TOM)) == ["name", "reason"]
        assert why(book.break_glass(BreakGlass(key(), "x", "A. Weber"), TOM)) == "staff_other_name"
        assert why(book.break_glass(BreakGlass(key(), "x", "A. Weber"), actor(PHARMACIST))) == "staff_other_name"
        assert desk.changes() == before


def test_that_a_second_click_breaks_one_glass_and_a_second_glass_is_refused(path: Path) -> None:
    with signed_in(path, TECHNICIAN) as desk:
        command = BreakGlass(key(), "grade 3", "tom tech")
        assert desk.book.break_glass(command, TOM) == desk.book.break_glass(command, TOM)
        assert why(desk.book.break_glass(BreakGlass(key(), "x", "Tom Tech"), IN_NEED)) == "staff_emergency_runs"


def test_that_a_pharmacist_needs_none_and_who_has_ended_gets_none(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, PHARMACIST, clock) as desk:
        refused = desk.book.break_glass(BreakGlass(key(), "x", "A. Weber"), actor(PHARMACIST))
        assert why(refused) == "staff_emergency_needless"
    with signed_in(path, TECHNICIAN, clock) as desk, signed_in(path, ADMIN, clock, "desk 2") as office:
        broken(desk)
        office.book.end(EndPerson(key(), TECHNICIAN, "left"), actor(ADMIN, "desk 2"))
        assert why(desk.write("log dose", IN_NEED)) == "staff_ended"
        assert why(desk.book.break_glass(BreakGlass(key(), "x", "Tom Tech"), TOM)) == "staff_ended"


def test_that_who_came_by_the_code_acts_under_the_name_they_typed(path: Path, clock: TurnedClock) -> None:
    with opened(path, EmergencyCodeGuard(clock, DESK), clock) as desk:
        refused = desk.book.break_glass(BreakGlass(key(), "", ""), code_actor(DESK))
        assert where(refused) == ["name", "reason"]
        given = broken(desk, code_actor(DESK), "Kim Night")
        assert given.actor == BY_CODE
        assert desk.write("log dose", BY_CODE) == {}
        assert why(desk.write("log dose", replace(BY_CODE, name="A. Weber, by emergency code"))) == (
            "staff_emergency_over"
        )
        assert why(desk.write("log dose", replace(BY_CODE, name="A. Weber"))) == "staff_code_name"
        assert why(desk.write("state policy", BY_CODE)) == "staff_not_permitted"
        assert desk.book.record_lock(BY_CODE, "asked") == {}
        assert why(desk.write("log dose", BY_CODE)) == "staff_emergency_over"


def test_that_another_name_beside_the_code_is_another_access(path: Path, clock: TurnedClock) -> None:
    with opened(path, EmergencyCodeGuard(clock, DESK), clock) as desk:
        broken(desk, code_actor(DESK), "Kim Night")
        second = broken(desk, code_actor(DESK), "Lee Late")
        assert why(desk.write("log dose", BY_CODE)) == "staff_emergency_over"
        assert desk.write("log dose", second.actor) == {}


def look(desk: Desk, emergency_id: int, who: Actor, note: str = "three doses, all right") -> object:
    return desk.book.look_over(LookOver(key(), emergency_id, note), who)


def test_that_it_waits_on_the_list_until_somebody_else_has_looked_it_over(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, TECHNICIAN, clock) as desk:
        glass = broken(desk)
        desk.write("log dose", IN_NEED)
        clock.turn(minutes=20)
        desk.book.record_lock(IN_NEED, "idle")
        desk.write("receive lot", TOM)
    with signed_in(path, PHARMACIST, clock) as desk:
        (waiting,) = desk.book.picture().to_look_over
        assert (waiting.name, waiting.reason, waiting.began) == ("Tom Tech", "pharmacist delayed, grade 3", NOW)
        assert (waiting.ended, waiting.over_at(clock.now()), waiting.by_code) == (clock.now(), clock.now(), False)
        assert [done.intent for done in waiting.did] == ["log dose"]
        assert where(look(desk, glass.id, actor(PHARMACIST), "")) == ["note"]
        done = look(desk, glass.id, actor(PHARMACIST))
        assert isinstance(done, Emergency)
        assert (done.looked_over_by, done.note) == ("A. Weber", "three doses, all right")
        assert desk.book.picture().to_look_over == ()
        assert why(look(desk, glass.id, actor(PHARMACIST))) == "staff_emergency_looked_over"
        assert why(look(desk, 999, actor(PHARMACIST))) == "staff_emergency_unknown"


def test_that_nobody_looks_over_what_still_runs(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, TECHNICIAN, clock) as desk, signed_in(path, ADMIN, clock, "desk 2") as office:
        glass = broken(desk)
        assert why(look(office, glass.id, actor(ADMIN, "desk 2"))) == "staff_emergency_still"
        clock.turn(hours=4)
        assert office.book.picture().to_look_over[0].over_at(clock.now()) == glass.until
        assert isinstance(look(office, glass.id, actor(ADMIN, "desk 2")), Emergency)


def test_that_nobody_looks_over_their_own_emergency_under_any_role_or_name(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, ADMIN, clock) as desk:
        glass = broken(desk, INES, "Ines Admin")
        desk.book.record_lock(replace(INES, role="emergency"), "asked")
        desk.book.rename(RenamePerson(key(), ADMIN, "Ines Neu", "married"), INES)
        assert why(look(desk, glass.id, Actor("Ines Neu", "administrator", DESK))) == "staff_emergency_own"
    with opened(path, EmergencyCodeGuard(clock, DESK), clock) as desk:
        by_code = broken(desk, code_actor(DESK), "M.  OKAFOR")
        desk.book.record_lock(by_code.actor, "asked")
    with signed_in(path, SECOND_PHARMACIST, clock) as desk:
        assert why(look(desk, by_code.id, actor(SECOND_PHARMACIST))) == "staff_emergency_own"
    with signed_in(path, PHARMACIST, clock) as desk:
        assert isinstance(look(desk, by_code.id, actor(PHARMACIST)), Emergency)


def test_that_an_auditor_reads_the_list_and_ticks_nothing(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, TECHNICIAN, clock) as desk:
        glass = broken(desk)
        desk.book.record_lock(IN_NEED, "asked")
    with signed_in(path, AUDITOR, clock) as desk:
        assert len(desk.book.picture().to_look_over) == 1
        assert why(look(desk, glass.id, actor(AUDITOR))) == "staff_not_permitted"


def test_that_becoming_a_pharmacist_does_not_hide_what_was_done_before(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, TECHNICIAN, clock) as desk, signed_in(path, ADMIN, clock, "desk 2") as office:
        glass = broken(desk)
        desk.book.record_lock(IN_NEED, "asked")
        role = ChangeRoles(key(), TECHNICIAN, ("pharmacist",), "exam passed")
        office.book.change_roles(role, actor(ADMIN, "desk 2"))
        assert why(look(desk, glass.id, Actor("Tom Tech", "pharmacist", DESK))) == "staff_emergency_own"


def test_that_in_the_demo_the_one_who_took_it_does_not_look_it_over_either(path: Path, clock: TurnedClock) -> None:
    with opened(path, MadeUpGuard(), clock) as desk:
        made_up = Actor("Anybody", "technician", "demo desk")
        glass = broken(desk, made_up, "Anybody")
        clock.turn(hours=4)
        assert why(look(desk, glass.id, replace(made_up, role="pharmacist"))) == "staff_emergency_own"
        assert isinstance(look(desk, glass.id, Actor("Somebody", "pharmacist", "demo desk")), Emergency)
