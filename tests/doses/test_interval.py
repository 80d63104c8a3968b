"""When the next dose may start: edges, both clocks, the nights when clocks change, disorder, and laws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.doses.model import DoseGiven, IntervalFrom, Limits, NextDose, Purpose
from crs_desktop.doses.rules.interval import (
    clock_of,
    default_limits,
    hours_words,
    instant_words,
    interval_rule,
    next_dose,
)
from crs_desktop.kernel.wording import say

NOON = datetime(2026, 12, 3, 12, tzinfo=UTC)
START, END = default_limits(), default_limits(IntervalFrom.END)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def rescue(*after_noon: float) -> list[DoseGiven]:
    return [DoseGiven(NOON + hours(number)) for number in after_noon]


def ask(given: list[DoseGiven], after_noon: float | timedelta, limits: Limits = START) -> NextDose:
    after = after_noon if isinstance(after_noon, timedelta) else hours(after_noon)
    return next_dose(given, NOON + after, limits)


def codes(answer: NextDose) -> list[str]:
    return [reason.code for reason in answer.reasons]


def test_that_the_shipped_limits_are_those_of_the_definition() -> None:
    assert Limits(hours(8), IntervalFrom.START, 3, 4) == START
    assert Limits(hours(8), IntervalFrom.END, 3, 4) == END
    assert "START" in say(interval_rule(START)) and "END" in say(interval_rule(END))


def test_that_the_first_dose_may_start_now() -> None:
    assert ask([], 0) == NextDose(True, NOON, IntervalFrom.START, 3, 4)


@pytest.mark.parametrize(
    ("after", "allowed"),
    [
        (timedelta(0), False),
        (timedelta(hours=7, minutes=59), False),
        (timedelta(hours=8, milliseconds=-1), False),
        (timedelta(hours=8), True),
        (timedelta(hours=8, milliseconds=1), True),
    ],
)
def test_that_exactly_eight_hours_are_enough(after: timedelta, allowed: bool) -> None:
    answer = ask(rescue(0), after)
    assert answer.allowed is allowed
    assert answer.from_ == NOON + hours(8)
    assert codes(answer) == ([] if allowed else ["next_dose_interval"])
    assert (answer.left_24h, answer.left_episode, answer.findings) == (2, 3, ())


@pytest.mark.parametrize(
    ("end", "free", "known"), [(None, 9, False), (NOON + hours(1.5), 9.5, True), (NOON + hours(0.25), 8.25, True)]
)
def test_that_policy_may_count_from_the_end(end: datetime | None, free: float, known: bool) -> None:
    given = [DoseGiven(NOON, end)]
    assert clock_of(given[0], IntervalFrom.END) == NOON + hours(free - 8)
    assert ask(given, free, END).allowed
    early = ask(given, hours(free) - timedelta(minutes=1), END)
    assert not early.allowed and early.from_ == NOON + hours(free)
    assert early.interval_from is IntervalFrom.END
    assert [finding.code for finding in early.findings] == ([] if known else ["next_dose_end_unknown"])
    assert ask(given, 8, START).allowed


def test_that_a_wait_says_from_what_to_when() -> None:
    (reason,) = ask(rescue(0), 7).reasons
    assert say(reason) == (
        "At least 8 h from the start of the last dose (counted from Thu 3 Dec 2026 12:00 (UTC+00:00)): "
        "not before Thu 3 Dec 2026 20:00 (UTC+00:00)."
    )


def test_that_only_the_unknown_end_of_the_last_dose_is_estimated() -> None:
    known_last = [DoseGiven(NOON), DoseGiven(NOON + hours(10), NOON + hours(11))]
    assert ask(known_last, 20, END).findings == ()
    unknown_last = [DoseGiven(NOON, NOON + hours(1)), DoseGiven(NOON + hours(10))]
    (finding,) = ask(unknown_last, 20, END).findings
    assert say(finding) == (
        "The end of the dose started Thu 3 Dec 2026 22:00 (UTC+00:00) is not known: "
        "60 minutes after its start is taken."
    )


def test_that_the_latest_end_counts_even_of_an_earlier_start() -> None:
    overlapping = [DoseGiven(NOON, NOON + hours(5)), DoseGiven(NOON + hours(1), NOON + hours(2))]
    assert ask(overlapping, 0, END).from_ == NOON + hours(13)
    assert ask(overlapping, 0, START).from_ == NOON + hours(9)


@pytest.mark.parametrize(
    ("zone", "fall", "spring"),
    [
        ("America/New_York", (2026, 10, 31), (2026, 3, 7)),
        ("Europe/Berlin", (2026, 10, 24), (2026, 3, 28)),
        ("Australia/Lord_Howe", (2026, 4, 4), (2026, 10, 3)),
    ],
)
def test_that_a_changed_clock_adds_or_takes_nothing(
    zone: str, fall: tuple[int, int, int], spring: tuple[int, int, int]
) -> None:
    local = ZoneInfo(zone)
    shift = hours(0.5) if zone == "Australia/Lord_Howe" else hours(1)
    for evening, moved in ((fall, -shift), (spring, shift)):
        given = [DoseGiven(datetime(*evening, 22, tzinfo=local))]
        on_the_wall = datetime(*evening, 6, tzinfo=local) + timedelta(days=1)
        eight_elapsed = (on_the_wall + moved).astimezone(UTC)
        assert next_dose(given, on_the_wall, START).from_ == eight_elapsed
        assert next_dose(given, eight_elapsed, START).allowed
        assert not next_dose(given, eight_elapsed - timedelta(minutes=1), START).allowed
        assert next_dose(given, on_the_wall, START).allowed is (moved < timedelta(0))


def test_that_24_hours_are_elapsed_hours_on_the_night_of_25() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    given = [DoseGiven(datetime(2026, 10, 24, 18, tzinfo=berlin) + hours(number)) for number in (0, 8)]
    given.append(DoseGiven(given[1].start + hours(8)))
    free = datetime(2026, 10, 25, 17, tzinfo=berlin)
    assert next_dose(given, free, START).allowed
    assert not next_dose(given, free - timedelta(minutes=1), START).allowed


@pytest.mark.parametrize(
    ("given", "after", "left", "allowed"),
    [
        ((0, 8), 16, 1, True),
        ((0, 8, 16), 23.99, 0, False),
        ((0, 8, 16), 24, 1, True),
        ((0, 9, 18), 25, 1, False),
        ((0, 9, 18), 26, 1, True),
        ((0, 10, 20), 28, 1, True),
        ((0, 10, 20), 34, 2, True),
    ],
)
def test_that_the_fourth_start_waits_until_the_first_is_24_hours_old(
    given: tuple[int, ...], after: float, left: int, allowed: bool
) -> None:
    answer = ask(rescue(*given), after)
    assert (answer.left_24h, answer.allowed) == (left, allowed)
    assert ("next_dose_24h_full" in codes(answer)) is (left == 0)


def test_that_a_shorter_interval_still_meets_the_24_hours() -> None:
    limits = Limits(hours(4), IntervalFrom.START, 3, 4)
    answer = ask(rescue(0, 4, 8), 12, limits)
    assert (answer.allowed, answer.from_) == (False, NOON + hours(24))
    assert codes(answer) == ["next_dose_24h_full"]


@pytest.mark.parametrize(("number", "allowed", "left"), [(3, True, 1), (4, False, 0), (5, False, 0)])
def test_that_the_fifth_of_an_episode_is_blocked_without_a_time(number: int, allowed: bool, left: int) -> None:
    answer = ask(rescue(*(24 * n for n in range(number))), 500)
    assert (answer.allowed, answer.left_episode) == (allowed, left)
    assert (answer.from_ is None) is not allowed
    assert codes(answer) == ([] if allowed else ["next_dose_episode_full"])


def test_that_prophylactic_doses_are_counted_apart_from_the_episode() -> None:
    planned = [DoseGiven(NOON, None, Purpose.PROPHYLACTIC)]
    answer = ask(planned, 7)
    assert not answer.allowed, "they count for the interval"
    assert (answer.left_24h, answer.left_episode) == (2, 4), "and for 24 hours, not for the episode"
    assert [finding.code for finding in answer.findings] == ["next_dose_prophylactic"]
    full = rescue(0, 24, 48, 72)
    assert not next_dose(full, NOON + hours(96), START).allowed
    assert next_dose(full, NOON + hours(96), START, Purpose.PROPHYLACTIC).allowed


def test_that_a_dose_of_an_older_episode_counts_for_the_clock_only() -> None:
    before = [DoseGiven(NOON, in_episode=False)]
    answer = ask(before, 7)
    assert (answer.allowed, answer.left_24h, answer.left_episode) == (False, 2, 4)


def test_that_a_dose_recorded_after_the_question_is_followed_too() -> None:
    answer = ask(rescue(0, 20), 10)
    assert (answer.allowed, answer.from_) == (False, NOON + hours(28))
    assert (answer.left_24h, answer.left_episode) == (1, 2), "as on the moment of the latest dose"
    assert [finding.code for finding in answer.findings] == ["next_dose_later_recorded"]
    assert "Fri 4 Dec 2026 08:00 (UTC+00:00)" in say(answer.findings[0])
    two_later = say(ask(rescue(0, 20, 15), 10).findings[0])
    assert two_later.startswith("2 recorded after") and "Fri 4 Dec 2026 08:00" in two_later


def test_that_the_same_start_twice_is_pointed_out() -> None:
    assert [finding.code for finding in ask(rescue(0, 0), 9).findings] == ["next_dose_same_start"]


@given(
    st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 180) | st.none(), st.booleans()), max_size=6),
    st.integers(0, 9000),
    st.sampled_from([START, END, Limits(hours(4), IntervalFrom.START, 3, 4)]),
    st.randoms(use_true_random=False),
)
def test_that_the_answer_is_the_earliest_start_that_meets_every_limit(
    raw: list[tuple[int, int | None, bool]], at: int, limits: Limits, random: object
) -> None:
    """An oracle by trying: walk forward in minutes from the last start; disorder of entry changes nothing."""
    given = []
    for start, length, planned in raw:
        begin = NOON + timedelta(minutes=start)
        end = None if length is None else begin + timedelta(minutes=length)
        given.append(DoseGiven(begin, end, Purpose.PROPHYLACTIC if planned else Purpose.RESCUE))
    instant = NOON + timedelta(minutes=at)
    answer = next_dose(given, instant, limits)
    assert next_dose(list(reversed(given)), instant, limits) == answer
    if answer.from_ is None:
        assert sum(dose.purpose is Purpose.RESCUE for dose in given) >= 4 and not answer.allowed
        return
    assert answer.allowed is (instant >= answer.from_)

    def meets(moment: datetime) -> bool:
        apart = all(
            moment - ((dose.end or dose.start + hours(1)) if limits.interval_from == "end" else dose.start)
            >= limits.min_interval
            for dose in given
        )
        return apart and sum(moment - hours(24) < dose.start <= moment for dose in given) + 1 <= 3

    assert meets(answer.from_)
    if given:
        assert not meets(answer.from_ - timedelta(milliseconds=1))


@given(st.lists(st.integers(0, 100), max_size=6), st.integers(0, 120), st.integers(0, 120))
def test_that_waiting_never_takes_a_permission_away(starts: list[int], at: int, later: int) -> None:
    given = rescue(*starts)
    if ask(given, at).allowed:
        assert ask(given, at + later).allowed


@given(st.lists(st.integers(0, 100), max_size=6), st.integers(0, 100), st.integers(0, 200))
def test_that_one_more_dose_never_gives_a_permission(starts: list[int], more: int, at: int) -> None:
    if ask(rescue(*starts, more), at).allowed:
        assert ask(rescue(*starts), at).allowed


def test_that_instants_need_a_zone_and_ends_follow_starts() -> None:
    with pytest.raises(ValueError, match="zone"):
        DoseGiven(datetime(2026, 12, 3))  # noqa: DTZ001
    with pytest.raises(ValueError, match="ends"):
        DoseGiven(NOON, NOON - timedelta(milliseconds=1))
    assert DoseGiven(NOON, NOON).end == NOON


@pytest.mark.parametrize("bad", [(hours(-1), 3, 4), (hours(8), 0, 4), (hours(8), 3, 0)])
def test_that_limits_make_sense(bad: tuple[timedelta, int, int]) -> None:
    with pytest.raises(ValueError, match="interval"):
        Limits(bad[0], IntervalFrom.START, bad[1], bad[2])


def test_that_instants_and_spans_are_written_for_people() -> None:
    assert instant_words(NOON, timezone(hours(-5))) == "Thu 3 Dec 2026 07:00 (UTC-05:00)"
    assert (hours_words(hours(8)), hours_words(timedelta(hours=7, minutes=59, seconds=59))) == ("8 h", "7 h 59 min")
