"""`print KIND`: the papers of a patient or a day, filed in the store and, as asked, copied into a folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

from crs_desktop.command_line.text.paper import paper_text
from crs_desktop.command_line.world import Told, World
from crs_desktop.documents.filed import FiledSheet
from crs_desktop.kernel.answers import Answer, ExitStatus, instant_entry, refusal_document
from crs_desktop.kernel.entry import read_day
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Finding, Refused, no, refuse
from crs_desktop.patients.model import Outcome

if TYPE_CHECKING:
    from crs_desktop.house import House

DOSING_SHEET = "dosing-sheet"


def tell(world: World) -> Told:
    """Print, and say what was filed."""
    options = world.options
    on = None if options.on is None else read_day(options.on, "on")
    if isinstance(on, Finding):
        raise NotUnderstood(on)
    sheet = options.kind == DOSING_SHEET
    if sheet and options.patient is None:
        raise NotUnderstood(no("cl_print_for_whom", "patient", ""))
    if sheet and on is not None:
        raise NotUnderstood(no("cl_print_for_now", "on", options.on))
    out = _folder(options.out)
    with world.house() as house:
        patient = None if options.patient is None else _patient(house, options.patient)
        if sheet and patient is not None:
            made = [house.paper.dosing_sheet(uuid4().hex, patient, world.actor)]
        else:
            made = _checklists(house, world, patient, on)
        document = _document([_copied(house, world, one, out) for one in made], house.zone)
    return Told(Answer(document, ExitStatus.NO if "refused" in document else ExitStatus.YES), paper_text(document))


def _copied(house: House, world: World, made: FiledSheet | Refused, out: Path) -> tuple[FiledSheet, Path] | Refused:
    if isinstance(made, Refused):
        return made
    copy = house.paper.export(uuid4().hex, made, out / made.file_name, world.actor)
    return copy if isinstance(copy, Refused) else (made, copy)


def _document(copies: list[tuple[FiledSheet, Path] | Refused], zone: ZoneInfo) -> dict[str, Json]:
    findings = [finding for one in copies if isinstance(one, Refused) for finding in one.findings]
    printed: list[Json] = [
        {"file": str(copy), "code": filed.code, "valid_until": instant_entry(filed.valid_until, zone)}
        for filed, copy in (one for one in copies if not isinstance(one, Refused))
    ]
    return {"printed": printed, **(refusal_document(findings) if findings else {})}


def _folder(name: str) -> Path:
    """Where copies go; made when missing. Raises NotUnderstood when there is a file of that name."""
    out = Path(name)
    try:
        wrong = not name.strip() or (out.exists() and not out.is_dir())
    except (OSError, ValueError):
        wrong = True
    if wrong:
        raise NotUnderstood(no("cl_print_no_folder", "out", name))
    return out


def _patient(house: House, mrn: str) -> int:
    found = next((record.patient.id for record in house.patients.records() if record.patient.mrn == mrn.strip()), None)
    if found is None:
        raise NotUnderstood(no("cl_print_no_such_patient", "patient", mrn))
    return found


def _checklists(house: House, world: World, patient: int | None, on: date | None) -> list[FiledSheet | Refused]:
    """One of each infusion on the day; of a patient without a day: each planned one from today on."""
    board = house.readiness.board()
    day = on or (board.today if patient is None else None)
    rows = [
        row
        for row in board.rows
        if (patient is None or row.patient.id == patient)
        and (row.infusion.day == day if day else _is_to_come(row.infusion.day, row.infusion.outcome, board.today))
    ]
    if not rows:
        return [refuse(no("cl_print_nothing", "on", "-" if day is None else day.isoformat()))]
    return [
        house.paper.infusion_day(uuid4().hex, row.infusion.course_id, row.infusion.dose.key, world.actor)
        for row in rows
    ]


def _is_to_come(day: date, outcome: Outcome, today: date) -> bool:
    return day >= today and outcome is Outcome.PLANNED
