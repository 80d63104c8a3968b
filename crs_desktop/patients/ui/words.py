"""How a patient, a weight, a window and an infusion are said on the screen: text only, no widgets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.clock import local_day, local_text
from crs_desktop.kernel.days import DayRange, day_text
from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.wording import say
from crs_desktop.patients.dating import population_on, surface_of
from crs_desktop.patients.model import Infusion, InfusionEvent, Outcome, Patient, Window
from crs_desktop.patients.overview import PatientLine
from crs_desktop.therapies.model.dated import ScheduledDose

_NAMED_MOVES = 2
# The short word of a finding beside the allowed days; its whole sentence stands beneath the table.
_SHORT = {
    "therapy_gap_too_short": "patients_early",
    "therapy_gap_too_long": "patients_late",
    "therapy_gap_extended": "patients_extended",
    "therapy_dose_order": "patients_order",
}


def identifiers(patient: Patient) -> tuple[str, str, str]:
    """Name, record number, birth date: what stands above every form about a patient.

    The name stands in a direction of its own, so that one written from right to left cannot turn the number around.
    """
    return (
        f"\u200e\u2068{patient.name}\u2069",
        phrase("patients_record_number", mrn=patient.mrn),
        phrase("patients_born", born=patient.born_text),
    )


def age_text(days: int) -> str:
    """'today', '1 day', '12 days'."""
    if days <= 0:
        return phrase("patients_age_today")
    return phrase("patients_age_one") if days == 1 else phrase("patients_age_days", count=days)


def shortened(text: str, most: int = 48) -> str:
    """A long text for a place of one line; the whole of it stands elsewhere."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def sets_text(count: int) -> str:
    """'1 set', '2 sets'."""
    return phrase("patients_sets_one") if count == 1 else phrase("patients_sets_many", count=count)


def range_text(days: DayRange) -> str:
    """'Tue 1 to Thu 10 Dec'; months and years are said when they differ."""
    first, last = days.first, days.last
    if first == last:
        return day_text(first)
    if first.year != last.year:
        return phrase("patients_range", first=day_text(first), last=day_text(last, year=True))
    begin = day_text(first) if first.month != last.month else day_text(first).rpartition(" ")[0]
    return phrase("patients_range", first=begin, last=day_text(last))


def weight_text(line: PatientLine) -> str:
    """'72.5 kg'."""
    weighing = line.record.weighing
    return phrase("patients_weight_none") if weighing is None else str(weighing.weight)


def weight_age_text(line: PatientLine) -> str:
    """'2 days old', with the word 'stale' when policy says so."""
    if line.weight_days is None:
        return phrase("patients_weight_nobody")
    if line.weight_days <= 0:
        return phrase("patients_weight_fresh")
    return phrase("patients_weight_stale" if line.stale else "patients_weight_age", age=age_text(line.weight_days))


def weight_state(line: PatientLine) -> State | None:
    """Stale is 'ready, but'; no weight is 'cannot say'."""
    if line.weight_days is None:
        return State.CANNOT_SAY
    return State.READY_BUT if line.stale else None


def weight_detail(line: PatientLine) -> str:
    """Weight, age, method, and the policy's limit when it is stale."""
    weighing = line.record.weighing
    if weighing is None or line.weight_days is None:
        return phrase("patients_weight_nobody")
    if line.stale:
        age = age_text(line.weight_days)
        return phrase("patients_weight_stale_why", weight=weighing.weight, age=age, limit=line.weight_limit)
    if line.weight_days <= 0:
        return phrase("patients_weight_today", weight=weighing.weight, method=weighing.method.value)
    age = age_text(line.weight_days)
    return phrase("patients_weight_how", weight=weighing.weight, age=age, method=weighing.method.value)


def height_detail(line: PatientLine, zone: ZoneInfo) -> str:
    """Height, age, method, and the surface with the latest weight; '' when nobody measured and no dose needs it."""
    height = line.record.height
    if height is None:
        return phrase("patients_height_missing") if height_needed(line) else ""
    days = (line.day - local_day(height.measured_at, zone)).days
    if days <= 0:
        said = phrase("patients_height_today", height=height, method=height.method.value)
    else:
        said = phrase("patients_height", height=height, age=age_text(days), method=height.method.value)
    surface = surface_of(line.record.body)
    return said if surface is None else phrase("patients_height_surface", height=said, surface=plain(surface))


def height_needed(line: PatientLine) -> bool:
    """True when a dose is worked out per square metre and nobody has measured."""
    return any(finding.code == "therapy_height_needed" for item in line.record.infusions for finding in item.findings)


def age_rows_text(line: PatientLine, infusion: Infusion) -> str:
    """For which age group the rows of a dose are, where its label tells them apart."""
    course, born = line.record.course(infusion.course_id), line.record.patient.birth_date
    if not any(row.population != "all" for row in course.protocol.premedication):
        return ""
    return phrase(f"patients_age_{population_on(born, infusion.day)}", day=day_text(infusion.day, year=True))


def therapy_text(line: PatientLine) -> str:
    """The therapy of the infusion to come."""
    return line.course.protocol.name if line.course is not None else ""


def step_text(line: PatientLine) -> str:
    """The step that comes next, or how the course ended."""
    course, coming = line.course, line.next
    if coming is not None:
        return coming.dose.label
    if course is not None and course.end is not None:
        return phrase("patients_ended", how=course.end.kind.value, day=day_text(course.end.day))
    return phrase("patients_step_over")


def next_text(line: PatientLine) -> str:
    """The day (and time) of the next infusion; 'overdue' when its day has passed unrecorded."""
    coming = line.next
    if coming is None:
        return phrase("patients_next_none")
    if coming.outcome is Outcome.HELD:
        return phrase("patients_next_held", day=day_text(coming.day))
    day = " ".join(filter(None, (day_text(coming.day), coming.clock_time)))
    return phrase("patients_next_overdue", day=day) if coming.day < line.day else day


def next_state(line: PatientLine) -> State | None:
    """Overdue and held ask for a look."""
    coming = line.next
    if coming is None:
        return None
    return State.READY_BUT if coming.outcome is Outcome.HELD or coming.day < line.day else None


def window_text(line: PatientLine) -> str:
    """The window that is open or comes next."""
    window = line.window
    if window is not None and window.days.first <= line.day:
        return phrase("patients_window_open", last=day_text(window.days.last))
    if window is not None:
        return range_text(window.days)
    if line.windows:
        return phrase("patients_window_closed", last=day_text(line.windows[-1].days.last))
    return phrase("patients_window_none")


def owed_text(line: PatientLine) -> str:
    """The sets of that window."""
    return "" if line.window is None else phrase("patients_sets_owed", sets=sets_text(line.window.sets))


def windows_text(windows: Iterable[Window], day: date) -> str:
    """Each window that is not over, with its sets."""
    said = [
        phrase("patients_window_detail", days=range_text(window.days), sets=sets_text(window.sets))
        for window in windows
        if window.days.last >= day
    ]
    return "; ".join(said) or phrase("patients_window_none")


def allowed_text(dose: ScheduledDose) -> str:
    """The allowed days of a dose; the first dose of a schedule has no limit, an unread window says so."""
    if dose.allowed is not None:
        return range_text(dose.allowed)
    unknown = any(finding.code == "therapy_window_unknown" for finding in dose.findings)
    return phrase("patients_allowed_unknown" if unknown else "patients_allowed_first")


def judged_text(dose: ScheduledDose) -> str:
    """The allowed days, with the word before them when the day is not one of them."""
    code = _judgement(dose)
    return phrase(code, allowed=allowed_text(dose)) if code else allowed_text(dose)


def judged_state(dose: ScheduledDose) -> State | None:
    """A day outside what the label allows asks for a look."""
    return State.READY_BUT if _judgement(dose) else None


def _judgement(dose: ScheduledDose) -> str:
    return next((_SHORT[finding.code] for finding in dose.findings if finding.code in _SHORT), "")


def outcome_text(infusion: Infusion) -> str:
    """What became of an infusion."""
    return phrase("patients_overdue") if _overdue(infusion) else infusion.outcome.value


def outcome_state(infusion: Infusion) -> State | None:
    """Held and not recorded ask for a look; not given is over."""
    return State.READY_BUT if infusion.outcome is Outcome.HELD or _overdue(infusion) else None


def _overdue(infusion: Infusion) -> bool:
    return any(finding.code == "infusion_not_recorded" for finding in infusion.findings)


def long_findings(findings: Iterable[Finding]) -> str:
    """Every finding as a sentence, one a line."""
    return "\n".join(say(finding) for finding in findings)


def event_text(event: InfusionEvent, zone: ZoneInfo) -> str:
    """Who recorded what, when, and why."""
    said = phrase("patients_event_said", kind=event.kind.value, at=local_text(event.at, zone), actor=event.actor)
    return f"{said} {phrase('patients_event_reason', reason=event.reason)}" if event.reason else said


def moved(before: Iterable[Infusion], after: Iterable[Infusion], but: str) -> list[str]:
    """The other doses whose day changes, as words."""
    days = {item.dose.key: item.day for item in before}
    return [
        phrase("patients_move_one", dose=item.dose.label, day=day_text(item.day))
        for item in after
        if item.dose.key != but and days.get(item.dose.key) not in (None, item.day)
    ]


def horizon(day: date) -> date:
    """How far ahead a schedule is shown."""
    return day + timedelta(days=56)


def move_line(moves: Sequence[str]) -> str:
    """Which other doses move: the first ones named, the rest counted."""
    if not moves:
        return phrase("patients_move_none")
    said = "; ".join(moves[:_NAMED_MOVES])
    more = len(moves) - _NAMED_MOVES
    return (
        phrase("patients_move_many", moves=said, count=more) if more > 0 else phrase("patients_move_also", moves=said)
    )
