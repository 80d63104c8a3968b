"""What the label says after a delay, in words: the row of the day, what goes with it, and when that changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from crs_desktop.desktop.words import phrase
from crs_desktop.kernel.days import day_text
from crs_desktop.patients.courses.restarting import advice_on, begins_again, is_next, last_given
from crs_desktop.patients.dating import dose_label
from crs_desktop.patients.model import Course, Infusion, InfusionEvent, Outcome
from crs_desktop.patients.overview import PatientLine
from crs_desktop.patients.ui.sureness import Marks, marks_of
from crs_desktop.therapies.model.care import RestartRow
from crs_desktop.therapies.model.dated import RestartAdvice
from crs_desktop.therapies.rules.restart import NO_RULE, ROW

_LATE = ("therapy_gap_too_long", "therapy_gap_extended", "infusion_not_recorded")


def last_of(line: PatientLine, course: Course) -> InfusionEvent | None:
    """The last dose given in a course, or in the one that it took the place of."""
    return last_given(course, line.record.courses, line.events)


def late_advice(line: PatientLine, infusion: Infusion) -> str:
    """For the dose that comes next, when it is late: what the label says today and from when on it says otherwise."""
    course = line.record.course(infusion.course_id)
    late = infusion.outcome is Outcome.HELD or any(finding.code in _LATE for finding in infusion.findings)
    last = last_of(line, course)
    if course.end is not None or not late or last is None or not is_next(infusion, line.record.infusions):
        return ""
    day = max(line.day, infusion.day)
    said = [phrase("patients_advice_today" if day == line.day else "patients_advice_day", day=day_text(day))]
    marks = marks_of(line, course)
    said.append(advice_text(marks, course, last, day))
    return "\n".join((" ".join(said), *changes_text(marks, course, last, day)))


def advice_text(marks: Marks, course: Course, last: InfusionEvent, day: date, where: bool = True) -> str:
    """What the version that the course follows says for a day; where it says nothing, that.

    `where` adds with which act a step-up begins again.
    """
    days, dose = (day - last.day).days, dose_label(course, last.dose_key) or last.dose_key
    advice = advice_on(course, last, day)
    since = phrase("patients_advice_since_one" if days == 1 else "patients_advice_since", days=days, dose=dose)
    if advice is None or advice.kind == NO_RULE:
        return phrase("patients_advice_no_rule", since=since)
    if advice.kind == ROW and advice.row is not None:
        said = row_lines(advice.row, marks)
        if where and begins_again(advice.row) and course.restart_row != advice.row.id:
            said.append(phrase("patients_row_begin_again"))
        return phrase("patients_advice_row", since=since, row=" ".join(said))
    return phrase(f"patients_advice_{advice.kind}", since=since)


def changes_text(marks: Marks, course: Course, last: InfusionEvent, day: date) -> list[str]:
    """From which day on the label says otherwise, and what; nothing when it does not."""
    advice = advice_on(course, last, day)
    if advice is None or advice.changes_on is None:
        return []
    later = advice_text(marks, course, last, advice.changes_on)
    return [phrase("patients_advice_from", day=day_text(advice.changes_on), text=later)]


def row_lines(row: RestartRow, marks: Marks) -> list[str]:
    """What a row says, one sentence each: the action, premedication, observation, judgement, how sure."""
    said = [f"{row.action[:1].upper()}{row.action[1:].rstrip('.')}."]
    said.append(_yes_no_unknown("premedicate", row.premedicate))
    said.append(_yes_no_unknown("observe", row.observe_as_step_up))
    if row.repeat_lead_in:
        said.append(phrase("patients_row_lead_in"))
    if row.weigh_benefit:
        said.append(phrase("patients_row_benefit"))
    sure = marks.about(row.path)
    if sure.state is not None or marks.changed(row.path):
        said.append(phrase("patients_row_sure", sure=sure.words))
    return said


def _yes_no_unknown(what: str, value: bool | None) -> str:
    return phrase(f"patients_row_{what}_{'unknown' if value is None else 'yes' if value else 'no'}")


def row_choice(row: RestartRow) -> str:
    """A row in a list: when it holds, then what to do."""
    if row.event:
        grades = ", ".join(str(grade) for grade in row.grades)
        when = phrase("patients_row_after_event", event=row.event, grades=grades)
    elif row.least is not None and row.most is not None:
        when = phrase("patients_row_between", least=row.least, most=row.most, unit=row.unit)
    elif row.least is not None:
        when = phrase("patients_row_from", least=row.least, unit=row.unit)
    elif row.most is not None:
        when = phrase("patients_row_up_to", most=row.most, unit=row.unit)
    else:
        when = ""
    return ": ".join(filter(None, (when, row.action)))


def row_of_day(advice: RestartAdvice | None, rows: Sequence[RestartRow]) -> RestartRow | None:
    """The row of these that the label names for the day of the advice."""
    return next((row for row in rows if advice is not None and advice.row == row), None)


def soon(day: date) -> date:
    """How far ahead the dates of a changed course are looked at."""
    return day + timedelta(days=120)
