"""What the checklist takes from a protocol is said in words that fit the day of the infusion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crs_desktop.bootstrap.services import DEMO, open_house
from crs_desktop.demo.story import tell_story
from crs_desktop.documents.gather.common import route_words, unknown_words
from crs_desktop.documents.gather.infusion_day import infusion_day_facts
from crs_desktop.documents.sheets.infusion_day import InfusionDayFacts
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock, parse_instant
from crs_desktop.therapies.catalogue import load_catalogue
from crs_desktop.therapies.model.protocol import Protocol
from tests.documents.sample_papers import ZONE
from tests.store.made_up_keys import ANYBODY, KEYS


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, InfusionDayFacts]:
    """The first checklist of each therapy among the made-up patients."""
    path: Path = tmp_path_factory.mktemp("house") / "s.crs"
    now = parse_instant("2026-11-22T09:00:00Z")
    house = open_house(path, StatedClock(now), ChangeFeed(), KEYS, ANYBODY, ZONE, DEMO)
    tell_story(house)
    board = house.readiness.board()
    found: dict[str, InfusionDayFacts] = {}
    for row in board.rows:
        name = row.course.protocol.name
        if name not in found:
            found[name] = infusion_day_facts(board, row, None, house.zone, ("A. Weber", now))
    house.close()
    return found


def _protocol(name: str) -> Protocol:
    return next(one for one in load_catalogue().protocols if one.name == name)


def test_that_what_is_not_known_is_said_by_its_note_and_for_which_drug() -> None:
    paths = ("premedication.mrd_paediatric.route", "premedication.mrd_paediatric.route", "durations.no_driving.days")
    assert unknown_words(_protocol("blinatumomab"), paths) == (
        "dexamethasone: The route for children was not stated.",
        "How long a patient may not drive was not found in the reference.",
    )


def test_that_a_gap_of_the_reference_is_said_by_its_own_text() -> None:
    protocol = _protocol("blinatumomab")
    gap = protocol.unknowns[0]
    assert unknown_words(protocol, (f"unknowns.{gap.id}",)) == (gap.text,)


def test_that_a_fact_without_a_note_is_named_readably() -> None:
    protocol = _protocol("blinatumomab")
    path = "premedication.mrd_paediatric.route"
    silent = tuple(replace(fact, note="") if fact.path == path else fact for fact in protocol.all_facts)
    said = unknown_words(replace(protocol, all_facts=silent), (path,))
    assert said == ("premedication, mrd paediatric, route",)


@pytest.mark.parametrize(
    ("route", "words"),
    [("SC", "subcutaneous"), ("PO", "by mouth"), ("IV", "IV"), ("IV, continuous infusion", "IV, continuous infusion")],
)
def test_that_a_route_is_written_out(route: str, words: str) -> None:
    assert route_words(route) == words


def test_that_routes_on_the_checklist_are_written_out(gathered: dict[str, InfusionDayFacts]) -> None:
    facts = gathered["teclistamab-cqyv"]
    assert facts.infusion.route is not None and facts.infusion.route.text == "subcutaneous"
    assert {item.route for item in facts.premedication} == {"by mouth or IV"}


def test_that_a_line_for_one_grade_is_no_seizure_rule(gathered: dict[str, InfusionDayFacts]) -> None:
    assert gathered["teclistamab-cqyv"].seizure_rule is None
    rule = gathered["axicabtagene ciloleucel"].seizure_rule
    assert rule is not None and "levetiracetam" in rule.text


def test_that_daily_checks_last_their_own_days(gathered: dict[str, InfusionDayFacts]) -> None:
    said = [item.text for item in gathered["axicabtagene ciloleucel"].observation]
    assert said[0] == "daily checks for 7 days; after them monitoring to at least 2 weeks"
    assert "in hospital for 48 h" in [item.text for item in gathered["teclistamab-cqyv"].observation]


def test_that_an_unread_rule_of_days_is_not_known_rather_than_empty(gathered: dict[str, InfusionDayFacts]) -> None:
    unread = "How long a patient may not drive was not found in the reference."
    assert unread in gathered["teclistamab-cqyv"].unknowns
    assert all(item.text for facts in gathered.values() for item in facts.observation)
