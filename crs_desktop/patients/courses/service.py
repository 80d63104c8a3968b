"""Use cases of a course that goes on otherwise: moved to another version, begun again, a phase entered."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crs_desktop.kernel.actors import Actor
from crs_desktop.kernel.changes import Topic
from crs_desktop.kernel.entry import read_text
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients.courses import acts
from crs_desktop.patients.courses.commands import EnterPhase, MoveCourse, RestartCourse, read_day_and_reason
from crs_desktop.patients.courses.versions import Offer, adopted_versions
from crs_desktop.store.store import Request, Result, Store

_TOPICS = [Topic.PATIENTS, Topic.READINESS]


class CourseBook:
    """The courses of the site's patients, once they have begun."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone

    def versions(self, therapy_id: str) -> tuple[Offer, ...]:
        """Every version of a therapy that this site has adopted, the newest signature first."""
        with self._store.read() as session:
            return adopted_versions(session, therapy_id)

    def move(self, command: MoveCourse, actor: Actor) -> Result | Refused:
        """Let a course follow another adopted version; refused when something recorded would lose its place."""
        reason = read_text(command.reason, "reason")
        findings = [reason] if isinstance(reason, Finding) else []
        if not command.fingerprint:
            findings.append(no("text_missing", "fingerprint"))
        if findings:
            return refuse(*findings)
        assert isinstance(reason, str)
        content = {"course": command.course_id, "fingerprint": command.fingerprint, "reason": reason}
        return self._store.perform(
            Request(command.request_id, "move course", content), actor, _TOPICS,
            lambda writing: acts.move(writing, command.course_id, command.fingerprint, reason),
        )  # fmt: skip

    def restart(self, command: RestartCourse, actor: Actor) -> Result | Refused:
        """Begin a step-up again on the same version; the window of what was given stays, a new one opens."""
        read = read_day_and_reason(command.start, "start", command.reason)
        findings = list(read.findings) if isinstance(read, Refused) else []
        if not command.row_id:
            findings.insert(0, no("text_missing", "row"))
        if findings or isinstance(read, Refused):
            return refuse(*findings)
        start, reason = read
        content = {
            "course": command.course_id, "row": command.row_id, "start": start.isoformat(), "reason": reason,
        }  # fmt: skip
        return self._store.perform(
            Request(command.request_id, "restart course", content), actor, [*_TOPICS, Topic.STOCK],
            lambda writing: acts.restart(
                writing, command.course_id, command.row_id, start, reason, self._zone
            ),
        )  # fmt: skip

    def enter_phase(self, command: EnterPhase, actor: Actor) -> Result | Refused:
        """Record that a prescriber has entered a phase that needs a judgement."""
        read = read_day_and_reason(command.day, "day", command.reason)
        if isinstance(read, Refused):
            return read
        day, reason = read
        content = {
            "course": command.course_id, "phase": command.phase_id, "day": day.isoformat(), "reason": reason,
        }  # fmt: skip
        return self._store.perform(
            Request(command.request_id, "enter phase", content), actor, _TOPICS,
            lambda writing: acts.enter_phase(writing, command.course_id, command.phase_id, day, reason),
        )  # fmt: skip
