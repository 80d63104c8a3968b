"""Random schedules in six time zones against exact elapsed time, and against a generator written another way.

Short: 300 schedules. The long form (5,000 of them in each of six zones) runs with `CRS_LONG=1`.
"""

from __future__ import annotations

import os
import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, zip_longest
from zoneinfo import ZoneInfo

import pytest

from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.dated import Circumstances, ScheduledDose
from crs_desktop.therapies.model.doses import Entry, Regimen
from crs_desktop.therapies.model.protocol import Protocol
from crs_desktop.therapies.rules.bags import bag_starts
from crs_desktop.therapies.rules.premedication import premedication_times
from crs_desktop.therapies.rules.schedule import schedule
from tests.therapies.made_up_regimens import every, in_cycles, medicine, protocol, regimen, step

# hour and half-hour changes, a change at midnight's edge, one that runs backwards in Ramadan, and none at all
ZONES = (
    "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "America/St_Johns", "Asia/Kolkata",
)  # fmt: skip
MANY = 5_000 if os.environ.get("CRS_LONG") == "1" else 300
REACH = 120
HORIZON = 4_000
LIBRARY = load_catalogue()
# the days on whose night some zone turns its clocks, leap days and the ends of years
TURNS = (
    date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 28), date(2027, 10, 31), date(2027, 4, 4), date(2027, 10, 3),
    date(2026, 2, 15), date(2026, 3, 22), date(2028, 2, 29), date(2027, 12, 31), date(2028, 3, 12), date(2096, 2, 29),
)  # fmt: skip


def made_regimen(rng: random.Random) -> Regimen:
    """Two or three steps, then weeks by number, days of cycles, or phases bounded by weeks."""
    first = rng.choice((1, 2, 8))
    days = [first, first + rng.randint(1, 7)]
    days.append(days[-1] + rng.randint(1, 7))
    steps = [step(f"S{at}", day, role="first_full" if at == 2 else "step_up") for at, day in enumerate(days)]
    kind = rng.randrange(3)
    if kind == 0:
        phases = (every("a", "A{n}", rng.randint(1, 14), rng.randint(1, 14), rng.randint(1, 6)),
                  every("b", "B{n}", rng.randint(1, 28), rng.randint(7, 28)))  # fmt: skip
        return regimen(*steps, phases=phases)
    if kind == 1:
        length = rng.choice((21, 28, 42))
        often = tuple(sorted(rng.sample(range(1, length + 1), rng.randint(1, 4))))
        last = rng.randint(2, 4)
        phases = (in_cycles("a", 2, last, often), in_cycles("b", last + 1, None, often[:1]))
        return regimen(*steps, phases=phases, cycle_days=length)
    until = rng.randint(4, 9)
    phases = (every("a", "A{n}", 7, rng.choice((7, 14)), rule=Entry(until_week=until)),
              every("b", "B{n}", rng.choice((7, 14)), 14, rule=Entry(from_week=until + 1, until_week=until + 7)),
              every("c", "C{n}", 28, 28, rule=Entry(from_week=until + 8)))  # fmt: skip
    return regimen(*steps, phases=phases)


def made_protocol(rng: random.Random) -> tuple[Protocol, str]:
    if rng.random() < 0.5:
        shipped = rng.choice(LIBRARY.protocols)
        return shipped, rng.choice(shipped.regimens).id
    rows = (
        medicine("before", "*", earliest_minutes=rng.randint(60, 1440), latest_minutes=rng.randint(0, 59)),
        medicine("after", "*", earliest_minutes=None, latest_minutes=None,
                 minutes_after=(rng.randint(0, 30), rng.randint(30, 300)), following_days=(1, 2, 3)),
    )  # fmt: skip
    return protocol(made_regimen(rng), premedication=rows), "r"


def made_day(rng: random.Random) -> date:
    return rng.choice(TURNS) - timedelta(days=rng.randint(0, 9)) if rng.random() < 0.7 else date(
        rng.randint(2020, 2120), rng.randint(1, 12), rng.randint(1, 28))  # fmt: skip


def by_ranges(made: Regimen, last: int) -> list[tuple[str, int]]:
    """Every dose with its running day: each phase is written out whole, cut at its weeks, and put behind the last.

    Written without looking at the generator: no walk, no dates, no gaps between cycles.
    """
    found = [(one.key, one.day) for one in made.steps]
    for phase, following in zip_longest(made.phases, made.phases[1:]):
        base = found[-1][1]
        if phase.cycles is not None and made.cycle_days is not None:
            cycles = range(phase.cycles[0], 1 + (phase.cycles[1] or HORIZON // made.cycle_days))
            days = [(f"C{cycle}D{day}", (cycle - 1) * made.cycle_days + day) for cycle in cycles for day in phase.days]
        else:
            assert phase.first_gap.nominal is not None and phase.gap.nominal is not None
            spread = range(base + phase.first_gap.nominal, HORIZON, phase.gap.nominal)
            days = [(phase.key.replace("{n}", str(at)), day) for at, day in enumerate(spread, 1)][: phase.count]
        weeks = [phase.rule.until_week if phase.rule else None]
        weeks.append(
            following.rule.from_week - 1 if following and following.rule and following.rule.from_week else None
        )
        end = min((7 * week for week in weeks if week is not None), default=HORIZON)
        found += [(key, day) for key, day in days if base < day <= end]
    steps = {one.key for one in made.steps}
    return [(key, day) for key, day in found if key in steps or day <= last]


def test_that_a_generator_written_another_way_gives_the_same_days() -> None:
    rng = random.Random(20261122)
    for number in range(MANY):
        made = made_regimen(rng)
        start, reach = made_day(rng), rng.randint(0, 400)
        first = made.steps[0].day
        expected = [(key, start + timedelta(days=day - first)) for key, day in by_ranges(made, first + reach)]
        found = schedule(protocol(made), "r", start, None, until=start + timedelta(days=reach))
        assert [(dose.key, dose.planned) for dose in found] == expected, (number, made)


def days_of(doses: tuple[ScheduledDose, ...]) -> list[tuple[str, date]]:
    return [(dose.key, dose.planned) for dose in doses]


def test_that_moving_the_start_moves_everything_and_a_placed_day_moves_only_what_follows() -> None:
    rng = random.Random(4711)
    for number in range(MANY):
        made, name = made_protocol(rng)
        start, apart = made_day(rng), timedelta(days=rng.randint(-800, 800))
        reach = start + timedelta(days=REACH)
        doses = schedule(made, name, start, None, until=reach)
        moved = schedule(made, name, start + apart, None, until=reach + apart)
        assert days_of(moved) == [(key, day + apart) for key, day in days_of(doses)], number
        at = rng.randrange(len(doses))
        key, day = doses[at].key, doses[at].planned
        same = schedule(made, name, start, None, {key: day}, reach)
        assert days_of(same) == days_of(doses), (number, key)
        assert [dose.key for dose in same if dose.placed] == [key]
        late = schedule(made, name, start, None, {key: day + timedelta(days=rng.randint(1, 40))}, reach)
        assert days_of(late)[:at] == days_of(doses)[:at], (number, key)
        assert [dose.key for dose in late][: at + 1] == [dose.key for dose in doses][: at + 1]
        for one, other in pairwise(late):
            codes = [finding.code for finding in other.findings]
            assert one.planned < other.planned or "therapy_dose_order" in codes, (number, key)


def test_that_every_unplaced_dose_stands_at_its_nominal_gap() -> None:
    rng = random.Random(1917)
    for number in range(MANY):
        made = made_regimen(rng)
        start = made_day(rng)
        plan = schedule(protocol(made), "r", start, None, until=start + timedelta(days=REACH))
        chosen = rng.sample(plan, rng.randint(0, min(3, len(plan))))
        placed = {dose.key: dose.planned + timedelta(days=rng.randint(0, 9)) for dose in chosen}
        doses = schedule(protocol(made), "r", start, None, placed, start + timedelta(days=REACH))
        apart = {two.key: (two.planned - one.planned) for one, two in pairwise(plan)}
        assert set(placed) <= {dose.key for dose in doses}
        for one, two in pairwise(doses):
            if two.key in placed:
                assert two.planned == placed[two.key]
            elif two.key in apart:
                assert two.planned - one.planned == apart[two.key], (number, two.key)


@pytest.mark.parametrize("name", ZONES)
def test_that_every_interval_is_exact_and_no_clock_time_falls_into_a_gap(name: str) -> None:
    rng = random.Random(f"zone {name}")
    zone = ZoneInfo(name)
    for _ in range(MANY if MANY > 300 else 60):
        made, regimen_id = made_protocol(rng)
        start = made_day(rng)
        placed: dict[str, date] = {}
        doses = schedule(made, regimen_id, start, None, placed, start + timedelta(days=40), "", "", Circumstances())
        for dose in doses:
            begins = at_clock(
                dose.planned, time(rng.randint(0, 23), rng.choice((0, 15, 30, 45))), zone, rng.randint(0, 1)
            )
            lasts = rng.choice((None, 15, 60, 240, 480))
            check_medicines(dose, begins, lasts, zone)
            if dose.ends is not None:
                check_bags(begins, rng.choice((24, 48, 72, 96, 168)), (dose.ends - dose.planned).days, zone)


def at_clock(day: date, clock: time, zone: ZoneInfo, fold: int) -> datetime:
    """The instant of a clock time that a person wrote; one inside the gap of a clock change means the time after it."""
    return datetime.combine(day, clock, zone).replace(fold=fold)


def check_medicines(dose: ScheduledDose, begins: datetime, lasts: int | None, zone: ZoneInfo) -> None:
    instant = begins.astimezone(UTC)
    for timed in premedication_times(dose, begins, lasts):
        row = timed.item
        if row.minutes_after is None:
            offsets = [None if minutes is None else -minutes for minutes in (row.earliest_minutes, row.latest_minutes)]
        else:
            offsets = [None if lasts is None else lasts + minutes for minutes in row.minutes_after]
        for found, offset in zip((timed.earliest, timed.latest), offsets, strict=True):
            if offset is None:
                assert found is None
                continue
            assert found is not None
            assert found.tzinfo is UTC
            assert (found - instant).total_seconds() == offset * 60
            assert exists(found, zone)
        assert set(timed.days) >= {dose.planned + timedelta(days=after) for after in row.following_days}


def check_bags(begins: datetime, hours: int, days: int, zone: ZoneInfo) -> None:
    bags = bag_starts(begins, hours, days)
    assert bags[0].starts == begins.astimezone(UTC)
    assert (bags[-1].ends - bags[0].starts).total_seconds() == days * 86400
    for one, two in pairwise(bags):
        assert (one.ends, two.number) == (two.starts, one.number + 1)
        assert (two.starts - one.starts).total_seconds() == hours * 3600
    assert all(exists(bag.starts, zone) for bag in bags)


def exists(instant: datetime, zone: ZoneInfo) -> bool:
    """A clock in this zone shows the time: it comes back to the same instant, so it is not inside a gap."""
    local = instant.astimezone(zone)
    return local.replace(tzinfo=zone).astimezone(UTC) == instant
