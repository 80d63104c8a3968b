"""One request, one answer, one transaction: asked twice, refused, failed or read, the store keeps its word."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed, Topic
from crs_desktop.kernel.errors import EnvironmentFailure, NotPermitted
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.store.store import Request, Result, Store, Writing
from crs_desktop.store.tables import StoreFactRow
from tests.store.made_up_keys import ANYBODY, KEYS
from tests.store.pharmacy import OKAFOR, WEBER, Pharmacy, note, rows

MARKER = "Planted-Name-7731"


def perform(pharmacy: Pharmacy, work: Any, key: str = "r1", intent: str = "test", **content: Any) -> Result | Refused:
    return pharmacy.store.perform(Request(key, intent, content), WEBER, [Topic.STOCK], work)


def logged(pharmacy: Pharmacy) -> int:
    return int(str(rows(pharmacy.store, "SELECT count(*) FROM change_log")[0][0]))


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Refused), answer
    return [finding.code for finding in answer.findings]


def test_that_the_same_request_is_answered_with_its_first_answer_and_changes_nothing(pharmacy: Pharmacy) -> None:
    before, calls = logged(pharmacy), []

    def work(writing: Writing) -> Result:
        calls.append(1)
        writing.log("note", 1, "add")
        return {"number": len(calls), "lines": (1, 2), "none": None}

    first = perform(pharmacy, work, vials=3)
    again = perform(pharmacy, work, vials=3)
    assert first == again == {"number": 1, "lines": [1, 2], "none": None}
    assert len(calls) == 1 and logged(pharmacy) == before + 1


@pytest.mark.parametrize(("intent", "vials"), [("test", 4), ("another act", 3)])
def test_that_a_key_used_for_something_else_is_refused(pharmacy: Pharmacy, intent: str, vials: int) -> None:
    def work(writing: Writing) -> Result:
        writing.log("note", 1, "add")
        return {}

    perform(pharmacy, work, vials=3)
    before = logged(pharmacy)
    answer = pharmacy.store.perform(Request("r1", intent, {"vials": vials}), WEBER, [], work)
    assert codes(answer) == ["request_with_other_content"]
    assert logged(pharmacy) == before


@pytest.mark.parametrize("key", ["", "  "])
def test_that_a_request_without_a_key_cannot_be_made(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Request(key, "test", {})


def test_that_a_refusal_rolls_everything_back(pharmacy: Pharmacy) -> None:
    before = logged(pharmacy)

    def work(writing: Writing) -> Refused:
        writing.session.add(StoreFactRow(name="half", value="done"))
        writing.log("fact", "half", "state")
        writing.session.flush()
        return refuse(no("patient_unknown", "patient", 9))

    assert codes(perform(pharmacy, work)) == ["patient_unknown"]
    assert pharmacy.store.fact("half") is None and logged(pharmacy) == before
    assert rows(pharmacy.store, "SELECT * FROM requests WHERE request_id = 'r1'") == []
    assert isinstance(note(pharmacy.store, "r1"), dict), "the key is free again after a refusal"


@pytest.mark.parametrize("failure", [RuntimeError("ours"), KeyboardInterrupt()])
def test_that_a_failure_half_way_leaves_nothing(pharmacy: Pharmacy, failure: BaseException) -> None:
    def work(writing: Writing) -> Result:
        writing.session.add(StoreFactRow(name="half", value="done"))
        writing.log("fact", "half", "state")
        writing.session.flush()
        raise failure

    before = logged(pharmacy)
    with pytest.raises(type(failure)):
        perform(pharmacy, work)
    assert pharmacy.store.fact("half") is None and logged(pharmacy) == before


def test_that_a_change_without_a_row_in_the_log_is_a_defect_and_undone(pharmacy: Pharmacy) -> None:
    def work(writing: Writing) -> Result:
        writing.session.add(StoreFactRow(name="silent", value="yes"))
        return {}

    with pytest.raises(AssertionError, match="change log"):
        perform(pharmacy, work)
    assert pharmacy.store.fact("silent") is None


def test_that_every_row_of_the_log_says_who_where_when_and_why(pharmacy: Pharmacy) -> None:
    def work(writing: Writing) -> Result:
        writing.log("lot", 7, "quarantine", reason="fridge alarm", before={"state": "a"}, after={"state": "q"})
        return {}

    pharmacy.store.perform(Request("r1", "change lot state", {}), OKAFOR, [], work)
    columns = "request_id, actor, role, desk, intent, subject, subject_id, action, reason, before, after, at"
    (row,) = rows(pharmacy.store, f"SELECT {columns} FROM change_log ORDER BY id DESC LIMIT 1")
    assert row[:9] == ("r1", "M. Okafor", "pharmacist", "desk 2", "change lot state", "lot", "7", "quarantine",
                       "fridge alarm")  # fmt: skip
    assert row[9:] == ('{"state":"a"}', '{"state":"q"}', 1796220000000)


def test_that_topics_are_heard_after_the_commit_and_only_then(pharmacy: Pharmacy) -> None:
    heard: list[tuple[frozenset[Topic], str | None]] = []
    pharmacy.feed.subscribe(lambda topics: heard.append((topics, pharmacy.store.fact("there"))))

    def work(writing: Writing) -> Result:
        writing.session.add(StoreFactRow(name="there", value="yes"))
        writing.log("fact", "there", "state")
        writing.session.flush()
        assert heard == []
        return {}

    perform(pharmacy, work)
    assert heard == [(frozenset({Topic.STOCK}), "yes")]


def test_that_nothing_is_announced_by_a_refusal_a_failure_or_a_repetition(pharmacy: Pharmacy) -> None:
    note(pharmacy.store, "r0")
    heard: list[object] = []
    pharmacy.feed.subscribe(heard.append)

    def fails(_: Writing) -> Result:
        raise RuntimeError("ours")

    perform(pharmacy, lambda _: refuse(no("patient_unknown", "patient", 9)))
    with pytest.raises(RuntimeError):
        perform(pharmacy, fails)
    note(pharmacy.store, "r0")
    assert heard == []


def test_that_readers_see_one_snapshot_while_another_writes(pharmacy: Pharmacy) -> None:
    count = text("SELECT count(*) FROM requests")
    with pharmacy.store.read() as session:
        before = session.execute(count).scalar_one()
        note(pharmacy.store, "r1")
        assert session.execute(count).scalar_one() == before
    with pharmacy.store.read() as session:
        assert session.execute(count).scalar_one() == before + 1


FAILS = {
    "two of one key": ("INSERT INTO store_facts VALUES ('twice', :name), ('twice', :name)", EnvironmentFailure),
    "text in a number": (
        "INSERT INTO balances (lot_id, place_id, vials) VALUES (:name, 1, 1)", EnvironmentFailure
    ),
    "append-only": ("UPDATE patients SET family_name = :name", EnvironmentFailure),
    "no such table": ("SELECT :name FROM nowhere", EnvironmentFailure),
    "no such column": ("SELECT nothing FROM patients WHERE family_name = :name", EnvironmentFailure),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(FAILS))
def test_that_no_exception_and_no_log_line_carries_a_value(
    pharmacy: Pharmacy, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    statement, kind = FAILS[case]

    def work(writing: Writing) -> Result:
        writing.session.execute(text(statement), {"name": MARKER})
        return {}

    with caplog.at_level(logging.DEBUG), pytest.raises(kind) as caught:
        perform(pharmacy, work, name=MARKER)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(caught.value.__cause__)
    assert MARKER not in told and MARKER not in caplog.text
    assert caught.value.__cause__ is not None, "the reason stays for the report"


def test_that_a_float_in_the_log_is_a_defect_without_its_value(pharmacy: Pharmacy) -> None:
    def work(writing: Writing) -> Result:
        writing.log("weight", 1, "state", after={"name": MARKER, "kg": 72.5})
        return {}

    with pytest.raises(TypeError) as caught:
        perform(pharmacy, work)
    told = "".join(traceback.format_exception(caught.value))
    assert "float" in told and MARKER not in told and "72.5" not in str(caught.value)


def test_that_a_float_in_an_answer_is_a_defect(pharmacy: Pharmacy) -> None:
    def work(writing: Writing) -> Result:
        writing.log("weight", 1, "state")
        return {"kg": 72.5}

    before = logged(pharmacy)
    with pytest.raises(TypeError):
        perform(pharmacy, work)
    assert logged(pharmacy) == before


def test_that_facts_and_kept_answers_are_stated_anew(pharmacy: Pharmacy) -> None:
    now = pharmacy.store.clock.now()
    for value in ("a", "b"):
        pharmacy.store.state_facts({"kind": value})
        pharmacy.store.keep_answer("board", now, value)
    assert pharmacy.store.fact("kind") == "b"
    assert pharmacy.store.kept_answer("board") == (now, "b")
    assert pharmacy.store.kept_answer("nothing") is None


def test_that_nothing_is_written_into_a_store_that_was_removed_or_replaced(pharmacy: Pharmacy) -> None:
    """SQLite writes on into a file without a name: an acknowledged dose would be lost."""
    path = pharmacy.store.path
    before, away = logged(pharmacy), path.with_name("away.crs")
    path.rename(away)
    with pytest.raises(EnvironmentFailure) as gone:
        note(pharmacy.store, "n1")
    assert gone.value.finding.code == "store_missing"
    path.write_bytes(away.read_bytes())
    with pytest.raises(EnvironmentFailure) as replaced:
        note(pharmacy.store, "n1")
    assert replaced.value.finding.code == "store_replaced"
    path.unlink()
    away.rename(path)
    assert logged(pharmacy) == before
    note(pharmacy.store, "n1")
    assert logged(pharmacy) == before + 1


def test_that_what_another_desk_wrote_is_heard_once_and_what_was_written_here_never(pharmacy: Pharmacy) -> None:
    store = pharmacy.store
    other = Store(store.path, store.clock, ChangeFeed(), KEYS, ANYBODY)
    assert not store.changed_elsewhere(), "the first asking is where listening begins"
    note(store, "mine")
    assert not store.changed_elsewhere()
    note(other, "theirs")
    assert store.changed_elsewhere()
    assert not store.changed_elsewhere()
    note(other, "theirs again")
    note(store, "mine again")
    assert store.changed_elsewhere()
    assert not store.changed_elsewhere()
    other.close()


class Nobody:
    """Lets nobody do or see anything, and remembers that it was asked inside the transaction."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, bool]] = []

    def may(self, session: Session, actor: Actor, intent: str) -> Finding:
        held = session.connection().connection.driver_connection
        self.asked.append((actor.name, intent, held is not None and bool(held.in_transaction)))
        return no("patient_unknown", "patient", 9)

    def may_see(self, session: Session, operation: str) -> Finding:
        return no("patient_unknown", "patient", operation)


def test_that_the_guard_is_asked_before_anything_else_is_done_or_answered(pharmacy: Pharmacy) -> None:
    """Also for a request that was answered before: its answer is not for whoever may not ask."""
    note(pharmacy.store, "r0")
    before, guard, calls = logged(pharmacy), Nobody(), []
    store = Store(pharmacy.store.path, pharmacy.store.clock, ChangeFeed(), KEYS, guard)
    for key in ("r0", "r1"):
        answer = store.perform(Request(key, "note", {"text": ""}), OKAFOR, [], lambda _: calls.append(1) or {})
        assert codes(answer) == ["patient_unknown"]
    with pytest.raises(NotPermitted):
        store.demand("see history")
    store.close()
    assert calls == [] and logged(pharmacy) == before
    assert guard.asked == [("M. Okafor", "note", True)] * 2
    pharmacy.store.demand("see history")
