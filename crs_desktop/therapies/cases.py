"""Runs a protocol's cases: named situations with the expected answer, kept beside the file that must give it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.refusal import Finding, no
from crs_desktop.therapies.catalogue import CASES_ENDING, check_folder, protocol_files
from crs_desktop.therapies.model.dated import ScheduledDose
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.restart import ROW, restart_advice, situation_row
from crs_desktop.therapies.rules.schedule import schedule
from crs_desktop.therapies.schema.parse import parse_protocol

_ALLOWED = "[[schedule]], [[restart]] and [[situation]] as docs/THERAPIES.md shows them"
_LAST_DAY = date(2026, 12, 1)


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
    return tuple(findings)


def run_cases_beside(path: Path, protocol: Protocol) -> tuple[Finding, ...]:
    """The cases beside a protocol file."""
    beside = path.with_name(path.stem + CASES_ENDING)
    if not beside.is_file():
        return (no("therapy_case_missing", path.name, beside.name, file=path.name),)
    return run_cases(protocol, beside.read_bytes(), beside.name)


def run_cases(protocol: Protocol, content: bytes, name: str) -> tuple[Finding, ...]:
    """Every case answered otherwise than expected, and every case that cannot be read."""
    try:
        parsed = tomllib.loads(content.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return (no("therapy_file_broken", "", "", file=name, reason=str(error)),)
    findings: list[Finding] = []
    for case, run in _cases(parsed):
        label = str(case.get("name", "?"))
        try:
            wrong = list(run(protocol, case))
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            findings.append(no("therapy_case_broken", label, error, file=name, allowed=_ALLOWED))
            continue
        findings += [
            no("therapy_case_wrong", f"{label}{where}", answered, file=name, expects=expected)
            for where, expected, answered in wrong
        ]
    unknown = [key for key in parsed if key not in ("format", "protocol", "schedule", "restart", "situation")]
    findings += [no("therapy_key_unknown", key, key, file=name, allowed=_ALLOWED) for key in unknown]
    return tuple(findings)


def _cases(parsed: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Any]]:
    for key, run in (("schedule", _run_schedule), ("restart", _run_restart), ("situation", _run_situation)):
        for case in parsed.get(key, ()):
            yield case, run


def _run_schedule(protocol: Protocol, case: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    weight = BodyWeight.of_kg(case["weight_kg"]) if "weight_kg" in case else None
    doses = schedule(protocol, case["regimen"], case["start"], weight, case.get("given", {}), case.get("until"))
    by_key = {dose.key: dose for dose in doses}
    for expected in case["doses"]:
        dose = by_key.get(expected["key"])
        for field, wanted in expected.items():
            answered = _field(dose, field)
            if answered != _said(wanted):
                yield f", {expected['key']} {field}", _said(wanted), answered
    if "keys" in case and list(by_key) != case["keys"]:
        yield ", keys", ", ".join(case["keys"]), ", ".join(by_key)


def _field(dose: ScheduledDose | None, field: str) -> str:
    if dose is None:
        return "no such dose"
    known: dict[str, object] = {
        "key": dose.key,
        "role": dose.role,
        "day": dose.day_number,
        "on": dose.planned,
        "first": dose.allowed.first if dose.allowed is not None else "unknown",
        "last": dose.allowed.last if dose.allowed is not None else "unknown",
        "ends": dose.ends if dose.ends is not None else "unknown",
        "amount": dose.amount if dose.amount is not None else "unknown",
        "amount_text": dose.amount_text,
        "table_amount": dose.table_amount if dose.table_amount is not None else "unknown",
        "premedication": [item.id for item in dose.premedication],
        "observation": [row.id for row in dose.observation],
        "findings": [finding.code for finding in dose.findings],
    }
    return _said(known[field])


def _said(value: object) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _run_restart(protocol: Protocol, case: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    on = _LAST_DAY + timedelta(days=case["days"])
    advice = restart_advice(protocol, case["regimen"], case["last"], _LAST_DAY, on)
    answered = advice.row.id if advice.kind == ROW and advice.row is not None else advice.kind
    if answered != case["answer"]:
        yield ", answer", case["answer"], answered
    changes = (advice.changes_on - _LAST_DAY).days if advice.changes_on is not None else "never"
    if "changes_at" in case and changes != case["changes_at"]:
        yield ", changes_at", str(case["changes_at"]), str(changes)
    if "next" in case and advice.next_key != case["next"]:
        yield ", next", case["next"], advice.next_key


def _run_situation(protocol: Protocol, case: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    row = situation_row(protocol, case["regimen"], case["situation"], case["elapsed"])
    answered = row.id if row is not None else "no_rule"
    if answered != case["answer"]:
        yield ", answer", case["answer"], answered
