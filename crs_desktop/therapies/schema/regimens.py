"""Reads the regimens of a protocol file and the preparation table; answers which regimens and doses a row names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import zip_longest

from crs_desktop.therapies.model.doses import Amount, DoseStep, Phase, Regimen, WeightBand
from crs_desktop.therapies.schema.amounts import DOSE_UNITS
from crs_desktop.therapies.schema.phases import read_phases
from crs_desktop.therapies.schema.steps import read_steps
from crs_desktop.therapies.schema.table import Table

_LAST_TRIED = 60  # a phase without end is looked through so far for a dose that a pattern could mean
_MOST_TRIED = 999


def read_regimens(top: Table) -> tuple[Regimen, ...]:
    """All regimens of the file; mistakes go to the reading."""
    found = tuple(_regimen(table) for table in top.tables("regimens"))
    if not found:
        top.missing("regimens", "tables written [[regimens]]")
    return found


def read_bands(top: Table, regimens: tuple[Regimen, ...]) -> tuple[WeightBand, ...]:
    """The preparation table: whole kilograms from, to, and the amount of each dose key."""
    bands: list[WeightBand] = []
    keys = {step.key for regimen in regimens for step in regimen.steps}
    keys |= {phase.id for regimen in regimens for phase in regimen.phases}
    for table in top.tables("weight_bands"):
        table.identity()
        unit = table.word("unit", required=True, allowed=DOSE_UNITS)
        low, high = table.whole("from_kg", "kg", required=True), table.whole("to_kg", "kg", required=True)
        named = [(key, table.number(key, unit)) for key in sorted(keys & table.content.keys())]
        table.allow(*keys)
        amounts = tuple((key, Amount(value, unit)) for key, value in named if value is not None)
        where = regimen_ids(table, regimens)
        table.close()
        if low is not None and high is not None:
            if low > high:
                table.mistake("therapy_range_reversed", "from_kg", low, most=high)
            band = WeightBand(low, high, amounts, where, table.path)
            _check_band(table, band, bands)
            bands.append(band)
    return tuple(bands)


def _check_band(table: Table, band: WeightBand, others: list[WeightBand]) -> None:
    for other in others:
        same = set(band.regimens) & set(other.regimens)
        if same and band.from_kg <= other.to_kg and other.from_kg <= band.to_kg:
            table.mistake("therapy_bands_overlap", "from_kg", f"{band.from_kg}-{band.to_kg}", other=other.path)


def regimen_ids(table: Table, regimens: tuple[Regimen, ...]) -> tuple[str, ...]:
    """The regimens a row holds for: named ones, or all of the file."""
    known = tuple(regimen.id for regimen in regimens)
    named = table.words("regimens")
    for name in named:
        if name not in known:
            table.mistake("therapy_value_not_allowed", "regimens", name, allowed=", ".join(known))
    return tuple(name for name in named if name in known) or known


class DoseKeys:
    """Which doses the regimens of a file can give, to tell whether a row names one that exists."""

    def __init__(self, regimens: tuple[Regimen, ...]) -> None:
        self._regimens = regimens
        self._ladders: dict[str, set[str]] = {regimen.id: set() for regimen in regimens}
        self._keys = {regimen.id: set(_keys_of(regimen)) for regimen in regimens}

    def add_ladder(self, where: Iterable[str], doses: Iterable[DoseStep]) -> None:
        """Doses of a restart's own ladder may be named as well."""
        for name in where:
            self._ladders[name].update(dose.key for dose in doses)

    def patterns(self, table: Table, where: tuple[str, ...], needed: bool = True) -> tuple[str, ...]:
        """The patterns under `applies_to`; one that fits no dose of the regimens of the row is a mistake."""
        patterns = table.words("applies_to")
        if needed and "applies_to" not in table.content:
            table.missing("applies_to", f"a list of dose keys, here {self._examples(where)}")
        for pattern in patterns:
            if not any(self._fits(pattern, name) for name in where):
                table.mistake("therapy_dose_unknown", "applies_to", pattern, allowed=self._examples(where))
        return patterns

    def _fits(self, pattern: str, name: str) -> bool:
        keys, ladder = self._keys[name], self._ladders[name]
        if pattern in keys or pattern in ladder:
            return True
        return any(fnmatchcase(key, pattern) for key in (*keys, *ladder)) if set("*?[") & set(pattern) else False

    def _examples(self, where: tuple[str, ...]) -> str:
        here = [regimen for regimen in self._regimens if regimen.id in where]
        keys = {step.key for regimen in here for step in regimen.steps}
        keys |= {next(_phase_keys(phase, 1)) for regimen in here for phase in regimen.phases}
        return ", ".join(sorted(keys.union(*(self._ladders[name] for name in where))))


def _keys_of(regimen: Regimen) -> Iterator[str]:
    yield from (step.key for step in regimen.steps)
    for phase, after in zip_longest(regimen.phases, regimen.phases[1:]):
        goes_on = after is not None and after.rule is not None and after.rule.conditional
        yield from _phase_keys(phase, _LAST_TRIED if goes_on else 0)


def _phase_keys(phase: Phase, at_least: int) -> Iterator[str]:
    """The keys a phase can give; one that goes on until somebody judges is looked through further."""
    if phase.cycles is None and not phase.days:
        count = min(phase.count or _LAST_TRIED, _MOST_TRIED)
        for number in range(phase.first_number, phase.first_number + max(count, at_least)):
            yield phase.key.replace("{n}", str(number))
        return
    first, last = phase.cycles or (1, 1)
    for cycle in range(first, max(last or _LAST_TRIED, at_least, first) + 1):
        for day in phase.days or (1,):
            yield phase.key.replace("{c}", str(cycle)).replace("{d}", str(day))


def _regimen(table: Table) -> Regimen:
    regimen_id = table.identity()
    title = table.word("title", required=True)
    indication = table.text("indication", required=True)
    day_origin = table.text("day_origin", required=True)
    first_day = table.count("first_day", required=True) or 0
    cycle_days = table.whole("cycle_days", "days", least=1)
    symptom_free = table.whole("symptom_free_hours", "hours")
    steps, phases = read_steps(table, cycle_days), read_phases(table, cycle_days)
    table.close()
    keys = {step.key for step in steps}
    for phase in phases:
        if phase.first_gap.after and phase.first_gap.after not in keys:
            table.mistake("therapy_dose_unknown", "phases", phase.first_gap.after, allowed=", ".join(sorted(keys)))
    _check_keys(table, keys, phases)
    return Regimen(
        regimen_id,
        title,
        indication,
        day_origin,
        first_day,
        steps,
        phases,
        table.path,
        cycle_days,
        symptom_free,
    )


def _check_keys(table: Table, steps: set[str], phases: tuple[Phase, ...]) -> None:
    """A dose on days of cycles has one place: no step has its key, nor a phase before that nobody has to leave."""
    taken = set(steps)
    for phase in phases:
        if phase.cycles is None:
            continue
        conditional = phase.rule is not None and phase.rule.conditional
        keys = list(_phase_keys(phase, 0))
        again = [key for key in keys if key in (steps if conditional or phase.optional else taken)]
        if again:
            table.mistake("therapy_key_twice", f"phases.{phase.id}.cycles", again[0])
        taken.update(keys)
