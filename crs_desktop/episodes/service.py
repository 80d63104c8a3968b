"""Use cases of episodes: tell a grade, close an episode."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crs_desktop.episodes import repository
from crs_desktop.episodes.model import KINDS, SCALES, Episode, Grade
from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.clock import local_day, to_milliseconds
from crs_desktop.kernel.entry import read_count, read_local_instant, read_name, read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients.repository import patients
from crs_desktop.store.store import Request, Result, Store, Writing


@dataclass(frozen=True, slots=True)
class GradeTyped:
    """A grade as typed: kind (CRS or ICANS), 0 to 5, scale, who told it, local time."""

    kind: str
    grade: str
    scale: str
    told_by: str
    graded_at: str


@dataclass(frozen=True, slots=True)
class ReadGrade:
    """A grade that was understood."""

    kind: str
    grade: int
    scale: str
    told_by: str
    graded_at: datetime

    def content(self) -> Result:
        """As it is compared and logged."""
        return {
            "kind": self.kind, "grade": self.grade, "scale": self.scale, "told_by": self.told_by,
            "at": to_milliseconds(self.graded_at),
        }  # fmt: skip


def read_grade(typed: GradeTyped, now: datetime, zone: ZoneInfo) -> ReadGrade | Refused:
    """Understand a grade; it is never derived, and never from the future."""
    number = read_count(typed.grade, "grade", 0, 5) if typed.grade.strip() else no("text_missing", "grade")
    told_by = read_name(typed.told_by, "told_by")
    graded_at = read_local_instant(typed.graded_at, zone, "graded_at")
    findings = [item for item in (number, told_by, graded_at) if isinstance(item, Finding)]
    findings += [no("text_missing", name) for name in ("kind", "scale") if not getattr(typed, name).strip()]
    if typed.kind.strip() and typed.kind not in KINDS:
        findings.append(no("grade_kind", "kind", typed.kind, known=" or ".join(KINDS)))
    if typed.scale.strip() and typed.scale not in SCALES:
        findings.append(no("grade_scale", "scale", typed.scale, known=", ".join(SCALES)))
    if isinstance(graded_at, datetime) and graded_at > now:
        findings.append(no("time_in_the_future", "graded_at", typed.graded_at))
    if findings:
        return refuse(*findings)
    assert isinstance(number, int) and isinstance(told_by, str) and isinstance(graded_at, datetime)
    return ReadGrade(typed.kind, number, typed.scale, told_by, graded_at)


def open_episode(writing: Writing, patient_id: int, opened_at: datetime) -> int:
    """The id of the patient's open episode; opens one when there is none."""
    for episode in repository.episodes(writing.session, patient_id):
        if episode.open:
            return episode.id
    number = repository.add_episode(writing.session, patient_id, opened_at, writing.at, writing.actor.name)
    writing.log("episode", number, "open", after={"patient": patient_id, "opened_at": to_milliseconds(opened_at)})
    return number


def add_grade(writing: Writing, patient_id: int, read: ReadGrade) -> int:
    """Add a grade to the open episode (opening one when needed); answers the grade's id."""
    episode = open_episode(writing, patient_id, read.graded_at)
    grade = Grade(0, episode, read.kind, read.grade, read.scale, read.told_by, read.graded_at, writing.actor.name)
    number = repository.add_grade(writing.session, grade, writing.at)
    writing.log("grade", number, "tell", after={**read.content(), "episode": episode})
    return number


class EpisodeBook:
    """The site's episodes."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return self._zone

    @property
    def today(self) -> date:
        """The site's present day."""
        return local_day(self._store.clock.now(), self._zone)

    def all(self) -> list[Episode]:
        """Every episode in the order they opened."""
        with self._store.read() as session:
            return repository.episodes(session)

    def of(self, patient_id: int) -> list[Episode]:
        """A patient's episodes in the order they opened."""
        with self._store.read() as session:
            return repository.episodes(session, patient_id)

    def tell(self, request_id: str, patient_id: int, typed: GradeTyped, actor: Actor) -> Result | Refused:
        """Record a grade as told; opens an episode when none is open."""
        read = read_grade(typed, self._store.clock.now(), self._zone)
        if isinstance(read, Refused):
            return read

        def work(writing: Writing) -> Result | Refused:
            if not patients(writing.session, [patient_id]):
                return refuse(no("patient_unknown", "patient", patient_id))
            return {"grade": add_grade(writing, patient_id, read)}

        request = Request(request_id, "tell grade", {"patient": patient_id, **read.content()})
        return self._store.perform(request, actor, [Topic.EPISODES, Topic.READINESS], work)

    def close(self, request_id: str, patient_id: int, reason: str, actor: Actor) -> Result | Refused:
        """Close the open episode, with the reason."""
        read = read_text(reason, "reason")
        if isinstance(read, Finding):
            return refuse(read)

        def work(writing: Writing) -> Result | Refused:
            for episode in repository.episodes(writing.session, patient_id):
                if episode.open:
                    repository.close(writing.session, episode.id, read, writing.at, writing.actor.name)
                    writing.log("episode", episode.id, "close", reason=read)
                    return {"episode": episode.id}
            return refuse(no("episode_none_open", "patient", patient_id))

        request = Request(request_id, "close episode", {"patient": patient_id, "reason": read})
        return self._store.perform(request, actor, [Topic.EPISODES, Topic.READINESS], work)
