"""Facts of the infusion-day checklist, from the board's row and the pinned protocol."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.documents.gather.common import (
    dose_facts,
    local_start,
    patient_facts,
    protocol_facts,
    route_words,
    set_facts,
    stated,
    unknown_words,
    weight_facts,
)
from crs_desktop.documents.model import State, Stated
from crs_desktop.documents.sheets.facts import ContactFacts, SetFacts, Stamp
from crs_desktop.documents.sheets.infusion_day import (
    InfusionDayFacts,
    InfusionFacts,
    LymphodepletionFacts,
    PremedicationFacts,
    ReadinessFacts,
)
from crs_desktop.documents.sheets.words import count
from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.readiness.board import Board, RowAnswer, Verdict, WindowAnswer
from crs_desktop.readiness.words import policy_text
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.care import Premedication
from crs_desktop.therapies.model.dated import ScheduledDose
from crs_desktop.therapies.model.protocol import Protocol

_STATES = {
    Verdict.READY: State.READY,
    Verdict.READY_BUT: State.READY_BUT,
    Verdict.SHORT: State.SHORT,
    Verdict.CANNOT_SAY: State.CANNOT_SAY,
}
ROLES = ("24 h phone", "ICU on call", "Hematology or oncology on call", "Pharmacist on call")


def infusion_day_facts(
    board: Board, row: RowAnswer, adoption: Adoption | None, zone: ZoneInfo, printed: tuple[str, datetime]
) -> InfusionDayFacts:
    """Everything the checklist of one infusion says. `printed` is who prints and when."""
    infusion, protocol, window = row.infusion, row.course.protocol, row.window
    weighing = row.weighing
    start = local_start(infusion.day, infusion.clock_time, zone)
    midnight = datetime.combine(infusion.day + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    said_by, at = printed
    return InfusionDayFacts(
        patient=patient_facts(row.patient),
        weight=None if weighing is None else weight_facts(weighing, infusion.day, board.policy, zone),
        infusion=_infusion(row, adoption, start),
        readiness=_readiness(window),
        dose=None if weighing is None else dose_facts(weighing.weight, _first_drawn(window)),
        sets_owed=0 if window is None else window.owed,
        sets=() if window is None else _sets(window),
        premedication=_premedication(protocol, adoption, infusion.dose, start, zone),
        steroid_rule=_line(protocol, adoption, "prophylaxis", "steroid"),
        seizure_rule=_line(protocol, adoption, "icans", "seizure"),
        lymphodepletion=_lymphodepletion(protocol, adoption, row.course.regimen_id),
        hold_criteria=tuple(
            stated(protocol, adoption, line.text, line.path) for line in protocol.hold_criteria if line.text
        ),
        observation=_observation(protocol, adoption, infusion.dose),
        contacts=tuple(ContactFacts(role) for role in ROLES),
        adopted=adoption is not None,
        adoption=_adoption(adoption, zone),
        unknowns=unknown_words(protocol, (*infusion.dose.unknowns, *_unsaid(protocol, infusion.dose))),
        override_reason="",
        protocol=protocol_facts(protocol),
        policy=policy_text(board),
        stamp=Stamp(said_by, at, max(midnight, at), zone),
    )


def _infusion(row: RowAnswer, adoption: Adoption | None, start: datetime | None) -> InfusionFacts:
    dose, protocol = row.infusion.dose, row.course.protocol
    regimen = protocol.regimen(row.course.regimen_id)
    step = next((item.path for item in regimen.steps if item.key == dose.key), "") if regimen is not None else ""
    paths = [step] if step else []
    return InfusionFacts(
        generic=protocol.name,
        brand=protocol.brand,
        regimen="" if regimen is None else regimen.title,
        dose_label=dose.label,
        amount=stated(protocol, adoption, dose.amount_text, *paths) if dose.amount_text else None,
        route=Stated(route_words(dose.route)) if dose.route else None,
        day=row.infusion.day,
        starts=start,
        window=dose.allowed,
        cells=protocol.kind == "car_t",
    )


def _readiness(window: WindowAnswer | None) -> ReadinessFacts:
    if window is None:
        return ReadinessFacts(State.READY, say(no("row_no_window")), ())
    days = f"{day_text(window.window.days.first)} to {day_text(window.window.days.last)}"
    headline = say(no("sheet_readiness", covered=len(window.sets), owed=window.owed, days=days))
    return ReadinessFacts(_STATES[window.verdict], headline, tuple(say(finding) for finding in window.findings))


def _first_drawn(window: WindowAnswer | None) -> Mass | None:
    return window.sets[0].planned.drawn if window is not None and window.sets else None


def _sets(window: WindowAnswer) -> tuple[SetFacts, ...]:
    there = [
        set_facts(
            number, [(taken.lot, taken.place, taken.vials) for taken in one.lots], one.planned.drawn,
            one.planned.opened, one.earmark_id is not None and one.promise_covers,
        )
        for number, one in enumerate(window.sets, 1)
    ]  # fmt: skip
    missing = [
        SetFacts(number, short=say(no("sheet_set_short", number=number)))
        for number in range(len(there) + 1, window.owed + 1)
    ]
    return (*there, *missing)


def _premedication(
    protocol: Protocol, adoption: Adoption | None, dose: ScheduledDose, start: datetime | None, zone: ZoneInfo
) -> tuple[PremedicationFacts, ...]:
    return tuple(_premedicine(protocol, adoption, item, start, zone) for item in dose.premedication)


def _premedicine(
    protocol: Protocol, adoption: Adoption | None, item: Premedication, start: datetime | None, zone: ZoneInfo
) -> PremedicationFacts:
    drug = f"{item.drug} or equivalent" if item.or_equivalent else item.drug
    who = "" if item.population in ("", "all") else f" ({item.population})"
    when = item.timing or _offset(item)
    if item.optional:
        when = f"{when}; optional" if when else "optional"
    earliest, latest = item.earliest_minutes, item.latest_minutes
    at = None
    if start is not None and latest is not None and earliest is not None:
        first = (start - timedelta(minutes=max(earliest, latest))).astimezone(zone)
        last = (start - timedelta(minutes=min(earliest, latest))).astimezone(zone)
        if first == last:
            at = first
        else:
            when = f"{when}: {first:%H:%M} to {last:%H:%M}"
    amount = stated(protocol, adoption, item.dose_text, item.path) if item.dose_text else None
    return PremedicationFacts(f"{drug}{who}", amount, " or ".join(map(route_words, item.route)), when, at)


def _offset(item: Premedication) -> str:
    if item.earliest_minutes is None or item.latest_minutes is None:
        return ""
    low, high = sorted((item.earliest_minutes, item.latest_minutes))
    return f"{low} min before" if low == high else f"{low} to {high} min before"


def _line(protocol: Protocol, adoption: Adoption | None, topic: str, word: str) -> Stated | None:
    """The first sentence that holds whatever the grade: what to do at one grade is no rule for the day of infusion."""
    found = [line for line in protocol.lines_about(topic) if word in line.text and line.grade == ""]
    return stated(protocol, adoption, found[0].text, found[0].path) if found else None


def _lymphodepletion(protocol: Protocol, adoption: Adoption | None, regimen: str) -> LymphodepletionFacts | None:
    drugs = [
        item
        for item in protocol.lead_in
        if item.kind == "lymphodepletion" and (not item.regimens or regimen in item.regimens)
    ]
    if not drugs:
        return None
    paths = [item.path for item in drugs]
    names = "; ".join(f"{item.drug} {item.amount}" if item.amount else item.drug for item in drugs)
    days = sorted({day for item in drugs for day in item.days})
    timing = f"days {', '.join(map(str, days))} before the cells (day 0)" if days else ""
    return LymphodepletionFacts(
        stated(protocol, adoption, names, *paths), stated(protocol, adoption, timing, *paths) if timing else None
    )


def _observation(protocol: Protocol, adoption: Adoption | None, dose: ScheduledDose) -> tuple[Stated, ...]:
    found = [
        stated(protocol, adoption, _watched(item.setting, item.hours, item.days), item.path)
        for item in dose.observation
        if not item.alternative
    ]
    found += [
        stated(protocol, adoption, rule.text, rule.path)
        for rule in protocol.durations
        if rule.text and dose.key in rule.applies_to and rule.in_force(dose.planned)
    ]
    return tuple(found)


def _unsaid(protocol: Protocol, dose: ScheduledDose) -> tuple[str, ...]:
    """Rules of days for this dose whose text nobody has read: not known, and said so."""
    return tuple(
        f"{rule.path}.text"
        for rule in protocol.durations
        if not rule.text and dose.key in rule.applies_to and rule.in_force(dose.planned)
    )


def _watched(setting: str, hours: int | None, days: int | None) -> str:
    """'in hospital for 48 h'. The time belongs to what is said first: 'daily checks for 7 days; after them ...'."""
    first, mark, rest = setting.partition(";")
    if hours is not None:
        return f"{first} for {hours} h{mark}{rest}"
    return f"{first} for {count(days, 'day', 'days')}{mark}{rest}" if days is not None else setting


def _adoption(adoption: Adoption | None, zone: ZoneInfo) -> str:
    if adoption is None:
        return ""
    day = adoption.at.astimezone(zone).date()
    return say(no("sheet_adopted", name=adoption.pharmacist, day=day_text(day, True)))
