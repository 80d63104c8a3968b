"""Which standby rule holds: against a slow reading of the same words, and at every edge of a rule's days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crs_desktop.policy.standby.model import Owed, StandbyRule
from crs_desktop.policy.standby.rules import owed, standing

DAY = date(2026, 12, 2)


def rule(
    number: int, scope: str = "car_t", sets: int = 2, *, where: str = "", since: int = 0, until: int | None = None,
    further: int = 0, extra: int = 0,
) -> StandbyRule:  # fmt: skip
    """A rule that begins and ends so many days after DAY."""
    kind = "class" if scope in ("car_t", "bispecific") else "product"
    return StandbyRule(
        number, where, kind, scope, "local", sets, further, extra, DAY + timedelta(days=since),
        None if until is None else DAY + timedelta(days=until), "P&T", "decided", "Minutes",
    )  # fmt: skip


def asked(rules: list[StandbyRule], product: str = "tisa", day: int = 0, kind: str = "car_t") -> Owed:
    return owed(rules, "US", kind, product, DAY + timedelta(days=day), shipped=3)


def test_that_without_a_rule_the_plain_number_holds() -> None:
    assert asked([]) == Owed(3)
    assert asked([rule(1, "bispecific", 0), rule(2, "other", 0), rule(3, where="EU", sets=0)]) == Owed(3)


@pytest.mark.parametrize(("day", "sets"), [(-1, 3), (0, 1), (4, 1), (5, 3)])
def test_that_a_rule_holds_on_its_first_and_last_day_and_not_around_them(day: int, sets: int) -> None:
    assert asked([rule(1, sets=1, until=4)], day=day).sets == sets


def test_that_the_product_stands_over_its_class_and_the_own_jurisdiction_over_everywhere() -> None:
    rules = [rule(1, "tisa", 0), rule(2, "car_t", 1, where="US"), rule(3, "car_t", 2), rule(4, "tisa", 4, where="EU")]
    assert asked(rules).rule == rules[0]
    assert asked(rules[1:]).rule == rules[1]
    assert asked([*rules, rule(5, "tisa", 3, where="US", since=-9)]).sets == 3


def test_that_the_later_begun_then_the_later_stated_holds() -> None:
    assert asked([rule(1, sets=1, since=-1), rule(2, sets=2, since=-2)]).sets == 1
    assert asked([rule(1, sets=1, since=-1), rule(2, sets=2, since=-1)]).sets == 2


def test_that_further_sets_and_days_come_with_the_rule() -> None:
    found = asked([rule(1, sets=2, further=1, extra=3)])
    assert (found.sets, found.further, found.extra_days) == (2, 1, 3)


@pytest.mark.parametrize(("sets", "further", "extra"), [(5, 0, 0), (1, 2, 0), (1, -1, 0), (1, 0, 61), (1, 0, -1)])
def test_that_a_rule_cannot_ask_for_the_impossible(sets: int, further: int, extra: int) -> None:
    with pytest.raises(ValueError, match="a standby rule asks for"):
        rule(1, sets=sets, further=further, extra=extra)


@pytest.mark.parametrize(("day", "word"), [(-1, "to_come"), (0, "in_force"), (4, "in_force"), (5, "over")])
def test_that_a_rule_says_how_it_stands(day: int, word: str) -> None:
    assert standing(rule(1, until=4), DAY + timedelta(days=day)) == word
    assert standing(rule(1), DAY + timedelta(days=max(day, 0))) == "in_force"


SCOPES = ("car_t", "bispecific", "tisa", "tec")
RULES = st.lists(
    st.tuples(
        st.sampled_from(SCOPES), st.sampled_from(("", "US", "EU")), st.integers(-5, 5), st.none() | st.integers(0, 5),
        st.integers(0, 4),
    ),
    max_size=8,
)  # fmt: skip


@given(RULES, st.integers(-6, 11), st.sampled_from(("tisa", "tec")))
def test_that_any_heap_of_rules_gives_what_a_slow_reading_gives(
    heap: list[tuple[str, str, int, int | None, int]], day: int, product: str
) -> None:
    rules = [
        rule(number, scope, sets, where=where, since=since, until=None if lasts is None else since + lasts)
        for number, (scope, where, since, lasts, sets) in enumerate(heap, 1)
    ]
    on = DAY + timedelta(days=day)
    today = [one for one in rules if one.valid_from <= on and not (one.valid_to and one.valid_to < on)]
    answer = 3
    for scope in ("car_t", product):  # the later step stands over the one before
        for where in ("", "US"):
            begun = [one for one in today if (one.scope, one.jurisdiction) == (scope, where)]
            for one in sorted(begun, key=lambda each: (each.valid_from, each.id)):
                answer = one.sets
    assert asked(rules, product, day).sets == answer
