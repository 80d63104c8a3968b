"""The first day of yes is by the policy of that day: asked about it, the answer is yes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.readiness.what_if.model import Answer, WhatIf
from crs_desktop.readiness.what_if.service import CanAdd
from tests.readiness.board.site import STEPS, Site, day, must, site_in


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """One vial, held for somebody until the day after the 8th from today."""
    made = site_in(tmp_path)
    made.receive("A", "400", 1)
    made.enrol("Adler")
    yield made
    made.store.close()


def asked(site: Site, ahead: int) -> WhatIf:
    return must(site.readiness.can_add(CanAdd(STEPS, "mono", "50", day(ahead).isoformat())))


def test_that_a_day_under_a_stricter_rule_is_not_promised(site: Site) -> None:
    assert asked(site, 3).first_yes == day(9)
    site.policy("sets_bispecific", "2", valid_from=day(8).isoformat())
    found = asked(site, 3)
    assert (found.answer, found.first_yes) == (Answer.NO, None)
    assert asked(site, 9).answer is Answer.NO


def test_that_a_day_under_a_milder_rule_is_found(site: Site) -> None:
    site.policy("sets_bispecific", "2", valid_from=day(2).isoformat())
    site.policy("sets_bispecific", "1", valid_from=day(12).isoformat())
    assert asked(site, 3).first_yes == day(12)
    assert asked(site, 12).answer is Answer.YES
