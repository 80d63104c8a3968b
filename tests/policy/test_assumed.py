"""Policy as it is assumed for one question: read like a stated one, and over every row and rule."""

from __future__ import annotations

from datetime import UTC, date, datetime

from crs_desktop.kernel.refusal import Refused
from crs_desktop.policy.assumed import NOTHING_ASSUMED, Assumed, read_assumed
from crs_desktop.policy.model import PolicyRow
from crs_desktop.policy.repository import options
from crs_desktop.policy.rules import in_force
from crs_desktop.policy.standby.kinds import standby_kinds

NOW, TODAY = datetime(2026, 12, 2, 14, 0, tzinfo=UTC), date(2026, 12, 2)


def read(**typed: str) -> Assumed | Refused:
    return read_assumed(typed, options(), standby_kinds(), "for this question", NOW)


def test_that_a_value_is_read_as_a_stated_one_and_stands_over_it() -> None:
    found = read(rounding="7.50")
    assert isinstance(found, Assumed) and found and found.said == {"rounding": "7.5"} and found.standby is None
    stated = PolicyRow(9, "rounding", "3", TODAY, "P&T", "decided", "", NOW, "A. Weber")
    policy = in_force(options(), [stated, *found.rows_on(TODAY)], TODAY)
    assert policy.value("rounding") == "7.5" and "rounding" not in policy.unverified


def test_that_nothing_assumed_is_nothing() -> None:
    assert not NOTHING_ASSUMED and NOTHING_ASSUMED.rows_on(TODAY) == [] and NOTHING_ASSUMED.said == {}
    assert not read()


def test_that_a_kind_of_standby_rule_holds_for_every_class_in_place_of_all_rules() -> None:
    found = read(standby="one_and_access")
    assert isinstance(found, Assumed) and found and found.standby is not None
    assert [(rule.scope, rule.sets, rule.further) for rule in found.standby] == [("car_t", 2, 1), ("bispecific", 2, 1)]
    assert found.said == {"standby": "one_and_access"}


def test_that_a_number_of_sets_leaves_the_rules_out() -> None:
    found = read(sets_car_t="1")
    assert isinstance(found, Assumed) and found.standby == ()
    assert found.said == {"sets_car_t": "1", "standby": "left out"}


def test_that_everything_that_is_not_understood_is_said() -> None:
    found = read(rounding="99", colour="red", standby="local", sets_car_t="1")
    assert isinstance(found, Refused)
    assert [finding.code for finding in found.findings] == ["percent_not_understood", "policy_key", "policy_value"]
