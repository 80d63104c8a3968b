"""The days to come on which another policy begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crs_desktop.policy.service import Policies
from tests.policy.conftest import TODAY, Site
from tests.policy.standby.test_book import EU, state


def test_that_rows_rules_and_their_ends_are_changes_and_what_holds_already_is_none(site: Site) -> None:
    site.state("sets_car_t", "3", "2026-12-02")
    site.state("sets_car_t", "1", "2026-12-10")
    state(site, replace(EU, valid_from="2026-12-05", valid_to="2026-12-31"))
    with site.store.read() as session:
        assert Policies(session).changes(TODAY) == (date(2026, 12, 5), date(2026, 12, 10), date(2027, 1, 1))
        assert Policies(session).changes(date(2026, 12, 10)) == (date(2027, 1, 1),)
