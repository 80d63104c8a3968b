"""Facts of the infusion-day checklist, from the board's row and the pinned protocol."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crs_desktop.documents.gather import around
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
    ReadinessFacts,
)
from crs_desktop.kernel.amounts import Mass
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import no
from crs_desktop.kernel.wording import say
from crs_desktop.patients.dating import restart_row_of
from crs_desktop.patients.model import Course
from crs_desktop.readiness.board import Board, RowAnswer, Verdict, WindowAnswer
from crs_desktop.readiness.words import policy_text
from crs_desktop.therapies.adoption import Adoption
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.slots import slot_of

_STATES = {
    Verdict.READY: State.READY,
    Verdict.READY_BUT: State.READY_BUT,
    Verdict.SHORT: State.SHORT,
    Verdict.CANNOT_SAY: State.CANNOT_SAY,
}
# What of a step or phase says on which days it may be given.
_DAYS = (
    "day", "min_gap_days", "usual_gap_days", "max_gap_days", "extension_reason", "first_gap_days", "interval_days",
)  # fmt: skip
ROLES = ("24 h phone", "ICU on call", "Hematology or oncology on call", "Pharmacist on call")


def infusion_day_facts(
    board: Board, row: RowAnswer, adoption: Adoption | None, zone: ZoneInfo, printed: tuple[str, datetime]
) -> InfusionDayFacts:
    """Everything the checklist of one infusion says. `printed` is who prints and when."""
    infusion, protocol, window = row.infusion, row.course.protocol, row.window
    regimen = row.course.regimen_id
    weighing = row.weighing
    start = local_start(infusion.day, infusion.clock_time, zone)
    midnight = datetime.combine(infusion.day + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    said_by, at = printed
    return InfusionDayFacts(
        patient=patient_facts(row.patient),
        weight=None if weighing is None else weight_facts(weighing, infusion.day, board.policy, zone),
        infusion=_infusion(row, adoption, start),
        readiness=_readiness(window),
        stock_rules=around.stock_rules(protocol, adoption, infusion.dose, 0 if window is None else window.owed),
        dose=None if weighing is None else dose_facts(weighing.weight, _first_drawn(window)),
        sets_owed=0 if window is None else window.owed,
        sets=() if window is None else _sets(window),
        premedication=around.premedication(protocol, adoption, infusion.dose, start, zone),
        steroid_rule=_line(protocol, adoption, "prophylaxis", "steroid"),
        seizure_rule=_line(protocol, adoption, "icans", "seizure"),
        lymphodepletion=around.lead_in(protocol, adoption, regimen, "lymphodepletion"),
        pretreatment=around.lead_in(protocol, adoption, regimen, "pretreatment"),
        hold_criteria=(
            *around.symptom_free(protocol, adoption, regimen),
            *(
                stated(protocol, adoption, line.text, line.path)
                for line in protocol.lines_about("hold", regimen)
                if line.text
            ),
        ),
        observation=around.observation(protocol, adoption, infusion.dose, regimen),
        contacts=tuple(ContactFacts(role) for role in ROLES),
        adopted=adoption is not None,
        adoption=_adoption(adoption, zone),
        unknowns=unknown_words(protocol, (*infusion.dose.unknowns, *around.unsaid(protocol, infusion.dose, regimen))),
        override_reason="",
        protocol=protocol_facts(protocol),
        policy=policy_text(board),
        stamp=Stamp(said_by, at, max(midnight, at), zone),
    )


def _infusion(row: RowAnswer, adoption: Adoption | None, start: datetime | None) -> InfusionFacts:
    dose, protocol = row.infusion.dose, row.course.protocol
    regimen = protocol.regimen(row.course.regimen_id)
    place, amounts = _place(row.course, dose.key)
    return InfusionFacts(
        generic=protocol.name,
        brand=protocol.brand,
        regimen="" if regimen is None else regimen.title,
        dose_label=dose.label,
        amount=stated(protocol, adoption, dose.amount_text, *amounts) if dose.amount_text else None,
        route=stated(protocol, adoption, route_words(dose.route), f"{place}.route") if dose.route else None,
        day=row.infusion.day,
        starts=start,
        window=dose.allowed,
        window_said=_window(row, adoption, place),
        cells=protocol.kind == "car_t",
        infuse_over=around.infusion_times(protocol, adoption, dose),
        never_swap=around.never_swap(protocol, adoption, row.course.regimen_id),
    )


def _window(row: RowAnswer, adoption: Adoption | None, place: str) -> Stated | None:
    """The allowed days with how sure the facts are from which they follow."""
    dose, protocol = row.infusion.dose, row.course.protocol
    if dose.allowed is None:
        return None
    paths = [f"{place}.{name}" for name in _DAYS]
    if (dose.cycle or 0) > 1:
        paths.append(f"regimens.{row.course.regimen_id}.cycle_days")
    text = say(no("sheet_between", first=day_text(dose.allowed.first), last=day_text(dose.allowed.last, True)))
    return stated(protocol, adoption, text, *paths)


def _place(course: Course, key: str) -> tuple[str, tuple[str, ...]]:
    """Where the dose stands in the protocol, and what its amount rests on; doses of a restart's own ladder as well."""
    row, regimen = restart_row_of(course), course.protocol.regimen(course.regimen_id)
    steps = [step for step in (row.doses if row is not None else ()) if step.key == key]
    dose = steps[0] if steps else slot_of(regimen, key) if regimen is not None else None
    if dose is None:
        return "", ()
    own = [branch.path for branch in dose.amounts if branch.path != dose.path]
    return dose.path, tuple(own or (f"{dose.path}.dose", f"{dose.path}.cap"))


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


def _line(protocol: Protocol, adoption: Adoption | None, topic: str, word: str) -> Stated | None:
    """The first sentence that holds whatever the grade: what to do at one grade is no rule for the day of infusion."""
    found = [line for line in protocol.lines_about(topic) if word in line.text and line.grade == ""]
    return stated(protocol, adoption, found[0].text, found[0].path) if found else None


def _adoption(adoption: Adoption | None, zone: ZoneInfo) -> str:
    if adoption is None:
        return ""
    day = adoption.at.astimezone(zone).date()
    return say(no("sheet_adopted", name=adoption.pharmacist, day=day_text(day, True)))
