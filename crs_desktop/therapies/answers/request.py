"""The words of the verb `schedule` as typed, and what they mean; everything that is wrong with them is told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from crs_desktop.kernel.amounts import BodyWeight, plain
from crs_desktop.kernel.entry import read_clock_time, read_day, read_weight, unusual_weight
from crs_desktop.kernel.errors import NotUnderstood
from crs_desktop.kernel.refusal import Finding, beware, no
from crs_desktop.therapies.catalogue import Catalogue
from crs_desktop.therapies.model.dated import Circumstances
from crs_desktop.therapies.model.doses import Phase, Regimen
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.slots import slot_of
from crs_desktop.therapies.rules.surface import body_surface

T = TypeVar("T")

POPULATIONS = ("adult", "paediatric")
_HEIGHT = re.compile(r"[0-9]{1,3}(\.[0-9])?")
_SURFACE = re.compile(r"[0-9](\.[0-9]{1,2})?")
_USUAL_CM = (Decimal(20), Decimal(260))
_GRADE = re.compile(r"[0-4]")


@dataclass(frozen=True, slots=True)
class ScheduleRequest:
    """The words of `schedule` as typed."""

    therapy: str
    start: str
    given: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    on: str | None = None
    weight_kg: str | None = None
    regimen: str | None = None
    until: str | None = None
    height_cm: str | None = None
    surface_m2: str | None = None
    population: str | None = None
    born: str | None = None
    crs: tuple[str, ...] = ()
    entered: tuple[str, ...] = ()
    start_time: str | None = None
    bag_hours: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, understood. `clock` is the time of day at which doses start, '' when nobody said it."""

    protocol: Protocol
    regimen: Regimen
    start: date
    on: date
    until: date | None
    weight: BodyWeight | None
    height_cm: Decimal | None
    given: Mapping[str, date]
    missed: frozenset[str]
    born: date | None
    about: Circumstances
    clock: str
    bag_hours: int | None
    findings: tuple[Finding, ...]


def read_request(catalogue: Catalogue, request: ScheduleRequest, today: date) -> Asked:
    """The meaning of the words; without `on` it is today. Raises NotUnderstood with every finding."""
    protocol, regimen = _product(catalogue, request)
    reader = _Reader(protocol, regimen)
    asked = reader.read(request, today)
    if reader.wrong or asked is None:
        raise NotUnderstood(*reader.wrong)
    if asked.given and request.on is not None and asked.on < max(asked.given.values()):
        raise NotUnderstood(no("therapy_on_before_last", "on", asked.on, last=max(asked.given.values())))
    return asked


def _product(catalogue: Catalogue, request: ScheduleRequest) -> tuple[Protocol, Regimen]:
    if request.therapy not in catalogue.ids():
        raise NotUnderstood(
            no("therapy_not_in_library", "therapy", request.therapy, allowed=", ".join(catalogue.ids()))
        )
    protocol = catalogue.protocol(request.therapy)
    regimen = protocol.regimens[0] if request.regimen is None else protocol.regimen(request.regimen)
    if regimen is None:
        allowed = ", ".join(known.id for known in protocol.regimens)
        raise NotUnderstood(
            no("therapy_regimen_not_in_file", "regimen", request.regimen, therapy=protocol.id, allowed=allowed)
        )
    return protocol, regimen


class _Reader:
    """Reads one request and keeps what is wrong with it."""

    def __init__(self, protocol: Protocol, regimen: Regimen) -> None:
        self._protocol, self._regimen = protocol, regimen
        self.wrong: list[Finding] = []

    def read(self, request: ScheduleRequest, today: date) -> Asked | None:
        start = self._day(request.start, "start")
        on = today if request.on is None else self._day(request.on, "on")
        until = self._day(request.until, "until")
        weight = None if request.weight_kg is None else self._good(read_weight(request.weight_kg))
        given, missed = self._given(request.given), self._missed(request.missed)
        height, surface = self._body(request, weight)
        population, born = self._age(request, start)
        about = Circumstances(surface, self._grades(request.crs), self._entered(request.entered), population)
        clock = "" if request.start_time is None else self._clock(request.start_time)
        bag_hours = self._bag_hours(request.bag_hours, clock)
        if start is None or on is None:
            return None
        found = [unusual_weight(weight)] if weight is not None else []
        found += [_unusual_height(height)] if height is not None else []
        return Asked(self._protocol, self._regimen, start, on, until, weight, height, given, missed, born, about, clock,
                     bag_hours, tuple(finding for finding in found if finding is not None))  # fmt: skip

    def _good(self, read: T | Finding) -> T | None:
        if isinstance(read, Finding):
            self.wrong.append(read)
            return None
        return read

    def _day(self, text: str | None, field: str) -> date | None:
        return None if text is None else self._good(read_day(text, field))

    def _given(self, texts: Sequence[str]) -> dict[str, date]:
        pairs = [pair for text in texts if (pair := self._good(self._given_one(text))) is not None]
        keys = [key for key, _ in pairs]
        self.wrong += [
            no("therapy_given_twice", "given", key) for key in sorted({key for key in keys if keys.count(key) > 1})
        ]
        return dict(pairs)

    def _given_one(self, text: str) -> tuple[str, date] | Finding:
        name, equals, typed = text.partition("=")
        key = self._key(name)
        if key is None or not equals:
            return self._not_a_dose(text, "given")
        day = read_day(typed, "given")
        return day if isinstance(day, Finding) else (key, day)

    def _missed(self, texts: Sequence[str]) -> frozenset[str]:
        keys = [self._good(self._key(text) or self._not_a_dose(text, "missed")) for text in texts]
        return frozenset(key for key in keys if key is not None)

    def _key(self, name: str) -> str | None:
        """A dose key, or the label's day number of a named step."""
        typed = name.strip()
        for step in self._regimen.steps:
            if typed.upper() == step.key.upper() or typed == str(step.day):
                return step.key
        slot = slot_of(self._regimen, typed.upper())
        return slot.key if slot is not None else None

    def _not_a_dose(self, text: str, field: str) -> Finding:
        code = "therapy_crs_not_understood" if field == "crs" else "therapy_given_not_understood"
        return no(code, field, text, allowed=", ".join(_keys(self._regimen)))

    def _grades(self, texts: Sequence[str]) -> dict[str, int]:
        grades: dict[str, int] = {}
        for text in texts:
            name, _, typed = text.partition("=")
            key = self._key(name)
            if key is None or not _GRADE.fullmatch(typed.strip()):
                self.wrong.append(self._not_a_dose(text, "crs"))
            elif key in grades:
                self.wrong.append(no("therapy_given_twice", "crs", key))
            else:
                grades[key] = int(typed)
        return grades

    def _entered(self, names: Sequence[str]) -> frozenset[str]:
        known = [phase.id for phase in self._regimen.phases if _is_conditional(phase)]
        for name in names:
            if name not in known:
                self.wrong.append(no("therapy_phase_not_conditional", "entered", name, allowed=", ".join(known) or "-"))
        return frozenset(names)

    def _body(self, request: ScheduleRequest, weight: BodyWeight | None) -> tuple[Decimal | None, Decimal | None]:
        """Height and body surface: the surface as typed, or by height and weight."""
        if request.height_cm is not None and request.surface_m2 is not None:
            self.wrong.append(no("therapy_height_or_surface", "height_cm", request.height_cm))
        height = self._number(request.height_cm, _HEIGHT, "height_not_understood", "height_cm")
        surface = self._number(request.surface_m2, _SURFACE, "therapy_surface_not_understood", "surface_m2")
        if height is not None and request.weight_kg is None:
            self.wrong.append(no("therapy_height_without_weight", "height_cm", plain(height)))
        if height is None or weight is None:
            return height, surface
        return height, body_surface(height, weight)

    def _number(self, text: str | None, form: re.Pattern[str], code: str, field: str) -> Decimal | None:
        if text is None:
            return None
        typed = text.strip()
        if not form.fullmatch(typed) or Decimal(typed) == 0:
            self.wrong.append(no(code, field, text))
            return None
        return Decimal(typed)

    def _age(self, request: ScheduleRequest, start: date | None) -> tuple[str, date | None]:
        population, born = request.population or "", self._day(request.born, "born")
        if request.population is not None and request.population not in POPULATIONS:
            self.wrong.append(
                no("therapy_population_unknown", "population", request.population, allowed=", ".join(POPULATIONS))
            )
        if request.population is not None and request.born is not None:
            self.wrong.append(no("therapy_population_or_born", "population", request.population))
        if born is not None and start is not None and born > start:
            self.wrong.append(no("therapy_born_after_start", "born", born, start=start))
        return population, born

    def _clock(self, text: str) -> str:
        read = read_clock_time(text, "start_time") or no("clock_time_not_understood", "start_time", text)
        return self._good(read) or ""

    def _bag_hours(self, text: str | None, clock: str) -> int | None:
        if text is None:
            return None
        known = {str(bag.hours): bag.hours for bag in self._protocol.bag_changes}
        if text.strip() not in known:
            self.wrong.append(no("therapy_bag_hours_unknown", "bag_hours", text, allowed=", ".join(known) or "-"))
        elif not clock:
            self.wrong.append(no("therapy_bag_hours_need_start", "bag_hours", text))
        return known.get(text.strip())


def _keys(regimen: Regimen) -> list[str]:
    """The named steps with their days, and the first key of each phase."""
    return [f"{step.key} (day {step.day})" for step in regimen.steps] + [first_key_of(one) for one in regimen.phases]


def first_key_of(phase: Phase) -> str:
    """The key of the first dose of a phase."""
    cycle, day = (phase.cycles[0], phase.days[0]) if phase.cycles is not None else (0, 0)
    numbered = phase.key.replace("{n}", str(phase.first_number))
    return numbered.replace("{c}", str(cycle)).replace("{d}", str(day))


def _is_conditional(phase: Phase) -> bool:
    return phase.rule is not None and phase.rule.conditional


def _unusual_height(height: Decimal) -> Finding | None:
    low, high = _USUAL_CM
    return None if low <= height <= high else beware("height_unusual", "height_cm", f"{plain(height)} cm")
