"""How long an untouched screen stays open: stated by an administrator with a reason, never outside 1 to 15."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from crs_desktop.desktop.watch import idle
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.staff import acts
from crs_desktop.staff.commands import StateLockMinutes
from crs_desktop.staff.model import LOCK_LEAST, LOCK_MOST, LOCK_USUAL, LockAfter
from crs_desktop.store.store import Request, Result, Writing
from tests.staff.site import ADMIN, AUDITOR, DESK, PHARMACIST, TECHNICIAN, Desk, actor, key, signed_in, why
from tests.store.pharmacy import NOW, rows

STATED = "SELECT minutes, reason, actor FROM person_events WHERE minutes IS NOT NULL ORDER BY id"


def state(desk: Desk, minutes: str, reason: str = "one shared room", who: int = ADMIN) -> int | Refused:
    return desk.book.state_lock_minutes(StateLockMinutes(key(), minutes, reason), actor(who))


def test_that_it_is_five_minutes_until_somebody_says_otherwise(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        assert desk.book.lock_minutes() == 5
        assert desk.book.picture().lock == LockAfter(5)


def test_that_the_log_says_who_when_before_and_after_and_every_statement_stays(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        assert state(desk, "10") == 10
        assert state(desk, " 2 ", "a corridor") == 2
        assert desk.book.lock_minutes() == 2
        assert desk.book.picture().lock == LockAfter(2, "Ines Admin", NOW, "a corridor")
        assert rows(desk.store, STATED) == [(10, "one shared room", "Ines Admin"), (2, "a corridor", "Ines Admin")]
        logged = rows(
            desk.store,
            "SELECT actor, role, desk, subject, before, after, reason FROM change_log "
            "WHERE intent = 'state lock minutes' ORDER BY id DESC LIMIT 1",
        )
        assert logged == [
            ("Ines Admin", "administrator", DESK, "store", '{"minutes":10}', '{"minutes":2}', "a corridor")
        ]


@pytest.mark.parametrize("statement", ["UPDATE person_events SET minutes = 15", "DELETE FROM person_events"])
def test_that_a_statement_can_be_neither_changed_nor_taken_out(path: Path, statement: str) -> None:
    with signed_in(path, ADMIN) as desk:
        state(desk, "10")

        def work(writing: Writing) -> Result:
            writing.session.execute(text(statement))
            return {}

        with pytest.raises(EnvironmentFailure) as caught:
            desk.store.perform(Request(key(), "state lock minutes", {}), actor(ADMIN), [], work)
        assert "person_events is append-only" in str(caught.value.__cause__)


@pytest.mark.parametrize("typed", ["0", "16", "-1", "5.5", "", "five", "99999999999999999999", "٥"])
def test_that_nothing_outside_one_to_fifteen_is_accepted_and_it_is_said_in_words(path: Path, typed: str) -> None:
    with signed_in(path, ADMIN) as desk:
        before = desk.changes()
        refused = state(desk, typed)
        assert why(refused) == "staff_lock_minutes" and isinstance(refused, Refused)
        assert refused.findings[0].field == "minutes" and "1 to 15 whole minutes" in say(refused.findings[0])
        assert (desk.changes(), desk.book.lock_minutes()) == (before, 5)


def test_that_both_ends_may_be_chosen(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        assert [state(desk, "1"), state(desk, "15")] == [1, 15]


@pytest.mark.parametrize("minutes", [0, 16])
def test_that_the_table_itself_holds_nothing_else(path: Path, minutes: int) -> None:
    with signed_in(path, ADMIN) as desk:
        with pytest.raises(EnvironmentFailure) as caught:
            desk.store.perform(
                Request(key(), "state lock minutes", {}), actor(ADMIN), [],
                lambda writing: acts.state_lock_minutes(writing, minutes, "around the service"),
            )  # fmt: skip
        assert "ck_person_events_minutes" in str(caught.value.__cause__)
        assert desk.book.lock_minutes() == 5


def test_that_a_reason_is_needed_and_something_must_change(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        assert why(state(desk, "10", " ")) == "text_missing"
        assert why(state(desk, "5")) == "staff_lock_minutes_same"
        assert desk.book.lock_minutes() == 5


@pytest.mark.parametrize("who", [PHARMACIST, TECHNICIAN, AUDITOR])
def test_that_nobody_but_an_administrator_states_it_and_every_desk_knows_it(path: Path, who: int) -> None:
    with signed_in(path, ADMIN) as desk:
        state(desk, "10")
    with signed_in(path, who) as desk:
        assert why(state(desk, "2", who=who)).startswith("staff_not_permitted")
        assert desk.book.lock_minutes() == 10


def test_that_the_same_request_is_one_statement(path: Path) -> None:
    with signed_in(path, ADMIN) as desk:
        asked = StateLockMinutes(key(), "10", "one shared room")
        assert [desk.book.state_lock_minutes(asked, actor(ADMIN)) for _ in range(2)] == [10, 10]
        assert len(rows(desk.store, STATED)) == 1
        other = replace(asked, request_id=key(), minutes="11")
        assert desk.book.state_lock_minutes(other, actor(ADMIN)) == 11


def test_that_the_store_and_the_watch_know_the_same_limits() -> None:
    assert (LOCK_LEAST, LOCK_MOST, LOCK_USUAL) == (idle.LEAST_MINUTES, idle.MOST_MINUTES, idle.USUAL_MINUTES)
