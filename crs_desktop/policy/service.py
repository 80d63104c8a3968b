"""Use cases of policy: read what holds, state a new row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.entry import read_day, read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.policy import repository
from crs_desktop.policy.commands import StatePolicy
from crs_desktop.policy.model import Policy, PolicyOption, PolicyPicture, PolicyRow
from crs_desktop.policy.rules import in_force, read_value
from crs_desktop.store.store import Request, Result, Store, Writing


def policy_on(session: Session, day: date) -> Policy:
    """The policy in force on a day, inside an open snapshot or write."""
    return in_force(repository.options(), repository.rows(session), day)


class PolicyBook:
    """The site's policy."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def options(self) -> tuple[PolicyOption, ...]:
        """Every option."""
        return repository.options()

    def on(self, day: date) -> Policy:
        """The policy in force on a day."""
        with self._store.read() as session:
            return policy_on(session, day)

    def rows(self) -> list[PolicyRow]:
        """Every stated row, oldest first."""
        with self._store.read() as session:
            return repository.rows(session)

    def picture(self, zone: ZoneInfo) -> PolicyPicture:
        """What is in force on the site's today and every stated row, in one consistent snapshot."""
        today = local_day(self._store.clock.now(), zone)
        with self._store.read() as session:
            stated = repository.rows(session)
            return PolicyPicture(in_force(repository.options(), stated, today), tuple(stated))

    def state(self, command: StatePolicy, actor: Actor) -> PolicyRow | Refused:
        """Add a dated row. Refused with every finding when something typed is not understood."""
        options = {option.key: option for option in repository.options()}
        if command.key not in options:
            return refuse(no("policy_key", "key", command.key))
        value = read_value(options[command.key], command.value)
        if isinstance(value, Finding):
            value = replace(value, field="value")
        valid_from = read_day(command.valid_from, "valid_from")
        owner = read_name(command.owner, "owner")
        reason = read_text(command.reason, "reason")
        citation = read_text(command.citation, "citation", needed=False)
        findings = [item for item in (value, valid_from, owner, reason, citation) if isinstance(item, Finding)]
        if findings:
            return refuse(*findings)
        assert isinstance(value, str) and isinstance(valid_from, date) and isinstance(owner, str)
        assert isinstance(reason, str) and isinstance(citation, str)
        texts = (value, owner, reason, citation)

        def work(writing: Writing) -> Result:
            return _add(writing, command.key, valid_from, texts)

        content = {
            "key": command.key, "value": value, "from": valid_from.isoformat(), "owner": owner, "reason": reason,
            "citation": citation,
        }  # fmt: skip
        request = Request(command.request_id, "state policy", content)
        result = self._store.perform(request, actor, [Topic.POLICY, Topic.READINESS], work)
        if isinstance(result, Refused):
            return result
        return next(row for row in self.rows() if row.id == result["row"])


def _add(writing: Writing, key: str, valid_from: date, texts: tuple[str, str, str, str]) -> Result:
    value, owner, reason, citation = texts
    before = policy_on(writing.session, valid_from).value(key)
    row = repository.add(
        writing.session,
        PolicyRow(0, key, value, valid_from, owner, reason, citation, writing.at, writing.actor.name),
    )
    writing.log("policy", key, "state", after={"value": value, "from": valid_from.isoformat()},
                before={"value": before}, reason=reason)  # fmt: skip
    return {"row": row.id}
