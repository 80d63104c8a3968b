"""A second signature inside the transaction of the act that it signs, and the catch that outlives a refused act."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.entry import read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.staff import repository as people
from crs_desktop.staff.commands import key_of
from crs_desktop.staff.model import BY_CODE, EMERGENCY
from crs_desktop.staff.rules import granted
from crs_desktop.staff.signing import repository
from crs_desktop.staff.signing.model import (
    Asked,
    FirstPerson,
    Judged,
    Outcome,
    ProvenPerson,
    SecondCheck,
    SecondSignature,
    Signed,
)
from crs_desktop.staff.signing.rules import against_alone, against_person, judge, read_entries
from crs_desktop.store.store import PROGRAM, Request, Result, Store, Writing

# Whose roles grant this may countersign; the same right is asked of whoever does it at a desk.
SECOND_CHECK, RECORD_CATCH = "second check", "record catch"
# The code of a refusal for differences.
DIFFERS = "second_check_differs"


class Countersigning:
    """Handed to an act that needs a second signature. `sign` is called once, inside the act's transaction."""

    def __init__(self, writing: Writing, signature: SecondSignature, zone: ZoneInfo) -> None:
        self._writing = writing
        self._signature = signature
        self._zone = zone
        self.signed: Signed | None = None
        self.caught: SecondCheck | None = None

    def sign(self, asked: Asked, first: str = "", settles: Outcome | None = None) -> Signed | Refused:
        """Signed, or every reason why not. `first` did what is checked, when it is not the one who acts now."""
        answer = countersign(self._writing, asked, self._signature, self._zone, first, settles)
        if isinstance(answer, Signed):
            self.signed = answer
            return answer
        if isinstance(answer, SecondCheck):
            self.caught = answer
            return refuse(*differs(answer))
        return answer


Act = Callable[[Writing, Countersigning], Result | Refused]


def countersigned(
    store: Store, zone: ZoneInfo, request: Request, actor: Actor, topics: Sequence[Topic],
    signature: SecondSignature, act: Act,
) -> Result | Refused:  # fmt: skip
    """One use case that a second person signs: `Store.perform` with the signature checked inside.

    When the two results differ the act is refused and rolled back. The difference is written down in a transaction of
    its own before anybody sees it: whoever hears of a difference can be sure that it is counted.
    """
    signing: list[Countersigning] = []

    def work(writing: Writing) -> Result | Refused:
        signing.append(Countersigning(writing, signature, zone))
        answer = act(writing, signing[-1])
        if not isinstance(answer, Refused) and signing[-1].signed is None:
            raise AssertionError(f"'{request.intent}' was done without its second signature")
        return answer

    second = {"second": "" if signature.by is None else signature.by.name, "alone": signature.alone_reason}
    signed = Request(request.request_id, request.intent, {**request.content, **second})
    try:
        return store.perform(signed, actor, topics, work)
    finally:
        for one in signing:
            if one.caught is not None:
                record_catch(store, one.caught, topics)


def record_catch(store: Store, caught: SecondCheck, topics: Sequence[Topic]) -> None:
    """Write a difference down, whatever became of the act. The program does it: no role can be in its way."""

    def work(writing: Writing) -> Result:
        number = repository.add_check(writing.session, caught, writing.request.request_id)
        _log(writing, number, caught)
        return {"check": number}

    if caught.id:  # the same difference of the same person is written down already
        return
    content: Result = {"subject": caught.subject, "id": caught.subject_id}
    answer = store.perform(Request(uuid.uuid4().hex, RECORD_CATCH, content), PROGRAM, topics, work)
    if isinstance(answer, Refused):
        raise AssertionError("a difference between two people could not be written down")


def countersign(
    writing: Writing, asked: Asked, signature: SecondSignature, zone: ZoneInfo, first: str = "",
    settles: Outcome | None = None,
) -> Signed | SecondCheck | Refused:  # fmt: skip
    """The signature inside an open write: its row is appended, or every reason why not.

    Answers a SecondCheck when the results differ: the row that has to be written after this transaction is rolled back.
    Use `countersigned`, which does. `settles` names the outcome of a look that settles something else than this act.
    """
    session, who = writing.session, first or writing.actor.name
    if signature.by is None:
        return _alone(writing, asked, signature, zone, who)
    against = _against(writing, signature.by, who)
    if against is not None:
        return refuse(against)
    read = read_entries(asked, signature.entered)
    if isinstance(read, tuple):
        return refuse(*read)
    unread = read_text(signature.explanation, "explanation", needed=False)
    if isinstance(unread, Finding):
        return refuse(unread)
    earlier = repository.last(session, asked.subject, asked.subject_id)
    found = judge(asked, read, signature, earlier)
    row = _row(writing, asked, who, signature, found)
    if found.outcome is Outcome.DIFFERS:
        return row if not found.again or earlier is None else earlier
    if settles is not None:
        row = _row(writing, asked, who, signature, Judged(settles, found.differences))
    return _append(writing, row)


def correct(writing: Writing, subject: str, subject_id: str, reason: str) -> Signed | None:
    """What was checked is put right another way, as by taking it back.

    An open difference has then led to a correction; what was signed alone needs no look afterwards any more.
    """
    earlier = repository.last(writing.session, subject, subject_id)
    if earlier is None or earlier.outcome not in (Outcome.DIFFERS, Outcome.ALONE):
        return None
    row = SecondCheck(
        0, writing.at, subject, subject_id, earlier.first, earlier.second, Outcome.CORRECTED, {}, earlier.differences,
        reason,
    )  # fmt: skip
    return _append(writing, row)


def differs(caught: SecondCheck) -> tuple[Finding, ...]:
    """The differences as findings, each with both values, and behind them that they want an explanation."""
    found = [
        no("second_check_differs", one.field, one.second, first=one.first, second=one.second, check=caught.id)
        for one in caught.differences
    ]
    return (*found, no("second_check_explain", "explanation", len(found)))


def first_person(session: Session, name: str) -> FirstPerson:
    """Everybody who bears or bore this name; also when it was typed beside the emergency code."""
    return FirstPerson(name, people.names(session).get(key_of(name.removesuffix(BY_CODE)), frozenset()))


def _against(writing: Writing, by: ProvenPerson, first: str) -> Finding | None:
    """Asked again inside the transaction: who has ended since, or lost the role, signs nothing any more."""
    session = writing.session
    if people.anybody(session):
        known = people.person(session, by.person_id)
        if known is None or not known.active or key_of(known.name) != key_of(by.name):
            return no("second_check_unknown", "second", by.name)
        by = replace(by, roles=frozenset(role.value for role in known.roles) | by.roles & {EMERGENCY})
    may = granted(people.rights(), by.roles, SECOND_CHECK)
    return against_person(by, first_person(session, first), may, writing.at)


def _alone(
    writing: Writing, asked: Asked, signature: SecondSignature, zone: ZoneInfo, who: str
) -> Signed | Refused:  # fmt: skip
    session = writing.session
    earlier = repository.last(session, asked.subject, asked.subject_id)
    if earlier is not None and earlier.outcome is Outcome.DIFFERS:
        return refuse(no("second_check_open_difference", "second", earlier.second or ""))
    rule = repository.night_rule_on(session, local_day(writing.at, zone))
    own = key_of(who) == key_of(writing.actor.name)
    may = granted(people.rights(), writing.actor.role.split("+"), SECOND_CHECK)
    against = against_alone(asked, signature, own and may, rule, writing.at, zone)
    if against is not None:
        return refuse(against)
    reason = signature.alone_reason.strip()
    row = SecondCheck(
        0, writing.at, asked.subject, asked.subject_id, who, None, Outcome.ALONE, {}, (), reason, asked
    )  # fmt: skip
    return _append(writing, row)


def _row(writing: Writing, asked: Asked, first: str, signature: SecondSignature, found: Judged) -> SecondCheck:
    assert signature.by is not None
    explanation = signature.explanation.strip() if found.differences else ""
    entered = {field.name: signature.entered.get(field.name, "") for field in asked.fields}
    return SecondCheck(
        0, writing.at, asked.subject, asked.subject_id, first, signature.by.name, found.outcome, entered,
        found.differences, "" if found.outcome is Outcome.DIFFERS else explanation,
    )  # fmt: skip


def _append(writing: Writing, row: SecondCheck) -> Signed:
    number = repository.add_check(writing.session, row, writing.request.request_id)
    _log(writing, number, row)
    return Signed(number, row.outcome, row.differences)


def _log(writing: Writing, number: int, row: SecondCheck) -> None:
    after: Result = {
        "subject": row.subject, "id": row.subject_id, "first": row.first, "second": row.second,
        "differences": [[one.field, one.first, one.second] for one in row.differences],
    }  # fmt: skip
    writing.log("second check", number, row.outcome.value, after=after, reason=row.explanation)
