"""The doorkeepers at a real store: who is looked up anew for each act, and whose name nobody else can write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.errors import NotPermitted
from crs_desktop.staff.commands import PROGRAM_NAME, ChangeRoles, EndPerson, FirstPerson, RenamePerson, TakeBackPerson
from crs_desktop.staff.guard import EmergencyCodeGuard, FirstStartGuard, MadeUpGuard, RecoveryCodeGuard, SignedInGuard
from crs_desktop.staff.model import Person
from crs_desktop.staff.service import code_actor, recovery_actor
from crs_desktop.store.guard import Guard
from crs_desktop.store.store import PROGRAM
from tests.staff.site import (
    ADMIN,
    AUDITOR,
    DESK,
    PHARMACIST,
    TECHNICIAN,
    Desk,
    TurnedClock,
    actor,
    key,
    opened,
    signed_in,
    why,
    with_the_first,
)
from tests.store.pharmacy import new_pharmacy

WEBER = actor(PHARMACIST)


def seen(desk: Desk, operation: str) -> str:
    """'' when it may be seen, else why not."""
    try:
        desk.store.demand(operation)
    except NotPermitted as refused:
        return refused.finding.code
    return ""


def test_that_a_pharmacist_writes_in_their_own_name_and_in_no_other(path: Path) -> None:
    with signed_in(path, PHARMACIST) as desk:
        assert desk.write("log dose", WEBER) == {}
        before = desk.changes()
        for name in ("M. Okafor", "Ines Admin", "a. weber", "A. Weber ", "Nobody"):
            assert why(desk.write("log dose", replace(WEBER, name=name))) == "staff_other_name"
        assert desk.changes() == before


def test_that_a_role_or_a_desk_that_is_not_true_does_not_reach_the_log(path: Path) -> None:
    with signed_in(path, PHARMACIST) as desk:
        assert why(desk.write("log dose", replace(WEBER, role="pharmacist+administrator"))) == "staff_roles_stale"
        assert why(desk.write("log dose", replace(WEBER, role="emergency"))) == "staff_emergency_over"
        assert why(desk.write("log dose", replace(WEBER, desk="desk 9"))) == "staff_other_desk"


def test_that_stating_another_role_gives_no_right(path: Path) -> None:
    with signed_in(path, TECHNICIAN) as desk:
        for role in ("pharmacist", "program", "emergency", "recovery"):
            assert why(desk.write("log dose", Actor("Tom Tech", role, DESK))).startswith("staff_")
        assert why(desk.write("log dose", actor(TECHNICIAN))) == "staff_not_permitted_emergency"
        assert why(desk.write("state policy", actor(TECHNICIAN))) == "staff_not_permitted"


def test_that_an_intent_in_no_table_is_refused_for_everybody(path: Path, clock: TurnedClock) -> None:
    guards: list[tuple[Guard, Actor]] = [
        *((SignedInGuard(who, clock, DESK), actor(who)) for who in (ADMIN, PHARMACIST, TECHNICIAN, AUDITOR)),
        (MadeUpGuard(), WEBER), (RecoveryCodeGuard(), recovery_actor(DESK)), (SignedInGuard(1, clock, DESK), PROGRAM),
    ]  # fmt: skip
    for guard, who in guards:
        with opened(path, guard, clock) as desk:
            assert why(desk.write("note", who)) == "staff_right_unknown"
            assert seen(desk, "everything") == "staff_right_unknown"


def test_that_the_program_may_its_few_acts_under_every_guard_and_no_other(path: Path, clock: TurnedClock) -> None:
    assert PROGRAM.name == PROGRAM_NAME
    guards: list[Guard] = [
        SignedInGuard(AUDITOR, clock, DESK), MadeUpGuard(), RecoveryCodeGuard(), FirstStartGuard(),
        EmergencyCodeGuard(clock, DESK),
    ]  # fmt: skip
    for guard in guards:
        with opened(path, guard, clock) as desk:
            desk.store.state_facts({"kind": "pharmacy"})
            assert desk.write("take in old paper", PROGRAM) == {}
            for intent in ("log dose", "enrol person", "go back", "sign in", "break glass", "begin people"):
                assert why(desk.write(intent, PROGRAM)).startswith("staff_")


def test_that_a_person_cannot_act_as_the_program(path: Path) -> None:
    with signed_in(path, AUDITOR) as desk:
        assert why(desk.write("take in old paper", actor(AUDITOR))) == "staff_for_nobody"
        assert why(desk.write("take in old paper", replace(PROGRAM, desk=DESK))) == "staff_other_name"


def test_that_a_role_taken_away_counts_at_once_on_a_desk_that_is_signed_in(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, PHARMACIST, clock) as desk, signed_in(path, ADMIN, clock, "desk 2") as office:
        assert desk.write("log dose", WEBER) == {}
        assert seen(desk, "see history") == ""
        changed = office.book.change_roles(
            ChangeRoles(key(), PHARMACIST, ("technician",), "moved"), actor(ADMIN, "desk 2")
        )
        assert isinstance(changed, Person)
        assert why(desk.write("log dose", WEBER)) == "staff_roles_stale"
        assert why(desk.write("log dose", replace(WEBER, role="technician"))) == "staff_not_permitted_emergency"
        assert seen(desk, "see history") == "staff_not_permitted"


def test_that_a_role_given_counts_after_the_desk_has_asked_who_it_is(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, TECHNICIAN, clock) as desk, signed_in(path, ADMIN, clock, "desk 2") as office:
        both = ChangeRoles(key(), TECHNICIAN, ("technician", "pharmacist"), "exam passed")
        assert isinstance(office.book.change_roles(both, actor(ADMIN, "desk 2")), Person)
        now = desk.book.actor(TECHNICIAN, DESK)
        assert now == Actor("Tom Tech", "pharmacist+technician", DESK)
        assert desk.write("log dose", now) == {}


def test_that_an_end_counts_at_once_and_still_lets_the_desk_lock(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, PHARMACIST, clock) as desk, signed_in(path, ADMIN, clock, "desk 2") as office:
        office.book.end(EndPerson(key(), PHARMACIST, "left"), actor(ADMIN, "desk 2"))
        assert why(desk.write("log dose", WEBER)) == "staff_ended"
        assert seen(desk, "see history") == "staff_ended"
        assert why(desk.book.actor(PHARMACIST, DESK)) == "staff_ended"
        assert why(desk.book.record_sign_in(PHARMACIST, DESK)) == "staff_ended"
        assert desk.book.record_lock(WEBER, "asked") == {}
        office.book.take_back(TakeBackPerson(key(), PHARMACIST, "back"), actor(ADMIN, "desk 2"))
        assert desk.write("log dose", WEBER) == {}


def test_that_the_name_before_a_change_writes_nothing_more(path: Path, clock: TurnedClock) -> None:
    with signed_in(path, PHARMACIST, clock) as desk, signed_in(path, ADMIN, clock, "desk 2") as office:
        office.book.rename(RenamePerson(key(), PHARMACIST, "A. Weber-Klein", "married"), actor(ADMIN, "desk 2"))
        assert why(desk.write("log dose", WEBER)) == "staff_other_name"
        assert desk.write("log dose", Actor("A. Weber-Klein", "pharmacist", DESK)) == {}


def test_that_somebody_who_is_in_no_table_does_nothing(path: Path) -> None:
    with signed_in(path, 77) as desk:
        assert why(desk.write("log dose", WEBER)) == "staff_person_unknown"
        assert why(desk.book.actor(77, DESK)) == "staff_person_unknown"
        assert why(desk.book.record_sign_in(77, DESK)) == "staff_person_unknown"
        assert seen(desk, "see history") == "staff_person_unknown"


def test_that_who_may_go_back_is_let_through_once_in_a_store_that_does_not_know_them(
    path: Path, clock: TurnedClock
) -> None:
    earlier = path.with_name("earlier.crs")
    new_pharmacy(earlier).close()
    with signed_in(path, ADMIN, clock) as desk, opened(earlier, SignedInGuard(ADMIN, clock, DESK), clock) as then:
        assert why(then.write("go back", actor(ADMIN))) == "staff_person_unknown"
        guard = SignedInGuard(ADMIN, clock, DESK)
        with desk.store.read() as session:
            assert guard.may_see(session, "go back") is None
        with then.store.read() as session:
            assert guard.may(session, replace(actor(ADMIN), name="Somebody"), "go back") is not None
            assert guard.may(session, actor(ADMIN), "log dose") is not None
            assert guard.may(session, actor(ADMIN), "go back") is None
            assert guard.may(session, actor(ADMIN), "go back") is not None


@pytest.mark.parametrize("who", [PHARMACIST, TECHNICIAN, AUDITOR])
def test_that_asking_whether_one_may_go_back_gives_nothing_to_who_may_not(path: Path, who: int) -> None:
    with signed_in(path, who) as desk:
        assert seen(desk, "go back") == "staff_not_permitted"
        assert why(desk.write("go back", actor(who))) == "staff_not_permitted"


def test_that_in_a_store_without_people_nothing_can_be_done_but_name_the_first(tmp_path: Path) -> None:
    new_pharmacy(tmp_path / "t.crs").close()
    with opened(tmp_path / "t.crs", FirstStartGuard(), TurnedClock()) as desk:
        assert why(desk.write("log dose", WEBER)) == "staff_nobody_yet"
        assert seen(desk, "see people") == "staff_nobody_yet"
        assert not desk.book.begun()
        first = FirstPerson("f", "ines", "Ines Admin", ("administrator", "pharmacist"))
        assert isinstance(desk.book.begin(first, DESK), Person)
        assert desk.book.begun()
        again = FirstPerson("g", "eve", "Eve", ("administrator",))
        assert why(desk.book.begin(again, DESK)) == "staff_nobody_yet"


def test_that_nobody_begins_a_store_in_which_there_are_people(tmp_path: Path, clock: TurnedClock) -> None:
    path = with_the_first(tmp_path / "t.crs")
    eve = FirstPerson("g", "eve", "Eve", ("administrator",))
    guards: list[Guard] = [FirstStartGuard(), SignedInGuard(ADMIN, clock, DESK), RecoveryCodeGuard(), MadeUpGuard()]
    for guard in guards:
        with opened(path, guard, clock) as desk:
            assert why(desk.book.begin(eve, DESK)).startswith("staff_")
            assert desk.book.person("eve") is None


def test_that_the_recovery_code_lets_people_in_and_writes_no_record(path: Path, clock: TurnedClock) -> None:
    with opened(path, RecoveryCodeGuard(), clock) as desk:
        who = recovery_actor(DESK)
        assert desk.book.record_own_password(ADMIN, who) == {"person": ADMIN}
        assert desk.book.record_freed(PHARMACIST, who) == {"person": PHARMACIST}
        assert len(desk.book.people()) == 5
        assert why(desk.write("log dose", who)) == "staff_not_permitted_emergency"
        assert why(desk.write("set password", WEBER)) == "staff_other_name"
        assert seen(desk, "see history") == "staff_not_permitted"


def test_that_the_emergency_code_alone_opens_nothing_before_a_name_and_a_reason(
    path: Path, clock: TurnedClock
) -> None:
    with opened(path, EmergencyCodeGuard(clock, DESK), clock) as desk:
        assert why(desk.write("log dose", WEBER)) == "staff_code_name"
        assert why(desk.write("log dose", code_actor(DESK))) == "staff_emergency_over"
        assert why(desk.write("log dose", replace(code_actor(DESK), desk="x"))) == "staff_other_desk"
        assert seen(desk, "see people") == "staff_not_permitted"


def test_that_the_demo_asks_the_role_that_the_actor_states(path: Path, clock: TurnedClock) -> None:
    with opened(path, MadeUpGuard(), clock) as desk:
        assert desk.write("log dose", Actor("Anybody")) == {}
        assert why(desk.write("log dose", Actor("Anybody", "technician"))) == "staff_not_permitted_emergency"
        assert desk.write("log dose", Actor("Anybody", "technician+pharmacist")) == {}
        assert seen(desk, "see history") == ""
    with opened(path, MadeUpGuard("technician"), clock) as desk:
        assert seen(desk, "see history") == "staff_not_permitted"
