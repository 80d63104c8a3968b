"""Second signatures over a real store with real people: what holds, what is refused, and that no catch is ever lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.errors import EnvironmentFailure
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.staff.commands import ChangeRoles, EndPerson, RenamePerson
from crs_desktop.staff.guard import MadeUpGuard, SignedInGuard
from crs_desktop.staff.signing import acts
from crs_desktop.staff.signing.acts import Countersigning, countersigned
from crs_desktop.staff.signing.commands import LookOverCheck, StateNightRule
from crs_desktop.staff.signing.model import (
    Asked,
    AskedField,
    Kind,
    NightRule,
    Outcome,
    ProvenPerson,
    SecondCheck,
    SecondSignature,
)
from crs_desktop.staff.signing.service import SecondCheckBook, made_up_second, nobody_second
from crs_desktop.store.store import Request, Result, Store, Writing
from tests.staff.site import (
    ADMIN,
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
    why,
)
from tests.store.pharmacy import ZONE, rows

WEBER = actor(PHARMACIST)
# Wednesday 2 December 2026, 03:10 in New York.
NIGHT = datetime(2026, 12, 2, 8, 10, tzinfo=UTC)
DOSE, WEIGHT = AskedField("dose", Kind.DOSE, "580"), AskedField("weight", Kind.WEIGHT, "72.5")
ASKED = Asked("policy", "form-1", (WEIGHT, DOSE))
RIGHT, WRONG = {"weight": "72.5", "dose": "580"}, {"weight": "72.5", "dose": "850"}


@pytest.fixture
def at(path: Path, clock: TurnedClock) -> Iterator[Desk]:
    """A. Weber is signed in, at night."""
    clock.instant = NIGHT
    with signed_in(path, PHARMACIST, clock) as desk:
        yield desk


def proven(desk: Desk, person_id: int = SECOND_PHARMACIST) -> ProvenPerson:
    """Who has just proved who they are."""
    person = desk.book.person_of(person_id)
    assert person is not None
    return ProvenPerson(person.id, person.name, frozenset(role.value for role in person.roles), desk.clock.now())


def by(
    desk: Desk, entered: dict[str, str], explanation: str = "", person_id: int = SECOND_PHARMACIST
) -> SecondSignature:
    return SecondSignature(proven(desk, person_id), entered, explanation)


def do(
    store: Store, signature: SecondSignature, asked: Asked = ASKED, who: Actor = WEBER, request: str = "",
    first: str = "", fails: BaseException | Refused | None = None,
) -> Result | Refused:  # fmt: skip
    """A policy row that a second person signs, as another room does it."""

    def act(writing: Writing, signing: Countersigning) -> Result | Refused:
        writing.log("policy", "rounding", "state")
        signed = signing.sign(asked, first)
        if isinstance(fails, BaseException):
            raise fails
        if isinstance(fails, Refused):
            return fails
        return signed if isinstance(signed, Refused) else {"check": signed.check_id}

    return countersigned(store, ZONE, Request(request or key(), "state policy", {}), who, [], signature, act)


def book(desk: Desk) -> SecondCheckBook:
    return SecondCheckBook(desk.store, ZONE)


def kept(desk: Desk) -> list[str]:
    """The outcomes of all rows."""
    return [str(found[0]) for found in rows(desk.store, "SELECT outcome FROM second_checks ORDER BY id")]


def done(desk: Desk) -> int:
    """How many policy rows were stated."""
    return len(rows(desk.store, "SELECT 1 FROM change_log WHERE subject = 'policy'"))


def state_rule(desk: Desk, **changed: object) -> NightRule | Refused:
    """22:00 to 06:00 from today."""
    made: dict[str, object] = {
        "request_id": key(), "valid_from": "2026-12-02", "from_time": "22:00", "until_time": "06:00",
        "text": "One pharmacist on nights.", **changed,
    }  # fmt: skip
    command = StateNightRule(**made)  # type: ignore[arg-type]
    typed = {
        "rule": "stands" if command.stands else "withdrawn", "valid_from": command.valid_from,
        "from": command.from_time, "until": command.until_time,
    }  # fmt: skip
    return book(desk).state_night_rule(command, WEBER, by(desk, typed))


# --- a second person signs ---


def test_that_an_act_two_people_agree_on_is_done_with_its_check_in_one_transaction(at: Desk) -> None:
    answer = do(at.store, by(at, {"weight": "72.50", "dose": " 580 "}))
    assert not isinstance(answer, Refused)
    (check,) = book(at).checks("policy", "form-1")
    assert (check.first, check.second, check.outcome) == ("A. Weber", "M. Okafor", Outcome.AGREED)
    assert check.entered == {"weight": "72.50", "dose": " 580 "} and check.differences == ()
    assert done(at) == 1
    both = "SELECT count(DISTINCT request_id), count(*) FROM change_log WHERE subject IN ('policy', 'second check')"
    same = rows(at.store, both)
    assert same == [(1, 2)]


def test_that_differing_entries_refuse_the_act_show_both_and_are_written_down(at: Desk) -> None:
    answer = do(at.store, by(at, WRONG))
    assert isinstance(answer, Refused)
    assert [(one.code, one.field, one.get("first"), one.get("second")) for one in answer.findings] == [
        ("second_check_differs", "dose", "580 mg", "850 mg"), ("second_check_explain", "explanation", "", ""),
    ]  # fmt: skip
    assert done(at) == 0 and kept(at) == ["differs"]
    (caught,) = book(at).waiting()
    assert (caught.second, caught.subject_id) == ("M. Okafor", "form-1")
    assert rows(at.store, "SELECT actor, intent FROM change_log WHERE subject = 'second check'") == [
        ("crs_desktop", "record catch")
    ]


def test_that_a_caught_difference_can_be_explained_and_signed(at: Desk) -> None:
    do(at.store, by(at, WRONG), request="form-1")
    assert why(do(at.store, by(at, WRONG), request="form-1")) == "second_check_differs,second_check_explain"
    assert kept(at) == ["differs"], "the same difference is one catch"
    answer = do(at.store, by(at, WRONG, "I read 850 on the neighbouring line"), request="form-1")
    assert not isinstance(answer, Refused) and done(at) == 1
    check = book(at).checks("policy", "form-1")[-1]
    assert check.outcome is Outcome.EXPLAINED and check.explanation == "I read 850 on the neighbouring line"
    assert [(one.first, one.second) for one in check.differences] == [("580 mg", "850 mg")]
    assert book(at).waiting() == ()


def test_that_an_explanation_sent_at_once_signs_nothing(at: Desk) -> None:
    assert why(do(at.store, by(at, WRONG, "whatever"))).startswith("second_check_differs") and done(at) == 0
    assert kept(at) == ["differs"]


def test_that_retyping_what_was_shown_is_no_agreement(at: Desk) -> None:
    do(at.store, by(at, WRONG))
    assert why(do(at.store, by(at, RIGHT))) == "second_check_differs,second_check_explain"
    assert done(at) == 0 and kept(at) == ["differs"]


def test_that_an_act_corrected_after_a_catch_counts_as_corrected(at: Desk) -> None:
    do(at.store, by(at, WRONG))
    corrected = replace(ASKED, fields=(WEIGHT, replace(DOSE, truth="850")))
    assert not isinstance(do(at.store, by(at, WRONG), corrected), Refused)
    assert kept(at) == ["differs", "corrected"] and done(at) == 1
    found = book(at).counts()
    assert (found.checks, found.differed, found.corrected, found.explained) == (1, 1, 1, 0)


def test_that_an_unreadable_entry_compares_nothing_and_is_no_catch(at: Desk) -> None:
    assert why(do(at.store, by(at, {"weight": "72,5", "dose": "850"}))) == "weight_not_understood"
    assert why(do(at.store, by(at, {}))) == "text_missing,text_missing"
    assert why(do(at.store, by(at, RIGHT, "a\u202eb"))) == "text_unprintable"
    assert kept(at) == [] and done(at) == 0


# --- no catch is lost ---


@pytest.mark.parametrize("fails", [refuse(no("policy_value", "value")), RuntimeError("defect in the act")])
def test_that_a_catch_outlives_whatever_becomes_of_the_act(at: Desk, fails: BaseException | Refused) -> None:
    if isinstance(fails, BaseException):
        with pytest.raises(RuntimeError, match="defect in the act"):
            do(at.store, by(at, WRONG), fails=fails)
    else:
        assert why(do(at.store, by(at, WRONG), fails=fails)) == "policy_value"
    assert kept(at) == ["differs"] and done(at) == 0


def test_that_a_difference_is_shown_to_nobody_before_it_is_written(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    perform, full = Store.perform, EnvironmentFailure(no("store_full"))

    def disk_full(store: Store, request: Request, *rest: object) -> object:
        if request.intent == "record catch":
            raise full
        return perform(store, request, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "perform", disk_full)
    with pytest.raises(EnvironmentFailure):
        do(at.store, by(at, WRONG))
    monkeypatch.undo()
    assert why(do(at.store, by(at, WRONG, "guessed"))).startswith("second_check_differs")
    assert kept(at) == ["differs"]


def test_that_an_act_that_goes_on_after_a_refused_signature_is_a_defect(at: Desk) -> None:
    def careless(writing: Writing, signing: Countersigning) -> Result:
        signing.sign(ASKED)
        writing.log("policy", "rounding", "state")
        return {}

    with pytest.raises(AssertionError, match="without its second signature"):
        countersigned(at.store, ZONE, Request(key(), "state policy", {}), WEBER, [], by(at, WRONG), careless)
    assert done(at) == 0 and kept(at) == ["differs"]


def test_that_a_catch_that_the_store_refuses_is_a_defect(path: Path, clock: TurnedClock) -> None:
    class Shut(MadeUpGuard):
        def may(self, session: object, actor: Actor, intent: str) -> object:  # type: ignore[override]
            return no("staff_for_nobody", "operation") if intent == "record catch" else None

    clock.instant = NIGHT
    with (
        opened(path, Shut(), clock) as desk,  # type: ignore[arg-type]
        pytest.raises(AssertionError, match="could not be written down"),
    ):
        do(desk.store, by(desk, WRONG))


# --- who may ---


def test_that_the_same_login_never_signs_twice(at: Desk) -> None:
    assert why(do(at.store, by(at, RIGHT, person_id=PHARMACIST))) == "second_check_same"
    stranger = replace(proven(at, PHARMACIST), name="M. Okafor")
    assert why(do(at.store, SecondSignature(stranger, RIGHT))) == "second_check_unknown"
    assert kept(at) == []


def test_that_a_person_is_the_same_under_an_earlier_name_and_under_the_emergency_code(
    path: Path, clock: TurnedClock
) -> None:
    clock.instant = NIGHT
    with signed_in(path, ADMIN, clock) as desk:
        command = RenamePerson(key(), SECOND_PHARMACIST, "M. Adeyemi", "married")
        assert not isinstance(desk.book.rename(command, actor(ADMIN)), Refused)
    with signed_in(path, PHARMACIST, clock) as desk:
        assert proven(desk).name == "M. Adeyemi"
        assert why(do(desk.store, by(desk, RIGHT), first="M. Okafor")) == "second_check_same"
        assert why(do(desk.store, by(desk, RIGHT), first="m. okafor, by emergency code")) == "second_check_same"
        assert not isinstance(do(desk.store, by(desk, RIGHT), first="Tom Tech, by emergency code"), Refused)


@pytest.mark.parametrize("person_id", [ADMIN, TECHNICIAN])
def test_that_only_a_pharmacist_countersigns_whatever_roles_the_proof_claims(at: Desk, person_id: int) -> None:
    claimed = replace(proven(at, person_id), roles=frozenset({"pharmacist"}))
    assert why(do(at.store, SecondSignature(claimed, RIGHT))) == "second_check_role"
    emergency = replace(proven(at), roles=frozenset({"pharmacist", "emergency"}))
    assert why(do(at.store, SecondSignature(emergency, RIGHT))) == "second_check_emergency"


def test_that_roles_taken_away_and_people_who_have_ended_sign_nothing(path: Path, clock: TurnedClock) -> None:
    clock.instant = NIGHT
    with signed_in(path, PHARMACIST, clock) as desk:
        signature = by(desk, RIGHT)
        with signed_in(path, ADMIN, clock, "desk 2") as admin:
            command = ChangeRoles(key(), SECOND_PHARMACIST, ("technician",), "moved")
            assert not isinstance(admin.book.change_roles(command, actor(ADMIN, "desk 2")), Refused)
            assert why(do(desk.store, signature)) == "second_check_role"
            assert not isinstance(
                admin.book.end(EndPerson(key(), SECOND_PHARMACIST, "left"), actor(ADMIN, "desk 2")), Refused
            )
        assert why(do(desk.store, signature)) == "second_check_unknown"


def test_that_a_proof_holds_for_five_minutes(at: Desk) -> None:
    signature = by(at, RIGHT)
    at.clock.turn(minutes=5, milliseconds=1)
    assert why(do(at.store, signature)) == "second_check_stale"
    at.clock.turn(milliseconds=-1)
    assert not isinstance(do(at.store, signature), Refused)


def test_that_the_first_persons_own_rights_are_asked_as_ever(path: Path, clock: TurnedClock) -> None:
    clock.instant = NIGHT
    with signed_in(path, TECHNICIAN, clock) as desk:
        assert why(do(desk.store, by(desk, WRONG), who=actor(TECHNICIAN))) == "staff_not_permitted"
        assert kept(desk) == [], "nothing was compared, so nothing was caught"


def test_that_the_demo_knows_its_second_person_by_name_and_role_only(tmp_path: Path) -> None:
    with opened(tmp_path / "t.crs", MadeUpGuard(), TurnedClock(NIGHT)) as desk:
        assert isinstance(nobody_second().prove("okafor", "anything"), Refused)
        second = made_up_second(desk.clock).prove("", "")
        assert isinstance(second, ProvenPerson)
        assert why(do(desk.store, SecondSignature(replace(second, name="A. WEBER"), RIGHT))) == "second_check_same"
        assert not isinstance(do(desk.store, SecondSignature(second, RIGHT)), Refused)


# --- alone at night ---


def test_that_nobody_signs_alone_without_a_rule_for_today(at: Desk) -> None:
    alone = SecondSignature(None, alone_reason="nobody else in the house")
    assert why(do(at.store, alone)) == "second_check_no_night_rule"
    assert not isinstance(state_rule(at, valid_from="2026-12-03"), Refused)
    assert why(do(at.store, alone)) == "second_check_no_night_rule"
    assert why(book(at).alone_now()) == "second_check_no_night_rule"


def test_that_one_pharmacist_signs_alone_in_the_hours_of_the_rule_with_a_reason(at: Desk) -> None:
    rule = state_rule(at)
    assert isinstance(rule, NightRule) and rule.stated_by == ("A. Weber", "M. Okafor")
    assert rule.valid_from == date(2026, 12, 2) and rule.hours == "22:00–06:00"
    assert book(at).alone_now() == rule and book(at).night_rule_on(date(2026, 12, 2)) == rule
    assert why(do(at.store, SecondSignature(None))) == "text_missing"
    assert not isinstance(do(at.store, SecondSignature(None, alone_reason=" nobody else ")), Refused)
    (check,) = book(at).to_look_over()
    assert (check.first, check.second, check.explanation) == ("A. Weber", None, "nobody else")
    assert check.asked is not None and check.asked.fields == ASKED.fields
    at.clock.turn(hours=3)
    again = do(at.store, SecondSignature(None, alone_reason="nobody else"))
    assert why(again) == "second_check_outside_night"
    assert why(book(at).alone_now()) == "second_check_outside_night"


def test_that_alone_signs_only_a_pharmacist_who_did_it(path: Path, clock: TurnedClock) -> None:
    alone = SecondSignature(None, alone_reason="nobody else")
    clock.instant = NIGHT
    with signed_in(path, PHARMACIST, clock) as desk:
        state_rule(desk)
        assert why(do(desk.store, alone, first="M. Okafor")) == "second_check_not_own"
    with opened(path, MadeUpGuard(), clock) as desk:
        asked, tech = replace(ASKED, subject="receipt"), Actor("Tom Tech", "technician")

        def act(writing: Writing, signing: Countersigning) -> Result | Refused:
            signed = signing.sign(asked)
            return signed if isinstance(signed, Refused) else {}

        request = Request(key(), "reverse movement", {})
        assert why(countersigned(desk.store, ZONE, request, tech, [], alone, act)) == "second_check_not_own"


def test_that_nobody_alone_signs_over_what_somebody_else_caught(at: Desk) -> None:
    state_rule(at)
    do(at.store, by(at, WRONG))
    assert why(do(at.store, SecondSignature(None, alone_reason="he left"))) == "second_check_open_difference"


def test_that_the_night_rule_itself_needs_two_people_and_can_be_taken_away(at: Desk) -> None:
    assert isinstance(state_rule(at), NightRule)
    command = StateNightRule(key(), "2026-12-03", "20:00", "08:00", "longer")
    alone = SecondSignature(None, alone_reason="nobody else")
    assert why(book(at).state_night_rule(command, WEBER, alone)) == "second_check_never_alone"
    differs = by(at, {"rule": "stands", "valid_from": "2026-12-03", "from": "20:00", "until": "07:00"})
    assert why(book(at).state_night_rule(command, WEBER, differs)) == "second_check_differs,second_check_explain"
    assert why(state_rule(at, valid_from="2026-12-01")) == "night_rule_past"
    assert why(state_rule(at, text="")) == "text_missing"
    assert isinstance(state_rule(at, from_time="", until_time="", stands=False), NightRule)
    assert why(book(at).alone_now()) == "second_check_no_night_rule" and len(book(at).night_rules()) == 2


# --- looking over ---


def signed_alone(desk: Desk) -> SecondCheck:
    state_rule(desk)
    assert not isinstance(do(desk.store, SecondSignature(None, alone_reason="nobody else")), Refused)
    (check,) = book(desk).to_look_over()
    return check


def test_that_what_was_signed_alone_is_looked_over_blind_by_somebody_else(at: Desk) -> None:
    check = signed_alone(at)
    own = LookOverCheck(key(), check.id, by(at, RIGHT, person_id=PHARMACIST))
    assert why(book(at).look_over(own, WEBER)) == "second_check_same"
    alone = LookOverCheck(key(), check.id, SecondSignature(None, alone_reason="still nobody"))
    assert why(book(at).look_over(alone, WEBER)) == "second_check_never_alone"
    found = book(at).look_over(LookOverCheck(key(), check.id, by(at, RIGHT)), WEBER)
    assert isinstance(found, SecondCheck) and found.outcome is Outcome.LOOKED_OVER and found.second == "M. Okafor"
    assert book(at).to_look_over() == ()
    again = LookOverCheck(key(), check.id, by(at, RIGHT))
    assert why(book(at).look_over(again, WEBER)) == "second_check_looked_over"
    assert why(book(at).look_over(replace(again, check_id=999), WEBER)) == "second_check_none_alone"


def test_that_looking_over_may_happen_at_the_second_persons_own_desk(
    at: Desk, path: Path, clock: TurnedClock
) -> None:
    check = signed_alone(at)
    with signed_in(path, SECOND_PHARMACIST, clock, "desk 2") as other:
        okafor = actor(SECOND_PHARMACIST, "desk 2")
        own = LookOverCheck(key(), check.id, by(other, RIGHT, person_id=PHARMACIST))
        assert why(book(other).look_over(own, okafor)) == "second_check_same", "who signed alone, at another desk"
        found = book(other).look_over(LookOverCheck(key(), check.id, by(other, RIGHT)), okafor)
        assert isinstance(found, SecondCheck) and found.first == "A. Weber"


def test_that_a_difference_found_when_looking_over_is_a_catch_and_explained_before_it_ends(at: Desk) -> None:
    check = signed_alone(at)
    assert why(book(at).look_over(LookOverCheck(key(), check.id, by(at, WRONG)), WEBER)).startswith("second_check_diff")
    assert book(at).to_look_over() == (check,) and len(book(at).waiting()) == 1
    explained = LookOverCheck(key(), check.id, by(at, WRONG, "misread the label"))
    found = book(at).look_over(explained, WEBER)
    assert isinstance(found, SecondCheck) and found.outcome is Outcome.LOOKED_OVER and found.differences
    counts = book(at).counts()
    assert (counts.differed, counts.explained, counts.alone) == (1, 1, 1)
    assert book(at).to_look_over() == () and book(at).waiting() == ()


def test_that_taking_back_what_differed_is_the_correction_of_the_catch(at: Desk) -> None:
    do(at.store, by(at, WRONG))

    def take_back(writing: Writing) -> Result:
        writing.log("policy", "rounding", "take back")
        assert acts.correct(writing, "policy", "form-1", "typed wrong") is not None
        assert acts.correct(writing, "policy", "form-1", "again") is None
        assert acts.correct(writing, "policy", "another", "never checked") is None
        return {}

    at.store.perform(Request(key(), "state policy", {}), WEBER, [], take_back)
    assert kept(at) == ["differs", "corrected"]


def test_that_a_signed_act_sent_twice_is_done_once(at: Desk) -> None:
    first = do(at.store, by(at, RIGHT), request="one form")
    assert do(at.store, by(at, RIGHT), request="one form") == first and done(at) == 1
    other = SecondSignature(None, alone_reason="nobody")
    assert why(do(at.store, other, request="one form")) == "request_with_other_content"


def test_that_rows_of_checks_and_night_rules_can_be_neither_changed_nor_removed(at: Desk) -> None:
    state_rule(at)
    for table in ("second_checks", "night_rules"):
        for words in (f"UPDATE {table} SET at = 0", f"DELETE FROM {table}"):
            with pytest.raises(Exception, match="append-only"), at.store._writer.begin() as connection:
                connection.exec_driver_sql(words)


def test_that_the_guard_of_a_signed_in_person_lets_every_catch_be_written(at: Desk) -> None:
    assert isinstance(at.store._guard, SignedInGuard) and at.store._guard.desk == DESK
    do(at.store, by(at, WRONG))
    assert kept(at) == ["differs"]
