"""A checklist of an infusion to which no window belongs still tells the weight that is known."""

from __future__ import annotations

from pathlib import Path

from crs_desktop.bootstrap.services import DEMO, open_house
from crs_desktop.demo.story import tell_story
from crs_desktop.documents.gather.infusion_day import infusion_day_facts
from crs_desktop.kernel.amounts import BodyWeight
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock, parse_instant
from tests.store.made_up_keys import ANYBODY, KEYS


def test_that_a_known_weight_is_not_printed_as_unknown_when_no_set_is_owed(tmp_path: Path) -> None:
    now = parse_instant("2026-11-22T09:00:00Z")
    house = open_house(tmp_path / "s.crs", StatedClock(now), ChangeFeed(), KEYS, ANYBODY, kind=DEMO)
    tell_story(house)
    board = house.readiness.board()
    row = next(one for one in board.rows if one.patient.family_name == "Nakamura" and one.window is None)
    facts = infusion_day_facts(board, row, None, house.zone, ("A. Weber", now))
    house.close()
    assert facts.weight is not None and facts.weight.weight == BodyWeight.of_kg("66")
    assert facts.dose is not None and str(facts.dose.calculated) == "528 mg"
    assert (facts.sets_owed, facts.sets) == (0, ())
