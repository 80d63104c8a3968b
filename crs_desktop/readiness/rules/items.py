"""The question in the shape the solver needs: items in their one order, lines in theirs, who may use what and when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from crs_desktop.readiness.model import Demand, PlannedUse, PlanQuestion, SupplyLine
from crs_desktop.readiness.rules.sets import Band

Moment = tuple[date, int]
"""A day and a minute of it. -1: some time of the day that is not known; -2: there when the day begins."""


@dataclass(frozen=True, slots=True)
class Promise:
    """An earmark that names a set its item could have, over positions of lines, with how often it stands."""

    vials: tuple[tuple[int, int], ...]
    content: int
    confirmed: int
    proposed: int
    far: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A demand or a planned use: `start` to `last` hold its vials; a planned use holds for ever, they are spent.

    `further`: so many of its sets may hold vials that are far. `moment`: when it begins, to be compared with `arrival`.
    """

    holder: str
    source: Demand | PlannedUse
    start: date
    last: date
    band: Band
    sets: int
    planned: bool
    lines: tuple[int, ...]
    promises: tuple[Promise, ...]
    further: int = 0
    moment: Moment = (date.min, 0)

    @property
    def all_further(self) -> bool:
        """True when any set makes it a patient with at least one; else a near one is needed."""
        return self.further == self.sets

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


def counts_for(line: SupplyLine, start: date, last: date, minute: int | None = None, further: bool = False) -> bool:
    """Whether a line counts for a set held from `start` to `last`; a planned use needs it on its day only.

    `minute`: when the infusion of the first day starts, if known. `further`: a set that may hold vials that are far.
    """
    there = arrival(line) < (start, -1 if minute is None else minute)
    near = further or not line.far
    return line.usable and line.vials > 0 and near and there and line.expires >= last


def counts_for_demand(line: SupplyLine, demand: Demand, today: date) -> bool:
    """Whether a line counts for any of the sets of a demand."""
    start, minute = _begin(demand, today)
    return counts_for(line, start, demand.window.last, minute, demand.further > 0)


def arrival(line: SupplyLine) -> Moment:
    """From when on a line is there: with an hour on the day before, else when its first day begins."""
    if line.available_from is None:
        return (date.min, -2)
    if line.hour is None:
        return (line.available_from, -2)
    return (line.available_from - timedelta(days=1), line.hour)


def _begin(demand: Demand, today: date) -> tuple[date, int | None]:
    """The key of a demand, and the minute at which its infusion starts if that is still to come and known."""
    if demand.window.first < today:
        return today, None
    return demand.window.first, demand.first_minute


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
    start, minute = _begin(demand, question.today)
    band = Band.of(demand.dose.mcg, question.rounding)
    usable = tuple(i for i, line in enumerate(lines) if counts_for_demand(line.source, demand, question.today))
    return Item(
        demand.holder, demand, start, demand.window.last, band, demand.sets, False, usable,
        _promises(promised, lines, usable, band), demand.further, (start, -1 if minute is None else minute),
    )  # fmt: skip


def _planned(question: PlanQuestion, use: PlannedUse, lines: tuple[Line, ...]) -> Item:
    usable = tuple(i for i, line in enumerate(lines) if counts_for(line.source, use.day, use.day))
    band = Band.of(use.dose.mcg, question.rounding)
    last = date.max - timedelta(days=1)
    return Item(use.holder, use, use.day, last, band, 1, True, usable, (), moment=(use.day, -1))


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
        Promise(
            named,
            sum(lines[i].strength * count for i, count in named),
            confirmed,
            proposed,
            any(lines[i].source.far for i, _ in named),
        )
        for named, (confirmed, proposed) in sorted(times.items())
    )
