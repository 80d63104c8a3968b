"""Rows of second checks and of the night rule in, nouns out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crs_desktop.staff.signing.commands import ReadNightRule
from crs_desktop.staff.signing.model import Asked, AskedField, Difference, Kind, NightRule, Outcome, SecondCheck
from crs_desktop.staff.signing.rules import in_force
from crs_desktop.staff.signing.tables import NightRuleTable, SecondCheckTable

_PERSON, _ALONE = "person", "alone"


def checks(session: Session, subject: str | None = None, subject_id: str | None = None) -> tuple[SecondCheck, ...]:
    """All rows in order; of one subject, of one thing, or all."""
    query = select(SecondCheckTable).order_by(SecondCheckTable.id)
    if subject is not None:
        query = query.where(SecondCheckTable.subject == subject)
    if subject_id is not None:
        query = query.where(SecondCheckTable.subject_id == subject_id)
    return tuple(_check(row) for row in session.scalars(query))


def by_thing(session: Session, subject: str) -> Mapping[str, tuple[SecondCheck, ...]]:
    """The rows of each thing of a subject, in order."""
    found: dict[str, list[SecondCheck]] = defaultdict(list)
    for row in checks(session, subject):
        found[row.subject_id].append(row)
    return {thing: tuple(rows) for thing, rows in found.items()}


def last(session: Session, subject: str, subject_id: str) -> SecondCheck | None:
    """The latest row about one thing."""
    query = select(SecondCheckTable).where(
        SecondCheckTable.subject == subject, SecondCheckTable.subject_id == subject_id
    )
    row = session.scalar(query.order_by(SecondCheckTable.id.desc()).limit(1))
    return None if row is None else _check(row)


def add_check(session: Session, new: SecondCheck, request_id: str) -> int:
    """Append a row; `id` of what is handed over is not looked at."""
    row = SecondCheckTable(
        at=new.at, subject=new.subject, subject_id=new.subject_id, first_person=new.first, second_person=new.second,
        kind=_ALONE if new.second is None else _PERSON, outcome=new.outcome.value, entered=_entered(new),
        differences=[{"field": one.field, "first": one.first, "second": one.second} for one in new.differences],
        explanation=new.explanation, request_id=request_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def night_rules(session: Session) -> tuple[NightRule, ...]:
    """Every night rule that was stated, in order."""
    return tuple(_rule(row) for row in session.scalars(select(NightRuleTable).order_by(NightRuleTable.id)))


def night_rule_on(session: Session, day: date) -> NightRule | None:
    """The night rule of a day, None when nobody may act alone."""
    return in_force(night_rules(session), day)


def add_night_rule(
    session: Session, read: ReadNightRule, at: datetime, stated_by: tuple[str, str], request_id: str
) -> int:
    """Append a night rule; answers its id."""
    row = NightRuleTable(
        at=at, valid_from=read.valid_from, from_minute=read.from_minute, until_minute=read.until_minute,
        stands=int(read.stands), text=read.text, stated_by="\n".join(stated_by), request_id=request_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _entered(new: SecondCheck) -> dict[str, Any]:
    """What was typed; for an act alone, what somebody else has to enter when they look it over."""
    if new.asked is None:
        return dict(new.entered)
    fields = [
        {"name": one.name, "kind": one.kind.value, "truth": one.truth, "choices": [list(pair) for pair in one.choices]}
        for one in new.asked.fields
    ]
    return {"asked": fields}


def _check(row: SecondCheckTable) -> SecondCheck:
    differences = tuple(Difference(one["field"], one["first"], one["second"]) for one in row.differences)
    asked = _asked(row) if row.outcome == Outcome.ALONE.value else None
    return SecondCheck(
        row.id, row.at, row.subject, row.subject_id, row.first_person, row.second_person, Outcome(row.outcome),
        {} if asked is not None else dict(row.entered), differences, row.explanation, asked,
    )  # fmt: skip


def _asked(row: SecondCheckTable) -> Asked:
    fields = tuple(
        AskedField(one["name"], Kind(one["kind"]), one["truth"], tuple((key, name) for key, name in one["choices"]))
        for one in row.entered["asked"]
    )
    return Asked(row.subject, row.subject_id, fields, alone=False)


def _rule(row: NightRuleTable) -> NightRule:
    first, _, second = row.stated_by.partition("\n")
    return NightRule(
        row.id, row.at, row.valid_from, row.from_minute, row.until_minute, bool(row.stands), row.text, (first, second)
    )
