"""`stock recall`: a notice recorded, or with --dry-run only looked at: who is concerned, and what the board loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crs_desktop.command_line.stock_shared import key, refused
from crs_desktop.command_line.text.layout import one_line, term
from crs_desktop.command_line.world import Told, World
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.answers import Answer, ExitStatus, finding_entry, instant_entry
from crs_desktop.kernel.fingerprint import Json
from crs_desktop.kernel.refusal import Refused
from crs_desktop.kernel.wording import say
from crs_desktop.stock.recalls.commands import RecordRecall
from crs_desktop.stock.recalls.model import Drill, Person, VialsOf

if TYPE_CHECKING:
    from crs_desktop.house import House


def tell(world: World) -> Told:
    """Record it unless it is only looked at, then say what it comes to."""
    options = world.options
    with world.house() as house:
        command = RecordRecall(
            key(world), options.number, options.recall_class, options.brand,
            "\n".join(one for group in options.lots for one in group), options.every_lot, options.noticed,
            options.reason, options.source,
        )  # fmt: skip
        answer = house.drill.if_recorded(command) if options.dry_run else _record(world, house, command)
        if isinstance(answer, Refused):
            return refused(answer.findings)
        document = _document(answer, house)
    return Told(Answer(document, ExitStatus.YES), _text(answer))


def _record(world: World, house: House, command: RecordRecall) -> Drill | Refused:
    recorded = house.recalls.record(command, world.actor)
    return recorded if isinstance(recorded, Refused) else house.drill.recorded(recorded.id)


def _document(drill: Drill, house: House) -> dict[str, Json]:
    zone = house.zone
    return {
        "done": "recall", "recorded": drill.recorded, "number": drill.number, "brand": drill.brand,
        "lots": [lot.number for lot in drill.named.lots], "never_here": list(drill.named.never_here),
        "alike": [{"lot": lot.number, "named": number} for lot, number in drill.named.alike],
        "received": [
            {**_person(dose.person), "dose": dose.dose_id, "at": instant_entry(dose.at, zone),
             "mg": plain(dose.amount.mg), "purpose": dose.purpose, "vials": _vials(dose.vials),
             "prescriber": dose.prescriber, "given_by": dose.given_by}
            for dose in drill.received
        ],
        "promised": [
            {**({} if item.person is None else _person(item.person)), "holder": item.holder, "set": item.set_no,
             "from": item.held.first.isoformat(), "until": item.held.last.isoformat(), "vials": _vials(item.vials)}
            for item in drill.promised
        ],
        "windows": [
            {**_person(item.person), "from": item.days.first.isoformat(), "until": item.days.last.isoformat(),
             "owed": item.owed, "before": item.verdict_before, "after": item.verdict_after, "loses": item.loses,
             "sets_before": list(item.sets_before), "sets_after": list(item.sets_after),
             "reasons": [finding_entry(finding) for finding in item.reasons]}
            for item in drill.windows
        ],
        "to_pull": [
            {"place": line.place.name, "lot": line.lot.number, "mg": plain(line.lot.strength.mg),
             "vials": line.vials, "state": line.state.value}
            for line in drill.to_pull
        ],
        "went_out": [
            {"place": line.place.name, "lot": line.lot.number, "vials": line.vials, "what": line.kind,
             "to": line.to, "at": instant_entry(line.at, zone)}
            for line in drill.went_out
        ],
        "ways_out": list(drill.fixes),
        "notes": [finding_entry(finding) for finding in drill.notes],
    }  # fmt: skip


def _person(person: Person) -> dict[str, Json]:
    return {"patient": person.name, "mrn": person.mrn, "born": person.born.isoformat()}


def _vials(vials: tuple[VialsOf, ...]) -> list[Json]:
    return [
        {"lot": one.lot.number, "mg": plain(one.lot.strength.mg), "vials": one.vials, "missing": one.missing}
        for one in vials
    ]


def _text(drill: Drill) -> str:
    code = "cl_recall_recorded" if drill.recorded else "cl_recall_not_recorded"
    lots = ", ".join(lot.number for lot in drill.named.lots) or "-"
    said = [term(code, drill.number, brand=drill.brand, lots=lots)]
    said += [
        term("cl_recall_received", dose.person.name, mrn=dose.person.mrn, dose=dose.dose_id, amount=dose.amount,
             lots=", ".join(one.lot.number for one in dose.vials), prescriber=dose.prescriber)
        for dose in drill.received
    ]  # fmt: skip
    said += [
        term("cl_recall_window", item.person.name, mrn=item.person.mrn, first=item.days.first, last=item.days.last,
             before=len(item.sets_before), after=len(item.sets_after))
        for item in drill.losing
    ]  # fmt: skip
    said += [
        term("cl_recall_promised", "-" if item.person is None else item.person.name, set=item.set_no,
             holder=item.holder, lots=", ".join(one.lot.number for one in item.vials))
        for item in drill.promised
    ]  # fmt: skip
    said += [
        term("cl_recall_pull", line.place.name, vials=line.vials, lot=line.lot.number, strength=line.lot.strength)
        for line in drill.to_pull
    ]  # fmt: skip
    said += [term("cl_recall_went_out", line.lot.number, vials=line.vials, what=line.kind, to=line.to or "-")
             for line in drill.went_out]  # fmt: skip
    said += [say(finding) for finding in drill.notes]
    said += [term("cl_recall_way_out", fix) for fix in drill.fixes]
    return "\n".join(one_line(line) for line in said)
