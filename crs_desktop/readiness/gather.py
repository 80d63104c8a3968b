"""One consistent snapshot of everything that readiness looks at, read once and handed to pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.doses.acts import limits_of, standing
from crs_desktop.doses.entry import DoseEntry
from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.doses.planned.repository import planned
from crs_desktop.doses.repository import doses
from crs_desktop.episodes import repository as episodes
from crs_desktop.kernel.clock import local_day
from crs_desktop.patients.model import Course, Infusion, PatientRecord, Window
from crs_desktop.patients.rules import course_window, merged
from crs_desktop.patients.service import records
from crs_desktop.policy.model import Policy
from crs_desktop.policy.service import policy_on
from crs_desktop.stock import repository as stock
from crs_desktop.stock.model import Earmark, OnHand, Place
from crs_desktop.stock.ordering.deliveries import Delivery
from crs_desktop.therapies import repository as therapies
from crs_desktop.therapies.adoption import Adoption

# Doses are listed this far past the horizon, so that a window starting on its last day is known in whole.
_SCHEDULE_DAYS = 60


@dataclass(frozen=True, slots=True)
class Situation:
    """What is true at one instant."""

    now: datetime
    today: date
    zone: ZoneInfo
    demo: bool
    policy: Policy
    records: tuple[PatientRecord, ...]
    windows: tuple[Window, ...]
    doses: tuple[DoseEntry, ...]
    open_episodes: frozenset[int]
    on_hand: tuple[OnHand, ...]
    earmarks: tuple[Earmark, ...]
    adoptions: tuple[Adoption, ...]
    discrepancies: int
    doses_per_episode: int
    horizon_days: int
    deliveries: tuple[Delivery, ...] = ()
    planned: tuple[PlannedNeed, ...] = ()
    places: tuple[Place, ...] = ()

    def record(self, patient_id: int) -> PatientRecord:
        """The record of a patient."""
        return next(record for record in self.records if record.patient.id == patient_id)

    def adoption(self, fingerprint: str) -> Adoption | None:
        """The latest signature under a protocol version."""
        found = [item for item in self.adoptions if item.fingerprint == fingerprint]
        return found[-1] if found else None


def _window(session: Session, course: Course, infused: Sequence[Infusion], policy: Policy) -> Window | None:
    """The window of a course by the policy of the day it begins: a row dated ahead holds for what it will meet."""
    window = course_window(course, infused, policy)
    if window is None or window.days.first <= policy.day:
        return window
    return course_window(course, infused, policy_on(session, window.days.first))


def gather(
    session: Session, now: datetime, zone: ZoneInfo, demo: bool, today: date | None = None, days: int | None = None
) -> Situation:
    """Read everything for a day (the present one unless another is asked about) and a horizon (policy's)."""
    day = today or local_day(now, zone)
    policy = policy_on(session, day)
    horizon = policy.whole("horizon") if days is None else days
    known = tuple(records(session, day, day + timedelta(days=horizon + _SCHEDULE_DAYS)))
    windows = merged(
        window
        for record in known
        for course in record.courses
        if (window := _window(session, course, [i for i in record.infusions if i.course_id == course.id], policy))
    )
    log = tuple(standing(doses(session)))
    return Situation(
        now, day, zone, demo, policy, known, windows, log,
        frozenset(episode.id for episode in episodes.episodes(session) if episode.open),
        tuple(stock.on_hand(session)), tuple(stock.earmarks(session)), tuple(therapies.adoptions(session)),
        len(stock.discrepancies(session)), limits_of(policy).per_episode, horizon,
        planned=planned(session, log, zone), places=tuple(stock.places(session).values()),
    )  # fmt: skip
