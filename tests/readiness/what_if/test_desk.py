"""The what-if at a store: the version in use, regimens, policy of the first day, and that nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crs_desktop.kernel.refusal import Refused
from crs_desktop.readiness.what_if.document import what_if_document
from crs_desktop.readiness.what_if.model import Answer, WhatIf
from crs_desktop.readiness.what_if.service import CanAdd
from tests.readiness.board.site import CELLS, STEPS, Site, day, site_in


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = site_in(tmp_path)
    yield made
    made.store.close()


def asked(site: Site, therapy: str = STEPS, regimen: str = "mono", ahead: int = 2, kg: str = "50") -> WhatIf:
    found = site.readiness.can_add(CanAdd(therapy, regimen, kg, day(ahead).isoformat(), "Neu"))
    assert not isinstance(found, Refused), found
    return found


def test_that_the_answer_follows_the_shelf_and_writes_nothing(site: Site) -> None:
    site.receive("B1", "400", 1)
    before = site.board().fingerprint
    assert asked(site).answer is Answer.YES
    assert asked(site, CELLS, "single").answer is Answer.NO
    site.enrol("Adler")
    found = asked(site)
    assert found.answer is Answer.NO and found.first_yes is not None
    assert site.board().fingerprint != before and len(site.board().windows) == 1
    document = what_if_document(found)
    assert document["answer"] == "no" and document["first_yes"] == found.first_yes.isoformat()


def test_that_without_a_regimen_the_longest_window_is_taken_and_said(site: Site) -> None:
    site.receive("B1", "400", 4)
    named = {one.id: asked(site, regimen=one.id) for one in asked(site).extra.protocol.regimens}
    found = asked(site, regimen="")
    assert found.days == max((one.days for one in named.values() if one.days is not None), key=lambda days: days.last)
    said = [finding.code for finding in found.findings]
    assert ("whatif_regimen_assumed" in said) is (len(named) > 1)


def test_that_a_policy_dated_ahead_holds_for_the_day_asked_about(site: Site) -> None:
    site.receive("B1", "400", 2)
    site.policy("sets_bispecific", "3", day(5).isoformat())
    assert asked(site, ahead=2).answer is Answer.YES
    later = asked(site, ahead=5)
    assert later.answer is Answer.NO and later.window is not None and later.window.owed == 3


def test_that_an_unusual_weight_is_a_note_and_a_therapy_nobody_adopted_is_not_a_yes(site: Site) -> None:
    site.receive("B1", "400", 9)
    assert [finding.code for finding in asked(site, kg="251").findings] == ["weight_unusual"]
    assert asked(site, "epcoritamab", "").answer is Answer.CANNOT_SAY


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        (CanAdd("", "", "50", "2026-12-04"), ["text_missing"]),
        (CanAdd("aspirin", "", "x", "soon"), ["therapy_unknown", "weight_not_understood", "day_not_understood"]),
        (CanAdd(STEPS, "twice", "50", "2026-12-01"), ["regimen_unknown", "whatif_in_the_past"]),
        (CanAdd(STEPS, "", "50", "2028-12-01"), ["whatif_too_far"]),
    ],
)
def test_that_everything_not_understood_is_said_at_once(site: Site, command: CanAdd, codes: list[str]) -> None:
    found = site.readiness.can_add(command)
    assert isinstance(found, Refused) and [finding.code for finding in found.findings] == codes
