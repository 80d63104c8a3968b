"""What a recorded dose departs from. What happened is stored: a deviation never refuses; only impossible input does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction

from crs_desktop.doses.model import DoseGiven, DoseRecord, Purpose
from crs_desktop.doses.rules.arithmetic import calculated_dose
from crs_desktop.doses.rules.facts import dosing_facts
from crs_desktop.doses.rules.interval import DAY, clock_of, hours_words, instant_words, rescue_doses
from crs_desktop.kernel.amounts import Mass, plain
from crs_desktop.kernel.refusal import Finding, beware, no
from crs_desktop.stock.model import LotState

NO_TIME = timedelta(0)
_STATE_CODES = {
    LotState.QUARANTINED: "dose_lot_quarantined",
    LotState.RECALLED: "dose_lot_recalled",
    LotState.EXCURSION: "dose_lot_excursion",
}


def impossible(record: DoseRecord, zone: tzinfo = UTC) -> tuple[Finding, ...]:
    """The only reasons to refuse a record besides an unknown patient: what cannot have happened as entered."""
    found: list[Finding] = []
    now = instant_words(record.recorded_at, zone)
    if record.start > record.recorded_at:
        found.append(no("dose_start_in_future", "start", instant_words(record.start, zone), now=now))
    if record.end is not None and record.end > record.recorded_at:
        found.append(no("dose_end_in_future", "end", instant_words(record.end, zone), now=now))
    if record.end is not None and record.end < record.start:
        start = instant_words(record.start, zone)
        found.append(no("dose_end_before_start", "end", instant_words(record.end, zone), start=start))
    if record.amount.mcg <= 0:
        found.append(no("dose_amount_not_above_zero", "amount", record.amount))
    if record.amount > dosing_facts().absurd_amount:
        found.append(no("dose_amount_absurd", "amount", record.amount, most=dosing_facts().absurd_amount))
    found += [
        no("dose_vials_not_above_zero", "vials", used.count, lot=used.lot) for used in record.vials if used.count < 1
    ]
    return tuple(found)


def deviations(record: DoseRecord, zone: tzinfo = UTC) -> tuple[Finding, ...]:
    """Every departure of a possible dose from the limits, the weight, the lots and timely entry, in a fixed order.

    The facts must have passed `impossible`. `zone` only words the findings.
    """
    return (*_of_time(record, zone), *_of_amount(record), *_of_vials(record), *_of_entry(record))


def _of_time(record: DoseRecord, zone: tzinfo) -> Iterator[Finding]:
    limits, this = record.limits, DoseGiven(record.start, record.end, record.purpose)
    earlier = [dose for dose in record.others if dose.start <= this.start]
    later = [dose for dose in record.others if dose.start > this.start]
    words = {"least": hours_words(limits.min_interval), "clock": limits.interval_from.value}
    if earlier:
        since = max(clock_of(dose, limits.interval_from) for dose in earlier)
        if this.start - since < limits.min_interval:
            gap = hours_words(max(this.start - since, NO_TIME))
            yield beware("dose_interval_short", "start", gap, previous=instant_words(since, zone), **words)
    if later:
        following = min(dose.start for dose in later)
        yield beware("dose_later_recorded", "start", instant_words(following, zone), number=len(later))
        gap_after = following - clock_of(this, limits.interval_from)
        if gap_after < limits.min_interval:
            gap = hours_words(max(gap_after, NO_TIME))
            yield beware("dose_interval_short_after", "start", gap, following=instant_words(following, zone), **words)
    fullest = _fullest_day(this.start, [dose.start for dose in record.others])
    if fullest > limits.per_24h:
        yield beware("dose_over_24h", "start", fullest, most=limits.per_24h)
    if record.purpose is Purpose.RESCUE and rescue_doses((*record.others, this)) > limits.per_episode:
        yield beware("dose_over_episode", "start", rescue_doses((*record.others, this)), most=limits.per_episode)


def _fullest_day(start: datetime, others: list[datetime]) -> int:
    """The most starts in any 24 hours that hold this start."""
    ends = [start, *(other for other in others if start < other < start + DAY)]
    return max(1 + sum(end - DAY < other <= end for other in others) for end in ends)


def _of_amount(record: DoseRecord) -> Iterator[Finding]:
    cap = dosing_facts().cap
    if record.weight is None:
        yield beware("dose_without_weight", "weight_kg")
    else:
        age, oldest = record.weight_age_days, record.max_weight_age_days
        if age is None:
            yield beware("dose_weight_undated", "weight_kg", record.weight, oldest=oldest)
        elif age > oldest:
            yield beware("dose_weight_stale", "weight_kg", record.weight, age=age, oldest=oldest)
        calculated = calculated_dose(record.weight)
        away = abs(record.amount.mcg - calculated.mcg)
        if away > calculated.mcg * Fraction(record.rounding_percent) / 100:
            percent = f"{plain(record.rounding_percent)} %"
            yield beware("dose_differs", "amount", record.amount, calculated=calculated, rounding=percent)
    if record.amount > cap:
        yield beware("dose_above_cap", "amount", record.amount, cap=cap)


def _of_vials(record: DoseRecord) -> Iterator[Finding]:
    if record.from_elsewhere:
        yield beware("dose_from_elsewhere", "vials")
    for used in record.vials:
        if used.expires < record.day:
            yield beware("dose_lot_expired", "vials", used.lot, expired=used.expires.isoformat())
        if used.state in _STATE_CODES:
            yield beware(_STATE_CODES[used.state], "vials", used.lot)
        if not used.counted:
            yield beware("dose_lot_not_counted", "vials", used.lot)
    brands = sorted({used.brand for used in record.vials})
    if len(brands) > 1:
        yield beware("dose_mixed_brands", "vials", ", ".join(brands))
    content = Mass(sum(used.strength.mcg * used.count for used in record.vials))
    if content < record.amount and not record.from_elsewhere:
        yield beware("dose_vials_hold_less", "vials", content, amount=record.amount)


def _of_entry(record: DoseRecord) -> Iterator[Finding]:
    delay = record.recorded_at - record.start
    if delay > record.late_after:
        yield beware("dose_recorded_late", "start", hours_words(delay), after=hours_words(record.late_after))
