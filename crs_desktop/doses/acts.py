"""What the recording of a dose does in its one write transaction: dose, vials, promise, episode and log together."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.doses import repository
from crs_desktop.doses.entry import ELSEWHERE, OURS, DoseEntry, NewDose, ReadDose
from crs_desktop.doses.model import DoseRecord, IntervalFrom, Limits, Purpose, VialsUsed
from crs_desktop.doses.rules.arithmetic import calculated_dose
from crs_desktop.doses.rules.deviations import deviations, impossible
from crs_desktop.doses.rules.interval import default_limits
from crs_desktop.doses.rules.second_look import DOSE
from crs_desktop.episodes import repository as episodes
from crs_desktop.episodes.model import Episode, Grade
from crs_desktop.episodes.service import ReadGrade, add_grade, open_episode
from crs_desktop.kernel.clock import local_day, to_milliseconds
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients import repository as patients
from crs_desktop.patients.model import Weighing
from crs_desktop.policy.model import Policy
from crs_desktop.policy.service import policy_on
from crs_desktop.staff.signing.acts import correct
from crs_desktop.stock import acts as stock_acts
from crs_desktop.stock import repository as stock
from crs_desktop.stock.model import heavier
from crs_desktop.store.store import Result, Writing

# A record entered later than this after the start is marked as entered late; a habit of this program, from no source.
LATE_AFTER = timedelta(hours=4)


def limits_of(policy: Policy) -> Limits:
    """The limits in force: label and guideline, with the clock that policy chose."""
    return default_limits(IntervalFrom(policy.value("interval_from")))


def log_dose(writing: Writing, read: ReadDose, zone: ZoneInfo) -> Result | Refused:
    """Record a dose given. Refused only for the impossible, or while a deviation still lacks its reason and name."""
    session = writing.session
    if not patients.patients(session, [read.patient_id]):
        return refuse(no("patient_unknown", "patient", read.patient_id))
    unknown = _unknown_vials(writing, read)
    if unknown is not None:
        return refuse(unknown)
    policy = policy_on(session, local_day(read.started_at, zone))
    weighing = _weighing_for(writing, read)
    record = _record(writing, read, policy, weighing, zone)
    wrong = impossible(record, zone)
    if wrong:
        return refuse(*wrong)
    found = deviations(record, zone)
    if found and not (read.deviation_reason and read.deviation_name):
        return refuse(no("deviation_needs_reason", "deviation_reason", len(found)), *found)
    episode = None
    if read.purpose is Purpose.RESCUE:
        known = episode_at(episodes.episodes(session, read.patient_id), read.started_at)
        episode = known or open_episode(writing, read.patient_id, read.started_at)
    grade = None if read.grade is None else _add_grade(writing, read.patient_id, read.grade, episode)
    dose = _add(writing, read, found, policy, weighing, (episode, grade))
    missing = 0
    for line in read.vials:
        _, lacking = stock_acts.spend(writing, line, dose)
        repository.add_vials(session, dose, line, lacking)
        missing += lacking
    released = _release(writing, read, dose, zone)
    return {"dose": dose, "deviations": len(found), "missing": missing, "released": released}


def reverse_dose(writing: Writing, dose_id: int, reason: str) -> Result | Refused:
    """Take a mistaken record back: its vials return to the ledger, the record stays readable.

    What a second person found to differ, and nobody has explained, has then led to a correction.
    """
    found = next((entry for entry in repository.doses(writing.session) if entry.id == dose_id), None)
    if found is None:
        return refuse(no("dose_unknown", "dose", dose_id))
    if found.reversed_because is not None:
        return refuse(no("dose_already_reversed", "dose", dose_id, reason=found.reversed_because))
    repository.add_reversal(writing.session, dose_id, reason, writing.at, writing.actor.name)
    lines = stock_acts.give_back(writing, dose_id, reason)
    writing.log("dose", dose_id, "reverse", reason=reason, after={"movements": lines})
    correct(writing, DOSE, str(dose_id), reason)
    return {"dose": dose_id, "movements": lines}


def standing(entries: list[DoseEntry]) -> list[DoseEntry]:
    """Entries that have not been taken back."""
    return [entry for entry in entries if entry.reversed_because is None]


def latest_weighing(found: list[Weighing], at: datetime) -> Weighing | None:
    """The weight known at an instant: the latest measured on or before it."""
    known = [item for item in found if item.measured_at <= at]
    return max(known, key=lambda item: (item.measured_at, item.id), default=None)


def episode_at(found: list[Episode], start: datetime) -> int | None:
    """The episode that a dose of this start belongs to: the closed one that was open then, else the open one."""
    for episode in found:
        if episode.closed_at is not None and episode.opened_at <= start <= episode.closed_at:
            return episode.id
    return next((episode.id for episode in found if episode.open), None)


def holders(courses: list[int]) -> set[str]:
    """The names under which stock may hold vials for these courses."""
    return {f"course:{course}" for course in courses}


def _unknown_vials(writing: Writing, read: ReadDose) -> Finding | None:
    lots, places = stock.lots(writing.session), stock.places(writing.session)
    for line in read.vials:
        if line.lot_id not in lots or line.place_id not in places:
            return no("stock_lot_unknown", "vials", line.lot_id)
    return None


def _weighing_for(writing: Writing, read: ReadDose) -> Weighing | None:
    return latest_weighing(patients.weighings(writing.session).get(read.patient_id, []), read.started_at)


def _record(writing: Writing, read: ReadDose, policy: Policy, weighing: Weighing | None, zone: ZoneInfo) -> DoseRecord:
    session, day = writing.session, local_day(read.started_at, zone)
    lots, places, here = stock.lots(session), stock.places(session), stock.states_by_place(session)
    episode = episode_at(episodes.episodes(session, read.patient_id), read.started_at)
    others = tuple(entry.given(episode) for entry in standing(repository.doses(session, read.patient_id)))
    vials = tuple(
        VialsUsed(
            lots[line.lot_id].number, lots[line.lot_id].brand, lots[line.lot_id].strength, line.vials,
            lots[line.lot_id].expires, heavier(lots[line.lot_id].state, here.get(line.key)),
            places[line.place_id].reach <= policy.counted_reach,
        )
        for line in read.vials
    )  # fmt: skip
    age = None if weighing is None else (day - local_day(weighing.measured_at, zone)).days
    return DoseRecord(
        read.started_at, read.ended_at, read.purpose, read.amount, day, writing.at, others, limits_of(policy),
        None if weighing is None else weighing.weight, age, policy.whole("weight_age"), policy.rounding, LATE_AFTER,
        vials, read.supply == ELSEWHERE,
    )  # fmt: skip


def _add_grade(writing: Writing, patient_id: int, read: ReadGrade, episode: int | None) -> int:
    """The grade told with a dose belongs to the dose's episode, also when that one is closed by now."""
    if episode is None:
        return add_grade(writing, patient_id, read)
    grade = Grade(0, episode, read.kind, read.grade, read.scale, read.told_by, read.graded_at, writing.actor.name)
    number = episodes.add_grade(writing.session, grade, writing.at)
    writing.log("grade", number, "tell", after={**read.content(), "episode": episode})
    return number


def _add(
    writing: Writing, read: ReadDose, found: tuple[Finding, ...], policy: Policy, weighing: Weighing | None,
    links: tuple[int | None, int | None],
) -> int:  # fmt: skip
    courses = patients.courses(writing.session).get(read.patient_id, [])
    running = [course for course in courses if course.start <= policy.day] or courses
    protocol = max(running, key=lambda item: (item.start, item.id)).protocol.fingerprint if running else ""
    calculated = None if weighing is None else calculated_dose(weighing.weight)
    new = NewDose(
        writing.request.request_id, read, *links, calculated, weighing, found, policy.fingerprint, protocol,
        writing.at, writing.actor.name,
    )  # fmt: skip
    dose = repository.add_dose(writing.session, new)
    after = {
        "patient": read.patient_id, "mcg": read.amount.mcg, "started_at": to_milliseconds(read.started_at),
        "supply": read.supply, "deviations": [item.code for item in found],
        "vials": [[line.lot_id, line.place_id, line.vials] for line in read.vials],
    }  # fmt: skip
    writing.log("dose", dose, "give", after=after, reason=read.deviation_reason)
    return dose


def _release(writing: Writing, read: ReadDose, dose: int, zone: ZoneInfo) -> int | None:
    """The dose uses one set that was promised to this patient: the one with the same vials, else the first.

    What was promised on a later day was promised for another dose.
    """
    if read.purpose is not Purpose.RESCUE or read.supply != OURS:
        return None
    courses = patients.courses(writing.session).get(read.patient_id, [])
    mine = holders([course.id for course in courses])
    day = local_day(read.started_at, zone)
    held = (item for item in stock.earmarks(writing.session) if item.holder in mine)
    promised = [item for item in held if local_day(item.at, zone) <= day]
    if not promised:
        return None
    used = min(promised, key=lambda item: (item.vials != read.vials, item.set_no, item.id))
    stock.release(writing.session, [used.id], writing.at, f"dose {dose} given")
    writing.log("earmark", used.id, "release", after={"dose": dose})
    return used.id
