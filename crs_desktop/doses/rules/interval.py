"""When the next dose may start: interval, 24 hours, episode. Elapsed UTC only, so a clock change adds or takes nothing.

How the words are read here:
- The interval runs from the START of the last dose to the next START, or by policy from its END; an unknown end is the
  start plus the infusion time. Exactly the interval is enough.
- 24 hours: the starts in (t - 24 h, t], the new one at t included. Prophylactic doses count here: the definition speaks
  of starts whatever their purpose and excepts prophylactic doses from the 4 of the episode only.
- Episode: rescue doses of the episode asked about. A prophylactic dose is neither counted nor stopped by it.
- The order of entry never matters. A dose recorded after the instant asked about also counts: the next dose is one that
  follows every recorded one, and a finding says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from crs_desktop.doses.model import DoseGiven, IntervalFrom, Limits, NextDose, Purpose
from crs_desktop.doses.rules.facts import dosing_facts
from crs_desktop.kernel.amounts import plain
from crs_desktop.kernel.clock import whole_milliseconds
from crs_desktop.kernel.days import day_text
from crs_desktop.kernel.refusal import Finding, beware, no

DAY = timedelta(hours=24)


def default_limits(interval_from: IntervalFrom | None = None) -> Limits:
    """The limits of the shipped facts, with policy's clock when it names one."""
    facts = dosing_facts()
    clock = interval_from or IntervalFrom(facts.interval_clock)
    return Limits(facts.least_interval, clock, facts.per_24h, facts.per_episode)


def clock_of(dose: DoseGiven, interval_from: IntervalFrom) -> datetime:
    """The instant from which the interval after this dose runs."""
    if interval_from is IntervalFrom.START:
        return dose.start
    return dose.end if dose.end is not None else dose.start + dosing_facts().infusion


def next_dose(
    given: Sequence[DoseGiven],
    at: datetime,
    limits: Limits,
    purpose: Purpose = Purpose.RESCUE,
    zone: tzinfo = UTC,
) -> NextDose:
    """May a dose of this purpose start `at`, and if not, from when? `zone` only words the findings."""
    at = whole_milliseconds(at)
    starts = sorted((dose.start for dose in given), reverse=True)
    asked = max([at, *starts])
    interval_free = max((clock_of(dose, limits.interval_from) + limits.min_interval for dose in given), default=at)
    day_free = starts[limits.per_24h - 1] + DAY if len(starts) >= limits.per_24h else interval_free
    time_free = max(interval_free, day_free)
    left_24h = max(0, limits.per_24h - sum(start > asked - DAY for start in starts))
    left_episode = max(0, limits.per_episode - rescue_doses(given))
    full = purpose is Purpose.RESCUE and left_episode == 0
    reasons: list[Finding] = []
    if at < interval_free:
        reasons.append(_interval_reason(interval_free, limits, zone))
    if left_24h == 0:
        reasons.append(no("next_dose_24h_full", "given", limits.per_24h, until=instant_words(day_free, zone)))
    if full:
        reasons.append(no("next_dose_episode_full", "given", rescue_doses(given), most=limits.per_episode))
    return NextDose(
        allowed=not reasons,
        from_=None if full else time_free,
        interval_from=limits.interval_from,
        left_24h=left_24h,
        left_episode=left_episode,
        findings=_to_know(given, at, limits, zone),
        reasons=tuple(reasons),
    )


def interval_rule(limits: Limits) -> Finding:
    """The clock in force, to be shown wherever a next time is shown."""
    return beware(f"interval_rule_{limits.interval_from}", "interval_from", limits.interval_from)


def rescue_doses(given: Sequence[DoseGiven]) -> int:
    """The doses that count for the episode."""
    return sum(dose.in_episode and dose.purpose is Purpose.RESCUE for dose in given)


def instant_words(instant: datetime, zone: tzinfo) -> str:
    """An instant for a sentence: 'Thu 3 Dec 2026 11:10 (UTC-05:00)'; the offset tells a repeated hour apart."""
    local = instant.astimezone(zone)
    return f"{day_text(local.date(), year=True)} {local:%H:%M} (UTC{local.isoformat()[-6:]})"


def hours_words(span: timedelta) -> str:
    """A span for a sentence: '8 h', '7 h 59 min'."""
    minutes = span // timedelta(minutes=1)
    hours, rest = divmod(minutes, 60)
    return f"{plain(hours)} h {rest} min" if rest else f"{plain(hours)} h"


def _interval_reason(free: datetime, limits: Limits, zone: tzinfo) -> Finding:
    return no(
        "next_dose_interval",
        "given",
        instant_words(free - limits.min_interval, zone),
        interval=hours_words(limits.min_interval),
        clock=limits.interval_from,
        until=instant_words(free, zone),
    )


def _to_know(given: Sequence[DoseGiven], at: datetime, limits: Limits, zone: tzinfo) -> tuple[Finding, ...]:
    found: list[Finding] = []
    later = [dose for dose in given if dose.start > at]
    if later:
        latest = max(dose.start for dose in later)
        found.append(beware("next_dose_later_recorded", "given", instant_words(latest, zone), number=len(later)))
    if len({dose.start for dose in given}) < len(given):
        found.append(beware("next_dose_same_start", "given", len(given)))
    prophylactic = sum(dose.purpose is Purpose.PROPHYLACTIC for dose in given)
    if prophylactic:
        found.append(beware("next_dose_prophylactic", "given", prophylactic))
    if limits.interval_from is IntervalFrom.END and given:
        last = max(given, key=lambda dose: clock_of(dose, limits.interval_from))
        if last.end is None:
            minutes = dosing_facts().infusion // timedelta(minutes=1)
            found.append(beware("next_dose_end_unknown", "given", instant_words(last.start, zone), minutes=minutes))
    return tuple(found)
