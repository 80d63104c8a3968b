"""Use cases of second checks: what was checked, what waits, what was caught; the night rule, and looking over."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import Clock, local_day
from crs_desktop.kernel.refusal import Refused, no, refuse
from crs_desktop.staff.model import Role
from crs_desktop.staff.signing import repository
from crs_desktop.staff.signing.acts import Countersigning, countersigned
from crs_desktop.staff.signing.commands import LookOverCheck, StateNightRule, read_night_rule
from crs_desktop.staff.signing.model import (
    Catches,
    NightRule,
    Outcome,
    ProvenPerson,
    Prover,
    SecondCheck,
    SecondSignature,
)
from crs_desktop.staff.signing.rules import against_hours, against_night_rule, catches, open_alone, open_differences
from crs_desktop.store.store import Request, Result, Store, Writing

_TOPICS = [Topic.PEOPLE, Topic.DOSES, Topic.POLICY]


class SecondCheckBook:
    """The second checks of one store, and the rule for one pharmacist at night."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self.zone = zone

    def checks(self, subject: str, subject_id: object) -> tuple[SecondCheck, ...]:
        """Every row about one thing, in order."""
        with self._store.read() as session:
            return repository.checks(session, subject, str(subject_id))

    def waiting(self, subject: str | None = None) -> tuple[SecondCheck, ...]:
        """Differences that nobody has explained or corrected, oldest first. Doses without any look are the log's."""
        with self._store.read() as session:
            return open_differences(repository.checks(session, subject))

    def to_look_over(self) -> tuple[SecondCheck, ...]:
        """What was signed alone and nobody has looked over; `asked` of each is to be entered blind."""
        with self._store.read() as session:
            return open_alone(repository.checks(session))

    def counts(self) -> Catches:
        """What second checks have caught, by subject and month."""
        with self._store.read() as session:
            return catches(repository.checks(session), self.zone)

    def night_rules(self) -> tuple[NightRule, ...]:
        """Every night rule that was stated, in order."""
        with self._store.read() as session:
            return repository.night_rules(session)

    def night_rule_on(self, day: date) -> NightRule | None:
        """The night rule of a day, None when nobody may act alone."""
        with self._store.read() as session:
            return repository.night_rule_on(session, day)

    def alone_now(self) -> NightRule | Refused:
        """The rule under which one pharmacist may act alone at this moment, or why nobody may now."""
        now = self._store.clock.now()
        rule = self.night_rule_on(local_day(now, self.zone))
        against = against_hours(rule, now, self.zone)
        if rule is None or against is not None:
            return refuse(against or no("second_check_no_night_rule", "second"))
        return rule

    def state_night_rule(
        self, command: StateNightRule, actor: Actor, signature: SecondSignature
    ) -> NightRule | Refused:
        """State when one pharmacist may act alone, or that nobody may any longer. Two people sign it, always."""
        read = read_night_rule(command)
        if isinstance(read, Refused):
            return read

        def act(writing: Writing, signing: Countersigning) -> Result | Refused:
            against = against_night_rule(read, local_day(writing.at, self.zone))
            if against is not None:
                return refuse(against)
            signed = signing.sign(read.asked())
            if isinstance(signed, Refused):
                return signed
            by = (writing.actor.name, signature.by.name if signature.by is not None else "")
            number = repository.add_night_rule(writing.session, read, writing.at, by, command.request_id)
            after = {**read.content(), "second": by[1]}
            writing.log("night rule", number, "state" if read.stands else "withdraw", after=after, reason=read.text)
            return {"rule": number}

        request = Request(command.request_id, "state night rule", read.content())
        result = countersigned(self._store, self.zone, request, actor, _TOPICS, signature, act)
        if isinstance(result, Refused):
            return result
        return next(rule for rule in self.night_rules() if rule.id == result["rule"])

    def look_over(self, command: LookOverCheck, actor: Actor) -> SecondCheck | Refused:
        """Somebody else looks afterwards at what was signed alone, entering blind what was true then."""

        def act(writing: Writing, signing: Countersigning) -> Result | Refused:
            rows = repository.checks(writing.session)
            alone = next((row for row in rows if row.id == command.check_id and row.outcome is Outcome.ALONE), None)
            if alone is None or alone.asked is None:
                return refuse(no("second_check_none_alone", "check", command.check_id))
            if alone not in open_alone(rows):
                return refuse(no("second_check_looked_over", "check", alone.first))
            signed = signing.sign(alone.asked, alone.first, settles=Outcome.LOOKED_OVER)
            return signed if isinstance(signed, Refused) else {"check": signed.check_id}

        request = Request(command.request_id, "look over second check", {"check": command.check_id})
        result = countersigned(self._store, self.zone, request, actor, _TOPICS, command.signature, act)
        if isinstance(result, Refused):
            return result
        with self._store.read() as session:
            return next(row for row in repository.checks(session) if row.id == result["check"])


def made_up_second(clock: Clock) -> Prover:
    """The demo's second person, who does not exist and needs no password."""
    name = "S. Lindgren"

    def prove(_sign_in: str, _secret: str) -> ProvenPerson:
        return ProvenPerson(0, name, frozenset({Role.PHARMACIST.value}), clock.now())

    return Prover(prove, name)


def nobody_second() -> Prover:
    """Where nobody can prove who they are."""
    return Prover(lambda sign_in, _secret: refuse(no("second_check_unknown", "second", sign_in)))
