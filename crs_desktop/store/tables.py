"""The store's own tables: requests answered once, the change log, facts, and answers kept for the first paint."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from crs_desktop.store.columns import STRICT, Row


class StoreFactRow(Row):
    """What the store is: its kind (demo or pharmacy), the site's time zone, when it was made."""

    __tablename__ = "store_facts"
    __table_args__ = STRICT
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class RequestRow(Row):
    """One accepted request: asked again with the same content, it is answered with the first result. Append-only."""

    __tablename__ = "requests"
    __table_args__ = STRICT
    request_id: Mapped[str] = mapped_column(primary_key=True)
    intent: Mapped[str]
    content: Mapped[str]
    result: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ChangeRow(Row):
    """Who did what, at which desk, when, why, before and after. Append-only, and chained (`audit`).

    `wrote` holds a digest of each other row that the same transaction wrote; it stands in the last row of a request.
    """

    __tablename__ = "change_log"
    __table_args__ = (
        Index(None, "at"),
        Index(None, "actor"),
        Index("ix_change_log_subject", "subject", "subject_id"),
        STRICT,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.request_id", deferrable=True, initially="DEFERRED"))
    at: Mapped[datetime]
    actor: Mapped[str]
    role: Mapped[str]
    desk: Mapped[str]
    intent: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[str]
    action: Mapped[str]
    reason: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    wrote: Mapped[dict[str, Any] | None]
    mac: Mapped[str] = mapped_column(server_default=text("''"))


class KeptAnswerRow(Row):
    """The last answer of a slow question, painted at the next start with its age. A cache, never a record."""

    __tablename__ = "kept_answers"
    __table_args__ = STRICT
    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class AnswerGivenRow(Row):
    """An answer as it was given: asked again as of that moment, with what was proposed then, it must come out the same.

    Append-only. Only its digest is kept; the answer itself is worked out from what the store knew. `known_until` is the
    last row of the change log that the answer could know of.
    """

    __tablename__ = "answers_given"
    __table_args__ = STRICT
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    fingerprint: Mapped[str]
    proposed: Mapped[str]
    known_until: Mapped[int]
    digest: Mapped[str]
