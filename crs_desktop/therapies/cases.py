"""Runs a protocol's cases: named situations with the expected answer, kept beside the file that must give it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.days import DayRange
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.therapies.case_file import ALLOWED, CaseText, read_cases
from crs_desktop.therapies.catalogue import CASES_ENDING, check_folder, protocol_files
from crs_desktop.therapies.model.care import Observation, Premedication, RestartRow
from crs_desktop.therapies.model.dated import CalendarNote, Circumstances, ScheduledDose
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.calendar import calendar_notes
from crs_desktop.therapies.rules.restart import ROW, event_rows, restart_advice, restart_schedule, situation_row
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.schema.parse import parse_protocol

_LAST_DAY = date(2026, 12, 1)
_LADDER_REACH = 56

Wrong = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """One case with what stands against it: nothing when the protocol answers as expected."""

    kind: str
    name: str
    findings: tuple[Finding, ...]


def check_library(folder: Path) -> tuple[Finding, ...]:
    """Mistakes of every file, and, for files without one, every case that is answered otherwise or is missing."""
    findings = list(check_folder(folder))
    wrong = {finding.get("file") for finding in findings}
    for path in protocol_files(folder) if folder.is_dir() else ():
        if path.name in wrong:
            continue
        protocol = parse_protocol(path.read_bytes(), path.name)
        if isinstance(protocol, Protocol):
            findings.extend(run_cases_beside(path, protocol))
    findings.extend(_not_read(folder))
    return tuple(findings)


def _not_read(folder: Path) -> Iterator[Finding]:
    """Files that look like one of the library but that nobody reads: '.toml.txt', '.TOML', cases of no protocol."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        stem = path.name.removesuffix(CASES_ENDING)
        if stem != path.name:
            if not path.with_name(f"{stem}.toml").is_file():
                yield no("therapy_file_not_read", path.name, "", file=path.name, allowed=f"{stem}.toml")
        elif ".toml" in path.name.lower() and path.suffix != ".toml":
            allowed = f"{path.name[: path.name.lower().index('.toml')]}.toml"
            yield no("therapy_file_not_read", path.name, "", file=path.name, allowed=allowed)


def run_cases_beside(path: Path, protocol: Protocol) -> tuple[Finding, ...]:
    """The cases beside a protocol file."""
    beside = path.with_name(path.stem + CASES_ENDING)
    if not beside.is_file():
        return (no("therapy_case_missing", path.name, beside.name, file=path.name),)
    return run_cases(protocol, beside.read_bytes(), beside.name)


def run_cases(protocol: Protocol, content: bytes, name: str) -> tuple[Finding, ...]:
    """Every case answered otherwise than expected, and every case that cannot be read."""
    return tuple(finding for answer in case_by_case(protocol, content, name) for finding in answer.findings)


def case_by_case(protocol: Protocol, content: bytes, name: str) -> tuple[CaseAnswer, ...]:
    """Every case with its answer, and one more for what is wrong with the file itself."""
    cases, wrong = read_cases(protocol, content, name)
    answers = tuple(_answer(protocol, case, name) for case in cases)
    return (*answers, CaseAnswer("file", name, wrong)) if wrong else answers


def _answer(protocol: Protocol, case: CaseText, name: str) -> CaseAnswer:
    kind, label = case.kind, case.name
    if case.mistakes:
        return CaseAnswer(kind, label, case.mistakes)
    run = {"schedule": _run_schedule, "restart": _run_restart, "situation": _run_situation}[kind]
    try:
        wrong = list(run(protocol, case.content))
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        return CaseAnswer(kind, label, (no("therapy_case_broken", label, error, file=name, allowed=ALLOWED),))
    findings = tuple(
        no("therapy_case_wrong", f"{label}{where}", answered, file=name, expects=expected)
        for where, expected, answered in wrong
    )
    return CaseAnswer(kind, label, findings)


def _run_schedule(protocol: Protocol, case: Mapping[str, Any]) -> Iterator[Wrong]:
    doses = schedule(
        protocol, case["regimen"], case["start"], _weight(case), case.get("given", {}), case.get("until"),
        circumstances=_circumstances(case),
    )  # fmt: skip
    by_key = {dose.key: dose for dose in doses}
    for expected in case.get("doses", ()):
        dose = by_key.get(expected["key"])
        for field, wanted in expected.items():
            answered = _field(dose, field)
            if answered != _said(wanted):
                yield f", {expected['key']} {field}", _said(wanted), answered
    if "keys" in case and list(by_key) != case["keys"]:
        yield ", keys", ", ".join(case["keys"]), ", ".join(by_key)
    yield from _around(case, calendar_notes(protocol, case["regimen"], doses))


def _around(case: Mapping[str, Any], notes: Sequence[CalendarNote]) -> Iterator[Wrong]:
    """What stands around the doses: `around` names the rows of all notes, [[schedule.notes]] says their days."""
    paths = list(dict.fromkeys(note.path for note in notes))
    if "around" in case and paths != case["around"]:
        yield ", around", _said(case["around"]), _said(paths)
    for expected in case.get("notes", ()):
        path, kind = expected["path"], expected.get("kind", "")
        found = [note for note in notes if note.path == path and kind in ("", note.kind)]
        answers = {"on": [_days(note.days) for note in found], "detail": list(dict.fromkeys(n.detail for n in found))}
        for field in sorted(expected.keys() - {"path", "kind"}):
            if _said(answers[field]) != _said(expected[field]):
                yield f", {path} {kind} {field}".replace("  ", " "), _said(expected[field]), _said(answers[field])


def _days(days: DayRange | None) -> str:
    if days is None:
        return "unknown"
    return str(days.first) if days.first == days.last else f"{days.first} to {days.last}"


def _weight(case: Mapping[str, Any]) -> BodyWeight | None:
    return BodyWeight.of_kg(case["weight_kg"]) if "weight_kg" in case else None


def _circumstances(case: Mapping[str, Any]) -> Circumstances:
    return Circumstances(
        surface_m2=Decimal(case["surface_m2"]) if "surface_m2" in case else None,
        grades=case.get("grades", {}),
        entered=frozenset(case.get("entered", ())),
        population=case.get("population", ""),
    )


def _field(dose: ScheduledDose | None, field: str) -> str:
    if dose is None:
        return "no such dose"
    known: dict[str, object] = {
        "key": dose.key,
        "label": dose.label,
        "role": dose.role,
        "day": dose.day_number,
        "cycle": _or_unknown(dose.cycle),
        "route": dose.route,
        "part_of": dose.part_of,
        "on": dose.planned,
        "first": dose.allowed.first if dose.allowed is not None else "unknown",
        "last": dose.allowed.last if dose.allowed is not None else "unknown",
        "usual_first": dose.usual.first if dose.usual is not None else "unknown",
        "usual_last": dose.usual.last if dose.usual is not None else "unknown",
        "ends": _or_unknown(dose.ends),
        "amount": _or_unknown(dose.amount),
        "amount_text": dose.amount_text,
        "table_amount": _or_unknown(dose.table_amount),
        "premedication": [item.id for item in dose.premedication],
        "medicines": [_medicine(item) for item in dose.premedication],
        "conditional": [item.id for item in dose.conditional],
        "conditional_medicines": [_medicine(item) for item in dose.conditional],
        "observation": [row.id for row in dose.observation],
        "watched": [_watched(row) for row in dose.observation],
        "conditional_observation": [row.id for row in dose.conditional_observation],
        "infusion_times": [row.id for row in dose.infusion_times],
        "runs": [f"{_minutes(row.minutes)} min" for row in dose.infusion_times],
        "conditional_times": [row.id for row in dose.conditional_times],
        "findings": [finding.code for finding in dose.findings],
        "unverified": [*dose.unverified_facts],
    }
    return _said(known[field])


def _medicine(item: Premedication) -> str:
    """'dexamethasone 16 mg PO/IV 60-180 on 0,1': drug, dose, routes, minutes before it, days; not read is '?'.

    What is given afterwards reads 'saline 1,000 mL IV after 0-60 over 240-300'.
    """
    said = _minutes((item.latest_minutes, item.earliest_minutes))
    said = said if item.minutes_after is None else f"after {_minutes(item.minutes_after)}"
    said += "" if item.over_minutes is None else f" over {_minutes(item.over_minutes)}"
    days = " on " + ",".join(str(number) for number in item.days) if item.days else ""
    after = " and after days " + ",".join(str(number) for number in item.following_days) if item.following_days else ""
    return f"{item.drug} {item.dose_text or '?'} {'/'.join(item.route) or '?'} {said}{days}{after}"


def _minutes(span: tuple[int | None, int | None] | None) -> str:
    """'60', '15-20', or '?' for what nobody has read."""
    return "?" if span is None or None in span else "-".join(str(number) for number in dict.fromkeys(span))


def _watched(row: Observation) -> str:
    """'48 h', '24-48 h from end', '7 d': how long an observation row lasts, counted from what; not read is '?'."""
    hours = "-".join(str(number) for number in (row.hours, row.most_hours) if number is not None)
    said = [f"{hours} h"] if hours else []
    said += [f"{row.days} d"] if row.days is not None else []
    said += [f"from {row.counted_from}"] if row.counted_from else []
    return " ".join(said) or "?"


def _or_unknown(value: object) -> object:
    return "unknown" if value is None else value


def _said(value: object) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _run_restart(protocol: Protocol, case: Mapping[str, Any]) -> Iterator[Wrong]:
    on = _LAST_DAY + timedelta(days=case["days"])
    about = _circumstances(case)
    advice = restart_advice(protocol, case["regimen"], case["last"], _LAST_DAY, on, about)
    answered = advice.row.id if advice.kind == ROW and advice.row is not None else advice.kind
    if answered != case["answer"]:
        yield ", answer", case["answer"], answered
    changes = (advice.changes_on - _LAST_DAY).days if advice.changes_on is not None else "never"
    if "changes_at" in case and changes != case["changes_at"]:
        yield ", changes_at", str(case["changes_at"]), str(changes)
    if "next" in case and advice.next_key != case["next"]:
        yield ", next", case["next"], advice.next_key
    if "after" in case:
        yield from _follow(protocol, case, advice.row, on)


def _follow(protocol: Protocol, case: Mapping[str, Any], row: RestartRow | None, on: date) -> Iterator[Wrong]:
    """The dated doses when the row is followed from this day on."""
    reach = on + timedelta(days=case["after"].get("until_day", _LADDER_REACH) - 1)
    doses = () if row is None else restart_schedule(
        protocol, case["regimen"], row, case["last"], on, _weight(case), reach, _circumstances(case)
    )  # fmt: skip
    yield from _compare_ladder(doses, on, case["after"]["doses"])


def _compare_ladder(doses: tuple[ScheduledDose, ...], first: date, wanted: list[Mapping[str, Any]]) -> Iterator[Wrong]:
    """All doses in order, day 1 being the first; other fields of each where the case states them."""
    plan = ", ".join(f"{dose.key} on day {(dose.planned - first).days + 1}" for dose in doses)
    expected = ", ".join(f"{entry['key']} on day {entry['on_day']}" for entry in wanted)
    if plan != expected:
        yield ", after", expected, plan
        return
    for dose, entry in zip(doses, wanted, strict=True):
        for field, value in entry.items():
            if field != "on_day" and _field(dose, field) != _said(value):
                yield f", after {dose.key} {field}", _said(value), _field(dose, field)


def _run_situation(protocol: Protocol, case: Mapping[str, Any]) -> Iterator[Wrong]:
    if "event" in case:
        rows = event_rows(protocol, case["regimen"], case["event"], case.get("grade"))
        answered = ", ".join(row.id for row in rows) or "no_rule"
    else:
        row = situation_row(protocol, case["regimen"], case["situation"], case["elapsed"])
        answered = row.id if row is not None else "no_rule"
    if answered != _said(case["answer"]):
        yield ", answer", _said(case["answer"]), answered
    if "after" in case:
        yield from _follow(protocol, case, {row.id: row for row in protocol.restart}[case["row"]], _LAST_DAY)
