"""A dose that is entered late releases the promise that it used, and none that was made after its day."""

from __future__ import annotations

from pathlib import Path

import pytest

from crs_desktop.readiness.board import Verdict
from tests.readiness.board.site import Site, must, site_in


@pytest.mark.parametrize(("ahead", "left"), [(-20, 1), (-1, 1), (0, 0)])
def test_that_a_promise_made_after_the_day_of_a_dose_is_not_its(tmp_path: Path, ahead: int, left: int) -> None:
    site: Site = site_in(tmp_path)
    site.receive("A", "400", 3)
    patient = site.enrol("Adler")
    must(site.confirm(patient))
    site.dose(patient, {"A": 1}, ahead=ahead)
    assert len(site.promises()) == left
    assert site.verdict(patient) is Verdict.READY
    site.store.close()


def test_that_a_dose_of_yesterday_entered_today_releases_what_was_promised_yesterday(tmp_path: Path) -> None:
    site: Site = site_in(tmp_path)
    site.receive("A", "400", 3)
    patient = site.enrol("Adler")
    must(site.confirm(patient))
    later = site.later(1)
    later.dose(patient, {"A": 1}, at="23:50")
    assert later.promises() == []
    later.store.close()
    site.store.close()
