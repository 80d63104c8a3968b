"""Answers that were given: kept for the first paint, and named by a digest so that each can be worked out again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from crs_desktop.store.tables import AnswerGivenRow, ChangeRow, KeptAnswerRow

# In place of what was proposed: the same as with the answer before.
_AS_BEFORE = ""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given: when, what was proposed then, the last change that it knew of, and its digest."""

    name: str
    asked_at: datetime
    fingerprint: str
    proposed: str
    known_until: int
    digest: str


def keep(session: Session, name: str, at: datetime, body: str) -> None:
    """The last answer of a slow question, for the next start. A cache."""
    session.merge(KeptAnswerRow(name=name, at=at, body=body))


def last_change(session: Session) -> int:
    """The number of the last row of the change log: what this snapshot knows of."""
    return session.scalar(select(func.max(ChangeRow.id))) or 0


def give(session: Session, given: Given) -> None:
    """Append an answer. What was proposed is kept once, however often the same is asked."""
    same = given.proposed == _proposed(session, given.name)
    session.add(
        AnswerGivenRow(
            name=given.name, asked_at=given.asked_at, fingerprint=given.fingerprint,
            proposed=_AS_BEFORE if same else given.proposed,
            known_until=given.known_until, digest=given.digest,
        )
    )  # fmt: skip


def in_force(session: Session, name: str, at: datetime | None = None, other_than: str | None = None) -> Given | None:
    """The answer that was given last, or last at or before an instant; of those with another fingerprint than this."""
    query = _of(name, other_than)
    if at is not None:
        query = query.where(AnswerGivenRow.asked_at <= at).order_by(AnswerGivenRow.asked_at.desc())
    row = session.scalar(query.order_by(AnswerGivenRow.id.desc()).limit(1))
    return None if row is None else _given(session, row)


def after(session: Session, name: str, at: datetime, other_than: str | None = None) -> Given | None:
    """The first answer that was given later than an instant; of those with another fingerprint than this."""
    query = _of(name, other_than).where(AnswerGivenRow.asked_at > at)
    row = session.scalar(query.order_by(AnswerGivenRow.asked_at, AnswerGivenRow.id).limit(1))
    return None if row is None else _given(session, row)


def next_change(session: Session, given: Given) -> datetime | None:
    """When the first change was written of which an answer could not know."""
    return session.scalar(select(ChangeRow.at).where(ChangeRow.id > given.known_until).order_by(ChangeRow.id).limit(1))


def last_known(session: Session, given: Given) -> datetime | None:
    """When the last change was written that an answer knew of."""
    return session.scalar(select(ChangeRow.at).where(ChangeRow.id <= given.known_until).order_by(ChangeRow.id.desc())
                          .limit(1))  # fmt: skip


def _of(name: str, other_than: str | None = None) -> Select[AnswerGivenRow]:
    query = select(AnswerGivenRow).where(AnswerGivenRow.name == name)
    return query if other_than is None else query.where(AnswerGivenRow.fingerprint != other_than)


def _proposed(session: Session, name: str, until: int | None = None) -> str | None:
    """What was proposed with the last answer, or with the last one up to this row."""
    query = _of(name).where(AnswerGivenRow.proposed != _AS_BEFORE)
    if until is not None:
        query = query.where(AnswerGivenRow.id <= until)
    row = session.scalar(query.order_by(AnswerGivenRow.id.desc()).limit(1))
    return None if row is None else row.proposed


def _given(session: Session, row: AnswerGivenRow) -> Given:
    proposed = _proposed(session, row.name, row.id) or _AS_BEFORE
    return Given(row.name, row.asked_at, row.fingerprint, proposed, row.known_until, row.digest)
