"""Which row holds on a day, how the others stand to it, and what may be typed for an option."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.kernel.refusal import Finding
from crs_desktop.kernel.wording import say
from crs_desktop.policy import repository
from crs_desktop.policy.model import PolicyOption, PolicyPicture, PolicyRow
from crs_desktop.policy.rules import in_force, read_value, standing
from crs_desktop.policy.ui.summary import policy_words

OPTIONS = {option.key: option for option in repository.options()}
AT = datetime(2026, 12, 2, tzinfo=UTC)
FIRST = date(2026, 12, 1)


def row(number: int, value: str, day: int, key: str = "sets_car_t") -> PolicyRow:
    return PolicyRow(number, key, value, date(2026, 12, day), "P&T", "because", "", AT, "A. Weber")


def value_on(rows: list[PolicyRow], day: int) -> str:
    return in_force(repository.options(), rows, date(2026, 12, day)).value("sets_car_t")


def test_that_an_option_nobody_stated_stands_on_its_shipped_default() -> None:
    policy = in_force(repository.options(), [], FIRST)
    assert (policy.sets_for("car_t"), policy.sets_for("bispecific")) == (2, 1)
    assert policy.unverified == tuple(OPTIONS)
    assert (policy.rounding, policy.counted_reach) == (Decimal(0), timedelta(minutes=120))
    with pytest.raises(KeyError):
        policy.value("sets_gene_therapy")


def test_that_a_row_holds_from_its_day_on_and_the_later_day_wins_whatever_the_order_of_entry() -> None:
    rows = [row(1, "3", 10), row(2, "4", 5)]
    assert [value_on(rows, day) for day in (4, 5, 9, 10, 31)] == ["2", "4", "4", "3", "3"]


def test_that_of_two_rows_for_one_day_the_later_entered_wins() -> None:
    assert value_on([row(1, "3", 10), row(2, "0", 10)], 10) == "0"


def test_that_a_policy_has_one_fingerprint_for_the_same_values() -> None:
    base = in_force(repository.options(), [], FIRST)
    same = in_force(repository.options(), [row(1, "2", 1)], date(2026, 12, 20))
    other = in_force(repository.options(), [row(1, "3", 1)], FIRST)
    assert base.fingerprint == same.fingerprint != other.fingerprint


ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 9)), max_size=6)


@given(ROWS, st.integers(1, 9))
def test_that_exactly_the_deciding_row_is_said_to_be_in_force(stated: list[tuple[int, int]], day: int) -> None:
    rows = [row(number, str(value), since) for number, (value, since) in enumerate(stated, start=1)]
    today = date(2026, 12, day)
    decided = next(
        item for item in in_force(repository.options(), rows, today).decided if item.option.key == "sets_car_t"
    )
    holding = [item for item in rows if standing(item, rows, today) == "in_force"]
    assert holding == ([decided.row] if decided.row else [])
    coming = [item for item in rows if standing(item, rows, today) == "to_come"]
    assert all(item.valid_from > today for item in coming)
    assert len({item.valid_from for item in coming}) == len(coming)


def test_that_rows_of_other_options_change_nothing() -> None:
    rows = [row(1, "3", 1), row(2, "60", 1, "counted_reach")]
    assert standing(rows[0], rows, FIRST) == "in_force"
    picture = PolicyPicture(in_force(repository.options(), rows, FIRST), tuple(rows))
    assert picture.rows_of("sets_car_t") == [rows[0]] and picture.rows_of("horizon") == []


@pytest.mark.parametrize(
    ("key", "typed", "read"),
    [
        ("sets_car_t", " 3 ", "3"),
        ("sets_car_t", "0", "0"),
        ("sets_car_t", "03", "3"),
        ("rounding", "10", "10"),
        ("rounding", "2.50", "2.5"),
        ("interval_from", " END ", "end"),
        ("after_rescue", "refill", "refill"),
    ],
)
def test_that_what_is_typed_is_kept_in_its_one_form(key: str, typed: str, read: str) -> None:
    assert read_value(OPTIONS[key], typed) == read


@pytest.mark.parametrize(
    ("key", "typed", "code"),
    [
        ("sets_car_t", "5", "count_out_of_range"),
        ("sets_car_t", "-1", "count_not_understood"),
        ("sets_car_t", "1.5", "count_not_understood"),
        ("sets_car_t", "٢", "count_not_understood"),
        ("sets_car_t", "", "count_not_understood"),
        ("weight_age", "0", "count_out_of_range"),
        ("rounding", "10.01", "percent_not_understood"),
        ("rounding", "2,5", "percent_not_understood"),
        ("interval_from", "middle", "policy_value"),
        ("interval_from", "", "policy_value"),
    ],
)
def test_that_what_an_option_cannot_be_is_refused(key: str, typed: str, code: str) -> None:
    finding = read_value(OPTIONS[key], typed)
    assert isinstance(finding, Finding) and (finding.code, finding.field) == (code, key)
    assert say(finding)


@pytest.mark.parametrize("option", repository.options(), ids=lambda option: option.key)
def test_that_every_shipped_default_is_allowed_and_says_where_it_comes_from(option: PolicyOption) -> None:
    assert read_value(option, option.default) == option.default
    assert option.sentence and option.source and option.confidence in ("high", "medium", "low")
    assert option.allowed == (" or ".join(option.choices) or f"{option.least} to {option.most} {option.unit}")


def test_that_the_policy_is_said_in_one_line() -> None:
    rows = [row(1, "3", 1), row(2, "60", 1, "counted_reach")]
    said = policy_words(in_force(repository.options(), rows, FIRST))
    assert said == "Policy: sets owed CAR-T 3, bispecific 1 (10 of 12 options on unverified defaults)"
    every = [row(number, option.default, 1, option.key) for number, option in enumerate(repository.options(), start=1)]
    said = policy_words(in_force(repository.options(), every, FIRST))
    assert said == "Policy: sets owed CAR-T 2, bispecific 1 (all 12 options stated by the site)"
