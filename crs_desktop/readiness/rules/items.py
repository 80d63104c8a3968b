"""The question in the shape the solver needs: items in their one order, lines in theirs, who may use what and when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from crs_desktop.readiness.model import Demand, PlannedUse, PlanQuestion, SupplyLine
from crs_desktop.readiness.rules.sets import Band


@dataclass(frozen=True, slots=True)
class Promise:
    """An earmark that names a set its item could have, over positions of lines, with how often it stands."""

    vials: tuple[tuple[int, int], ...]
    content: int
    confirmed: int
    proposed: int


@dataclass(frozen=True, slots=True)
class Item:
    """A demand or a planned use: `start` to `last` hold its vials; a planned use holds for ever, they are spent."""

    holder: str
    source: Demand | PlannedUse
    start: date
    last: date
    band: Band
    sets: int
    planned: bool
    lines: tuple[int, ...]
    promises: tuple[Promise, ...]

    @property
    def group(self) -> tuple[date, bool]:
        """Its place in level 1: by key, and within a key rescue before planned use."""
        return (self.start, self.planned)


@dataclass(frozen=True, slots=True)
class Line:
    """A supply line with its expiry in days from today."""

    source: SupplyLine
    brand: str
    strength: int
    vials: int
    days_left: int


@dataclass(frozen=True, slots=True)
class Shape:
    """Items in order (key, rescue before planned, holder), lines in order (brand, expiry, size descending, lot)."""

    items: tuple[Item, ...]
    lines: tuple[Line, ...]
    lost_confirmed: int
    lost_proposed: int


def counts_for(line: SupplyLine, start: date, last: date) -> bool:
    """Whether a line counts for a set held from `start` to `last`; a planned use needs it on its day only."""
    there = line.available_from is None or line.available_from <= start
    return line.usable and line.vials > 0 and there and line.expires >= last


def shape(question: PlanQuestion) -> Shape:
    """Sort and sift the question. Earmarks that no set can fulfil any more are counted as lost."""
    today = question.today
    sources = sorted(
        (line for line in question.supply if line.usable and line.vials > 0), key=lambda x: _order(x, today)
    )
    lines = tuple(
        Line(line, line.brand, line.strength.mcg, line.vials, (line.expires - today).days)
        for line in sources
        if line.expires >= today
    )
    promised: dict[str, list[tuple[tuple[tuple[str, int], ...], bool]]] = {}
    for earmark in question.earmarks:
        named: Counter[str] = Counter()
        for key, count in earmark.vials:
            named[key] += count
        vials = tuple(sorted((key, count) for key, count in named.items() if count > 0))
        promised.setdefault(earmark.holder, []).append((vials, earmark.confirmed))
    items = [
        _rescue(question, demand, lines, promised.get(demand.holder, []))
        for demand in question.demands
        if demand.sets > 0 and demand.window.last >= today
    ]
    items += [_planned(question, use, lines) for use in question.planned_use if use.day >= today]
    items.sort(key=lambda item: (item.start, item.planned, item.holder, item.band.dose))
    kept_confirmed = sum(promise.confirmed for item in items for promise in item.promises)
    kept_proposed = sum(promise.proposed for item in items for promise in item.promises)
    all_confirmed = sum(earmark.confirmed for earmark in question.earmarks)
    return Shape(
        tuple(items), lines, all_confirmed - kept_confirmed, len(question.earmarks) - all_confirmed - kept_proposed
    )


def _order(line: SupplyLine, today: date) -> tuple[str, date, int, date, str, str, str]:
    there = max(line.available_from or today, today)
    return (line.brand, line.expires, -line.strength.mcg, there, line.lot, line.place, line.key)


def _rescue(
    question: PlanQuestion,
    demand: Demand,
    lines: tuple[Line, ...],
    promised: list[tuple[tuple[tuple[str, int], ...], bool]],
) -> Item:
    start = max(question.today, demand.window.first)
    band = Band.of(demand.dose.mcg, question.rounding)
    usable = tuple(i for i, line in enumerate(lines) if counts_for(line.source, start, demand.window.last))
    return Item(
        demand.holder, demand, start, demand.window.last, band, demand.sets, False, usable,
        _promises(promised, lines, usable, band),
    )  # fmt: skip


def _planned(question: PlanQuestion, use: PlannedUse, lines: tuple[Line, ...]) -> Item:
    usable = tuple(i for i, line in enumerate(lines) if counts_for(line.source, use.day, use.day))
    band = Band.of(use.dose.mcg, question.rounding)
    return Item(use.holder, use, use.day, date.max - timedelta(days=1), band, 1, True, usable, ())


def _promises(
    promised: list[tuple[tuple[tuple[str, int], ...], bool]],
    lines: tuple[Line, ...],
    usable: tuple[int, ...],
    band: Band,
) -> tuple[Promise, ...]:
    place = {lines[i].source.key: i for i in usable}
    times: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for vials, confirmed in promised:
        if not vials or any(key not in place or lines[place[key]].vials < count for key, count in vials):
            continue
        named = tuple(sorted((place[key], count) for key, count in vials))
        content = sum(lines[i].strength * count for i, count in named)
        if len({lines[i].brand for i, _ in named}) == 1 and band.covers(content):
            times.setdefault(named, [0, 0])[0 if confirmed else 1] += 1
    return tuple(
        Promise(named, sum(lines[i].strength * count for i, count in named), confirmed, proposed)
        for named, (confirmed, proposed) in sorted(times.items())
    )
