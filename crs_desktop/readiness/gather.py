"""One consistent snapshot of everything that readiness looks at, read once and handed to pure rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crs_desktop.doses.acts import limits_of, standing
from crs_desktop.doses.entry import DoseEntry
from crs_desktop.doses.planned.model import PlannedNeed
from crs_desktop.doses.planned.repository import planned, planned_patients
from crs_desktop.doses.repository import doses
from crs_desktop.episodes import repository as episodes
from crs_desktop.kernel.clock import local_day
from crs_desktop.patients.model import Course, EndKind, Infusion, PatientRecord, Window
from crs_desktop.patients.over import on_the_board
from crs_desktop.patients.repository import open_patients
from crs_desktop.patients.rules import course_window, merged
from crs_desktop.patients.service import newly_over, records
from crs_desktop.policy.assumed import NOTHING_ASSUMED, Assumed
from crs_desktop.policy.model import Policy
from crs_desktop.policy.service import Policies, longest_after
from crs_desktop.stock import repository as stock
from crs_desktop.stock.commands import UNDER_RECALL
from crs_desktop.stock.model import Earmark, OnHand, Place
from crs_desktop.stock.ordering import repository as ordering
from crs_desktop.stock.ordering.deliveries import Delivery
from crs_desktop.stock.ordering.model import Supplier
from crs_desktop.therapies import repository as therapies
from crs_desktop.therapies.adoption import Adoption

# Doses are listed this far past the horizon, so that a window starting on its last day is known in whole.
_SCHEDULE_DAYS = 60


@dataclass(frozen=True, slots=True)
class Situation:
    """What is true at one instant. `over` are courses found to be told to their end, for nobody to read them again.

    `recalled` are brands of which every lot is recalled, also what is still to come; `changes` are the days to come on
    which another policy begins.
    """

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
    suppliers: tuple[Supplier, ...] = ()
    recalled: frozenset[str] = frozenset()
    changes: tuple[date, ...] = ()
    over: tuple[tuple[int, date], ...] = field(default=(), compare=False)

    def record(self, patient_id: int) -> PatientRecord:
        """The record of a patient."""
        return next(record for record in self.records if record.patient.id == patient_id)

    def adoption(self, fingerprint: str) -> Adoption | None:
        """The latest signature under a protocol version."""
        found = [item for item in self.adoptions if item.fingerprint == fingerprint]
        return found[-1] if found else None


def gather(
    session: Session,
    now: datetime,
    zone: ZoneInfo,
    demo: bool,
    today: date | None = None,
    days: int | None = None,
    *,
    as_of: datetime | None = None,
    assumed: Assumed = NOTHING_ASSUMED,
    everybody: bool = False,
) -> Situation:
    """Read everything for a day (the present one unless another is asked about) and a horizon (policy's).

    With `as_of` only what had been written by then; `assumed` is policy for this question only. Patients whose courses
    are over are not read; `everybody` reads them all the same, and finds the same.
    """
    day = today or local_day(now, zone)
    policies = Policies(session, as_of, assumed)
    policy = policies.on(day)
    horizon = policy.whole("horizon") if days is None else days
    until = day + timedelta(days=horizon + _SCHEDULE_DAYS)
    ids = None if everybody else _asked_about(session, day, as_of)
    read = records(session, day, until, ids, as_of, to_come_only=True)
    log = tuple(standing(doses(session, patient_ids=ids, as_of=as_of)))
    plans = _of_the_living(planned(session, log, zone, as_of), read)
    known, windows = _on_the_board(read, plans, policies, day)
    here = {record.patient.id for record in known}
    entries = tuple(entry for entry in log if entry.patient_id in here)
    ongoing = episodes.episodes(session, patient_ids=here, as_of=as_of)
    recalled = stock.brands_recalled(session, as_of)
    return Situation(
        now, day, zone, demo, policy, known, windows, entries,
        frozenset(episode.id for episode in ongoing if episode.open),
        tuple(stock.on_hand(session, as_of)), tuple(stock.earmarks(session, as_of=as_of)),
        tuple(therapies.adoptions(session, as_of)), stock.open_discrepancies(session, as_of),
        limits_of(policy).per_episode, horizon,
        planned=tuple(plan for plan in plans if plan.patient_id in here),
        places=tuple(stock.places(session, as_of).values()),
        deliveries=tuple(_barred(item, recalled) for item in ordering.deliveries(session, as_of)),
        suppliers=tuple(ordering.suppliers(session, as_of)),
        recalled=recalled,
        changes=policies.changes(day),
        over=() if as_of is not None or today is not None else tuple(newly_over(session, read, day).items()),
    )  # fmt: skip


def _of_the_living(plans: Iterable[PlannedNeed], read: Iterable[PatientRecord]) -> tuple[PlannedNeed, ...]:
    """A dose that was planned for somebody who died takes no vials from anybody."""
    died = {
        record.patient.id
        for record in read
        for course in record.courses
        if course.died or (course.end is not None and course.end.kind is EndKind.DIED)
    }
    return tuple(plan for plan in plans if plan.patient_id not in died)


def _barred(delivery: Delivery, recalled: Collection[str]) -> Delivery:
    """Vials that are held back when they arrive must not be counted on before: so they are from their first minute."""
    return replace(delivery, barred=delivery.brand in recalled or delivery.brand in UNDER_RECALL)


def _asked_about(session: Session, day: date, as_of: datetime | None) -> set[int]:
    """Whom a board of this day may say anything of: never too few."""
    return open_patients(session, day - longest_after(), as_of) | planned_patients(session, as_of)


def _on_the_board(
    read: Sequence[PatientRecord], plans: Sequence[PlannedNeed], policies: Policies, day: date
) -> tuple[tuple[PatientRecord, ...], tuple[Window, ...]]:
    """Whom the board says anything of, and all of their windows."""
    windows: dict[int, list[Window]] = defaultdict(list)
    for window in merged(
        window
        for record in read
        for course in record.courses
        if (window := _window(course, [i for i in record.infusions if i.course_id == course.id], policies, day))
    ):
        windows[window.patient_id].append(window)
    waiting = {plan.patient_id for plan in plans if plan.open}
    known = tuple(
        record
        for record in read
        if on_the_board(record, windows[record.patient.id], record.patient.id in waiting, day)
    )
    here = {record.patient.id for record in known}
    return known, tuple(window for patient in sorted(here) for window in windows[patient])


def _window(course: Course, infused: Sequence[Infusion], policies: Policies, day: date) -> Window | None:
    """The window of a course by the policy of the day it begins: a row dated ahead holds for what it will meet."""
    window = course_window(course, infused, policies.on(day))
    if window is None or window.days.first <= day:
        return window
    return course_window(course, infused, policies.on(window.days.first))
