"""Reads what surrounds the doses: lead-in, premedication, observation, durations, restart, bags, sentences, risk."""

from __future__ import annotations

from fnmatch import fnmatchcase

from crs_desktop.therapies.model.care import (
    BagChange,
    Duration,
    LeadIn,
    Line,
    Observation,
    Premedication,
    RestartRow,
    RiskRow,
    Unknown,
)
from crs_desktop.therapies.model.doses import Amount, Regimen
from crs_desktop.therapies.model.facts import Value
from crs_desktop.therapies.schema.reading import Table
from crs_desktop.therapies.schema.regimens import DOSE_UNITS, regimen_ids

TOPICS = (
    "identity",
    "indication",
    "presentation",
    "administration",
    "handling",
    "hold",
    "tocilizumab",
    "emergency",
    "prophylaxis",
    "driving",
    "discharge",
    "rems",
    "crs",
    "icans",
    "other_event",
    "stop",
    "disagreement",
    "dosing",
)
POPULATIONS = ("all", "adult", "paediatric")
DURATION_KINDS = ("daily_checks", "monitor", "stay_near", "no_driving")
SITUATIONS = ("delay_after:", "interruption", "adverse_event_pause", "after_event")
FIGURES = {
    "crs_any_pct": "percent of all patients",
    "crs_grade3plus_pct": "percent of all patients",
    "crs_grade1_pct": "percent of all patients",
    "crs_grade2_pct": "percent of all patients",
    "crs_grade3_pct": "percent of all patients",
    "crs_grade4_pct": "percent of all patients",
    "crs_recurrent_pct": "percent of all patients",
    "crs_after_SUD1_pct": "percent of all patients",
    "crs_after_SUD2_pct": "percent of all patients",
    "crs_after_FULL1_pct": "percent of all patients",
    "crs_first_later_pct": "percent of all patients",
    "onset_days_median": "days",
    "duration_days_median": "days",
    "tocilizumab_pct_of_all": "percent of all patients",
    "steroid_pct_of_all": "percent of all patients",
    "repeat_crs_with_tocilizumab_pct": "percent of patients with a first event given tocilizumab",
    "repeat_crs_without_tocilizumab_pct": "percent of patients with a first event not given tocilizumab",
    "neurotoxicity_any_pct": "percent of all patients",
    "neurotoxicity_grade3plus_pct": "percent of all patients",
    "neurotoxicity_onset_days_median": "days",
    "neurotoxicity_duration_days_median": "days",
    "icans_pct": "percent of all patients",
}
RANGES = {"onset_days_range": "days", "duration_days_range": "days", "neurotoxicity_onset_days_range": "days"}


def read_lead_in(top: Table, regimens: tuple[Regimen, ...]) -> tuple[LeadIn, ...]:
    """Lymphodepletion and companion drugs on days counted as the regimen counts them."""
    rows = []
    for table in top.tables("lead_in"):
        row_id, drug = table.identity(), table.word("drug", required=True)
        kind = table.word("kind", required=True, allowed=("lymphodepletion", "companion"))
        unit = table.word("unit", required=True, allowed=DOSE_UNITS)
        dose = table.number("dose", unit, required=True)
        route = table.text("route", required=True)
        days = table.wholes("days", "day as the label counts", required=True)
        rows.append(
            LeadIn(
                row_id,
                drug,
                kind,
                Amount(dose, unit) if dose is not None else None,
                route,
                days,
                regimen_ids(table, regimens),
                table.path,
            )
        )
        table.close()
    return tuple(rows)


def read_premedication(top: Table, regimens: tuple[Regimen, ...]) -> tuple[Premedication, ...]:
    """One row a medicine; minutes count back from the start of the dose."""
    return tuple(_premedication(table, regimens) for table in top.tables("premedication"))


def _premedication(table: Table, regimens: tuple[Regimen, ...]) -> Premedication:
    row_id, drug = table.identity(), table.word("drug", required=True)
    kind = table.word(
        "kind", required=True, allowed=("corticosteroid", "antihistamine", "antipyretic", "antiviral", "fluid", "other")
    )
    unit = table.word("unit", required=True, allowed=DOSE_UNITS)
    dose = table.numbers("dose", unit, required=True)
    cap_unit = table.word("cap_unit", required="cap" in table.content, allowed=DOSE_UNITS)
    cap = table.number("cap", cap_unit)
    route = table.texts("route")
    if "route" not in table.content:
        table.mistake("therapy_key_missing", "route", "route")
    minutes = table.pair("minutes_before", "minutes before the start", required=True)
    timing = table.text("timing")
    days = table.wholes("days", "day as the label counts")
    optional, equivalent = table.switch("optional"), table.switch("or_equivalent")
    population = table.word("population", allowed=POPULATIONS) or "all"
    where = regimen_ids(table, regimens)
    applies_to = _doses(table, regimens, where)
    also_when = table.texts("also_when")
    table.close()
    most = Amount(cap, cap_unit) if cap is not None else None
    latest, earliest = minutes or (None, None)
    return Premedication(
        row_id,
        drug,
        kind,
        dose,
        unit,
        most,
        route,
        earliest,
        latest,
        timing,
        days,
        optional,
        equivalent,
        population,
        where,
        applies_to,
        also_when,
        table.path,
    )


def read_observation(top: Table, regimens: tuple[Regimen, ...]) -> tuple[Observation, ...]:
    """Where and how long after which dose."""
    rows = []
    for table in top.tables("observation"):
        row_id, setting = table.identity(), table.text("setting", required=True)
        hours, days = table.whole("hours", "hours"), table.whole("days", "days")
        when, alternative = table.text("when"), table.switch("alternative")
        where = regimen_ids(table, regimens)
        rows.append(
            Observation(
                row_id,
                setting,
                hours,
                days,
                when,
                alternative,
                where,
                _doses(table, regimens, where, needed=not when),
                table.path,
            )
        )
        table.close()
    return tuple(rows)


def read_durations(top: Table, regimens: tuple[Regimen, ...]) -> tuple[Duration, ...]:
    """Rules that run for days from a dose, with the dates between which they hold."""
    rows = []
    for table in top.tables("durations"):
        row_id, kind = table.identity(), table.word("kind", required=True, allowed=DURATION_KINDS)
        text = table.text("text")
        days = table.whole("days", "days", required=True)
        doses = _doses(table, regimens, tuple(regimen.id for regimen in regimens))
        rows.append(
            Duration(row_id, kind, text, days, table.origin.valid_from, table.origin.valid_to, doses, table.path)
        )
        table.close()
    return tuple(rows)


def read_restart(top: Table, regimens: tuple[Regimen, ...]) -> tuple[RestartRow, ...]:
    """What to do after a delay, an interruption or an event; rows of one situation must not overlap."""
    rows: list[RestartRow] = []
    for table in top.tables("restart"):
        row = _restart_row(table, regimens)
        for other in rows:
            if (
                other.situation == row.situation
                and other.unit == row.unit
                and set(other.regimens) & set(row.regimens)
                and row.situation != "after_event"
                and _overlap(other, row)
            ):
                table.mistake("therapy_restart_overlaps", "least", row.id, other=other.id)
        rows.append(row)
    return tuple(rows)


def _restart_row(table: Table, regimens: tuple[Regimen, ...]) -> RestartRow:
    row_id, situation = table.identity(), table.word("situation", required=True)
    where = regimen_ids(table, regimens)
    here = [regimen for regimen in regimens if regimen.id in where]
    classes = {step.restart_class for regimen in here for step in regimen.steps} | {
        phase.restart_class for regimen in here for phase in regimen.phases
    }
    allowed = {f"delay_after:{name}" for name in classes} | set(SITUATIONS[1:])
    if situation and situation not in allowed:
        table.mistake("therapy_value_not_allowed", "situation", situation, allowed=", ".join(sorted(allowed)))
    unit = table.word("unit", required="least" in table.content or "most" in table.content, allowed=("days", "hours"))
    least, most = table.whole("least", unit), table.whole("most", unit)
    if least is not None and most is not None and least > most:
        table.mistake("therapy_range_reversed", "least", least, most=most)
    action = table.text("action", required=True)
    keys = {step.key for regimen in here for step in regimen.steps}
    resume_at = table.word("resume_at", allowed=("", "continue", "new_cycle", "same_cycle", *sorted(keys)))
    premedicate, observe = table.flag("premedicate"), table.flag("observe_as_step_up")
    weigh = table.flag("weigh_benefit") is True
    table.close()
    return RestartRow(
        row_id, situation, unit, least, most, action, resume_at, premedicate, observe, weigh, where, table.path
    )


def _overlap(one: RestartRow, two: RestartRow) -> bool:
    one_last = float("inf") if one.most is None else one.most
    two_last = float("inf") if two.most is None else two.most
    return (one.least or 0) <= two_last and (two.least or 0) <= one_last


def read_bags(top: Table) -> tuple[BagChange, ...]:
    """Ways of dividing a continuous infusion."""
    rows = []
    for table in top.tables("bag_changes"):
        table.identity()
        hours, rate = table.whole("hours", "hours", required=True), table.number("rate", "mL/h", required=True)
        rows.append(BagChange(hours or 0, rate, table.path))
        table.close()
    return tuple(rows)


def read_lines(top: Table, regimens: tuple[Regimen, ...]) -> tuple[Line, ...]:
    """Sentences by topic."""
    rows = []
    for table in top.tables("lines"):
        row_id, topic = table.identity(), table.word("topic", required=True, allowed=TOPICS)
        text, grade = table.text("text", required=True), table.word("grade")
        rows.append(Line(row_id, topic, text, grade, regimen_ids(table, regimens), table.path))
        table.close()
    return tuple(rows)


def read_risk(top: Table, regimens: tuple[Regimen, ...]) -> tuple[RiskRow, ...]:
    """CRS figures of a trial, each with its denominator as the unit."""
    rows = []
    for table in top.tables("risk"):
        row_id, trial = table.identity(), table.word("trial", required=True)
        population, grading = table.text("population"), table.text("grading")
        patients = table.whole("patients", "patients", required=True)
        figures: list[tuple[str, Value]] = [
            (name, table.number(name, unit)) for name, unit in FIGURES.items() if name in table.content
        ]
        figures += [(name, table.pair(name, unit)) for name, unit in RANGES.items() if name in table.content]
        allowed = set(FIGURES) | set(RANGES)
        for name in allowed - set(table.content):
            table.allow(name)
        rows.append(
            RiskRow(
                row_id, trial, population, patients, grading, regimen_ids(table, regimens), tuple(figures), table.path
            )
        )
        table.close()
    return tuple(rows)


def read_unknowns(top: Table) -> tuple[Unknown, ...]:
    """Gaps said aloud."""
    rows = []
    for table in top.tables("unknowns"):
        row_id, text = table.identity(), table.word("text", required=True)
        rows.append(Unknown(row_id, text, table.words("about")))
        table.close()
    return tuple(rows)


def _doses(table: Table, regimens: tuple[Regimen, ...], where: tuple[str, ...], needed: bool = True) -> tuple[str, ...]:
    patterns = table.words("applies_to")
    if "applies_to" not in table.content and needed:
        table.mistake("therapy_key_missing", "applies_to", "applies_to")
    here = [regimen for regimen in regimens if regimen.id in where]
    keys = {step.key for regimen in here for step in regimen.steps}
    keys |= {phase.key.replace("{n}", str(phase.first_number)) for regimen in here for phase in regimen.phases}
    for pattern in patterns:
        if not any(fnmatchcase(key, pattern) for key in keys):
            table.mistake("therapy_dose_unknown", "applies_to", pattern, allowed=", ".join(sorted(keys)))
    return patterns
