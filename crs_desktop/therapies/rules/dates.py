"""Puts dates to a route of doses: a placed day wins, every other dose follows the one before at its nominal gap."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crs_desktop.therapies.model.doses import Gap, Phase, Regimen
from crs_desktop.therapies.rules.gaps import shifted
from crs_desktop.therapies.rules.numbering import (
    decision_due,
    gives_way,
    is_entered,
    is_full,
    most_doses,
    named_day,
    past_its_weeks,
)
from crs_desktop.therapies.rules.route import Route
from crs_desktop.therapies.rules.slots import Place, Slot, is_past, phase_slot, place_of


@dataclass(frozen=True, slots=True)
class Dated:
    """A dose with its day. `before` is the dose before it, given or planned on the day `after`.

    `anchor` is the day the gap counts from, mostly the same; `repeated` marks doses of a restart.
    `awaits` is the phase somebody has to decide about at this dose; `week_unknown` says that the phase ends with a week
    which cannot be told here.
    """

    slot: Slot
    planned: date
    placed: bool
    anchor: date | None
    gap: Gap
    day_number: int
    before: str
    repeated: bool
    awaits: Phase | None = None
    week_unknown: bool = False
    after: date | None = None


class Walk:
    """One walk along a route. It keeps the days so far, since every dose stands on those before it.

    `waits_for`, read after the walk: the dose at which it ended because nobody has read how long after the one before.
    """

    def __init__(
        self, regimen: Regimen, route: Route, start: date, placed: Mapping[str, date], until: date,
        entered: frozenset[str],
    ) -> None:  # fmt: skip
        self._regimen, self._route, self._start, self._until = regimen, route, start, until
        self._placed = placed
        self._ahead = self._places_ahead()
        self._entered = entered | {regimen.phases[place[0]].id for place in self._ahead.values()}
        self._days: dict[str, date] = {}
        self._running: dict[str, int | None] = {}
        self._last_key, self._last_running, self._full = route.last_key, route.behind, route.full
        self._first: Dated | None = None
        self._lost = False
        self.waits_for: Slot | None = None

    def doses(self) -> Iterator[Dated]:
        """All opening doses, then those of the phases planned on or before the last day asked for."""
        for number, slot in enumerate(self._route.opening):
            dated = self._dated(slot, repeated=number < self._route.repeated)
            if dated is not None:
                yield self._kept(dated)
            if number + 1 == self._route.repeated:
                self._last_running = self._route.behind
        begin = len(self._regimen.phases) if self._route.phase is None else self._route.phase
        for position in range(begin, len(self._regimen.phases)):
            inside = self._route.restarts and position == begin and self._route.index > 0
            if inside or is_entered(self._regimen.phases[position], self._entered):
                done = yield from self._phase(position, self._route.index if position == begin else 0)
                if done:
                    return

    def _phase(self, position: int, first: int) -> Generator[Dated, None, bool]:
        """The doses of one phase; returns True when nothing follows before the last day asked for."""
        regimen, phase = self._regimen, self._regimen.phases[position]
        leaves = min((self._placed[key] for key, place in self._ahead.items() if place[0] > position), default=None)
        to_come = sum(place[0] == position for place in self._ahead.values())
        for index in range(first, most_doses(phase)):
            slot = phase_slot(regimen, phase, index, self._last_running)
            if is_past(slot, self._last_running) and slot.key not in self._placed:
                continue
            day = self._running_day(slot)
            if not to_come and self._ends(position, day, leaves is None):
                return False
            dated = self._dated(slot, position, index)
            if dated is None:
                if to_come:
                    continue  # a later dose of this phase was placed without its first
                return not self._ahead
            if not to_come and leaves is not None and dated.planned >= leaves:
                return False
            if dated.planned > self._until and not self._ahead:
                return True
            to_come -= self._ahead.pop(slot.key, None) is not None
            yield self._kept(dated)
        return False

    def _ends(self, position: int, day: int | None, none_placed_later: bool) -> bool:
        over = past_its_weeks(self._regimen, position, day, self._entered)
        return over or (none_placed_later and gives_way(self._regimen, position, day, self._full, self._entered))

    def _dated(self, slot: Slot, position: int = -1, index: int = 0, repeated: bool = False) -> Dated | None:
        gap = self._gap(slot)
        previous = self._days.get(self._last_key)
        anchor = self._days.get(slot.gap.after, previous) if slot.gap.after else previous
        placed = self._placed.get(slot.key)
        if placed is not None:
            planned = placed
        elif self._lost:
            return None
        elif anchor is None:
            planned = self._start
        elif gap.nominal is None:
            self._lost, self.waits_for = True, slot
            return None
        else:
            planned = anchor + timedelta(days=gap.nominal)
        running = self._running_day(slot, planned)
        awaits = None
        week_unknown = False
        if position >= 0:
            awaits = decision_due(self._regimen, position, index, running, self._full, self._entered)
            rule = self._regimen.phases[position].rule
            week_unknown = running is None and rule is not None and rule.until_week is not None
        number = slot.day if slot.day is not None else self._number(running, planned)
        return Dated(
            slot, planned, placed is not None, anchor, gap, number, self._last_key, repeated, awaits, week_unknown,
            previous,
        )  # fmt: skip

    def _kept(self, dated: Dated) -> Dated:
        key = dated.slot.key
        self._lost, self.waits_for = False, None
        self._last_running = self._running[key] = self._running_day(dated.slot, dated.planned)
        self._days[key], self._last_key = dated.planned, key
        self._full += is_full(dated.slot.role)
        self._first = self._first or dated
        return dated

    def _gap(self, slot: Slot) -> Gap:
        """The gap to the dose it is measured from; counted anew where the dose it names is not in this schedule."""
        after = slot.gap.after
        if not after or after in self._days or not self._days:
            return slot.gap
        named = named_day(self._regimen, after)
        if named is None or self._last_running is None:
            return Gap(extension_reason=slot.gap.extension_reason)
        return shifted(slot.gap, self._last_running - named)

    def _running_day(self, slot: Slot, planned: date | None = None) -> int | None:
        """The day counted from the regimen's day 1, by the gaps; by the calendar where a person placed the first."""
        if slot.running_day is not None:
            return slot.running_day
        after = slot.gap.after
        base = self._running.get(after, self._last_running)
        gap = slot.gap if after in self._running else self._gap(slot)
        if gap.nominal is not None:
            return None if base is None else base + gap.nominal
        if planned is None or self._first is None or self._first.slot.running_day is None or self._route.restarts:
            return None
        return self._first.slot.running_day + (planned - self._first.planned).days

    def _number(self, running: int | None, planned: date) -> int:
        if running is not None:
            return running
        return 1 if self._first is None else self._first.day_number + (planned - self._first.planned).days

    def _places_ahead(self) -> dict[str, Place]:
        """Placed doses of phases that this route still comes to."""
        begin = None if self._route.phase is None else (self._route.phase, self._route.index)
        places = {key: place_of(self._regimen, key) for key in self._placed}
        return {
            key: place for key, place in places.items() if place is not None and begin is not None and place >= begin
        }
