"""Pure rules of scores: read what was typed, work it out exactly, and say for whom and when the score was made.

All arithmetic is in fractions; only the shown value is rounded, half up, and every limit is held against the exact one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from crs_desktop.kernel.amounts import grouped
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Finding, Refused, beware, no, refuse
from crs_desktop.patients.dating import PAEDIATRIC, population_on
from crs_desktop.patients.model import Course, Infusion
from crs_desktop.patients.risk.model import Band, Begins, Measured, Score, ScoreResult
from crs_desktop.therapies.model.dated import CalendarNote
from crs_desktop.therapies.rules.lead_in import LAST_DAY, LATEST_START, lead_in_notes

_NUMBER = re.compile(r"[0-9]{1,7}(\.[0-9]{1,4})?")
_LYMPHODEPLETION = "lymphodepletion"


def read_values(score: Score, typed: Mapping[str, tuple[str, str]]) -> tuple[Measured, ...] | Refused:
    """What was typed for each input, (number, unit); or every reason why not, each missing input by its name."""
    found: list[Measured] = []
    findings: list[Finding] = []
    for item in score.inputs:
        number, unit_text = (part.strip() for part in typed.get(item.id, ("", "")))
        unit = item.unit(unit_text)
        if not number:
            findings.append(no("risk_input_missing", item.id, name=item.name))
        elif not _NUMBER.fullmatch(number):
            findings.append(no("risk_number_not_understood", item.id, number, name=item.name))
        elif unit is None:
            known = ", ".join(one.text for one in item.units)
            findings.append(no("risk_unit_missing", f"{item.id}_unit", unit_text, name=item.name, known=known))
        else:
            value = Fraction(number) * unit.factor
            if item.id == score.divide and value == 0:
                findings.append(no("risk_division_by_nothing", item.id, number, name=item.name))
            found.append(Measured(item.id, Decimal(number), unit.text, value))
    return refuse(*findings) if findings else tuple(found)


def doubts(score: Score, measured: Iterable[Measured]) -> tuple[Finding, ...]:
    """Values far from what laboratories report: asked again, because the unit may be another one."""
    found = []
    for one in measured:
        item = score.input(one.input)
        if not item.plausible.holds(one.value):
            said = f"{grouped(one.typed)} {one.unit}"
            found.append(beware("risk_implausible", one.input, said, name=item.name))
    return tuple(found)


def converted(score: Score, one: Measured) -> str:
    """The value in the unit of the formula, for people; rounded half up to four decimals where it does not end."""
    return f"{grouped(rounded(one.value, 4))} {score.input(one.input).units[0].text}"


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Half up; the value is not negative."""
    scaled = value * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole).scaleb(-decimals)


def worked_out(score: Score, measured: Sequence[Measured]) -> ScoreResult:
    """The score of these values. Raises KeyError when an input is missing; `read_values` has asked for all."""
    values = {one.input: one.value for one in measured}
    points: tuple[tuple[str, int], ...] = ()
    if score.kind == "ratio":
        exact = Fraction(1) / values[score.divide]
        for name in score.multiply:
            exact *= values[name]
    else:
        points = tuple(
            (item.id, next(row.points for row in item.points if row.span.holds(values[item.id])))
            for item in score.inputs
        )
        exact = Fraction(sum(count for _, count in points))
    shown = rounded(exact, score.decimals)
    band = next((one for one in score.bands if one.span.holds(exact)), None)
    findings = (*_about_score(score), *_near(band, exact, shown), *_on_limits(score, values))
    return ScoreResult(
        score.id, score.version, exact, shown, points, band, score.confidence, score.unverified, findings
    )  # fmt: skip


def _about_score(score: Score) -> list[Finding]:
    found = []
    unsure = [item.name for item in score.inputs if item.backing is not None and item.backing.unverified]
    if unsure:
        found.append(beware("risk_points_unverified", "score", score.name, names=", ".join(unsure)))
    if not score.bands:
        found.append(beware("risk_no_cutoff", "score", score.name, why=score.no_bands))
    return found


def _near(band: Band | None, exact: Fraction, shown: Decimal) -> list[Finding]:
    """The shown value looks like the cut-off, the exact one is not."""
    limits = () if band is None else band.span.limits
    return [
        beware("risk_near_cutoff", "score", shown, cutoff=grouped(limit))
        for limit in limits
        if shown == limit and exact != limit
    ]


def _on_limits(score: Score, values: Mapping[str, Fraction]) -> list[Finding]:
    """A value on a limit that nobody has read in the paper: the other side is possible."""
    found = []
    for item in score.inputs:
        limits = {limit for row in item.points for limit in row.span.limits}
        if item.backing is not None and item.backing.unverified and values[item.id] in limits:
            said = f"{grouped(rounded(values[item.id], 4))} {item.units[0].text}"
            found.append(beware("risk_on_the_limit", item.id, said, name=item.name))
    return found


def population_findings(score: Score, course: Course | None, born: date, day: date) -> tuple[Finding, ...]:
    """Whether the score was made for this patient's therapy and age on the day of the values."""
    found = []
    if course is None:
        found.append(beware("risk_no_course", "course", population=score.population))
    elif not any(
        product == course.protocol.id and (not regimens or course.regimen_id in regimens)
        for product, regimens in score.made_for
    ):
        regimen = course.protocol.regimen(course.regimen_id)
        indication = "" if regimen is None else regimen.title
        found.append(
            beware(
                "risk_other_population", "course", course.protocol.name, regimen=indication, score=score.name,
                population=score.population,
            )
        )  # fmt: skip
    if score.adults and population_on(born, day) == PAEDIATRIC:
        found.append(beware("risk_adults_only", "birth_date", day_text(born, year=True), score=score.name))
    return tuple(found)


def first_cells(course: Course, infusions: Iterable[Infusion]) -> date | None:
    """The day of the first cells of a course, planned or given."""
    days = [item.day for item in infusions if item.course_id == course.id and item.dose.role == "cells"]
    return min(days, default=None)


def lymphodepletion_begins(course: Course, infusions: Iterable[Infusion]) -> Begins | None:
    """Between which days lymphodepletion begins by the protocol; None when that is not known.

    Drugs on fixed days: the first of them. Drugs in a window: as early as the window lets them end, as late as it must
    begin. Of alternatives each is possible; of drugs that belong together the earliest begins.
    """
    doses = [item.dose for item in infusions if item.course_id == course.id]
    notes = [
        note
        for note in lead_in_notes(course.protocol, course.regimen_id, doses, None)
        if note.kind.startswith(_LYMPHODEPLETION)
    ]
    lasting = {row.path: row.lasting_days for row in course.protocol.lead_in}
    together: list[Begins] = []
    apart: list[Begins] = []
    for path, group in _by_path(notes).items():
        begins = _begins(group, lasting[path])
        if begins is None:
            return None
        (apart if group[0].alternative else together).append(begins)
    ways = [*([_earliest(together)] if together else []), *apart]
    return None if not ways else Begins(min(way.first for way in ways), max(way.last for way in ways))


def _by_path(notes: Iterable[CalendarNote]) -> dict[str, list[CalendarNote]]:
    groups: dict[str, list[CalendarNote]] = {}
    for note in notes:
        groups.setdefault(note.path, []).append(note)
    return groups


def _earliest(together: Sequence[Begins]) -> Begins:
    return Begins(min(one.first for one in together), min(one.last for one in together))


def _begins(group: Sequence[CalendarNote], lasting: int | None) -> Begins | None:
    windows = {note.kind.removeprefix(_LYMPHODEPLETION): note.days for note in group}
    if LAST_DAY in windows:
        ends, latest = windows[LAST_DAY], windows.get(LATEST_START)
        if ends is None or latest is None or lasting is None:
            return None
        return Begins(ends.first - timedelta(days=lasting - 1), latest.last)
    days = [note.days.first for note in group if note.days is not None]
    return Begins(min(days), min(days)) if len(days) == len(group) else None


def timing_findings(
    score: Score, course: Course | None, infusions: Sequence[Infusion], day: date
) -> tuple[Finding, ...]:  # fmt: skip
    """Whether the values are of the time that the score was made for: before lymphodepletion begins.

    Nothing without a course, and nothing for a therapy without cells: that is another population, which is said.
    """
    if course is None or course.protocol.kind != "car_t":
        return ()
    cells, begins = first_cells(course, infusions), lymphodepletion_begins(course, infusions)
    said, wanted = day_text(day, year=True), score.timing_text
    if cells is not None and day > cells:
        after = day_text(cells, year=True)
        return (beware("risk_after_cells", "measured_at", said, wanted=wanted, score=score.name, cells=after),)
    if begins is None:
        return (beware("risk_lymphodepletion_unknown", "measured_at", said, wanted=wanted, score=score.name),)
    last = day_text(begins.last, year=True)
    if day > begins.last:
        return (beware("risk_after_lymphodepletion", "measured_at", said, wanted=wanted, score=score.name, began=last),)
    if day >= begins.first:
        first = day_text(begins.first, year=True)
        return (
            beware(
                "risk_maybe_after_lymphodepletion", "measured_at", said, wanted=wanted, score=score.name, first=first,
                last=last,
            ),
        )  # fmt: skip
    return ()
