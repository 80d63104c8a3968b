"""The rules of the second check against an independent oracle, and each refusal in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.wording import say
from crs_desktop.staff.signing import rules
from crs_desktop.staff.signing.commands import ReadNightRule, StateNightRule, read_night_rule
from crs_desktop.staff.signing.model import (
    Asked,
    AskedField,
    Difference,
    FirstPerson,
    Kind,
    NightRule,
    Outcome,
    ProvenPerson,
    SecondCheck,
    SecondSignature,
    Standing,
)
from tests.staff.signing import oracle

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 12, 2, 8, 10, tzinfo=UTC)
WEBER = FirstPerson("A. Weber", frozenset({2}))
OKAFOR = ProvenPerson(5, "M. Okafor", frozenset({"pharmacist"}), NOW)
BRANDS = (("1", "Actemra"), ("2", "Tyenne"))
NIGHT = NightRule(1, NOW, date(2026, 12, 1), 22 * 60, 6 * 60, True, "One pharmacist on nights.", ("A", "B"))


def field(kind: Kind, truth: str) -> AskedField:
    return AskedField("it", kind, truth, BRANDS if kind is Kind.CHOICE else ())


def asked(kind: Kind, truth: str) -> Asked:
    return Asked("thing", "1", (field(kind, truth),))


def row(outcome: Outcome, differences: tuple[Difference, ...] = (), **changed: object) -> SecondCheck:
    made = SecondCheck(1, NOW, "thing", "1", "A. Weber", "M. Okafor", outcome, {}, differences, "")
    return replace(made, **changed)  # type: ignore[arg-type]


def codes(*findings: Finding | None) -> list[str]:
    """The codes; each sentence is said once, so that a gap without a value is noticed."""
    found = [one for one in findings if one is not None]
    assert all("{" not in say(one) for one in found)
    return [one.code for one in found]


# --- what was entered ---


@pytest.mark.parametrize(
    ("kind", "truth", "typed", "same"),
    [
        (Kind.WEIGHT, "72.5", "72.50", True), (Kind.WEIGHT, "72.5", " 72.500 ", True),
        (Kind.WEIGHT, "72.5", "72.501", False), (Kind.WEIGHT, "72.5", "159.8", False),
        (Kind.WEIGHT, "29.9", "30", False), (Kind.DOSE, "580", "580.0", True), (Kind.DOSE, "580", "0580", True),
        (Kind.DOSE, "580", "580.001", False), (Kind.DOSE, "358.8", "359", False), (Kind.COUNT, "2", "02", True),
        (Kind.COUNT, "0", "0", True), (Kind.COUNT, "2", "20", False), (Kind.CHOICE, "1", "1", True),
        (Kind.CHOICE, "1", "2", False), (Kind.TEXT, "B7101", " b7101", True), (Kind.TEXT, "B7101", "B 7101", False),
        (Kind.TEXT, "caf\u00e9", "cafe\u0301", True), (Kind.TEXT, "2\u00b2", "22", False),
        (Kind.DAY, "2026-12-02", " 2026-12-02 ", True), (Kind.DAY, "2026-12-02", "2026-02-12", False),
        (Kind.CLOCK, "22:00", "22:00", True), (Kind.CLOCK, "22:00", "21:00", False), (Kind.WEIGHT, "", "", True),
        (Kind.WEIGHT, "", "72.5", False),
    ],
)  # fmt: skip
def test_that_the_same_amount_agrees_and_any_other_differs(kind: Kind, truth: str, typed: str, same: bool) -> None:
    read = rules.read_entries(asked(kind, truth), {"it": typed})
    assert isinstance(read, dict)
    assert (rules.compare(asked(kind, truth), read) == ()) is same


@given(
    some.sampled_from([Kind.WEIGHT, Kind.DOSE, Kind.COUNT]),
    some.decimals(1, 499, places=3),
    some.decimals(1, 499, places=3) | some.text("0123456789.,-+ e\u0663\u00bd", max_size=6),
    some.booleans(),
)
def test_that_entries_differ_exactly_when_their_fractions_do(
    kind: Kind, first: object, other: object, same: bool
) -> None:
    whole = kind is Kind.COUNT
    truth = str(first).partition(".")[0] if whole else str(first)
    typed = f" 0{truth} "[len(truth) > 6 :] if same else str(other)
    read = rules.read_entries(asked(kind, truth), {"it": typed})
    value = oracle.number(typed)
    if isinstance(read, tuple):
        out_of_range = value is not None and not (1 <= value <= 500)
        assert value is None or out_of_range or whole or kind is Kind.WEIGHT
        return
    assert value is not None
    assert (rules.compare(asked(kind, truth), read) == ()) is (value == oracle.number(truth))


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        (Kind.WEIGHT, "72,5", "weight_not_understood"), (Kind.WEIGHT, "0", "weight_impossible"),
        (Kind.DOSE, "5e2", "amount_not_understood"), (Kind.COUNT, "two", "count_not_understood"),
        (Kind.CHOICE, "3", "second_check_choice"), (Kind.TEXT, "a\u202eb", "text_unprintable"),
        (Kind.DAY, "2026-02-30", "day_does_not_exist"), (Kind.CLOCK, "24:00", "clock_time_not_understood"),
        (Kind.WEIGHT, " ", "text_missing"), (Kind.DOSE, "", "text_missing"),
    ],
)  # fmt: skip
def test_that_what_cannot_be_read_is_a_finding_at_its_field(kind: Kind, typed: str, code: str) -> None:
    truth = {Kind.CHOICE: "1", Kind.DAY: "2026-12-02", Kind.CLOCK: "22:00"}.get(kind, "72")
    found = rules.read_entries(asked(kind, truth), {"it": typed})
    assert isinstance(found, tuple)
    assert codes(*found) == [code] and found[0].field == "it"


def test_that_every_unreadable_entry_is_told_at_once_and_nothing_is_compared() -> None:
    two = Asked("thing", "1", (AskedField("a", Kind.WEIGHT, "1"), AskedField("b", Kind.DOSE, "2")))
    found = rules.read_entries(two, {"a": "x"})
    assert isinstance(found, tuple)
    assert [(one.field, one.code) for one in found] == [("a", "weight_not_understood"), ("b", "text_missing")]


def test_that_a_first_result_that_cannot_be_read_is_a_defect() -> None:
    with pytest.raises(ValueError, match="first result of 'it'"):
        rules.compare(asked(Kind.DOSE, "580 mg"), {"it": "580"})


def test_that_values_are_shown_with_unit_and_name() -> None:
    shown = [rules.shown(field(kind, "x"), value) for kind, value in (
        (Kind.WEIGHT, "72.5"), (Kind.DOSE, "1580"), (Kind.CHOICE, "2"), (Kind.TEXT, "B7101"), (Kind.WEIGHT, ""),
    )]  # fmt: skip
    assert shown == ["72.5 kg", "1,580 mg", "Tyenne", "B7101", "–"]


# --- what it comes to ---


@given(
    some.lists(
        some.tuples(
            some.sampled_from(["M. Okafor", "K. Third"]), some.sampled_from(["1", "2"]), some.sampled_from(["1", "2"]),
            some.booleans(),
        ),
        min_size=1,
        max_size=7,
    )
)  # fmt: skip
def test_that_a_row_of_tries_comes_to_what_the_oracle_says(tries: list[tuple[str, str, str, bool]]) -> None:
    said, last = [], None
    for who, record, entry, explains in tries:
        signature = SecondSignature(replace(OKAFOR, name=who), {"it": entry}, "because" if explains else " ")
        found = rules.judge(asked(Kind.COUNT, record), {"it": entry}, signature, last)
        said.append(found.outcome.value + (" again" if found.again else ""))
        if not found.again:
            last = row(found.outcome, found.differences, second=who)
    assert said == oracle.outcome(tries)


def test_that_an_explanation_sent_with_the_first_entry_explains_nothing() -> None:
    signature = SecondSignature(OKAFOR, {"it": "600"}, "whatever it may be")
    found = rules.judge(asked(Kind.DOSE, "580"), {"it": "600"}, signature, None)
    assert found.outcome is Outcome.DIFFERS


def test_that_typing_what_the_record_says_after_a_difference_wants_its_explanation() -> None:
    caught = row(Outcome.DIFFERS, (Difference("it", "580 mg", "600 mg"),))
    typed = SecondSignature(OKAFOR, {"it": "580"})
    silent = rules.judge(asked(Kind.DOSE, "580"), {"it": "580"}, typed, caught)
    told = rules.judge(asked(Kind.DOSE, "580"), {"it": "580"}, replace(typed, explanation="slip"), caught)
    assert (silent.outcome, silent.again) == (Outcome.DIFFERS, True)
    assert (told.outcome, told.differences) == (Outcome.EXPLAINED, caught.differences)


def test_that_a_record_that_cannot_be_read_any_more_counts_as_changed() -> None:
    caught = row(Outcome.DIFFERS, (Difference("gone", "580 mg", "600 mg"),))
    found = rules.judge(asked(Kind.DOSE, "580"), {"it": "580"}, SecondSignature(OKAFOR), caught)
    assert found.outcome is Outcome.CORRECTED


# --- who ---


@pytest.mark.parametrize(
    ("by", "first", "granted", "code"),
    [
        (OKAFOR, WEBER, True, None),
        (replace(OKAFOR, at=NOW - timedelta(minutes=5)), WEBER, True, None),
        (replace(OKAFOR, at=NOW - timedelta(minutes=5, milliseconds=1)), WEBER, True, "second_check_stale"),
        (replace(OKAFOR, at=NOW + timedelta(milliseconds=1)), WEBER, True, "second_check_stale"),
        (replace(OKAFOR, person_id=2), WEBER, True, "second_check_same"),
        (replace(OKAFOR, name="a.  WEBER"), WEBER, True, "second_check_same"),
        (OKAFOR, FirstPerson("M. Okafor, by emergency code"), True, "second_check_same"),
        (OKAFOR, FirstPerson("Somebody Else", frozenset({3, 5})), True, "second_check_same"),
        (replace(OKAFOR, roles=frozenset({"pharmacist", "emergency"})), WEBER, True, "second_check_emergency"),
        (replace(OKAFOR, name="Tom, by emergency code"), WEBER, True, "second_check_emergency"),
        (OKAFOR, WEBER, False, "second_check_role"),
        (replace(OKAFOR, roles=frozenset()), WEBER, False, "second_check_role"),
    ],
)
def test_that_a_second_look_is_somebody_elses_just_proved_and_no_emergency(
    by: ProvenPerson, first: FirstPerson, granted: bool, code: str | None
) -> None:
    assert codes(rules.against_person(by, first, granted, NOW)) == ([] if code is None else [code])


# --- alone at night ---


@given(some.integers(0, 1439), some.integers(0, 1439), some.integers(0, 2 * 366 * 24 * 60))
def test_that_a_moment_is_inside_by_the_clock_on_the_wall(start: int, end: int, later: int) -> None:
    if start == end:
        return  # no such rule can be stated
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=later)
    wall = now.astimezone(ZONE)
    rule = replace(NIGHT, from_minute=start, until_minute=end)
    assert rules.inside(rule, now, ZONE) is (wall.hour * 60 + wall.minute in oracle.minutes(start, end))


@pytest.mark.parametrize(
    ("instant", "inside"),
    [
        ("2026-12-02T02:59:59.999+00:00", False), ("2026-12-02T03:00+00:00", True),  # 22:00 in New York
        ("2026-12-02T10:59:59.999+00:00", True), ("2026-12-02T11:00+00:00", False),  # 06:00
        ("2026-11-01T05:30+00:00", True), ("2026-11-01T06:30+00:00", True),  # 01:30 comes twice
        ("2026-11-01T10:59+00:00", True), ("2026-11-01T11:00+00:00", False),  # 06:00, an hour later than the day before
        ("2026-03-08T09:59+00:00", True), ("2026-03-08T10:00+00:00", False),  # 06:00 after the hour that is skipped
    ],
)  # fmt: skip
def test_that_the_night_ends_by_local_time_also_when_the_clocks_change(instant: str, inside: bool) -> None:
    assert rules.inside(NIGHT, datetime.fromisoformat(instant), ZONE) is inside


def test_that_the_latest_rule_of_the_day_holds_and_one_can_be_taken_away() -> None:
    later = replace(NIGHT, id=2, valid_from=date(2026, 12, 5), from_minute=23 * 60)
    gone = replace(NIGHT, id=3, valid_from=date(2026, 12, 8), stands=False)
    found = [rules.in_force([gone, NIGHT, later], date(2026, 12, day)) for day in (1, 4, 5, 7, 8, 9)]
    assert [None if one is None else one.id for one in found] == [1, 1, 2, 2, None, None]
    assert rules.in_force([NIGHT], date(2026, 11, 30)) is None
    same_day = replace(gone, valid_from=NIGHT.valid_from)
    assert rules.in_force([same_day, NIGHT], date(2026, 12, 1)) is None, "of one day the one stated later holds"


@pytest.mark.parametrize(
    ("alone", "own", "rule", "now", "reason", "code"),
    [
        (True, True, NIGHT, NOW, "nobody else on the floor", None),
        (False, True, NIGHT, NOW, "nobody else", "second_check_never_alone"),
        (True, True, None, NOW, "nobody else", "second_check_no_night_rule"),
        (True, True, NIGHT, NOW + timedelta(hours=4), "nobody else", "second_check_outside_night"),
        (True, False, NIGHT, NOW, "nobody else", "second_check_not_own"),
        (True, True, NIGHT, NOW, "  ", "text_missing"),
    ],
)
def test_that_one_pharmacist_alone_needs_rule_hours_and_reason(
    alone: bool, own: bool, rule: NightRule | None, now: datetime, reason: str, code: str | None
) -> None:
    signature = SecondSignature(None, alone_reason=reason)
    thing = replace(asked(Kind.COUNT, "1"), alone=alone)
    found = rules.against_alone(thing, signature, own, rule, now, ZONE)
    assert codes(found) == ([] if code is None else [code])
    if code == "second_check_outside_night":
        assert found is not None and NIGHT.text in say(found) and "22:00–06:00" in say(found)


def test_that_a_night_rule_reaches_neither_back_nor_round_the_clock() -> None:
    read = ReadNightRule("r", date(2026, 12, 2), 1320, 360, "text", True)
    today = date(2026, 12, 2)
    assert codes(
        rules.against_night_rule(read, today),
        rules.against_night_rule(replace(read, valid_from=date(2026, 12, 1)), today),
        rules.against_night_rule(replace(read, until_minute=1320), today),
        rules.against_night_rule(replace(read, until_minute=1320, stands=False), today),
    ) == ["night_rule_past", "night_rule_whole_day"]


def test_that_a_night_rule_is_read_with_every_finding_at_once() -> None:
    bad = read_night_rule(StateNightRule("r", "tomorrow", "", "25:00", " "))
    assert not isinstance(bad, ReadNightRule)
    assert [(one.field, one.code) for one in bad.findings] == [
        ("valid_from", "day_not_understood"), ("from", "text_missing"), ("until", "clock_time_not_understood"),
        ("text", "text_missing"),
    ]  # fmt: skip
    away = read_night_rule(StateNightRule("r", "2026-12-02", "", "", "no longer needed", stands=False))
    assert isinstance(away, ReadNightRule)
    assert [one.name for one in away.asked().fields] == ["rule", "valid_from"] and not away.asked().alone


# --- what came of it ---


@pytest.mark.parametrize(
    ("outcomes", "standing"),
    [
        ([], Standing.WAITING), ([Outcome.AGREED], Standing.CHECKED), ([Outcome.DIFFERS], Standing.DIFFERS),
        ([Outcome.DIFFERS, Outcome.EXPLAINED], Standing.CHECKED), ([Outcome.ALONE], Standing.ALONE),
        ([Outcome.ALONE, Outcome.DIFFERS], Standing.DIFFERS), ([Outcome.ALONE, Outcome.LOOKED_OVER], Standing.CHECKED),
    ],
)  # fmt: skip
def test_that_the_rows_of_one_thing_say_where_it_stands(outcomes: list[Outcome], standing: Standing) -> None:
    assert rules.standing([row(one) for one in outcomes]) is standing


def test_that_an_act_alone_stays_on_the_list_until_looked_over_or_corrected() -> None:
    alone = row(Outcome.ALONE, second=None)
    other = replace(alone, id=2, subject_id="2")
    later = [replace(row(one), id=3) for one in (Outcome.DIFFERS, Outcome.LOOKED_OVER, Outcome.CORRECTED)]
    assert [rules.open_alone([alone, other, one]) == (alone, other) for one in later] == [True, False, False]
    assert rules.open_alone([alone, other, later[1]]) == (other,)


def test_that_an_open_difference_is_one_that_no_later_row_settles() -> None:
    first, second = row(Outcome.DIFFERS), row(Outcome.DIFFERS, id=2, subject_id="2")
    assert rules.open_differences([first, second, row(Outcome.EXPLAINED, id=3)]) == (second,)


def differs(outcome: Outcome, either: bool) -> bool:
    """What each row carries; a look afterwards, or what was taken back, may or may not have differed."""
    if outcome in (Outcome.LOOKED_OVER, Outcome.CORRECTED):
        return either
    return outcome not in (Outcome.AGREED, Outcome.ALONE)


@given(
    some.lists(
        some.tuples(
            some.sampled_from(Outcome), some.sampled_from(["dose", "policy"]), some.booleans(), some.integers(0, 400)
        )
    )
)
def test_that_catches_are_counted_as_the_oracle_counts_them(made: list[tuple[Outcome, str, bool, int]]) -> None:
    difference = (Difference("it", "1", "2"),)
    rows = [
        row(one, difference if differs(one, differing) else (), subject=subject, at=NOW + timedelta(days=day))
        for one, subject, differing, day in made
    ]
    plain = [
        (f"{one.at.astimezone(ZONE):%Y-%m}", one.subject, one.outcome.value, bool(one.differences)) for one in rows
    ]
    expected, found = oracle.count(plain), rules.catches(rows, ZONE)
    assert [(line.month, line.subject) for line in found.lines] == sorted(
        expected, key=lambda key: (-int(key[0].replace("-", "")), key[1])
    )
    names = ("checks", "differed", "explained", "corrected", "alone")
    for line in found.lines:
        assert {name: getattr(line, name) for name in names} == {
            name: expected[line.month, line.subject][name] for name in names
        }
    total = sum(expected.values(), Counter())
    assert [getattr(found, name) for name in names] == [total[name] for name in names]
