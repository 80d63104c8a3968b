"""What stands around one dated dose, in words, each with how sure it is: amount, days, medicines, holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from crs_desktop.desktop.theme import State
from crs_desktop.desktop.words import phrase, tr
from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.days import day_text
from crs_desktop.patients.model import Course, Infusion
from crs_desktop.patients.ui.around.clock import medicine_times, times_text
from crs_desktop.patients.ui.sureness import NOTHING, Marks, Place, Sure, place_of_dose
from crs_desktop.patients.ui.words import judged_text
from crs_desktop.therapies.model.care import Observation, Premedication
from crs_desktop.therapies.model.dated import PremedicationTime
from crs_desktop.therapies.words import infusion_time_text, lead_in_timing, observation_text, premedication_when

_ROLES = {
    "cells": "cells",
    "step_up": "step-up",
    "first_full": "first full dose",
    "full": "full dose",
    "rate_step": "rate step",
}

_ROUTES = {"SC": "subcutaneous", "PO": "by mouth"}


@dataclass(frozen=True, slots=True)
class AroundRow:
    """One line: what it is, what it says, how sure that is, and the facts behind it."""

    what: str
    text: str
    sure: Sure
    paths: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """The line as one text."""
        said = f"{self.what}: {self.text}"
        return f"{said} ({self.sure.words})" if self.sure.words else said


@dataclass(frozen=True, slots=True)
class Asked:
    """One infusion with what its lines depend on. `first`: it begins its course."""

    course: Course
    infusion: Infusion
    marks: Marks
    weight: BodyWeight | None
    zone: ZoneInfo
    first: bool

    @property
    def place(self) -> Place | None:
        """Where the dose stands in the protocol."""
        return place_of_dose(self.course, self.infusion.dose.key, self.weight)


def around_dose(asked: Asked) -> tuple[AroundRow, ...]:
    """Every line, what is given first; at the end what is not known and what else the dose rests on."""
    rows = [
        *_adoption(asked), *_dose(asked), *_lead_in(asked), *_medicines(asked), *_times(asked), *_observation(asked),
        *_holds(asked), *_calendar(asked),
    ]  # fmt: skip
    return (*rows, *_gaps(asked), *_rest(asked, rows))


def route_words(route: str) -> str:
    """A route without the short forms that are misread: 'subcutaneous', 'by mouth'; IV may stay."""
    return re.sub(r"\b(?:SC|PO)\b", lambda found: tr(_ROUTES[found[0]]), route)


def _row(asked: Asked, what: str, text: str, *paths: str) -> AroundRow:
    return AroundRow(what, text or phrase("patients_around_not_known"), asked.marks.about(*paths), paths)


def _adoption(asked: Asked) -> Iterator[AroundRow]:
    if not asked.marks.adopted:
        said = phrase("patients_around_unadopted", therapy=asked.course.protocol.name)
        yield AroundRow(tr("Protocol"), said, Sure(State.READY_BUT, phrase("patients_not_adopted")))


def _dose(asked: Asked) -> Iterator[AroundRow]:
    dose, place = asked.infusion.dose, asked.place
    yield _row(asked, tr("Amount"), dose.amount_text, *(() if place is None else place.amounts))
    if dose.table_amount is not None:
        yield _row(asked, tr("By the weight table"), str(dose.table_amount), *_band(asked))
    days = () if place is None else place.days_of(asked.course, dose)
    yield _row(asked, tr("Allowed days"), judged_text(dose), *days)


def _calendar(asked: Asked) -> Iterator[AroundRow]:
    dose, place = asked.infusion.dose, asked.place
    at = "" if place is None else place.path
    if dose.usual is not None and dose.usual != dose.allowed:
        first, last = day_text(dose.usual.first), day_text(dose.usual.last)
        yield _row(asked, tr("Usual days"), phrase("patients_range", first=first, last=last), f"{at}.usual_gap_days")
    yield _row(asked, tr("Route"), route_words(dose.route), f"{at}.route")
    if dose.ends is not None:
        yield _row(asked, tr("Runs until"), day_text(dose.ends, year=True), f"{at}.infusion_days")
    yield AroundRow(tr("Role"), tr(_ROLES[dose.role]), NOTHING)


def _band(asked: Asked) -> tuple[str, ...]:
    dose, regimen = asked.infusion.dose, asked.course.regimen_id
    if asked.weight is None:
        return ()
    key, bands = dose.phase or dose.key, asked.course.protocol.bands
    return tuple(f"{band.path}.{key}" for band in bands if band.amount_for(regimen, key, asked.weight) is not None)


def _times(asked: Asked) -> Iterator[AroundRow]:
    dose = asked.infusion.dose
    for row in dose.infusion_times:
        yield _row(asked, tr("Infusion time"), infusion_time_text(row), row.path)
    for row in dose.conditional_times:
        yield _row(asked, tr("Infusion time, if"), infusion_time_text(row), row.path)


def _lead_in(asked: Asked) -> Iterator[AroundRow]:
    rows = asked.course.protocol.lead_in if asked.first else ()
    for row in rows:
        if row.regimens and asked.course.regimen_id not in row.regimens:
            continue
        drug = f"{row.drug} {row.amount}" if row.amount is not None else row.drug
        drug = drug if row.amount is not None else phrase("patients_around_dose_not_known", drug=drug)
        timing = lead_in_timing(row) or phrase("patients_around_when_not_known")
        text = phrase("patients_around_medicine", drug=drug, when=timing)
        what = {"lymphodepletion": tr("Lymphodepletion"), "pretreatment": tr("Pretreatment")}.get(row.kind)
        said = phrase("patients_around_instead", text=text) if row.alternative else text
        yield _row(asked, what or tr("Companion drug"), said, row.path)


def _medicines(asked: Asked) -> Iterator[AroundRow]:
    dose = asked.infusion.dose
    if not dose.premedication:
        yield _none(tr("Premedication"), bool(dose.conditional))
    chosen: set[str] = set()
    for what, conditional in ((tr("Premedication"), False), (tr("Premedication, if"), True)):
        for timed in medicine_times(asked.infusion, asked.zone, conditional):
            text = _medicine(timed, asked, timed.item.one_of in chosen)
            chosen |= {timed.item.one_of} - {""}
            yield _row(asked, what, text, timed.item.path)


def _medicine(timed: PremedicationTime, asked: Asked, is_choice: bool) -> str:
    """'dexamethasone 16 mg, by mouth or IV: Fri 4 Dec 06:30 to 08:30; 1 to 3 hours before the dose'."""
    item = timed.item
    drug = phrase("patients_around_or_drug", drug=item.drug) if is_choice else item.drug
    dose = item.dose_text
    said = f"{drug} {dose}" if dose else phrase("patients_around_dose_not_known", drug=drug)
    said = phrase("patients_around_equivalent", drug=said) if item.or_equivalent else said
    route = " or ".join(map(route_words, item.route)) or phrase("patients_around_route_not_known")
    parts = [said, route, *_for_whom(item)]
    when = premedication_when(item) or phrase("patients_around_when_not_known")
    clock = times_text(timed, asked.infusion, asked.zone)
    return phrase("patients_around_medicine", drug=", ".join(parts), when="; ".join(filter(None, (clock, when))))


def _for_whom(item: Premedication) -> list[str]:
    said = [] if item.population in ("", "all") else [item.population]
    return [*said, phrase("patients_around_optional")] if item.optional else said


def _observation(asked: Asked) -> Iterator[AroundRow]:
    dose = asked.infusion.dose
    rules = [
        rule for rule in asked.course.protocol.durations
        if rule.holds_in(asked.course.regimen_id) and rule.in_force(dose.planned)
        if any(fnmatchcase(dose.key, pattern) for pattern in rule.applies_to)
    ]  # fmt: skip
    if all(row.alternative for row in dose.observation):
        yield _none(tr("Observation"), bool(dose.observation or dose.conditional_observation))
    for row in dose.observation:
        yield _row(asked, tr("Observation"), _watched(row), row.path)
    for row in dose.conditional_observation:
        yield _row(asked, tr("Observation, if"), _watched(row), row.path)
    for rule in rules:
        yield _row(asked, tr("Afterwards"), rule.text or _unread(rule.kind), rule.path)


def _watched(row: Observation) -> str:
    text = observation_text(row)
    return phrase("patients_around_instead", text=text) if row.alternative and text else text


def _unread(kind: str) -> str:
    return phrase("patients_around_what_not_known", what=kind.replace("_", " "))


def _holds(asked: Asked) -> Iterator[AroundRow]:
    protocol, regimen_id = asked.course.protocol, asked.course.regimen_id
    path = f"regimens.{regimen_id}.symptom_free_hours"
    free = protocol.fact(path)
    if free is not None:
        text = "" if free.unknown else phrase("patients_around_symptom_free", hours=free.text)
        yield _row(asked, tr("Before it"), text, path)
    lines = protocol.lines_about("hold", regimen_id)
    if not lines:
        yield _none(tr("Hold"), among_others=False)
    for number, line in enumerate(lines, 1):
        what = tr("Hold, rule {number} of {all}").format(number=number, all=len(lines))
        yield _row(asked, what, line.text, line.path)


def _none(what: str, among_others: bool) -> AroundRow:
    """That the file has no row is said: it is not the same as a rule that nothing is needed."""
    return AroundRow(what, phrase("patients_around_none_always" if among_others else "patients_around_none"), NOTHING)


def _gaps(asked: Asked) -> Iterator[AroundRow]:
    """What the file itself says that nobody has read."""
    mark = Sure(State.CANNOT_SAY, phrase("patients_sure_unknown"))
    for gap in asked.course.protocol.unknowns:
        path = f"unknowns.{gap.id}"
        if path in asked.infusion.dose.unknowns:
            yield AroundRow(tr("Not known"), gap.text, mark, (path,))


def _rest(asked: Asked, rows: list[AroundRow]) -> Iterator[AroundRow]:
    """Facts that the dose rests on and no line has told: none is left out because it has no line of its own."""
    dose = asked.infusion.dose
    told = {path for row in rows for path in row.paths}
    for path in (*dose.unverified_facts, *dose.unknowns):
        fact = asked.course.protocol.fact(path)
        if fact is None or any(path == one or path.startswith(f"{one}.") for one in told):
            continue
        name = " › ".join(step.replace("_", " ") for step in path.split("."))
        yield _row(asked, tr("Also rests on"), f"{name}: {fact.text or phrase('patients_around_not_known')}", path)
