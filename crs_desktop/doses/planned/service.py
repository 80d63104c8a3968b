"""Use cases of planned prophylactic doses: put one on the schedule, take it off, see what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from crs_desktop.doses import repository as log
from crs_desktop.doses.acts import standing
from crs_desktop.doses.planned import acts, repository
from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.entry import read_day, read_text
from crs_desktop.kernel.refusal import Finding, Refused, refuse
from crs_desktop.store.store import Request, Store

_TOPICS = [Topic.DOSES, Topic.PATIENTS, Topic.READINESS]


@dataclass(frozen=True, slots=True)
class PlanDose:
    """A prophylactic dose to come, as typed."""

    request_id: str
    patient_id: int
    day: str
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawPlanned:
    """A planned dose that will not be given."""

    request_id: str
    planned_id: int
    reason: str


class PlannedDoses:
    """The prophylactic doses on the schedule: spent on their day, not held before."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone

    def all(self, patient_id: int | None = None) -> list[PlannedNeed]:
        """Planned doses by day with what became of each; of one patient, or all."""
        with self._store.read() as session:
            found = repository.planned(session, standing(log.doses(session)), self._zone)
        return [one for one in found if patient_id in (None, one.patient_id)]

    def plan(self, command: PlanDose, actor: Actor) -> PlannedNeed | Refused:
        """Put a dose on the schedule."""
        day, reason = read_day(command.day, "day"), read_text(command.reason, "reason")
        wrong = [item for item in (day, reason) if isinstance(item, Finding)]
        if isinstance(day, Finding) or isinstance(reason, Finding):
            return refuse(*wrong)
        content = {"patient": command.patient_id, "day": day.isoformat(), "reason": reason}
        request = Request(command.request_id, "plan prophylactic dose", content)
        done = self._store.perform(
            request, actor, _TOPICS, lambda writing: acts.plan(writing, command.patient_id, day, reason, self._zone)
        )
        return done if isinstance(done, Refused) else self._one(done["planned"])

    def withdraw(self, command: WithdrawPlanned, actor: Actor) -> PlannedNeed | Refused:
        """Take a dose off the schedule, with the reason."""
        reason = read_text(command.reason, "reason")
        if isinstance(reason, Finding):
            return refuse(reason)
        content = {"planned": command.planned_id, "reason": reason}
        request = Request(command.request_id, "withdraw planned dose", content)
        done = self._store.perform(
            request, actor, _TOPICS, lambda writing: acts.withdraw(writing, command.planned_id, reason, self._zone)
        )
        return done if isinstance(done, Refused) else self._one(done["planned"])

    def _one(self, number: int) -> PlannedNeed:
        return next(one for one in self.all() if one.id == number)
