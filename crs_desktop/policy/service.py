"""Use cases of policy: read what holds, state a new row."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.policy import repository
from crs_desktop.policy.assumed import NOTHING_ASSUMED, Assumed
from crs_desktop.policy.commands import StatePolicy
from crs_desktop.policy.model import Policy, PolicyOption, PolicyPicture, PolicyRow, StatedPolicy
from crs_desktop.policy.rules import in_force
from crs_desktop.policy.standby import repository as standby
from crs_desktop.policy.standby.model import MOST_EXTRA_DAYS
from crs_desktop.policy.stating import asked_about, in_one_form, read_stated
from crs_desktop.staff.signing.acts import Countersigning, countersigned
from crs_desktop.staff.signing.model import Asked, SecondSignature
from crs_desktop.store.store import Request, Result, Store, Writing

_TOPICS = [Topic.POLICY, Topic.READINESS, Topic.PEOPLE]
# Where a night would be measured; a policy is never signed alone, whatever the hour.
_NO_NIGHT = ZoneInfo("UTC")


class Policies:
    """The policy of any day, from rows read once inside an open snapshot.

    With `as_of` only rows that had been stated by then, also where one was stated later for an earlier day. What is
    assumed holds on every day, for the question only.
    """

    def __init__(self, session: Session, as_of: datetime | None = None, assumed: Assumed = NOTHING_ASSUMED) -> None:
        self._rows, self._assumed = repository.rows(session, as_of), assumed
        self._standby = standby.rules(session, as_of) if assumed.standby is None else list(assumed.standby)
        self._known: dict[date, Policy] = {}

    def on(self, day: date) -> Policy:
        """The policy in force on a day."""
        if day not in self._known:
            rows = [*self._rows, *self._assumed.rows_on(day)]
            self._known[day] = in_force(repository.options(), rows, day, self._standby)
        return self._known[day]

    def changes(self, after: date) -> tuple[date, ...]:
        """The days after this one on which another row or standby rule begins to hold, or a rule ends."""
        begins = [row.valid_from for row in self._rows] + [rule.valid_from for rule in self._standby]
        ends = [rule.valid_to + timedelta(days=1) for rule in self._standby if rule.valid_to is not None]
        return tuple(sorted({day for day in (*begins, *ends) if day > after}))


def longest_after() -> timedelta:
    """The most that a window can last past its last infusion, under whatever policy."""
    after = max(option.most for option in repository.options() if option.key.startswith("days_after_"))
    return timedelta(days=after + MOST_EXTRA_DAYS)


def policy_on(session: Session, day: date, as_of: datetime | None = None) -> Policy:
    """The policy in force on a day, inside an open snapshot or write; with `as_of` by what had been stated then."""
    return Policies(session, as_of).on(day)


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
            rules = standby.rules(session)
            return PolicyPicture(in_force(repository.options(), stated, today, rules), tuple(stated))

    def asked(self, command: StatePolicy) -> Asked | Refused:
        """What a second person enters before this row is stated, or every reason why it cannot be stated."""
        stated = _read(command)
        return stated if isinstance(stated, Refused) else asked_about(stated)

    def state(self, command: StatePolicy, actor: Actor, second: SecondSignature | None) -> PolicyRow | Refused:
        """Add a dated row that a second person signs. Refused with every finding when something is not understood."""
        stated = _read(command)
        if isinstance(stated, Refused):
            return stated
        if second is None:
            return refuse(no("policy_second_needed", "second", command.key))
        signature = in_one_form(stated.option, second)
        if isinstance(signature, Refused):
            return signature

        def act(writing: Writing, signing: Countersigning) -> Result | Refused:
            signed = signing.sign(asked_about(stated))
            return signed if isinstance(signed, Refused) else _add(writing, stated)

        request = Request(command.request_id, "state policy", stated.content())
        result = countersigned(self._store, _NO_NIGHT, request, actor, _TOPICS, signature, act)
        if isinstance(result, Refused):
            return result
        return next(row for row in self.rows() if row.id == result["row"])


def _read(command: StatePolicy) -> StatedPolicy | Refused:
    option = next((one for one in repository.options() if one.key == command.key), None)
    return refuse(no("policy_key", "key", command.key)) if option is None else read_stated(command, option)


def _add(writing: Writing, stated: StatedPolicy) -> Result:
    key, value, day = stated.option.key, stated.value, stated.valid_from
    before = policy_on(writing.session, day).value(key)
    row = repository.add(
        writing.session,
        PolicyRow(0, key, value, day, stated.owner, stated.reason, stated.citation, writing.at, writing.actor.name),
    )
    writing.log("policy", key, "state", after={"value": value, "from": day.isoformat()},
                before={"value": before}, reason=stated.reason)  # fmt: skip
    return {"row": row.id}
