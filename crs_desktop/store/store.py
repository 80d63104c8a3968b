"""One use case, one transaction: a write is a request, answered once, logged, and announced after its commit."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import ChangeFeed, Topic
from crs_desktop.kernel.clock import Clock, to_milliseconds
from crs_desktop.kernel.errors import EnvironmentFailure, NotPermitted
from crs_desktop.kernel.fingerprint import canonical, fingerprint
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.store import answers, audit, chaining
from crs_desktop.store.audit import Head
from crs_desktop.store.driver import check_same_file, environment_failure, file_identity
from crs_desktop.store.engine import reader_engine, writer_engine
from crs_desktop.store.guard import Guard
from crs_desktop.store.keys.model import StoreKeys
from crs_desktop.store.tables import ChangeRow, KeptAnswerRow, RequestRow, StoreFactRow

Result = dict[str, Any]
# Who acts where nobody was asked.
PROGRAM = Actor("crs_desktop", "program")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: a key made when the form opened, the intent in words, and the content that the key stands for."""

    request_id: str
    intent: str
    content: dict[str, Any]

    def __post_init__(self) -> None:
        if not self.request_id.strip():
            raise ValueError("a request has a key of its own")


@dataclass(slots=True)
class Writing:
    """An open write: the session, the instant that every row of it carries, who acts, and the log of what changed."""

    session: Session
    at: datetime
    actor: Actor
    request: Request
    logged: list[ChangeRow] = field(default_factory=list)

    def log(
        self,
        subject: str,
        subject_id: object,
        action: str,
        after: Result | None = None,
        before: Result | None = None,
        reason: str = "",
    ) -> None:
        """Add one row to the change log. `before` and `after` hold what is needed to see the change, as JSON."""
        row = ChangeRow(
            request_id=self.request.request_id, at=self.at, actor=self.actor.name, role=self.actor.role,
            desk=self.actor.desk, intent=self.request.intent, subject=subject, subject_id=str(subject_id),
            action=action, reason=reason, before=before, after=after,
        )  # fmt: skip
        self.logged.append(row)  # added at the end, when its place in the chain is known


Work = Callable[[Writing], Result | Refused]


class Store:
    """An opened, current store. Made by `opening.open_store`; safe from any thread."""

    def __init__(
        self, path: Path, clock: Clock, feed: ChangeFeed, keys: StoreKeys, guard: Guard, proves: bool = True
    ) -> None:
        """`proves` is False when the chain was begun with another key than ours."""
        self.path = path
        self.clock = clock
        self.feed = feed
        self.keys = keys
        self._guard = guard
        self._key = keys.audit if proves else None
        self._uncopied: Head | None = None
        self._writer: Engine = writer_engine(path, keys.data)
        self._reader: Engine = reader_engine(path, keys.data)
        self._file: tuple[int, int] | None = file_identity(path)
        self._lock = threading.Lock()
        self._seen: int | None = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent snapshot; writing through it is refused by the store."""
        try:
            with Session(self._reader, expire_on_commit=False) as session, session.begin():
                yield session
        except DBAPIError as error:
            raise environment_failure(error.orig or error, self.path) from error

    def demand(self, operation: str) -> None:
        """Raises NotPermitted when whoever is signed in may not see this."""
        with self.read() as session:
            finding = self._guard.may_see(session, operation)
        if finding is not None:
            raise NotPermitted(finding)

    def perform(self, request: Request, actor: Actor, topics: Sequence[Topic], work: Work) -> Result | Refused:
        """Do one use case in one transaction.

        The same request with the same content is answered with its first result and changes nothing; with other content
        it is refused. So is what the guard of this store does not let the actor do. A refusal rolls everything back.
        Listeners hear the topics after the commit has returned.
        Raises EnvironmentFailure when the store could not do it: then nothing was written.
        """
        try:
            # What is read back after the commit needs no file opened any more: an answer must not fail once it is true.
            self._opened()  # which file it is, before anything is written
            self._reader.connect().close()
            with Session(self._writer, expire_on_commit=False) as session, session.begin() as transaction:
                forbidden = self._guard.may(session, actor, request.intent)
                if forbidden is not None:
                    transaction.rollback()
                    return refuse(forbidden)
                earlier = session.get(RequestRow, request.request_id)
                if earlier is not None:
                    return _first_answer(earlier, request)
                wrote = chaining.listen(session)
                writing = Writing(session, self.clock.now(), actor, request)
                answer = work(writing)
                if isinstance(answer, Refused):
                    transaction.rollback()
                    return answer
                if not writing.logged:
                    raise AssertionError(f"'{request.intent}' changed the store without a row in the change log")
                result: Result = json.loads(canonical(answer))  # as a later asking will read it
                session.add(_answered(writing, result))
                head = chaining.append(session, self._key, writing.logged, wrote)
                session.flush()
                check_same_file(self.path, self._opened())
        except DBAPIError as error:
            raise self._failure(error) from error
        self._uncopied = head
        self._own([row.id for row in writing.logged])
        self.feed.publish(frozenset(topics))
        return result

    @property
    def has_key(self) -> bool:
        """False when the audit key is not the one of this chain: what is written cannot be proved."""
        return self._key is not None

    def head(self) -> Head:
        """The end of the audit chain."""
        with self.read() as session:
            return chaining.head_of(session.connection())

    def copy_head(self, why: str) -> bool:
        """Copy the end of the chain outward, beside the store. False when that could not be written."""
        head, self._uncopied = self.head(), None
        return audit.copy_head(self.path, self._key, head, to_milliseconds(self.clock.now()), why)

    def changed_elsewhere(self) -> bool:
        """True when another window or process has changed this store since this was last asked."""
        with self.read() as session:
            last = session.scalar(select(func.max(ChangeRow.id))) or 0
        with self._lock:
            changed = self._seen is not None and last > self._seen
            self._seen = max(last, self._seen or 0)
        return changed

    def fact(self, name: str) -> str | None:
        """A fact of the store such as its kind or time zone."""
        with self.read() as session:
            row = session.get(StoreFactRow, name)
            return None if row is None else row.value

    def state_facts(self, facts: dict[str, str]) -> None:
        """Set facts of the store; used while it is made. They decide what a day is, so they are logged like any act."""

        def work(writing: Writing) -> Result:
            for name, value in facts.items():
                writing.session.merge(StoreFactRow(name=name, value=value))
            writing.log("store", "facts", "state", after=facts)
            return {}

        self.perform(Request(uuid4().hex, "state facts of the store", facts), PROGRAM, [], work)

    def keep_answer(self, name: str, at: datetime, body: str) -> None:
        """Keep the last answer of a slow question for the next start. A cache: not logged, not announced."""
        self.keep(lambda session: answers.keep(session, name, at, body))

    def keep(self, work: Callable[[Session], None]) -> None:
        """Write what was worked out by a reading, in one transaction. Never a record: not logged, not announced."""
        with self._write() as session:
            work(session)

    def kept_answer(self, name: str) -> tuple[datetime, str] | None:
        """The kept answer with the instant it was made, if any."""
        with self.read() as session:
            row = session.execute(select(KeptAnswerRow).where(KeptAnswerRow.name == name)).scalar_one_or_none()
            return None if row is None else (row.at, row.body)

    def close(self) -> None:
        """Give back every connection. What was written since is copied outward first, as the head of the chain."""
        if self._uncopied is not None:
            head, self._uncopied = self._uncopied, None
            audit.copy_head(self.path, self._key, head, to_milliseconds(self.clock.now()), "end of a session")
        self._reader.dispose()
        self._writer.dispose()
        self._file = None  # used again, it opens what then lies at its path, as after going back

    def _opened(self) -> tuple[int, int]:
        """Which file our connections belong to."""
        if self._file is None:
            self._file = file_identity(self.path)
        return self._file

    def _failure(self, error: DBAPIError) -> EnvironmentFailure:
        """The failure in words. A connection that fell back to reading only is thrown away, not kept for the next."""
        failure = environment_failure(error.orig or error, self.path)
        if failure.finding.code == "store_read_only":
            self._writer.dispose()
        return failure

    def _own(self, numbers: list[int]) -> None:
        """Rows of the change log that are ours. What others wrote before them is still to be heard of."""
        with self._lock:
            if self._seen is not None and min(numbers) == self._seen + 1:
                self._seen = max(numbers)

    @contextmanager
    def _write(self) -> Iterator[Session]:
        try:
            with Session(self._writer, expire_on_commit=False) as session, session.begin():
                yield session
                check_same_file(self.path, self._opened())
        except DBAPIError as error:
            raise self._failure(error) from error


def _first_answer(earlier: RequestRow, request: Request) -> Result | Refused:
    if (earlier.intent, earlier.content) != (request.intent, fingerprint(request.content)):
        return refuse(no("request_with_other_content", "request", request.request_id))
    return dict(earlier.result)


def _answered(writing: Writing, result: Result) -> RequestRow:
    request = writing.request
    return RequestRow(
        request_id=request.request_id, intent=request.intent, content=fingerprint(request.content),
        result=result, at=writing.at,
    )  # fmt: skip
