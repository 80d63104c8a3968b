"""`readiness --as-of`: what was printed then is printed again, and a policy can be assumed for a question."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line.conftest import Ask, Said

FIRST, LATER, LAST = "2026-12-01T10:00:00-05:00", "2026-12-01T11:00:00-05:00", "2027-01-30T09:00:00-05:00"


@pytest.fixture
def board(ask: Ask, store: Path) -> Ask:
    """`readiness` on a copy of a store with patients and vials, at a stated time."""

    def at(now: str, *words: str) -> Said:
        return ask("readiness", *words, "--store", store, "--now", now, "--json")

    return at


def test_that_what_was_printed_sixty_days_ago_is_printed_again_to_the_last_byte(
    board: Ask, ask: Ask, store: Path
) -> None:
    first, later = board(FIRST), board(LATER)
    assert first.out != later.out  # the same answer with another time of day
    ask("stock", "quarantine", "--lot", "B7288", "--reason", "fridge alarm", "--store", store, "--now", LATER)
    found = board(LAST, "--as-of", "2026-12-01T10:59:59-05:00")
    assert found.out == first.out and found.status == first.status
    assert "the same to the last byte" in found.err and "not the board of now" in found.err
    assert board(LAST, "--as-of", LATER).out != first.out


def test_that_a_policy_is_assumed_for_the_question_only(board: Ask) -> None:
    stated = board(FIRST)
    two, none = board(LATER, "--policy", "standby=two"), board(LATER, "--policy", "standby=none")
    assert two.document["assumed"] == {"standby": "two"} and two.document["as_of"] == LATER
    assert {window["owed"] for window in two.document["windows"]} == {2}
    assert {window["owed"] for window in none.document["windows"]} == {0}
    lower = board(LATER, "--as-of", FIRST, "--policy", "sets_car_t=1", "--policy", "rounding=7.50")
    assert lower.document["assumed"] == {"rounding": "7.5", "sets_car_t": "1", "standby": "left out"}
    assert board(FIRST).document["policy"] == stated.document["policy"]


def test_that_what_is_not_understood_is_said_by_field_and_value(board: Ask) -> None:
    words = (
        ("--as-of", "yesterday"), ("--policy", "rounding"), ("--policy", "rounding=99"), ("--policy", "colour=red"),
        ("--policy", "standby=local"), ("--as-of", LAST), ("--as-of", FIRST, "--on", "2026-12-03"),
    )  # fmt: skip
    answers = [board(FIRST, *asked) for asked in words]
    assert [answer.status for answer in answers] == [2] * len(words)
    assert [answer.codes[0] for answer in answers] == [
        "cl_as_of_not_understood", "cl_policy_not_understood", "percent_not_understood", "policy_key", "policy_value",
        "past_in_the_future", "cl_as_of_with_day",
    ]  # fmt: skip
