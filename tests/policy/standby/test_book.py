"""Standby rules on a real store: stated by two, refused with every reason, kept, and asked by policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.policy.standby.kinds import standby_kinds
from crs_desktop.policy.standby.model import StandbyRule
from crs_desktop.policy.standby.service import StandbyBook
from crs_desktop.policy.standby.stating import StateStandby
from tests.policy.conftest import NOW, WEBER, ZONE, Site
from tests.staff.signing.made_up import second

EU = StateStandby(
    "eu", "US", "car_t", "one_and_access", "", "", "0", "2026-12-02", "", "P&T committee", "Depot is 3 h away",
    "Minutes, item 3",
)  # fmt: skip


def book(site: Site) -> StandbyBook:
    return StandbyBook(site.store, ZONE, lambda: ["teclistamab", "tisagenlecleucel"])


def state(site: Site, command: StateStandby, **entered: str) -> StandbyRule | Refused:
    made = book(site)
    return made.state(command, WEBER, second(made.asked(command), NOW, **entered))


def why(answer: object) -> list[tuple[str, str]]:
    assert isinstance(answer, Refused), answer
    return [(one.field, one.code) for one in answer.findings]


def test_that_a_stated_rule_makes_windows_owe_what_its_kind_says(site: Site) -> None:
    rule = state(site, EU)
    assert isinstance(rule, StandbyRule) and (rule.sets, rule.further, rule.actor) == (2, 1, "A. Weber")
    policy = site.book.on(date(2026, 12, 2))
    assert (policy.owed("car_t", "x").sets, policy.owed("car_t", "x").further) == (2, 1)
    assert policy.owed("bispecific", "x").rule is None
    assert site.book.on(date(2026, 12, 1)).owed("car_t", "x").rule is None


def test_that_another_jurisdiction_of_the_site_asks_other_rules(site: Site) -> None:
    state(site, replace(EU, jurisdiction="EU", kind="none"))
    assert site.book.on(date(2026, 12, 3)).owed("car_t", "x").sets == 2
    answer = site.state("jurisdiction", "eu", "2026-12-03")
    assert not isinstance(answer, Refused), answer
    assert site.book.on(date(2026, 12, 3)).owed("car_t", "x").sets == 0
    assert site.book.on(date(2026, 12, 2)).owed("car_t", "x").sets == 2


def test_that_a_rule_in_force_is_part_of_the_name_of_a_policy(site: Site) -> None:
    before = site.book.on(date(2026, 12, 3)).fingerprint
    state(site, EU)
    assert site.book.on(date(2026, 12, 3)).fingerprint != before
    assert site.book.on(date(2026, 12, 1)).fingerprint == before


def test_that_every_mistake_is_named_by_its_field_and_nothing_is_saved(site: Site) -> None:
    wrong = StateStandby("r2", "Mars", "", "most", "", "", "x", "2026-02-31", "2026-12-01", " ", "", "")
    assert sorted(why(state(site, wrong))) == [
        ("citation", "text_missing"), ("extra_days", "count_not_understood"), ("jurisdiction", "standby_jurisdiction"),
        ("kind", "standby_kind"), ("owner", "text_missing"), ("reason", "text_missing"), ("scope", "text_missing"),
        ("valid_from", "day_does_not_exist"),
    ]  # fmt: skip
    assert book(site).picture().rules == ()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"scope": "aspirin"}, ("scope", "standby_scope")),
        ({"valid_to": "2026-12-01"}, ("valid_to", "standby_ends_before")),
        ({"kind": "local", "sets": "5"}, ("sets", "count_out_of_range")),
        ({"kind": "local", "sets": "1", "further": "2"}, ("further", "count_out_of_range")),
        ({"extra_days": "61"}, ("extra_days", "count_out_of_range")),
    ],
)
def test_that_a_rule_that_makes_no_sense_is_refused(
    site: Site, change: dict[str, str], found: tuple[str, str]
) -> None:
    assert why(state(site, replace(EU, **change))) == [found]


def test_that_a_local_rule_takes_the_numbers_that_were_typed(site: Site) -> None:
    rule = state(site, replace(EU, kind="local", scope="teclistamab", sets="3", further="1", valid_to="2026-12-31"))
    assert isinstance(rule, StandbyRule)
    assert (rule.scope_kind, rule.sets, rule.further, rule.valid_to) == ("product", 3, 1, date(2026, 12, 31))


def test_that_nobody_states_a_rule_alone_or_with_a_second_who_differs(site: Site) -> None:
    assert why(book(site).state(EU, WEBER, None)) == [("second", "standby_second_needed")]
    assert isinstance(state(site, EU, sets="1"), Refused)
    assert book(site).picture().rules == ()


def test_that_every_shipped_kind_can_be_stated_and_has_its_source(site: Site) -> None:
    for number, kind in enumerate(standby_kinds()):
        assert kind.source and kind.confidence in ("high", "medium", "low")
        rule = state(site, replace(EU, request_id=f"k{number}", kind=kind.key, sets="1"))
        assert isinstance(rule, StandbyRule) and (rule.sets, rule.further) == (kind.sets, kind.further)
    assert len(book(site).picture().rules) == 5


def test_that_the_same_request_is_recorded_once(site: Site) -> None:
    assert state(site, EU) == state(site, EU)
    assert len(book(site).picture().rules) == 1
