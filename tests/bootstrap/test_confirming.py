"""Confirming the sets of a window on a real store: each its own promise, exactly the vials that were seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crs_desktop.bootstrap.services import open_house
from crs_desktop.house import House
from crs_desktop.kernel.changes import ChangeFeed
from crs_desktop.kernel.clock import StatedClock
from crs_desktop.policy.commands import StatePolicy
from crs_desktop.readiness.picture import WindowPicture
from crs_desktop.readiness.service import ConfirmSets
from crs_desktop.stock.commands import ReceiveLot
from tests.journeys.desk import ACTOR, NOW
from tests.staff.signing.made_up import second
from tests.store.made_up_keys import ANYBODY, KEYS


@pytest.fixture
def house(story: Path) -> Iterator[House]:
    opened = open_house(story, StatedClock(NOW), ChangeFeed(), KEYS, ANYBODY)
    yield opened
    opened.close()


def window_of(house: House, name: str) -> WindowPicture:
    return next(one for one in house.readiness.refresh().windows if one.name == name)


def enough_for_all(house: House) -> None:
    place = next(one.id for one in house.stock.places() if one.name.startswith("Main"))
    house.stock.receive(ReceiveLot("more", "Actemra", "400", "M1", "2027-11-30", "6", place), ACTOR)


def test_that_two_sets_confirmed_at_once_are_two_promises(house: House) -> None:
    enough_for_all(house)
    window = window_of(house, "Ferreira, João")
    wanted = tuple((one.set_no, one.vials) for one in window.sets)
    assert len(wanted) == 2
    before = {one.id for one in house.stock.earmarks()}
    answered = house.readiness.confirm_sets(ConfirmSets("r", window.holder, wanted), ACTOR)
    assert answered.refused == ()
    assert answered.done == "Sets 1, 2 are promised to Ferreira, João through Fri 11 Dec."
    mine = [one for one in house.stock.earmarks() if one.id not in before]
    assert sorted(one.set_no for one in mine) == [1, 2]
    assert all(one.confirmed for one in window_of(house, "Ferreira, João").sets)


def test_that_the_same_request_again_promises_nothing_more(house: House) -> None:
    window = window_of(house, "Kowalska, Zofia")
    command = ConfirmSets("r", window.holder, tuple((one.set_no, one.vials) for one in window.sets))
    house.readiness.confirm_sets(command, ACTOR)
    held = len(house.stock.earmarks())
    house.readiness.confirm_sets(command, ACTOR)
    assert len(house.stock.earmarks()) == held


def test_that_vials_other_than_those_seen_are_refused(house: House) -> None:
    window = window_of(house, "Kowalska, Zofia")
    seen = tuple((key, count + 1) for key, count in window.sets[0].vials)
    held = len(house.stock.earmarks())
    answered = house.readiness.confirm_sets(ConfirmSets("r", window.holder, ((1, seen),)), ACTOR)
    assert answered.done == ""
    assert "The board has changed" in answered.refused[0]
    assert len(house.stock.earmarks()) == held


def test_that_a_set_no_longer_planned_is_refused(house: House) -> None:
    window = window_of(house, "Lindqvist, Karin")
    stated = StatePolicy("p", "sets_car_t", "1", "2026-11-22", "Committee", "one set for now", "")
    house.policy.state(stated, ACTOR, second(house.policy.asked(stated), house.clock))
    last = replace(window.sets[-1])
    answered = house.readiness.confirm_sets(ConfirmSets("r", window.holder, ((last.set_no, last.vials),)), ACTOR)
    assert answered.done == ""
