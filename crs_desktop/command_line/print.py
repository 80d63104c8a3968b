"""`print KIND`: the papers of a patient or a day, filed in the store and copied into a folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

from crs_desktop.command_line.plain import lines
from crs_desktop.command_line.world import Told, World
from crs_desktop.documents.filed import FiledSheet
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry, refusal_document
from crs_desktop.kernel.entry import read_day
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding, Refused, no
from crs_desktop.kernel.wording import say

if TYPE_CHECKING:
    from crs_desktop.house import House


def tell(world: World) -> Told:
    """Print, and say what was filed."""
    options = world.options
    on = None if options.on is None else read_day(options.on, "on")
    if isinstance(on, Finding):
        raise NotUnderstood(on)
    out = Path(options.out)
    with world.house() as house:
        patient = _patient(house, options.patient) if options.patient is not None else None
        made = (
            _dosing(house, world, patient, out)
            if options.kind == "dosing-sheet"
            else _days(house, world, patient, on, out)
        )
        findings = [finding for one in made if isinstance(one, Refused) for finding in one.findings]
        filed: list[Json] = [_entry(one, out, house.zone) for one in made if isinstance(one, FiledSheet)]
    document: dict[str, Json] = {"printed": filed}
    if findings:
        document |= refusal_document(findings)
    text = "\n".join([lines({"printed": filed}), *(say(finding) for finding in findings)])
    return Told(Answer(document, ExitStatus.NO if findings else ExitStatus.YES), text)


def _entry(sheet: FiledSheet, out: Path, zone: ZoneInfo) -> dict[str, Json]:
    until = instant_entry(sheet.valid_until, zone)
    return {"file": str(out / sheet.file_name), "code": sheet.code, "valid_until": until}


def _patient(house: House, mrn: str) -> int:
    found = next((record.patient.id for record in house.patients.records() if record.patient.mrn == mrn.strip()), None)
    if found is None:
        raise NotUnderstood(no("print_no_such_patient", "patient", mrn))
    return found


def _dosing(house: House, world: World, patient: int | None, out: Path) -> list[FiledSheet | Refused]:
    if patient is None:
        raise NotUnderstood(no("print_for_whom", "patient", ""))
    return [house.paper.dosing_sheet(uuid4().hex, patient, world.actor, folder=out)]


def _days(house: House, world: World, patient: int | None, on: date | None, out: Path) -> list[FiledSheet | Refused]:
    board = house.readiness.board()
    day = on or (None if patient is not None else board.today)
    rows = [
        row
        for row in board.rows
        if (patient is None or row.patient.id == patient) and (day is None or row.infusion.day == day)
    ]
    if not rows:
        raise NotUnderstood(no("print_nothing", "on", "" if day is None else day.isoformat()))
    return [
        house.paper.infusion_day(uuid4().hex, row.infusion.course_id, row.infusion.dose.key, world.actor, out)
        for row in rows
    ]
